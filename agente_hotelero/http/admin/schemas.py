"""The shapes of what operators are given; what is listed is the model's own."""

from datetime import datetime

from pydantic import RootModel

from agente_hotelero.http.schemas import Shape
from agente_hotelero.model.office import (
    AuditLine,
    DeadLetter,
    FoundGuest,
    HandOff,
    OpenQuestion,
    OutgoingMessage,
    ReadHandOff,
    UnreadableBody,
    WaitingEvent,
)
from agente_hotelero.model.roles import Role


class Me(Shape):
    """Whose token it is; without a hotel it is good for all."""

    name: str
    role: Role
    hotel: str | None
    hotel_name: str | None


class OneHandOff(RootModel[ReadHandOff]):
    """One with what was said."""


class HandOffList(Shape):
    """The open ones, oldest first."""

    handoffs: list[HandOff]


class EventList(Shape):
    """Oldest first."""

    events: list[WaitingEvent]


class MessageList(Shape):
    """Oldest first."""

    messages: list[OutgoingMessage]


class DeadLetterList(Shape):
    """Oldest first."""

    dead_letters: list[DeadLetter]


class QuestionList(Shape):
    """In the order in which they were put off last."""

    questions: list[OpenQuestion]


class UnreadableList(Shape):
    """Oldest first."""

    unreadable: list[UnreadableBody]


class AuditList(Shape):
    """Newest first."""

    lines: list[AuditLine]


class HeldCount(Shape):
    """What a restore held back."""

    messages: int
    timers: int
    oldest: datetime | None


class GuestList(Shape):
    """Whoever fits."""

    guests: list[FoundGuest]


class FlagSet(Shape):
    """The flag as it is now."""

    flag: str
    enabled: bool


class ReloadAnswer(Shape):
    """What one process made of a reload."""

    who: str
    outcome: str
    hotels: int
    error: str | None


class ReloadReport(Shape):
    """What became of it; a process that is silent goes on with the old file."""

    everywhere: bool
    silent: int
    answers: list[ReloadAnswer]


class ActorShape(Shape):
    """An actor or a supervisor, as last published."""

    name: str
    kind: str
    state: str
    restarts: int
    mailbox_depth: int
    last_error: str | None
    children: "list[ActorShape]"


class ActorTrees(Shape):
    """Both trees, and what this process is for the shards."""

    standing: str
    actors: list[ActorShape]
