"""Natural group commit: what arrives while one batch commits is the next batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class GroupCommit(Generic[T, R]):
    """A lane with one commit at a time; an idle lane commits at once, a busy one gathers.

    There is no window: gathering costs no latency, because it happens only while a commit runs anyway.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        batch_limit: int,
        weigh: Callable[[T], int] = lambda _: 1,
    ) -> None:
        """`commit` answers one result per item, in order; `batch_limit` bounds the items' summed weight."""
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
            self._task = asyncio.create_task(self._run())
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
        except Exception as error:  # noqa: BLE001 - whoever submitted decides what an error means
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
