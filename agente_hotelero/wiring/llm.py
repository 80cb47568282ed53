"""Who is asked for a second opinion on what guests want: nobody, unless a language model is set and the hotel says so."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import aiohttp

from agente_hotelero.config.settings import LlmSettings
from agente_hotelero.learning import phrases
from agente_hotelero.learning.nearest import Nearest
from agente_hotelero.llm.adviser import Adviser
from agente_hotelero.llm.budget import Share, Tokens
from agente_hotelero.llm.client import ChatClient
from agente_hotelero.llm.prompt import Example
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.commons import now

T = TypeVar("T")


class SecondOpinions:
    """The adviser, and two threads of its own: one computes for it, one reads our phrases once and then ends."""

    def __init__(self, *, settings: LlmSettings, session: aiohttp.ClientSession, metrics: Metrics) -> None:
        assert settings.url is not None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llm")
        self._examples: Future[Nearest] | None = None
        key = settings.api_key
        client = ChatClient(session=session, url=settings.url, api_key=None if key is None else key.get_secret_value())
        self.adviser = Adviser(
            model=settings.model or "",
            complete=client.complete,
            nearest=self._nearest,
            aside=self._aside,
            share=Share(settings.most_share),
            tokens=Tokens(
                per_hotel=settings.tokens_per_day, per_conversation=settings.tokens_per_conversation, today=_today
            ),
            timeout_seconds=settings.timeout_seconds,
            metrics=metrics,
        )

    def close(self) -> None:
        """End the threads."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _nearest(self, text: str) -> Sequence[Example]:
        """Phrases like a message. They are read when first asked for, and nobody waits: until they are there, it is asked without."""
        if self._examples is None:
            self._examples = _beside()
        return self._examples.result()(text) if self._examples.done() else ()

    def _aside(self, work: Callable[[], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._worker, work)


def _beside() -> Future[Nearest]:
    """In a thread of its own, which then ends."""
    maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llm-phrases")
    made = maker.submit(lambda: Nearest(phrases.read()))
    maker.shutdown(wait=False)
    return made


def _today() -> date:
    return now().date()
