"""POST hotel_ari: availability, rates and inventory. XML in; occupancy multiplies the price and filters nothing."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tests.fakes.qloapps import demo, rates
from tests.fakes.qloapps.books import Books
from tests.fakes.qloapps.demo import Room, RoomType
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.wire import Refused, cdata, number, parse_xml, xml_warnings

_PHP: Final = "/srv/qloapps/modules/hotelreservationsystem/classes/WebserviceSpecificManagementHotelAri.php, line 476"
_KINDS: Final = ("available", "unavailable", "partial_available", "booked")
_FLAGS: Final = {kind: f"get_{kind}_rooms" for kind in _KINDS}
_ROOMS: Final = ("unavailable", "booked", "available", "partial_available")
"""The order in which the lists of rooms come; the totals come in that of `_KINDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    hotel: str
    room_type: str
    check_in: date
    check_out: date
    rooms: int
    kinds: tuple[str, ...]
    by_night: bool


def read_search(body: bytes) -> Search:
    if not body.strip():
        raise _invalid("ARI search parameters are missing.")
    told = parse_xml(body)
    if told is None:
        raise Refused(400, *xml_warnings(body, _PHP), (85, "Validation error: Invalid ARI search parameters found."))
    for name in ("id_hotel", "date_from", "date_to"):
        if not told.get(name):
            raise Refused(400, (41, f'parameter "{name}" required'))
    check_in, check_out = (_day(told, name) for name in ("date_from", "date_to"))
    if check_out <= check_in:
        raise _invalid('"Date to" must be after "date from"')
    flags = {kind: told[flag] == "1" for kind, flag in _FLAGS.items() if flag in told}
    more = told.get("associations")
    occupancies = more.get("room_occupancies", []) if isinstance(more, dict) else []
    return Search(
        hotel=told["id_hotel"],
        room_type=told.get("id_room_type", ""),
        check_in=check_in,
        check_out=check_out,
        rooms=max(1, len(occupancies)),
        kinds=tuple(kind for kind in _KINDS if (flags.get(kind, False) if flags else kind == "available")),
        by_night=told.get("date_wise_breakdown") == "1",
    )


def _day(told: Mapping[str, str], name: str) -> date:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(told[name])
    raise _invalid(f'"The {name} field is invalid."')


def _invalid(message: str) -> Refused:
    return Refused(400, (85, f"Validation error: {message}"))


class Ari:
    """The answer to one search, as the tree that JSON shows and XML retells."""

    def __init__(self, books: Books, version: Version, search: Search) -> None:
        self._books, self._version, self._search = books, version, search

    def tree(self) -> dict[str, Any]:
        search = self._search
        if not search.by_night:
            return {"hotel_ari": self._period(search.check_in, search.check_out)}
        days = [*rates.nights(search.check_in, search.check_out), search.check_out]
        return {"hotel_aris": [self._period(first, last) for first, last in itertools.pairwise(days)]}

    def _period(self, check_in: date, check_out: date) -> dict[str, Any]:
        search = self._search
        told: dict[str, Any] = {
            "id_hotel": search.hotel,
            "date_from": check_in.isoformat(),
            "date_to": check_out.isoformat(),
            "currency": self._books.default_currency.iso,
        }
        kinds = list(self._kinds())
        if not kinds:
            return told
        sorted_rooms = {kind.id: self._sort(kind, check_in, check_out) for kind in kinds}
        totals = {f"total_{each}_rooms": self._total(each, sorted_rooms) for each in search.kinds}
        types = [self._type(kind, sorted_rooms[kind.id], check_in, check_out) for kind in kinds]
        told["total_rooms"] = sum(len(self._books.rooms_of(kind.id)) for kind in kinds)
        return told | ({"room_types": types} | totals if search.by_night else totals | {"room_types": types})

    def _kinds(self) -> Iterator[RoomType]:
        search = self._search
        if search.hotel == str(self._books.hotel.id):
            for kind in self._books.room_types.values():
                if kind.active and search.room_type in {"", str(kind.id)}:
                    yield kind

    def _total(self, which: str, sorted_rooms: Mapping[int, Mapping[str, list[Room]]]) -> int:
        """Night by night, 1.6.1 repeats the count of free rooms under every name."""
        counted = "available" if self._search.by_night and self._version == "1.6.1" else which
        return sum(len(rooms[counted]) for rooms in sorted_rooms.values())

    def _sort(self, kind: RoomType, check_in: date, check_out: date) -> dict[str, list[Room]]:
        """Rooms by what they are on these dates. A stay too short or too long looks just like a full house."""
        books, search = self._books, self._search
        found: dict[str, list[Room]] = {each: [] for each in _KINDS}
        for room in books.rooms_of(kind.id):
            if books.out_of_use(room, check_in, check_out):
                found["unavailable"].append(room)
            elif books.taken(room, check_in, check_out):
                found["booked"].append(room)
            elif kind.takes((search.check_out - search.check_in).days):
                found["available"].append(room)
        return found

    def _type(self, kind: RoomType, rooms: Mapping[str, list[Room]], check_in: date, check_out: date) -> dict[str, Any]:
        price, nights = rates.shown(self._books, kind, check_in, check_out), (check_out - check_in).days
        return {
            "id_room_type": self._int(kind.id),
            "base_price": number(price.net / nights),
            "base_price_with_tax": number(price.gross / nights),
            "total_price": number(price.net * self._search.rooms),
            "total_price_with_tax": number(price.gross * self._search.rooms),
            "name": kind.name,
            "rooms": {
                "partially_available" if each == "partial_available" else each: self._listed(
                    each, rooms[each], check_in, check_out
                )
                for each in _ROOMS
                if each in self._search.kinds
            },
        }

    def _listed(self, which: str, rooms: list[Room], check_in: date, check_out: date) -> Any:
        """PHP's empty array is a list, its filled one an object."""
        return {str(room.id): self._room(which, room, check_in, check_out) for room in rooms} or []

    def _room(self, which: str, room: Room, check_in: date, check_out: date) -> dict[str, Any]:
        if self._search.by_night:
            return {"id_room": self._int(room.id), "room_num": room.number}
        kind = self._books.room_types[room.room_type]
        ids = {"id_product": self._int(kind.id), "id_room": self._int(room.id)}
        if which != "available":
            detail = self._blocked(room) if which == "unavailable" else self._booked(room, check_in, check_out)
            return ids | {"id_hotel": self._int(self._books.hotel.id), "room_num": room.number, "detail": detail}
        return {
            "id_room": self._int(room.id),
            "id_product": self._int(kind.id),
            "id_hotel": self._int(self._books.hotel.id),
            "room_num": room.number,
            "room_comment": room.comment,
            "max_adult": self._int(kind.max_adults),
            "max_children": self._int(kind.max_children),
            "max_occupancy": self._int(kind.max_guests),
        }

    def _blocked(self, room: Room) -> list[dict[str, Any]]:
        spans: list[tuple[str | None, str | None]] = [(f"{a}", f"{b}") for a, b in room.blocked] or [(None, None)]
        return [
            {"id_status": self._int(room.status), "room_comment": room.comment, "date_from": first, "date_to": last}
            for first, last in spans
        ]

    def _booked(self, room: Room, check_in: date, check_out: date) -> list[dict[str, Any]]:
        return [
            {
                "id_htl_booking": self._int(line.id),
                "date_from": f"{line.check_in} 00:00:00",
                "date_to": f"{line.check_out} 00:00:00",
                "id_customer": self._int(self._books.orders[line.order_id].customer.id),
                "booking_type": self._int(1),
                "booking_status": self._int(line.id_status),
                "comment": line.comment,
            }
            for line in self._books.taken(room, check_in, check_out)
        ]

    def _int(self, value: int) -> int | str:
        return value if self._version == "1.7.0" else str(value)


def as_xml(tree: Mapping[str, Any], books: Books, base: str) -> str:
    periods = tree.get("hotel_aris")
    if periods is None:
        return _period_xml(tree["hotel_ari"], books, base)
    return f"<hotel_aris>\n{''.join(_period_xml(period, books, base) for period in periods)}</hotel_aris>\n"


def _period_xml(period: Mapping[str, Any], books: Books, base: str) -> str:
    plain = "".join(f"<{name}>{cdata(value)}</{name}>\n" for name, value in period.items() if name != "room_types")
    types = "".join(_type_xml(kind, books, base) for kind in period.get("room_types", ()))
    listed = f"<room_types>\n{types}</room_types>\n" if "room_types" in period else ""
    return f"<hotel_ari>\n{plain}{listed}</hotel_ari>\n"


def _type_xml(kind: Mapping[str, Any], books: Books, base: str) -> str:
    number_, link = kind["id_room_type"], f"{base}api/room_types/{kind['id_room_type']}"
    plain = "".join(f"<{name}>{cdata(kind[name])}</{name}>\n" for name in kind if name not in {"name", "rooms"})
    texts = demo.translated(kind["name"], books.languages)
    names = "".join(f'<language id="{place + 1}">{cdata(text)}</language>' for place, text in enumerate(texts))
    lists = "".join(_rooms_xml(name, rooms) for name, rooms in kind["rooms"].items())
    return (
        f'<room_type id="{number_}" xlink:href="{link}">\n{plain}<name>{names}</name>\n'
        f"<rooms>\n{lists}</rooms>\n</room_type>\n"
    )


def _rooms_xml(name: str, rooms: Any) -> str:
    tag = "partial_available" if name == "partially_available" else name
    told = "".join(
        f'<room id="{room["id_room"]}">\n<id_room>{cdata(room["id_room"])}</id_room>\n'
        f"<room_number>{cdata(room['room_num'])}</room_number>\n</room>\n"
        for room in (rooms.values() if rooms else ())
    )
    return f"<{tag}>\n{told}</{tag}>\n"
