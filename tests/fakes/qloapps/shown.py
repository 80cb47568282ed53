"""A booking as the webservice shows it: a tree for JSON, and the same tree retold in XML."""

from decimal import Decimal
from typing import Any

from tests.fakes.qloapps.books import Books, Order, RoomLine
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.wire import cdata, number


def tree(order: Order, books: Books, version: Version) -> dict[str, Any]:
    """A booking as GET, POST and PUT answer it: without its status, its reference or a gross total."""
    customer = order.customer
    return {
        "id": order.id,
        "id_property": books.hotel.id,
        "currency": order.currency.iso,
        "source": order.source,
        "booking_date": order.date_add,
        "id_language": order.language,
        "associations": {
            "customer_detail": {
                "id_customer": customer.id,
                "firstname": customer.firstname,
                "lastname": customer.lastname,
                "email": customer.email,
                "phone": customer.phone,
            },
            "price_details": {
                "total_paid": number(order.paid),
                "total_price_without_tax": number(order.total),
                "total_tax": number(order.tax),
            },
            "cart_rules": [],
            "remarks": list(order.remarks),
            "room_types": _shown_stays(order, books, version),
        },
    }


def _shown_stays(order: Order, books: Books, version: Version) -> list[dict[str, Any]]:
    groups: dict[tuple[Any, ...], list[RoomLine]] = {}
    for line in order.lines:
        groups.setdefault((line.room_type, line.check_in, line.check_out), []).append(line)
    return [
        {
            "id_room_type": room_type,
            "checkin_date": f"{check_in} 00:00:00",
            "checkout_date": f"{check_out} 00:00:00",
            "total_tax": number(sum((line.tax for line in lines), Decimal(0))),
            "number_of_rooms": len(lines),
            "name": books.name_of(books.room_types[room_type], order.language),
            "rooms": [_shown_room(line, version) for line in lines],
        }
        for (room_type, check_in, check_out), lines in groups.items()
    ]


def _shown_room(line: RoomLine, version: Version) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id_room": line.room.id,
        "id_hotel_booking": line.id,
        "adults": line.adults,
        "child": line.children,
        "unit_price_without_tax": number(line.price),
        "total_tax": number(line.tax),
    }
    services = [each for each in line.services if version == "1.7.0" or not each.service.auto_add]
    if services:
        told["services"] = [
            {
                "id_service": each.service.id,
                "name": each.service.name,
                "quantity": each.quantity,
                "unit_price_without_tax": number(each.unit),
                "total_price_without_tax": number(each.total),
                "total_tax": number(each.tax),
                "per_night": int(each.service.per_night),
                "price_mode": 2 if each.service.per_night else 1,
            }
            for each in sorted(services, key=lambda each: each.service.id)
        ]
    return told


def as_xml(name: str, value: Any) -> str:
    """The same tree as XML; an empty list comes out as a zero."""
    if isinstance(value, dict):
        return f"<{name}>{''.join(as_xml(key, inner) for key, inner in value.items())}</{name}>\n"
    if isinstance(value, list):
        inner = "".join(as_xml(name.removesuffix("s"), each) for each in value)
        return f"<{name}>{inner or cdata(0)}</{name}>\n"
    return f"<{name}>{cdata(value)}</{name}>\n"
