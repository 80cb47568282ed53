"""The actors: what each is given, and in which order they start."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

import aiohttp

from agente_hotelero.actors import feature_flags, journal, mail_reader, media_keeper, notifier, router, scheduler
from agente_hotelero.actors.feature_flags import FeatureFlagsActor, FlagView
from agente_hotelero.actors.life import Snapshot, depths
from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.actors.supervision import ChildSpec, Supervisor
from agente_hotelero.channels.gmail.hints import Refusal
from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.commons import Commons, now
from agente_hotelero.wiring.directory import Directory
from agente_hotelero.wiring.media import Fetching, file_name
from agente_hotelero.wiring.outlets import Outlets
from agente_hotelero.wiring.post import Post
from agente_hotelero.wiring.roster import InForce
from agente_hotelero.wiring.stores import Stores
from agente_hotelero.wiring.succession import Succession
from agente_hotelero.wiring.teams import Graph, Teams

FLAGS_SECONDS: Final = 3.0


class Crew:
    """Everybody, under two supervisors: the journal's own, and the others'."""

    def __init__(
        self,
        *,
        stores: Stores,
        commons: Commons,
        graph: Graph,
        post: Post,
        fetching: Callable[[InForce], Fetching],
        pms_session: aiohttp.ClientSession,
        flags: FlagView,
        fail: Callable[[str], None],
        metrics: Metrics,
    ) -> None:
        """`fail` hears why it is no use any more."""
        self._stores = stores
        self._commons = commons
        self._graph = graph
        self._post = post
        self._pms_session = pms_session
        self._flags = flags
        self._fail = fail
        self._metrics = metrics
        self._wired = asyncio.Event()
        self.in_force = InForce()
        self.fetching = fetching(self.in_force)
        self._outlets = Outlets(in_force=self.in_force, sagas=stores.sagas)
        commons.show_typing = self._outlets.show_typing
        self._succession: Succession | None = None
        self._others = Supervisor(name="system", on_exhausted=fail, metrics=metrics)
        # The journal holds a session and locks: it is never started twice in one process.
        self._root = Supervisor(name="journal", intensity=0, on_exhausted=fail, metrics=metrics)
        self.router: Ref

    async def start(self, directory: Directory) -> None:
        """Start everybody, in the order of need."""
        self._outlets.journal = await self._spawn("journal", self._make_journal, self._root)
        self._flags_ref = await self._spawn("flags", self._make_flags)
        self.router = self._outlets.router = await self._spawn("router", self._make_router)
        self._outlets.notifier = await self._spawn("notifier", self._make_notifier)
        self._outlets.media_keeper = await self._spawn("media", self._make_media_keeper)
        self._outlets.scheduler = await self._spawn("scheduler", self._make_scheduler)
        self._succession = self._make_succession()
        await self._succession.begin(directory)
        self._wired.set()

    async def follow(self, directory: Directory) -> None:
        """Go on with other hotels; where that is not possible this raises, and nothing has changed."""
        assert self._succession is not None
        await self._succession.follow(directory)

    async def stop(self) -> None:
        """Stop everybody in reverse, the journal last: what is in hand is committed."""
        if self._succession is not None:
            await self._succession.close()
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
        return all(desk.gateway.available for desk in self.in_force.roster.desks.values())

    @property
    def router_exhausted(self) -> bool:
        """Whether too many conversations failed lately."""
        return self._router_actor.exhausted

    def snapshots(self) -> tuple[Snapshot, Snapshot]:
        """Both supervisors' trees."""
        return self._root.snapshot(), self._others.snapshot()

    def details(self) -> Mapping[str, object]:
        """What this process is for the shards, both trees, and each hotel's way to its PMS, accounts and mailboxes, as JSON takes them."""
        gateways = {hotel: asdict(desk.gateway.health) for hotel, desk in self.in_force.roster.desks.items()}
        return {
            "standing": self.standing.value,
            "actors": [asdict(snapshot) for snapshot in self.snapshots()],
            "pms": gateways,
            "accounts": self._outlets.accounts(),
            "mailboxes": self._outlets.mailboxes(),
        }

    def depths(self) -> Mapping[str, int]:
        """How much waits in mailboxes, by kind."""
        return {**depths(*self.snapshots()), "Conversation": self._router_actor.conversations_depth}

    def rows_elsewhere(self) -> None:
        """Rows were stored that the journal did not store itself."""
        if self._wired.is_set():
            self._outlets.journal.tell(journal.RowsElsewhere())

    def messages_elsewhere(self) -> None:
        """Messages wait to be sent that no turn of ours made."""
        if self._wired.is_set():
            self._outlets.journal.tell(journal.MessagesElsewhere())

    async def verify_push(self, token: str | None) -> frozenset[str] | Refusal:
        """Name the mailboxes that a push's signer may speak for; raises UnavailableError."""
        return await self._post.verify_push(token, self.in_force.directory.mailboxes.values())

    def mail_hinted(self, address: str, history_id: int) -> bool:
        """Have a mailbox looked at, if that is news; tells whether it is."""
        readers = [ref for account, ref in self._outlets.readers.items() if account.name == address]
        if not readers or not self._post.is_news(address, history_id):
            return False
        for ref in readers:
            ref.tell(mail_reader.Hint())
        return True

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
            identities=stores.identities,
            outlets=self._outlets,
            metrics=self._metrics,
            notify_owner=stores.wake_owner,
            replaced=lambda: self._fail("replaced by another process"),
            wired=self._wired,
        )
        return self._journal_actor

    def _make_flags(self) -> FeatureFlagsActor:
        return FeatureFlagsActor(store=self._stores.flags, view=self._flags, metrics=self._metrics)

    def _make_router(self) -> router.ChannelRouterActor:
        self._router_actor = router.ChannelRouterActor(
            journal_ref=self._outlets.journal,
            parse_whatsapp=self._parse_whatsapp,
            surroundings=self.in_force.surroundings,
            metrics=self._metrics,
        )
        return self._router_actor

    def _parse_whatsapp(self, body: bytes, accounts: frozenset[str]) -> Any:
        directory = self.in_force.directory
        return parse(
            body,
            hotel_of=directory.hotel_of,
            accounts=accounts,
            received_at=now(),
            business_of=directory.businesses.get,
        )

    def _make_notifier(self) -> notifier.NotifierActor:
        return notifier.NotifierActor(handoffs=self._stores.handoffs, staff=lambda: self.in_force.directory.staff)

    def _make_media_keeper(self) -> media_keeper.MediaKeeperActor:
        return media_keeper.MediaKeeperActor(
            ledger=self._stores.media,
            store=self._stores.media_files,
            fetch=self.fetching.files,
            name_of=file_name,
            now=now,
            metrics=self._metrics,
        )

    def _make_scheduler(self) -> scheduler.SchedulerActor:
        return scheduler.SchedulerActor(
            timers=self._stores.timers,
            now=now,
            rows_stored=self.rows_elsewhere,
            write_due=self._outlets.write_due,
            in_doubt=self._outlets.timers_in_doubt,
        )

    def _make_teams(self) -> Teams:
        return Teams(
            supervisor=self._others,
            journal=self._outlets.journal,
            inventory=self._stores.inventory,
            sagas=self._stores.sagas,
            outlets=self._outlets,
            graph=self._graph,
            post=self._post,
            pms_session=self._pms_session,
            rows_elsewhere=self.rows_elsewhere,
            digits_of=self._commons.codes.digits,
            metrics=self._metrics,
        )

    def _make_succession(self) -> Succession:
        return Succession(
            in_force=self.in_force,
            teams=self._make_teams(),
            commons=self._commons,
            outlets=self._outlets,
            seed=self._stores.inventory.seed_all,
        )
