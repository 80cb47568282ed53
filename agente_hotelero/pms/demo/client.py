"""The demo PMS (`kind: mock`): behaves like the real ones, down to their bad habits."""

import secrets
from collections.abc import Sequence
from typing import Final

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.stays import Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay
from agente_hotelero.pms.demo.inventory import DemoInventory

# Without 0/O, 1/I/L, 5/S and 2/Z: guests read codes out aloud.
LETTERS: Final = "346789ABCDEFGHJKMNPQRTUVWXY"
CODE_LENGTH: Final = 6
LONGEST_STAY: Final = 60


class DemoPms:
    """A PmsClient over an inventory."""

    def __init__(self, *, hotel: HotelId, inventory: DemoInventory) -> None:
        self._hotel = hotel
        self._inventory = inventory

    async def rooms(self) -> Sequence[RoomType]:
        """All room types."""
        return await self._inventory.rooms(self._hotel)

    async def find_offers(self, stay: Stay, party: Party) -> Sequence[Offer]:
        """What is free; raises RefusedError for stays beyond two months."""
        if stay.nights > LONGEST_STAY:
            raise RefusedError(f"stays are at most {LONGEST_STAY} nights")
        return await self._inventory.offers(self._hotel, stay, party)

    async def reserve(self, request: ReservationRequest) -> None:
        """Write a reservation; raises RefusedError when sold out."""
        code = "DEMO-" + "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        if not await self._inventory.reserve(self._hotel, request, code=code):
            raise RefusedError("sold out")

    async def find_by_reference(self, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """All with that reference."""
        return await self._inventory.by_reference(self._hotel, client_ref)

    async def find_by_code(self, code: str) -> PmsReservation | None:
        """The one with that code."""
        return await self._inventory.by_code(self._hotel, code.strip().upper())

    async def cancel(self, code: str) -> None:
        """Cancel; raises RefusedError when there is nothing to cancel."""
        if not await self._inventory.cancel(self._hotel, code):
            raise RefusedError("no such reservation")
