"""A PMS in memory that misbehaves on order, and a ledger of what really happened in it."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import (
    LateCheckout,
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    ReservationStatus,
    RoomType,
    Stay,
)
from agente_hotelero.pms.client import PmsBusyError


class Fault(StrEnum):
    """What a PMS may do instead of what it was asked. For reads only those that need no write make sense."""

    NONE = "none"
    HANG = "hang"
    """Neither done nor answered."""
    HANG_AFTER = "hang_after"
    """Done, never answered."""
    FAIL_BEFORE = "fail_before"
    FAIL_AFTER = "fail_after"
    """Done, answered by an error."""
    FAIL_THEN_WRITE = "fail_then_write"
    """Answered by an error at once, done `late_seconds` later."""
    DUPLICATE = "duplicate"
    """Done twice."""
    REFUSE = "refuse"
    SLOW = "slow"
    LOSE_RACE = "lose_race"
    """Done, and cancelled at once because somebody else had the room."""
    LOSE_ROOM = "lose_room"
    """Done, and the room is somebody else's; it still says that it awaits payment."""
    IGNORE = "ignore"
    """Answered «done», and not done."""
    BUSY = "busy"
    BUG = "bug"
    """The adapter itself breaks."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call as it reached the PMS."""

    operation: str
    about: str


