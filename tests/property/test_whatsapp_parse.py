import json
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.channels.whatsapp.fields import TEXT_LIMIT_BYTES
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import InboundEvent, Parsed, TextReceived
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import NOW, read

Json = dict[str, Any]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

VALUES = (
    webhooks.value(
        messages=[
            webhooks.text("¿Hay sitio del 5 al 8?"),
            webhooks.button("room:1", "Doble"),
            webhooks.location(-34.6),
            webhooks.message({"type": "button", "button": {"payload": "p", "text": "t"}}),
            webhooks.message({"type": "system", "system": {"previous_user_id": "US.1"}, "context": {"id": "x"}}),
        ]
    ),
    webhooks.value(statuses=[webhooks.status("a", "sent", outbox_id=1), webhooks.status("b", "failed", code=131047)]),
    webhooks.value() | {"message_echoes": [{"to": "1", "id": "e"}], "errors": [{"code": 1}], "calls": [{"id": "c"}]},
)


def paths_of(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(below for key, child in children for below in paths_of(child, (*path, key)))]


def mutated(document: Any, path: tuple[Any, ...], replacement: Any) -> Any:
    if not path:
        return replacement
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = mutated(copy[path[0]], path[1:], replacement)
    return copy


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """Real bodies with something else in up to four places."""
    document: Any = webhooks.envelope(*draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=4)))
    for _ in range(draw(st.integers(0, 4))):
        document = mutated(document, draw(st.sampled_from(paths_of(document))), draw(anything))
    return document


def size(parsed: Parsed) -> int:
    return len(parsed.events) + len(parsed.reports) + len(parsed.unreadable)


def items(holder: Any, key: str) -> list[Any] | None:
    """The list under a key, or None for a holder that has nothing there: then it is one update by itself."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) and found else None


def updates_in(document: Any) -> int:
    """Count, another way than the parser does, what must come out."""
    if not isinstance(document, dict) or document.get("object") != "whatsapp_business_account":
        return 1
    total = 0
    for entry in items(document, "entry") or [None]:
        for change in items(entry, "changes") or [None]:
            total += updates_of(change)
    return total


def updates_of(change: Any) -> int:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict) or change.get("field") not in ("messages", "smb_message_echoes", None):
        return 1
    metadata = value.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("phone_number_id") != webhooks.ACCOUNT:
        return 1
    known = {"messages", "statuses", "message_echoes", "errors"}
    lists = [len(held) for key, held in value.items() if isinstance(held, list) and key != "contacts"]
    lone = [key for key, held in value.items() if key in known and held is not None and not isinstance(held, list)]
    return max(sum(lists) + len(lone), 1)


def assert_storable(event: InboundEvent) -> None:
    texts = [event.external_id, event.alias.value, event.address, event.profile_name or ""]
    texts += [str(getattr(event.event, name, "")) for name in ("text", "option_id", "title", "what")]
    for text in texts:
        assert "\0" not in text
        assert len(text.encode()) <= TEXT_LIMIT_BYTES  # and no lone surrogate, which can't be encoded
    assert event.external_id
    assert event.address
    assert event.sent_at.tzinfo is not None


def check(body: bytes, document: Any) -> None:
    parsed = read(body)
    assert size(parsed) == updates_in(document)
    assert not [item for item in parsed.unreadable if item.reason == Reason.OUR_FAULT]
    assert all(item.raw for item in parsed.unreadable)
    for event in parsed.events:
        assert_storable(event)


@given(st.binary(max_size=500))
def test_any_bytes_are_kept(body: bytes) -> None:
    assert size(read(body)) == 1


@given(anything)
def test_any_json_is_kept(document: Any) -> None:
    check(json.dumps(document).encode(), document)


@settings(max_examples=150)
@given(mutants())
def test_a_body_with_anything_anywhere_loses_nothing(document: Any) -> None:
    check(json.dumps(document).encode(), document)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from(["id", "from", "type", "text", "timestamp", "status"]), anything)))
def test_messages_and_statuses_of_anything_lose_nothing(these: list[Any]) -> None:
    document = webhooks.envelope(webhooks.value(messages=these), webhooks.value(statuses=these))
    check(json.dumps(document).encode(), document)


@given(st.data())
def test_a_body_cut_or_bitten_anywhere_is_kept(data: st.DataObject) -> None:
    body = bytearray(orjson.dumps(webhooks.envelope(*VALUES)))
    start = data.draw(st.integers(0, len(body) - 1))
    body[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    parsed = read(bytes(body))
    assert size(parsed) >= 1
    assert not [item for item in parsed.unreadable if item.reason == Reason.OUR_FAULT]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")).filter(str.strip))
def test_what_a_guest_writes_is_read_as_it_was_written(words: str) -> None:
    document = webhooks.envelope(webhooks.value(messages=[webhooks.text(words)]))
    for body in (orjson.dumps(document), json.dumps(document).encode()):
        (event,) = read(body).events
        assert event.event == TextReceived(text=words)


@given(st.integers() | st.text(max_size=12) | st.floats())
def test_no_message_comes_from_the_future(timestamp: Any) -> None:
    message = webhooks.text("hola") | {"timestamp": timestamp}
    (event,) = read(json.dumps(webhooks.envelope(webhooks.value(messages=[message]))).encode()).events
    assert (event.sent_at - NOW).total_seconds() <= 300
