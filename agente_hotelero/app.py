"""The composition root: builds everything, starts in order, stops in reverse; the only reader of Settings."""

import asyncio
import gc
import hmac
import os
import time
from base64 import b32encode
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from hashlib import blake2b
from ipaddress import ip_network
from typing import Any, Final

import aiohttp
import structlog
from aiohttp import web
from opentelemetry import trace

from agente_hotelero.actors import journal, notifier, pms_gateway, reservations, router, scheduler, sender
from agente_hotelero.actors.chat_feed import ChatBells
from agente_hotelero.actors.conversation import Surroundings
from agente_hotelero.actors.feature_flags import FeatureFlagsActor, FlagView
from agente_hotelero.actors.life import depths
from agente_hotelero.actors.mailbox import dispatcher
from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.actors.supervision import ChildSpec, Supervisor
from agente_hotelero.actors.vitals import Vitals
from agente_hotelero.actors.watchdog import Watchdog
from agente_hotelero.channels.staff.either import Either, Way
from agente_hotelero.channels.staff.mail import MailServer, StaffMail
from agente_hotelero.channels.staff.webhook import StaffWebhook
from agente_hotelero.channels.webchat.tokens import SessionTokens
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.signature import Signatures, challenge
from agente_hotelero.config.hotels import Hotel, Hotels
from agente_hotelero.config.settings import Environment, Settings, SmtpSettings, on_loopback, secret_key
from agente_hotelero.dialogue.hours import is_open
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.errors import ConfigError, UnavailableError
from agente_hotelero.http import application
from agente_hotelero.http import ports as http_ports
from agente_hotelero.http.bearer import HashedTokens
from agente_hotelero.http.listener import Listener
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, Channel, ClientRef, HotelId, InboxId
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.stays import RoomType
from agente_hotelero.pms.demo.client import DemoPms
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.storage.chat import PostgresChat
from agente_hotelero.storage.clockwork import PostgresTimers
from agente_hotelero.storage.demo_inventory import PostgresDemoInventory, Seed
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.handoffs import PostgresHandOffs
from agente_hotelero.storage.inbox import PostgresInbox
from agente_hotelero.storage.links import Link, Pool
from agente_hotelero.storage.listening import Listener as Notifications
from agente_hotelero.storage.outbox import PostgresOutbox
from agente_hotelero.storage.ownership import Ownership
from agente_hotelero.storage.retention import PostgresRetention
from agente_hotelero.storage.sagas import PostgresSagas
from agente_hotelero.storage.tokens import PostgresTokens
from agente_hotelero.storage.turns import PostgresTurns
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import Feed, Health, Intake, NumbersShown, Outlets, Replies

log = structlog.get_logger(__name__)

