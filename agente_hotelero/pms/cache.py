"""Answers of the PMS kept for a moment, and one question asked once for many."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

CAPACITY: Final = 2_000


class AnswerCache:
    """Fresh for `fresh_seconds`; older answers only for callers that accept them while the PMS is away."""

    def __init__(self, *, fresh_seconds: float, clock: Callable[[], float], capacity: int = CAPACITY) -> None:
        """Keep at most `capacity` answers, the newest."""
        self._fresh_seconds = fresh_seconds
        self._clock = clock
        self._capacity = capacity
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._asking: dict[Hashable, asyncio.Future[Any]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def fresh(self, key: Hashable) -> Any | None:
        """Give a fresh answer, if there is one."""
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept[0] > self._fresh_seconds:
            return None
        return kept[1]

    def stale(self, key: Hashable) -> Any | None:
        """Give any answer, however old."""
        kept = self._kept.get(key)
        return None if kept is None else kept[1]

    def forget(self) -> None:
        """Drop everything, also what is being asked now: its answer may be from before."""
        self._kept = OrderedDict()
        self._asking = {}

    async def once(self, key: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask, unless somebody is asking the same: then wait for their answer. Cancelling one asker stops nobody."""
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(key, ask, self._kept))
            self._asking[key] = asking
            asking.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(asking)

    async def _ask(
        self,
        key: Hashable,
        ask: Callable[[], Awaitable[Any]],
        kept: "OrderedDict[Hashable, tuple[float, Any]]",
    ) -> Any:
        # The age counts from the question: the answer may have been true at any time since.
        asked_at = self._clock()
        answer = await ask()
        kept[key] = (asked_at, answer)
        kept.move_to_end(key)
        while len(kept) > self._capacity:
            kept.popitem(last=False)
        return answer

    def _asked(self, key: Hashable, done: "asyncio.Future[Any]") -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled():
            # Read, so that an answer which everybody stopped waiting for is no «exception never retrieved».
            done.exception()
