"""What watches the event loop itself: the end of a process whose loop stands still."""

import asyncio
import faulthandler
import sys
from collections.abc import Callable
from typing import Final, Protocol, TextIO

LIMIT_SECONDS: Final = 30.0
BEATS_PER_LIMIT: Final = 10
LONGEST_BEAT_SECONDS: Final = 1.0


class Alarm(Protocol):
    """faulthandler.dump_traceback_later, or what stands in for it."""

    def __call__(self, timeout: float, *, exit: bool, file: TextIO) -> None:  # noqa: A002 - faulthandler's own word
        """Dump all stacks and end the process after that many seconds, unless wound up again before."""
        ...


class Watchdog:
    """Ends the process with code 1, all stacks on stderr, when the loop has stood still for too long.

    The thread that waits is faulthandler's: it is written in C and needs no GIL, so it also ends a process
    that is lost inside a regular expression. The loop winds it up again at every beat.
    A process that was suspended for longer than the limit ends too; the journal makes that safe.
    """

    def __init__(
        self,
        *,
        limit_seconds: float = LIMIT_SECONDS,
        file: TextIO = sys.stderr,
        alarm: Alarm = faulthandler.dump_traceback_later,
        disarm: Callable[[], None] = faulthandler.cancel_dump_traceback_later,
    ) -> None:
        """`file` must have a file descriptor."""
        self._limit = limit_seconds
        self._beat_seconds = min(LONGEST_BEAT_SECONDS, limit_seconds / BEATS_PER_LIMIT)
        self._file = file
        self._alarm = alarm
        self._disarm = disarm
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Watch the running loop; a process has one watchdog."""
        self._beat()

    def stop(self) -> None:
        """Let the loop stand still."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._disarm()

    def _beat(self) -> None:
        self._alarm(self._limit, exit=True, file=self._file)
        self._timer = asyncio.get_running_loop().call_later(self._beat_seconds, self._beat)
