"""The books of a QloApps hotel: what really was ordered, by whom, in which room, and everything written beside it."""

import itertools
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from tests.fakes.qloapps import demo
from tests.fakes.qloapps.demo import Currency, Hotel, Room, RoomType, Season, Service

CENT = Decimal("0.01")
NO_DATE = "0000-00-00 00:00:00"


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(slots=True, kw_only=True)
class Customer:
    id: int
    firstname: str
    lastname: str
    email: str
    phone: str
    date_add: str


@dataclass(slots=True, kw_only=True)
class BookedService:
    """`unit` is the price of one for the whole stay, as the API gives it."""

    service: Service
    quantity: int
    unit: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.unit * self.quantity


@dataclass(slots=True, kw_only=True)
class RoomLine:
    """One room of an order, a row of `room_bookings`: live as long as it is neither refunded nor back-ordered."""

    id: int
    order_id: int
    room_type: int
    room: Room
    check_in: date
    check_out: date
    adults: int
    children: int
    child_ages: tuple[int, ...]
    price: Decimal
    tax: Decimal
    paid_amount: Decimal
    date_add: str
    date_upd: str
    services: list[BookedService] = field(default_factory=list)
    is_refunded: bool = False
    is_cancelled: bool = False
    is_back_order: bool = False
    id_status: int = 1
    comment: str = ""
    arrived: str = NO_DATE
    left: str = NO_DATE
    planned_check_out: str = NO_DATE

    @property
    def live(self) -> bool:
        return not self.is_refunded and not self.is_back_order

    def overlaps(self, check_in: date, check_out: date) -> bool:
        return self.check_in < check_out and check_in < self.check_out


@dataclass(slots=True, kw_only=True)
class Order:
    """A booking of the API and an order of the shop are the same thing. `remarks` are newest first, as they are shown."""

    id: int
    reference: str
    source: str
    customer: Customer
    currency: Currency
    language: int
    state: int
    payment: str
    date_add: str
    date_upd: str
    lines: list[RoomLine] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    paid: Decimal = Decimal(0)

    @property
    def services(self) -> Iterator[BookedService]:
        return itertools.chain.from_iterable(line.services for line in self.lines)

    @property
    def total(self) -> Decimal:
        """Without tax."""
        return sum((line.price for line in self.lines), sum((each.total for each in self.services), Decimal(0)))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), sum((each.tax for each in self.services), Decimal(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    id: int
    order_id: int
    state: int
    date_add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    id: int
    reference: str
    currency: int
    amount: Decimal
    method: str
    transaction: str
    rate: Decimal
    date_add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    id: int
    values: Mapping[str, str]
    date_add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: int
    thread: int
    text: str
    private: bool
    date_add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """An e-mail that QloApps itself sent, to a guest or to the hotel."""

    to: str
    order_id: int


class Books:
    """The truth of a test. Everything public may be read, and set up before the first request; ids count upwards."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        timezone: str,
        hotel: Hotel,
        rooms_per_type: int | Mapping[int, int],
        languages: int,
    ) -> None:
        self.hotel = hotel
        self.languages = languages
        self.tax_rate = Decimal("0.04")
        self.room_types = demo.room_types()
        self.services = demo.services()
        self.currencies = demo.currencies()
        self.seasons: list[Season] = []
        self.rooms = self._build(rooms_per_type)
        self._now, self._zone = now, ZoneInfo(timezone)
        self._letters = random.Random("references")
        self._ids: dict[str, Iterator[int]] = {}
        self.opened = self.stamp()
        self.customers = [
            Customer(
                id=self.next_id("customer"),
                firstname="John",
                lastname="DOE",
                email="pub@example.test",
                phone="0987654321",
                date_add=self.opened,
            )
        ]
        self.orders: dict[int, Order] = {}
        self.histories: list[History] = []
        self.payments: list[Payment] = []
        self.threads: list[Thread] = []
        self.messages: list[Message] = []
        self.mails: list[Mail] = []

    def _build(self, rooms_per_type: int | Mapping[int, int]) -> dict[int, Room]:
        numbers = itertools.count(1)
        rooms = (
            Room(id=next(numbers), room_type=kind.id, number=f"{kind.prefix}-{101 + place}")
            for kind in self.room_types.values()
            for place in range(rooms_per_type if isinstance(rooms_per_type, int) else rooms_per_type.get(kind.id, 0))
        )
        return {room.id: room for room in rooms}

    # what a test asks

    @property
    def lines(self) -> list[RoomLine]:
        return [line for order in self.orders.values() for line in order.lines]

    def orders_by_source(self, source: str) -> list[Order]:
        return [order for order in self.orders.values() if order.source == source]

    def live_lines(self, *, source: str | None = None) -> list[RoomLine]:
        orders = self.orders.values() if source is None else self.orders_by_source(source)
        return [line for order in orders for line in order.lines if line.live]

    def overbooked(self) -> list[tuple[RoomLine, RoomLine]]:
        """Pairs of live lines that share a room and a night."""
        pairs = itertools.combinations(self.live_lines(), 2)
        return [(a, b) for a, b in pairs if a.room.id == b.room.id and a.overlaps(b.check_in, b.check_out)]

    def states(self, order_id: int) -> list[int]:
        """The order's histories, oldest first."""
        return [history.state for history in self.histories if history.order_id == order_id]

    # what the webservice needs

    def stamp(self) -> str:
        """The hotel's own wall clock, without an offset, as QloApps writes it."""
        return self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self, kind: str) -> int:
        return next(self._ids.setdefault(kind, itertools.count(1)))

    def reference(self) -> str:
        return "".join(self._letters.choices(string.ascii_uppercase, k=9))

    @property
    def default_currency(self) -> Currency:
        return next(iter(self.currencies.values()))

    def rooms_of(self, room_type: int) -> list[Room]:
        return [room for room in self.rooms.values() if room.room_type == room_type]

    def name_of(self, room_type: RoomType, language: int = 1) -> str:
        names = demo.translated(room_type.name, self.languages)
        return names[min(max(language, 1), len(names)) - 1]

    def taken(self, room: Room, check_in: date, check_out: date) -> list[RoomLine]:
        return [line for line in self.live_lines() if line.room is room and line.overlaps(check_in, check_out)]

    def out_of_use(self, room: Room, check_in: date, check_out: date) -> bool:
        if room.status == 1:
            return False
        return not room.blocked or any(first < check_out and check_in < last for first, last in room.blocked)

    def free_rooms(self, room_type: int, check_in: date, check_out: date) -> list[Room]:
        return [
            room
            for room in self.rooms_of(room_type)
            if not self.out_of_use(room, check_in, check_out) and not self.taken(room, check_in, check_out)
        ]

    def customer_of(self, email: str) -> Customer | None:
        """MySQL compares without case."""
        return next((each for each in self.customers if each.email.casefold() == email.casefold()), None)

    def move_to(self, order: Order, state: int) -> History:
        """One more row of history, and what this state does to the rooms."""
        history = History(id=self.next_id("history"), order_id=order.id, state=state, date_add=self.stamp())
        self.histories.append(history)
        order.state, order.date_upd = state, history.date_add
        for line in order.lines:
            line.is_cancelled = line.is_cancelled or state == demo.CANCELLED
            line.is_refunded = line.is_refunded or state in {demo.CANCELLED, demo.REFUNDED}
        return history
