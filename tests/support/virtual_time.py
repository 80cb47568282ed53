"""An event loop whose clock jumps to the next timer when nothing is left to do: hours pass in no time, and exactly."""

import asyncio
import functools
import heapq
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, cast

from agente_hotelero.actors.commits import PATIENCE_SECONDS

P = ParamSpec("P")
GLANCE_SECONDS = 0.003
"""Real ones: a kernel under load hands a byte on a little later."""
BEGINNING = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Not for real input and output: while it would wait for those, its clock has jumped already."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncio's own signature
        """Wait for its threads for real: from Python 3.12 on asyncio sets itself a timer, to which this clock would jump."""
        executor = cast("Any", self)._default_executor
        if executor is not None:
            executor.shutdown(wait=True)

    def _run_once(self) -> None:
        scheduled = cast("list[asyncio.TimerHandle]", cast("Any", self)._scheduled)
        while scheduled and scheduled[0].cancelled():
            cast("Any", heapq.heappop(scheduled))._scheduled = False
            cast("Any", self)._timer_cancelled_count = max(0, cast("Any", self)._timer_cancelled_count - 1)
        if scheduled and not cast("Any", self)._ready and self._nothing_arrives():
            self._now = max(self._now, scheduled[0].when())
        cast("Any", super())._run_once()

    def _nothing_arrives(self) -> bool:
        """Whether only time can bring anything."""
        return True


class LoopbackTimeLoop(VirtualTimeLoop):
    """The same for connections whose both ends are on this loop: what one sent, the other can read at once.

    So nothing to read means that nothing is on its way, and the clock may jump.
    """

    def _nothing_arrives(self) -> bool:
        events = cast("Any", self)._selector.select(GLANCE_SECONDS)
        cast("Any", self)._process_events(events)
        return not cast("Any", self)._ready


def run(work: Coroutine[Any, Any, None], *, loop: type[VirtualTimeLoop] = VirtualTimeLoop) -> None:
    """Run to the end on a loop of its own; what never ends and waits for nothing is a failure, not a hang."""
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(_whole(work))


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    await work
    # A handler that was called and never begun would be complained about in another test.
    await until_idle()


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a test of an asynchronous function, run on that loop."""

    @functools.wraps(test)
    def timeless(*args: P.args, **kwargs: P.kwargs) -> None:
        run(test(*args, **kwargs))

    return timeless


def over_loopback(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """The same for tests whose client and server talk to each other on that loop."""

    @functools.wraps(test)
    def timeless(*args: P.args, **kwargs: P.kwargs) -> None:
        run(test(*args, **kwargs), loop=LoopbackTimeLoop)

    return timeless


def clock() -> float:
    """Monotonic seconds of the running loop."""
    return asyncio.get_running_loop().time()


def now() -> datetime:
    """Wall clock of the running loop."""
    return BEGINNING + timedelta(seconds=clock())


async def until_idle() -> None:
    """Let everything happen that needs no time to pass."""
    for _ in range(50):
        await asyncio.sleep(0)


async def until_marked() -> None:
    """The same, and what waits for another commit to go with."""
    await until_idle()
    await asyncio.sleep(PATIENCE_SECONDS)
    await until_idle()
