"""One question to a language model and its answer: the only place from which its provider is called."""

import asyncio
import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import aiohttp

from agente_hotelero.errors import AgenteError

MOST_BYTES: Final = 64 * 1024
"""An answer has a few hundred."""
PAUSE_SECONDS: Final = 0.2
OK: Final = 200
TOO_MANY: Final = 429
SERVERS_FAULT: Final = 500


class Outcome(StrEnum):
    """What became of a message that was worth a second opinion; the names are the metric's label."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    """It answered that it does not know."""
    TIMEOUT = "timeout"
    AWAY = "away"
    """No connection, or 5xx."""
    BUSY = "busy"
    REFUSED = "refused"
    """A 4xx: the key, the model's name, the form of the question."""
    UNREADABLE = "unreadable"
    """Too long, no JSON, or in another form than was asked for."""
    FAILED = "failed"
    """A mistake of our own."""
    OVER_SHARE = "over_share"
    """Not asked: too many of the hotel's messages were worth it."""
    OVER_BUDGET = "over_budget"
    """Not asked: the hotel or the conversation has had its tokens for today."""
    CIRCUIT_OPEN = "circuit_open"
    """Not asked: it failed too often."""


class NoAnswerError(AgenteError):
    """There is none, and asking again is of no use now; `outcome` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"the language model gave no answer: {outcome}")
        self.outcome = outcome


class _AgainError(NoAnswerError):
    def __init__(self, outcome: Outcome, *, pause_seconds: float) -> None:
        super().__init__(outcome)
        self.pause_seconds = pause_seconds


class ChatClient:
    """An OpenAI-compatible provider."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        url: str,
        api_key: str | None,
        jitter: Callable[[], float] = lambda: random.uniform(0.5, 1.0),  # noqa: S311 - spreads load, guards nothing
    ) -> None:
        """`url` is what /chat/completions stands below."""
        self._session = session
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = _headers(api_key)
        self._jitter = jitter

    async def complete(self, body: bytes, *, deadline: float) -> bytes:
        """Ask, and once more where it is busy or broken and there is time until `deadline`, in the loop's seconds.

        Raises NoAnswerError, and TimeoutError at the deadline.
        """
        async with asyncio.timeout_at(deadline):
            try:
                return await self._ask(body)
            except _AgainError as error:
                if asyncio.get_running_loop().time() + error.pause_seconds >= deadline:
                    raise
                await asyncio.sleep(error.pause_seconds)
                return await self._ask(body)

    async def _ask(self, body: bytes) -> bytes:
        # Causes are cut off (`from None`): aiohttp's errors carry the request, and the request the key and the words.
        try:
            async with self._session.post(
                self._url, data=body, headers=self._headers, allow_redirects=False
            ) as response:
                if response.status == OK:
                    return await _bounded(response)
                raise self._no_answer(response.status, response.headers)
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise NoAnswerError(Outcome.AWAY) from None

    def _no_answer(self, status: int, headers: Mapping[str, str]) -> NoAnswerError:
        if status != TOO_MANY and status < SERVERS_FAULT:
            return NoAnswerError(Outcome.REFUSED)
        outcome = Outcome.BUSY if status == TOO_MANY else Outcome.AWAY
        return _AgainError(outcome, pause_seconds=max(PAUSE_SECONDS * self._jitter(), _told(headers)))


def _headers(api_key: str | None) -> dict[str, str]:
    # What is packed could unpack to more than we would take.
    plain = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
    return plain if api_key is None else {**plain, "Authorization": f"Bearer {api_key}"}


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > MOST_BYTES:
            raise NoAnswerError(Outcome.UNREADABLE)
    return bytes(body)


def _told(headers: Mapping[str, str]) -> float:
    """Seconds that Retry-After names; 0 where it names none, or a date."""
    told = headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else 0.0
