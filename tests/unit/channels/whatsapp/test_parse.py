import json
from typing import Any

import orjson
import pytest
import structlog

from agente_hotelero.channels.whatsapp import parse as parse_module
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import TextReceived
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import ACCOUNT, HOTEL, read


def reasons(body: bytes | dict[str, Any]) -> list[str]:
    parsed = read(body)
    assert not parsed.events
    assert not parsed.reports
    return [item.reason for item in parsed.unreadable]


def test_every_entry_change_message_and_status_is_read() -> None:
    one = webhooks.value(messages=[webhooks.text("a", wamid="a"), webhooks.text("b", wamid="b")])
    two = webhooks.value(messages=[webhooks.text("c", wamid="c")], statuses=[webhooks.status("s", "read")])
    body = webhooks.envelope(one, two)
    body["entry"] += webhooks.envelope(webhooks.value(messages=[webhooks.text("d", wamid="d")]))["entry"]
    parsed = read(body)
    assert [event.external_id for event in parsed.events] == ["a", "b", "c", "d"]
    assert [report.provider_id for report in parsed.reports] == ["s"]
    assert parsed.unreadable == ()


def test_a_post_of_a_thousand_updates_is_read_whole() -> None:
    parsed = read(webhooks.body(*(webhooks.text("x" * 2_000, wamid=str(n)) for n in range(1_000))))
    assert [event.external_id for event in parsed.events] == [str(n) for n in range(1_000)]


@pytest.mark.parametrize("bad", [None, 7, "text", [], [[]], {}, {"id": ["x"]}, {"id": "x"}, {"from": "1"}])
def test_a_bad_message_spoils_only_itself(bad: Any) -> None:
    parsed = read(webhooks.body(webhooks.text("a", wamid="a"), bad, webhooks.text("b", wamid="b")))
    assert [event.external_id for event in parsed.events] == ["a", "b"]
    (item,) = parsed.unreadable
    assert (item.channel, item.account, json.loads(item.raw)) == ("whatsapp", webhooks.ACCOUNT, bad)


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"changes": 7}, {"changes": []}, {"changes": [None]}])
def test_a_bad_entry_spoils_only_itself(bad: Any) -> None:
    body = webhooks.envelope(webhooks.value(messages=[webhooks.text("a")]))
    body["entry"].insert(0, bad)
    parsed = read(body)
    assert (len(parsed.events), len(parsed.unreadable)) == (1, 1)


@pytest.mark.parametrize("bad", [7, "x", {"id": "x"}])
def test_what_is_no_list_of_messages_is_kept(bad: Any) -> None:
    parsed = read(webhooks.envelope(webhooks.value(statuses=[webhooks.status("s", "sent")]) | {"messages": bad}))
    assert (len(parsed.reports), len(parsed.events) + len(parsed.unreadable)) == (1, 1)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"{}}", b"hello"])
def test_a_body_that_is_no_json_is_kept_whole(body: bytes) -> None:
    parsed = read(body)
    assert [(item.reason, item.raw) for item in parsed.unreadable] == [(Reason.NOT_JSON, body)]


@pytest.mark.parametrize("document", [None, [], 7, {}, {"object": "page"}, {"entry": []}, {"object": ["x"]}])
def test_another_object_is_kept_whole(document: Any) -> None:
    body = orjson.dumps(document)
    assert [(item.reason, item.raw) for item in read(body).unreadable] == [(Reason.WRONG_OBJECT, body)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"object": "whatsapp_business_account"}, Reason.NOTHING_INSIDE),
        ({"object": "whatsapp_business_account", "entry": []}, Reason.NOTHING_INSIDE),
        ({"object": "whatsapp_business_account", "entry": {"id": "1"}}, Reason.WRONG_SHAPE),
        (webhooks.envelope(webhooks.value()), Reason.NOTHING_INSIDE),
        (webhooks.envelope(webhooks.value() | {"messages": [], "statuses": None}), Reason.NOTHING_INSIDE),
        (webhooks.envelope({}), Reason.UNKNOWN_ACCOUNT),
        (webhooks.envelope({"metadata": {"phone_number_id": ["x"]}}), Reason.UNKNOWN_ACCOUNT),
        (webhooks.envelope(webhooks.value(account="nobody's")), Reason.UNKNOWN_ACCOUNT),
        (webhooks.envelope(webhooks.value(account="other-app")), Reason.FOREIGN_ACCOUNT),
        (webhooks.envelope({"event": "BAN"}, field="what comes in 2030"), Reason.UNHANDLED_FIELD),
        (webhooks.envelope(webhooks.value() | {"errors": [{"code": 130429}]}), Reason.ACCOUNT_ERROR),
        (webhooks.envelope(webhooks.value() | {"calls": [{"id": "c"}]}), Reason.UNHANDLED_ITEM),
    ],
)
def test_what_says_nothing_of_a_guest_is_kept_with_its_reason(body: dict[str, Any], reason: Reason) -> None:
    assert reasons(body) == [reason]


