"""Asks a language model what a guest may want, within budgets, a deadline and a circuit; whatever fails, there is no opinion."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

import structlog

from agente_hotelero.circuits import Breaker, CircuitOpenError, Permit
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.advice import NOTHING, advised, is_doubtful
from agente_hotelero.llm import answer, prompt
from agente_hotelero.llm.answer import Answer, UnreadableError
from agente_hotelero.llm.budget import Share, Tokens
from agente_hotelero.llm.client import NoAnswerError, Outcome
from agente_hotelero.llm.masking import masked
from agente_hotelero.llm.prompt import Example
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)
T = TypeVar("T")

OPEN_SECONDS: Final = 30.0
OPEN_CAP_SECONDS: Final = 300.0
GOOD: Final = frozenset({Outcome.ANSWERED, Outcome.UNSURE})


class Complete(Protocol):
    """Sends a request; raises NoAnswerError and TimeoutError."""

    async def __call__(self, body: bytes, *, deadline: float) -> bytes:
        """The body of the answer."""
        ...


Nearest = Callable[[str], Sequence[Example]]
"""Phrases of ours that are like a message; may take some milliseconds."""


class Aside(Protocol):
    """Computes off the loop."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run it, and give what it gives."""
        ...


class Adviser:
    """One provider and one model, for all hotels that want it."""

    def __init__(
        self,
        *,
        model: str,
        complete: Complete,
        nearest: Nearest,
        aside: Aside,
        share: Share,
        tokens: Tokens,
        timeout_seconds: float,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`timeout_seconds` is all that a guest waits for it, whatever it tries in that time."""
        self._model = model
        self._complete = complete
        self._nearest = nearest
        self._aside = aside
        self._share = share
        self._tokens = tokens
        self._timeout_seconds = timeout_seconds
        self._metrics = metrics
        self._clock = clock
        self._breaker = Breaker(
            clock=clock,
            slow_seconds=timeout_seconds,
            on_change=lambda state: log.warning("llm_circuit", state=state),
            open_seconds=OPEN_SECONDS,
            open_cap_seconds=OPEN_CAP_SECONDS,
        )

    def consult(
        self, hotel: HotelId, conversation: GuestId, text: str, context: Context, reading: Reading
    ) -> Awaitable[Reading] | None:
        """Give what comes of asking; None, at once, where nobody is to be asked."""
        self._share.count(hotel)
        if not is_doubtful(text, reading, context.expecting):
            return None
        if not self._breaker.ready:
            self._count(Outcome.CIRCUIT_OPEN)
            return None
        if not self._share.take(hotel):
            self._count(Outcome.OVER_SHARE)
            return None
        return self._consult(hotel, conversation, text, context, reading)

    async def _consult(
        self, hotel: HotelId, conversation: GuestId, text: str, context: Context, reading: Reading
    ) -> Reading:
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        try:
            async with asyncio.timeout_at(deadline):
                request = await self._aside(partial(self._request, text, context, reading))
            said = await self._ask(hotel, conversation, request, deadline)
            return await self._aside(partial(advised, reading, said.proposal, text, context))
        except NoAnswerError as error:
            self._count(error.outcome)
        except TimeoutError:
            # Whoever computes beside the loop has too much to do.
            self._count(Outcome.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - whatever is wrong here, the guest gets the answer that they would have got without it
            self._note(error)
        return reading

    def _request(self, text: str, context: Context, reading: Reading) -> bytes:
        # Cut after it: half an address would be none to take out.
        message = masked(text[: 2 * prompt.LONGEST_MESSAGE], reading, context)[: prompt.LONGEST_MESSAGE]
        return prompt.body(
            model=self._model, message=message, expecting=context.expecting, examples=self._nearest(message)
        )

    async def _ask(self, hotel: HotelId, conversation: GuestId, request: bytes, deadline: float) -> Answer:
        """Raises NoAnswerError."""
        reserved = prompt.tokens_of(request)
        if not self._tokens.reserve(hotel, conversation, reserved):
            raise NoAnswerError(Outcome.OVER_BUDGET)
        try:
            permit = self._breaker.permission()
        except CircuitOpenError:
            self._tokens.correct(hotel, conversation, -reserved)
            raise NoAnswerError(Outcome.CIRCUIT_OPEN) from None
        spent = reserved
        try:
            said = await self._guarded(permit, request, deadline)
            spent = said.tokens or reserved
        finally:
            # Whoever gave no answer may have counted all the same.
            self._tokens.correct(hotel, conversation, spent - reserved)
            child(self._metrics.llm_tokens_total, hotel).inc(spent)
        return said

    async def _guarded(self, permit: Permit, request: bytes, deadline: float) -> Answer:
        began = self._clock()
        try:
            said = answer.read(await self._complete(request, deadline=deadline))
        except asyncio.CancelledError:
            self._breaker.give_back(permit)
            raise
        except Exception as error:
            outcome = _outcome(error)
            self._settle(permit, outcome, began)
            if outcome is Outcome.FAILED:
                raise
            raise NoAnswerError(outcome) from None
        outcome = Outcome.ANSWERED if said.proposal != NOTHING else Outcome.UNSURE
        self._settle(permit, outcome, began)
        self._count(outcome)
        return said

    def _settle(self, permit: Permit, outcome: Outcome, began: float) -> None:
        seconds = self._clock() - began
        self._breaker.settle(permit, failed=outcome not in GOOD, seconds=seconds)
        self._metrics.llm_seconds.observe(seconds)

    def _note(self, error: Exception) -> None:
        """Its kind only: words of a guest may stand in it."""
        log.error("llm_failed", error=type(error).__name__)
        self._count(Outcome.FAILED)

    def _count(self, outcome: Outcome) -> None:
        child(self._metrics.llm_requests_total, outcome).inc()


def _outcome(error: Exception) -> Outcome:
    match error:
        case NoAnswerError(outcome=outcome):
            return outcome
        case TimeoutError():
            return Outcome.TIMEOUT
        case UnreadableError():
            return Outcome.UNREADABLE
        case _:
            return Outcome.FAILED
