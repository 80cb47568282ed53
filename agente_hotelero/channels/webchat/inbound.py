"""What the chat page posts, and the event it becomes."""

from datetime import datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from agente_hotelero.model.events import ChoiceReceived, InboundEvent, TextReceived
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId

TEXT_LIMIT: Final = 2_000
LABEL_LIMIT: Final = 256


def _storable(text: str) -> str:
    """Drop NUL, which Postgres can't hold, and the blanks around."""
    return text.replace("\0", "").strip()


Words = Annotated[str, StringConstraints(max_length=TEXT_LIMIT), AfterValidator(_storable)]
Label = Annotated[str, StringConstraints(max_length=LABEL_LIMIT), AfterValidator(_storable)]


_SAID: Final = {"type": "string", "pattern": r"[^\s\x00]"}
_UNSAID: Final = {"type": "null"}
_ONE_THING: Final[dict[str, Any]] = {
    "oneOf": [
        {"required": ["text"], "properties": {"text": _SAID, "option_id": _UNSAID}},
        {"required": ["option_id"], "properties": {"option_id": _SAID, "text": _UNSAID}},
    ]
}


class PostedMessage(BaseModel):
    """A message from the page: words, or an option that was pressed."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=_ONE_THING)

    id: UUID = Field(description="Made by the browser, once per message: sending it again is harmless.")
    text: Words | None = None
    option_id: Label | None = None
    title: Label | None = Field(default=None, description="What the button said.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.text) == bool(self.option_id):
            raise ValueError("either text or option_id is needed")
        return self


class PostedAck(BaseModel):
    """How far the page has shown the conversation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    n: int = Field(ge=0, lt=2**63)


def to_event(
    posted: PostedMessage, *, hotel: HotelId, session: str, now: datetime, traceparent: str | None = None
) -> InboundEvent:
    """Name the message by session and browser's id; the time is ours, since a browser's clock may be anything."""
    return InboundEvent(
        account=Account(hotel=hotel, channel=Channel.WEBCHAT, name=hotel),
        external_id=f"{session}:{posted.id}",
        alias=Alias(AliasKind.SESSION, session),
        event=_content(posted),
        sent_at=now,
        address=session,
        traceparent=traceparent,
    )


def client_id_of(external_id: str) -> str:
    """Give the browser's id back out of an event's external id."""
    return external_id.rpartition(":")[2]


def _content(posted: PostedMessage) -> TextReceived | ChoiceReceived:
    if posted.option_id:
        return ChoiceReceived(option_id=posted.option_id, title=posted.title or posted.option_id)
    return TextReceived(text=posted.text or "")
