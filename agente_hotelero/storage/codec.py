"""Between frozen dataclasses and JSON: the one place that knows how rows are written."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import Event
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.stays import PmsReservation, ReservationRequest

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])
MESSAGE: TypeAdapter[OutboundMessage] = TypeAdapter(Annotated[OutboundMessage, Field(discriminator="type")])
STATE: TypeAdapter[State] = TypeAdapter(State)
REQUEST: TypeAdapter[ReservationRequest] = TypeAdapter(ReservationRequest)
RESERVATION: TypeAdapter[PmsReservation] = TypeAdapter(PmsReservation)


def text(adapter: TypeAdapter[Any], value: object) -> str:
    """Write a value as JSON text."""
    return adapter.dump_json(value).decode()
