"""The saga's journal in memory: rows, timers and the events that guests were told, and a database that may be away."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef, GuestId, HotelId
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation, ReservationRequest


@dataclass(frozen=True, slots=True)
class Told:
    """An event in a guest's inbox."""

    client_ref: ClientRef
    outcome: SagaOutcome
    reservation: PmsReservation | None
    at: datetime


class FakeSagaJournal:
    """Implements SagaJournal. `outages` are used up one per call: True fails before, False after the commit."""

    def __init__(self, *, hotel: HotelId, now: Callable[[], datetime]) -> None:
        self._hotel = hotel
        self._now = now
        self._rows: dict[ClientRef, SagaRow] = {}
        self._last: dict[ClientRef, SagaOutcome] = {}
        self._settled: set[ClientRef] = set()
        self.timers: dict[tuple[ClientRef, int], datetime] = {}
        self.told: list[Told] = []
        self.outages: deque[bool | None] = deque()
        self.fenced = False
        self.on_told: Callable[[Told], None] = lambda told: None
        self.latency_seconds = 0.0
        self.answer_seconds = 0.0
        """How old rows are when they arrive."""
        self.calls = 0

    def intend(
        self,
        ref: ClientRef,
        *,
        request: ReservationRequest | None = None,
        code: str | None = None,
        leaves_at: time | None = None,
    ) -> None:
        """What a committed turn leaves."""
        self._rows[ref] = SagaRow(
            client_ref=ref,
            guest_id=GuestId(1),
            hotel=self._hotel,
            kind="reserve" if request is not None else "cancel" if leaves_at is None else "late_checkout",
            state="intended",
            request=request,
            code=code,
            writes=0,
            checks=0,
            created_at=self._now(),
            leaves_at=leaves_at,
        )

    def row(self, ref: ClientRef) -> SagaRow:
        return self._rows[ref]

    def settled(self, ref: ClientRef) -> bool:
        return ref in self._settled

    def told_how_it_ended(self, ref: ClientRef) -> bool:
        return self._last.get(ref, SagaOutcome.DELAYED) is not SagaOutcome.DELAYED

    def outcomes(self, ref: ClientRef) -> list[SagaOutcome]:
        """Everything that the guest was told, in order."""
        return [told.outcome for told in self.told if told.client_ref == ref]

    async def unfinished(self, hotel: HotelId) -> Sequence[SagaRow]:
        await self._go_through(commits=False)
        rows = [row for ref, row in self._rows.items() if row.hotel == hotel and ref not in self._settled]
        await asyncio.sleep(self.latency_seconds + self.answer_seconds)
        return rows

    async def begin_write(self, ref: ClientRef) -> SagaRow | None:
        after = await self._go_through(commits=True)
        if self.fenced or ref in self._settled:
            return None
        row = self._rows[ref]
        self._rows[ref] = replace(row, state="writing", writes=row.writes + 1)
        await self._answer(after)
        return self._rows[ref]

    async def schedule_check(self, ref: ClientRef, *, due_at: datetime, step: int) -> None:
        after = await self._go_through(commits=True)
        if ref not in self._settled:
            self._rows[ref] = replace(self._rows[ref], state="checking", checks=step)
            self.timers[ref, step] = due_at
        await self._answer(after)

    async def settle(
        self,
        ref: ClientRef,
        outcome: SagaOutcome,
        reservation: PmsReservation | None,
        *,
        quoted: Money | None = None,
        final: bool,
    ) -> None:
        after = await self._go_through(commits=True)
        if ref not in self._settled:
            late = outcome is SagaOutcome.DELAYED and ref in self._last
            if self._last.get(ref) is not outcome and not late:
                self._last[ref] = outcome
                self._rows[ref] = replace(self._rows[ref], outcome=outcome)
                self.told.append(Told(ref, outcome, reservation, self._now()))
                self.on_told(self.told[-1])
            if final:
                self._settled.add(ref)
        await self._answer(after)

    async def _go_through(self, *, commits: bool) -> bool:
        """Fail before anything is done, or tell whether to fail after it."""
        self.calls += 1
        await asyncio.sleep(self.latency_seconds)
        outage = self.outages.popleft() if self.outages else None
        if outage is True or (outage is False and not commits):
            raise StorageUnavailableError("postgres")
        return outage is False

    async def _answer(self, lost: bool) -> None:
        await asyncio.sleep(self.latency_seconds)
        if lost:
            raise StorageUnavailableError("postgres")
