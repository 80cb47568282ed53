"""Many short waits, one timer."""

import asyncio
from functools import partial
from typing import Any, cast

from agente_hotelero.actors.wheel import TICK_SECONDS, Wheel
from tests.support.virtual_time import clock, in_virtual_time


@in_virtual_time
async def test_each_is_called_within_a_tick_and_never_early() -> None:
    wheel, came = Wheel(), dict[float, float]()
    waits = (0.7, 0.31, 0.7001, 1.5, 0.012)

    def note(seconds: float) -> None:
        came[seconds] = clock()

    for seconds in waits:
        wheel.put(seconds, partial(note, seconds))
    await asyncio.sleep(2)
    assert came.keys() == set(waits)
    assert all(0 <= at - seconds <= TICK_SECONDS + 1e-9 for seconds, at in came.items())


@in_virtual_time
async def test_a_thousand_waits_are_one_timer_of_the_loop() -> None:
    wheel, called = Wheel(), list[int]()
    scheduled = cast("list[asyncio.TimerHandle]", cast("Any", asyncio.get_running_loop())._scheduled)
    before = len(scheduled)
    for number in range(1_000):
        wheel.put(0.7 + number % 7 * 0.1, partial(called.append, number))
    assert len(scheduled) - before == 1
    await asyncio.sleep(2)
    assert sorted(called) == list(range(1_000))


@in_virtual_time
async def test_a_sooner_wait_comes_first_and_one_that_waits_again_is_called_again() -> None:
    wheel, called = Wheel(), list[str]()
    wheel.put(1.0, lambda: called.append("later"))

    def again() -> None:
        called.append("soon")
        wheel.put(1.0, lambda: called.append("again"))

    wheel.put(0.2, again)
    await asyncio.sleep(2)
    assert called == ["soon", "later", "again"]


@in_virtual_time
async def test_a_stopped_wheel_calls_nobody() -> None:
    wheel, called = Wheel(), list[int]()
    wheel.put(0.1, lambda: called.append(1))
    wheel.stop()
    await asyncio.sleep(1)
    assert called == []
