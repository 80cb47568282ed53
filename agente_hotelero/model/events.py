"""What may start a turn: each of these is one inbox row with an external id of its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

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


@value
class MediaReceived:
    """The guest sent a picture, video, sound, document or sticker: `what` names which.

    `media_id` is what the channel gives it out by, for some days; `sha256` is of its bytes, as the channel writes it (hex or
    base64); `voice` is a note that was spoken into the chat, and `transcript` what was understood of it, once somebody listened.
    A caption is what the guest wrote below it.
    """

    what: str
    media_id: str
    mime: str = ""
    sha256: str = ""
    filename: str = ""
    caption: str = ""
    voice: bool = False
    transcript: str = ""
    type: Literal["media"] = "media"
    mail: Letterhead | None = None
    """Of the mail that it came with: `media_id` is the mail's own, and all that is attached to it is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReceived:
    """The guest sent a pin; degrees, north and east positive."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    type: Literal["location"] = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsReceived:
    """The guest sent cards of contacts. Only their own number is kept, in digits: others did not ask to be known here."""

    own_phone: str | None = None
    type: Literal["contacts"] = "contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReceived:
    """The guest filled something in: `what` is a form (`nfm_reply`) or an `order`; `text` says with what, a line each."""

    what: str
    text: str
    type: Literal["form"] = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """The guest wrote an earlier message anew; `original` is its external id.

    `text` is what it says now, or the caption of the picture that it is; `what` is its type.
    """

    original: str
    text: str
    what: str = "text"
    type: Literal["edited"] = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRevoked:
    """The guest took an earlier message back; `original` is its external id."""

    original: str
    type: Literal["revoked"] = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChanged:
    """The channel knows the guest by another number or id from now on: answers go there, and nowhere else."""

    type: Literal["renamed"] = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReceived:
    """The guest sent what we can't read; `what` is its type."""

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
class PreferenceChanged:
    """The guest told their channel, not us, whether they want messages that they did not ask for."""

    stopped: bool
    type: Literal["preference"] = "preference"


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
    """A person answers this guest now; the bot keeps quiet. `text` is what they said from the hotel's own phone."""

    text: str = ""
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
    | MediaReceived
    | LocationReceived
    | ContactsReceived
    | FormReceived
    | MessageEdited
    | MessageRevoked
    | NameChanged
    | OtherReceived
    | PreferenceChanged
    | NoticeReceived
    | TimerFired
    | ReservationSettled
    | StaffTookOver
    | StaffGaveBack
    | StaffReplied
)

WITHOUT_A_TURN: Final = frozenset({"reaction", "group", "system"})
"""What asks for nothing: a heart on our message, a word among many people, a new device. It is stored and counted."""
COUNTED: Final = WITHOUT_A_TURN | {"unsupported", "request_welcome", "call_permission_reply", "contacts", "location"}


def starts_turn(event: Event) -> bool:
    """Tell whether there is anything to decide."""
    return not (isinstance(event, OtherReceived) and event.what in WITHOUT_A_TURN)


def is_spoken(event: Event) -> bool:
    """Tell whether it is to be listened to: a note spoken into the chat, or a recording."""
    return isinstance(event, MediaReceived) and (event.voice or event.what == "audio")


def words_of(event: Event) -> str | None:
    """What the guest wrote, wherever it stands: as a text, below a picture, or anew."""
    match event:
        case TextReceived(text=words) | MediaReceived(caption=words) | MessageEdited(text=words):
            return words or None
        case _:
            return None


def kind_of(event: Event) -> str:
    """Name an event for a metric: few kinds, whatever a channel invents."""
    match event:
        case OtherReceived(what=what) if what in COUNTED:
            return what
        case MediaReceived(what=what):
            return what
        case _:
            return event.type


@value
class InboundEvent:
    """One event on its way into the inbox.

    `external_id` is unique per (channel, account): the provider's message id, `timer:<id>`,
    `pms:<ref>:<n>` or `staff:<uuid>`. `sent_at` is when the guest sent it, aware, by the channel's clock.
    `address` is where an answer goes on this channel: phone digits, BSUID, mail address, or web chat session.
    `names` are all that the channel knows the guest by from now on, where `alias` is not the only one; `formerly` are
    those that it has given up.
    """

    account: Account
    external_id: str
    alias: Alias
    event: Event
    sent_at: datetime
    address: str
    profile_name: str | None = None
    traceparent: str | None = None
    names: tuple[Alias, ...] = ()
    formerly: tuple[Alias, ...] = ()


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
    """An authentic piece of a webhook that no turn is made of, kept as bytes for a person.

    `reason` says why, or which news of an account it is. An operator must see what is `urgent`; `event` is what the
    provider calls it, fit for a log.
    """

    channel: str
    account: str
    reason: str
    raw: bytes
    urgent: bool = False
    event: str = ""


class NoticeKind(StrEnum):
    """What a provider decided about an account."""

    QUIET = "quiet"
    """Nothing unasked until then, or until it says that all is well."""
    WELL = "well"
    UPGRADED = "upgraded"
    """It may send faster."""


@value
class AccountNotice:
    """A provider's news of one account; `reason` is the same for what ends what another began.

    `at` is when it was decided: news come in any order, and again.
    """

    account: Account
    kind: NoticeKind
    reason: str
    at: datetime
    until: datetime | None = None


@value
class Parsed:
    """Everything that one webhook body holds."""

    events: tuple[InboundEvent, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    notices: tuple[AccountNotice, ...] = ()


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
