"""What the journal keeps and hands out, as actors and storage both see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Final, Literal

from agente_hotelero.model.events import DeliveryState, Event, SagaOutcome
from agente_hotelero.model.ids import Account, ClientRef, GuestId, HotelId, InboxId, OutboxId
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage, Several
from agente_hotelero.model.stays import Offer, ReservationRequest
from agente_hotelero.model.values import value

TURN_ROWS: Final = 16
"""Events folded into one turn: a guest who floods gets answers in between."""


@value
class InboxRow:
    """An event that is stored and whose turn is still to come.

    `attempts` counts turns that failed with it, and owners that died with it in hand.
    """

    id: InboxId
    guest_id: GuestId
    shard: int
    account: Account
    address: str
    event: Event
    sent_at: datetime
    received_at: datetime
    attempts: int = 0
    first: bool = field(default=False, compare=False)
    """Its guest was not known before it: there is no conversation to load."""
    external_id: str = field(default="", compare=False)
    """The provider's own name of it."""
    traceparent: str | None = None


@value
class Stored:
    """One event of a batch after its commit: `row` is None for a duplicate.

    `earlier` are the guest's rows that were stored before and are not done yet. `others` are guests to whom some of its
    names belong: nobody is merged, a person may. What `turns` is false for is done by being stored.
    """

    row: InboxRow | None
    earlier: tuple[InboxId, ...] = ()
    others: tuple[GuestId, ...] = ()
    turns: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A delivery report moved one of our messages forward."""

    outbox_id: OutboxId
    guest_id: GuestId
    state: DeliveryState
    account: Account
    error_code: int | None = None
    put_back: bool = False
    """It came too late for the guest's window, and waits to go another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An undone row, without its content: what recovery plans with."""

    id: InboxId
    guest_id: GuestId
    attempts: int


@value
class ReplyRoute:
    """Where a guest's answers go: the channel last written on."""

    account: Account
    address: str


@value
class Conversation:
    """A conversation as committed; version 0 has never been. `state` is the dialogue's."""

    guest_id: GuestId
    version: int = 0
    state: object = None
    route: ReplyRoute | None = None
    merged_into: GuestId | None = None
    """Whose conversation goes on in its place: what still comes for this one belongs there."""


SECOND_TRY: Final = "no se le pudo entregar; se intenta una vez más"
"""The error of a message that waits for its second try, by which it is known as one."""
IS_CODE: Final = "code"
"""The facts of a message that carries a code."""
SAME_GUEST: Final = "same_guest"
"""The timer with which a guest is to become one with another: it survives, as all that a turn asks for."""
FROM_STAFF: Final = "staff"
"""Where the facts of a person's own words come from."""


@value
class ReplyDraft:
    """One wire message of a turn. `immediate` ones are sent by being committed (web chat)."""

    route: ReplyRoute
    message: OutboundMessage | Several | OneTimeCode
    interactive: bool
    facts: tuple[str, ...] = ()
    immediate: bool = False
    open_until: datetime | None = None
    """Until when the guest's last message lets it go, as far as the turn knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDraft:
    """A timer to set (or, without `due_at`, to clear) for this conversation."""

    kind: str
    key: str
    due_at: datetime | None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDraft:
    """A price that was shown."""

    offer: Offer
    shown_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteDraft:
    """A PMS write that the saga does after the turn: `request` to reserve, `code` to cancel, both hour and code to leave late."""

    client_ref: ClientRef
    request: ReservationRequest | None = None
    code: str | None = None
    leaves_at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffDraft:
    """Something that a person should read; `summary` is for staff, in Spanish."""

    reason: str
    summary: str


@value
class Turn:
    """Everything that one turn changes, to be committed whole or not at all."""

    guest_id: GuestId
    hotel: HotelId
    shard: int
    version: int
    """The version that was read; 0 where there was none."""
    state: object
    route: ReplyRoute | None
    inbox_ids: tuple[InboxId, ...]
    replies: tuple[ReplyDraft, ...] = ()
    timers: tuple[TimerDraft, ...] = ()
    quotes: tuple[QuoteDraft, ...] = ()
    writes: tuple[WriteDraft, ...] = ()
    handoffs: tuple[HandOffDraft, ...] = ()
    gaps: tuple[str, ...] = ()
    """Topics that were asked about, and the hotel's profile says nothing of: counted once it is committed."""
    cancels_pending: bool = False
    closes_handoffs: bool = False
    """Those that were open before it."""
    opts_out: bool | None = None
    """What the guest said about messages that nobody asked for; None if nothing."""
    reminders: tuple[tuple[str, str], ...] = ()
    """What became of things that nobody asked for, as (what, outcome): counted, not stored."""
    concerns_media: bool = False
    """Whether its events brought files, or took some back."""
    begins_sending: float | None = None
    """When (monotonic seconds) its sender was free: its first message is committed as being sent, and POSTed next."""
    traceparent: str | None = None


