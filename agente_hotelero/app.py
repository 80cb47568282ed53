"""The composition root: builds everything, starts in order, stops in reverse; the only reader of Settings."""

import asyncio
import gc
import hmac
import os
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog
from opentelemetry import trace
from pydantic import SecretStr

from agente_hotelero.actors.chat_feed import ChatBells
from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.actors.mailbox import dispatcher
from agente_hotelero.actors.runtime import note_failure
from agente_hotelero.actors.vitals import Vitals
from agente_hotelero.actors.watchdog import Watchdog
from agente_hotelero.channels.staff.mail import MailServer
from agente_hotelero.channels.webchat.tokens import SessionTokens
from agente_hotelero.channels.whatsapp.media import MediaClient
from agente_hotelero.channels.whatsapp.signature import challenge
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config.completeness import require_secrets
from agente_hotelero.config.hotels import Hotels
from agente_hotelero.config.settings import Environment, Settings, on_loopback, secret_keys
from agente_hotelero.http import application
from agente_hotelero.http.code_links import CodeLinks
from agente_hotelero.storage.reloads import CHANNEL as RELOAD_CHANNEL
from agente_hotelero.storage.reloads import Reloaded
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import speech, understanding
from agente_hotelero.wiring.commons import Commons, now
from agente_hotelero.wiring.crew import Crew
from agente_hotelero.wiring.directory import Defaults, Directory, directory
from agente_hotelero.wiring.doors import Feed, Health, Intake, Replies
from agente_hotelero.wiring.listeners import Address, Listeners
from agente_hotelero.wiring.media import Fetching
from agente_hotelero.wiring.office import Office
from agente_hotelero.wiring.one_time import OneTimeCodes
from agente_hotelero.wiring.own_files import OwnSite
from agente_hotelero.wiring.post import Post
from agente_hotelero.wiring.reloading import Reloading
from agente_hotelero.wiring.roster import InForce
from agente_hotelero.wiring.staff import StaffChannels
from agente_hotelero.wiring.stores import Stores
from agente_hotelero.wiring.teams import Graph
from agente_hotelero.wiring.upkeep import KnownTokens, forget_the_old, vitals

if TYPE_CHECKING:
    from agente_hotelero.wiring.llm import SecondOpinions

log = structlog.get_logger(__name__)

