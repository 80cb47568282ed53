"""The shapes of what operators are given."""

from datetime import datetime
from typing import Literal

from agente_hotelero.http.schemas import Shape
from agente_hotelero.model.roles import Role


class Me(Shape):
    """Whose token it is; without a hotel it is good for all."""

    name: str
    role: Role
    hotel: str | None
    hotel_name: str | None


class HandOffShape(Shape):
    """A guest who waits for a person, or waited."""

    id: int
    hotel: str
    reason: str
    summary: str
    created_at: datetime
    told_at: datetime | None
    guest_name: str | None
    contact: str | None
    taken_over: bool
    unanswered: bool
    closed: bool


class LineShape(Shape):
    """One thing said; `state` of what goes to the guest."""

    author: Literal["guest", "agent", "staff"]
    at: datetime
    body: str
    state: str | None


class ReadHandOffShape(HandOffShape):
    """With what was said last, oldest first."""

    lines: list[LineShape]


class HandOffList(Shape):
    """The open ones, oldest first."""

    handoffs: list[HandOffShape]


class EventShape(Shape):
    """An event that waits for its turn."""

    id: int
    hotel: str
    guest_id: int
    channel: str
    kind: str
    received_at: datetime
    attempts: int


class EventList(Shape):
    """Oldest first."""

    events: list[EventShape]


class MessageShape(Shape):
    """A message to a guest on its way, or not."""

    id: int
    hotel: str
    guest_id: int
    channel: str
    status: str
    delivery: str | None
    attempts: int
    created_at: datetime
    next_at: datetime
    error: str | None


class MessageList(Shape):
    """Oldest first."""

    messages: list[MessageShape]


class DeadLetterShape(Shape):
    """An event that failed for good."""

    id: int
    inbox_id: int
    guest_id: int
    hotel: str
    channel: str | None
    kind: str | None
    error: str
    created_at: datetime


class DeadLetterList(Shape):
    """Oldest first."""

    dead_letters: list[DeadLetterShape]


class UnreadableShape(Shape):
    """An authentic piece of a webhook that could not be read."""

    id: int
    channel: str
    account: str
    reason: str
    bytes: int
    received_at: datetime


class UnreadableList(Shape):
    """Oldest first."""

    unreadable: list[UnreadableShape]


class AuditLineShape(Shape):
    """Who did what; `detail` is JSON as text."""

    id: int
    at: datetime
    who: str
    action: str
    detail: str


class AuditList(Shape):
    """Newest first."""

    lines: list[AuditLineShape]


class HeldCount(Shape):
    """What a restore held back."""

    messages: int
    timers: int
    oldest: datetime | None


class GuestShape(Shape):
    """One guest of one hotel."""

    id: int
    hotel: str
    name: str | None
    aliases: list[str]
    codes: list[str]
    last_seen: datetime | None


class GuestList(Shape):
    """Whoever fits."""

    guests: list[GuestShape]


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
