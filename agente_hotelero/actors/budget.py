"""How often something may fail, and how long to wait before it is tried again."""

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

GROWS_UNTIL = 16
"""Doublings after which the exponent stands still: the cap is reached long before."""


class Budget:
    """OTP's intensity per period: more failures than that within the period are too many."""

    def __init__(self, *, intensity: int, period_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._intensity = intensity
        self._period = period_seconds
        self._clock = clock
        self._failures: deque[float] = deque()

    def spend(self) -> bool:
        """Count a failure; False when it was one too many."""
        now = self._clock()
        self._failures.append(now)
        while self._failures and self._failures[0] <= now - self._period:
            self._failures.popleft()
        return len(self._failures) <= self._intensity

    def refill(self) -> None:
        """Forget what was spent."""
        self._failures.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Twice as long each time, up to a cap, and never quite as long as the others that failed with us."""

    first_seconds: float = 0.1
    cap_seconds: float = 5.0
    jitter: Callable[[float, float], float] = random.uniform

    def seconds(self, failures_in_a_row: int) -> float:
        """How long to wait after that many failures, the first being 1."""
        doublings = min(failures_in_a_row - 1, GROWS_UNTIL)
        return min(self.cap_seconds, self.first_seconds * 2.0**doublings) * self.jitter(0.5, 1.0)
