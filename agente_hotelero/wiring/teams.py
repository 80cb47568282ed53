"""Who works for one hotel or one account only: started, renewed and stopped while the others go on."""

import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import aiohttp

from agente_hotelero.actors import mail_reader, pms_gateway, reservations, sender
from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.actors.saga_port import SagaJournal
from agente_hotelero.actors.supervision import ChildSpec, Supervisor
from agente_hotelero.channels.port import ChannelClient, UploadLedger, Window
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.channels.whatsapp.uploads import ReadOwn, Uploads
from agente_hotelero.channels.whatsapp.window import TemplateWindow
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model.ids import Account, HotelId
from agente_hotelero.model.lines import Line
from agente_hotelero.pms.client import PmsClient
from agente_hotelero.pms.demo.inventory import DemoInventory
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import pms
from agente_hotelero.wiring.commons import now
from agente_hotelero.wiring.directory import Box, Way
from agente_hotelero.wiring.outlets import Outlets
from agente_hotelero.wiring.post import Post
from agente_hotelero.wiring.roster import Desk

GRAPH_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """How accounts reach WhatsApp."""

    url: str
    session: aiohttp.ClientSession
    doubt_grace_seconds: float
    uploaded: UploadLedger
    read_own: ReadOwn


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What one account's sender works with; `hotel` is its name, `language` its own."""

    account: Account
    way: Way = field(repr=False)
    line: Line
    hotel: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Equipment:
    client: ChannelClient
    line: Line
    window: Window | None


