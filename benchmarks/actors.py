"""What an actor costs, beside a bare asyncio.Queue with its task and beside pykka's ThreadingActor."""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

import pykka

from agente_hotelero.actors.runtime import AsyncioActor, Request
from benchmarks.report import Row, interleaved, report

ACTORS: Final = 10_000
ROUNDS: Final = 5
ASKS: Final = 4_000
THREADS: Final = 200
IDLE: Final = 20_000
PAGE_BYTES: Final = 4_096

QUEUE: Final = "Queue + task"
ASYNCIO: Final = "AsyncioActor"
THREADING: Final = "pykka.ThreadingActor"


class Count(Request[int]):
    """Asks how many messages came so far."""

    __slots__ = ()


COUNT: Final = Count()


class Counter(AsyncioActor):
    """Counts, by a synchronous handler."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def on_receive(self, message: Any) -> int:  # noqa: ARG002 - any message counts
        """Count."""
        self.count += 1
        return self.count


class SlowCounter(Counter):
    """Counts, by a coroutine."""

    async def _count(self) -> int:
        self.count += 1
        return self.count

    def on_receive(self, message: Any) -> Any:  # noqa: ARG002 - any message counts
        """Count, later."""
        return self._count()


class ThreadCounter(pykka.ThreadingActor):
    """Counts, in a thread of its own."""

    use_daemon_thread = True

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def on_receive(self, message: Any) -> int:  # noqa: ARG002 - any message counts
        """Count."""
        self.count += 1
        return self.count


class QueueCounter:
    """What one would write without actors."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[object, asyncio.Future[int] | None]] = asyncio.Queue()
        self.count = 0
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            _, reply = await self.queue.get()
            self.count += 1
            if reply is not None:
                reply.set_result(self.count)

    def tell(self, message: object) -> None:
        """Send."""
        self.queue.put_nowait((message, None))

    async def ask(self, message: object) -> int:
        """Send, and await the answer."""
        reply: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.queue.put_nowait((message, reply))
        return await reply


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    return report("actors", measure(rounds=repetitions or (3 if quick else 7)))


def measure(*, rounds: int) -> list[Row]:
    """Measure tells, asks and memory."""
    return [*_tells(rounds), *_asks(rounds), *_memory(rounds)]


def _tells(repetitions: int) -> list[Row]:
    measure = f"tells over {ACTORS:,} actors"
    figures = interleaved(
        {QUEUE: partial(_run, tell_queues), ASYNCIO: partial(_run, tell_actors), THREADING: tell_threads},
        repetitions=repetitions,
    )
    wanted = {ASYNCIO: 1.5}
    return [
        Row(
            measure=measure,
            subject=subject if subject != THREADING else f"{subject} ({THREADS} of them)",
            value=value,
            unit="/s",
            ratio=value / figures[QUEUE],
            wanted=f"≥ {wanted[subject]} ×" if subject in wanted else "",
            met=value / figures[QUEUE] >= wanted[subject] if subject in wanted else None,
        )
        for subject, value in figures.items()
    ]


def _asks(repetitions: int) -> list[Row]:
    queue, plain, deep = f"{QUEUE} + Future", f"{ASYNCIO}, sync handler", f"{ASYNCIO}, coroutine and deadline"
    figures = interleaved(
        {
            queue: partial(_run, ask_queue),
            plain: partial(_run, ask_actor),
            deep: partial(_run, ask_slow_actor),
            THREADING: ask_thread,
        },
        repetitions=repetitions,
    )
    wanted = {plain: 1.2, deep: 2.0}
    return [
        Row(
            measure="ask, p50",
            subject=subject,
            value=value,
            unit="µs",
            ratio=value / figures[queue],
            wanted=f"≤ {wanted[subject]} ×" if subject in wanted else "",
            met=value / figures[queue] <= wanted[subject] if subject in wanted else None,
        )
        for subject, value in figures.items()
    ]


