"""What a stay costs. hotel_ari and bookings read the same rates, and disagree about the services."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.fakes.qloapps.books import BookedService, Books, cents
from tests.fakes.qloapps.demo import RoomType, Service


@dataclass(frozen=True, slots=True)
class Price:
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def nights(check_in: date, check_out: date) -> list[date]:
    return [check_in + timedelta(days=number) for number in range((check_out - check_in).days)]


def taxed(books: Books, net: Decimal) -> Price:
    """Tax is rounded once per room and once per service of a stay (31_decimals_*)."""
    return Price(net, cents(net * books.tax_rate))


def night_price(books: Books, room_type: RoomType, night: date) -> Decimal:
    percent = sum(
        (each.percent for each in books.seasons if each.room_type == room_type.id and each.first <= night <= each.last),
        Decimal(0),
    )
    return room_type.price * (1 + percent / 100)


def room_price(books: Books, room_type: RoomType, check_in: date, check_out: date) -> Decimal:
    """Without tax, for the whole stay."""
    return sum((night_price(books, room_type, night) for night in nights(check_in, check_out)), Decimal(0))


def service_price(service: Service, check_in: date, check_out: date) -> Decimal:
    return service.price * ((check_out - check_in).days if service.per_night else 1)


def shown(books: Books, room_type: RoomType, check_in: date, check_out: date) -> Price:
    """What hotel_ari shows: the room and the mandatory services that are folded into its price."""
    folded = [each for each in books.services.values() if each.auto_add and each.addition == 1 and each.active]
    parts = [room_price(books, room_type, check_in, check_out)]
    parts += [service_price(each, check_in, check_out) for each in folded]
    prices = [taxed(books, part) for part in parts]
    return Price(sum((each.net for each in prices), Decimal(0)), sum((each.tax for each in prices), Decimal(0)))


def booked_service(
    books: Books, service: Service, quantity: int, *, check_in: date, check_out: date, rate: Decimal
) -> BookedService:
    unit = service_price(service, check_in, check_out) * rate
    return BookedService(service=service, quantity=quantity, unit=unit, tax=taxed(books, unit * quantity).tax)
