"""Both listeners' routes: the public one, and the private one for the people on call."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Final

import orjson
from aiohttp import HttpVersion11, hdrs, web, web_urldispatcher
from aiohttp.typedefs import Handler
from opentelemetry.trace import Tracer

from agente_hotelero.channels.webchat.tokens import SessionTokens
from agente_hotelero.http.addresses import ClientAddresses, Network
from agente_hotelero.http.admin.door import Door
from agente_hotelero.http.admin.files import FileRoutes
from agente_hotelero.http.admin.handoffs import HandOffRoutes
from agente_hotelero.http.admin.lists import ListRoutes
from agente_hotelero.http.admin.people import PeopleRoutes
from agente_hotelero.http.admin.ports import Backoffice
from agente_hotelero.http.bearer import Operators
from agente_hotelero.http.body import BODY_LIMIT_BYTES
from agente_hotelero.http.boundary import Boundary
from agente_hotelero.http.chat import Chat, ChatDoor
from agente_hotelero.http.code_links import ROUTE as CODE_PICTURE
from agente_hotelero.http.code_links import CodeLinks
from agente_hotelero.http.code_pictures import CodePictures
from agente_hotelero.http.connections import DOORKEEPER, Doorkeeper, Patience
from agente_hotelero.http.front_door import FRONT_DOOR, FrontDoor
from agente_hotelero.http.gmail import PATH as GMAIL
from agente_hotelero.http.gmail import GmailWebhook
from agente_hotelero.http.headers import DEFAULTS, defaults
from agente_hotelero.http.limits import AddressLimit, Clock, SlidingWindow, TokenBuckets
from agente_hotelero.http.operations import FlagsPage, MetricsPage, ReadinessCheck, live
from agente_hotelero.http.pages import STATIC, STATIC_ROUTE, TEMPLATES, Page, StaticFiles
from agente_hotelero.http.ports import (
    AnswerHandshake,
    ChatFeed,
    FlagList,
    Health,
    Hinted,
    Intake,
    Replies,
    Tokens,
    VerifyPush,
    VerifySignature,
)
from agente_hotelero.http.problems import problem_response
from agente_hotelero.http.streams import HEARTBEAT_SECONDS, STREAMS, STREAMS_PER_ADDRESS, ChatStreams, Drain
from agente_hotelero.http.streams import PATH as EVENTS
from agente_hotelero.http.whatsapp import PATH as WHATSAPP
from agente_hotelero.http.whatsapp import EchoingWebhook, WhatsAppWebhook
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.telemetry.metrics import Metrics

ECHO_ENVIRONMENT: Final = "test"
DRAIN: Final = web.AppKey("drain", Drain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one caller may ask; seconds and counts."""

    admin_per_minute: int = 60
    desk_per_minute: int = 240
    """A page at the front desk asks some twelve times a minute by itself."""
    session_burst: int = 10
    session_per_second: float = 0.5
    address_burst: int = 60
    address_per_second: float = 1.0
    reading_burst: int = 60
    reading_per_second: float = 2.0
    handshake_burst: int = 10
    handshake_per_second: float = 0.1
    code_burst: int = 120
    code_per_second: float = 10.0
    """Meta fetches the codes of all guests from a few addresses of its own."""
    remembered: int = 10_000
    streams: int = STREAMS
    streams_per_address: int = STREAMS_PER_ADDRESS
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What stands behind HTTP."""

    intake: Intake
    feed: ChatFeed
    health: Health
    flags: FlagList
    tokens: Tokens
    backoffice: Backoffice
    replies: Replies
    verify_signature: VerifySignature
    answer_handshake: AnswerHandshake
    verify_push: VerifyPush
    hinted: Hinted


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the deployment decides.

    `show_metrics` is for environments without a private listener; `frame_ancestors` are the sites that
    may show the chat in a frame, in CSP's words; `https` is whether browsers reach us by https only;
    `client_ip_header` is where a trusted proxy names its client.
    """

    environment: str
    profiles: Mapping[HotelId, HotelProfile]
    session_tokens: SessionTokens
    code_links: CodeLinks
    trusted_proxies: Sequence[Network] = ()
    client_ip_header: str | None = None
    https: bool = False
    show_metrics: bool = False
    frame_ancestors: str = "'self'"
    limits: Limits = Limits()
    clock: Clock = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def build(*, ports: Ports, options: Options, metrics: Metrics, tracer: Tracer | None = None) -> web.Application:
    """Build the public application."""
    boundary = Boundary(metrics=metrics, tracer=tracer, headers=defaults(https=options.https))
    application = _application(boundary, metrics, options.limits.patience)
    drain = Drain()
    webhook = _webhook(ports, options, metrics)
    receive = EchoingWebhook(webhook=webhook, replies=ports.replies).receive if _echoes(options) else webhook.receive
    application.add_routes(
        [
            web.get(WHATSAPP, webhook.handshake),
            web.post(WHATSAPP, receive),
            web.post(GMAIL, GmailWebhook(verify=ports.verify_push, hinted=ports.hinted, metrics=metrics).receive),
            *_operator_routes(ports, options, metrics),
            *_chat_routes(ports, options, metrics, drain),
            web.get(CODE_PICTURE, _code_pictures(options, metrics).show),
            web.get("/desk", _shown(Page(TEMPLATES / "desk.html"))),
            *_documentation_routes(),
            web.get(STATIC_ROUTE, StaticFiles(STATIC).serve),
        ]
    )

    async def end_streams(_application: web.Application) -> None:
        drain.begin()

    application[DRAIN] = drain
    application[FRONT_DOOR] = FrontDoor(
        path=WHATSAPP, answer=lambda request: boundary.around(request, receive, WHATSAPP)
    )
    application.on_shutdown.append(end_streams)
    return application


