"""The HTTP application over fakes, as unit tests and the page's own test use it."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from aiohttp import web

from agente_hotelero.channels.gmail.hints import Refusal
from agente_hotelero.channels.webchat.tokens import SessionTokens
from agente_hotelero.channels.whatsapp.signature import Signatures, challenge
from agente_hotelero.http.application import Limits, Options, Ports, build, build_private
from agente_hotelero.http.bearer import HashedTokens, token_digest
from agente_hotelero.http.code_links import CodeLinks
from agente_hotelero.http.ports import Hinted, TokenInfo, VerifyPush
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.http_office import FakeOffice
from tests.fakes.http_ports import (
    ACCOUNT,
    APP_SECRET,
    NOON,
    OPERATOR,
    OPERATOR_TOKEN,
    VERIFY_TOKEN,
    FakeChatFeed,
    FakeFlags,
    FakeHealth,
    FakeIntake,
    FakeReplies,
)


async def nobody_pushes(_token: str | None) -> Refusal:
    return Refusal.UNKNOWN


SECRET_KEY = b"secret key of the tests"
DEMO = HotelId("demo")
OTHER = HotelId("otro")


def profile(hotel: HotelId, name: str) -> HotelProfile:
    return HotelProfile(
        id=hotel,
        name=name,
        zone=ZoneInfo("Europe/Madrid"),
        currency="EUR",
        languages=("es", "pt", "en"),
        address="Calle Mayor 1",
        check_in_from=time(15),
        check_out_until=time(11),
        business_hours=(),
        rooms=(),
    )


PROFILES = {DEMO: profile(DEMO, "Hotel <Mar> & Sol"), OTHER: profile(OTHER, "Otro")}


@dataclass
class Site:
    """Everything behind an application, at hand; time moves only by `later`."""

    environment: str = "production"
    limits: Limits = field(default_factory=Limits)
    show_metrics: bool = True
    trusted_proxies: tuple[str, ...] = ()
    client_ip_header: str | None = None
    https: bool = False
    intake: FakeIntake = field(default_factory=FakeIntake)
    feed: FakeChatFeed = field(default_factory=FakeChatFeed)
    replies: FakeReplies = field(default_factory=FakeReplies)
    health: FakeHealth = field(default_factory=FakeHealth)
    flags: FakeFlags = field(default_factory=FakeFlags)
    office: FakeOffice = field(default_factory=FakeOffice)
    operators: dict[str, TokenInfo] = field(default_factory=lambda: {OPERATOR_TOKEN: OPERATOR})
    verify_push: VerifyPush = nobody_pushes
    hinted: Hinted = lambda _address, _history_id: False
    metrics: Metrics = field(default_factory=Metrics)
    seconds: float = 1_000.0
    now: datetime = NOON

    @property
    def tokens(self) -> SessionTokens:
        return SessionTokens(secret_keys=[SECRET_KEY], now=lambda: self.now)

    @property
    def code_links(self) -> CodeLinks:
        return CodeLinks(secret_keys=[SECRET_KEY])

    @property
    def ports(self) -> Ports:
        return Ports(
            intake=self.intake,
            feed=self.feed,
            health=self.health,
            flags=self.flags,
            tokens=HashedTokens(known={token_digest(token): info for token, info in self.operators.items()}),
            backoffice=self.office,
            replies=self.replies,
            verify_signature=Signatures(secrets={ACCOUNT: (APP_SECRET,)}).verify,
            answer_handshake=partial(challenge, verify_token=VERIFY_TOKEN),
            verify_push=self.verify_push,
            hinted=self.hinted,
        )

    def public(self) -> web.Application:
        options = Options(
            environment=self.environment,
            profiles=PROFILES,
            session_tokens=self.tokens,
            code_links=self.code_links,
            trusted_proxies=[ip_network(proxy) for proxy in self.trusted_proxies],
            client_ip_header=self.client_ip_header,
            https=self.https,
            show_metrics=self.show_metrics,
            limits=self.limits,
            clock=lambda: self.seconds,
            now=lambda: self.now,
        )
        return build(ports=self.ports, options=options, metrics=self.metrics)

    def private(self) -> web.Application:
        return build_private(ports=self.ports, metrics=self.metrics)

    def later(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)

    def sample(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0
