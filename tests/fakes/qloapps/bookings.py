"""POST, PUT and GET of bookings: check, let others in, insert, look again. No lock, no idempotency, as measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tests.fakes.qloapps import demo, rates
from tests.fakes.qloapps.asked import Asked, AskedRoom, AskedStay, refused, stored
from tests.fakes.qloapps.books import Books, Customer, Mail, Order, Payment, RoomLine, cents
from tests.fakes.qloapps.demo import Currency, Room
from tests.fakes.qloapps.faults import Switches
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.wire import Refused

_PHP: Final = "/srv/qloapps/classes/webservice/WebserviceSpecificManagementBookings.php, line"
NO_ROOM: Final = "Requested room(s) not available"


@dataclass(frozen=True, slots=True)
class Pick:
    """A room that was free when we looked."""

    stay: AskedStay
    asked: AskedRoom
    room: Room


class BookingDesk:
    """What the webservice does with a booking. Raises Refused and Died as the real one answers."""

    def __init__(self, books: Books, switches: Switches, version: Version) -> None:
        self._books, self._switches, self._version = books, switches, version

    async def post(self, asked: Asked) -> Order:
        currency = asked.currency()
        asked.check_property()
        state = asked.state or demo.AWAITING_PAYMENT
        asked.check_payment_type()
        asked.check_contact()
        picks = self._pick(asked.stays(), f"{NO_ROOM}.")
        asked.check_person()
        await self._switches.between_check_and_insert()
        lost = self._lost(picks)
        outcome = self._switches.next_race() if lost else None
        if outcome == "refused":
            raise refused(f"{NO_ROOM}.")
        order = self._insert(asked, currency, picks)
        self._books.move_to(order, demo.AWAITING_PAYMENT)
        if outcome == "silent_loser":
            self._lose(order, lost)
        self._settle(order, asked, state, lost=outcome == "silent_loser")
        self._mail(order)
        self._too_cheap(order, asked)
        return order

    async def put(self, asked: Asked) -> Order:
        """Dates that differ mean: new rooms for old ones, found while the old ones still count, and no second look."""
        order = self._known(asked)
        state = asked.state
        asked.check_payment_type()
        customer = self._books.customer_of(asked.customer("email"))
        if customer is None:
            raise refused("Please provide a valid email.")
        stays = asked.stays()
        if self._same(order, stays):
            self._reserve_services(order, stays)
        else:
            await self._reallocate(order, asked, stays)
        self._rewrite(customer, asked)
        self._remark(order, asked)
        self._pay_rest(order, asked)
        if state is not None and state != order.state:
            self._books.move_to(order, state)
        order.date_upd = self._books.stamp()
        return order

    def notice(self) -> Refused:
        """What a stock php.ini makes of two undefined variables, once the work is done."""
        if self._version == "1.6.1":
            told = [(5, f"[PHP Notice #8] Undefined variable: useTax ({_PHP} {line})") for line in (3463, 3494)]
        else:
            told = [(3, f"[PHP Warning #2] Undefined variable $useTax ({_PHP} {line})") for line in (3463, 3494)]
        return Refused(500, *told)

    # POST

    def _pick(self, stays: Sequence[AskedStay], message: str) -> list[Pick]:
        picks: list[Pick] = []
        for stay in stays:
            kind = self._books.room_types[stay.room_type]
            free = self._books.free_rooms(stay.room_type, stay.check_in, stay.check_out)
            free = [room for room in free if not self._picked(room, stay, picks)]
            if not stay.fits or not kind.takes((stay.check_out - stay.check_in).days):
                raise refused(message)
            for asked in stay.rooms:
                room = next((room for room in free if asked.id_room in {None, room.id}), None)
                if room is None:
                    raise refused(message)
                free.remove(room)
                picks.append(Pick(stay, asked, room))
        if not picks:
            raise refused(message)
        return picks

    def _picked(self, room: Room, stay: AskedStay, picks: Sequence[Pick]) -> bool:
        return any(
            pick.room is room and pick.stay.check_in < stay.check_out and stay.check_in < pick.stay.check_out
            for pick in picks
        )

    def _lost(self, picks: Sequence[Pick]) -> set[int]:
        """Rooms that somebody else took since we looked."""
        return {pick.room.id for pick in picks if self._books.taken(pick.room, pick.stay.check_in, pick.stay.check_out)}

    def _insert(self, asked: Asked, currency: Currency, picks: Sequence[Pick]) -> Order:
        now = self._books.stamp()
        number = self._books.next_id("order")
        order = Order(
            id=number,
            reference=self._books.reference(),
            source=asked.source,
            customer=self._guest(asked),
            currency=currency,
            language=asked.language,
            state=demo.AWAITING_PAYMENT,
            payment=asked.payment_method,
            date_add=now,
            date_upd=now,
        )
        order.lines = [self._line(order, pick) for pick in picks]
        self._raise_price(order, asked.total_wanted)
        self._remark(order, asked)
        self._books.orders[number] = order
        return order

    def _line(self, order: Order, pick: Pick) -> RoomLine:
        books, stay, rate, now = self._books, pick.stay, order.currency.rate, self._books.stamp()
        price = rates.taxed(books, self._price(pick) * rate)
        services = [
            rates.booked_service(
                books, books.services[key], quantity, check_in=stay.check_in, check_out=stay.check_out, rate=rate
            )
            for key, quantity in pick.asked.services
            if key in books.services
        ]
        return RoomLine(
            id=books.next_id("line"),
            order_id=order.id,
            room_type=stay.room_type,
            room=pick.room,
            check_in=stay.check_in,
            check_out=stay.check_out,
            adults=pick.asked.adults,
            children=pick.asked.children,
            child_ages=pick.asked.child_ages,
            price=price.net,
            tax=price.tax,
            paid_amount=price.gross,
            services=services,
            date_add=now,
            date_upd=now,
        )

    def _price(self, pick: Pick) -> Decimal:
        """Without tax. 1.6.1 takes the unit price for the whole stay, 1.7.0 for one night."""
        stay, unit = pick.stay, pick.asked.unit_price
        if unit is not None:
            return unit if self._version == "1.6.1" else unit * (stay.check_out - stay.check_in).days
        kind = self._books.room_types[stay.room_type]
        return rates.room_price(self._books, kind, stay.check_in, stay.check_out) + self._switches.price_mismatch

    def _raise_price(self, order: Order, wanted: Decimal | None) -> None:
        """A higher total than the rates' is put on the rooms."""
        more = Decimal(0) if wanted is None else wanted - order.total - order.tax
        if more <= 0:
            return
        for line in order.lines:
            gross = line.price + line.tax + more / len(order.lines)
            line.price = cents(gross / (1 + self._books.tax_rate))
            line.tax = gross - line.price

    def _too_cheap(self, order: Order, asked: Asked) -> None:
        """1.6.1 divides by zero over a lower total, with the booking made at the full price."""
        wanted = asked.total_wanted
        if self._version == "1.6.1" and wanted is not None and wanted < order.total + order.tax:
            raise Refused(500, (3, f"[PHP Warning #2] Division by zero ({_PHP} 986)"))

    def _lose(self, order: Order, lost: set[int]) -> None:
        """QloApps cancels the loser; the bookings API then sets the state that was asked for, and says nothing."""
        for line in order.lines:
            line.is_back_order = line.room.id in lost
        self._books.move_to(order, demo.CANCELLED)

    def _settle(self, order: Order, asked: Asked, state: int, *, lost: bool) -> None:
        """Money first: part of it moves an unpaid order to «partial payment»."""
        gross = order.total + order.tax
        if asked.total_paid > 0:
            in_full = state == demo.PAID
            method = "Order from API" if in_full else asked.payment_method
            self._pay(order, asked.total_paid, method, "" if in_full else asked.transaction)
            if state == demo.AWAITING_PAYMENT:
                state = demo.PARTLY_PAID if asked.total_paid < gross else demo.PAID
        if lost or state != demo.AWAITING_PAYMENT:
            self._books.move_to(order, state)

    def _mail(self, order: Order) -> None:
        if self._switches.mails and self._version == "1.6.1":
            self._books.mails += [
                Mail(to=to, order_id=order.id) for to in (order.customer.email, self._books.hotel.email)
            ]

    # PUT

    def _known(self, asked: Asked) -> Order:
        if asked.id is None:
            raise refused("id is required with PUT requests.")
        if not asked.has_stays:
            raise refused("Rooms not found in the request.")
        asked.check_property()
        order = self._books.orders.get(asked.id)
        if order is None:
            raise refused("Booking not found.")
        return order

    def _same(self, order: Order, stays: Sequence[AskedStay]) -> bool:
        have = sorted((line.room_type, line.check_in, line.check_out) for line in order.lines)
        want = sorted((stay.room_type, stay.check_in, stay.check_out) for stay in stays for _ in range(stay.count))
        return have == want

    def _reserve_services(self, order: Order, stays: Sequence[AskedStay]) -> None:
        """1.6.1 drops services whatever was sent; 1.7.0 keeps those that are sent again."""
        asked = [room for stay in stays for room in stay.rooms]
        for line, room in zip(order.lines, asked, strict=True):
            kept = {key for key, _ in room.services} if self._version == "1.7.0" else set()
            line.services = [each for each in line.services if each.service.id in kept]

    async def _reallocate(self, order: Order, asked: Asked, stays: Sequence[AskedStay]) -> None:
        picks = self._pick(stays, NO_ROOM)
        await self._switches.between_check_and_insert()
        outcome = self._switches.next_race() if self._lost(picks) else None
        order.lines = [] if outcome == "no_rooms" else [self._line(order, pick) for pick in picks]
        if self._version == "1.6.1":
            for line in order.lines:
                line.services = []
        self._raise_price(order, asked.total_wanted)

    def _pay_rest(self, order: Order, asked: Asked) -> None:
        """`total_paid` is cumulative; the difference is booked under the order's own method, without a transaction."""
        rest = asked.total_paid - order.paid
        if rest > 0:
            self._pay(order, rest, order.payment, "")

    # both

    def _guest(self, asked: Asked) -> Customer:
        """Found by e-mail and rewritten, or new."""
        customer = self._books.customer_of(asked.customer("email"))
        if customer is None:
            customer = Customer(
                id=self._books.next_id("customer"),
                firstname="",
                lastname="",
                email=asked.customer("email"),
                phone="",
                date_add=self._books.stamp(),
            )
            self._books.customers.append(customer)
        self._rewrite(customer, asked)
        return customer

    def _rewrite(self, customer: Customer, asked: Asked) -> None:
        customer.firstname = stored(asked.customer("firstname")) or customer.firstname
        customer.lastname = stored(asked.customer("lastname")) or customer.lastname
        customer.phone = asked.customer("phone") or customer.phone

    def _remark(self, order: Order, asked: Asked) -> None:
        if asked.remark and asked.remark not in order.remarks:
            order.remarks.insert(0, asked.remark)

    def _pay(self, order: Order, amount: Decimal, method: str, transaction: str) -> None:
        order.paid += amount
        self._books.payments.append(
            Payment(
                id=self._books.next_id("payment"),
                reference=order.reference,
                currency=order.currency.id,
                amount=amount,
                method=method,
                transaction=transaction,
                rate=order.currency.rate,
                date_add=self._books.stamp(),
            )
        )
