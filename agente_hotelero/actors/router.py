"""Routes every channel's events: in to the journal, and from the journal to the guest's conversation."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from agente_hotelero.actors import journal, ports
from agente_hotelero.actors.brood import Brood
from agente_hotelero.actors.budget import Budget
from agente_hotelero.actors.conversation import CatchUp, ConversationActor, Deliver, Surroundings, SurroundingsOf
from agente_hotelero.actors.journal import Accepted
from agente_hotelero.actors.runtime import AsyncioActor, Ref, Request
from agente_hotelero.actors.wheel import Wheel
from agente_hotelero.model.events import InboundEvent, Unreadable, kind_of
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import InboxRow
from agente_hotelero.model.values import value
from agente_hotelero.telemetry import traceparent
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)

LARGE_BODY_BYTES: Final = 48_000
"""Bodies beyond this are parsed in a thread: some 5 ms of parsing is what others may be made to wait."""
SWEEP_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 15 * 60.0
CAPACITY: Final = 100_000
INTENSITY: Final = 50
PERIOD_SECONDS: Final = 10.0
FINISH_SECONDS: Final = 5.0
"""What a drain gives to turns in hand; one that waits for a slow PMS is decided again by the next owner."""


@value
class AcceptWhatsApp(Request[Accepted]):
    """Store everything in a signed body; `accounts` are those whose secret signed it."""

    body: bytes
    accounts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptEvents(Request[Accepted]):
    """Store what needs no parsing."""

    events: tuple[ports.Incoming, ...]


@value
class DeliverRows:
    """Stored events, each to its guest's conversation."""

    rows: Sequence[InboxRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTurns(Request[None]):
    """Answer when the turns that are in hand now are over, within seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpToDate:
    """To itself: what was told to an earlier router is behind us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAll:
    """The shards were lost: no conversation is ours any more."""


class ChannelRouterActor(AsyncioActor):
    """Waits for nobody: parses, forwards, hands out."""

    def __init__(
        self,
        *,
        journal_ref: Ref,
        parse_whatsapp: ports.ParseWebhook,
        surroundings: SurroundingsOf,
        metrics: Metrics,
        idle_seconds: float = IDLE_SECONDS,
        capacity: int = CAPACITY,
        on_unknown_hotel: Callable[[HotelId], None] = lambda hotel: log.error("hotel_unknown", hotel=hotel),
    ) -> None:
        super().__init__()
        self._journal = journal_ref
        self._parse = parse_whatsapp
        self._surroundings = surroundings
        self._metrics = metrics
        self._on_unknown_hotel = on_unknown_hotel
        self._around: Surroundings | None = None
        """Of the conversation that is being made."""
        self._gaps: set[GuestId] = set()
        """Guests some of whose rows we let go: their next conversation reads before it takes."""
        self._up_to_date = False
        self._wheel = Wheel()
        clock = asyncio.get_running_loop().time
        self._conversations: Brood[GuestId] = Brood(
            kind="Conversation",
            make=self._make,
            on_failed=self._conversation_failed,
            budget=Budget(intensity=INTENSITY, period_seconds=PERIOD_SECONDS, clock=clock),
            capacity=capacity,
            idle_seconds=idle_seconds,
            metrics=metrics,
            clock=clock,
        )
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def exhausted(self) -> bool:
        """Whether too many conversations failed lately: readiness says so."""
        return self._conversations.exhausted

    @property
    def conversations_depth(self) -> int:
        """How many messages wait for conversations."""
        return self._conversations.depth

    async def started(self) -> None:
        """Begin to put idle conversations aside; an earlier router's conversations are gone with what they had."""
        await self._journal.ask(journal.ReleaseAll())
        self.actor_ref.tell(UpToDate())
        self._sweeper = asyncio.create_task(self._sweep())

    async def stopped(self) -> None:
        """Turns in hand are finished; the rest is stored."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._conversations.finish(seconds=FINISH_SECONDS)
        self._wheel.stop()
        self._conversations.drop_all()

    def on_receive(self, message: Any) -> Any:  # noqa: PLR0911 - a table of contents
        """Route."""
        match message:
            case AcceptWhatsApp(body=body, accounts=accounts):
                if len(body) > LARGE_BODY_BYTES:
                    return asyncio.create_task(self._accept_large(message))
                return self._accept(self._traced(self._parse_now(body, accounts)))
            case AcceptEvents(events=events):
                return self._accept(self._traced(events))
            case DeliverRows(rows=rows):
                return self._deliver(rows)
            case DropAll():
                return self._drop_all()
            case UpToDate():
                self._up_to_date = True
                return None
            case FinishTurns():
                return asyncio.create_task(self._conversations.finish(seconds=FINISH_SECONDS))
            case _:
                raise TypeError(f"ChannelRouterActor does not take {type(message).__name__}")

    def _accept(self, items: tuple[ports.Incoming, ...]) -> Accepted | None:
        self._count(items)
        if not items:
            return Accepted(inbox_ids=())
        self.forward(self._journal, journal.Store(items=items))
        return None

    async def _accept_large(self, message: AcceptWhatsApp) -> Accepted:
        items = self._traced(await asyncio.to_thread(self._parse_now, message.body, message.accounts))
        self._count(items)
        return await self._journal.ask(journal.Store(items=items)) if items else Accepted(inbox_ids=())

    def _parse_now(self, body: bytes, accounts: frozenset[str]) -> tuple[ports.Incoming, ...]:
        parsed = self._parse(body, accounts)
        return (*parsed.events, *parsed.reports, *parsed.unreadable, *parsed.notices)

    def _traced(self, items: tuple[ports.Incoming, ...]) -> tuple[ports.Incoming, ...]:
        """Events know the request that brought them, so that their turn is in its trace, in whichever process."""
        current = traceparent.current() if self.actor_inbox.dispatcher.tracing else None
        if current is None:
            return items
        return tuple(
            replace(item, traceparent=current) if isinstance(item, InboundEvent) and item.traceparent is None else item
            for item in items
        )

    def _count(self, items: Sequence[ports.Incoming]) -> None:
        for item in items:
            if isinstance(item, Unreadable):
                self._count_unreadable(item)
                continue
            kind = kind_of(item.event) if isinstance(item, InboundEvent) else type(item).__name__.lower()
            child(self._metrics.inbound_messages_total, item.account.channel, kind).inc()

    def _count_unreadable(self, item: Unreadable) -> None:
        """What is no guest's: some of it is the first that anybody hears of a blocked account."""
        child(self._metrics.inbound_messages_total, item.channel, "unreadable").inc()
        child(self._metrics.account_news_total, item.channel, item.reason).inc()
        if item.urgent:
            log.warning("account_news", channel=item.channel, account=item.account, kind=item.reason, what=item.event)

    def _deliver(self, rows: Sequence[InboxRow]) -> None:
        if self._conversations.exhausted:
            # They stay stored; the journal hands them out again when it next looks.
            for guest in {row.guest_id for row in rows}:
                self._let_go(guest)
            return
        for row in rows:
            around = self._surroundings(row.account.hotel)
            if around is not None:
                self._hand_over(row, around)
            else:
                self._on_unknown_hotel(row.account.hotel)
                self._journal.tell(journal.SetAside(guest_id=row.guest_id))

    def _hand_over(self, row: InboxRow, around: Surroundings) -> None:
        guest = row.guest_id
        self._around = around
        conversation = self._conversations.ref(guest)
        if guest in self._gaps or not self._up_to_date:
            self._gaps.discard(guest)
            conversation.tell(CatchUp())
        conversation.tell(Deliver(row=row))

    def _let_go(self, guest: GuestId) -> None:
        self._gaps.add(guest)
        self._journal.tell(journal.Release(guest_id=guest))

    def _drop_all(self) -> None:
        self._conversations.drop_all()
        self._gaps.clear()

    def _make(self, guest: GuestId) -> AsyncioActor:
        assert self._around is not None
        return ConversationActor(
            guest_id=guest, surroundings=self._around, newest=self._surroundings, wheel=self._wheel
        )

    def _conversation_failed(self, guest: GuestId) -> None:
        self._metrics.actor_restarts_total.labels(kind="Conversation").inc()
        self._let_go(guest)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._conversations.rest()
