"""The demo PMS's books, as a port: a database implements it, which the PMS must not know."""

from collections.abc import Sequence
from datetime import date, time
from typing import Literal, Protocol

from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.stays import Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay

Booking = Literal["booked", "sold_out", "no_such_room", "code_in_use"]
"""What became of an attempt to take a room; plain words, because whoever implements the port is a stranger here."""


class DemoInventory(Protocol):
    """Every call raises PmsUnavailableError when the outcome is unknown."""

    async def rooms(self, hotel: HotelId) -> Sequence[RoomType]:
        """All room types, smallest first."""
        ...

    async def offers(self, hotel: HotelId, stay: Stay, party: Party) -> Sequence[Offer]:
        """Types with a room free every night that hold the party, cheapest first."""
        ...

    async def reserve(self, hotel: HotelId, request: ReservationRequest, *, code: str) -> Booking:
        """Take a room if one is free on every night, atomically."""
        ...

    async def by_reference(self, hotel: HotelId, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """Reservations with that reference, in the order of their writing."""
        ...

    async def by_code(self, hotel: HotelId, code: str) -> PmsReservation | None:
        """The reservation of that code."""
        ...

    async def by_guest(self, hotel: HotelId, email: str, *, from_day: date) -> Sequence[PmsReservation]:
        """Reservations on file for an address that end on that day or later, the next arrival first."""
        ...

    async def leave_late(self, hotel: HotelId, code: str, until: time) -> bool:
        """Hold a late check-out; False when there is no such live reservation."""
        ...

    async def note(self, hotel: HotelId, code: str, text: str) -> bool:
        """Keep a note on a reservation, the same words once; False when there is no such reservation."""
        ...

    async def cancel(self, hotel: HotelId, code: str) -> bool:
        """Free the room; False when there is no such reservation."""
        ...
