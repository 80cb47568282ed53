from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import (
    ChoiceReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    NameChanged,
    OtherReceived,
    StaffTookOver,
    TextReceived,
)
from agente_hotelero.model.ids import Alias, AliasKind
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import ACCOUNT, NOW, content_of, read, read_one

BSUID = "US.13491208655302741918"


def nameless(content: dict[str, Any] | None = None) -> dict[str, Any]:
    """A message without `from`."""
    item = webhooks.text("hola", wamid="wamid.X") | (content or {})
    del item["from"]
    return item


def test_a_text_becomes_an_event_with_all_that_is_known_of_it() -> None:
    event = read_one(webhooks.text("¿Hay sitio?", wamid="wamid.1", timestamp=1_750_000_000))
    assert event.account == ACCOUNT
    assert event.external_id == "wamid.1"
    assert event.alias == Alias(AliasKind.PHONE, webhooks.GUEST)
    assert event.address == webhooks.GUEST
    assert event.event == TextReceived(text="¿Hay sitio?")
    assert event.sent_at == datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)
    assert event.profile_name == "Ana Pérez"


@pytest.mark.parametrize(
    ("content", "event"),
    [
        (
            {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "A"}}},
            ChoiceReceived(option_id="a", title="A"),
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "b", "title": "B", "description": "d"}},
            },
            ChoiceReceived(option_id="b", title="B"),
        ),
        (
            {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a"}}},
            ChoiceReceived(option_id="a", title=""),
        ),
        ({"type": "button", "button": {"payload": "yes", "text": "Sí"}}, ChoiceReceived(option_id="yes", title="Sí")),
        ({"type": "button", "button": {"text": "Sí"}}, ChoiceReceived(option_id="Sí", title="Sí")),
        ({"type": "button"}, OtherReceived(what="button")),
        ({"type": "interactive"}, OtherReceived(what="interactive")),
        ({"type": "interactive", "errors": [{"code": 131051}]}, OtherReceived(what="interactive")),
        (
            {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{"}}},
            FormReceived(what="nfm_reply", text=""),
        ),
        (
            {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": "x"}},
            OtherReceived(what="button_reply"),
        ),
        ({"type": "text"}, OtherReceived(what="text")),
        ({"type": "text", "text": None}, OtherReceived(what="text")),
        ({"type": "text", "text": {"body": " \u0000 "}}, OtherReceived(what="text")),
        ({"type": "text", "text": {"body": ["x"]}}, OtherReceived(what="text")),
        ({"text": {"body": "without type"}}, TextReceived(text="without type")),
        ({"location": {"latitude": 1, "longitude": 2}}, LocationReceived(latitude=1, longitude=2)),
        ({"type": "image", "image": {"id": "1"}}, MediaReceived(what="image", media_id="1")),
        ({"type": "audio", "audio": 7}, OtherReceived(what="audio")),
        ({"type": "reaction", "reaction": {"message_id": "x"}}, OtherReceived(what="reaction")),
        ({"type": "system", "system": {"type": "customer_identity_changed"}}, OtherReceived(what="system")),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, OtherReceived(what="unsupported")),
        ({"type": "hologram_2031", "hologram_2031": {}}, OtherReceived(what="hologram_2031")),
        ({"type": "no word\n<script>"}, OtherReceived(what="unknown")),
        ({"type": ["x"]}, OtherReceived(what="unknown")),
        ({}, OtherReceived(what="unknown")),
        ({"type": "text", "text": {"body": "book it"}, "group_id": "G1"}, OtherReceived(what="group")),
    ],
)
def test_each_kind_of_message_is_read(content: dict[str, Any], event: Event) -> None:
    assert content_of(content) == event


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("a\u0000b", "ab"),
        ("x" * 70_000, "x" * 65_536),
        ("ñ" * 40_000, "ñ" * 32_768),
        ("a" + "😀" * 20_000, "a" + "😀" * 16_383),
        ("  as it came \n", "  as it came \n"),
    ],
)
def test_a_text_is_stored_without_what_postgres_refuses_and_cut_at_64_kib(said: str, stored: str) -> None:
    assert content_of({"type": "text", "text": {"body": said}}) == TextReceived(text=stored)


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        (1_750_000_000, datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)),
        ("1750000000", datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)),
        (str(int(NOW.timestamp()) + 299), NOW + timedelta(seconds=299)),
        (str(int(NOW.timestamp()) + 301), NOW),
        (int(NOW.timestamp()) * 1_000, NOW),
        ("1", NOW),
        ("0", NOW),
        ("-5", NOW),
        ("9" * 30, NOW),
        ("9" * 5_000, NOW),
        ("soon", NOW),
        ("", NOW),
        (None, NOW),
        (True, NOW),
        (1.5, NOW),
        ([], NOW),
    ],
)
def test_a_date_that_can_not_be_is_taken_for_now(said: Any, read_as: datetime) -> None:
    assert read_one(webhooks.text("hola") | {"timestamp": said}).sent_at == read_as


