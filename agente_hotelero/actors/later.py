"""Messages that the guest's own side does not take now: how long each waits, and when a person gets it instead."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from agente_hotelero.channels.port import FailureClass, SendFailedError
from agente_hotelero.model.journal import SECOND_TRY, OutboxRow
from agente_hotelero.model.messages import Template
from agente_hotelero.telemetry.metrics import Metrics

FIRST_SECONDS: Final = 90.0
"""Greylists want a minute."""
LONGEST_SECONDS: Final = 30 * 60.0
PATIENCE: Final = timedelta(days=4)
"""RFC 5321, 4.5.4.1: to give up takes four or five days."""
WHY: Final[Mapping[FailureClass, str]] = {
    FailureClass.DEFERRED: "su servidor de correo pide esperar",
    FailureClass.UNREACHABLE: SECOND_TRY,
}
"""What stands at a message while it waits."""


def seconds_until(row: OutboxRow, error: SendFailedError, *, now: datetime) -> float | None:
    """How long a message waits after this failure; None where it has waited enough."""
    if error.failure is FailureClass.UNREACHABLE:
        # A template costs money, and comes unasked: never twice by itself.
        once_more = not row.deferred and not isinstance(row.message, Template)
        return LONGEST_SECONDS if once_more else None
    if now - (row.made_at or now) >= PATIENCE:
        return None
    grown = FIRST_SECONDS * 2.0 ** min(max(row.attempts - 1, 0), 10)
    return max(error.retry_after_seconds or 0.0, min(LONGEST_SECONDS, grown))


class Waiting:
    """One guest's, for a message that waits for them; `behind` counts it and what is to come after it."""

    def __init__(self, *, now: Callable[[], datetime], metrics: Metrics) -> None:
        self._now = now
        self._gauge = metrics.outbox_deferred

    async def rest(self, row: OutboxRow, news: asyncio.Event, *, behind: int) -> None:
        """Wait until its time has come, or there is more for the same guest: who writes to us may be reached again."""
        seconds = 0.0 if row.next_at is None else (row.next_at - self._now()).total_seconds()
        news.clear()
        self._gauge.inc(behind)
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await news.wait()
        except TimeoutError:
            return
        finally:
            self._gauge.dec(behind)
