"""Makes reservations in the PMS: one write at a time per hotel, read back before anybody hears «confirmed»."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from agente_hotelero.actors.runtime import AsyncioActor, Ref, note_unless_away
from agente_hotelero.actors.saga import Desk, Saga
from agente_hotelero.actors.saga_port import SagaJournal
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.pms.saga import Check, Settle
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

REST_SECONDS: Final = 2.0
"""After trouble with the database, or with one saga, before it is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """There may be new intents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDue:
    """The time to search again has come."""

    client_ref: ClientRef
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersInDoubt:
    """Checks that were scheduled may have come due unheard: search now, and schedule them anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The shards are another's: write nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagaHealth:
    """How many sagas are being worked on, and how many wait for a check."""

    under_way: int
    waiting: int


class ReservationActor(AsyncioActor):
    """One per hotel. Each saga is a task of its own, so the mailbox, and the guests, never wait for one of them."""

    def __init__(
        self,
        *,
        hotel: HotelId,
        journal: SagaJournal,
        gateway: Ref,
        now: Callable[[], datetime],
        rows_stored: Callable[[], None],
        handle_timers: Callable[[], None],
        metrics: Metrics,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        """`rows_stored` wakes the journal after an outcome, `handle_timers` the scheduler after a new timer."""
        super().__init__()
        self._desk = Desk(
            hotel=hotel,
            journal=journal,
            gateway=gateway,
            now=now,
            rows_stored=rows_stored,
            timers_set=handle_timers,
            metrics=metrics,
            writing=asyncio.Lock(),
        )
        self._rest_seconds = rest_seconds
        self._woken = asyncio.Event()
        self._active = False
        self._sagas: dict[ClientRef, asyncio.Task[Settle | Check | None]] = {}
        self._due: dict[ClientRef, int] = {}
        self._scheduled: dict[ClientRef, int] = {}
        self._left_alone: set[ClientRef] = set()
        self._just_ended: set[ClientRef] = set()
        self._looker: asyncio.Task[None] | None = None

    @property
    def health(self) -> SagaHealth:
        """What is in hand; plain, so that reading it waits for no mailbox."""
        return SagaHealth(under_way=len(self._sagas), waiting=len(self._scheduled))

    async def started(self) -> None:
        """Begin to look when woken."""
        self._looker = asyncio.create_task(self._look_when_woken())

    async def stopped(self) -> None:
        """Stop; a write in flight is found in `writing` at the next start, and searched for."""
        self._drop()
        if self._looker is not None:
            self._looker.cancel()

    def on_receive(self, message: Any) -> Any:
        """Note it and look."""
        match message:
            case Wake():
                self._active = True
                self._left_alone.clear()
                self._woken.set()
            case CheckDue(client_ref=client_ref, step=step):
                self._due[client_ref] = max(step, self._due.get(client_ref, 0))
                self._woken.set()
            case TimersInDoubt():
                self._scheduled.clear()
                self._woken.set()
            case Rest():
                self._active = False
                self._drop()
            case _:
                raise TypeError(f"ReservationActor does not take {type(message).__name__}")

    def _drop(self) -> None:
        for task in self._sagas.values():
            task.cancel()
        self._due.clear()
        self._scheduled.clear()
        self._left_alone.clear()

    async def _look_when_woken(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            self._just_ended.clear()
            try:
                rows = await self._desk.journal.unfinished(self._desk.hotel)
            except Exception as error:  # noqa: BLE001 - nobody else looks: one look's failure is not the last look
                note_unless_away("sagas_not_read", error)
                self._look_later()
            else:
                for row in rows:
                    if self._active and self._wants_work(row):
                        self._take(row)

    def _wants_work(self, row: SagaRow) -> bool:
        ref = row.client_ref
        # What ended while the rows were read may have been read from before its end: it is looked at once more.
        if ref in self._sagas or ref in self._left_alone or ref in self._just_ended:
            return False
        if row.state != "checking" or self._due.get(ref, 0) >= row.checks:
            return True
        # Seen for the first time, its timer may have fired into a process that died: search, and set it again.
        return self._scheduled.get(ref) != row.checks

    def _take(self, row: SagaRow) -> None:
        ref = row.client_ref
        saga = Saga(row, desk=self._desk, due=self._due.get(ref, 0))
        task = self._sagas[ref] = asyncio.create_task(saga.advance())
        task.add_done_callback(lambda done: self._ended(ref, done))

    def _ended(self, ref: ClientRef, task: "asyncio.Task[Settle | Check | None]") -> None:
        self._sagas.pop(ref, None)
        self._just_ended.add(ref)
        self._woken.set()
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._failed(ref, error)
            return
        match task.result():
            case Check(step=step):
                self._scheduled[ref] = step
            case Settle():
                self._scheduled.pop(ref, None)
                self._due.pop(ref, None)
            case None:
                self._left_alone.add(ref)

    def _failed(self, ref: ClientRef, error: BaseException) -> None:
        # One saga's trouble is not the others': it rests, and is read anew.
        if not isinstance(error, UnavailableError):
            log.error("saga_failed", hotel=self._desk.hotel, error=type(error).__name__)
        self._left_alone.add(ref)
        asyncio.get_running_loop().call_later(self._rest_seconds, self._rested, ref)

    def _rested(self, ref: ClientRef) -> None:
        self._left_alone.discard(ref)
        self._woken.set()

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(self._rest_seconds, self._woken.set)
