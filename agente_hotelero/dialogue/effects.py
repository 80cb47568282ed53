"""What a turn asks of the world. Reads are answered within the turn; everything else commits with it."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from agente_hotelero.dialogue.state import SentCode, Way
from agente_hotelero.model.hotel import Topic
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage
from agente_hotelero.model.stays import (
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    Stay,
)


# Reads: the shell asks the gateway and folds the answer into the same turn.
@dataclass(frozen=True, slots=True, kw_only=True)
class AskOffers:
    """What is free for a stay, and what it costs. `fresh` bypasses the price cache."""

    stay: Stay
    party: Party
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReservation:
    """Look a reservation up by the code that a guest names.

    `reminds`: nobody named it; a timer of this kind came due, and what it is about may have changed.
    """

    code: str
    reminds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGuestReservations:
    """Look up what is on file for an address; whose it is must be proved by what each has on file."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToSend:
    """May one more code be sent for this reservation? A yes counts, whoever asks, so that nobody gets too many.

    `ref` is the same when the event is decided again. Without a `way` nothing is sent, and it is counted all the same;
    `named` guests know already that there is such a reservation.
    """

    code: str
    ref: ClientRef
    way: Way | None
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToTry:
    """May these digits be tried? A yes counts, whoever tries, so that nobody guesses for long."""

    sent: SentCode
    ref: ClientRef
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCodes:
    """Which codes were sent to where this guest writes from, of late: one may be typed in answer to its own message."""

    way: Way
    digits: str = field(repr=False)


Read = AskOffers | AskReservation | AskGuestReservations
Question = Read | AskToSend | AskToTry | AskCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersFound:
    """Answer to AskOffers; empty when nothing is free."""

    asked: AskOffers
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFound:
    """Answer to AskReservation; None when the PMS knows no such code."""

    asked: AskReservation
    reservation: PmsReservation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationsFound:
    """Answer to AskGuestReservations: those that end today or later, the next arrival first."""

    asked: AskGuestReservations
    reservations: tuple[PmsReservation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaySend:
    """Answer to AskToSend."""

    asked: AskToSend
    may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MayTry:
    """Answer to AskToTry; `left` are the tries after this one."""

    asked: AskToTry
    may: bool
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesSent:
    """Answer to AskCodes, the newest first."""

    asked: AskCodes
    codes: tuple[SentCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsAway:
    """Answer to any read of the PMS that could not be had now."""

    asked: Read


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsRefused:
    """Answer to any read that the PMS does not answer on principle, such as a stay longer than it sells."""

    asked: Read


ReadAnswer = OffersFound | ReservationFound | ReservationsFound | PmsAway | PmsRefused
Answer = ReadAnswer | MaySend | MayTry | CodesSent


# Effects that commit with the turn.
@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Say something. `facts` name what it states: "pms:offers" or "profile:address"."""

    message: OutboundMessage
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuote:
    """Keep what was shown: one row per offer of a reply, for the audit."""

    offers: tuple[Offer, ...]
    shown_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendReservation:
    """A PMS write to be done after the turn, by the reservation saga."""

    request: ReservationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendCancellation:
    """Cancel in the PMS after the turn; `client_ref` names this write, `code` the reservation."""

    client_ref: ClientRef
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendLateCheckout:
    """Write a late check-out in the PMS after the turn; `until` is the hour in the hotel's zone."""

    client_ref: ClientRef
    code: str
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Wake this conversation at `due_at`; replaces a timer of the same kind and key."""

    kind: str
    key: str
    due_at: datetime
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearTimer:
    """Forget a timer if it is still there."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReminder:
    """What became of something that nobody asked for, to be counted."""

    reminder: str
    outcome: str


GAP: Final = "gap:"
"""Before a topic, among a reply's facts: the profile says nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileGap:
    """A guest asked what the hotel's profile does not say; its reply names the topic too, behind GAP."""

    topic: Topic


class HandOffReason(StrEnum):
    """Why a person should read this conversation."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    UNREADABLE = "unreadable"
    EMERGENCY = "emergency"
    RESERVATION_IN_DOUBT = "reservation_in_doubt"
    PAUSED = "paused"
    DEAD_LETTER = "dead_letter"
    SOLD_TWICE = "sold_twice"
    """The PMS has two live reservations for one room."""
    PRICE_DIFFERS = "price_differs"
    """The PMS booked another price than the one that the guest said yes to."""
    PMS_AWAY = "pms_away"
    """The PMS did not answer for as long as the guest could be written to."""
    ARRIVAL = "arrival"
    """The guest told when they arrive."""
    LATE_CHECKOUT = "late_checkout"
    """Staff decide on a late check-out."""
    QUESTION = "question"
    """The guest asked what the hotel's profile does not say."""
    COMPLAINT = "complaint"
    """Something is broken, dirty or loud, or went wrong."""
    REFUND = "refund"
    PAYMENT_DISPUTE = "payment_dispute"
    """A charge that the guest does not agree with."""
    LOST_ITEM = "lost_item"
    SPECIAL_REQUEST = "special_request"
    EVENT_GROUP = "event_group"
    DISCOUNT = "discount"
    HOUSEKEEPING = "housekeeping"
    ROOM_SERVICE = "room_service"
    RECEIVED = "received"
    """The guest sent what a person must look at: a document, a form, an order."""
    CAME_LATE = "came_late"
    """A message came hours late, and the conversation had gone on without it."""
    MAIL_NOTICE = "mail_notice"
    """Mail that is not answered: from a list, or from where nobody reads."""
    TOO_MANY = "too_many"
    """An address had more answers than any person wants."""
    NOT_PROVED = "not_proved"
    """The guest could not show that a reservation is theirs."""
    ANSWERED = "answered"
    """A person answered from the hotel's phone: whoever gives this guest back finds them here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """Ask a person to look; `summary` is for staff, in Spanish."""

    reason: HandOffReason
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOptOut:
    """The guest wants no messages that they did not ask for, or wants them again."""

    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCode:
    """A code goes where a reservation's booker can be reached, wherever its guest writes now."""

    way: Way
    message: OneTimeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class SameGuest:
    """Who writes here has proved that they can be reached by `way`.

    Whoever made the reservation of this code, and whoever writes from there, is the same guest. Without a code, which only
    their mail server's word is proof of, it is whoever once typed a code that was sent there.
    """

    way: Way
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPendingReplies:
    """A person took over: drop the bot's replies that have not begun to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseHandOffs:
    """A person answered all that the guest said, and nobody gave them back: nobody waits at the desk any more."""


Commit = (
    Reply
    | RecordQuote
    | IntendReservation
    | IntendCancellation
    | IntendLateCheckout
    | SetTimer
    | ClearTimer
    | NoteReminder
    | HandOff
    | SetOptOut
    | SendCode
    | SameGuest
    | CancelPendingReplies
    | CloseHandOffs
    | ProfileGap
)
Effect = Question | Commit
