from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.channels.whatsapp.parse import walk
from agente_hotelero.channels.whatsapp.plain import read_plain
from agente_hotelero.model.events import InboundEvent, Parsed
from agente_hotelero.model.ids import Account, Channel, HotelId
from tests.fakes import webhooks
from tests.property.test_whatsapp_parse import anything, mutated, paths_of
from tests.unit.channels.whatsapp.reading import NOW

Json = dict[str, Any]

NUMBER = webhooks.ACCOUNT
HOTELS = {NUMBER: HotelId("demo"), "200000000000002": HotelId("other")}
ACCOUNTS = frozenset({NUMBER})
ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "0",
    "1750000000",
    "99999999999999",
    "+5491",
    "AR.1234",
    "AR.ENT.1234",
    "\0",
    "ñ" * 600,
    7,
    True,
    [],
    {},
)

MORE = (
    "group_id",
    "errors",
    "statuses",
    "user_id",
    "from_user_id",
    "parent_user_id",
    "from_parent_user_id",
    "message_echoes",
)


def plain(document: Any) -> InboundEvent | None:
    def account_of(name: str) -> Account | None:
        return Account(HOTELS[name], Channel.WHATSAPP, name) if name in ACCOUNTS else None

    return read_plain(document, account_of=account_of, received_at=NOW)


def walked(document: Any) -> Parsed:
    return walk(document, b"{}", hotel_of=HOTELS.get, accounts=ACCOUNTS, received_at=NOW, business_of=lambda _: None)


def one_text(*, message: Json | None = None, contact: Json | None = None) -> Any:
    said = webhooks.text("¿Hay sitio del 5 al 8?") | (message or {})
    value = webhooks.value(messages=[said])
    whose = {"profile": {"name": "Ana Pérez"}, "wa_id": said["from"]} | (contact or {})
    return webhooks.envelope(value | {"contacts": [whose]})


def of_field(field: str) -> Any:
    document = one_text()
    document["entry"][0]["changes"][0]["field"] = field
    return document


def of_value(more: Json) -> Any:
    document = one_text()
    document["entry"][0]["changes"][0]["value"] |= more
    return document


TEXTS = (
    one_text(),
    one_text(contact={"user_id": "AR.1234"}),
    one_text(message={"from_user_id": "AR.1234"}),
    one_text(message={"from_user_id": "AR.1234"}, contact={"user_id": "AR.1234"}),
)


@st.composite
def relatives(draw: st.DrawFn) -> Any:
    """One guest's text, with something else, something more or something less in up to three places."""
    document: Any = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(paths_of(document)[1:]))
        here = found(document, path)
        other = st.sampled_from(ODD) | anything
        another = draw(other)
        if isinstance(here, dict) and draw(st.booleans()):
            another = here | {draw(st.sampled_from(MORE)): another}
        document = mutated(document, path, another)
    return document


def found(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@pytest.mark.parametrize("document", TEXTS)
def test_a_guests_text_is_read_in_one_go(document: Any) -> None:
    event = plain(document)
    assert event is not None
    assert walked(document) == Parsed(events=(event,))


@given(document=relatives())
def test_what_is_read_in_one_go_is_what_the_walk_reads(document: Any) -> None:
    event = plain(document)
    if event is not None:
        assert walked(document) == Parsed(events=(event,))


@pytest.mark.parametrize(
    "document",
    [
        one_text(message={"group_id": "g"}),
        one_text(message={"context": {"id": "wamid.1"}}),
        one_text(message={"errors": [{"code": 1}]}),
        one_text(message={"from_user_id": "AR.1"}, contact={"user_id": "AR.2"}),
        one_text(contact={"wa_id": "5491100000000"}),
        one_text(contact={"parent_user_id": "AR.ENT.1"}),
        one_text(message={"from_user_id": "AR.ENT.1"}),
        one_text(message={"from": "+5491150001234"}, contact={"wa_id": "+5491150001234"}),
        one_text(message={"from": "5" * 1_025}, contact={"wa_id": "5" * 1_025}),
        one_text(message={"type": "image"}),
        one_text(message={"text": {"body": " \n"}}),
        one_text(message={"id": " "}),
        of_field("standby"),
        of_value({"statuses": [webhooks.status("wamid.9", "sent")]}),
        of_value({"messaging_product": [webhooks.status("wamid.9", "sent")]}),
        webhooks.envelope(webhooks.value(messages=[webhooks.text("a"), webhooks.text("b")])),
    ],
)
def test_whatever_looks_different_goes_the_long_way(document: Any) -> None:
    assert plain(document) is None
