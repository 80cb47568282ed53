"""Google's quota for one mailbox, kept from our side: so many units a minute, each method at its price.

https://developers.google.com/workspace/gmail/api/reference/quota: 6,000 units per minute and user for projects made since
May 2026.
"""

import asyncio
import time
from collections.abc import Callable
from enum import IntEnum
from typing import Final

SECONDS: Final = 60.0
SHORTEST_SECONDS: Final = 0.001
"""What is missing by a rounding of floats is there a moment later."""


class Cost(IntEnum):
    """What a call takes."""

    SEND = 100
    WATCH = 100
    STOP = 50
    GET = 5
    LIST = 5
    HISTORY = 2
    PROFILE = 1


class Units:
    """Lets calls pass in order of asking, each when its units are there.

    A minute's units are never passed, wherever a minute begins: a full bucket is half of them, and the other half
    comes in over the minute.
    """

    def __init__(self, *, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin full; `per_minute` is at least two sends' worth."""
        self._burst = max(per_minute / 2, float(max(Cost)))
        self._per_second = per_minute / 2 / SECONDS
        self._clock = clock
        self._left = self._burst
        self._at = clock()
        self._turn = asyncio.Lock()

    async def take(self, cost: Cost) -> None:
        """Wait until it may be spent."""
        async with self._turn:
            while (wait := self._wait(cost)) > 0:  # noqa: ASYNC110 - another call may push everything back meanwhile
                await asyncio.sleep(max(wait, SHORTEST_SECONDS))
            self._left -= cost

    def push_back(self, seconds: float) -> None:
        """Spend nothing for so long: Google counted otherwise than we did."""
        self._refill()
        self._left = min(self._left, 0.0)
        self._at = max(self._at, self._clock() + seconds)

    def _wait(self, cost: Cost) -> float:
        self._refill()
        rest = max(0.0, self._at - self._clock())
        return rest + max(0.0, cost - self._left) / self._per_second

    def _refill(self) -> None:
        now = self._clock()
        if now > self._at:
            self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
            self._at = now
