"""aiobreaker as the state machine, and everything that its own calls get wrong around it.

Permission and report are synchronous: nothing awaits inside the breaker, so its transitions are atomic.
"""

import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiobreaker import CircuitBreaker, CircuitBreakerError, CircuitBreakerState
from aiobreaker.storage.memory import CircuitMemoryStorage

from agente_hotelero.errors import UnavailableError

CONSECUTIVE: Final = 5
VOLUME: Final = 10
FAILURE_SHARE: Final = 0.5
WINDOW_SECONDS: Final = 10.0
OPEN_SECONDS: Final = 2.0
OPEN_CAP_SECONDS: Final = 10.0
TRIAL_RETRY_SECONDS: Final = 1.0


class CircuitOpenError(UnavailableError):
    """The call was not made: the circuit is open, or its one trial is under way."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call; `epoch` is the breaker's life in which it was given."""

    epoch: int
    trial: bool


class Breaker:
    """One circuit: opens on 5 failures in a row or on half of at least 10; one trial decides whether it closes again."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        slow_seconds: float,
        on_change: Callable[[str], None],
        jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2),  # noqa: S311 - spreads load, guards nothing
        open_seconds: float = OPEN_SECONDS,
        open_cap_seconds: float = OPEN_CAP_SECONDS,
    ) -> None:
        """Calls slower than `slow_seconds` count as failures; `on_change` hears the new state's name.

        It stays open for `open_seconds`, and twice as long each time that its trial fails, up to the cap.
        """
        self._open_seconds = open_seconds
        self._open_cap_seconds = open_cap_seconds
        self._clock = clock
        self._slow_seconds = slow_seconds
        self._on_change = on_change
        self._jitter = jitter
        self._window = _Window(clock)
        self._machine: Any = _Machine(fail_max=1, state_storage=self._window)
        self._epoch = 0
        self._openings = 0
        self._retry_at = 0.0
        self._trial = False

    @property
    def state(self) -> str:
        """`closed`, `half_open` or `open`."""
        name: str = self._machine.current_state.name
        return name.lower()

    @property
    def wait_seconds(self) -> float:
        """How long until a permission may be given."""
        return self._wait()

    @property
    def ready(self) -> bool:
        """Whether a permission asked now would be given."""
        return self._wait() == 0

    def permission(self) -> Permit:
        """Give leave for one call; raises CircuitOpenError while open, or while the one trial is under way."""
        wait = self._wait()
        if wait > 0:
            raise CircuitOpenError("a dependency (circuit open)", retry_after_seconds=wait)
        if self.state == "open":
            self._machine.half_open()
            self._on_change(self.state)
        self._trial = self.state == "half_open"
        return Permit(self._epoch, trial=self._trial)

    def settle(self, permit: Permit, *, failed: bool, seconds: float) -> bool:
        """Say how a permitted call ended; tells whether it counts as a failure, as slow calls do.

        The machine ignores what belongs to an earlier life: a late success must not close what opened since.
        """
        failed = failed or seconds > self._slow_seconds
        if permit.epoch != self._epoch:
            return failed
        before = self.state
        with suppress(_FailedError, CircuitBreakerError):
            self._machine.call(_replay, failed=failed)
        if self.state != before:
            self._begin_life()
        return failed

    def give_back(self, permit: Permit) -> None:
        """The call was cancelled before it said anything: another may be the trial."""
        if permit.epoch == self._epoch and permit.trial:
            self._trial = False

    def _wait(self) -> float:
        """Seconds until a permission may be given."""
        if self.state == "open":
            return max(0.0, self._retry_at - self._clock())
        return TRIAL_RETRY_SECONDS if self._trial else 0.0

    def _begin_life(self) -> None:
        self._epoch += 1
        self._trial = False
        self._window.forget()
        if self.state == "open":
            seconds = min(self._open_cap_seconds, self._open_seconds * 2**self._openings)
            self._retry_at = self._clock() + seconds * self._jitter()
            self._openings += 1
        else:
            self._openings = 0
        self._on_change(self.state)


class _Window(CircuitMemoryStorage):  # type: ignore[misc]  # the library ships no types
    """Outcomes of the last seconds, behind the library's counter: 1 once it should open, else 0."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(CircuitBreakerState.CLOSED)
        self._clock = clock
        self._outcomes: deque[tuple[float, bool]] = deque()
        self._in_a_row = 0

    def increment_counter(self) -> None:
        """Take a failure."""
        self._in_a_row += 1
        self._add(failed=True)

    def reset_counter(self) -> None:
        """Take a success."""
        self._in_a_row = 0
        self._add(failed=False)

    @property
    def counter(self) -> int:
        """Whether either rule says open: the share alone is too slow after a window full of successes."""
        failures = sum(failed for _, failed in self._outcomes)
        total = len(self._outcomes)
        too_many = total >= VOLUME and failures >= total * FAILURE_SHARE
        return int(self._in_a_row >= CONSECUTIVE or too_many)

    def forget(self) -> None:
        """Begin a new life."""
        self._outcomes.clear()
        self._in_a_row = 0

    def _add(self, *, failed: bool) -> None:
        now = self._clock()
        self._outcomes.append((now, failed))
        while self._outcomes[0][0] < now - WINDOW_SECONDS:
            self._outcomes.popleft()


class _Machine(CircuitBreaker):  # type: ignore[misc]  # as above
    """The library's machine without its clock, which mixes UTC and local time."""

    def open(self) -> None:
        """Open without the library's own time stamp."""
        self.state = self._state_storage.state = CircuitBreakerState.OPEN

    @property
    def opens_at(self) -> None:
        """Give nothing: the wrapper knows when."""
        return


class _FailedError(Exception):
    """How a failure is told to the library."""


def _replay(*, failed: bool) -> None:
    if failed:
        raise _FailedError
