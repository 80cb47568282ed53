"""Everything behind HTTP, in memory: what it was told, what it shall say, and how it fails."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from agente_hotelero.http.ports import ChatLine, Readiness, SentReply, TokenInfo
from agente_hotelero.model.events import ChoiceReceived, InboundEvent, TextReceived
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.messages import OutboundMessage

APP_SECRET = "app secret of the tests"
VERIFY_TOKEN = "verify token of the tests"
OPERATOR_TOKEN = "operator token of the tests"
ACCOUNT = "106540352242922"
NOON = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class FakeAccepted:
    inbox_ids: tuple[int, ...] = ()


@dataclass
class FakeIntake:
    """Keeps what it accepted; `failure` is raised instead, and `on_event` hears of each new event."""

    failure: Exception | None = None
    bodies: list[bytes] = field(default_factory=list)
    events: dict[str, InboundEvent] = field(default_factory=dict)
    on_event: Callable[[InboundEvent], None] = lambda _event: None

    async def accept_whatsapp(self, body: bytes, accounts: frozenset[str]) -> FakeAccepted:
        assert accounts == {ACCOUNT}
        self._fail()
        if body in self.bodies:
            return FakeAccepted()
        self.bodies.append(body)
        return FakeAccepted(inbox_ids=(len(self.bodies),))

    async def accept_events(self, events: tuple[InboundEvent, ...]) -> FakeAccepted:
        self._fail()
        new = [event for event in events if event.external_id not in self.events]
        for event in new:
            self.events[event.external_id] = event
            self.on_event(event)
        return FakeAccepted(inbox_ids=tuple(range(1, len(new) + 1)))

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class FakeReplies:
    sent: Sequence[SentReply] = ()
    waits: list[tuple[tuple[int, ...], float]] = field(default_factory=list)

    async def wait(self, inbox_ids: Sequence[int], timeout_seconds: float) -> Sequence[SentReply]:
        self.waits.append((tuple(inbox_ids), timeout_seconds))
        return self.sent


@dataclass
class FakeChatFeed:
    failure: Exception | None = None
    lines: dict[tuple[HotelId, str], list[ChatLine]] = field(default_factory=dict)
    acknowledged: dict[tuple[HotelId, str], int] = field(default_factory=dict)
    deliveries: "asyncio.Queue[int]" = field(default_factory=asyncio.Queue)
    bells: dict[tuple[HotelId, str], set[asyncio.Future[None]]] = field(default_factory=dict)
    overlap: int = 0
    """How many numbers before `after` come again."""
    reads: int = 0
    """How often the history was read: nothing polls."""

    async def history(self, hotel: HotelId, session: str, after: int) -> Sequence[ChatLine]:
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        lines = self.lines.get((hotel, session), [])
        return [line for line in sorted(lines, key=lambda line: line.n) if line.n > after - self.overlap]

    def wait(self, hotel: HotelId, session: str) -> asyncio.Future[None]:
        bell = asyncio.get_running_loop().create_future()
        bells = self.bells.setdefault((hotel, session), set())
        bells.add(bell)
        bell.add_done_callback(bells.discard)
        return bell

    async def delivered(self, hotel: HotelId, session: str, n: int) -> None:
        if self.failure is not None:
            raise self.failure
        self.acknowledged[hotel, session] = n
        self.deliveries.put_nowait(n)

    def listeners(self, hotel: HotelId, session: str) -> int:
        return len(self.bells.get((hotel, session), ()))

    def ring(self, hotel: HotelId, session: str) -> None:
        for bell in tuple(self.bells.get((hotel, session), ())):
            if not bell.done():
                bell.set_result(None)

    def add(
        self,
        hotel: HotelId,
        session: str,
        message: OutboundMessage | str,
        *,
        author: Literal["guest", "hotel"] = "hotel",
        client_id: str | None = None,
        at: datetime = NOON,
        interactive: bool = True,
        n: int | None = None,
    ) -> ChatLine:
        lines = self.lines.setdefault((hotel, session), [])
        line = ChatLine(
            n=n or len(lines) + 1, author=author, message=message, client_id=client_id, at=at, interactive=interactive
        )
        lines.append(line)
        self.ring(hotel, session)
        return line

    def add_guest(self, event: InboundEvent, *, at: datetime = NOON) -> None:
        match event.event:
            case TextReceived(text=words) | ChoiceReceived(title=words):
                client_id = event.external_id.partition(":")[2]
                self.add(event.account.hotel, event.address, words, author="guest", client_id=client_id, at=at)
            case _:
                raise AssertionError(event)


@dataclass
class FakeHealth:
    readiness: Readiness = field(
        default_factory=lambda: Readiness(ready=True, checks={"postgres": True}, details={"journal": "running"})
    )
    asked: int = 0

    def ready(self) -> Readiness:
        self.asked += 1
        return self.readiness


@dataclass(frozen=True)
class FakeFlag:
    flag: str
    enabled: bool
    source: str
    stale: bool = False


@dataclass
class FakeFlags:
    states: Sequence[FakeFlag] = (
        FakeFlag(flag="agent.paused", enabled=False, source="default"),
        FakeFlag(flag="features.interactive_messages", enabled=True, source="redis"),
    )

    def list(self) -> Sequence[FakeFlag]:
        return self.states


OPERATOR = TokenInfo(id="7", name="on call")
