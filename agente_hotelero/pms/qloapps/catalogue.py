"""What seldom changes in a QloApps: its hotel, room types with their limits, mandatory services, currencies and states."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.model.stays import Party, RoomType, Stay
from agente_hotelero.pms.qloapps import shapes
from agente_hotelero.pms.qloapps.shapes import Row
from agente_hotelero.pms.qloapps.webservice import WHO, Webservice

FRESH_SECONDS: Final = 300.0
READ_SECONDS: Final = 5.0
CANCELLED_STATE: Final = 4
"""As it is installed; states can be renamed and renumbered, so it is looked for by its mail's template first."""
CANCEL_WORDS: Final = re.compile("cancel|anul|annul|storn", re.IGNORECASE)
SEPARATE: Final = 2
"""A service's way to the price: 1 is within the room's, 2 comes on top of it."""
PER_NIGHT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A room type with its rules, which QloApps itself does not check: most people of each age, and nights."""

    room_type: RoomType
    most_adults: int
    most_children: int
    fewest_nights: int
    most_nights: int
    """0 for no limit."""
    tax_group: int
    fees: tuple["Service", ...] = ()
    """What comes with each of its rooms, whether anybody asks for it or not."""

    def takes(self, stay: Stay, party: Party) -> bool:
        """Whether each of the party's rooms is within its limits, and the stay as well."""
        too_long = 0 < self.most_nights < stay.nights
        return not too_long and stay.nights >= self.fewest_nights and all(map(self._holds, party.by_room()))

    def _holds(self, room: Party) -> bool:
        fits = room.adults <= self.most_adults and room.children <= self.most_children
        return fits and room.adults >= 1 and room.people <= self.room_type.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A fee that comes with every room; `price` is without tax, for a booking or for a night of it."""

    id: int
    price: Decimal
    per_night: bool
    separate: bool
    tax_group: int

    def price_of(self, stay: Stay) -> Decimal:
        """For one room and a whole stay, without tax."""
        return self.price * (stay.nights if self.per_night else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything at one time. `currencies` are ISO codes by id."""

    version: Literal["1.6.1", "1.7.0"]
    kinds: Mapping[int, Kind]
    services: tuple[Service, ...]
    currencies: Mapping[int, str]
    active_currencies: frozenset[str]
    cancelled_state: int
    check_out: time | None
    first_check_in_days: int
    """How many days before it a stay must be booked."""
    last_check_out: date | None
    most_days_ahead: int
    """0 for no limit."""

    def sells(self, stay: Stay, *, today: date) -> bool:
        """Whether it is a stay that the hotel sells at all; QloApps would book yesterday."""
        if stay.check_in < today + timedelta(days=self.first_check_in_days):
            return False
        ends = [self.last_check_out] if self.last_check_out else []
        ends += [today + timedelta(days=self.most_days_ahead)] if self.most_days_ahead else []
        return all(stay.check_out <= end for end in ends)


class Shelf:
    """Keeps the catalogue for a while; whoever finds it old renews it, once for all who wait."""

    def __init__(self, webservice: Webservice, *, hotel_id: int, clock: Callable[[], float]) -> None:
        """`hotel_id` is its id in QloApps, `clock` monotonic seconds."""
        self._webservice = webservice
        self._hotel_id = hotel_id
        self._clock = clock
        self._kept: Catalogue | None = None
        self._until = clock()
        self._reading: asyncio.Lock = asyncio.Lock()

    async def catalogue(self) -> Catalogue:
        """As it was at most five minutes ago."""
        async with self._reading:
            if self._kept is None or self._clock() >= self._until:
                # Whoever waits behind the lock waits no longer than this: a write has a minute, a read has not.
                async with asyncio.timeout(READ_SECONDS):
                    self._kept = await read(self._webservice, hotel_id=self._hotel_id)
                self._until = self._clock() + FRESH_SECONDS
            return self._kept


