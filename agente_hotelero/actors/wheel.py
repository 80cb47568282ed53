"""A wheel for many short waits: one timer on the loop, however many guests are waited for."""

import asyncio
import math
from collections.abc import Callable
from typing import Final

TICK_SECONDS: Final = 0.05
"""Nobody feels how late a wait ends; waits that end within a tick share it."""

Due = Callable[[], None]


class Wheel:
    """Calls back at most one tick late, and never early. A wait is not cancelled: whoever is called looks whether it still waits."""

    __slots__ = ("_spokes", "_tick", "_timer")

    def __init__(self, *, tick_seconds: float = TICK_SECONDS) -> None:
        self._tick = tick_seconds
        self._spokes: dict[int, list[Due]] = {}
        """Number of the tick → who is called at it; as many as there are ticks in the longest wait."""
        self._timer: asyncio.TimerHandle | None = None

    def put(self, seconds: float, due: Due) -> None:
        """Call `due` in so many seconds; it must not raise."""
        spoke = math.ceil((asyncio.get_running_loop().time() + seconds) / self._tick)
        waiting = self._spokes.get(spoke)
        if waiting is not None:
            waiting.append(due)
            return
        self._spokes[spoke] = [due]
        if min(self._spokes) == spoke:
            self._arm()

    def stop(self) -> None:
        """Call nobody any more."""
        self._spokes.clear()
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at = min(self._spokes, default=None)
        self._timer = None if at is None else asyncio.get_running_loop().call_at(at * self._tick, self._turn)

    def _turn(self) -> None:
        self._timer = None
        # The loop calls timers up to one clock resolution early: a spoke that was armed for now is due now.
        now = max(math.floor(asyncio.get_running_loop().time() / self._tick), min(self._spokes))
        for spoke in sorted(spoke for spoke in self._spokes if spoke <= now):
            for due in self._spokes.pop(spoke):
                due()
        self._arm()