DRAIN_SECONDS: Final = 20.0
MEGABYTE: Final = 1024 * 1024
LLM_CALLS: Final = 8
"""Questions to a language model that may be under way; whoever waits for a place waits within the same time."""
EVERY_HOST: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - where a listener may be told to listen
# Below what load balancers keep idle connections for: a stale one makes a send in doubt.
KEEPALIVE_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the databases are, whoever started them."""

    database_url: str
    redis_url: str


class App:
    """The running service. `start()` then `wait()` then `stop()`; `failed` says why it ended by itself."""

    def __init__(
        self,
        *,
        settings: Settings,
        hotels: Hotels,
        servers: Servers,
        environment: Mapping[str, str] = os.environ,
        metrics: Metrics | None = None,
    ) -> None:
        """`environment` has the secrets that the hotels file names; it is taken as it is now."""
        self._settings = settings
        self._hotels = hotels
        self._environment = dict(environment)
        self.metrics = metrics or Metrics()
        self.failed: str | None = None
        self.port = 0
        self.ops_port: int | None = None
        self._keys = secret_keys(settings)
        self._traced = settings.otel.endpoint is not None
        self._stack = AsyncExitStack()
        self._ended = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._watchdog = Watchdog()
        self._flags = FlagView()
        self._bells = ChatBells()
        self._stores = Stores(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            seen_key=hmac.digest(self._keys[0], b"seen", "sha256"),
            media_dir=settings.media_dir,
            media_kept=timedelta(days=settings.media.days),
        )
        self._tokens = KnownTokens(self._stores.tokens)
        self._code_links = CodeLinks(secret_keys=self._keys)
        self._commons = self._make_commons()
        self._ears = speech.ears(settings.audio, models_below=settings.models_dir, metrics=self.metrics)
        self._opinions: SecondOpinions | None = None
        self._crew: Crew | None = None
        self._vitals: Vitals | None = None
        self._listeners: Listeners | None = None

    async def start(self) -> None:
        """Start everything, in the order of need."""
        # What is there now stays: collections need not walk over it again.
        gc.freeze()
        self._watchdog.start()
        dispatcher().tracing = self._traced
        await self._stores.open()
        session = await self._open_session(limit=128)
        # Its own connections, bounded by each hotel's bulkhead: a PMS that hangs takes nobody else's.
        pms_session = await self._open_session(limit=0)
        self._channels = StaffChannels(session=session, mail_server=self._mail_server(), flags=self._flags)
        self._crew = crew = self._make_crew(session, pms_session)
        if self._settings.llm.url is not None:
            from agente_hotelero.wiring.llm import SecondOpinions  # noqa: PLC0415 - most services ask no language model

            self._opinions = SecondOpinions(
                settings=self._settings.llm, session=await self._open_session(limit=LLM_CALLS), metrics=self.metrics
            )
            self._commons.consult = self._opinions.adviser.consult
        if self._ears is not None:
            self._commons.listen = self._ears.listen(crew.fetching.fetch)
        await crew.start(self._directory(self._hotels))
        self._vitals = health = self._make_vitals(crew)
        await self._tokens.refresh()
        await health.look()
        self._background(
            health.run(), self._tokens.run(), forget_the_old(self._stores, crew), *self._follow_others(crew)
        )
        self._listeners = self._make_listeners(crew, health)
        await self._listen(self._listeners)
        log.info("started", port=self.port, hotels=len(crew.in_force.directory.hotels))

    async def wait(self) -> None:
        """Return when a part of us failed for good, or another process replaced us."""
        await self._ended.wait()

    async def reload(self, who: str) -> Reloaded:
        """Let every process over this database re-read the hotels file; `who` asked is named in the audit.

        Raises ConfigError where the file is wrong as this process sees it, and UnavailableError: then nobody was asked.
        """
        self._directory(await asyncio.to_thread(self._read_hotels))
        return await self._stores.reloads.everywhere(who)

    async def stop(self) -> None:
        """Drain: not ready, streams end, no more requests, what is in hand is committed, then close."""
        if self._vitals is not None:
            self._vitals.drain()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                if self._listeners is not None:
                    await self._listeners.close_public()
                if self._crew is not None:
                    await self._crew.stop()
                if self._listeners is not None:
                    await self._listeners.close_private()
        except TimeoutError:
            log.warning("drain_cut_short", seconds=DRAIN_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
        await self._stores.close()
        self._commons.close()
        if self._opinions is not None:
            self._opinions.close()
        if self._ears is not None:
            await self._ears.close()
        self._watchdog.stop()

    def _fail(self, what: str) -> None:
        self.failed = self.failed or what
        self._ended.set()

    def _background(self, *works: Coroutine[Any, Any, None]) -> None:
        for work in works:
            task = asyncio.create_task(work)
            task.add_done_callback(self._ended_by_itself)
            self._tasks.append(task)

    def _ended_by_itself(self, task: "asyncio.Task[None]") -> None:
        """None of them ever ends: without tokens, vitals or notices we would go on half blind, so somebody starts us anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            note_failure("background_work_failed", error)
            self._fail(f"background work failed: {type(error).__name__}")

    async def _open_session(self, *, limit: int) -> aiohttp.ClientSession:
        return await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=limit, keepalive_timeout=KEEPALIVE_SECONDS),
                # Nobody whom we call knows us by a cookie.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        )

    async def _listen(self, listeners: Listeners) -> None:
        http, ops = self._settings.http, self._settings.ops
        tracer = trace.get_tracer("agente_hotelero.http") if self._traced else None
        public = Address(host=http.host, port=http.port, setting="AGENTE_HTTP__PORT")
        self.port = await listeners.open_public(public, tracer=tracer)
        if ops.port is not None:
            private = Address(host=ops.host, port=ops.port, setting="AGENTE_OPS__PORT")
            self.ops_port = await listeners.open_private(private)

    # What each room is given of the settings.

    def _follow_others(self, crew: Crew) -> Iterator[Coroutine[Any, Any, None]]:
        """Hear what other processes store, say and ask for."""

        async def follow() -> int:
            new = self._directory(await asyncio.to_thread(self._read_hotels))
            await crew.follow(new)
            return len(new.hotels)

        reloading = Reloading(self._stores.reloads, reload=follow, metrics=self.metrics)
        yield reloading.run()
        yield self._stores.listener(
            {
                "inbox": lambda _payload: crew.rows_elsewhere(),
                "outbox": lambda _payload: crew.messages_elsewhere(),
                "webchat": self._bells.ring,
                RELOAD_CHANNEL: lambda _payload: reloading.heard(),
            }
        ).run()

    def _read_hotels(self) -> Hotels:
        hotels = hotels_file.load(self._settings.hotels_file, environment=self._environment)
        require_secrets(self._settings, hotels)
        return hotels

    def _directory(self, hotels: Hotels) -> Directory:
        whatsapp = self._settings.whatsapp
        return directory(
            hotels,
            defaults=Defaults(
                messages_per_second=self._settings.whatsapp.messages_per_second,
                guest_burst=self._settings.whatsapp.guest_burst,
                app_secrets=tuple(secret.get_secret_value() for secret in whatsapp.app_secrets),
                access_token=_shown(whatsapp.access_token) or "",
                demanding=self._settings.env is Environment.PRODUCTION,
            ),
            channels=self._channels,
        )

    def _mail_server(self) -> MailServer | None:
        smtp = self._settings.smtp
        if smtp.host is None:
            return None
        return MailServer(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            sender=smtp.sender or "",
            username=smtp.username,
            password=_shown(smtp.password),
        )

    def _make_commons(self) -> Commons:
        read, weigh = understanding.steps()
        return Commons(
            key=self._keys[0],
            site=lambda: self._site,
            code_picture=self._code_links.path,
            codes=OneTimeCodes(keys=self._keys),
            always_open=self._settings.env is Environment.TEST,
            gather_seconds=self._settings.gather_seconds,
            flags=self._flags,
            metrics=self.metrics,
            read=read,
            weigh=weigh,
        )

    def _make_crew(self, session: aiohttp.ClientSession, pms_session: aiohttp.ClientSession) -> Crew:
        whatsapp = self._settings.whatsapp
        post = self._make_post(session)
        return Crew(
            stores=self._stores,
            commons=self._commons,
            graph=Graph(
                url=whatsapp.graph_url,
                session=session,
                doubt_grace_seconds=whatsapp.doubt_grace_seconds,
                uploaded=self._stores.uploads,
                read_own=OwnSite(session=session, address=lambda: self._own_address).read,
            ),
            post=post,
            fetching=lambda in_force: self._make_fetching(session, post, in_force),
            pms_session=pms_session,
            flags=self._flags,
            fail=self._fail,
            metrics=self.metrics,
        )

    def _make_fetching(self, session: aiohttp.ClientSession, post: Post, in_force: InForce) -> Fetching:
        whatsapp = self._settings.whatsapp
        client = MediaClient(
            session=session,
            base_url=whatsapp.graph_url,
            token_of=in_force.access_token,
            hosts=whatsapp.media_hosts,
        )
        return Fetching(
            whatsapp=client,
            post=post,
            directory=lambda: in_force.directory,
            most_bytes=self._settings.media.most_megabytes * MEGABYTE,
        )

    def _make_post(self, session: aiohttp.ClientSession) -> Post:
        mail = self._stores.mail
        return Post(
            ledger=mail,
            threads=mail,
            key=self._keys[0],
            site=lambda: self._settings.http.public_url,
            session=session,
            gmail=self._settings.gmail,
        )

    def _make_vitals(self, crew: Crew) -> Vitals:
        wanted = self._settings.readiness
        switches = (("postgres", wanted.postgres), ("redis", wanted.redis), ("pms", wanted.pms))
        required = {name for name, on in switches if on}
        return vitals(self._stores, crew, required=required, metrics=self.metrics)

    def _make_listeners(self, crew: Crew, health: Vitals) -> Listeners:
        settings = self._settings
        verify_token = _shown(settings.whatsapp.verify_token)
        ports = application.Ports(
            intake=Intake(router_ref=crew.router, bells=self._bells),
            feed=Feed(chat=self._stores.chat, bells=self._bells),
            health=Health(health),
            flags=self._flags,
            tokens=self._tokens,
            backoffice=Office(
                stores=self._stores,
                crew=crew,
                profiles=lambda: crew.in_force.profiles,
                flags=self._flags,
                reload=self.reload,
            ),
            replies=Replies(self._stores.sent),
            verify_signature=crew.in_force.verify,
            answer_handshake=lambda params: challenge(params, verify_token) if verify_token else None,
            verify_push=crew.verify_push,
            hinted=crew.mail_hinted,
        )
        options = application.Options(
            environment=settings.env.value,
            profiles=crew.in_force.profiles,
            session_tokens=SessionTokens(secret_keys=self._keys, now=now),
            code_links=self._code_links,
            trusted_proxies=tuple(ip_network(proxy) for proxy in settings.http.trusted_proxies),
            client_ip_header=settings.http.client_ip_header,
            https=(settings.http.public_url or "").startswith("https:"),
            show_metrics=settings.ops.port is None and settings.env is not Environment.PRODUCTION,
        )
        return Listeners(ports=ports, options=options, metrics=self.metrics)

    @property
    def _site(self) -> str | None:
        """Where channels find our pictures: a Graph on this machine finds them on this machine, another one does not."""
        public = self._settings.http.public_url
        if self._graph_on_loopback:
            return public or (f"http://127.0.0.1:{self.port}" if self.port else None)
        return None if public is None or on_loopback(public) else public

    @property
    def _own_address(self) -> str | None:
        """Where this process itself finds them."""
        host = self._settings.http.host
        named = "127.0.0.1" if host in EVERY_HOST else f"[{host}]" if ":" in host else host
        return f"http://{named}:{self.port}" if self.port else None

    @cached_property
    def _graph_on_loopback(self) -> bool:
        return on_loopback(self._settings.whatsapp.graph_url)


def _shown(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
