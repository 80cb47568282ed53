"""Between the parts that do not know each other: consequences of a commit to actors, HTTP's ports to what is behind them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import structlog

from agente_hotelero.actors import notifier, reservations, router, scheduler, sender
from agente_hotelero.actors.chat_feed import ChatBells
from agente_hotelero.actors.ports import Flags, StaffChannel
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.actors.vitals import Vitals
from agente_hotelero.channels.webchat.inbound import client_id_of
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.config.flags import Flag
from agente_hotelero.http import ports
from agente_hotelero.model import phones
from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId
from agente_hotelero.model.journal import Applied, DueWrite, Epochs, InboxRow, OpenHandOff, OutboxRow
from agente_hotelero.storage.chat import PostgresChat
from agente_hotelero.storage.sagas import PostgresSagas
from agente_hotelero.storage.turns import PostgresTurns

log = structlog.get_logger(__name__)

ECHO_LOOK_SECONDS: Final = 0.025


class Outlets:
    """Where consequences of a commit go; the refs come when everybody is started."""

    def __init__(self, *, sagas: PostgresSagas) -> None:
        self._sagas = sagas
        self.router: Ref
        self.scheduler: Ref
        self.notifier: Ref
        self.senders: dict[tuple[Channel, str], Ref] = {}
        self.sender_actors: dict[tuple[Channel, str], sender.SenderActor] = {}
        """Their present incarnations."""
        self.reservations: dict[HotelId, Ref] = {}

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        """To conversations."""
        self.router.tell(router.DeliverRows(rows=rows))

    def send(self, rows: Sequence[OutboxRow]) -> None:
        """To the senders of their accounts; rows of an account that is configured no more stay where they are."""
        for (channel, name), group in _grouped(rows, lambda row: row.route.account).items():
            ref = self.senders.get((channel, name))
            if ref is None:
                log.warning("no_sender_for_account", channel=channel.value, messages=len(group))
            else:
                ref.tell(sender.Send(rows=tuple(group)))

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        """As its sender sees it now."""
        actor = self.sender_actors.get((account.channel, account.name))
        return actor is not None and actor.sends_at_once(guest)

    def reported(self, moved: Sequence[Applied]) -> None:
        """To whoever waits for a report."""
        for key, group in _grouped(moved, lambda report: report.account).items():
            if key in self.senders:
                self.senders[key].tell(sender.Reported(moved=tuple(group)))

    def wake_sagas(self, hotels: frozenset[HotelId] | None) -> None:
        """To the hotels' reservation actors."""
        for hotel, ref in self.reservations.items():
            if hotels is None or hotel in hotels:
                ref.tell(reservations.Wake())

    def write_due(self, write: DueWrite) -> None:
        """A saga's timer came due."""
        if write.hotel in self.reservations:
            self.reservations[write.hotel].tell(reservations.CheckDue(client_ref=write.client_ref, step=write.step))

    def timers_in_doubt(self) -> None:
        """To every hotel's reservation actor."""
        for ref in self.reservations.values():
            ref.tell(reservations.TimersInDoubt())

    def arm(self, due_at: datetime | None) -> None:
        """To the scheduler."""
        self.scheduler.tell(scheduler.Arm(due_at=due_at))

    def handed_off(self) -> None:
        """To the notifier."""
        self.notifier.tell(notifier.HandedOff())

    def claimed(self, epochs: Epochs) -> None:
        """The sagas write under these epochs."""
        self._sagas.epochs = epochs

    def dropped(self) -> None:
        """Everybody forgets."""
        self._sagas.epochs = {}
        self.router.tell(router.DropAll())
        self.scheduler.tell(scheduler.Rest())
        for ref in self.senders.values():
            ref.tell(sender.Dropped())
        for ref in self.reservations.values():
            ref.tell(reservations.Rest())


class Intake:
    """HTTP's way in: one ask to the router."""

    def __init__(self, *, router_ref: Ref, bells: ChatBells) -> None:
        self._router = router_ref
        self._bells = bells

    def accept_whatsapp(self, body: bytes, accounts: frozenset[str]) -> Awaitable[ports.Accepted]:
        """Store a signed body."""
        return self._router.ask(router.AcceptWhatsApp(body=body, accounts=accounts), timeout=10)

    async def accept_events(self, events: tuple[InboundEvent, ...]) -> ports.Accepted:
        """Store events; a page that wrote sees its own line at once."""
        accepted = await self._router.ask(router.AcceptEvents(events=events), timeout=10)
        for event in events:
            if event.account.channel is Channel.WEBCHAT:
                self._bells.ring(f"{event.account.hotel}:{event.address}")
        return accepted


class Feed:
    """A web chat's lines, and its bell."""

    def __init__(self, *, chat: PostgresChat, bells: ChatBells) -> None:
        self._chat = chat
        self._bells = bells

    async def history(self, hotel: HotelId, session: str, after: int) -> Sequence[ports.ChatLine]:
        """Lines with n > after."""
        guest = await self._chat.guest_of(hotel, session)
        if guest is None:
            return ()
        return [
            ports.ChatLine(
                n=row.n,
                author="hotel" if row.external_id is None else "guest",
                message=row.said,
                at=row.at,
                client_id=None if row.external_id is None else client_id_of(row.external_id),
                interactive=row.interactive,
            )
            for row in await self._chat.lines(guest, after=after)
        ]

    def wait(self, hotel: HotelId, session: str) -> "asyncio.Future[None]":
        """Listen."""
        return self._bells.wait(hotel, session)

    async def delivered(self, hotel: HotelId, session: str, n: int) -> None:
        """The page showed everything up to n."""
        guest = await self._chat.guest_of(hotel, session)
        if guest is not None:
            await self._chat.delivered(guest, up_to=n)


class Health:
    """Readiness from the vitals."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def ready(self) -> ports.Readiness:
        """The newest snapshot."""
        snapshot = self._vitals.snapshot()
        return ports.Readiness(ready=snapshot.ready, checks=snapshot.checks, details=snapshot.details)


class NumbersShown:
    """Shows staff a guest's number as the flag has it."""

    def __init__(self, staff: StaffChannel, *, flags: Flags) -> None:
        self._staff = staff
        self._flags = flags

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises UnavailableError."""
        if handoff.channel == Channel.WHATSAPP and handoff.address is not None:
            advanced = self._flags.enabled(Flag.PHONE_NORMALIZATION)
            handoff = replace(handoff, address=phones.from_channel(handoff.address, advanced=advanced))
        await self._staff.tell(handoff)


class Replies:
    """The test echo's eyes; it looks again and again, because only the test environment has it."""

    def __init__(self, turns: PostgresTurns) -> None:
        self._turns = turns

    async def wait(self, inbox_ids: Sequence[int], timeout_seconds: float) -> Sequence[ports.SentReply]:
        """Look until everything is answered, or the time is over."""
        ids = [InboxId(row) for row in inbox_ids]
        sent: Sequence[Any] = ()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                settled = False
                while not settled:
                    settled, sent = await self._turns.replies(ids)
                    await asyncio.sleep(0 if settled else ECHO_LOOK_SECONDS)
        return [
            ports.SentReply(
                message_id=reply.id,
                response_type=compose.response_type(reply.message, reply.interactive),
                content=reply.message,
            )
            for reply in sent
        ]


def _grouped(items: Sequence[Any], account_of: Callable[[Any], Account]) -> dict[tuple[Channel, str], list[Any]]:
    groups: dict[tuple[Channel, str], list[Any]] = {}
    for item in items:
        account = account_of(item)
        groups.setdefault((account.channel, account.name), []).append(item)
    return groups
