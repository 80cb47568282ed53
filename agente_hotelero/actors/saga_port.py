"""The durable side of the reservation saga; storage implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation


class SagaJournal(Protocol):
    """Every call raises StorageUnavailableError when its outcome is unknown; all may be repeated."""

    async def unfinished(self, hotel: HotelId) -> Sequence[SagaRow]:
        """Sagas that are not settled, oldest first."""
        ...

    async def begin_write(self, ref: ClientRef) -> SagaRow | None:
        """Commit `writing` and one more write, before the PMS is called; None when settled, or not ours any more."""
        ...

    async def schedule_check(self, ref: ClientRef, *, due_at: datetime, step: int) -> None:
        """Commit `checking` and a timer that brings CheckDue(ref, step); the same step again moves its timer."""
        ...

    async def settle(
        self,
        ref: ClientRef,
        outcome: SagaOutcome,
        reservation: PmsReservation | None,
        *,
        quoted: Money | None = None,
        final: bool,
    ) -> None:
        """Commit the outcome and the event that tells the guest, as one; the same outcome twice is told once.

        `quoted` is the price that the guest said yes to.
        """
        ...
