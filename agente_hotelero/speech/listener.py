"""Listening to what a guest spoke: fetched, heard, counted, within a deadline, and once however often it is asked for."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account
from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.model.values import value
from agente_hotelero.speech.frames import Question
from agente_hotelero.telemetry.metrics import Metrics, child

Fetch = Callable[[Account, MediaReceived], Awaitable[bytes]]
"""Raises UnavailableError and MediaRefusedError."""
Hear = Callable[[bytes, Question], Awaitable[Hearing]]

KEPT: Final = 64
"""What was heard lately: a turn that is taken again listens no second time."""
LONGEST_PAUSE_SECONDS: Final = 2.0
TOO_LARGE: Final = "too_large"
"""What whoever fetches calls it."""


@value
class Limits:
    """What is listened to at all, and for how long a guest waits for it."""

    most_bytes: int
    most_seconds: float
    deadline_seconds: float
    threshold: float


class Listener:
    """For all accounts."""

    def __init__(self, *, fetch: Fetch, hear: Hear, limits: Limits, metrics: Metrics) -> None:
        self._fetch = fetch
        self._hear = hear
        self._limits = limits
        self._metrics = metrics
        self._heard: OrderedDict[tuple[Account, str], asyncio.Task[Hearing]] = OrderedDict()

    async def listen(
        self, account: Account, media: MediaReceived, hint: str | None, languages: Sequence[str]
    ) -> Hearing:
        """Say what was spoken, or why nobody knows. Raises UnavailableError while the service ends."""
        key = account, media.media_id
        task = self._heard.get(key)
        if task is None:
            task = self._heard[key] = asyncio.create_task(self._listen(account, media, hint, tuple(languages)))
            task.add_done_callback(lambda done: self._forget(key, done))
        # Whoever asks may be gone sooner; the next who asks for the same finds it.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End what is under way."""
        for task in self._heard.values():
            task.cancel()
        await asyncio.gather(*self._heard.values(), return_exceptions=True)

    def _forget(self, key: tuple[Account, str], done: "asyncio.Task[Hearing]") -> None:
        if done.cancelled() or done.exception() is not None:
            del self._heard[key]
        while len(self._heard) > KEPT and next(iter(self._heard.values())).done():
            self._heard.popitem(last=False)

    async def _listen(
        self, account: Account, media: MediaReceived, hint: str | None, languages: tuple[str, ...]
    ) -> Hearing:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._limits.deadline_seconds):
                heard = await self._try(account, media, hint, languages)
        except TimeoutError:
            heard = Unheard.AWAY
        outcome = "heard" if isinstance(heard, Transcript) else heard.value
        child(self._metrics.transcriptions_total, outcome).inc()
        self._metrics.transcription_seconds.observe(time.perf_counter() - began)
        return heard

    async def _try(
        self, account: Account, media: MediaReceived, hint: str | None, languages: tuple[str, ...]
    ) -> Hearing:
        limits = self._limits
        try:
            recording = await self._fetched(account, media)
        except MediaRefusedError as error:
            return Unheard.TOO_LARGE if error.reason == TOO_LARGE else Unheard.GONE
        if len(recording) > limits.most_bytes:
            return Unheard.TOO_LARGE
        question = Question(
            languages=languages, hint=hint, most_seconds=limits.most_seconds, threshold=limits.threshold
        )
        return await self._hear(recording, question)

    async def _fetched(self, account: Account, media: MediaReceived) -> bytes:
        while True:
            try:
                return await self._fetch(account, media)
            except UnavailableError as error:
                # A guest waits: sooner than whoever only keeps files would.
                await asyncio.sleep(min(error.retry_after_seconds, LONGEST_PAUSE_SECONDS))