def _memory(repetitions: int) -> list[Row]:
    figures = interleaved(
        {QUEUE: partial(_run, weigh_queues), ASYNCIO: partial(_run, weigh_actors), THREADING: weigh_threads},
        repetitions=repetitions,
    )
    return [
        Row(
            measure="memory of an idle actor",
            subject=subject,
            value=value,
            unit="B",
            ratio=value / figures[QUEUE],
            wanted="≤ 600 B" if subject == ASYNCIO else "",
            met=value <= 600 if subject == ASYNCIO else None,
        )
        for subject, value in figures.items()
    ]


def _run(case: Callable[[], Coroutine[Any, Any, float]]) -> float:
    gc.collect()
    return asyncio.run(case())


async def tell_queues() -> float:
    counters = [QueueCounter() for _ in range(ACTORS)]
    await asyncio.sleep(0)
    rate = await _wake_each([counter.tell for counter in counters])
    assert sum(counter.count for counter in counters) == ACTORS * ROUNDS
    return rate


async def tell_actors() -> float:
    refs = [Counter.start() for _ in range(ACTORS)]
    rate = await _wake_each([ref.tell for ref in refs])
    assert await refs[-1].ask(COUNT) == ROUNDS + 1
    return rate


async def _wake_each(tells: list[Callable[[object], None]]) -> float:
    """Every message finds an idle receiver: the dearest way to send it."""
    begun = time.process_time()
    for _ in range(ROUNDS):
        for tell in tells:
            tell(COUNT)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return ACTORS * ROUNDS / (time.process_time() - begun)


def tell_threads() -> float:
    refs = [ThreadCounter.start() for _ in range(THREADS)]
    begun = time.process_time()
    for _ in range(ROUNDS * 5):
        for ref in refs:
            ref.tell(COUNT)
    for ref in refs:
        ref.ask(COUNT)
    spent = time.process_time() - begun
    _end(refs)
    return THREADS * (ROUNDS * 5 + 1) / spent


async def ask_queue() -> float:
    return await _p50(QueueCounter().ask)


async def ask_actor() -> float:
    return await _p50(Counter.start().ask)


async def ask_slow_actor() -> float:
    return await _p50(partial(SlowCounter.start().ask, timeout=5.0))


async def _p50(ask: Callable[[Any], Awaitable[int]]) -> float:
    spent = []
    for _ in range(ASKS):
        begun = time.perf_counter_ns()
        await ask(COUNT)
        spent.append(time.perf_counter_ns() - begun)
    return median(spent) / 1_000


def ask_thread() -> float:
    ref = ThreadCounter.start()
    spent = []
    for _ in range(ASKS // 4):
        begun = time.perf_counter_ns()
        ref.ask(COUNT)
        spent.append(time.perf_counter_ns() - begun)
    _end([ref])
    return median(spent) / 1_000


async def weigh_queues() -> float:
    return await _weigh(QueueCounter, 2_000)


async def weigh_actors() -> float:
    return await _weigh(Counter.start, IDLE)


async def _weigh(make: Callable[[], object], number: int) -> float:
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    made = [make() for _ in range(number)]
    await asyncio.sleep(0)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await _leave(made)
    # The list that holds them is ours, not theirs.
    return (after - before) / number - 8


async def _leave(made: list[Any]) -> None:
    for counter in made:
        if isinstance(counter, QueueCounter):
            counter.task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)


def weigh_threads() -> float:
    """Resident memory: a thread's stack is none of Python's business."""
    before = _resident_bytes()
    refs = [ThreadCounter.start() for _ in range(THREADS)]
    for ref in refs:
        ref.ask(COUNT)
    after = _resident_bytes()
    _end(refs)
    return (after - before) / THREADS


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def _end(refs: list[pykka.ActorRef[ThreadCounter]]) -> None:
    for ref in refs:
        ref.stop(block=False)
