"""Payloads that others collected, and Meta's own description of what it takes; they lie outside the project."""

import asyncio
import importlib.util
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.channels.port import Outgoing
from agente_hotelero.channels.whatsapp.compose import parts, payload
from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import (
    ChoiceReceived,
    ContactsReceived,
    Event,
    FormReceived,
    InboundEvent,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    NameChanged,
    OtherReceived,
    Parsed,
    StaffTookOver,
    TextReceived,
)
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Reaction,
    Template,
    TemplateButton,
    TemplateValue,
    Text,
)
from agente_hotelero.storage.inbox import Incoming
from tests.fakes.graph_schema import is_mark, refusal
from tests.support.storage_journal import Journal

MATERIAL = os.environ.get("AGENTE_CONFORMANCE_DIR")
CORPUS = Path(MATERIAL or ".", "corpora", "whatsapp")
GRAPH = Path(MATERIAL or ".", "graph")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
PLAYED = {"played": "read"}
"""A voice note that was heard was read."""

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with corpora/whatsapp"),
]
needs_graph = pytest.mark.skipif(not GRAPH.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with graph")


def manifest() -> list[dict[str, Any]]:
    path = CORPUS / "MANIFEST.json"
    return json.loads(path.read_text()) if path.is_file() else []


def accounts_in(node: Any) -> set[str]:
    """Every phone_number_id in a document: here each is ours."""
    if isinstance(node, list):
        return {name for child in node for name in accounts_in(child)}
    if not isinstance(node, dict):
        return set()
    own = {node["phone_number_id"]} if isinstance(node.get("phone_number_id"), str) else set()
    return own | {name for child in node.values() for name in accounts_in(child)}


def read(path: Path) -> Parsed:
    return read_document(json.loads(path.read_bytes()))


def read_document(document: Any) -> Parsed:
    body, accounts = json.dumps(document).encode(), frozenset(accounts_in(document))
    return parse(body, hotel_of=lambda _: HotelId("demo"), accounts=accounts, received_at=NOW)


def ids(items: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(item["id"] for item in items)


def is_echo(event: InboundEvent) -> bool:
    return isinstance(event.event, StaffTookOver)


def test_all_that_a_payload_holds_is_found() -> None:
    """Each message, status and echo once, and nothing beside them; whatever it is, it is never our fault."""
    wrong = {item["file"]: found for item in manifest() if (found := trouble_with(item))}
    assert wrong == {}


def trouble_with(item: dict[str, Any]) -> list[str]:
    parsed, expected = read(CORPUS / item["file"]), item["expect"]
    found = [event for event in parsed.events if not is_echo(event) and not is_news(event)]
    trouble = [one.reason for one in parsed.unreadable if one.reason == Reason.OUR_FAULT]
    if sorted(event.external_id for event in found) != ids(expected["messages"]):
        trouble.append("messages")
    if sorted(report.provider_id for report in parsed.reports) != ids(expected["statuses"]):
        trouble.append("statuses")
    trouble += [f"echo {echo['id']}" for echo in expected["echoes"] if times_seen(echo["id"], parsed) != 1]
    pairs = zip(found, expected["messages"], strict=False)
    return trouble + [f"{message['id']}: {event.event}" for event, message in pairs if not fits(event.event, message)]


def is_news(event: InboundEvent) -> bool:
    """A new id or a preference, which come in fields of their own: MANIFEST.json counts them among the others."""
    return event.external_id.startswith(("user_id_update:", "preference:"))


def times_seen(name: str, parsed: Parsed) -> int:
    """As an event, or kept with the reason why it is none: Meta's own bot, a number that is not named."""
    kept = [one for one in parsed.unreadable if json.dumps(name).encode() in one.raw]
    return sum(event.external_id == name for event in parsed.events) + len(kept)


# What becomes of each type; "?" is a message that names none.
BECOMES: dict[str, tuple[type[Any], ...]] = {
    "text": (TextReceived, OtherReceived),
    "image": (MediaReceived, OtherReceived),
    "video": (MediaReceived,),
    "audio": (MediaReceived,),
    "document": (MediaReceived,),
    "sticker": (MediaReceived,),
    "location": (LocationReceived,),
    "contacts": (ContactsReceived,),
    "interactive": (ChoiceReceived, FormReceived, OtherReceived),
    "button": (ChoiceReceived,),
    "reaction": (OtherReceived,),
    "order": (FormReceived,),
    "system": (NameChanged, OtherReceived),
    "edit": (MessageEdited,),
    "revoke": (MessageRevoked,),
    "unsupported": (OtherReceived,),
    "unknown": (OtherReceived,),
}


def fits(event: Event, message: dict[str, Any]) -> bool:
    if isinstance(event, TextReceived) and message.get("text") is not None:
        return bool(event.text == message["text"])
    kind = message.get("type")
    return isinstance(event, BECOMES[kind]) if kind in BECOMES else not isinstance(event, StaffTookOver)


def test_take_overs_by_a_person_are_found() -> None:
    echoes = [event for item in manifest() for event in read(CORPUS / item["file"]).events if is_echo(event)]
    # In all five files: one was sent by Meta's bot, and one does not say from which number.
    assert len(echoes) >= 3


def battery() -> list[dict[str, Any]]:
    path = GRAPH / "outbound_battery.json"
    return json.loads(path.read_text()) if path.is_file() else []


OURS = {"text", "interactive", "image", "document", "location", "reaction", "template"}
BEYOND = {"flow", "location str", "text no type (Meta: defaults to text)", "list body 2000 (Meta: 4096)"}
"""Taken by Meta, and nothing that we send."""


def is_ours(item: dict[str, Any]) -> bool:
    body = item["body"]
    return isinstance(body, dict) and (is_mark(body) or body.get("type") in OURS) and item["name"] not in BEYOND


@needs_graph
def test_the_judge_of_our_bodies_judges_as_meta_does() -> None:
    wrong = [item["name"] for item in battery() if not item["meta_accepts"] and refusal(item["body"]) is None]
    missed = [item["name"] for item in battery() if item["meta_accepts"] and is_ours(item) and refusal(item["body"])]
    assert (wrong, missed) == ([], [])
    assert sum(map(is_ours, battery())) > 60


def test_every_new_number_or_id_says_who_the_guest_was() -> None:
    events = [event for item in manifest() for event in read(CORPUS / item["file"]).events]
    changes = [event for event in events if isinstance(event.event, NameChanged)]
    assert len(changes) >= 3
    assert all(event.names and event.formerly for event in changes)


def test_every_field_of_an_account_is_kept_under_its_name() -> None:
    kept = {one.reason for item in manifest() for one in read(CORPUS / item["file"]).unreadable}
    told = {name for item in manifest() for name in item["expect"]["other"]}
    assert told - kept <= {"smb_message_echoes", "user_id_update", "user_preferences", "unknown_field_xyz", "calls"}
    assert Reason.UNHANDLED_FIELD in kept


@pytest.fixture(scope="module")
def batches() -> Callable[..., Any]:
    path = CORPUS.parents[1] / "tools" / "whatsapp_compose.py"
    spec = importlib.util.spec_from_file_location("whatsapp_compose", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return partial(module.batches, CORPUS)


@pytest.mark.parametrize("seed", range(6))
def test_composed_batches_hold_what_they_were_made_of(batches: Callable[..., Any], seed: int) -> None:
    posts, expected = batches(seed=seed)
    parsed = [read_document(post) for post in posts]
    found: set[tuple[str, ...]] = {
        ("message", event.external_id)
        for one in parsed
        for event in one.events
        if not is_echo(event) and not is_news(event)
    }
    found |= {("status", report.provider_id, report.state.value) for one in parsed for report in one.reports}
    assert found == {
        ("status", *one[1:-1], PLAYED.get(one[-1], one[-1])) if one[0] == "status" else one for one in expected
    }
    assert not [one for post in parsed for one in post.unreadable if one.reason == Reason.OUR_FAULT]


async def test_composed_batches_in_any_order_are_stored_exactly_once(
    batches: Callable[..., Any], database_url: str
) -> None:
    """By two processes at once, one of which gets them from the other end."""
    posts, expected = batches(seed=11)
    items: list[list[Incoming]] = [[*one.events, *one.reports, *one.unreadable] for one in map(read_document, posts)]
    processes = (Journal(database_url), Journal(database_url))
    for pair in zip(items, items[::-1], strict=True):
        await asyncio.gather(*(one.inbox.store(batch) for one, batch in zip(processes, pair, strict=True)))
    connection = await asyncpg.connect(database_url)
    stored = await connection.fetch("SELECT external_id FROM inbox WHERE external_id LIKE 'wamid.T%'")
    reported = await connection.fetch("SELECT provider_id, state FROM delivery_report")
    for one in (*processes, connection):
        await one.close()
    assert sorted(row["external_id"] for row in stored) == sorted(
        name for kind, name, *_ in expected if kind == "message"
    )
    assert sorted(tuple(row) for row in reported) == sorted(
        (one[1], PLAYED.get(one[2], one[2])) for one in expected if one[0] == "status"
    )


options = st.builds(
    Option,
    id=st.text(st.characters(codec="utf-8"), max_size=260),
    title=st.text(st.characters(codec="utf-8"), max_size=26),
    description=st.just("") | st.text(st.characters(codec="utf-8"), max_size=80),
)
neat_options = st.builds(
    lambda n, title, description: Option(id=f"room:{n}", title=f"{title} {n}", description=description),
    st.integers(0, 99),
    st.sampled_from(["Doble", "Habitación triple", "Suite con vistas"]),
    st.sampled_from(["", "desde 90 €", "x" * 72]),
)
bodies = st.sampled_from(["¿Cuál?", "x" * 1024, "x" * 1025, "palabra " * 700]) | st.text(
    st.characters(codec="utf-8"), max_size=50
)
addresses = st.sampled_from(
    [
        "https://hotel.example/a.jpg",
        "/photos/a.jpg",
        "http://hotel.example/a.jpg",
        "javascript:alert(1)",
        "",
        "https://x y",
    ]
)
others = (
    st.builds(Location, latitude=st.floats(), longitude=st.floats(), name=bodies, address=bodies)
    | st.builds(Picture, source=addresses, caption=bodies)
    | st.builds(Document, source=addresses, filename=st.sampled_from(["a.pdf", "", "a/b"]), caption=bodies)
    | st.builds(LocationRequest, body=bodies)
    | st.builds(ContactRequest, body=bodies)
    | st.builds(
        Reaction, message_id=st.sampled_from(["wamid.X", "", "x" * 1025]), emoji=st.sampled_from(["👍", ""]) | bodies
    )
    | st.builds(
        Template,
        name=st.sampled_from(["novedades", "Con Blancos"]),
        language=st.sampled_from(["es", "pt_BR", "español"]),
        words=bodies,
        values=st.lists(st.builds(TemplateValue, text=bodies, name=st.sampled_from(["", "a", "b"])), max_size=3).map(
            tuple
        ),
        buttons=st.lists(
            st.builds(
                TemplateButton,
                index=st.integers(-1, 11),
                kind=st.sampled_from(["quick_reply", "url"]),
                value=st.sampled_from(["DEMO-1", ""]),
            ),
            max_size=2,
        ).map(tuple),
    )
    | st.builds(Link, body=bodies, title=st.sampled_from(["Pagar", "Ver la página de pago", "", " a"]), url=addresses)
)
messages = (
    st.builds(Text, body=bodies)
    | others
    | st.builds(
        Choices,
        body=bodies,
        options=st.lists(options, max_size=12).map(tuple) | st.lists(neat_options, max_size=12).map(tuple),
        menu_label=st.sampled_from(["Opciones", "Ver todas las opciones", ""]),
        photo=st.sampled_from([None, "https://hotel.example/a.jpg", "/photos/a.jpg", "http://hotel.example/a.jpg"]),
    )
)


@needs_graph
@given(
    message=messages, interactive=st.booleans(), address=st.sampled_from(["5491150001234", "US.13491208655302741918"])
)
def test_what_we_compose_is_what_meta_takes(message: OutboundMessage, interactive: bool, address: str) -> None:
    for part in parts(message):
        body = payload(Outgoing(outbox_id=1, address=address, message=part, interactive=interactive))
        assert refusal(body) is None