@pytest.mark.parametrize("bad", [None, "", "  ", 7, ["x"], "\u0000", "x" * 1_025])
def test_without_an_id_of_its_own_a_message_can_not_take_effect_once(bad: Any) -> None:
    parsed = read(webhooks.body(webhooks.text("hola") | {"id": bad}))
    assert ([item.reason for item in parsed.unreadable], parsed.events) == ([Reason.NO_ID], ())


def test_without_a_sender_there_is_nobody_to_answer() -> None:
    body = webhooks.envelope(webhooks.value(messages=[nameless()], names={}))
    assert [item.reason for item in read(body).unreadable] == [Reason.NO_SENDER]


PHONE = Alias(AliasKind.PHONE, webhooks.GUEST)
USER = Alias(AliasKind.BSUID, BSUID)


@pytest.mark.parametrize(
    ("message", "contacts", "alias"),
    [
        (webhooks.text("x") | {"from_user_id": BSUID}, [], PHONE),
        (webhooks.text("x", sender=f"+{webhooks.GUEST}"), [], PHONE),
        (webhooks.text("x", sender=BSUID), [], USER),
        (webhooks.text("x", sender="US.1") | {"from_user_id": BSUID}, [], USER),
        (webhooks.text("x", sender=BSUID), [{"wa_id": webhooks.GUEST, "user_id": BSUID}], PHONE),
        (nameless({"from_user_id": BSUID}), [], USER),
        (nameless({"from_user_id": BSUID}), [{"user_id": BSUID, "profile": {"name": "Ana"}}], USER),
        (nameless({"from_user_id": BSUID}), [{"user_id": BSUID, "wa_id": webhooks.GUEST}], PHONE),
        (nameless({"from_user_id": BSUID}), [{"wa_id": webhooks.GUEST}], PHONE),
        (nameless({"from_user_id": BSUID}), [{"user_id": "US.1", "wa_id": "34600000000"}], USER),
        (nameless(), [{"wa_id": webhooks.GUEST}], PHONE),
        (nameless(), [{"user_id": BSUID}], USER),
        (webhooks.text("x"), "no list", PHONE),
        (webhooks.text("x"), [None, 7, {"wa_id": 7, "profile": 8}], PHONE),
    ],
)
def test_a_guest_is_known_by_phone_else_by_user_id(message: dict[str, Any], contacts: Any, alias: Alias) -> None:
    event = read_one(message, contacts=contacts)
    assert (event.alias, event.address) == (alias, alias.value)


def test_names_are_matched_by_sender_and_never_by_position() -> None:
    value = webhooks.value(
        messages=[webhooks.text("a", sender="222"), webhooks.text("b", sender="111"), webhooks.text("c", sender="333")],
        names={"111": "One", "222": "Two"},
    )
    assert [event.profile_name for event in read(webhooks.envelope(value)).events] == ["Two", "One", None]


