"""What one turn gathers while events are folded into it, until it can be committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from agente_hotelero.actors import ports
from agente_hotelero.dialogue.effects import (
    AskCodes,
    AskGuestReservations,
    AskOffers,
    AskReservation,
    AskToSend,
    AskToTry,
    CancelPendingReplies,
    ClearTimer,
    CloseHandOffs,
    Effect,
    HandOff,
    IntendCancellation,
    IntendLateCheckout,
    IntendReservation,
    NoteReminder,
    ProfileGap,
    Question,
    RecordQuote,
    Reply,
    SameGuest,
    SendCode,
    SetOptOut,
    SetTimer,
)
from agente_hotelero.dialogue.state import Way
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId
from agente_hotelero.model.journal import (
    IS_CODE,
    SAME_GUEST,
    HandOffDraft,
    QuoteDraft,
    ReplyDraft,
    ReplyRoute,
    TimerDraft,
    Turn,
    WriteDraft,
)
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage, Several, parts_of

UNLIMITED: Final = frozenset((Channel.WEBCHAT, Channel.EMAIL))
"""A message of any length goes out whole there."""


@dataclass(slots=True, kw_only=True)
class Gathering:
    """The effects of one turn so far; `route` is where its replies go."""

    guest_id: GuestId
    hotel: HotelId
    route: ReplyRoute | None
    interactive: bool
    split: ports.SplitMessage
    code_accounts: Mapping[str, Account]
    """Channel → the account by which a code goes out there."""
    now: datetime
    open_until: datetime | None = None
    """Until when what is said now may go there, as far as is known."""
    replies: list[ReplyDraft] = field(default_factory=list)
    timers: dict[tuple[str, str], TimerDraft] = field(default_factory=dict)
    quotes: list[QuoteDraft] = field(default_factory=list)
    writes: list[WriteDraft] = field(default_factory=list)
    handoffs: list[HandOffDraft] = field(default_factory=list)
    reminders: list[tuple[str, str]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    cancels_pending: bool = False
    closes_handoffs: bool = False
    opts_out: bool | None = None
    concerns_media: bool = False

    def turn_to(self, route: ReplyRoute | None, *, open_until: datetime | None) -> None:
        """Another event: what is said from now on goes where it came from, if it came from anywhere."""
        if route is not None and route != self.route:
            self.route, self.open_until = route, None
        if open_until is not None:
            self.open_until = max(self.open_until or open_until, open_until)

    def add(self, effects: Sequence[Effect]) -> Question | None:  # noqa: C901, PLR0912 - an arm an effect
        """Take what commits; answers the read among them, which the shell has to ask."""
        read: Question | None = None
        for effect in effects:
            match effect:
                case AskOffers() | AskReservation() | AskGuestReservations() | AskToSend() | AskToTry() | AskCodes():
                    read = effect
                case Reply(message=message, facts=facts):
                    self._reply(message, facts)
                case RecordQuote(offers=offers, shown_at=shown_at):
                    self.quotes += [QuoteDraft(offer=offer, shown_at=shown_at) for offer in offers]
                case IntendReservation(request=request):
                    self.writes.append(WriteDraft(client_ref=request.client_ref, request=request))
                case IntendCancellation(client_ref=client_ref, code=code):
                    self.writes.append(WriteDraft(client_ref=client_ref, code=code))
                case IntendLateCheckout(client_ref=client_ref, code=code, until=until):
                    self.writes.append(WriteDraft(client_ref=client_ref, code=code, leaves_at=until))
                case SetTimer(kind=kind, key=key, due_at=due_at, not_after=not_after):
                    self._timer(kind, key, due_at, not_after)
                case ClearTimer(kind=kind, key=key):
                    self._timer(kind, key, None, None)
                case NoteReminder(reminder=reminder, outcome=outcome):
                    self.reminders.append((reminder, outcome))
                case HandOff(reason=reason, summary=summary):
                    self.handoffs.append(HandOffDraft(reason=reason.value, summary=summary))
                case SetOptOut(stopped=stopped):
                    self.opts_out = stopped
                case SendCode(way=way, message=message):
                    self._send_code(way, message)
                case SameGuest(way=way, code=code):
                    key = f"{int(self.now.timestamp())}/{code or ''}/{way.channel}/{way.address}"
                    self._timer(SAME_GUEST, key, self.now, None)
                case CancelPendingReplies():
                    self.cancels_pending = True
                case CloseHandOffs():
                    self.closes_handoffs = True
                case ProfileGap(topic=topic):
                    self.gaps.append(topic)
        return read

    def turn(
        self, *, shard: int, version: int, state: object, inbox_ids: Sequence[InboxId], traceparent: str | None
    ) -> Turn:
        """Everything, ready to be committed."""
        return Turn(
            guest_id=self.guest_id,
            hotel=self.hotel,
            shard=shard,
            version=version,
            state=state,
            route=self.route,
            inbox_ids=tuple(inbox_ids),
            replies=_in_one(self.replies),
            timers=tuple(self.timers.values()),
            quotes=tuple(self.quotes),
            writes=tuple(self.writes),
            handoffs=tuple(self.handoffs),
            gaps=tuple(self.gaps),
            cancels_pending=self.cancels_pending,
            closes_handoffs=self.closes_handoffs,
            opts_out=self.opts_out,
            concerns_media=self.concerns_media,
            reminders=tuple(self.reminders),
            traceparent=traceparent,
        )

    def _reply(self, message: OutboundMessage, facts: tuple[str, ...]) -> None:
        if self.route is None:
            return
        # In web chat a committed line is a sent line: its page reads the outbox itself.
        immediate = self.route.account.channel is Channel.WEBCHAT
        whole = self.route.account.channel in UNLIMITED
        self.replies += [
            ReplyDraft(
                route=self.route,
                message=part,
                interactive=self.interactive,
                facts=facts,
                immediate=immediate,
                open_until=self.open_until,
            )
            for part in ((message,) if whole else self.split(message))
        ]

    def _send_code(self, way: Way, message: OneTimeCode) -> None:
        """To what a reservation has on file, which may be another channel than the conversation's."""
        route = ReplyRoute(account=self.code_accounts[way.channel], address=way.address)
        self.replies.append(ReplyDraft(route=route, message=message, interactive=False, facts=(IS_CODE,)))

    def _timer(self, kind: str, key: str, due_at: datetime | None, not_after: datetime | None) -> None:
        self.timers[kind, key] = TimerDraft(kind=kind, key=key, due_at=due_at, not_after=not_after)


def _in_one(replies: Sequence[ReplyDraft]) -> tuple[ReplyDraft, ...]:
    """Put what goes to one mail address into one mail; elsewhere each message goes by itself."""
    joined: list[ReplyDraft] = []
    for reply in replies:
        last = joined[-1] if joined else None
        alone = isinstance(reply.message, OneTimeCode) or (last is not None and isinstance(last.message, OneTimeCode))
        if (
            last is not None
            and not alone
            and reply.route.account.channel is Channel.EMAIL
            and reply.route == last.route
        ):
            joined[-1] = replace(last, message=_both(last, reply), facts=(*last.facts, *reply.facts))
        else:
            joined.append(reply)
    return tuple(joined)


def _both(one: ReplyDraft, other: ReplyDraft) -> Several:
    assert not isinstance(one.message, OneTimeCode)
    assert not isinstance(other.message, OneTimeCode)
    return Several(parts=(*parts_of(one.message), *parts_of(other.message)))
