"""One PMS write from its intent to its outcome: searches, writes, reads back, and tells the guest how it went."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain, repeat
from typing import Any, Final, cast

import structlog

from agente_hotelero.actors import pms_gateway
from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError, Ref, Request
from agente_hotelero.actors.saga_port import SagaJournal
from agente_hotelero.errors import OverloadedError, PmsUnavailableError, RefusedError, UnavailableError
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.model.stays import LateCheckout, PmsReservation, ReservationRequest
from agente_hotelero.pms.saga import (
    PATIENCE_SECONDS,
    Check,
    Settle,
    Step,
    Tidy,
    Write,
    Written,
    after_cancel_search,
    after_late_search,
    after_search,
    given_up,
)
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

AWAY_SECONDS: Final = (1.0, 2.0, 4.0, 8.0, 10.0)
"""Pauses between attempts while the PMS is away; the last repeats. Its breaker allows a trial every 10 s."""
SOLD_TWICE_NOTE: Final = (
    "El sistema vendió esta habitación dos veces en las mismas noches: hay que mover a uno de los dos."
)
PMS_AWAY: Final = (PmsUnavailableError, OverloadedError, AskTimeoutError, ActorStoppedError)


class NotOursError(Exception):
    """The journal refuses the write: the saga is settled, or the shards are another process's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all sagas of one hotel share; `writing` lets one of them write at a time."""

    hotel: HotelId
    journal: SagaJournal
    gateway: Ref
    now: Callable[[], datetime]
    rows_stored: Callable[[], None]
    timers_set: Callable[[], None]
    metrics: Metrics
    writing: asyncio.Lock


