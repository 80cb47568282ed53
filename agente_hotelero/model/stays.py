"""When guests stay, who comes, and what the PMS offers and holds for them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Nights from `check_in` (first night) to `check_out` (morning of leaving), in the hotel's zone."""

    check_in: date
    check_out: date

    def __post_init__(self) -> None:
        """Refuse stays without a night."""
        if self.check_out <= self.check_in:
            msg = "check_out must be after check_in"
            raise ValueError(msg)

    @property
    def nights(self) -> int:
        """Nights slept, at least 1."""
        return (self.check_out - self.check_in).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who comes: adults (at least 1) and children."""

    adults: int
    children: int = 0

    @property
    def people(self) -> int:
        """Everybody who needs a bed."""
        return self.adults + self.children


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomType:
    """A kind of room as the PMS knows it. `key` is the PMS's own id of it; `photo` a URL or a path."""

    key: str
    name: str
    capacity: int
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One room type free for a whole stay, with its total price including taxes."""

    room_type: RoomType
    stay: Stay
    party: Party
    rooms_left: int
    total: Money
    fetched_at: datetime
    """When the PMS said so; a price is shown for at most 30 s after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booker:
    """The person in whose name a room is booked. `phone` is as the channel gave it, or E.164."""

    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationRequest:
    """What is asked of the PMS when a guest said yes to a quote."""

    client_ref: ClientRef
    room_type_key: str
    stay: Stay
    party: Party
    total: Money
    booker: Booker


class ReservationStatus(StrEnum):
    """Whether a reservation in the PMS holds a room."""

    LIVE = "live"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsReservation:
    """A reservation as read from the PMS. `code` is what the guest is told; lowest `serial` was first."""

    code: str
    serial: int
    client_ref: ClientRef | None
    status: ReservationStatus
    room_type_key: str
    room_type_name: str
    stay: Stay
    party: Party
    total: Money
    booker_name: str
