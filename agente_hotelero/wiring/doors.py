"""HTTP's ports, and what is behind them."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, Final

from agente_hotelero.actors import router
from agente_hotelero.actors.chat_feed import ChatBells
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.actors.vitals import Vitals
from agente_hotelero.channels.webchat.inbound import client_id_of
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.http import ports
from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import Channel, HotelId, InboxId
from agente_hotelero.storage.chat import PostgresChat
from agente_hotelero.storage.turns import PostgresTurns

ECHO_LOOK_SECONDS: Final = 0.025


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
                response_type=compose.response_type(reply.message, reply.interactive, uploads=True),
                content=reply.message,
            )
            for reply in sent
        ]
