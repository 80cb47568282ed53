"""The people at the desk: they write straight into the books, at any time, and nobody checks what they do."""

from datetime import date

from tests.fakes.qloapps import demo, rates
from tests.fakes.qloapps.books import Books, Customer, Order, RoomLine
from tests.fakes.qloapps.demo import Room


class FrontDesk:
    def __init__(self, books: Books) -> None:
        self._books = books

    def book(
        self,
        room_type: int,
        check_in: date,
        check_out: date,
        room: int | None = None,
        *,
        source: str = "front desk",
        email: str = "walk-in@example.test",
    ) -> Order:
        """Take this room, else a free one, else the first of its type, whoever sleeps there."""
        books, now = self._books, self._books.stamp()
        number = books.next_id("order")
        order = Order(
            id=number,
            reference=books.reference(),
            source=source,
            customer=self._guest(email),
            currency=books.default_currency,
            language=1,
            state=demo.AWAITING_PAYMENT,
            payment="Pay at hotel",
            date_add=now,
            date_upd=now,
        )
        order.lines.append(
            self._line(order, room_type, check_in, check_out, self._room(room_type, check_in, check_out, room))
        )
        books.orders[number] = order
        books.move_to(order, demo.AWAITING_PAYMENT)
        return order

    def fill(self, room_type: int, check_in: date, check_out: date, *, leave: int = 0) -> list[Order]:
        """Sell all free rooms of the type but `leave`."""
        free = self._books.free_rooms(room_type, check_in, check_out)
        return [self.book(room_type, check_in, check_out, room.id) for room in free[: len(free) - leave]]

    def cancel(self, order: Order | int) -> None:
        self._books.move_to(self._books.orders[order] if isinstance(order, int) else order, demo.CANCELLED)

    def block_room(
        self, room: int, first: date | None = None, last: date | None = None, *, comment: str = "maintenance"
    ) -> None:
        """Take a room out of use; with dates only for the nights from `first` until `last` is the morning."""
        blocked = self._books.rooms[room]
        blocked.comment = comment
        if first is None or last is None:
            blocked.status = 2
            return
        blocked.status = 3
        blocked.blocked.append((first, last))

    def _room(self, room_type: int, check_in: date, check_out: date, room: int | None) -> Room:
        if room is not None:
            return self._books.rooms[room]
        return next(iter(self._books.free_rooms(room_type, check_in, check_out)), self._books.rooms_of(room_type)[0])

    def _line(self, order: Order, room_type: int, check_in: date, check_out: date, room: Room) -> RoomLine:
        books, kind = self._books, self._books.room_types[room_type]
        price = rates.taxed(books, rates.room_price(books, kind, check_in, check_out))
        return RoomLine(
            id=books.next_id("line"),
            order_id=order.id,
            room_type=room_type,
            room=room,
            check_in=check_in,
            check_out=check_out,
            adults=kind.adults,
            children=0,
            child_ages=(),
            price=price.net,
            tax=price.tax,
            paid_amount=price.gross,
            date_add=order.date_add,
            date_upd=order.date_add,
        )

    def _guest(self, email: str) -> Customer:
        books = self._books
        known = books.customer_of(email)
        if known is None:
            known = Customer(
                id=books.next_id("customer"),
                firstname="Walk",
                lastname="In",
                email=email,
                phone="+10000000",
                date_add=books.stamp(),
            )
            books.customers.append(known)
        return known
