"""The actors: what each is given, and in which order they start."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

import aiohttp

from agente_hotelero.actors import (
    feature_flags,
    journal,
    notifier,
    pms_gateway,
    reservations,
    router,
    scheduler,
    sender,
)
from agente_hotelero.actors.feature_flags import FeatureFlagsActor, FlagView
from agente_hotelero.actors.life import Snapshot, depths
from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.actors.supervision import ChildSpec, Supervisor
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model.ids import Account, HotelId
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import pms
from agente_hotelero.wiring.commons import Commons, now
from agente_hotelero.wiring.directory import Directory
from agente_hotelero.wiring.outlets import Outlets
from agente_hotelero.wiring.stores import Stores

GRAPH_SECONDS: Final = 30.0
FLAGS_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """How accounts reach WhatsApp."""

    url: str
    session: aiohttp.ClientSession
    doubt_grace_seconds: float


class Crew:
    """Everybody, under two supervisors: the journal's own, and the others'."""

    def __init__(
        self,
        *,
        directory: Directory,
        stores: Stores,
        commons: Commons,
        graph: Graph,
        flags: FlagView,
        fail: Callable[[str], None],
        metrics: Metrics,
    ) -> None:
        """`fail` hears why it is no use any more."""
        self._directory = directory
        self._stores = stores
        self._commons = commons
        self._graph = graph
        self._flags = flags
        self._fail = fail
        self._metrics = metrics
        self._wired = asyncio.Event()
        self._outlets = Outlets(sagas=stores.sagas)
        self._gateways: dict[HotelId, PmsGateway] = {}
        self._others = Supervisor(name="system", on_exhausted=fail, metrics=metrics)
        # The journal holds a session and locks: it is never started twice in one process.
        self._root = Supervisor(name="journal", intensity=0, on_exhausted=fail, metrics=metrics)
        self.router: Ref

    async def start(self) -> None:
        """Start everybody, in the order of need."""
        self._journal = await self._spawn("journal", self._make_journal, self._root)
        self._flags_ref = await self._spawn("flags", self._make_flags)
        gateways = {hotel.profile.id: await self._start_gateway(hotel) for hotel in self._directory.hotels}
        # Before the router, so that they end after it: what the last turns said still goes out.
        for account, token in self._directory.access_tokens.items():
            await self._start_sender(account, token)
        self.router = await self._spawn("router", lambda: self._make_router(gateways))
        self._outlets.router = self.router
        self._outlets.notifier = await self._spawn("notifier", self._make_notifier)
        self._outlets.scheduler = await self._spawn("scheduler", self._make_scheduler)
        for hotel, gateway in gateways.items():
            self._outlets.reservations[hotel] = await self._spawn(
                f"reservations:{hotel}", partial(self._make_reservations, hotel, gateway)
            )
        self._wired.set()

    async def stop(self) -> None:
        """Stop everybody in reverse, the journal last: what is in hand is committed."""
        await self._others.stop()
        await self._root.stop()

    # How they are, for whoever looks without asking them.

    @property
    def standing(self) -> journal.Standing:
        """What this process is for the shards."""
        return self._journal_actor.standing

    @property
    def pms_available(self) -> bool:
        """Whether every hotel's PMS is asked."""
        return all(gateway.available for gateway in self._gateways.values())

    @property
    def router_exhausted(self) -> bool:
        """Whether too many conversations failed lately."""
        return self._router_actor.exhausted

    def snapshots(self) -> tuple[Snapshot, Snapshot]:
        """Both supervisors' trees."""
        return self._root.snapshot(), self._others.snapshot()

    def details(self) -> Mapping[str, object]:
        """What this process is for the shards, and both trees, as JSON takes them."""
        return {"standing": self.standing.value, "actors": [asdict(snapshot) for snapshot in self.snapshots()]}

    def depths(self) -> Mapping[str, int]:
        """How much waits in mailboxes, by kind."""
        return {**depths(*self.snapshots()), "Conversation": self._router_actor.conversations_depth}

    def rows_elsewhere(self) -> None:
        """Rows were stored that the journal did not store itself."""
        if self._wired.is_set():
            self._journal.tell(journal.RowsElsewhere())

    def messages_elsewhere(self) -> None:
        """Messages wait to be sent that no turn of ours made."""
        if self._wired.is_set():
            self._journal.tell(journal.MessagesElsewhere())

    async def refresh_flags(self) -> None:
        """Read the flags now; raises UnavailableError."""
        await self._flags_ref.ask(feature_flags.Refresh(), timeout=FLAGS_SECONDS)

    # What each is given.

    async def _spawn(self, name: str, factory: Callable[[], AsyncioActor], parent: Supervisor | None = None) -> Ref:
        return await (parent or self._others).start_child(ChildSpec(name=name, factory=factory))

    def _make_journal(self) -> journal.JournalActor:
        stores = self._stores
        self._journal_actor = journal.JournalActor(
            inbox=stores.inbox,
            reader=stores.reader,
            turns=stores.turns,
            outbox=stores.outbox,
            ownership=stores.ownership,
            outlets=self._outlets,
            metrics=self._metrics,
            notify_owner=stores.wake_owner,
            replaced=lambda: self._fail("replaced by another process"),
            wired=self._wired,
        )
        return self._journal_actor

    def _make_flags(self) -> FeatureFlagsActor:
        return FeatureFlagsActor(store=self._stores.flags, view=self._flags, metrics=self._metrics)

    async def _start_gateway(self, hotel: Hotel) -> Ref:
        name = hotel.profile.id
        gateway = pms.gateway(hotel, inventory=self._stores.inventory, metrics=self._metrics)
        self._gateways[name] = gateway
        return await self._spawn(f"gateway:{name}", lambda: pms_gateway.PmsGatewayActor(gateway=gateway))

    async def _start_sender(self, account: Account, access_token: str) -> None:
        client = GraphClient(
            session=self._graph.session,
            base_url=self._graph.url,
            phone_number_id=account.name,
            access_token=access_token,
            timeout_seconds=GRAPH_SECONDS,
        )
        self._outlets.senders[account.channel, account.name] = await self._spawn(
            f"sender:{account.name}", partial(self._make_sender, account, client)
        )

    def _make_sender(self, account: Account, client: GraphClient) -> sender.SenderActor:
        made = self._outlets.sender_actors[account.channel, account.name] = sender.SenderActor(
            account=account,
            client=client,
            journal_ref=self._journal,
            now=now,
            metrics=self._metrics,
            grace_seconds=self._graph.doubt_grace_seconds,
        )
        return made

    def _make_router(self, gateways: Mapping[HotelId, Ref]) -> router.ChannelRouterActor:
        self._router_actor = router.ChannelRouterActor(
            journal_ref=self._journal,
            parse_whatsapp=self._parse_whatsapp,
            surroundings={
                hotel: self._commons.surroundings(profile, journal=self._journal, gateway=gateways[hotel])
                for hotel, profile in self._directory.profiles.items()
            },
            metrics=self._metrics,
        )
        return self._router_actor

    def _parse_whatsapp(self, body: bytes, accounts: frozenset[str]) -> Any:
        return parse(body, hotel_of=self._directory.hotel_of, accounts=accounts, received_at=now())

    def _make_notifier(self) -> notifier.NotifierActor:
        return notifier.NotifierActor(handoffs=self._stores.handoffs, staff=self._directory.staff)

    def _make_scheduler(self) -> scheduler.SchedulerActor:
        return scheduler.SchedulerActor(
            timers=self._stores.timers,
            now=now,
            rows_stored=self.rows_elsewhere,
            write_due=self._outlets.write_due,
            in_doubt=self._outlets.timers_in_doubt,
        )

    def _make_reservations(self, hotel: HotelId, gateway: Ref) -> reservations.ReservationActor:
        return reservations.ReservationActor(
            hotel=hotel,
            journal=self._stores.sagas,
            gateway=gateway,
            now=now,
            rows_stored=self.rows_elsewhere,
            handle_timers=lambda: self._outlets.arm(None),
            metrics=self._metrics,
        )
