import asyncio
from collections.abc import Callable

import pytest

from agente_hotelero.actors.deadlines import AskTimeoutError, DeadlineWheel


class Timers:
    """A loop's clock and timers, turned by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.calls: dict[asyncio.TimerHandle, Callable[[], None]] = {}
        self.wheel = DeadlineWheel(clock=lambda: self.now, at=self._at)

    def _at(self, when: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, call, (), asyncio.get_running_loop())
        self.calls[handle] = call
        return handle

    @property
    def armed(self) -> list[float]:
        return [handle.when() for handle in self.calls if not handle.cancelled()]

    def go_to(self, now: float) -> None:
        self.now = now
        due = [handle for handle in self.calls if not handle.cancelled() and handle.when() <= now]
        for handle in due:
            self.calls.pop(handle)()


@pytest.fixture
async def timers() -> Timers:
    return Timers()


def reply() -> asyncio.Future[object]:
    return asyncio.get_running_loop().create_future()


async def test_a_future_fails_within_a_tick_of_its_deadline_and_never_before(timers: Timers) -> None:
    future = reply()
    timers.wheel.watch(future, 101.0)
    timers.go_to(100.999)
    assert not future.done()
    timers.go_to(101.01)
    with pytest.raises(AskTimeoutError):
        future.result()


async def test_futures_of_one_tick_share_a_timer(timers: Timers) -> None:
    futures = [reply() for _ in range(100)]
    for future in futures:
        timers.wheel.watch(future, 101.0)
    assert len(timers.armed) == 1
    timers.go_to(102.0)
    assert all(isinstance(future.exception(), AskTimeoutError) for future in futures)


async def test_a_nearer_deadline_moves_the_timer_forward(timers: Timers) -> None:
    late, soon = reply(), reply()
    timers.wheel.watch(late, 105.0)
    timers.wheel.watch(soon, 101.0)
    timers.go_to(102.0)
    assert soon.done()
    assert not late.done()
    timers.go_to(106.0)
    assert isinstance(late.exception(), AskTimeoutError)


async def test_an_answered_future_keeps_its_answer(timers: Timers) -> None:
    future = reply()
    timers.wheel.watch(future, 101.0)
    future.set_result("in time")
    timers.go_to(102.0)
    assert future.result() == "in time"


async def test_whoever_answers_takes_the_future_out_of_its_bucket(timers: Timers) -> None:
    future = reply()
    bucket = timers.wheel.watch(future, 101.0)
    bucket.discard(future)
    timers.go_to(102.0)
    assert not future.done()
    future.cancel()


async def test_a_deadline_that_is_past_already_fails_at_the_next_turn(timers: Timers) -> None:
    future = reply()
    timers.wheel.watch(future, 90.0)
    timers.go_to(100.0)
    assert isinstance(future.exception(), AskTimeoutError)


async def test_a_timer_that_the_loop_calls_a_little_early_still_finds_its_bucket_due(timers: Timers) -> None:
    future = reply()
    timers.wheel.watch(future, 101.0)
    [handle] = timers.calls
    timers.now = handle.when() - 1e-9
    timers.calls.pop(handle)()
    assert isinstance(future.exception(), AskTimeoutError)


async def test_nothing_is_armed_when_nobody_waits(timers: Timers) -> None:
    future = reply()
    timers.wheel.watch(future, 101.0)
    timers.go_to(102.0)
    assert isinstance(future.exception(), AskTimeoutError)
    assert timers.armed == []
