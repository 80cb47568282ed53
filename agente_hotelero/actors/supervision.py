"""Who starts actors, notices that they fail, starts them again, and says when it is no use."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from agente_hotelero.actors.brood import Brood
from agente_hotelero.actors.budget import Backoff, Budget
from agente_hotelero.actors.children import Child, ChildNeverStartedError, ChildSpec, Node, Subtree
from agente_hotelero.actors.life import ChildState, LifeMetrics, Snapshot
from agente_hotelero.actors.runtime import Ref, where_raised
from agente_hotelero.errors import AgenteError, UnavailableError

__all__ = ["Backoff", "Brood", "Budget", "ChildNeverStartedError", "ChildSpec", "ChildState", "Snapshot", "Supervisor"]

log = structlog.get_logger(__name__)

STOP_SECONDS: Final = 12.0
LEAST_STOP_SECONDS: Final = 0.1
"""What a child gets for its stop when its elders used up the deadline."""


class BudgetSpentError(AgenteError):
    """A supervisor's children failed too often: its parent decides."""


class Supervisor:
    """Starts children in order and keeps each alive on its own (one_for_one); stops them in reverse.

    A dependency's outage (UnavailableError) is not a failure: it is waited out with the same back-off and
    never spends the budget. When the budget is spent, a nested supervisor's children all begin again, at the
    expense of its parent's budget; the root's `on_exhausted` hears the child's name, once.
    """

    def __init__(
        self,
        *,
        name: str = "system",
        intensity: int = 3,
        period_seconds: float = 60.0,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
        on_exhausted: Callable[[str], None] = lambda _: None,
        metrics: LifeMetrics | None = None,
    ) -> None:
        self.name = name
        self.backoff = backoff or Backoff()
        self.clock = clock
        self.state = ChildState.RUNNING
        self._budget = Budget(intensity=intensity, period_seconds=period_seconds, clock=clock)
        self._on_exhausted = on_exhausted
        self._metrics = metrics
        self._nodes: dict[str, Node] = {}
        self._own_node: Subtree | None = None
        self._on_trial: set[str] = set()
        self._stopping = False

    async def start_child(self, spec: ChildSpec) -> Ref:
        """Start a child and wait until it runs, however often that has to be tried; its ref outlives restarts.

        Raises ChildNeverStartedError when the budget is spent before.
        """
        child = Child(spec, parent=self)
        self._add(child)
        child.begin()
        await asyncio.shield(child.ready)
        return child.ref

    async def try_child(self, spec: ChildSpec, *, eldest: bool = False) -> Ref:
        """Start one that we can do without; the `eldest` is stopped last.

        A failure at its first start costs no budget and is raised, and so is a cancellation; an outage is waited
        out. Either way nothing of it is left when this raises.
        """
        child = Child(spec, parent=self)
        self._add(child)
        if eldest:
            self._nodes = {child.name: child, **self._nodes}
        self._on_trial.add(child.name)
        try:
            child.begin()
            await asyncio.shield(child.ready)
        except BaseException:
            # In a task of its own: before Python 3.11.3, a timeout in one that is being cancelled ends as that cancellation.
            await asyncio.create_task(self.stop_child(child.name, seconds=LEAST_STOP_SECONDS))
            raise
        finally:
            self._on_trial.discard(child.name)
        return child.ref

    async def stop_child(self, name: str, *, seconds: float = STOP_SECONDS) -> None:
        """Stop one for good, after what is in its mailbox, and forget it."""
        await self._nodes[name].stop(seconds)
        del self._nodes[name]

    def nest(self, *, name: str, intensity: int = 3, period_seconds: float = 60.0) -> "Supervisor":
        """Make a supervisor below this one, with a budget of its own."""
        nested = Supervisor(
            name=name,
            intensity=intensity,
            period_seconds=period_seconds,
            backoff=self.backoff,
            clock=self.clock,
            metrics=self._metrics,
        )
        nested._own_node = Subtree(nested, parent=self)
        self._add(nested._own_node)
        return nested

    async def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Stop in reverse order, each after what it has in its mailbox, all within a deadline."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for node in reversed(list(self._nodes.values())):
            await node.stop(max(LEAST_STOP_SECONDS, end - loop.time()))
        self.state = ChildState.STOPPED

    def snapshot(self) -> Snapshot:
        """Everybody below, in the order of their start."""
        node = self._own_node
        return Snapshot(
            name=self.name,
            kind="Supervisor",
            state=self.state if node is None else node.state,
            restarts=0 if node is None else node.restarts,
            mailbox_depth=0,
            last_error=None if node is None else node.last_error,
            children=tuple(child.snapshot() for child in self._nodes.values()),
        )

    def _add(self, node: "Node") -> None:
        if node.name in self._nodes:
            raise ValueError(f"{self.name} has a child named {node.name} already")
        if self._stopping:
            raise RuntimeError(f"{self.name} is stopping")
        self._nodes[node.name] = node

    # What the nodes below say and ask.

    def may_restart(self, node: "Node", error: BaseException) -> bool:
        """Note a failure; tells whether there is budget left."""
        outage = isinstance(error, UnavailableError)
        log.warning(
            "actor_failed",
            actor=node.name,
            error=type(error).__name__,
            where=where_raised(error),
            outage=outage,
            restarts=node.restarts,
        )
        on_trial = node.name in self._on_trial
        return not self._stopping and (outage or (not on_trial and self._budget.spend()))

    def escalate(self, name: str) -> bool:
        """The budget is spent; tells whether everybody here begins again."""
        if self._stopping or name in self._on_trial:
            return False
        log.error("restart_budget_spent", supervisor=self.name, actor=name)
        if self._own_node is not None:
            return self._own_node.failed(BudgetSpentError(f"{name} failed too often"))
        if self.state is not ChildState.EXHAUSTED:
            self.state = ChildState.EXHAUSTED
            self._on_exhausted(name)
        return False

    def count_alive(self, kind: str, change: int) -> None:
        """Keep the gauge of living actors."""
        if self._metrics is not None:
            self._metrics.actors_alive.labels(kind=kind).inc(change)

    def count_restart(self, kind: str) -> None:
        """Count a restart."""
        if self._metrics is not None:
            self._metrics.actor_restarts_total.labels(kind=kind).inc()

    async def retire_all(self) -> None:
        """End everybody's incarnation, the youngest first."""
        for node in reversed(self._nodes.values()):
            await node.retire()

    async def begin_all(self) -> None:
        """Start everybody again, in order, with a full budget."""
        self._budget.refill()
        for node in self._nodes.values():
            if node.state is not ChildState.STOPPED:
                if node.ready.done():
                    node.ready = asyncio.get_running_loop().create_future()
                node.begin_again()
                await asyncio.shield(node.ready)

    def close_all(self) -> None:
        """It is no use: whoever asks hears so at once."""
        for node in reversed(self._nodes.values()):
            node.close(ChildState.EXHAUSTED)
