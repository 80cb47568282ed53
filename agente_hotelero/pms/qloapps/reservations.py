"""Reservations read back: what an order says together with its room lines, for a booking's own answer is worth nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Final

from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, PmsReservation, ReservationStatus, Stay
from agente_hotelero.pms.qloapps import guests, shapes
from agente_hotelero.pms.qloapps.catalogue import Catalogue
from agente_hotelero.pms.qloapps.guests import Customer
from agente_hotelero.pms.qloapps.shapes import Row
from agente_hotelero.pms.qloapps.webservice import Webservice

ORDER: Final = "[id,reference,source,current_state,id_customer,id_currency,total_paid_tax_incl]"
# Never in full: what else it holds of a customer includes the hash of their password.
CUSTOMER: Final = "[id,firstname,lastname,email,phone]"
CLASH: Final = "[id,id_order,id_room,date_from,date_to]"
LIVE: Final = {"is_refunded": "[0]", "is_back_order": "[0]"}
SPECIAL: Final = frozenset("[]|%<>!,")
"""What means something in a filter: a guest's words with it are not looked for."""

MOST_ORDERS: Final = "100"
"""Their numbers go in one address, and servers take only so long ones."""

Lines = Mapping[int, Sequence[Row]]


async def orders(webservice: Webservice, field: str, value: str) -> Sequence[Row]:
    """Orders whose `field` is exactly `value`, the newest hundred, the eldest first; none for what could be read as a pattern.

    It is asked all the same: an answer that did not come from there would say that it is well.
    """
    if not value or SPECIAL & set(value):
        await ping(webservice)
        return ()
    found = await webservice.rows(
        "orders", display=ORDER, where={field: f"[{value}]"}, date="1", sort="[id_DESC]", limit=MOST_ORDERS
    )
    return sorted(found, key=lambda row: shapes.number(row["id"]))


async def ping(webservice: Webservice) -> None:
    """Ask for something small."""
    await webservice.rows("currencies", display="[id]", limit="1")


async def customers(webservice: Webservice, field: str, values: Sequence[str]) -> Sequence[Customer]:
    """Who is on file under one of the values."""
    if not values or any(SPECIAL & set(value) for value in values):
        return ()
    rows = await webservice.rows("customers", display=CUSTOMER, where={field: f"[{'|'.join(values)}]"})
    return [_customer(row) for row in rows]


async def lines_of(webservice: Webservice, found: Sequence[Row], *, hotel_id: int) -> Lines:
    """Room lines of orders in one hotel, by order: an installation may have several, and all share their orders."""
    by_order: dict[int, list[Row]] = defaultdict(list)
    if found:
        ids = "|".join(str(row["id"]) for row in found)
        where = {"id_order": f"[{ids}]", "id_hotel": f"[{hotel_id}]"}
        for row in await webservice.rows("room_bookings", where=where):
            by_order[shapes.number(row["id_order"])].append(row)
    return by_order


async def first_line_in_room(webservice: Webservice, line: Row) -> bool | None:
    """Whether a live line came before all that have its room on one of its nights; None where it is alone there.

    QloApps sells a room twice without a word; the line with the lower number was first.
    """
    rivals = await webservice.rows(
        "room_bookings",
        display=CLASH,
        where={
            "id_room": f"[{line['id_room']}]",
            **LIVE,
            "date_from": f"<[{shapes.day(line['date_to'])}]",
            "date_to": f">[{shapes.day(line['date_from'])}]",
        },
        date="1",
    )
    own = shapes.number(line["id"])
    others = [
        shapes.number(row["id"]) for row in rivals if shapes.number(row["id_order"]) != shapes.number(line["id_order"])
    ]
    return None if not others else own < min(others)


def is_live(line: Row) -> bool:
    """Whether a line holds its room."""
    return not shapes.flag(line["is_refunded"]) and not shapes.flag(line["is_back_order"])


def live_of(lines: Sequence[Row]) -> Sequence[Row]:
    """Those that hold a room; all of them where none does, for there is still something to tell of it."""
    return [line for line in lines if is_live(line)] or lines


def status(order: Row, lines: Sequence[Row], catalogue: Catalogue) -> ReservationStatus:
    """Decide by both: an order that awaits payment may have lost a room, and a cancelled one keeps its lines.

    A room that staff took out of it is out of it; one that went to somebody else makes it lost.
    """
    if shapes.number(order["current_state"]) == catalogue.cancelled_state:
        return ReservationStatus.CANCELLED
    back_ordered = any(shapes.flag(line["is_back_order"]) for line in lines)
    if any(is_live(line) for line in lines) and not back_ordered:
        return ReservationStatus.LIVE
    by_hand = lines and all(
        shapes.flag(line["is_cancelled"]) and not shapes.flag(line["is_back_order"]) for line in lines
    )
    return ReservationStatus.CANCELLED if by_hand else ReservationStatus.LOST


def reservation(
    order: Row, lines: Sequence[Row], catalogue: Catalogue, *, customer: Customer | None, state: ReservationStatus
) -> PmsReservation | None:
    """Put it in the domain's terms; None for an order without a room line, of which nobody knows what it booked."""
    if not lines:
        return None
    lines = live_of(lines)
    first = lines[0]
    return PmsReservation(
        code=str(order["reference"]),
        serial=shapes.number(order["id"]),
        client_ref=ClientRef(str(order["source"])) if order.get("source") else None,
        status=state,
        room_type_key=str(first["id_product"]),
        room_type_name=shapes.text(first["room_type_name"]),
        stay=_stay(lines),
        party=Party(
            adults=sum(shapes.number(line["adults"]) for line in lines),
            children=sum(shapes.number(line["children"]) for line in lines),
            rooms=len(lines),
        ),
        total=_total(order, catalogue),
        booker_name=customer.name if customer else "",
        booker_email=customer.email if customer else None,
        booker_phone=customer.phone if customer else None,
        leaves_at=_leaves_at(lines, catalogue.check_out),
    )


def _stay(lines: Sequence[Row]) -> Stay:
    begins = [day for line in lines if (day := shapes.day(line["date_from"]))]
    ends = [day for line in lines if (day := shapes.day(line["date_to"]))]
    return Stay(check_in=min(begins), check_out=max(ends))


def ends_after(found: PmsReservation, today: date) -> bool:
    """Whether its guest is still to come, or here."""
    return found.stay.check_out >= today


def _total(order: Row, catalogue: Catalogue) -> Money:
    currency = catalogue.currencies.get(shapes.number(order["id_currency"]), "")
    return Money.of(shapes.amount(order["total_paid_tax_incl"]), currency)


def _leaves_at(lines: Sequence[Row], usual: time | None) -> time | None:
    """1.7.0 has a field for it, which holds the usual hour where nobody asked for another; all rooms leave late, or none."""
    planned = [shapes.moment(line.get("planned_check_out")) for line in lines]
    hours = [at.time() for at in planned if at is not None]
    if len(hours) < len(lines) or (usual is not None and min(hours) <= usual):
        return None
    return min(hours)


def _customer(row: Row) -> Customer:
    return Customer(
        id=shapes.number(row["id"]),
        name=guests.full_name(str(row["firstname"]), str(row["lastname"])),
        email=str(row["email"]),
        phone=guests.on_file(str(row.get("phone") or "")),
    )
