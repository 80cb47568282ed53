"""How the tests of reading ask: one hotel, one account, one moment."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.model.events import Event, InboundEvent, Parsed
from agente_hotelero.model.ids import Account, Channel, HotelId
from tests.fakes import webhooks

HOTEL: Final = HotelId("demo")
NOW: Final = datetime(2025, 6, 20, 12, 0, tzinfo=UTC)
ACCOUNT: Final = Account(HOTEL, Channel.WHATSAPP, webhooks.ACCOUNT)
HOTELS: Final = {webhooks.ACCOUNT: HOTEL, "other-app": HotelId("other")}


def read(body: bytes | dict[str, Any]) -> Parsed:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return parse(raw, hotel_of=HOTELS.get, accounts=frozenset({webhooks.ACCOUNT}), received_at=NOW)


def read_one(message: dict[str, Any], **others: Any) -> InboundEvent:
    """Read one message, with what else its change's value should hold."""
    parsed = read(webhooks.envelope(webhooks.value(messages=[message]) | others))
    assert not parsed.reports
    assert not parsed.unreadable
    (event,) = parsed.events
    return event


def content_of(content: dict[str, Any]) -> Event:
    return read_one(webhooks.message(content)).event
