"""What a fresh QloApps has in it: the demo hotel, as the recorded installs showed it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

Texts = tuple[str, ...]
"""One text per language of the shop, in the order of their ids."""


@dataclass(slots=True, kw_only=True)
class Room:
    """A door with a number. `status` 1 is in use, 2 inactive, 3 out of use for the nights in `blocked`."""

    id: int
    room_type: int
    number: str
    status: int = 1
    comment: str = ""
    blocked: list[tuple[date, date]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RoomType:
    """`price` is per night without tax; `max_los` 0 means no limit."""

    id: int
    name: str
    prefix: str
    price: Decimal
    images: tuple[int, ...]
    adults: int = 2
    children: int = 2
    max_adults: int = 2
    max_children: int = 2
    max_guests: int = 4
    min_los: int = 1
    max_los: int = 0
    active: bool = True

    def takes(self, nights: int) -> bool:
        return nights >= self.min_los and (self.max_los == 0 or nights <= self.max_los)


@dataclass(slots=True, kw_only=True)
class Service:
    """`addition` 1 is folded into the room price that hotel_ari shows, 2 stands beside it."""

    id: int
    name: str
    price: Decimal
    per_night: bool
    auto_add: bool = False
    addition: int = 1
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Currency:
    id: int
    name: str
    iso: str
    number: int
    sign: str
    rate: Decimal
    active: bool


@dataclass(slots=True, kw_only=True)
class Season:
    """Nights from `first` up to and including `last` cost `percent` more."""

    room_type: int
    first: date
    last: date
    percent: Decimal


@dataclass(slots=True, kw_only=True)
class Hotel:
    """The hotel's own record; the two limits are what the owner sets, and POST bookings does not heed."""

    id: int = 1
    name: str = "The Hotel Prime"
    city: str = "Demo City"
    address: str = "Monticello Dr, Montgomery, 10010"
    zipcode: str = "93171"
    phone: str = "0987654321"
    email: str = "hotelprime@htl.com"
    check_in: str = "12:00"
    check_out: str = "11:00"
    max_order_date: str = "0000-00-00"
    max_checkout_offset: int = 1000
    min_booking_offset: int = 0


def room_types() -> dict[int, RoomType]:
    rows = (
        (1, "General Rooms", "GR", "1000", (1, 2, 3, 4)),
        (2, "Delux Rooms", "DR", "1500", (5, 6, 7, 8)),
        (3, "Executive Rooms", "ER", "2000", (9, 10, 11, 12)),
        (4, "Luxury Rooms", "LR", "2500", (13, 14, 15, 16, 17)),
    )
    return {
        number: RoomType(id=number, name=name, prefix=prefix, price=Decimal(price), images=images)
        for number, name, prefix, price, images in rows
    }


def services() -> dict[int, Service]:
    """Read off 20_services_auto_add and 20_services_optional."""
    rows = (
        Service(id=5, name="Room Maintenance Fees", price=Decimal(250), per_night=True, auto_add=True, addition=1),
        Service(id=6, name="Internet Handling Charges", price=Decimal(250), per_night=False, auto_add=True, addition=2),
        Service(id=7, name="Airport Shuttle", price=Decimal(50), per_night=False),
        Service(id=8, name="Cab on Demand", price=Decimal(200), per_night=False),
        Service(id=9, name="Breakfast", price=Decimal(350), per_night=True),
        Service(id=10, name="Dinner", price=Decimal(450), per_night=True),
    )
    return {service.id: service for service in rows}


def currencies() -> dict[int, Currency]:
    """The shop's default first; the Euro exists, and is switched off."""
    dollar = Currency(id=1, name="Dollar", iso="USD", number=840, sign="$", rate=Decimal(1), active=True)
    euro = Currency(id=2, name="Euro", iso="EUR", number=978, sign="€", rate=Decimal("0.9"), active=False)
    return {1: dollar, 2: euro}


AWAITING_PAYMENT: Final = 1
PAID: Final = 2
CANCELLED: Final = 4
REFUNDED: Final = 5
PARTLY_PAID: Final = 8

ORDER_STATES: Final[tuple[tuple[int, str, str], ...]] = (
    (AWAITING_PAYMENT, "Awaiting payment", "awaiting_payment"),
    (PAID, "Complete payment received", "payment_accepted"),
    (3, "Processing in progress", "processing"),
    (CANCELLED, "Canceled", "order_canceled"),
    (REFUNDED, "Refunded", "refund"),
    (6, "Payment error", "payment_error"),
    (7, "Overbooking (Paid)", ""),
    (PARTLY_PAID, "Partial payment received", ""),
    (9, "Awaiting remote payment", ""),
    (10, "Remote payment accepted", ""),
    (11, "Overbooking (Not paid)", ""),
    (12, "Overbooking (Partial payment)", ""),
)

LANGUAGES: Final = (("English (English)", "en"), ("Español (Spanish)", "es"))
HOTEL_FEATURES: Final = ("Business Services", "Business Center", "Audio-Visual Equipment", "Board room")
ROOM_FEATURES: Final = ("Wi-Fi", "News Paper", "Power BackUp", "Refrigerator")
CONTACTS: Final = ("Webmaster", "Customer service")


def translated(text: str, languages: int) -> Texts:
    """The demo's second language is the first one with a mark before it, as in 22_two_langs_room_type_json."""
    return (text, f"ES {text}")[:languages]
