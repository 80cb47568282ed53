"""What a supervisor has below it: actors, and supervisors that have children of their own."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from pykka import ActorRegistry

from agente_hotelero.actors.budget import Backoff
from agente_hotelero.actors.life import ChildState, Snapshot
from agente_hotelero.actors.runtime import AsyncioActor, Ref, incarnate
from agente_hotelero.errors import AgenteError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """How to make a child: `factory` makes one incarnation, not started; `kind` labels it, by default its class."""

    name: str
    factory: Callable[[], AsyncioActor]
    kind: str | None = None


class ChildNeverStartedError(AgenteError):
    """A child failed at its start until the budget was spent."""


class Parent(Protocol):
    """What a supervisor is to those below it."""

    backoff: Backoff
    clock: Callable[[], float]

    def may_restart(self, node: "Node", error: BaseException) -> bool:
        """Note a failure; tells whether there is budget left."""
        ...

    def escalate(self, name: str) -> bool:
        """The budget is spent; tells whether everybody here begins again."""
        ...

    def count_alive(self, kind: str, change: int) -> None:
        """Keep the gauge of living actors."""
        ...

    def count_restart(self, kind: str) -> None:
        """Count a restart."""
        ...


class Family(Protocol):
    """What a nested supervisor is to the one above it."""

    name: str

    async def retire_all(self) -> None:
        """End everybody's incarnation, the youngest first."""
        ...

    async def begin_all(self) -> None:
        """Start everybody again, in order, with a full budget."""
        ...

    def close_all(self) -> None:
        """It is no use: whoever asks hears so at once."""
        ...

    async def stop(self, *, seconds: float) -> None:
        """Stop in reverse order."""
        ...

    def snapshot(self) -> Snapshot:
        """Everybody below."""
        ...