def test_a_lone_contact_with_another_phone_is_somebody_else() -> None:
    assert read_one(webhooks.text("x"), contacts=[{"wa_id": "999", "profile": {"name": "Eve"}}]).profile_name is None


@pytest.mark.parametrize(("name", "stored"), [("A\u0000na", "Ana"), ("", None), (7, None), ("x" * 600, "x" * 512)])
def test_a_profile_name_is_made_fit_to_store(name: Any, stored: str | None) -> None:
    event = read_one(webhooks.text("x"), contacts=[{"wa_id": webhooks.GUEST, "profile": {"name": name}}])
    assert event.profile_name == stored


def echo(**changes: Any) -> dict[str, Any]:
    item = {"from": "15550783881", "to": webhooks.GUEST, "id": "wamid.E", "timestamp": "1750000000", "type": "text"}
    return webhooks.envelope(
        webhooks.value() | {"message_echoes": [item | {"text": {"body": "Soy Marta"}} | changes]},
        field="smb_message_echoes",
    )


def test_an_answer_from_the_hotels_phone_is_a_take_over_of_that_guest() -> None:
    (event,) = read(echo()).events
    assert (event.event, event.alias, event.external_id) == (StaffTookOver(text="Soy Marta"), PHONE, "wamid.E")


def test_a_take_over_of_a_guest_without_phone_is_known_by_user_id() -> None:
    (event,) = read(echo(to=None, to_user_id=BSUID)).events
    assert event.alias == USER


def test_an_answer_of_metas_own_bot_is_no_person() -> None:
    parsed = read(echo(message_creation_type="created_by_1p_bot"))
    assert ([item.reason for item in parsed.unreadable], parsed.events) == ([Reason.ECHO_OF_BOT], ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"type": "image", "image": {"id": "1", "caption": "La suite"}}, "(image) La suite"),
        ({"type": "audio", "audio": {"id": "1"}}, "(audio)"),
        (
            {"type": "edit", "edit": {"original_message_id": "a", "message": {"text": {"body": "Hasta las 12"}}}},
            "Hasta las 12",
        ),
        ({"type": "location", "location": {"latitude": 1, "longitude": 2}}, "(location)"),
        ({"type": "unsupported"}, "(unsupported)"),
    ],
)
def test_what_a_person_said_from_the_hotels_phone_is_kept_for_the_desk(content: dict[str, Any], words: str) -> None:
    (event,) = read(echo(**content)).events
    assert event.event == StaffTookOver(text=words)


def test_what_staff_say_in_a_group_takes_no_guest_over() -> None:
    parsed = read(echo(group_id="G1"))
    assert ([item.reason for item in parsed.unreadable], parsed.events) == ([Reason.ECHO_IN_GROUP], ())


# Every name that a message carries.

PARENT = Alias(AliasKind.PARENT, "US.ENT.11815799212886844830")
CONTACT = {"wa_id": webhooks.GUEST, "user_id": BSUID, "parent_user_id": PARENT.value}


@pytest.mark.parametrize(
    ("message", "contacts", "names"),
    [
        (webhooks.text("x"), [], ()),
        (webhooks.text("x"), [{"wa_id": webhooks.GUEST}], ()),
        (webhooks.text("x"), [CONTACT], (PHONE, USER, PARENT)),
        (webhooks.text("x") | {"from_user_id": BSUID}, [], (PHONE, USER)),
        (webhooks.text("x", sender=BSUID), [CONTACT], (PHONE, USER, PARENT)),
        (nameless({"from_user_id": BSUID}), [], ()),
        (nameless({"from_user_id": BSUID, "from_parent_user_id": PARENT.value}), [], (USER, PARENT)),
        (nameless({"from_user_id": PARENT.value}), [], ()),
        (webhooks.text("x"), [{"wa_id": "999", "user_id": "US.1"}], ()),
    ],
)
def test_every_name_that_a_message_carries_is_read(
    message: dict[str, Any], contacts: Any, names: tuple[Alias, ...]
) -> None:
    assert read_one(message, contacts=contacts).names == names


