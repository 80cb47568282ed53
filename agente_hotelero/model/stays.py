"""When guests stay, who comes, and what the PMS offers and holds for them."""

from dataclasses import dataclass
from datetime import date, datetime, time
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
    """Who comes: adults (at least 1) and children, and how many rooms of one type they share."""

    adults: int
    children: int = 0
    rooms: int = 1

    @property
    def people(self) -> int:
        """Everybody who needs a bed."""
        return self.adults + self.children

    def by_room(self) -> tuple["Party", ...]:
        """Who sleeps in which room: as even as can be, an adult in each as far as they go."""
        return tuple(
            Party(adults=_share(self.adults, self.rooms, n), children=_share(self.children, self.rooms, -1 - n))
            for n in range(self.rooms)
        )


def _share(people: int, rooms: int, n: int) -> int:
    """What room `n` gets; negative ones count from the last, so that those who remain over spread."""
    return people // rooms + (n % rooms < people % rooms)


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
    replaces: str | None = None
    """The code of the reservation that is cancelled once this one is read back: a change of dates."""


class ReservationStatus(StrEnum):
    """Whether a reservation in the PMS holds a room."""

    LIVE = "live"
    LOST = "lost"
    """It is there, but its room is somebody else's, who came first; it waits to be cancelled."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsReservation:
    """A reservation as read from the PMS. `code` is what the guest is told; lowest `serial` was first.

    `booker_email` and `booker_phone` are what the PMS has on file, for who asks as its owner.
    """

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
    booker_email: str | None = None
    booker_phone: str | None = None
    sold_twice: bool = False
    """Live, and somebody who came later has the same room: staff must move one of them."""
    leaves_at: time | None = None
    """The late check-out that the PMS holds."""


class LateCheckout(StrEnum):
    """Where a late check-out was written."""

    HELD = "held"
    """In the PMS's own field."""
    NOTED = "noted"
    """As a note: the PMS has no field for it, a person decides."""