def build_private(*, ports: Ports, metrics: Metrics, tracer: Tracer | None = None) -> web.Application:
    """Build the listener for the people on call: whoever reaches its port may see everything, without a token."""
    application = _application(Boundary(metrics=metrics, tracer=tracer), metrics, Patience())
    readiness = ReadinessCheck(health=ports.health, may_see_details=lambda _request: True)
    application.add_routes(
        [
            web.get("/health/live", live),
            web.get("/health/ready", readiness.ready),
            web.get("/metrics", MetricsPage(registry=metrics.registry).show),
            web.get("/admin/feature-flags", FlagsPage(flags=ports.flags, authorize=lambda _request: None).show),
        ]
    )
    return application


def _application(boundary: Boundary, metrics: Metrics, patience: Patience) -> web.Application:
    # aiohttp quotes an `Expect` that it doesn't know, and answers 500 where no text can hold it. Routes could have a
    # handler of their own; what has no route, or not that method, has none but this.
    web_urldispatcher._default_expect_handler = _expected  # type: ignore[assignment]  # noqa: SLF001 - no public hook reaches what has no route; an answer may be given
    application = web.Application(middlewares=[boundary.middleware()], client_max_size=BODY_LIMIT_BYTES)
    application[DOORKEEPER] = Doorkeeper(
        patience=patience, refused=lambda where: metrics.rate_limited_total.labels(where=where).inc()
    )
    return application


async def _expected(request: web.Request) -> web.StreamResponse | None:
    if request.version != HttpVersion11:
        return None
    if request.headers.get(hdrs.EXPECT, "").lower() != "100-continue":
        return problem_response(HTTPStatus.EXPECTATION_FAILED, "only 100-continue may be expected", DEFAULTS)
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    # The answer itself has not begun.
    request.writer.output_size = 0
    return None


def _webhook(ports: Ports, options: Options, metrics: Metrics) -> WhatsAppWebhook:
    limits = options.limits
    handshakes = _limit("handshake", options, metrics, limits.handshake_burst, limits.handshake_per_second)
    return WhatsAppWebhook(
        verify=ports.verify_signature,
        answer_handshake=ports.answer_handshake,
        intake=ports.intake,
        handshakes=handshakes,
        metrics=metrics,
    )


def _code_pictures(options: Options, metrics: Metrics) -> CodePictures:
    limits = options.limits
    limit = _limit("codes", options, metrics, limits.code_burst, limits.code_per_second)
    return CodePictures(links=options.code_links, limit=limit)


def _limit(where: str, options: Options, metrics: Metrics, burst: int, per_second: float) -> AddressLimit:
    return AddressLimit(
        addresses=_addresses(options),
        buckets=_buckets(options, burst, per_second),
        refused=metrics.rate_limited_total.labels(where=where).inc,
    )


