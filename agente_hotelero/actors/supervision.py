"""Who starts actors, notices that they fail, starts them again, and says when it is no use."""

import asyncio
import random
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog

from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.errors import UnavailableError

log = structlog.get_logger(__name__)

BACKOFF_SECONDS: Final = 0.1
BACKOFF_CAP_SECONDS: Final = 5.0
STOP_SECONDS: Final = 12.0
K = TypeVar("K", bound=Hashable)


class ChildState(StrEnum):
    """Where a child stands."""

    STARTING = "starting"
    RUNNING = "running"
    BACKING_OFF = "backing_off"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """How to make a child: `factory` makes one incarnation, not started."""

    name: str
    factory: Callable[[], AsyncioActor]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSnapshot:
    """One child, as health sees it without asking it anything."""

    name: str
    kind: str
    state: ChildState
    restarts: int
    mailbox_depth: int
    last_error: str | None


class LifeMetrics(Protocol):
    """What supervision counts; the metrics of the composition root have these."""

    actors_alive: Any
    actor_restarts_total: Any


class Budget:
    """OTP's intensity per period: how many failures are too many."""

    def __init__(self, *, intensity: int, period_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._intensity = intensity
        self._period = period_seconds
        self._clock = clock
        self._failures: deque[float] = deque()

    def spend(self) -> bool:
        """Count a failure; False when the budget is spent."""
        now = self._clock()
        self._failures.append(now)
        while self._failures and self._failures[0] <= now - self._period:
            self._failures.popleft()
        return len(self._failures) <= self._intensity


class Supervisor:
    """Starts children in order and keeps each alive on its own (one_for_one); stops them in reverse.

    A dependency's outage (UnavailableError) is not a failure: it is waited out with the same back-off and
    never spends the budget. When the budget is spent, `on_exhausted` hears of it once: the parent decides.
    """

    def __init__(
        self,
        *,
        intensity: int = 3,
        period_seconds: float = 60.0,
        backoff_seconds: float = BACKOFF_SECONDS,
        on_exhausted: Callable[[str], None],
        metrics: LifeMetrics | None = None,
    ) -> None:
        self._budget = Budget(intensity=intensity, period_seconds=period_seconds)
        self._backoff = backoff_seconds
        self._on_exhausted = on_exhausted
        self._metrics = metrics
        self._children: dict[str, _Child] = {}

    async def start_child(self, spec: ChildSpec) -> Ref:
        """Start a child and wait until it runs, however often that has to be tried; its ref outlives restarts.

        Raises ChildNeverStartedError when the budget is spent before.
        """
        child = self._children[spec.name] = _Child(spec, self)
        child.start()
        await child.first_start
        return child.ref

    async def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Stop in reverse order, each after what it has in its mailbox, all within a deadline."""
        end = time.monotonic() + seconds
        for child in reversed(self._children.values()):
            await child.stop(max(0.1, end - time.monotonic()))

    def snapshot(self) -> tuple[ChildSnapshot, ...]:
        """Every child, in the order of their start."""
        return tuple(child.snapshot() for child in self._children.values())

    def failed(self, child: "_Child", error: BaseException) -> float | None:
        """Decide on a failure: seconds until the restart, or None for never."""
        outage = isinstance(error, UnavailableError)
        log.warning("actor_failed", actor=child.spec.name, error=type(error).__name__, outage=outage, restarts=child.restarts)
        if not outage and not self._budget.spend():
            log.error("restart_budget_spent", actor=child.spec.name)
            self._on_exhausted(child.spec.name)
            return None
        seconds: float = min(BACKOFF_CAP_SECONDS, self._backoff * 2 ** min(child.in_a_row, 10))
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - jitter

    def alive(self, kind: str, change: int) -> None:
        """Keep the gauge of living actors."""
        if self._metrics is not None:
            self._metrics.actors_alive.labels(kind=kind).inc(change)

    def restarted(self, kind: str) -> None:
        """Count a restart."""
        if self._metrics is not None:
            self._metrics.actor_restarts_total.labels(kind=kind).inc()


class ChildNeverStartedError(RuntimeError):
    """A child failed at its start until the budget was spent."""


class _Child:
    """One child's life across incarnations: its mailbox's watcher."""

    def __init__(self, spec: ChildSpec, parent: Supervisor) -> None:
        self.spec = spec
        self._parent = parent
        self._state = ChildState.STARTING
        self._timer: asyncio.TimerHandle | None = None
        self._up_since = 0.0
        self.restarts = 0
        self.in_a_row = 0
        self._last_error: str | None = None
        self._ref: Ref | None = None
        self._kind = spec.name
        self.first_start: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def ref(self) -> Ref:
        assert self._ref is not None
        return self._ref

    def start(self) -> None:
        try:
            actor = self.spec.factory()
        except Exception as error:  # noqa: BLE001 - a constructor's failure is a failure at start
            self.actor_failed(error)
            return
        if self._ref is None:
            self._ref = actor.actor_ref
            self._kind = type(actor).__name__.removesuffix("Actor")
        else:
            actor.adopt(self._ref)
        self._ref.mailbox.watcher = self
        self._state = ChildState.STARTING
        actor._start_actor_loop()  # noqa: SLF001 - starting is the supervisor's office

    def actor_started(self) -> None:
        self._state = ChildState.RUNNING
        self._up_since = time.monotonic()
        self._parent.alive(self._kind, 1)
        if not self.first_start.done():
            self.first_start.set_result(None)

    def actor_failed(self, error: BaseException) -> None:
        if self._state is ChildState.RUNNING:
            self._parent.alive(self._kind, -1)
            if time.monotonic() - self._up_since > BACKOFF_CAP_SECONDS:
                self.in_a_row = 0
        self._last_error = type(error).__name__
        seconds = self._parent.failed(self, error)
        if seconds is None:
            self._give_up()
            return
        self.in_a_row += 1
        self._state = ChildState.BACKING_OFF
        self._timer = asyncio.get_running_loop().call_later(seconds, self._restart)

    def actor_stopped(self) -> None:
        self._parent.alive(self._kind, -1)
        self._state = ChildState.STOPPED

    async def stop(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._ref is None or self._state is ChildState.EXHAUSTED:
            return
        if self._state is ChildState.BACKING_OFF:
            self._ref.mailbox.close(self.spec.name)
            self._state = ChildState.STOPPED
            return
        try:
            async with asyncio.timeout(seconds):
                await self._ref.stop()
        except TimeoutError:
            log.warning("actor_stop_timed_out", actor=self.spec.name)
            if self._ref.mailbox.task is not None:
                self._ref.mailbox.task.cancel()
            self._ref.mailbox.watcher = None
            self._ref.mailbox.close(self.spec.name)
            self._state = ChildState.STOPPED

    def snapshot(self) -> ChildSnapshot:
        return ChildSnapshot(
            name=self.spec.name,
            kind=self._kind,
            state=self._state,
            restarts=self.restarts,
            mailbox_depth=0 if self._ref is None else self._ref.mailbox.depth(),
            last_error=self._last_error,
        )

    def _restart(self) -> None:
        self.restarts += 1
        self._parent.restarted(self._kind)
        self.start()

    def _give_up(self) -> None:
        self._state = ChildState.EXHAUSTED
        if self._ref is not None:
            self._ref.mailbox.close(self.spec.name)
        if not self.first_start.done():
            self.first_start.set_exception(ChildNeverStartedError(f"{self.spec.name} never started: {self._last_error}"))


class Restable(Protocol):
    """A child that can say whether it may be put aside."""

    @property
    def resting(self) -> bool:
        """Nothing is in hand."""
        ...


class Brood(Generic[K]):
    """Many cheap children of one kind, by key: made when first needed, put aside when idle, dropped when they fail.

    A failed child is not started again here: whoever owns the messages reads them again, and that makes
    another one. Spending the budget closes the brood for a while.
    """

    def __init__(
        self,
        *,
        kind: str,
        make: Callable[[K], AsyncioActor],
        on_failed: Callable[[K], None],
        budget: Budget,
        capacity: int,
        idle_seconds: float,
        pause_seconds: float = 10.0,
        metrics: LifeMetrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind = kind
        self._make = make
        self._on_failed = on_failed
        self._budget = budget
        self._capacity = capacity
        self._idle_seconds = idle_seconds
        self._pause = pause_seconds
        self._metrics = metrics
        self._clock = clock
        # Least recently used first; moving a key to the end is all that a message costs.
        self._members: OrderedDict[K, _Member[K]] = OrderedDict()
        self._closed_until = 0.0
        self.failures = 0

    def __len__(self) -> int:
        """Count the living."""
        return len(self._members)

    def __iter__(self) -> Iterator[K]:
        """Keys of the living."""
        return iter(self._members)

    @property
    def exhausted(self) -> bool:
        """Whether the budget is spent: nothing should be handed to it now."""
        return self._clock() < self._closed_until

    def ref(self, key: K) -> Ref:
        """The child of that key, made if needed."""
        member = self._members.get(key)
        if member is None:
            member = self._members[key] = _Member(key, self, self._make(key))
            self._count(1)
        else:
            self._members.move_to_end(key)
        member.touched = self._clock()
        return member.actor.actor_ref

    def rest(self) -> None:
        """Put aside who was idle for long, or who is too many; only those with nothing in hand."""
        horizon = self._clock() - self._idle_seconds
        for key, member in list(self._members.items()):
            over = len(self._members) > self._capacity
            if not over and member.touched > horizon:
                break
            mailbox = member.actor.mailbox
            if not mailbox.busy and mailbox.empty() and member.restable.resting:
                self._remove(key)

    def drop_all(self) -> None:
        """Forget every child and what it has in hand."""
        for key in list(self._members):
            self._remove(key)

    def child_failed(self, key: K, error: BaseException) -> None:
        """A child is gone by an error."""
        log.error("actor_failed", actor=self._kind, error=type(error).__name__)
        self.failures += 1
        self._remove(key)
        if not isinstance(error, UnavailableError) and not self._budget.spend():
            self._closed_until = self._clock() + self._pause
            log.error("restart_budget_spent", actor=self._kind, pause_seconds=self._pause)
        self._on_failed(key)

    def _remove(self, key: K) -> None:
        member = self._members.pop(key, None)
        if member is None:
            return
        mailbox = member.actor.mailbox
        mailbox.watcher = None
        if mailbox.task is not None:
            mailbox.task.cancel()
        # What waits there is stored: dropping it here loses nothing, and is no dead letter.
        mailbox.queue = None
        mailbox.close(self._kind)
        self._count(-1)

    def _count(self, change: int) -> None:
        if self._metrics is not None:
            self._metrics.actors_alive.labels(kind=self._kind).inc(change)


class _Member(Generic[K]):
    """A child and its watcher in one small object."""

    __slots__ = ("_brood", "_key", "actor", "touched")

    def __init__(self, key: K, brood: Brood[K], actor: AsyncioActor) -> None:
        self._key = key
        self._brood = brood
        self.actor = actor
        self.touched = 0.0
        actor.mailbox.watcher = self
        actor._start_actor_loop()  # noqa: SLF001 - starting is the supervisor's office

    @property
    def restable(self) -> Restable:
        return self.actor  # type: ignore[return-value]  # whoever is put in a brood has `resting`

    def actor_started(self) -> None:
        pass

    def actor_failed(self, error: BaseException) -> None:
        self._brood.child_failed(self._key, error)

    def actor_stopped(self) -> None:
        pass
