"""An adviser over loopback, in virtual time."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar

import aiohttp

from agente_hotelero.dialogue.reading import Context, Language, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.learning import phrases
from agente_hotelero.learning.phrases import Phrase
from agente_hotelero.llm.adviser import Adviser
from agente_hotelero.llm.budget import Share, Tokens
from agente_hotelero.llm.client import ChatClient
from agente_hotelero.llm.prompt import Example
from agente_hotelero.model.ids import GuestId
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.llm import KEY, FakeLlm
from tests.support.stays import HOTEL
from tests.support.virtual_time import clock, now

T = TypeVar("T")
CONTEXT: Final = Context(
    today=date(2026, 4, 15),
    languages=(Language.ES, Language.PT, Language.EN),
    room_names=(("double", "habitación doble"),),
)
STRANGE: Final = "oigan, lo que les conté sigue igual?"
"""Nothing that rules know."""
TIMEOUT_SECONDS: Final = 2.5
SOME_LABELS: Final = frozenset(
    "pool luggage parking wifi refund cancellation_policy cancel_reservation check_out_info transport gym_spa invoice".split()
)


@cache
def some_phrases() -> Sequence[Phrase]:
    """Those of a few labels, whole: reading them all is what takes the time."""
    return [phrase for phrase in phrases.read() if phrase.file in SOME_LABELS]


async def at_once(work: Callable[[], T]) -> T:
    return work()


def no_examples(_text: str) -> Sequence[Example]:
    return ()


@dataclass(kw_only=True)
class Desk:
    """Somebody who asks."""

    server: FakeLlm
    adviser: Adviser
    metrics: Metrics

    async def ask(
        self, text: str = STRANGE, *, guest: int = 1, context: Context = CONTEXT, reading: Reading | None = None
    ) -> Reading:
        """Read a message; what rules read where nobody was asked."""
        own = understand(text, context) if reading is None else reading
        opinion: Awaitable[Reading] | None = self.adviser.consult(HOTEL, GuestId(guest), text, context, own)
        return own if opinion is None else await opinion

    def outcomes(self) -> dict[str, float]:
        """How often each."""
        return {
            sample.labels["outcome"]: sample.value
            for metric in self.metrics.registry.collect()
            for sample in metric.samples
            if sample.name == "llm_requests_total"
        }

    def tokens(self) -> float:
        return self.metrics.registry.get_sample_value("llm_tokens_total", {"hotel": HOTEL}) or 0.0


@asynccontextmanager
async def desk(
    *, share: float = 1.0, per_hotel: int = 10_000_000, per_conversation: int = 10_000_000, **values: Any
) -> AsyncIterator[Desk]:
    async with FakeLlm() as server, aiohttp.ClientSession() as session:
        metrics = Metrics()
        client = ChatClient(session=session, url=server.url, api_key=KEY, jitter=lambda: 1.0)
        named = {"nearest": no_examples, "aside": at_once, "complete": client.complete, **values}
        tokens = Tokens(per_hotel=per_hotel, per_conversation=per_conversation, today=lambda: now().date())
        yield Desk(
            server=server,
            metrics=metrics,
            adviser=Adviser(
                model="small-1",
                share=Share(share),
                tokens=tokens,
                timeout_seconds=TIMEOUT_SECONDS,
                metrics=metrics,
                clock=clock,
                **named,
            ),
        )
