"""What people of the hotel and on call are shown: who waits for them, what was said, what waits and what failed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from agente_hotelero.model.ids import GuestId, HotelId

Author = Literal["guest", "agent", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """One guest who waits, or waited, for a person."""

    id: int
    hotel: HotelId
    reason: str
    summary: str
    created_at: datetime
    told_at: datetime | None
    """When staff were told; None while nobody could be."""
    guest_name: str | None
    contact: str | None
    taken_over: bool
    """Whether a person answers this guest now."""
    unanswered: bool
    """Whether the last word is the guest's."""
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine:
    """One thing said.

    `state` is None for the guest's; else stored, pending, sending, sent, delivered, read, failed, dead, cancelled or held.
    """

    author: Author
    at: datetime
    body: str
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that a guest sent: `what` is the channel's word for it, `name` the guest's own, `reason` why it was refused."""

    id: int
    what: str
    name: str
    at: datetime
    state: Literal["due", "kept", "refused"]
    bytes: int | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """Its bytes, under a name of ours: what a guest calls it decides nothing on anybody's machine."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHandOff(HandOff):
    """One with the last lines of both sides, and the guest's files; oldest first."""

    lines: tuple[SaidLine, ...]
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEvent:
    """An event whose turn is still to come."""

    id: int
    hotel: str
    guest_id: int
    channel: str
    kind: str
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A guest's question that the PMS could not answer; it is asked again at `again_at`, and answered by itself."""

    id: int
    hotel: str
    guest_id: int
    again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message to a guest, and how far it has come; `error` says why it could not."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An event that failed for good. `error` has the frames of its traceback, without values."""

    id: int
    inbox_id: int
    guest_id: int
    hotel: str
    channel: str | None
    kind: str | None
    error: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableBody:
    """An authentic piece of a webhook that could not be read, by its size."""

    id: int
    channel: str
    account: str
    reason: str
    bytes: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what; `detail` is a JSON object as text."""

    id: int
    at: datetime
    who: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGuest:
    """One guest of one hotel."""

    id: GuestId
    hotel: HotelId
    name: str | None
    aliases: tuple[str, ...]
    codes: tuple[str, ...]
    last_seen: datetime | None
