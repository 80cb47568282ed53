"""Many cheap children of one kind: a supervisor for actors by the hundred thousand."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, Protocol, TypeVar

import structlog

from agente_hotelero.actors.budget import Budget
from agente_hotelero.actors.life import LifeMetrics
from agente_hotelero.actors.runtime import AsyncioActor, Ref, where_raised
from agente_hotelero.errors import UnavailableError

log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Hashable)


class Restable(Protocol):
    """A child that can say whether it may be put aside."""

    @property
    def resting(self) -> bool:
        """Nothing is in hand."""
        ...


class Brood(Generic[K]):
    """Many cheap children of one kind, by key: made when first needed, put aside when idle, dropped when they fail.

    A failed child is not started again here: whoever owns the messages reads them again, and that makes
    another one. Spending the budget closes the brood for a while. A dependency's outage spends nothing.
    Children own nothing that would need their `stopped()` when they are put aside.
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
    def depth(self) -> int:
        """How much waits in all their mailboxes."""
        return sum(member.actor.mailbox.depth() for member in self._members.values())

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
        surplus = len(self._members) - self._capacity
        resting: list[K] = []
        for key, member in self._members.items():
            if len(resting) >= surplus and member.touched > horizon:
                break
            # Idle in this turn of the loop, in which nothing can come between: no message is lost.
            if not member.actor.mailbox.busy and member.restable.resting:
                resting.append(key)
        for key in resting:
            self._remove(key)

    async def finish(self, *, seconds: float) -> None:
        """Wait, within a deadline, for what children have in hand this moment."""
        in_hand = {task for member in self._members.values() if (task := member.actor.mailbox.task) is not None}
        if in_hand:
            await asyncio.wait(in_hand, timeout=seconds)

    def drop_all(self) -> None:
        """Forget every child and what it has in hand."""
        for key in list(self._members):
            self._remove(key)

    def child_failed(self, key: K, error: BaseException) -> None:
        """A child is gone by an error."""
        log.error("actor_failed", actor=self._kind, error=type(error).__name__, where=where_raised(error))
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
        mailbox.interrupt()
        # What waits there is in the database: dropping it here loses nothing.
        mailbox.close(self._kind, stored=True)
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