class Teams:
    """Hires for new hotels and accounts before anybody hears of them, and lets go when nobody needs them any more.

    Whoever hires gives an `undo`, for when it comes to nothing.
    """

    def __init__(
        self,
        *,
        supervisor: Supervisor,
        journal: Ref,
        inventory: DemoInventory,
        sagas: SagaJournal,
        outlets: Outlets,
        graph: Graph,
        post: Post,
        pms_session: aiohttp.ClientSession,
        rows_elsewhere: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        self._supervisor = supervisor
        self._journal = journal
        self._inventory = inventory
        self._sagas = sagas
        self._outlets = outlets
        self._graph = graph
        self._post = post
        self._pms_session = pms_session
        self._rows_elsewhere = rows_elsewhere
        self._metrics = metrics
        self._equipment: dict[Account, _Equipment] = {}
        """A sender's next incarnation sends by the same."""
        self._mailboxes: dict[Account, Box] = {}
        """A reader's next incarnation reads the same."""

    async def open_desk(self, hotel: Hotel, undo: AsyncExitStack) -> Desk:
        """Start what a hotel has to itself."""
        name = hotel.profile.id
        gateway = pms.gateway(hotel, self._pms(hotel), metrics=self._metrics)
        undo.callback(gateway.retire)
        # The eldest end last: what turns ask at the end is still answered.
        way = await self._start(
            f"gateway:{name}", lambda: pms_gateway.PmsGatewayActor(gateway=gateway), undo, eldest=True
        )
        writer = await self._start(f"reservations:{name}", partial(self._make_reservations, name, way), undo)
        return Desk(gateway=gateway, gateway_ref=way, reservations=writer)

    def reconnect(self, hotel: Hotel, desk: Desk) -> None:
        """Ask another PMS from now on, or the same one by another key; what is under way ends where it began."""
        desk.gateway.serve(self._pms(hotel))

    async def close_desk(self, hotel: HotelId, desk: Desk) -> None:
        """Stop it; a write in flight is searched for when the hotel is here again."""
        await self._supervisor.stop_child(f"reservations:{hotel}")
        await self._supervisor.stop_child(f"gateway:{hotel}")
        desk.gateway.retire()

    async def hire_sender(self, seat: Seat, undo: AsyncExitStack) -> Ref:
        """Start the way out of one account."""
        self._equipment[seat.account] = self._equip(seat)
        # Elder than the router: what the last turns said still goes out.
        return await self._start(_name(seat.account), partial(self._make_sender, seat.account), undo, eldest=True)

    async def dismiss_sender(self, account: Account) -> None:
        """Stop it, after the POSTs in flight; the rest stays in the outbox."""
        await self._supervisor.stop_child(_name(account))
        self._outlets.sender_actors.pop(account, None)
        del self._equipment[account]

    def renew(self, seat: Seat, ref: Ref) -> None:
        """Let a sender go on with another token or mailbox, or on other terms."""
        equipment = self._equipment[seat.account] = self._equip(seat)
        ref.tell(sender.Renewed(client=equipment.client, line=seat.line, window=equipment.window))

    async def read(self, mailboxes: Mapping[Account, Box]) -> None:
        """Read these mailboxes and no others; their mail may come at once, so whoever takes it is there already."""
        for account in [account for account in self._mailboxes if account not in mailboxes]:
            await self._supervisor.stop_child(_reader_name(account))
            del self._mailboxes[account], self._outlets.readers[account]
        for account, mailbox in mailboxes.items():
            before = self._mailboxes.get(account)
            self._mailboxes[account] = mailbox
            if before is None:
                spec = ChildSpec(name=_reader_name(account), factory=partial(self._make_reader, account))
                self._outlets.readers[account] = await self._supervisor.try_child(spec)
            elif before != mailbox:
                source, read = self._post.source(mailbox), self._post.reader(account, mailbox)
                self._outlets.readers[account].tell(mail_reader.Renewed(source=source, read=read))

    async def _start(
        self, name: str, factory: Callable[[], AsyncioActor], undo: AsyncExitStack, *, eldest: bool = False
    ) -> Ref:
        ref = await self._supervisor.try_child(ChildSpec(name=name, factory=factory), eldest=eldest)
        undo.push_async_callback(self._supervisor.stop_child, name)
        return ref

    def _pms(self, hotel: Hotel) -> PmsClient:
        return pms.client(hotel, inventory=self._inventory, session=self._pms_session)

    def _equip(self, seat: Seat) -> _Equipment:
        if not isinstance(seat.way, str):
            # A mail may be written at any time.
            client = self._post.client(seat.way, hotel=seat.hotel, language=seat.language)
            return _Equipment(client=client, line=seat.line, window=None)
        return self._equip_for_whatsapp(seat, access_token=seat.way)

    def _equip_for_whatsapp(self, seat: Seat, *, access_token: str) -> _Equipment:
        client = GraphClient(
            session=self._graph.session,
            base_url=self._graph.url,
            phone_number_id=seat.account.name,
            access_token=access_token,
            timeout_seconds=GRAPH_SECONDS,
            uploads=self._uploads(seat.account, access_token),
        )
        window = TemplateWindow(seat.line, hotel=seat.hotel, language=seat.language, clock=time.monotonic)
        return _Equipment(client=client, line=seat.line, window=window)

    def _uploads(self, account: Account, access_token: str) -> Uploads:
        return Uploads(
            session=self._graph.session,
            base_url=self._graph.url,
            account=account,
            access_token=access_token,
            ledger=self._graph.uploaded,
            read_own=self._graph.read_own,
            timeout_seconds=GRAPH_SECONDS,
        )

    def _make_sender(self, account: Account) -> sender.SenderActor:
        equipment = self._equipment[account]
        made = self._outlets.sender_actors[account] = sender.SenderActor(
            account=account,
            client=equipment.client,
            journal_ref=self._journal,
            now=now,
            metrics=self._metrics,
            grace_seconds=self._graph.doubt_grace_seconds,
            line=equipment.line,
            window=equipment.window,
        )
        return made

    def _make_reader(self, account: Account) -> mail_reader.MailboxActor:
        mailbox = self._mailboxes[account]
        return mail_reader.MailboxActor(
            account=account,
            source=self._post.source(mailbox),
            read=self._post.reader(account, mailbox),
            router_ref=self._outlets.router,
            ledger=self._post.ledger,
            now=now,
            metrics=self._metrics,
        )

    def _make_reservations(self, hotel: HotelId, gateway: Ref) -> reservations.ReservationActor:
        return reservations.ReservationActor(
            hotel=hotel,
            journal=self._sagas,
            gateway=gateway,
            now=now,
            rows_stored=self._rows_elsewhere,
            handle_timers=lambda: self._outlets.arm(None),
            metrics=self._metrics,
        )


def _name(account: Account) -> str:
    return f"sender:{account.hotel}:{account.name}"


def _reader_name(account: Account) -> str:
    return f"mailbox:{account.hotel}:{account.name}"
