"""How much may be asked of the PMS at once, per second, and again."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from agente_hotelero.errors import PmsUnavailableError

PLACE_SECONDS: Final = 0.25
FEWEST: Final = 2
SHRINK: Final = 0.7
LONGEST_PUSH_SECONDS: Final = 60.0
"""A PMS that says «tomorrow» is asked once a minute all the same: guests write today."""


class KeptBackError(PmsUnavailableError):
    """The call was not made: no place, no token, no permission, or nobody waits for the answer any more."""


class TokenBucket:
    """So many calls per second, each told how long to wait for its turn; a Retry-After moves everybody's."""

    def __init__(self, *, per_second: float, burst: float, clock: Callable[[], float]) -> None:
        """Begin full."""
        self._rate = per_second
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._at = clock()

    @property
    def wait_seconds(self) -> float:
        """How long the next call would have to wait."""
        self._refill()
        pushed_back = max(0.0, self._at - self._clock())
        return pushed_back + max(0.0, 1 - self._tokens) / self._rate

    def take(self, *, within: float) -> float:
        """Take the next turn; answers the seconds until it. Raises KeptBackError if they exceed `within`."""
        wait = self.wait_seconds
        if wait > within:
            raise KeptBackError("the PMS (our own rate limit)", retry_after_seconds=wait)
        self._tokens -= 1
        return wait

    def push_back(self, seconds: float) -> None:
        """Take no more turns for so long: the PMS said when to come again."""
        self._tokens = min(self._tokens, 0.0)
        self._at = max(self._at, self._clock() + min(seconds, LONGEST_PUSH_SECONDS))

    def _refill(self) -> None:
        now = self._clock()
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now


class Bulkhead:
    """How many calls may be under way: one more after a limit's worth of good ones, fewer at once on trouble."""

    def __init__(
        self,
        *,
        limit: int,
        most: int,
        clock: Callable[[], float],
        calm_seconds: float,
        place_seconds: float = PLACE_SECONDS,
        queue: int = 256,
    ) -> None:
        """Shrink at most once per `calm_seconds`: calls that fail together are one piece of news."""
        self._limit = float(limit)
        self._most = most
        self._clock = clock
        self._calm_seconds = calm_seconds
        self._place_seconds = place_seconds
        self._queue = queue
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._shrink_after = clock()

    @property
    def limit(self) -> int:
        """How many at present."""
        return int(self._limit)

    @property
    def under_way(self) -> int:
        """How many have a place."""
        return self._under_way

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait shortly for a place, first come first served; raises KeptBackError when there is none."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    def well(self) -> None:
        """Take a good call; only a limit that is nearly reached says that more would be good too."""
        if self._under_way >= self.limit - 1:
            self._limit = min(self._most, self._limit + 1 / self._limit)

    def badly(self) -> None:
        """Take a call that failed or was slow."""
        if self._clock() >= self._shrink_after:
            self._limit = max(FEWEST, self._limit * SHRINK)
            self._shrink_after = self._clock() + self._calm_seconds

    async def _enter(self) -> None:
        if self._under_way < self.limit and not self._waiting:
            self._under_way += 1
            return
        if len(self._waiting) >= self._queue:
            raise KeptBackError("a place at the PMS")
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(self._place_seconds):
                await place
        except (TimeoutError, asyncio.CancelledError) as error:
            self._give_up(place)
            if isinstance(error, TimeoutError):
                raise KeptBackError("a place at the PMS") from None
            raise

    def _give_up(self, place: "asyncio.Future[None]") -> None:
        # It may have been given in the very turn of the loop that took us away.
        if place.done() and not place.cancelled():
            self._leave()
        elif place in self._waiting:
            self._waiting.remove(place)

    def _leave(self) -> None:
        self._under_way -= 1
        while self._waiting and self._under_way < self.limit:
            place = self._waiting.popleft()
            if not place.done():
                self._under_way += 1
                place.set_result(None)


class RetryBudget:
    """Retries may be a tenth of what was asked, so that they never become the load themselves."""

    def __init__(self, *, share: float = 0.1, at_most: float = 10.0) -> None:
        """Begin with one retry in hand."""
        self._share = share
        self._at_most = at_most
        self._saved = 1.0

    def asked(self) -> None:
        """Earn a share of a retry by a first attempt."""
        self._saved = min(self._at_most, self._saved + self._share)

    def spend(self) -> bool:
        """Take one retry, if there is one."""
        if self._saved < 1:
            return False
        self._saved -= 1
        return True