DRAIN_SECONDS: Final = 20.0
TOKENS_SECONDS: Final = 5.0
SHORT_TEXT: Final = 160
"""Read on the loop: it takes a third of a millisecond, and a thread that computes may take the interpreter's lock from
the loop at each of its system calls. A fifth more turns a second: docs/benchmarks.md."""
FORGET_SECONDS: Final = 6 * 3600.0
GRAPH_SECONDS: Final = 30.0
# Below what load balancers keep idle connections for: a stale one makes a send in doubt.
KEEPALIVE_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the databases are, whoever started them."""

    database_url: str
    redis_url: str


class App:
    """The running service. `start()` then `wait()` then `stop()`; `failed` says why it ended by itself."""

    def __init__(self, *, settings: Settings, hotels: Hotels, servers: Servers, metrics: Metrics | None = None) -> None:
        self._settings = settings
        self._hotels = hotels
        self._servers = servers
        self.metrics = metrics or Metrics()
        self._stack = AsyncExitStack()
        self._ended = asyncio.Event()
        self.failed: str | None = None
        self._key = secret_key(settings)
        self._reference_key = hmac.digest(self._key, b"reference", "sha256")
        self._traced = settings.otel.endpoint is not None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")
        self._flags = FlagView()
        self._bells = ChatBells()
        self._tokens = HashedTokens(known={})
        self._wired = asyncio.Event()
        self._gateways: dict[HotelId, PmsGateway] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._supervisor = Supervisor(name="system", on_exhausted=self._fail, metrics=self.metrics)
        # The journal holds a session and locks: it is never started twice in one process.
        self._root = Supervisor(name="journal", intensity=0, on_exhausted=self._fail, metrics=self.metrics)
        self._listeners: list[Listener] = []
        self._watchdog = Watchdog()
        self.port = 0
        self.ops_port: int | None = None

    async def start(self) -> None:
        """Start everything, in the order of need."""
        # What is there now stays: collections need not walk over it again.
        gc.freeze()
        self._watchdog.start()
        dispatcher().tracing = self._traced
        self._build_storage()
        for pool in (self._pool, self._pms_pool):
            await pool.open()
            self._stack.push_async_callback(pool.close)
        await self._seed_demo()
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=128, keepalive_timeout=KEEPALIVE_SECONDS),
                # Nobody whom we call knows us by a cookie.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        )
        await self._start_actors()
        self._vitals = self._make_vitals()
        await self._refresh_tokens()
        await self._vitals.look()
        self._background(self._vitals.run(), self._keep_tokens(), self._forget_the_old(), self._notifications.run())
        await self._listen()
        log.info("started", port=self.port, hotels=len(self._hotels.all()))

    async def wait(self) -> None:
        """Return when a part of us failed for good, or another process replaced us."""
        await self._ended.wait()

    async def stop(self) -> None:
        """Drain: not ready, streams end, no more requests, what is in hand is committed, then close."""
        if self._listeners:
            self._vitals.drain()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                for listener in self._listeners:
                    await listener.close()
                await self._supervisor.stop()
                await self._root.stop()
        except TimeoutError:
            log.warning("drain_cut_short", seconds=DRAIN_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._links:
            await link.close()
        await self._flag_store.close()
        await self._stack.aclose()
        self._worker.shutdown(wait=False)
        self._watchdog.stop()

    def _fail(self, what: str) -> None:
        self.failed = self.failed or what
        self._ended.set()

    # Storage.

    def _build_storage(self) -> None:
        dsn = self._servers.database_url
        self._links = [Link(dsn, name=name) for name in ("inbox", "turns", "loader", "marks")]
        inbox_link, turn_link, loader_link, mark_link = self._links
        self._pool = Pool(dsn)
        self._inbox = PostgresInbox(inbox_link, key=hmac.digest(self._key, b"seen", "sha256"))
        self._reader = PostgresInbox(self._pool, key=b"")
        self._turns = PostgresTurns(turn_link, loader_link)
        self._outbox = PostgresOutbox(mark_link)
        self._sagas = PostgresSagas(self._pool)
        self._chat = PostgresChat(self._pool)
        self._handoffs = PostgresHandOffs(self._pool)
        self._token_store = PostgresTokens(self._pool)
        # Its own connections: a demo PMS that hangs holds up nobody but who asks it.
        self._pms_pool = Pool(dsn, name="demo-pms")
        self._inventory = PostgresDemoInventory(self._pms_pool)
        self._flag_store = RedisFlags(self._servers.redis_url)
        owner = f"{time.time_ns():x}"
        self._ownership = Ownership(dsn, owner=owner)
        self._notifications = Notifications(
            dsn, callbacks={"inbox": lambda _payload: self._rows_elsewhere(), "webchat": self._bells.ring}
        )

    async def _seed_demo(self) -> None:
        for hotel in self._hotels.all():
            await self._inventory.seed(hotel.profile.id, _seeds(hotel))

    # Actors.

    async def _start_actors(self) -> None:
        self._outlets = Outlets(sagas=self._sagas)
        self._journal = await self._spawn("journal", self._make_journal, self._root)
        await self._spawn("flags", self._make_flags)
        gateways = {h.profile.id: await self._start_gateway(h) for h in self._hotels.all()}
        surroundings = {h.profile.id: self._surroundings(h, gateways[h.profile.id]) for h in self._hotels.all()}
        # Before the router, so that they end after it: what the last turns said still goes out.
        await self._start_senders()
        self._router = await self._spawn("router", lambda: self._make_router(surroundings))
        self._outlets.router = self._router
        self._outlets.notifier = await self._spawn("notifier", self._make_notifier)
        self._outlets.scheduler = await self._spawn("scheduler", self._make_scheduler)
        for hotel, gateway in gateways.items():
            self._outlets.reservations[hotel] = await self._spawn(
                f"reservations:{hotel}", partial(self._make_reservations, hotel, gateway)
            )
        self._wired.set()

    async def _spawn(self, name: str, factory: Callable[[], AsyncioActor], parent: Supervisor | None = None) -> Ref:
        return await (parent or self._supervisor).start_child(ChildSpec(name=name, factory=factory))

    def _make_journal(self) -> journal.JournalActor:
        self._journal_actor = journal.JournalActor(
            inbox=self._inbox,
            reader=self._reader,
            turns=self._turns,
            outbox=self._outbox,
            ownership=self._ownership,
            outlets=self._outlets,
            metrics=self.metrics,
            notify_owner=self._notify_owner,
            replaced=lambda: self._fail("replaced by another process"),
            wired=self._wired,
        )
        return self._journal_actor

    def _make_flags(self) -> FeatureFlagsActor:
        return FeatureFlagsActor(store=self._flag_store, view=self._flags, metrics=self.metrics)

    def _make_router(self, surroundings: Mapping[HotelId, Surroundings]) -> router.ChannelRouterActor:
        self._router_actor = router.ChannelRouterActor(
            journal_ref=self._journal,
            parse_whatsapp=self._parse_whatsapp,
            surroundings=surroundings,
            metrics=self.metrics,
        )
        return self._router_actor

    def _make_notifier(self) -> notifier.NotifierActor:
        staff = {
            hotel.profile.id: NumbersShown(Either(ways), flags=self._flags)
            for hotel in self._hotels.all()
            if (ways := self._ways_to_staff(hotel))
        }
        return notifier.NotifierActor(handoffs=self._handoffs, staff=staff)

    def _ways_to_staff(self, hotel: Hotel) -> list[Way]:
        ways: list[Way] = []
        staff = hotel.staff
        if staff.webhook_url is not None:
            ways.append(StaffWebhook(session=self._session, url=staff.webhook_url, secret=staff.webhook_secret or ""))
        if staff.email is not None and (server := _mail_server(self._settings.smtp)) is not None:
            ways.append(StaffMail(server=server, recipient=staff.email, hotel_name=hotel.profile.name))
        return ways

    def _profile(self, hotel: Hotel) -> HotelProfile:
        """The hotel as the dialogue may know it: a person is reachable only as far as somebody can be told."""
        return replace(hotel.profile, person_reachable=bool(self._ways_to_staff(hotel)))

    def _make_scheduler(self) -> scheduler.SchedulerActor:
        return scheduler.SchedulerActor(
            timers=PostgresTimers(self._pool),
            now=_now,
            rows_stored=self._rows_elsewhere,
            write_due=self._outlets.write_due,
            in_doubt=self._outlets.timers_in_doubt,
        )

    def _make_reservations(self, hotel: HotelId, gateway: Ref) -> reservations.ReservationActor:
        return reservations.ReservationActor(
            hotel=hotel,
            journal=self._sagas,
            gateway=gateway,
            now=_now,
            rows_stored=self._rows_elsewhere,
            handle_timers=lambda: self._outlets.arm(None),
            metrics=self.metrics,
        )

    async def _start_gateway(self, hotel: Hotel) -> Ref:
        client = DemoPms(hotel=hotel.profile.id, inventory=self._inventory)
        gateway = PmsGateway(hotel=hotel.profile.id, client=client, clock=time.monotonic, metrics=self.metrics)
        self._gateways[hotel.profile.id] = gateway
        return await self._spawn(f"gateway:{hotel.profile.id}", lambda: pms_gateway.PmsGatewayActor(gateway=gateway))

    async def _start_senders(self) -> None:
        whatsapp = self._settings.whatsapp
        default = whatsapp.access_token.get_secret_value() if whatsapp.access_token else None
        for hotel in self._hotels.all():
            for account in hotel.whatsapp:
                client = GraphClient(
                    session=self._session,
                    base_url=whatsapp.graph_url,
                    phone_number_id=account.phone_number_id,
                    access_token=account.access_token or default or "",
                    timeout_seconds=GRAPH_SECONDS,
                )
                name = Account(hotel.profile.id, Channel.WHATSAPP, account.phone_number_id)
                self._outlets.senders[Channel.WHATSAPP, account.phone_number_id] = await self._spawn(
                    f"sender:{account.phone_number_id}", partial(self._make_sender, name, client)
                )

    def _make_sender(self, account: Account, client: GraphClient) -> sender.SenderActor:
        made = self._outlets.sender_actors[account.channel, account.name] = sender.SenderActor(
            account=account,
            client=client,
            journal_ref=self._journal,
            now=_now,
            metrics=self.metrics,
            grace_seconds=self._settings.whatsapp.doubt_grace_seconds,
        )
        return made

    def _surroundings(self, hotel: Hotel, gateway: Ref) -> Surroundings:
        return Surroundings(
            hotel=self._profile(hotel),
            journal=self._journal,
            gateway=gateway,
            understand=self._understand,
            flags=self._flags,
            is_open=self._is_open,
            make_reference=self._reference,
            split=self._parts,
            now=_now,
            metrics=self.metrics,
        )

    def _understand(self, text: str, context: Context) -> Awaitable[Reading]:
        if len(text) <= SHORT_TEXT:
            return _read_here(text, context)
        return asyncio.get_running_loop().run_in_executor(self._worker, understand, text, context)

    def _is_open(self, hotel: HotelProfile, at: datetime) -> bool:
        return self._settings.env is Environment.TEST or is_open(hotel, at)

    def _reference(self, hotel: HotelId, row: InboxId) -> ClientRef:
        digest = blake2b(f"ref:{hotel}:{row}".encode(), key=self._reference_key, digest_size=10).digest()
        return ClientRef("AH-" + b32encode(digest).decode())

    def _parts(self, message: OutboundMessage) -> tuple[OutboundMessage, ...]:
        return compose.parts(message, site=self._site)

    @property
    def _site(self) -> str | None:
        """Where channels find our photos: a Graph on this machine finds them on this machine."""
        if self._settings.http.public_url is None and self.port and self._graph_on_loopback:
            return f"http://127.0.0.1:{self.port}"
        return self._settings.http.public_url

    @cached_property
    def _graph_on_loopback(self) -> bool:
        return on_loopback(self._settings.whatsapp.graph_url)

    def _parse_whatsapp(self, body: bytes, accounts: frozenset[str]) -> Any:
        return parse(body, hotel_of=self._hotel_of, accounts=accounts, received_at=_now())

    def _hotel_of(self, phone_number_id: str) -> HotelId | None:
        hotel = self._hotels.for_whatsapp(phone_number_id)
        return hotel.profile.id if hotel is not None else None

    def _rows_elsewhere(self) -> None:
        if self._wired.is_set():
            self._journal.tell(journal.RowsElsewhere())

    async def _notify_owner(self) -> None:
        await self._pool.fetch("SELECT pg_notify('inbox', '')")

    # HTTP.

    async def _listen(self) -> None:
        settings = self._settings
        private = settings.ops.port is not None
        options = application.Options(
            environment=settings.env.value,
            profiles={hotel.profile.id: hotel.profile for hotel in self._hotels.all()},
            session_tokens=SessionTokens(secret_key=self._key, now=_now),
            trusted_proxies=tuple(ip_network(proxy) for proxy in settings.http.trusted_proxies),
            show_metrics=not private and settings.env is not Environment.PRODUCTION,
        )
        web_ports = self._web_ports()
        tracer = trace.get_tracer("agente_hotelero.http") if self._traced else None
        public = application.build(ports=web_ports, options=options, metrics=self.metrics, tracer=tracer)
        self.port = await self._open("HTTP", public, settings.http.host, settings.http.port)
        if settings.ops.port is not None:
            ops = application.build_private(ports=web_ports, metrics=self.metrics)
            self.ops_port = await self._open("OPS", ops, settings.ops.host, settings.ops.port)

    async def _open(self, name: str, served: web.Application, host: str, port: int) -> int:
        try:
            listener = await Listener.open(served, host=host, port=port)
        except OSError as error:
            # asyncio words it anew in each version of Python; what is no errno comes from the resolver.
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            raise ConfigError(f"AGENTE_{name}__PORT: cannot listen on {host} port {port}: {why}") from error
        self._listeners.append(listener)
        return listener.port

    def _web_ports(self) -> application.Ports:
        whatsapp = self._settings.whatsapp
        verify_token = whatsapp.verify_token.get_secret_value() if whatsapp.verify_token else None
        return application.Ports(
            intake=Intake(router_ref=self._router, bells=self._bells),
            feed=Feed(chat=self._chat, bells=self._bells),
            health=Health(self._vitals),
            flags=self._flags,
            tokens=self,
            replies=Replies(PostgresTurns(self._pool, self._pool)),
            verify_signature=self._signatures().verify,
            answer_handshake=lambda params: challenge(params, verify_token) if verify_token else None,
        )

    def _signatures(self) -> Signatures:
        defaults = tuple(secret.get_secret_value() for secret in self._settings.whatsapp.app_secrets)
        accounts = [account for hotel in self._hotels.all() for account in hotel.whatsapp]
        secrets = {account.phone_number_id: account.app_secrets or defaults for account in accounts}
        missing = [account for account, its in secrets.items() if not its]
        if missing and self._settings.env is Environment.PRODUCTION:
            raise ConfigError(
                f"AGENTE_WHATSAPP__APP_SECRETS: account {missing[0]} has no app secret, here or as app_secrets_env in the hotels file"
            )
        return Signatures(secrets={account: its for account, its in secrets.items() if its})

    def check(self, token: str) -> http_ports.TokenInfo | None:
        """Whose operator token it is, of those known at the last look."""
        return self._tokens.check(token)

    async def _keep_tokens(self) -> None:
        while True:
            await asyncio.sleep(TOKENS_SECONDS)
            await self._refresh_tokens()

    async def _forget_the_old(self) -> None:
        retention = PostgresRetention(self._pool)
        while True:
            await asyncio.sleep(FORGET_SECONDS)
            if self._journal_actor.standing is journal.Standing.OWNING:
                with suppress(UnavailableError):
                    log.info("old_rows_deleted", **await retention.sweep())

    async def _refresh_tokens(self) -> None:
        with suppress(UnavailableError):
            known = await self._token_store.known()
            self._tokens = HashedTokens(
                known={digest: http_ports.TokenInfo(id=str(token_id), name=name) for token_id, name, digest in known}
            )

    def _make_vitals(self) -> Vitals:
        wanted = self._settings.readiness
        required = {"journal", "router"}
        required |= {
            name for name, on in (("postgres", wanted.postgres), ("redis", wanted.redis), ("pms", wanted.pms)) if on
        }
        return Vitals(
            probes={"postgres": self._ping_postgres, "redis": self._flag_store.ping},
            parts={
                "pms": lambda: all(gateway.available for gateway in self._gateways.values()),
                "journal": lambda: self._journal_actor.standing is not journal.Standing.LOST,
                "router": lambda: not self._router_actor.exhausted,
            },
            required=frozenset(required),
            details=lambda: {
                "standing": self._journal_actor.standing.value,
                "actors": [asdict(self._root.snapshot()), asdict(self._supervisor.snapshot())],
            },
            measures=(
                (self.metrics.inbox_lag_seconds, self._inbox_age),
                (self.metrics.backup_age_seconds, self._backup_age),
                (self.metrics.handoffs_open, self._handoffs.count_open),
            ),
            depths=self._mailbox_depths,
            metrics=self.metrics,
        )

    def _mailbox_depths(self) -> Mapping[str, int]:
        actors = depths(self._root.snapshot(), self._supervisor.snapshot())
        return {**actors, "Conversation": self._router_actor.conversations_depth}

    async def _ping_postgres(self) -> None:
        await self._pool.fetch("SELECT 1")

    async def _inbox_age(self) -> float:
        return await self._age("SELECT min(received_at) AS since FROM inbox WHERE NOT done")

    async def _backup_age(self) -> float:
        """Without a single copy, the database's own age: a copy is missing since it has something to lose."""
        return await self._age(
            "SELECT coalesce((SELECT max(at) FROM audit WHERE action = 'backup'), (SELECT min(applied_at) FROM schema_migration)) AS since"
        )

    async def _age(self, since: str) -> float:
        """Seconds since a moment that a query names; 0 where there is none."""
        rows = await self._pool.fetch(
            f"SELECT coalesce(extract(epoch FROM now() - since), 0)::float8 AS age FROM ({since}) found"  # noqa: S608 - constants
        )
        age: float = rows[0]["age"]
        return age

    def _background(self, *works: Any) -> None:
        self._tasks += [asyncio.create_task(work) for work in works]


async def _read_here(text: str, context: Context) -> Reading:
    return understand(text, context)


def _mail_server(smtp: SmtpSettings) -> MailServer | None:
    if smtp.host is None:
        return None
    return MailServer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        sender=smtp.sender or "",
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _seeds(hotel: Hotel) -> list[Seed]:
    profile = hotel.profile
    facts = {room.key: room for room in profile.rooms}
    return [
        Seed(
            room_type=RoomType(
                key=room.key,
                name=facts[room.key].names.get(profile.languages[0]) or room.key,
                capacity=facts[room.key].capacity,
                photo=facts[room.key].photo,
            ),
            rooms=room.rooms,
            base_price=room.base_price,
            currency=profile.currency,
        )
        for room in hotel.pms.rooms
    ]
