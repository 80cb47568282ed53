"""One account's way out, for all of its guests: its pace, its pauses, and who tries whether it is passable again."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Final

import structlog

from agente_hotelero.actors.pacing import GuestPaces, Pace
from agente_hotelero.model.ids import Account, GuestId
from agente_hotelero.model.lines import Line
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

IN_FLIGHT: Final = 64
STRIKES: Final = 3
"""Failures in a row after which one message at a time tries the account."""
RETRY_CAP_SECONDS: Final = 10.0
"""Soon after the end of an outage everything goes on."""
AUTH_PAUSE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadHealth:
    """`refused` is whether a person has to look at the account."""

    refused: bool
    failures_in_a_row: int
    paused_seconds: float
    messages_per_second: float


class Road:
    """What fails here concerns everybody; what is one guest's concerns only them."""

    def __init__(self, account: Account, *, line: Line, metrics: Metrics) -> None:
        self.pace = Pace(line)
        self.refused = False
        """The account's token is refused: readiness details and the on-call engineer want to know."""
        self._account = account
        self._metrics = metrics
        self._guests = GuestPaces(line)
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._one_at_a_time = asyncio.Lock()
        self._strikes = 0
        self._paused_until = 0.0
        self._stopped = metrics.channel_stopped.labels(account.channel, account.hotel, account.name)
        self._stopped.set(0)

    @property
    def is_open(self) -> bool:
        """Whether somebody's message would be POSTed this moment."""
        now = self._time()
        return (
            self._strikes < STRIKES and self._paused_until <= now and not self._slots.locked() and self.pace.ready(now)
        )

    @property
    def takes_others(self) -> bool:
        """Whether the last message that was tried got through."""
        return self._strikes == 0

    @property
    def health(self) -> RoadHealth:
        """How it is this moment."""
        now = self._time()
        return RoadHealth(
            refused=self.refused,
            failures_in_a_row=self._strikes,
            paused_seconds=round(max(0.0, self._paused_until - now), 1),
            messages_per_second=self.pace.per_second(now),
        )

    def is_free(self, guest: GuestId) -> bool:
        """Whether this guest's would."""
        return self.is_open and self._guests.wait(guest, self._time()) <= 0

    @asynccontextmanager
    async def place(self, guest: GuestId, *, seconds: float) -> AsyncIterator[None]:
        """Wait until a row's time has come in `seconds`, its guest may get more, nothing is paused, and there is room for one POST."""
        if seconds > 0:
            await asyncio.sleep(seconds)
        if (seconds := self._guests.wait(guest, self._time())) > 0:
            self._metrics.rate_limited_total.labels(where="guest").inc()
            await asyncio.sleep(seconds)
        while True:
            while (seconds := self._paused_until - self._time()) > 0:  # noqa: ASYNC110 - another guest's failure may prolong the pause
                await asyncio.sleep(seconds)
            probing = self._strikes >= STRIKES
            async with self._slots, self._one_at_a_time if probing else nullcontext():
                if (seconds := self.pace.reserve(self._time())) > 0:
                    await asyncio.sleep(seconds)
                # Whoever was before us in the queue may have found out how the account is.
                if self._paused_until > self._time() or (probing and self._strikes < STRIKES):
                    continue
                self._guests.take(guest, self._time())
                yield
                return

    def accepted(self, guest: GuestId, *, busy_percent: float) -> None:
        """A message was taken, with word of how much of what is allowed is used."""
        self._strikes = 0
        if self.refused:
            self._well()
        self.pace.accepted()
        self._guests.accepted(guest)
        if busy_percent:
            self.pace.used(busy_percent, self._time())

    def strike(self) -> float:
        """Count a failure of the account; answers how long to wait."""
        self._strikes += 1
        longest: float = min(RETRY_CAP_SECONDS, 0.2 * 2 ** min(self._strikes, 10))
        seconds = longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        if self._strikes >= STRIKES:
            self._pause(seconds)
        return seconds

    def too_fast(self, retry_after_seconds: float | None) -> float:
        """Pause, and go on more slowly; answers how long."""
        self._metrics.rate_limited_total.labels(where=self._account.channel.value).inc()
        self.pace.refused(self._time())
        seconds = retry_after_seconds or self.strike()
        self._pause(seconds)
        return seconds

    def too_many(self, guest: GuestId, retry_after_seconds: float | None) -> float:
        """This guest got too many; answers how long only they wait."""
        self._metrics.rate_limited_total.labels(where="guest").inc()
        return max(retry_after_seconds or 0.0, self._guests.refused(guest))

    def stop(self, code: int | None) -> None:
        """Token or account need a person; what waits stays in the outbox, and one message at a time tries again."""
        self.refused = True
        self._stopped.set(1)
        log.error("channel_refuses_our_token", account_channel=self._account.channel.value, code=code)
        self._strikes = max(self._strikes, STRIKES)
        self._pause(AUTH_PAUSE_SECONDS)

    def renew(self, line: Line) -> None:
        """What it was paused for may be over; messages that were refused wait for their own time."""
        self.pace.follow(line)
        self._guests.follow(line)
        self._strikes = 0
        self._paused_until = 0.0
        self._well()

    def _well(self) -> None:
        self.refused = False
        self._stopped.set(0)

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self._time() + seconds)

    def _time(self) -> float:
        return asyncio.get_running_loop().time()