def test_a_message_for_an_account_that_its_signer_does_not_own_starts_nothing() -> None:
    foreign = webhooks.value(messages=[webhooks.text("book me")], account="other-app")
    own = webhooks.value(messages=[webhooks.text("hola")])
    parsed = read(webhooks.envelope(foreign, own))
    assert [event.account for event in parsed.events] == [ACCOUNT]
    assert [(item.reason, item.account) for item in parsed.unreadable] == [(Reason.FOREIGN_ACCOUNT, "other-app")]


def test_a_change_without_field_is_read_by_what_it_holds() -> None:
    body = webhooks.envelope(webhooks.value(messages=[webhooks.text("hola")]))
    del body["entry"][0]["changes"][0]["field"]
    assert read(body).events[0].event == TextReceived(text="hola")


def test_a_new_key_beside_the_messages_disturbs_nobody() -> None:
    value = webhooks.value(messages=[webhooks.text("hola")]) | {"event_id": "e", "trace": {"a": 1}}
    parsed = read(webhooks.envelope(value))
    assert (len(parsed.events), len(parsed.unreadable)) == (1, 0)


def test_half_an_emoji_in_one_message_spoils_no_other() -> None:
    # Meta escapes everything beyond ASCII, so a cut in the middle of a pair arrives as one lone half.
    body = webhooks.body(webhooks.text("adiós HALF"), webhooks.text("hola 😀")).replace(b"HALF", b"\\ud83d")
    assert [event.event for event in read(body).events] == [TextReceived(text="adiós "), TextReceived(text="hola 😀")]


def test_bytes_that_are_no_utf8_spoil_no_other_message() -> None:
    body = webhooks.body(webhooks.text("BAD"), webhooks.text("hola")).replace(b"BAD", b"\xff")
    assert [event.event for event in read(body).events] == [TextReceived(text="\ufffd"), TextReceived(text="hola")]


def test_numbers_that_are_no_json_spoil_no_message() -> None:
    body = webhooks.body(webhooks.location(-34.6) | {"accuracy": "NUMBER"}, webhooks.text("hola"))
    for number in (b"NaN", b"1e999", b"-Infinity", b"1" * 40):
        assert len(read(body.replace(b'"NUMBER"', number)).events) == 2


def test_an_unreadable_item_with_half_an_emoji_keeps_it() -> None:
    body = webhooks.body({"id": "HALF"}).replace(b"HALF", b"\\ud83d")
    assert json.loads(read(body).unreadable[0].raw) == {"id": "\ud83d"}


def test_an_item_too_deep_to_be_written_is_kept_as_its_body() -> None:
    body = webhooks.body({"deep": "DEEP"}, webhooks.text("hola")).replace(b'"DEEP"', b"[" * 1_010 + b"]" * 1_010)
    parsed = read(body)
    assert [event.event for event in parsed.events] == [TextReceived(text="hola")]
    assert b"[[[[" in parsed.unreadable[0].raw


def test_our_own_fault_spoils_one_item_and_tells_nothing_of_the_guest(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("quotes the guest: secret plans")

    monkeypatch.setattr(parse_module, "read_message", broken)
    with structlog.testing.capture_logs() as logs:
        parsed = read(
            webhooks.envelope(
                webhooks.value(messages=[webhooks.text("secret plans")], statuses=[webhooks.status("s", "sent")])
            )
        )
    assert [item.reason for item in parsed.unreadable] == [Reason.OUR_FAULT]
    assert len(parsed.reports) == 1
    assert "secret plans" not in str(logs)
    assert logs[0]["error"] == "ValueError"


def test_events_belong_to_the_hotel_of_the_number() -> None:
    (event,) = read(webhooks.body(webhooks.text("hola"))).events
    assert (event.account, event.account.hotel) == (ACCOUNT, HOTEL)


@pytest.mark.parametrize("field", [{}, [], 7, True, {"no": "field"}])
def test_a_field_that_is_no_name_costs_its_change_only(field: object) -> None:
    good = webhooks.value(messages=[webhooks.text("hola")])
    document = webhooks.envelope(good, good)
    document["entry"][0]["changes"][0]["field"] = field

    parsed = read(json.dumps(document).encode())

    assert len(parsed.events) == 1
    assert [item.reason for item in parsed.unreadable] == [Reason.UNHANDLED_FIELD]


@pytest.mark.parametrize(
    "value", [{}, {"event": {}}, {"event": "DISABLED_UPDATE", "ban_info": 7}, {"restriction_info": {"x": 1}}]
)
def test_news_of_an_account_in_any_shape_cost_nobody_a_message(value: dict[str, object]) -> None:
    document = webhooks.envelope(webhooks.value(messages=[webhooks.text("hola")]))
    document["entry"][0]["changes"].append({"field": "account_update", "value": value})

    assert len(read(json.dumps(document).encode()).events) == 1
