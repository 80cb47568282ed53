"""Turns due timers into events: sleeps until the next one, and is woken by an earlier one."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.runtime import AsyncioActor, note_unless_away
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.journal import DueWrite

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 60.0
"""At the latest; covers a clock that was set and a timer that another process left."""
RETRY_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 0.05
"""After firing, for what is left; the database's clock decides, and it may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """There is a timer due at `due_at`; None is «look»."""

    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The shards are another's: fire nothing."""


class SchedulerActor(AsyncioActor):
    """Owns no timer itself: the table does, so a crash forgets none."""

    def __init__(
        self,
        *,
        timers: ports.Timers,
        now: Callable[[], datetime],
        rows_stored: Callable[[], None],
        write_due: Callable[[DueWrite], None],
        in_doubt: Callable[[], None],
    ) -> None:
        """`rows_stored` wakes the journal, `write_due` a saga; `in_doubt`: timers may have fired without our hearing of it."""
        super().__init__()
        self._timers = timers
        self._now = now
        self._rows_stored = rows_stored
        self._write_due = write_due
        self._in_doubt = in_doubt
        self._armed = asyncio.Event()
        self._active = False
        self._next: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def started(self) -> None:
        """Begin to watch the clock."""
        self._task = asyncio.create_task(self._watch())

    async def stopped(self) -> None:
        """Stop watching; the table keeps everything."""
        if self._task is not None:
            self._task.cancel()

    def on_receive(self, message: Any) -> Any:
        """An earlier timer wakes the watch."""
        match message:
            case Arm(due_at=due_at):
                return self._arm(due_at)
            case Rest():
                self._active = False
                return None
            case _:
                raise TypeError(f"SchedulerActor does not take {type(message).__name__}")

    def _arm(self, due_at: datetime | None) -> None:
        self._active = True
        if due_at is None or self._next is None or due_at < self._next:
            self._armed.set()

    async def _watch(self) -> None:
        while True:
            seconds = LOOK_SECONDS
            if self._active:
                try:
                    seconds = await self._fire()
                except Exception as error:  # noqa: BLE001 - one look's failure is not the last look: nobody else watches the clock
                    seconds = RETRY_SECONDS
                    note_unless_away("timers_not_fired", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._armed.wait()
            self._armed.clear()

    async def _fire(self) -> float:
        """Fire what is due; answers the seconds until the next."""
        # Until the answer is here, every new timer may be earlier than what it says.
        self._next = None
        self._next = await self._timers.next_due()
        if self._next is None:
            return LOOK_SECONDS
        seconds = (self._next - self._now()).total_seconds()
        if seconds > 0:
            return min(seconds, LOOK_SECONDS)
        try:
            for write in await self._timers.fire():
                self._write_due(write)
        except UnavailableError:
            # They may be gone from the table, and their sagas would wait for them for ever.
            self._in_doubt()
            raise
        finally:
            self._rows_stored()
        return AGAIN_SECONDS
