"""Between frozen dataclasses and JSON: the one place that knows how rows are written."""

import re
from typing import Annotated, Any, Final

import orjson
from pydantic import Field, TypeAdapter

from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import ChoiceReceived, Event, OtherReceived, TextReceived
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.stays import PmsReservation, ReservationRequest

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])
MESSAGE: TypeAdapter[OutboundMessage] = TypeAdapter(Annotated[OutboundMessage, Field(discriminator="type")])
STATE: TypeAdapter[State] = TypeAdapter(State)
REQUEST: TypeAdapter[ReservationRequest] = TypeAdapter(ReservationRequest)
RESERVATION: TypeAdapter[PmsReservation] = TypeAdapter(PmsReservation)
_STRINGS: Final = (TextReceived, ChoiceReceived, OtherReceived)
# NUL as JSON writes it, unless its backslash is itself escaped.
_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def text(adapter: TypeAdapter[Any], value: object) -> str:
    """Write a value as JSON text."""
    return without_nul(adapter.dump_json(value)).decode()


def event_text(event: Event) -> str:
    """Write an event as JSON text."""
    # What guests send holds nothing but strings: orjson writes those in a fifth of the time.
    if isinstance(event, _STRINGS):
        return without_nul(orjson.dumps(event)).decode()
    return text(EVENT, event)


def without_nul(body: bytes) -> bytes:
    """Replace what Postgres can't hold, and fails on when it reads it out of JSON; no person could read it either."""
    return _NUL.sub(rb"\1\\ufffd", body) if b"\\u0000" in body else body