async def read(webservice: Webservice, *, hotel_id: int) -> Catalogue:
    """Ask for all of it; raises PmsUnavailableError where one part can't be had, or the hotel is not there."""
    # First one alone: a PMS that is down, and is tried, is asked one thing and not six.
    hotels = await webservice.rows("hotels")
    types, limits, services, currencies, states = await asyncio.gather(
        webservice.rows("room_types"),
        webservice.rows("hotel_room_types", where={"id_hotel": f"[{hotel_id}]"}),
        webservice.rows("services", where={"auto_add_to_cart": "[1]"}),
        webservice.rows("currencies", display="[id,iso_code,active]"),
        webservice.rows("order_states"),
    )
    hotel = next((row for row in hotels if shapes.number(row["id"]) == hotel_id), None)
    if hotel is None:
        raise PmsUnavailableError(f"{WHO} (it has no hotel {hotel_id})")
    mandatory = tuple(_service(row) for row in services if shapes.flag(row.get("active", 1)))
    return Catalogue(
        version="1.6.1" if "max_order_date" in hotel else "1.7.0",
        kinds=_kinds(webservice, types, limits, mandatory),
        services=mandatory,
        currencies={shapes.number(row["id"]): str(row["iso_code"]) for row in currencies},
        active_currencies=frozenset(str(row["iso_code"]) for row in currencies if shapes.flag(row.get("active", 1))),
        cancelled_state=cancelled_state(states),
        check_out=shapes.clock(hotel.get("check_out")),
        first_check_in_days=shapes.number(hotel.get("min_booking_offset")),
        last_check_out=shapes.day(hotel.get("max_order_date")),
        most_days_ahead=shapes.number(hotel.get("max_checkout_offset")),
    )


def cancelled_state(states: Sequence[Row]) -> int:
    """Which order state means cancelled, however the hotel calls it."""
    for field in ("template", "name"):
        found = [shapes.number(row["id"]) for row in states if CANCEL_WORDS.search(shapes.text(row.get(field)))]
        if found:
            return min(found)
    return CANCELLED_STATE


def _kinds(
    webservice: Webservice, types: Sequence[Row], limits: Sequence[Row], mandatory: Sequence[Service]
) -> Mapping[int, Kind]:
    by_type = {shapes.number(row["id_product"]): row for row in limits}
    active = [row for row in types if shapes.flag(row.get("active", 1)) and shapes.number(row["id"]) in by_type]
    return {
        shapes.number(row["id"]): _kind(webservice, row, by_type[shapes.number(row["id"])], mandatory) for row in active
    }


def _kind(webservice: Webservice, row: Row, limits: Row, mandatory: Sequence[Service]) -> Kind:
    adults, children = shapes.number(limits["max_adults"]), shapes.number(limits["max_children"])
    return Kind(
        room_type=RoomType(
            key=str(row["id"]),
            name=shapes.text(row["name"]),
            capacity=shapes.number(limits["max_guests"]) or adults + children,
            photo=_photo(webservice, shapes.number(row.get("id_default_image"))),
        ),
        most_adults=adults,
        most_children=children,
        fewest_nights=shapes.number(limits["min_los"]),
        most_nights=shapes.number(limits["max_los"]),
        tax_group=shapes.number(row.get("id_tax_rules_group")),
        fees=fees_of(row, mandatory),
    )


def fees_of(row: Row, mandatory: Sequence[Service]) -> tuple[Service, ...]:
    """Mandatory services that belong to this type, at the price that it has of its own where it has one."""
    own = {shapes.number(one["id"]): one for one in row.get("associations", {}).get("services", ())}
    return tuple(
        service
        if own[service.id].get("price") is None
        else replace(service, price=shapes.amount(own[service.id]["price"]))
        for service in mandatory
        if service.id in own
    )


def _photo(webservice: Webservice, image: int) -> str | None:
    """Where the shop shows it to everybody: /img/p/1/2/12-large_default.jpg."""
    if not image:
        return None
    return str(webservice.base / "img/p" / "/".join(str(image)) / f"{image}-large_default.jpg")


def _service(row: Row) -> Service:
    return Service(
        id=shapes.number(row["id"]),
        price=shapes.amount(row["price"]),
        per_night=shapes.number(row["price_calculation_method"]) == PER_NIGHT,
        separate=shapes.number(row["price_addition_type"]) == SEPARATE,
        tax_group=shapes.number(row.get("id_tax_rules_group")),
    )
