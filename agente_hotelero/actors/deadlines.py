"""One timer wheel for everybody's deadlines: an ask that nobody answers in time fails here."""

import asyncio
import heapq
from collections.abc import Callable

from agente_hotelero.errors import AgenteError

TICKS_PER_SECOND = 100


class AskTimeoutError(AgenteError, TimeoutError):
    """No answer came before the deadline; the work may still be done."""


class DeadlineWheel:
    """Fails futures at their deadlines, at most one tick late and never early, with one timer on the loop.

    A timer per ask would cost more than the ask; buckets of 10 ms share theirs.
    """

    __slots__ = ("_at", "_buckets", "_clock", "_due", "_timer")

    def __init__(
        self, *, clock: Callable[[], float], at: Callable[[float, Callable[[], None]], asyncio.TimerHandle]
    ) -> None:
        """Take the loop's `time` and `call_at`."""
        self._clock = clock
        self._at = at
        self._buckets: dict[int, set[asyncio.Future[object]]] = {}
        self._due: list[int] = []
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, future: asyncio.Future[object], deadline: float) -> set[asyncio.Future[object]]:
        """Fail the future at its deadline; whoever answers first discards it from the returned bucket."""
        tick = int(deadline * TICKS_PER_SECOND) + 1
        bucket = self._buckets.get(tick)
        if bucket is None:
            bucket = self._open(tick)
        bucket.add(future)
        return bucket

    def _open(self, tick: int) -> set[asyncio.Future[object]]:
        bucket: set[asyncio.Future[object]] = set()
        self._buckets[tick] = bucket
        heapq.heappush(self._due, tick)
        if self._due[0] == tick:
            self._arm()
        return bucket

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._at(self._due[0] / TICKS_PER_SECOND, self._turn) if self._due else None

    def _turn(self) -> None:
        # The loop calls timers up to one clock resolution early: a bucket armed for now is due now.
        now = max(int(self._clock() * TICKS_PER_SECOND), self._due[0])
        while self._due and self._due[0] <= now:
            for future in self._buckets.pop(heapq.heappop(self._due)):
                if not future.done():
                    future.set_exception(AskTimeoutError("no answer before the deadline"))
        self._arm()