class Node(ABC):
    """What an actor and a nested supervisor have in common below a supervisor."""

    def __init__(self, name: str, kind: str, parent: Parent) -> None:
        self.name = name
        self.kind = kind
        self.parent = parent
        self.state = ChildState.STARTING
        self.restarts = 0
        self.last_error: str | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._in_a_row = 0
        self._up_since = parent.clock()

    def failed(self, error: BaseException) -> bool:
        """Decide on a failure; tells whether there will be another beginning."""
        if self.state is ChildState.RUNNING and self.parent.clock() - self._up_since > self.parent.backoff.cap_seconds:
            self._in_a_row = 0
        self._in_a_row += 1
        self.last_error = type(error).__name__
        if self.parent.may_restart(self, error):
            self.state = ChildState.BACKING_OFF
            self.begin_in(self.parent.backoff.seconds(self._in_a_row))
            return True
        self.state = ChildState.EXHAUSTED
        if self.parent.escalate(self.name):
            return True
        self.close(ChildState.EXHAUSTED)
        return False

    def runs(self) -> None:
        """Note that it is up."""
        self.state = ChildState.RUNNING
        self._up_since = self.parent.clock()
        if not self.ready.done():
            self.ready.set_result(None)

    def begin_again(self) -> None:
        """Start once more."""
        self.count_restart()
        self.begin()

    def count_restart(self) -> None:
        """Count one, here and for the operators."""
        self.restarts += 1
        self.parent.count_restart(self.kind)

    @abstractmethod
    def begin(self) -> None:
        """Start."""

    @abstractmethod
    def begin_in(self, seconds: float) -> None:
        """Start once more, later."""

    @abstractmethod
    async def retire(self) -> None:
        """End this incarnation, and keep the mailbox for another one."""

    @abstractmethod
    async def stop(self, seconds: float) -> None:
        """End for good, after what waits, within a deadline."""

    @abstractmethod
    def close(self, state: ChildState) -> None:
        """End for good, at once."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """How it is."""


class Child(Node):
    """One actor's life across incarnations: its mailbox's watcher."""

    def __init__(self, spec: ChildSpec, *, parent: Parent) -> None:
        super().__init__(spec.name, spec.kind or spec.name, parent)
        self._spec = spec
        self._actor: AsyncioActor | None = None
        self._ref: Ref | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._retired: asyncio.Future[None] | None = None

    @property
    def ref(self) -> Ref:
        """Its address, once it was made."""
        assert self._ref is not None
        return self._ref

    def begin(self) -> None:
        """Start."""
        self.state = ChildState.STARTING
        try:
            self._actor = incarnate(self._spec.factory, self._ref)
        except Exception as error:  # noqa: BLE001 - a constructor's failure is a failure at start
            self.failed(error)
            return
        if self._ref is None:
            self._settle_in(self._actor)
        self._actor._start_actor_loop()  # noqa: SLF001 - starting is the supervisor's office

    def _settle_in(self, actor: AsyncioActor) -> None:
        self._ref = actor.actor_ref
        self._ref.mailbox.watcher = self
        self.kind = self._spec.kind or type(actor).__name__.removesuffix("Actor")
        ActorRegistry.register(self._ref)

    def begin_in(self, seconds: float) -> None:
        """Start once more, later."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self.begin_again)

    def actor_started(self) -> None:
        """It waits for its first message."""
        self.parent.count_alive(self.kind, 1)
        self.runs()

    def actor_failed(self, error: BaseException) -> None:
        """It is gone, by an error or because it was retired."""
        self._note_end()
        if self._retired is None:
            self.failed(error)
        else:
            self.state = ChildState.BACKING_OFF
            self._retired.set_result(None)

    def actor_stopped(self) -> None:
        """It ended as asked."""
        self.close(ChildState.STOPPED)
        if self._retired is not None:
            self._retired.set_result(None)

    async def retire(self) -> None:
        """End this incarnation, and keep the mailbox for another one."""
        if self._timer is not None:
            self._timer.cancel()
        if self._actor is None or self.state not in {ChildState.STARTING, ChildState.RUNNING}:
            return
        self._retired = asyncio.get_running_loop().create_future()
        try:
            self._actor.retire()
            await self._retired
        finally:
            self._retired = None

    async def stop(self, seconds: float) -> None:
        """End for good, after what waits, within a deadline."""
        if self._timer is not None:
            self._timer.cancel()
        if self._ref is not None and self.state in {ChildState.STARTING, ChildState.RUNNING}:
            try:
                async with asyncio.timeout(seconds):
                    await self._ref.stop()
            except TimeoutError:
                log.warning("actor_stop_timed_out", actor=self.name)
                self._ref.mailbox.interrupt()
        self.close(ChildState.STOPPED)

    def close(self, state: ChildState) -> None:
        """End for good, at once."""
        self._note_end()
        self.state = state
        if not self.ready.done():
            self.ready.set_exception(ChildNeverStartedError(f"{self.name} never started: {self.last_error}"))
            self.ready.exception()
        if self._ref is not None and not (self._ref.mailbox.closed and self._ref.mailbox.watcher is None):
            self._ref.mailbox.watcher = None
            self._ref.mailbox.close(self.name)
            ActorRegistry.unregister(self._ref)

    def snapshot(self) -> Snapshot:
        """How it is."""
        return Snapshot(
            name=self.name,
            kind=self.kind,
            state=self.state,
            restarts=self.restarts,
            mailbox_depth=0 if self._ref is None else self._ref.mailbox.depth(),
            last_error=self.last_error,
        )

    def _note_end(self) -> None:
        if self.state is ChildState.RUNNING:
            self.parent.count_alive(self.kind, -1)


class Subtree(Node):
    """A nested supervisor as its parent sees it."""

    def __init__(self, family: Family, *, parent: Parent) -> None:
        super().__init__(family.name, "Supervisor", parent)
        self._family = family
        self._task: asyncio.Task[None] | None = None
        self.runs()

    def begin(self) -> None:
        """Start."""
        self._go_on_with(self._begin())

    def begin_in(self, seconds: float) -> None:
        """Start once more, later."""
        self._go_on_with(self._begin_later(seconds))

    async def _begin_later(self, seconds: float) -> None:
        await self._family.retire_all()
        await asyncio.sleep(seconds)
        self.count_restart()
        await self._begin()

    async def _begin(self) -> None:
        self.state = ChildState.STARTING
        await self._family.begin_all()
        self.runs()

    async def retire(self) -> None:
        """End this incarnation, and keep the mailbox for another one."""
        self._cancel()
        await self._family.retire_all()

    async def stop(self, seconds: float) -> None:
        """End for good, after what waits, within a deadline."""
        self._cancel()
        await self._family.stop(seconds=seconds)
        self.state = ChildState.STOPPED

    def close(self, state: ChildState) -> None:
        """End for good, at once."""
        self._cancel()
        self.state = state
        self._family.close_all()

    def snapshot(self) -> Snapshot:
        """How it is."""
        return self._family.snapshot()

    def _go_on_with(self, work: Coroutine[Any, Any, None]) -> None:
        self._cancel()
        self._task = asyncio.get_running_loop().create_task(work)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
