"""Natural group commit: what arrives while one batch commits is the next batch."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from agente_hotelero.errors import UnavailableError

T = TypeVar("T")
R = TypeVar("R")


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

    There is no window: gathering costs no latency, because it happens only while a commit runs anyway.
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
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None
        self.weight = 0
        """Summed weight of what waits."""

    def submit(self, item: T) -> "asyncio.Future[R]":
        """Queue an item; the future resolves with its result, or with the error of its batch."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self.weight += self._weigh(item)
        if self._task is None:
            # In a context of its own: a batch is not part of the trace or the deadline of whoever came first.
            self._task = asyncio.create_task(self._run(), context=contextvars.Context())
        return future

    async def drain(self) -> None:
        """Wait until nothing is left to commit."""
        while self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._flush(self._take())
        finally:
            self._task = None

    def _take(self) -> list[tuple[T, "asyncio.Future[R]"]]:
        total = count = 0
        for item, _ in self._waiting:
            total += self._weigh(item)
            if count and total > self._limit:
                total -= self._weigh(item)
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self.weight -= total
        return batch

    async def _flush(self, batch: "list[tuple[T, asyncio.Future[R]]]") -> None:
        try:
            results = await self._commit([item for item, _ in batch])
            outcomes = list(zip(batch, results, strict=True))
        except Exception as error:  # noqa: BLE001 - whoever submitted decides what an error means
            outcomes = [(entry, error) for entry in batch]
        for (_, future), outcome in outcomes:
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
