"""What a cancellation costs now, as the hotel's file says it: never more than that, and nothing where it says nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from agente_hotelero.model.hotel import CancellationFee, HotelProfile
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation

SOURCE: Final = "profile:policies.cancellation_fee"


def of_cancelling(hotel: HotelProfile, reservation: PmsReservation, now: datetime) -> Money | None:
    """The fee, zero while it is free; None where the hotel has its policy in words only."""
    terms = hotel.cancellation_fee
    if terms is None:
        return None
    if now < _free_until(hotel, reservation, terms):
        return Money.of(0, reservation.total.currency)
    return _charged(terms, reservation)


def _free_until(hotel: HotelProfile, reservation: PmsReservation, terms: CancellationFee) -> datetime:
    begins = datetime.combine(reservation.stay.check_in, hotel.check_in_from, hotel.zone)
    # In UTC, where an hour is an hour also in the night of the clock change.
    return begins.astimezone(UTC) - timedelta(hours=terms.free_until_hours)


def _charged(terms: CancellationFee, reservation: PmsReservation) -> Money:
    total = reservation.total
    if terms.amount is not None:
        return terms.amount
    if terms.percent is not None:
        return Money.of(total.amount * terms.percent / Decimal(100), total.currency)
    return Money.of(total.amount / reservation.stay.nights, total.currency)
