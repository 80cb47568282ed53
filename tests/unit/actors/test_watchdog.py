import asyncio
import sys
import time
from typing import TextIO

from agente_hotelero.actors.watchdog import LoopLag, Watchdog


class Faulthandler:
    """Notes how it was wound up."""

    def __init__(self) -> None:
        self.armed: list[tuple[float, bool, TextIO]] = []
        self.disarmed = 0
        self.twice = asyncio.Event()

    def arm(self, timeout: float, *, exit: bool, file: TextIO) -> None:  # noqa: A002 - as faulthandler has it
        self.armed.append((timeout, exit, file))
        if len(self.armed) == 2:
            self.twice.set()

    def disarm(self) -> None:
        self.disarmed += 1


async def test_every_beat_of_the_loop_winds_the_alarm_up_again() -> None:
    faulthandler = Faulthandler()
    watchdog = Watchdog(limit_seconds=0.05, file=sys.stderr, alarm=faulthandler.arm, disarm=faulthandler.disarm)
    watchdog.start()
    await faulthandler.twice.wait()
    watchdog.stop()
    assert faulthandler.armed[:2] == [(0.05, True, sys.stderr)] * 2
    assert faulthandler.disarmed == 1


async def test_a_stopped_watchdog_beats_no_more() -> None:
    faulthandler = Faulthandler()
    watchdog = Watchdog(limit_seconds=0.01, alarm=faulthandler.arm, disarm=faulthandler.disarm)
    watchdog.start()
    watchdog.stop()
    watchdog.stop()
    await asyncio.sleep(0.01)
    assert len(faulthandler.armed) == 1


async def test_the_lag_is_how_late_a_timer_ran() -> None:
    heard: asyncio.Queue[float] = asyncio.Queue()
    lag = LoopLag(interval_seconds=0.01, on_lag=heard.put_nowait)
    lag.start()
    await asyncio.sleep(0)
    time.sleep(0.1)  # noqa: ASYNC251 - the loop must stand still
    assert await heard.get() >= 0.08
    assert lag.seconds >= 0.08
    lag.stop()
    lag.stop()


async def test_an_idle_loop_lags_by_next_to_nothing() -> None:
    heard: asyncio.Queue[float] = asyncio.Queue()
    lag = LoopLag(interval_seconds=0.001, on_lag=heard.put_nowait)
    lag.start()
    assert min([await heard.get() for _ in range(20)]) < 0.02
    lag.stop()
