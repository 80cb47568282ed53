"""The port to a property management system. Every adapter passes tests/contract/test_pms_client.py."""

from collections.abc import Sequence
from datetime import time
from typing import Protocol

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import (
    LateCheckout,
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    RoomType,
    Stay,
)


class PmsBusyError(PmsUnavailableError):
    """The PMS sent us away before it did anything (429, or 503 with Retry-After); it is not broken."""


class PmsClient(Protocol):
    """What we ask of a PMS.

    Every call raises PmsUnavailableError when the answer is unknown (PmsBusyError where the PMS names the time
    to come again), and RefusedError when the answer is no. Neither is said by a timeout: the caller sets one
    around each call and must treat it as unknown.
    """

    async def ping(self) -> None:
        """Ask for something small that only the PMS itself can answer: whether it is back."""
        ...

    async def rooms(self) -> Sequence[RoomType]:
        """All room types that can be booked."""
        ...

    async def find_offers(self, stay: Stay, party: Party) -> Sequence[Offer]:
        """Room types with a free room for every night that hold the party, cheapest first."""
        ...

    async def reserve(self, request: ReservationRequest) -> None:
        """Write a reservation that carries the client reference.

        What it answers is never trusted: read back by `find_by_reference`. Writing the same reference
        twice makes two reservations, as real PMSes do.
        """
        ...

    async def find_by_reference(self, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """Every reservation that carries our reference, live or cancelled, lowest serial first."""
        ...

    async def find_by_code(self, code: str) -> PmsReservation | None:
        """The reservation that a guest names."""
        ...

    async def find_by_guest(self, email: str) -> Sequence[PmsReservation]:
        """Reservations on file for an address that end today or later, the next arrival first."""
        ...

    async def cancel(self, code: str) -> None:
        """Ask for a cancellation; read it back by `find_by_code`. Cancelling twice is no error."""
        ...

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        """Write a late check-out and read it back; where the PMS has no field for it, leave staff a note, once.

        May be repeated: it never adds a second note of the same hour.
        """
        ...

    async def note(self, code: str, text: str) -> None:
        """Leave staff a note on a reservation; the same text twice is one note."""
        ...
