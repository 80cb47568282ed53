"""The scheduler's and the notifier's tables in memory."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import DueWrite, OpenHandOff


class FakeTimers:
    """Implements Timers: names by due time, and what fired. `failures` are raised, one per call."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self.timers: list[tuple[datetime, str | DueWrite]] = []
        self.fired: list[tuple[datetime, str | DueWrite]] = []
        self.failures: deque[Exception] = deque()
        self.away = False
        self.clock_behind = timedelta()
        """How far the database's clock is behind ours."""
        self.looks = 0
        self.lost_answers = 0
        """So many firings commit, and nobody hears of it."""

    async def next_due(self) -> datetime | None:
        self._fail()
        self.looks += 1
        return min((due for due, _ in self.timers), default=None)

    async def fire(self) -> list[DueWrite]:
        self._fail()
        now = self._now() - self.clock_behind
        due = [timer for timer in self.timers if timer[0] <= now]
        self.timers = [timer for timer in self.timers if timer[0] > now]
        self.fired += [(self._now(), what) for _, what in due]
        if self.lost_answers:
            self.lost_answers -= 1
            raise StorageUnavailableError("postgres")
        return [what for _, what in due if isinstance(what, DueWrite)]

    def _fail(self) -> None:
        if self.away:
            raise StorageUnavailableError("postgres")
        if self.failures:
            raise self.failures.popleft()


class FakeHandOffs:
    """Implements HandOffs; a taken one comes again later, as in the table, until it was told."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self.open: dict[int, tuple[OpenHandOff, datetime]] = {}
        self.done: list[int] = []
        self.failures: deque[Exception] = deque()

    def add(self, handoff: OpenHandOff) -> None:
        self.open[handoff.id] = (handoff, self._now())

    async def take(self, hotels: Sequence[HotelId]) -> list[OpenHandOff]:
        self._fail()
        taken = []
        for handoff, due in list(self.open.values()):
            if handoff.hotel in hotels and due <= self._now():
                later = replace(handoff, attempts=handoff.attempts + 1)
                self.open[handoff.id] = (later, self._now() + timedelta(seconds=5 * 2**handoff.attempts))
                taken.append(later)
        return taken

    async def told(self, handoff: int) -> None:
        self._fail()
        self.done.append(handoff)
        del self.open[handoff]

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.popleft()


class FakeStaff:
    """A StaffChannel: what it was told and when; `failures` come first, and a hanging one never answers."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.told: list[tuple[int, float]] = []
        self.failures: deque[Exception] = deque()
        self.hang: Callable[[], Awaitable[object]] | None = None
        self.calls: Counter[int] = Counter()

    async def tell(self, handoff: OpenHandOff) -> None:
        self.calls[handoff.id] += 1
        if self.hang is not None:
            await self.hang()
        if self.failures:
            raise self.failures.popleft()
        self.told.append((handoff.id, round(self._clock(), 3)))