class FakePms:
    """A PmsClient. `faults` are used up one per write, `read_faults` one per read; then all is well."""

    def __init__(
        self,
        *,
        room_types: Sequence[tuple[RoomType, int, Decimal]],
        currency: str = "USD",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._types = {room.key: room for room, _, _ in room_types}
        self._counts = {room.key: count for room, count, _ in room_types}
        self._prices = {room.key: price for room, _, price in room_types}
        self._currency = currency
        self._now = now
        self.faults: deque[Fault] = deque()
        self.read_faults: deque[Fault] = deque()
        self.away = False
        self.slow_seconds = 2.0
        self.late_seconds = 30.0
        self.busy_seconds = 7.0
        self.latency_seconds = 0.0
        self.orphans_finish = False
        """Whether a write whose caller went away is done all the same, `late_seconds` after it began."""
        self.ledger: list[Entry] = []
        self.reservations: list[PmsReservation] = []
        self.notes: list[tuple[str, str]] = []
        self.holds_late_checkouts = True
        self.under_way = 0
        self.most_under_way = 0

    def live(self, client_ref: ClientRef) -> list[PmsReservation]:
        """What holds a room under a reference."""
        return [r for r in self.reservations if r.client_ref == client_ref and r.status is ReservationStatus.LIVE]

    def count(self, operation: str) -> int:
        """How often something was asked."""
        return sum(entry.operation == operation for entry in self.ledger)

    def oust(self, code: str) -> None:
        """Somebody who came first turns out to have its room."""
        self._change(code, status=ReservationStatus.LOST)

    def sell_twice(self, code: str) -> None:
        """Somebody who came later has its room as well."""
        self._change(code, sold_twice=True)

    async def ping(self) -> None:
        await self._before_read("ping", "")

    async def rooms(self) -> Sequence[RoomType]:
        await self._before_read("rooms", "")
        return list(self._types.values())

    async def find_offers(self, stay: Stay, party: Party) -> Sequence[Offer]:
        await self._before_read("find_offers", "")
        offers = [
            Offer(
                room_type=room,
                stay=stay,
                party=party,
                rooms_left=left,
                total=Money.of(self._prices[room.key] * stay.nights * party.rooms, self._currency),
                fetched_at=self._now(),
            )
            for room in self._types.values()
            if _holds(room, party) and (left := self._left(room.key, stay)) >= party.rooms
        ]
        return sorted(offers, key=lambda offer: offer.total.amount)

    async def find_by_reference(self, client_ref: ClientRef) -> Sequence[PmsReservation]:
        await self._before_read("find_by_reference", client_ref)
        return [r for r in self.reservations if r.client_ref == client_ref]

    async def find_by_code(self, code: str) -> PmsReservation | None:
        await self._before_read("find_by_code", code)
        return next((r for r in self.reservations if r.code == code), None)

    async def find_by_guest(self, email: str) -> Sequence[PmsReservation]:
        await self._before_read("find_by_guest", email)
        today = self._now().date()
        known = [r for r in self.reservations if (r.booker_email or "").lower() == email.lower()]
        return sorted((r for r in known if r.stay.check_out >= today), key=lambda r: (r.stay.check_in, r.serial))

    async def reserve(self, request: ReservationRequest) -> None:
        await self._write("reserve", request.client_ref, lambda: self._reserve(request))

    async def cancel(self, code: str) -> None:
        await self._write("cancel", code, lambda: self._cancel(code))

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        await self._write("late_checkout", code, lambda: self._leave_late(code, until))
        return LateCheckout.HELD if self.holds_late_checkouts else LateCheckout.NOTED

    async def note(self, code: str, text: str) -> None:
        await self._write("note", code, lambda: self._note(code, text))

    async def _before_read(self, operation: str, about: str) -> None:
        fault = self.read_faults.popleft() if self.read_faults else Fault.NONE
        await self._meet(operation, about, Fault.FAIL_BEFORE if self.away else fault)

    async def _write(self, operation: str, about: str, do: Callable[[], PmsReservation]) -> None:
        fault = Fault.FAIL_BEFORE if self.away else self.faults.popleft() if self.faults else Fault.NONE
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        loop = asyncio.get_running_loop()
        finish_at = loop.time() + self.late_seconds
        try:
            await self._meet(operation, about, fault)
        except asyncio.CancelledError:
            if self.orphans_finish and fault is not Fault.HANG:
                loop.call_at(finish_at, self._late, do)
            raise
        else:
            if fault is not Fault.IGNORE:
                await self._do(fault, do)
            await asyncio.sleep(self.latency_seconds)
        finally:
            self.under_way -= 1

    async def _meet(self, operation: str, about: str, fault: Fault) -> None:
        """What goes wrong before anything is done."""
        self.ledger.append(Entry(operation, about))
        await asyncio.sleep(self.slow_seconds if fault is Fault.SLOW else self.latency_seconds)
        match fault:
            case Fault.HANG:
                await asyncio.get_running_loop().create_future()
            case Fault.FAIL_BEFORE:
                raise PmsUnavailableError("the fake PMS")
            case Fault.BUSY:
                raise PmsBusyError("the fake PMS", retry_after_seconds=self.busy_seconds)
            case Fault.REFUSE:
                raise RefusedError("the fake PMS does not like it")
            case Fault.BUG:
                raise KeyError("a field that was always there")
            case _:
                return

    async def _do(self, fault: Fault, do: Callable[[], PmsReservation]) -> None:
        if fault is Fault.FAIL_THEN_WRITE:
            asyncio.get_running_loop().call_later(self.late_seconds, self._late, do)
            raise PmsUnavailableError("the fake PMS")
        done = do()
        match fault:
            case Fault.HANG_AFTER:
                await asyncio.get_running_loop().create_future()
            case Fault.FAIL_AFTER:
                raise PmsUnavailableError("the fake PMS")
            case Fault.DUPLICATE:
                do()
            case Fault.LOSE_RACE:
                self._change(done.code)
            case Fault.LOSE_ROOM:
                self.oust(done.code)
            case _:
                return

    def _late(self, do: Callable[[], PmsReservation]) -> None:
        try:
            do()
        except RefusedError:
            self.ledger.append(Entry("refused_late", ""))

    def _reserve(self, request: ReservationRequest) -> PmsReservation:
        room = self._types.get(request.room_type_key)
        if room is None or not _holds(room, request.party) or self._left(room.key, request.stay) < request.party.rooms:
            raise RefusedError("sold out")
        serial = len(self.reservations) + 1
        made = PmsReservation(
            code=f"FAKE-{serial}",
            serial=serial,
            client_ref=request.client_ref,
            status=ReservationStatus.LIVE,
            room_type_key=room.key,
            room_type_name=room.name,
            stay=request.stay,
            party=request.party,
            total=request.total,
            booker_name=request.booker.name,
            booker_email=request.booker.email,
            booker_phone=request.booker.phone,
        )
        self.reservations.append(made)
        return made

    def _cancel(self, code: str) -> PmsReservation:
        if all(r.code != code for r in self.reservations):
            raise RefusedError("no such reservation")
        return self._change(code)

    def _leave_late(self, code: str, until: time) -> PmsReservation:
        if all(r.code != code or r.status is not ReservationStatus.LIVE for r in self.reservations):
            raise RefusedError("no such reservation")
        if not self.holds_late_checkouts:
            return self._note(code, f"{until:%H:%M}")
        return self._change(code, leaves_at=until)

    def _note(self, code: str, text: str) -> PmsReservation:
        found = next((r for r in self.reservations if r.code == code), None)
        if found is None:
            raise RefusedError("no such reservation")
        if (code, text) not in self.notes:
            self.notes.append((code, text))
        return found

    def _change(self, code: str, **fields: Any) -> PmsReservation:
        at = next(n for n, r in enumerate(self.reservations) if r.code == code)
        self.reservations[at] = replace(self.reservations[at], **(fields or {"status": ReservationStatus.CANCELLED}))
        return self.reservations[at]

    def _left(self, key: str, stay: Stay) -> int:
        live = [r for r in self.reservations if r.room_type_key == key and r.status is ReservationStatus.LIVE]
        taken = [r.stay for r in live for _ in range(r.party.rooms)]
        overlapping = [s for s in taken if s.check_in < stay.check_out and stay.check_in < s.check_out]
        # Night by night: two stays that only follow each other take one room.
        nights = (stay.check_in.toordinal() + n for n in range(stay.nights))
        fullest = max(
            sum(s.check_in.toordinal() <= night < s.check_out.toordinal() for s in overlapping) for night in nights
        )
        return self._counts[key] - fullest


def _holds(room: RoomType, party: Party) -> bool:
    return all(room.capacity >= one.people for one in party.by_room())