class OutboxStatus(StrEnum):
    """What became of a message to a guest."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"
    HELD = "held"
    """Put aside by a restore until a person decides."""


@value
class OutboxRow:
    """A message to a guest on its way; order per guest is by `id`."""

    id: OutboxId
    guest_id: GuestId
    shard: int
    route: ReplyRoute
    cause: InboxId
    message: OutboundMessage | Several | OneTimeCode
    interactive: bool
    status: OutboxStatus = OutboxStatus.PENDING
    attempts: int = 0
    doubts: int = 0
    """How often it was sent again because nobody knew whether it had arrived."""
    next_at: datetime | None = None
    begun: float | None = None
    """Since when (monotonic seconds) it is committed as being sent, by this process, and not POSTed yet: for a moment
    nobody needs to doubt or to mark it."""
    traceparent: str | None = None
    open_until: datetime | None = field(default=None, compare=False)
    """As its turn knew it; kept in memory only, for the inbox says it too."""
    shut: bool = False
    """The channel refused it as said too late."""
    deferred: bool = False
    """The guest's own side did not take it, and it waits to be tried again."""
    unasked: bool = field(default=False, compare=False)
    """The guest did not ask for it, and was found not to mind."""
    made_at: datetime | None = field(default=None, compare=False)
    """As far as anybody needs to know it: of what is new it is now."""


@value
class Committed:
    """What a turn became: None of it when `passed` is false, because another turn came first."""

    passed: bool
    outbox: tuple[OutboxRow, ...] = ()


@value
class Mark:
    """A step of one outbox row; applied only where the row is still in one of `before`."""

    id: OutboxId
    shard: int
    before: tuple[OutboxStatus, ...]
    after: OutboxStatus
    provider_id: str | None = None
    next_at: datetime | None = None
    error: str | None = None
    message: OutboundMessage | None = None
    """What is sent in its place from now on."""
    untold: str | None = None
    """What the guest does not hear by it: a person is asked to tell them."""


class Union(StrEnum):
    """What became of the wish that two guests be one."""

    MADE = "made"
    NOTHING = "nothing"
    """Nobody else is known there, or they are one already, or this was done before."""
    LATER = "later"
    """Messages to one of them are on their way, or both have a write under way at the PMS: the order of things must not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The end of a merge: who goes on, and who is gone in them."""

    became: Union
    survivor: GuestId
    gone: tuple[GuestId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """A reply of a turn as it went out, for the test echo. `id` is the channel's, or ours in web chat."""

    id: str
    message: OutboundMessage | Several
    interactive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWrite:
    """A saga's timer came due."""

    hotel: HotelId
    client_ref: ClientRef
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaRow:
    """A PMS write that is not settled: `request` to reserve, `code` to cancel or to leave late.

    `outcome` is the last that the guest was told.
    """

    client_ref: ClientRef
    guest_id: GuestId
    hotel: HotelId
    kind: Literal["reserve", "cancel", "late_checkout"]
    state: Literal["intended", "writing", "checking"]
    request: ReservationRequest | None
    code: str | None
    writes: int
    checks: int
    created_at: datetime
    leaves_at: time | None = None
    outcome: SagaOutcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHandOff:
    """A hand-off that nobody was notified of yet, with what a person needs to take over.

    The guest is reached at `address` on `channel`; `recent` are the last lines of both, the oldest first.
    """

    id: int
    hotel: HotelId
    guest_id: GuestId
    reason: str
    summary: str
    created_at: datetime
    attempts: int
    guest_name: str | None = None
    channel: str | None = None
    address: str | None = None
    recent: tuple[str, ...] = ()
    files: int = 0
    """How many the guest sent lately; the desk's page has them."""

    @property
    def contact(self) -> str | None:
        """Channel and address in one, such as "whatsapp 54911…"."""
        return f"{self.channel} {self.address}" if self.channel and self.address else None


Epochs = Mapping[int, int]
"""Shard → epoch under which it was claimed."""
