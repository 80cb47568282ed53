"""A channel account in memory: every POST in order, and whatever the provider says to it."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from agente_hotelero.channels.port import FailureClass, Outgoing, QuietFor, SendFailedError
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.channels.whatsapp.failures import QUIET, classify
from agente_hotelero.model.ids import OutboxId
from agente_hotelero.model.messages import Several
from tests.fakes.graph_schema import refusal
from tests.support.actors_words import plain


@dataclass(frozen=True, slots=True)
class Post:
    """One POST as it reached the channel."""

    outbox_id: int
    address: str
    body: str
    interactive: bool
    at: float
    unasked: bool = False


class FakeChannel:
    """A ChannelClient. `failures` are used up one per POST, those `to` an address before the others."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.busy_percent = 0.0
        self.posts: list[Post] = []
        self.failures: deque[Exception] = deque()
        self.to: defaultdict[str, deque[Exception]] = defaultdict(deque)
        self.outage: Exception | None = None
        self.gate: asyncio.Event | None = None
        """POSTs are answered when it is set."""
        self.typing: list[tuple[str, float]] = []
        self.typing_failure: SendFailedError | None = None
        self.typing_gate: asyncio.Event | None = None
        self.high = False
        """Whether the account was given more."""
        self.level_failures: deque[Exception] = deque()
        self.asked = 0
        self.under_way = 0
        self.most_under_way = 0

    async def send(self, outgoing: Outgoing) -> str:
        words = plain(outgoing.message)
        if not isinstance(outgoing.message, Several):
            assert refusal(compose.payload(outgoing)) is None
        post = Post(outgoing.outbox_id, outgoing.address, words, outgoing.interactive, self._clock(), outgoing.unasked)
        self.posts.append(post)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await (asyncio.sleep(0) if self.gate is None else self.gate.wait())
        finally:
            self.under_way -= 1
        mine = self.to[outgoing.address] or self.failures
        if self.outage is not None:
            raise self.outage
        if mine:
            raise mine.popleft()
        return f"wamid.out.{outgoing.outbox_id}"

    async def upgraded(self) -> bool:
        self.asked += 1
        if self.level_failures:
            raise self.level_failures.popleft()
        return self.high

    async def show_typing(self, message_id: str) -> None:
        self.typing.append((message_id, self._clock()))
        if self.typing_gate is not None:
            await self.typing_gate.wait()
        if self.typing_failure is not None:
            raise self.typing_failure

    def meaning(self, code: int) -> FailureClass:
        return classify(code=code)

    def quiet_for(self, code: int) -> QuietFor | None:
        return QUIET.get(code)

    def bodies(self, address: str | None = None) -> list[str]:
        """What was posted, in order."""
        return [post.body for post in self.posts if address in {None, post.address}]

    def times(self, row: OutboxId | int) -> list[float]:
        """When a message was posted."""
        return [round(post.at, 3) for post in self.posts if post.outbox_id == row]


def failure(
    kind: FailureClass, *, code: int | None = None, after: float | None = None, maintenance: bool = False
) -> SendFailedError:
    """What a client raises."""
    return SendFailedError(kind, code=code, retry_after_seconds=after, maintenance=maintenance)
