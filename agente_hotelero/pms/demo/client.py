"""The demo PMS (`kind: mock`): behaves like the real ones, down to their bad habits."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Final

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.stays import LateCheckout, Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay
from agente_hotelero.pms.demo.inventory import Booking, DemoInventory

# Without 0/O, 1/I/L, 2/Z, 5/S and 8/B: guests read codes out aloud, and copy them by hand.
LETTERS: Final = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH: Final = 6
LONGEST_STAY: Final = 60


def new_code() -> str:
    """A code such as DEMO-7F3KMQ, that nobody can guess from another."""
    return "DEMO-" + "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


class DemoPms:
    """A PmsClient over an inventory."""

    def __init__(
        self,
        *,
        hotel: HotelId,
        inventory: DemoInventory,
        today: Callable[[], date],
        make_code: Callable[[], str] = new_code,
    ) -> None:
        """Serve one hotel of the inventory; `today` is the hotel's day."""
        self._today = today
        self._hotel = hotel
        self._inventory = inventory
        self._make_code = make_code

    async def ping(self) -> None:
        """Ask for the rooms: they are few."""
        await self._inventory.rooms(self._hotel)

    async def rooms(self) -> Sequence[RoomType]:
        """All room types, smallest first."""
        return await self._inventory.rooms(self._hotel)

    async def find_offers(self, stay: Stay, party: Party) -> Sequence[Offer]:
        """What is free, cheapest first; raises RefusedError for stays beyond two months."""
        _refuse_long(stay)
        return await self._inventory.offers(self._hotel, stay, party)

    async def reserve(self, request: ReservationRequest) -> None:
        """Write a reservation; raises RefusedError when sold out."""
        _refuse_long(request.stay)
        booking: Booking = "code_in_use"
        while booking == "code_in_use":
            booking = await self._inventory.reserve(self._hotel, request, code=self._make_code())
        if booking != "booked":
            raise RefusedError(booking.replace("_", " "))

    async def find_by_reference(self, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """All with that reference."""
        return await self._inventory.by_reference(self._hotel, client_ref)

    async def find_by_code(self, code: str) -> PmsReservation | None:
        """The one with that code, however the guest typed it."""
        return await self._inventory.by_code(self._hotel, _tidy(code))

    async def find_by_guest(self, email: str) -> Sequence[PmsReservation]:
        """Those of an address that are not over."""
        return await self._inventory.by_guest(self._hotel, email.strip(), from_day=self._today())

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        """Hold it; raises RefusedError when there is nothing to leave late from."""
        if not await self._inventory.leave_late(self._hotel, _tidy(code), until):
            raise RefusedError("no such reservation")
        return LateCheckout.HELD

    async def note(self, code: str, text: str) -> None:
        """Keep a note; raises RefusedError when there is nothing to note it on."""
        if not await self._inventory.note(self._hotel, _tidy(code), text):
            raise RefusedError("no such reservation")

    async def cancel(self, code: str) -> None:
        """Cancel; raises RefusedError when there is nothing to cancel."""
        if not await self._inventory.cancel(self._hotel, _tidy(code)):
            raise RefusedError("no such reservation")


def _tidy(code: str) -> str:
    return code.strip().upper()


def _refuse_long(stay: Stay) -> None:
    if stay.nights > LONGEST_STAY:
        raise RefusedError(f"stays are at most {LONGEST_STAY} nights")