def _addresses(options: Options) -> ClientAddresses:
    return ClientAddresses(trusted_proxies=options.trusted_proxies, header=options.client_ip_header)


def _buckets(options: Options, burst: int, per_second: float) -> TokenBuckets:
    return TokenBuckets(burst=burst, per_second=per_second, clock=options.clock, capacity=options.limits.remembered)


def _echoes(options: Options) -> bool:
    return options.environment == ECHO_ENVIRONMENT


def _operator_routes(ports: Ports, options: Options, metrics: Metrics) -> list[web.RouteDef]:
    window = SlidingWindow(limit=options.limits.admin_per_minute, seconds=60.0, clock=options.clock)
    operators = Operators(tokens=ports.tokens, window=window, metrics=metrics)
    readiness = ReadinessCheck(
        health=ports.health, may_see_details=lambda request: operators.known(request) is not None
    )
    routes = [
        web.get("/health/live", live),
        web.get("/health/ready", readiness.ready),
        web.get("/admin/feature-flags", FlagsPage(flags=ports.flags, authorize=operators.require).show),
    ]
    if options.show_metrics:
        routes.append(web.get("/metrics", MetricsPage(registry=metrics.registry).show))
    return [*routes, *_admin_routes(ports, options, metrics)]


def _admin_routes(ports: Ports, options: Options, metrics: Metrics) -> list[web.RouteDef]:
    window = SlidingWindow(limit=options.limits.desk_per_minute, seconds=60.0, clock=options.clock)
    door = Door(operators=Operators(tokens=ports.tokens, window=window, metrics=metrics))
    backoffice = ports.backoffice
    return [
        *FileRoutes(door=door, backoffice=backoffice).routes(),
        *HandOffRoutes(door=door, backoffice=backoffice).routes(),
        *ListRoutes(door=door, backoffice=backoffice).routes(),
        *PeopleRoutes(door=door, backoffice=backoffice, hotels=options.profiles).routes(),
    ]


def _chat_routes(ports: Ports, options: Options, metrics: Metrics, drain: Drain) -> list[web.RouteDef]:
    door = _chat_door(options, metrics)
    page = Page(TEMPLATES / "chat.html", frame_ancestors=options.frame_ancestors)
    chat = Chat(door=door, intake=ports.intake, feed=ports.feed, page=page, now=options.now)
    streams = ChatStreams(
        door=door,
        feed=ports.feed,
        drain=drain,
        limit=options.limits.streams,
        limit_per_address=options.limits.streams_per_address,
        heartbeat_seconds=options.limits.heartbeat_seconds,
        headers=defaults(https=options.https),
    )
    return [
        web.get("/chat/{hotel}", chat.page),
        web.post("/chat/{hotel}/session", chat.open_session),
        web.post("/chat/{hotel}/messages", chat.post_message),
        web.get("/chat/{hotel}/history", chat.history),
        web.get(EVENTS, streams.events, allow_head=False),
        web.post("/chat/{hotel}/ack", chat.acknowledge),
    ]


def _chat_door(options: Options, metrics: Metrics) -> ChatDoor:
    limits = options.limits
    return ChatDoor(
        profiles=options.profiles,
        tokens=options.session_tokens,
        addresses=_addresses(options),
        per_session=_buckets(options, limits.session_burst, limits.session_per_second),
        per_address=_buckets(options, limits.address_burst, limits.address_per_second),
        reading=_buckets(options, limits.reading_burst, limits.reading_per_second),
        metrics=metrics,
    )


def _documentation_routes() -> list[web.RouteDef]:
    async def document(_request: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(_description), content_type="application/json")

    return [web.get("/openapi.json", document), web.get("/docs", _shown(Page(TEMPLATES / "docs.html")))]


@cache
def _description() -> bytes:
    from agente_hotelero.http import openapi  # noqa: PLC0415 - few ask for it, and it takes a tenth of a start

    return orjson.dumps(openapi.document())


def _shown(page: Page) -> Handler:
    """Show a page that has nothing to fill in."""

    async def show(_request: web.Request) -> web.Response:
        return page.response()

    return show
