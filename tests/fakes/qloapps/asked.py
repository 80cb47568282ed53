"""A booking as it was asked for: JSON or XML made into values, refused where the real one refuses."""

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tests.fakes.qloapps import demo
from tests.fakes.qloapps.books import Books
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.wire import EMPTY_500, FATAL_200, Died, Json, Refused, parse_xml, xml_warnings

_PHP: Final = "/srv/qloapps/classes/webservice/WebserviceSpecificManagementBookings.php, line"
_EMAIL: Final = re.compile(r"[^\s@<>()\",;:]+@[^\s@]+\.[^\s@.]+")
_NAME: Final = re.compile(r"[^0-9!<>,;?=+()@#\"°{}_$%:¤|]{1,32}")
_PHONE: Final = re.compile(r"(?=.{1,32}$)\+?[0-9 ().-]*[0-9]")
_NUMBER_STATES: Final = {1: demo.AWAITING_PAYMENT, 2: demo.PAID, 3: demo.CANCELLED, 4: demo.REFUNDED}
_PAYMENT_TYPES: Final = frozenset({"online", "remote", "pay at hotel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRoom:
    id_room: int | None
    adults: int
    children: int
    child_ages: tuple[int, ...]
    services: tuple[tuple[int, int], ...]
    """Service id and quantity."""
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStay:
    """Some rooms of one type. `detailed` is False where the request named no rooms: the base occupancy, no services."""

    room_type: int
    check_in: date
    check_out: date
    count: int
    rooms: tuple[AskedRoom, ...]
    detailed: bool

    @property
    def fits(self) -> bool:
        return len(self.rooms) == self.count > 0


class Asked:
    """The fields of one request, each coerced when it is read."""

    def __init__(self, told: Mapping[str, Json], books: Books, version: Version) -> None:
        self._told, self._books, self._version = told, books, version
        associations = told.get("associations")
        self._more: Mapping[str, Json] = associations if isinstance(associations, dict) else {}

    @property
    def id(self) -> int | None:
        return _int(self._told.get("id"))

    @property
    def source(self) -> str:
        return stored(str(self._told.get("source") or "web"))

    @property
    def remark(self) -> str:
        return re.sub(r"<[^>]*>", "", stored(str(self._told.get("remark") or "")))

    @property
    def language(self) -> int:
        return _int(self._told.get("id_language")) or 1

    @property
    def has_stays(self) -> bool:
        return bool(self._more.get("room_types"))

    @property
    def state(self) -> int | None:
        """The order state that the booking status stands for; None where none was sent."""
        status = self._told.get("booking_status")
        if status in {None, ""}:
            return None
        state = _NUMBER_STATES.get(_int(status) or 0)
        if state is None:
            raise refused("Invalid booking status.")
        return state

    @property
    def total_wanted(self) -> Decimal | None:
        return _decimal(self._details("price_details").get("total_price_with_tax"))

    @property
    def total_paid(self) -> Decimal:
        return _decimal(self._details("price_details").get("total_paid")) or Decimal(0)

    @property
    def payment_method(self) -> str:
        return str(self._details("payment_detail").get("payment_method") or "Order from API")

    @property
    def transaction(self) -> str:
        return str(self._details("payment_detail").get("transaction_id") or "")

    def customer(self, field: str) -> str:
        return str(self._details("customer_detail").get(field) or "")

    def check_payment_type(self) -> None:
        kind = self._details("payment_detail").get("payment_type")
        if kind and kind not in _PAYMENT_TYPES:
            raise refused("Invalid payment type.")

    def check_property(self) -> None:
        if _int(self._told.get("id_property")) != self._books.hotel.id:
            raise refused("Please provide a valid id_property.")

    def currency(self) -> demo.Currency:
        """One that exists and is switched off books in the shop's default."""
        iso = str(self._told.get("currency") or "").upper()
        known = next((each for each in self._books.currencies.values() if each.iso == iso), None)
        if known is None:
            raise refused("Please provide valid currency.")
        return known if known.active else self._books.default_currency

    def check_contact(self) -> None:
        if not self.customer("email"):
            raise refused("Please provide a valid email.")
        if not self.customer("phone"):
            raise refused("Please provide a valid phone number.")

    def check_person(self) -> None:
        """PHP's own end, one way or the other: a bad address prints a text, a bad name or phone nothing at all."""
        if not _EMAIL.fullmatch(self.customer("email")):
            raise Died(FATAL_200)
        names = (self.customer("firstname"), self.customer("lastname"))
        if not all(map(_NAME.fullmatch, names)) or not _PHONE.fullmatch(self.customer("phone")):
            raise Died(EMPTY_500)

    def stays(self) -> list[AskedStay]:
        entries = self._more.get("room_types")
        return [self._stay(entry) for entry in entries] if isinstance(entries, list) else []

    def _details(self, name: str) -> Mapping[str, Json]:
        details = self._more.get(name)
        return details if isinstance(details, dict) else {}

    def _stay(self, entry: Mapping[str, Json]) -> AskedStay:
        room_type = _int(entry.get("id_room_type"))
        if room_type not in self._books.room_types:
            raise refused("Invalid room type in the request")
        check_in = _day(entry.get("checkin_date"), "check in")
        check_out = _day(entry.get("checkout_date"), "check out")
        if check_out < check_in:
            raise refused("Invalid check in and check out dates in the request")
        count, rooms = _int(entry.get("number_of_rooms")) or 0, entry.get("rooms")
        asked: list[dict[str, Json]] = (
            rooms if isinstance(rooms, list) and rooms else [{"child_ages": [], "base": True}] * count
        )
        kind = self._books.room_types[room_type]
        return AskedStay(
            room_type=room_type,
            check_in=check_in,
            check_out=check_out,
            count=count,
            rooms=tuple(self._room(room, kind) for room in asked),
            detailed=asked is rooms,
        )

    def _room(self, room: Mapping[str, Json], kind: demo.RoomType) -> AskedRoom:
        """1.6.1 reads `adult` and 1.7.0 `adults`; children whose ages are not told do not count."""
        adults = _int(room.get("adult" if self._version == "1.6.1" else "adults"))
        ages = tuple(_int(age) or 0 for age in room.get("child_ages") or ())
        told = _int(room.get("child")) or 0
        base = bool(room.get("base"))
        return AskedRoom(
            id_room=_int(room.get("id_room")),
            adults=kind.adults if adults is None else adults,
            children=kind.children if base else told if ages else 0,
            child_ages=ages,
            services=tuple(
                (_int(each.get("id_service")) or 0, _int(each.get("quantity")) or 1)
                for each in room.get("services") or ()
            ),
            unit_price=_decimal(room.get("unit_price_without_tax")),
        )


def read_booking(body: bytes, books: Books, version: Version) -> Asked:
    """JSON if it is any, else XML; what is neither ends in PHP's warnings and the first thing missed."""
    text = body.strip()
    told: Any = None
    if text.startswith(b"{"):
        with contextlib.suppress(ValueError):
            told = json.loads(text, parse_float=Decimal)
    if isinstance(told, dict):
        return _inside(told.get("booking"), [(127, "Invalid request.")], "null", books, version)
    if not text:
        return _inside(None, [], "bool", books, version)
    return _inside(parse_xml(text), xml_warnings(text, f"{_PHP} 374"), "bool", books, version)


def _inside(told: Any, before: list[tuple[int, str]], kind: str, books: Books, version: Version) -> Asked:
    if isinstance(told, dict):
        return Asked(told, books, version)
    merge = f"[PHP Warning #2] array_merge(): Expected parameter 1 to be an array, {kind} given ({_PHP} 408)"
    raise Refused(400, *before, (3, merge), (404, "Please provide valid currency."))


def refused(message: str) -> Refused:
    """For bookings the code is always 404 inside an HTTP 400."""
    return Refused(400, (404, message))


def stored(text: str) -> str:
    """What utf8mb3 keeps of it."""
    return "".join("????" if ord(letter) > 0xFFFF else letter for letter in text)


def _day(told: Json, which: str) -> date:
    try:
        return date.fromisoformat(str(told)[:10])
    except ValueError:
        raise refused(f"Invalid {which} date in the request") from None


def _int(told: Json) -> int | None:
    try:
        return int(told)
    except (TypeError, ValueError):
        return None


def _decimal(told: Json) -> Decimal | None:
    try:
        return None if told in {None, ""} else Decimal(str(told))
    except InvalidOperation:
        return None
