"""How the server goes wrong: faults that are used up one per request, and switches that hold until they are changed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from tests.fakes.qloapps.wire import EMPTY_500, FATAL_200, HTML, Answer

Kind = Literal[
    "fatal_200",
    "empty_500",
    "html_500",
    "error_503",
    "error_503_retry_after",
    "error_429",
    "slow",
    "hang",
    "hang_after",
    "reset",
    "reset_after",
    "done_late",
    "wrong_json",
]
RaceOutcome = Literal["silent_loser", "double_sale", "refused", "no_rooms"]
"""What becomes of a booking whose room was taken between its check and its insert. `no_rooms` is for PUT alone: 200, and
the booking has no room any more."""

OOPS: Final = (
    b'<!DOCTYPE html>\n<html lang="en"><body><h2><span>500</span> Server Error</h2>\n'
    b"<p>Oops, something went wrong.</p></body></html>\n"
)
BUSY: Final = b"<!DOCTYPE HTML><html><head><title>Busy</title></head><body><h1>Try again later</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """For the first request that `method` and `resource` fit (None: any).

    `seconds`: how slow, how late (None: `done_late` waits for `finish_late`), or the Retry-After. `after`: a canned
    answer comes when the work was done, instead of in its place.
    """

    kind: Kind
    method: str | None = None
    resource: str | None = None
    seconds: float | None = None
    after: bool = False

    def fits(self, method: str, resource: str) -> bool:
        return self.method in {None, method} and self.resource in {None, resource}

    def canned(self) -> Answer | None:
        wait = {"Retry-After": f"{2 if self.seconds is None else self.seconds:g}"}
        answers = {
            "fatal_200": FATAL_200,
            "empty_500": EMPTY_500,
            "html_500": Answer(500, OOPS, HTML, webservice=False),
            "error_503": Answer(503, BUSY, HTML, webservice=False),
            "error_503_retry_after": Answer(503, BUSY, HTML, wait, webservice=False),
            "error_429": Answer(429, BUSY, HTML, wait, webservice=False),
        }
        return answers.get(self.kind)


@dataclass(slots=True, kw_only=True)
class Switches:
    """All that a test may turn while the server runs."""

    faults: deque[Fault] = field(default_factory=deque)
    notices: bool = False
    """PHP's notices end in a 500, after the work was done."""
    mails: bool = False
    """1.6.1 writes to guest and hotel inside the POST."""
    race: RaceOutcome | Iterator[RaceOutcome] = "silent_loser"
    race_window: float = 0.0
    """Seconds between a booking's check and its insert; even 0 lets others in."""
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """Awaited between a booking's check and its insert. `asyncio.Barrier(2).wait` makes a race that happens for certain."""
    price_mismatch: Decimal = Decimal(0)
    """What every booked room costs more than the rates say, without tax."""

    def take(self, method: str, resource: str) -> Fault | None:
        fault = next((each for each in self.faults if each.fits(method, resource)), None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    async def between_check_and_insert(self) -> None:
        await asyncio.sleep(self.race_window)
        if self.meanwhile is not None:
            await self.meanwhile()

    def next_race(self) -> RaceOutcome:
        return self.race if isinstance(self.race, str) else next(self.race)
