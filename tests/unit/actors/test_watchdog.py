import asyncio
import sys
from typing import TextIO

from agente_hotelero.actors.watchdog import Watchdog


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
