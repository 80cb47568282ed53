"""POST and PUT of the generic resources that an agent may write: XML in, 201 (or 200) and the row as it was sent out."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from tests.fakes.qloapps.books import Books, Message, Order, Payment, RoomLine, Thread
from tests.fakes.qloapps.resources import RESOURCES
from tests.fakes.qloapps.rows import Version, line_row
from tests.fakes.qloapps.wire import EMPTY_500, NOT_FOUND, Died, Refused, parse_xml

Told = Mapping[str, Any]
Echo = dict[str, Any]
"""The row as the answer to a write shows it: texts as they came in, and odd empty values."""

_WRITTEN: Final = (
    "id_product id_hotel id_order id_order_detail id_cart id_room id_customer booking_type id_status date_from date_to"
    " total_price_tax_excl total_price_tax_incl total_paid_amount room_num room_type_name hotel_name city country phone"
    " email check_in_time check_out_time adults"
).split()
"""What a PUT of room_bookings must bring along (04_schema_room_bookings_synopsis)."""


def read(body: bytes, required: list[str]) -> Told:
    """JSON, or anything else that is no XML, ends in an exception that nobody catches."""
    told = parse_xml(body)
    if told is None:
        raise Died(EMPTY_500)
    for name in required:
        if told.get(name) in {None, ""}:
            raise Refused(400, (41, f'parameter "{name}" required'))
    return told


def post_history(books: Books, body: bytes) -> Echo:
    told = read(body, ["id_order", "id_order_state"])
    order = books.orders.get(int(told["id_order"]))
    if order is None:
        raise Died(EMPTY_500)
    history = books.move_to(order, int(told["id_order_state"]))
    return {
        "id": str(history.id),
        "id_employee": "",
        "id_order_state": history.state,
        "id_order": told["id_order"],
        "date_add": history.date_add,
    }


def post_thread(books: Books, body: bytes) -> Echo:
    told = read(body, ["id_lang", "id_contact", "token"])
    thread = Thread(id=books.next_id("thread"), values=dict(told), date_add=books.stamp())
    books.threads.append(thread)
    names = "id_lang id_shop id_customer id_order id_product id_contact email token status".split()
    stamps = {"date_add": thread.date_add, "date_upd": thread.date_add}
    return {"id": str(thread.id)} | {name: told.get(name, "") for name in names} | stamps


def post_message(books: Books, body: bytes) -> Echo:
    told = read(body, ["message"])
    thread = str(told.get("id_customer_thread", ""))
    message = Message(
        id=books.next_id("message"),
        thread=int(thread or 0),
        text=str(told["message"]),
        private=told.get("private") == "1",
        date_add=books.stamp(),
    )
    books.messages.append(message)
    return {
        "id": str(message.id),
        "id_employee": "",
        "id_customer_thread": thread,
        "ip_address": None,
        "message": message.text,
        "file_name": None,
        "user_agent": None,
        "private": told.get("private", ""),
        "date_add": message.date_add,
        "date_upd": message.date_add,
        "read": told.get("read", ""),
    }


def post_payment(books: Books, body: bytes) -> Echo:
    """A row, and nothing else: neither the order's paid total nor its state hears of it."""
    told = read(body, ["order_reference", "id_currency", "amount"])
    payment = Payment(
        id=books.next_id("payment"),
        reference=told["order_reference"],
        currency=int(told["id_currency"]),
        amount=Decimal(told["amount"]),
        method=told.get("payment_method", ""),
        transaction=told.get("transaction_id", ""),
        rate=Decimal(0),
        date_add=books.stamp(),
    )
    books.payments.append(payment)
    nothing = dict.fromkeys(("card_number", "card_brand", "card_expiration", "card_holder"))
    return {
        "id": str(payment.id),
        "order_reference": payment.reference,
        "id_currency": told["id_currency"],
        "amount": told["amount"],
        "payment_method": payment.method,
        "payment_type": told.get("payment_type", ""),
        "conversion_rate": None,
        "transaction_id": payment.transaction,
        **nothing,
        "date_add": payment.date_add,
    }


def put_line(books: Books, version: Version, body: bytes, key: int) -> Echo:
    """Everything may be written here, dates and room too, and nothing is checked. The id in the URL must exist."""
    order, line = find_line(books, key)
    told = read(body, _WRITTEN)
    line.id_status, line.comment = int(told["id_status"]), told.get("comment", "")
    line.arrived, line.left = told.get("check_in", line.arrived), told.get("check_out", line.left)
    if version == "1.7.0":
        line.planned_check_out = told.get("planned_check_out") or line.planned_check_out
    line.check_in, line.check_out = (line.check_in.fromisoformat(told[name][:10]) for name in ("date_from", "date_to"))
    line.room = books.rooms.get(int(told["id_room"]), line.room)
    line.is_refunded, line.is_cancelled = told.get("is_refunded") == "1", told.get("is_cancelled") == "1"
    line.date_upd = books.stamp()
    row = line_row(books, order, line)
    names = RESOURCES["room_bookings"].names(version)
    return {name: f"{row[name]:.6f}" if isinstance(row[name], Decimal) else str(row[name]) for name in names}


def find_line(books: Books, key: int) -> tuple[Order, RoomLine]:
    for order in books.orders.values():
        for line in order.lines:
            if line.id == key:
                return order, line
    raise Died(NOT_FOUND)


POSTS: Final[dict[str, Callable[[Books, bytes], Echo]]] = {
    "order_histories": post_history,
    "customer_threads": post_thread,
    "customer_messages": post_message,
    "order_payments": post_payment,
}