def test_names_in_an_echo_are_those_of_whom_it_was_sent_to() -> None:
    (event,) = read(echo(to_user_id=BSUID, to_parent_user_id=PARENT.value)).events
    assert event.names == (PHONE, USER, PARENT)


OLD, NEW, NUMBER = Alias(AliasKind.BSUID, "US.1"), Alias(AliasKind.BSUID, "US.2"), Alias(AliasKind.PHONE, "34600111222")
CHANGED = {"previous_user_id": "US.1", "user_id": "US.2"}
PARENTS = {"previous_parent_user_id": "US.ENT.1", "parent_user_id": "US.ENT.2"}


def system(**changes: Any) -> dict[str, Any]:
    return nameless({"type": "system", "system": changes})


@pytest.mark.parametrize(
    ("message", "names", "formerly"),
    [
        (system(type="user_changed_user_id", **CHANGED), (NEW,), (OLD,)),
        (
            system(type="user_changed_user_id", **CHANGED, **PARENTS),
            (NEW, Alias(AliasKind.PARENT, "US.ENT.2")),
            (OLD, Alias(AliasKind.PARENT, "US.ENT.1")),
        ),
        (system(type="user_changed_number", wa_id="34600111222", **CHANGED), (NUMBER, NEW), (OLD,)),
        (system(type="user_changed_number", wa_id="34600111222") | {"from": webhooks.GUEST}, (NUMBER,), (PHONE,)),
        (
            system(type="customer_changed_number", new_wa_id="34600111222") | {"from": webhooks.GUEST},
            (NUMBER,),
            (PHONE,),
        ),
        (
            system(type="user_changed_number", wa_id="34600111222", **CHANGED) | {"from": webhooks.GUEST},
            (NUMBER, NEW),
            (PHONE, OLD),
        ),
    ],
)
def test_a_guest_whose_name_changed_is_the_guest_of_before(
    message: dict[str, Any], names: tuple[Alias, ...], formerly: tuple[Alias, ...]
) -> None:
    event = read_one(message)
    assert (event.event, event.names, event.formerly) == (NameChanged(), names, formerly)
    assert event.address == names[0].value


@pytest.mark.parametrize(
    "system",
    [
        {"type": "customer_identity_changed"},
        {"wa_id": webhooks.GUEST},
        {"user_id": "US.2"},
        {"previous_user_id": "US.2"},
    ],
)
def test_what_changes_no_name_is_no_change(system: dict[str, Any]) -> None:
    event = read_one(webhooks.message({"type": "system", "system": system}))
    assert (event.event, event.formerly, event.address) == (OtherReceived(what="system"), (), webhooks.GUEST)


def id_update(**changes: Any) -> dict[str, Any]:
    item = {"wa_id": webhooks.GUEST, "user_id": {"previous": "US.1", "current": "US.2"}, "timestamp": "1750000000"}
    return webhooks.envelope(webhooks.value() | {"user_id_update": [item | changes]}, field="user_id_update")


def test_a_new_id_that_comes_in_its_own_field_is_a_change_too_and_the_same_one_each_time() -> None:
    events = [read(id_update()).events[0] for _ in range(2)]
    assert [event.event for event in events] == [NameChanged()] * 2
    assert (events[0].names, events[0].formerly) == ((PHONE, NEW), (OLD,))
    assert events[0].external_id == events[1].external_id
    [another] = read(id_update(user_id={"previous": "US.2", "current": "US.3"})).events
    assert another.external_id != events[0].external_id


@pytest.mark.parametrize("ids", [None, {}, {"current": "US.2"}, {"previous": "US.1"}, ["x"]])
def test_an_update_that_names_no_change_is_kept(ids: Any) -> None:
    parsed = read(id_update(user_id=ids, wa_id=None))
    assert (len(parsed.events), [item.reason for item in parsed.unreadable]) == (0, [Reason.NO_SENDER])