class Saga:
    """Takes one row as far as it goes now; `due` is the check that the scheduler called, 0 for none."""

    def __init__(self, row: SagaRow, *, desk: Desk, due: int) -> None:
        self._row = row
        self._desk = desk
        self._due = due
        # Found in `writing` or `checking`: somebody called the PMS before us, and what it did is to be found out.
        untouched = row.state == "intended" or row.kind != "reserve"
        self._written = Written.NOT_YET if untouched else Written.UNKNOWN
        self._tidied = False
        self._told = row.state == "checking" or row.outcome is not None
        self._telling = asyncio.Lock()

    async def advance(self) -> Settle | Check | None:
        """Work until it is settled or waits for a check; None if it is not ours to write.

        Raises StorageUnavailableError: then the row must be read again, nothing here is sure any more.
        """
        patience = asyncio.create_task(self._lose_patience())
        try:
            return await self._persist()
        except NotOursError:
            return None
        finally:
            patience.cancel()

    async def _persist(self) -> Settle | Check:
        for pause in chain(AWAY_SECONDS, repeat(AWAY_SECONDS[-1])):
            try:
                return await self._go()
            except PMS_AWAY:
                end = given_up(self._row, age_seconds=self._age_seconds())
            if end is not None:
                await self._conclude(end)
                return _rest_of(end)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
        raise AssertionError("repeat() never ends")

    async def _go(self) -> Settle | Check:
        step = await self._decide()
        while True:
            match step:
                case Write():
                    await self._write()
                case Tidy(surplus=surplus):
                    await self._tidy(surplus)
                case Settle() | Check():
                    await self._conclude(step)
                    return _rest_of(step)
            step = await self._decide()

    async def _decide(self) -> Step:
        row, gateway = self._row, self._desk.gateway
        if row.kind != "reserve":
            one = await gateway.ask(pms_gateway.FindReservation(code=row.code or ""))
            decide = after_cancel_search if row.kind == "cancel" else after_late_search
            return decide(row, one, written=self._written, due=self._due)
        # Searched before the first write too: it proves that the PMS answers, while nothing is at stake yet.
        found = await gateway.ask(pms_gateway.FindByReference(client_ref=row.client_ref))
        return after_search(row, found, written=self._written, due=self._due, tidied=self._tidied)

    async def _write(self) -> None:
        async with self._desk.writing:
            too_late = given_up(self._row, age_seconds=self._age_seconds()) is not None
            if too_late or not await self._desk.gateway.ask(pms_gateway.CanWrite()):
                raise PmsUnavailableError("the PMS (for writes)")
            begun = await self._desk.journal.begin_write(self._row.client_ref)
            if begun is None:
                raise NotOursError
            self._row, self._written = begun, Written.UNKNOWN
            self._written = await self._call(begun)

    async def _call(self, row: SagaRow) -> Written:
        try:
            answer = await self._desk.gateway.ask(_order(row))
        except RefusedError:
            return Written.REFUSED
        except PMS_AWAY:
            return Written.UNKNOWN
        return Written.NOTED if answer is LateCheckout.NOTED else Written.ANSWERED

    async def _tidy(self, surplus: Sequence[PmsReservation]) -> None:
        self._tidied = True
        for one in surplus:
            log.warning("surplus_reservation", hotel=self._desk.hotel)
            try:
                await self._desk.gateway.ask(pms_gateway.Cancel(code=one.code))
            except (RefusedError, *PMS_AWAY) as error:
                # The next search tells whether it is still there.
                log.warning("surplus_not_cancelled", hotel=self._desk.hotel, error=type(error).__name__)

    async def _conclude(self, step: Settle | Check) -> None:
        match step:
            case Check(step=number, seconds=seconds):
                await self._tell_delay()
                due_at = self._desk.now() + timedelta(seconds=seconds)
                await self._desk.journal.schedule_check(self._row.client_ref, due_at=due_at, step=number)
                self._desk.timers_set()
            case Settle(then=then, left_over=left_over):
                await self._tell(step, final=then is None and not left_over)
                await self._leave_note(step)
                if left_over:
                    log.error("surplus_reservation_left", hotel=self._desk.hotel, count=len(left_over))
                    self._desk.metrics.reservations_total.labels(outcome="surplus_left").inc(len(left_over))
                    await self._settle(SagaOutcome.LEFT_OVER, left_over[0], final=True)
                elif then is not None:
                    await self._conclude(then)

    async def _tell(self, step: Settle, *, final: bool) -> None:
        """From here on nobody is told that it takes longer."""
        async with self._telling:
            await self._settle(step.outcome, step.reservation, final=final)
            self._told = True

    async def _leave_note(self, told: Settle) -> None:
        """Who works in the PMS learns there that a room was sold twice; the hand-off does not depend on it."""
        if told.reservation is None or not told.reservation.sold_twice:
            return
        try:
            await self._desk.gateway.ask(pms_gateway.Note(code=told.reservation.code, text=SOLD_TWICE_NOTE))
        except (RefusedError, *PMS_AWAY) as error:
            log.warning("note_not_left", hotel=self._desk.hotel, error=type(error).__name__)

    async def _lose_patience(self) -> None:
        """Whatever it waits for (a place, the PMS, another guest's write), the guest hears that it takes longer."""
        await asyncio.sleep(max(0.0, PATIENCE_SECONDS - self._age_seconds()))
        try:
            await self._tell_delay()
        except UnavailableError:
            log.info("delay_not_told", hotel=self._desk.hotel)

    async def _tell_delay(self) -> None:
        async with self._telling:
            if not self._told:
                await self._settle(SagaOutcome.DELAYED, None, final=False)
                self._told = True

    async def _settle(self, outcome: SagaOutcome, reservation: PmsReservation | None, *, final: bool) -> None:
        row = self._row
        quoted = None if row.request is None else row.request.total
        await self._desk.journal.settle(row.client_ref, outcome, reservation, quoted=quoted, final=final)
        if outcome is row.outcome:
            # It was told when it happened; this only closes the books.
            return
        self._desk.metrics.reservations_total.labels(outcome=outcome.value).inc()
        log.info("saga_told", hotel=self._desk.hotel, outcome=outcome.value, final=final)
        self._desk.rows_stored()

    def _age_seconds(self) -> float:
        return (self._desk.now() - self._row.created_at).total_seconds()


def _rest_of(step: Settle | Check) -> Settle | Check:
    """What remains of the saga after it was told: the look that comes next, or nothing."""
    return step.then if isinstance(step, Settle) and step.then is not None else step


def _order(row: SagaRow) -> Request[Any]:
    match row.kind:
        case "reserve":
            return pms_gateway.Reserve(request=cast("ReservationRequest", row.request))
        case "cancel":
            return pms_gateway.Cancel(code=row.code or "")
        case "late_checkout":
            return pms_gateway.WriteLateCheckout(code=row.code or "", until=cast("time", row.leaves_at))
