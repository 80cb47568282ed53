"""What may start a turn: each of these is one inbox row with an external id of its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from agente_hotelero.model.ids import Account, Alias, ClientRef, InboxId
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation
from agente_hotelero.model.values import value


@value
class TextReceived:
    """The guest wrote words."""

    text: str
    type: Literal["text"] = "text"
    mail: Letterhead | None = None
    """Of the mail that has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceReceived:
    """The guest pressed a button or a list row that we sent."""

    option_id: str
    title: str
    type: Literal["choice"] = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReceived:
    """The guest sent what we can't read yet: a picture, a voice note, a location …; `what` is its type."""

    what: str
    type: Literal["other"] = "other"
    mail: Letterhead | None = None


@value
class NoticeReceived:
    """Mail that nobody should answer unread: from a list, to everybody, or one more of too many. `text` is for staff."""

    why: Literal["notice", "too_many"]
    text: str
    type: Literal["notice"] = "notice"
    mail: Letterhead | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    """A durable timer of this conversation came due."""

    kind: str
    key: str
    type: Literal["timer"] = "timer"


class SagaOutcome(StrEnum):
    """How a write to the PMS ended."""

    CONFIRMED = "confirmed"
    """Read back live."""
    REFUSED = "refused"
    """The PMS said no: sold out, or its rules; nothing is held."""
    LOST = "lost"
    """It was written, but somebody else has the room; ours is cancelled."""
    DELAYED = "delayed"
    """Not known yet after the first tries; a person or a later search will tell."""
    FAILED = "failed"
    """Closed for good without a reservation."""
    CANCELLED = "cancelled"
    """The cancellation that the guest asked for was read back."""
    CANCEL_FAILED = "cancel_failed"
    """The reservation is still live; staff were told."""
    SOLD_TWICE = "sold_twice"
    """Confirmed and live, and since then somebody else has the same room: staff must move one of them."""
    LEFT_OVER = "left_over"
    """It is settled otherwise, and an order of it that nobody needs could not be cancelled: staff must."""
    LATE_HELD = "late_held"
    """The late check-out is in the PMS."""
    LATE_NOTED = "late_noted"
    """The late check-out is a note to staff, who decide."""
    LATE_FAILED = "late_failed"
    """The late check-out could not be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationSettled:
    """The saga of one client reference has news."""

    client_ref: ClientRef
    outcome: SagaOutcome
    reservation: PmsReservation | None = None
    quoted: Money | None = None
    """The price that the guest said yes to."""
    type: Literal["settled"] = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffTookOver:
    """A person answers this guest now; the bot keeps quiet."""

    type: Literal["took_over"] = "took_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGaveBack:
    """The bot may answer this guest again."""

    type: Literal["gave_back"] = "gave_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffReplied:
    """A person answers this guest in their own words, and goes on doing so.

    `account` and `address` are where the guest last wrote, for a conversation that has no turn yet.
    """

    text: str
    account: Account | None = None
    address: str = ""
    type: Literal["replied"] = "replied"


Event = (
    TextReceived
    | ChoiceReceived
    | OtherReceived
    | NoticeReceived
    | TimerFired
    | ReservationSettled
    | StaffTookOver
    | StaffGaveBack
    | StaffReplied
)


@value
class InboundEvent:
    """One event on its way into the inbox.

    `external_id` is unique per (channel, account): the provider's message id, `timer:<id>`,
    `pms:<ref>:<n>` or `staff:<uuid>`. `sent_at` is when the guest sent it, aware, by the channel's clock.
    `address` is where an answer goes on this channel: phone digits, BSUID, mail address, or web chat session.
    """

    account: Account
    external_id: str
    alias: Alias
    event: Event
    sent_at: datetime
    address: str
    profile_name: str | None = None
    traceparent: str | None = None


class DeliveryState(StrEnum):
    """How far a message of ours has come; only forward, and failed is final."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A channel's status of one of our messages, matched by our outbox id or by the provider's id."""

    account: Account
    provider_id: str
    state: DeliveryState
    at: datetime
    outbox_id: int | None = None
    error_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An authentic piece of a webhook that we can't read, kept as bytes for a person."""

    channel: str
    account: str
    reason: str
    raw: bytes


@value
class Parsed:
    """Everything that one webhook body holds."""

    events: tuple[InboundEvent, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


@value
class MailRead:
    """What one mail is, in a word for counting, and what of it is to be stored."""

    kind: str
    parsed: Parsed


@value
class Arrival:
    """An event as a turn sees it. `now` is when the turn runs, for validity; `sent_at` reads "mañana"."""

    inbox_id: InboxId
    account: Account
    event: Event
    sent_at: datetime
    now: datetime
