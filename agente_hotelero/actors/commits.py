"""Natural group commit: what arrives while one batch commits is the next batch."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from agente_hotelero.errors import UnavailableError

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_SECONDS: Final = 0.02
G_contra = TypeVar("G_contra", contravariant=True)


class Answer(Protocol[G_contra]):
    """Where a result goes: a future, or straight to whoever asked."""

    def done(self) -> bool:
        """Tell whether nobody waits any more."""
        ...

    def set_result(self, result: G_contra, /) -> None:
        """Give the result."""
        ...

    def set_exception(self, error: BaseException, /) -> None:
        """Give the error."""
        ...


async def each_alone(
    commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]], batch: Sequence[T]
) -> "list[R | Exception]":
    """Commit a batch so that an item which the database refuses takes no other with it.

    Answers a result or an error per item. A refused batch is split in halves until the item stands alone; what is
    unavailable is not tried again.
    """
    try:
        return list(await commit(batch))
    except UnavailableError as error:
        return [error] * len(batch)
    except Exception as error:  # noqa: BLE001 - whatever the database says of a value
        if len(batch) == 1:
            return [error]
    middle = len(batch) // 2
    return [*await each_alone(commit, batch[:middle]), *await each_alone(commit, batch[middle:])]


class GroupCommit(Generic[T, R]):
    """A lane with one commit at a time; an idle lane commits at once, a busy one gathers.

    There is no window: gathering costs no latency, because it happens only while a commit runs anyway. An item that
    nobody waits for may be `patient`: it goes with the next one that is not, or by itself after `PATIENCE_SECONDS`.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        batch_limit: int,
        weigh: Callable[[T], int] = lambda _: 1,
    ) -> None:
        """`commit` answers a result, or the item's own error, per item in order; `batch_limit` bounds the summed weight."""
        self._commit = commit
        self._limit = batch_limit
        self._weigh = weigh
        self._waiting: list[tuple[T, Answer[R], int]] = []
        self._pressing = False
        """Whether something that waits is not patient."""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.weight = 0
        """Summed weight of what waits."""

    def queue(self, item: T, answer: "Answer[R]", *, patient: bool = False) -> None:
        """Queue an item; its result, or the error of its batch, goes to `answer`."""
        weight = self._weigh(item)
        self._waiting.append((item, answer, weight))
        self.weight += weight
        self._pressing = self._pressing or not patient
        if self._task is None:
            if self._pressing:
                self._begin()
            elif self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._begin)

    async def drain(self) -> None:
        """Wait until nothing is left to commit."""
        while self._waiting or self._task is not None:
            await asyncio.wait({self._task or self._begin()})

    def _begin(self) -> "asyncio.Task[None]":
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # In a context of its own: a batch is not part of the trace or the deadline of whoever came first.
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        return self._task

    async def _run(self) -> None:
        try:
            self._pressing = True
            while self._pressing:
                batch = self._take()
                self._pressing = bool(self._waiting)
                await self._flush(batch)
        finally:
            self._task = None
            if self._waiting:
                self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._begin)

    def _take(self) -> "list[tuple[T, Answer[R], int]]":
        total = count = 0
        for _, _, weight in self._waiting:
            if count and total + weight > self._limit:
                break
            total += weight
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self.weight -= total
        return batch

    async def _flush(self, batch: "list[tuple[T, Answer[R], int]]") -> None:
        try:
            results = await self._commit([item for item, _, _ in batch])
            outcomes = list(zip(batch, results, strict=True))
        except Exception as error:  # noqa: BLE001 - whoever submitted decides what an error means
            outcomes = [(entry, error) for entry in batch]
        for (_, answer, _), outcome in outcomes:
            if answer.done():
                continue
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
