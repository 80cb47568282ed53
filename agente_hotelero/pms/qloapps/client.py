"""One hotel's QloApps as a PMS: what it answers to a write is never trusted, what is there afterwards is."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final

from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model import phones
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import (
    LateCheckout,
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    ReservationStatus,
    RoomType,
    Stay,
)
from agente_hotelero.pms.cache import AnswerCache
from agente_hotelero.pms.qloapps import booking, guests, notes, offers, reservations, shapes
from agente_hotelero.pms.qloapps.catalogue import READ_SECONDS, Catalogue, Kind, Shelf
from agente_hotelero.pms.qloapps.guests import Customer, Person
from agente_hotelero.pms.qloapps.reservations import Lines
from agente_hotelero.pms.qloapps.shapes import Row
from agente_hotelero.pms.qloapps.webservice import WHO, NotAllowedError, Webservice, element

PLANNED: Final = "booking/planned_check_out"
REMARK: Final = "Reserva hecha por el asistente."
ADDRESS_OF_ANOTHER: Final = " El huésped dio el correo {email}, que está a nombre de otra persona: hay que verificarlo."
REPLACES: Final = " Reemplaza a la reserva {code}."
LATE: Final = "El huésped pide salir a las {until:%H:%M} (por el asistente)."


class QloApps:
    """A PmsClient over the webservice."""

    def __init__(
        self,
        *,
        webservice: Webservice,
        hotel_id: int,
        region: str | None,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """`hotel_id` is the hotel's id there; `now` is in the hotel's zone, `clock` monotonic seconds.

        `region` is the country (ISO 3166, two letters) of numbers that staff typed without one.
        """
        self._webservice = webservice
        self._hotel_id = hotel_id
        self._region = region
        self._now = now
        self._shelf = Shelf(webservice, hotel_id=hotel_id, clock=clock)
        self._asking = AnswerCache(fresh_seconds=0.0, clock=clock, capacity=1)
        """Only for questions under way: how long an answer is good is for whoever asks."""

    async def rooms(self) -> Sequence[RoomType]:
        """Active room types of the hotel, smallest first."""
        kinds = (await self._shelf.catalogue()).kinds
        return sorted((kind.room_type for kind in kinds.values()), key=lambda room: (room.capacity, room.key))

    async def find_offers(self, stay: Stay, party: Party) -> Sequence[Offer]:
        """What is free, cheapest first; raises RefusedError for stays that the hotel does not sell."""
        catalogue = await self._shelf.catalogue()
        fetched_at, found = await self._asking.once(stay, lambda: self._ask(stay))
        self._refuse_unsold(catalogue, stay)
        return offers.read(found, catalogue, stay=stay, party=party, fetched_at=fetched_at)

    async def reserve(self, request: ReservationRequest) -> None:
        """Book once; raises RefusedError where it said no before it did anything, or would take what it must not."""
        # Asked before anything is refused: a no of our own would say that QloApps is well.
        who = await self._person(request)
        catalogue = await self._shelf.catalogue()
        self._refuse_unsold(catalogue, request.stay)
        kind = catalogue.kinds.get(int(request.room_type_key)) if request.room_type_key.isdecimal() else None
        if kind is None or not kind.takes(request.stay, request.party):
            raise RefusedError("no such room, or it does not hold them")
        content = self._body(request, kind, who)
        answer = await booking.post(self._webservice, content)
        if booking.was_refused(answer):
            raise RefusedError("QloApps: not available")
        if not booking.may_be_done(answer):
            raise self._webservice.trouble(answer, "bookings")

    async def ping(self) -> None:
        """Ask for something small."""
        await reservations.ping(self._webservice)

    async def find_by_reference(self, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """All orders of our reference, each with what became of its room."""
        found = await reservations.orders(self._webservice, "source", client_ref)
        return [await self._after_races(one, lines) for one, lines in await self._read(found)]

    async def find_by_code(self, code: str) -> PmsReservation | None:
        """The one of that reference, however the guest typed it."""
        found = await reservations.orders(self._webservice, "reference", code.strip().upper())
        return next((one for one, _ in await self._read(found)), None)

    async def find_by_guest(self, email: str) -> Sequence[PmsReservation]:
        """Those of a customer's address that are not over."""
        known = await reservations.customers(self._webservice, "email", [email.strip()])
        found = [
            order
            for customer in known
            for order in await reservations.orders(self._webservice, "id_customer", str(customer.id))
        ]
        today = self._now().date()
        ahead = [one for one, _ in await self._read(found) if reservations.ends_after(one, today)]
        return sorted(ahead, key=lambda one: (one.stay.check_in, one.serial))

    async def cancel(self, code: str) -> None:
        """Move its orders to the state cancelled, which frees the rooms; those that are there already stay as they are."""
        state = (await self._shelf.catalogue()).cancelled_state
        orders, _ = await self._of_code(code)
        for order in orders:
            if shapes.number(order["current_state"]) != state:
                history = element("order_history", id_order=order["id"], id_order_state=state)
                await self._webservice.write("POST", "order_histories", history)

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        """Plan it in each room line where there is a field for it (1.7.0), else leave staff a note."""
        orders, lines = await self._of_code(code)
        live = [line for of_one in lines.values() for line in of_one if reservations.is_live(line)]
        if not live:
            raise RefusedError("no such live reservation")
        planned = [await self._plan(line, until) for line in live]
        if all(planned):
            return LateCheckout.HELD
        await self._leave_note(orders[0], LATE.format(until=until))
        return LateCheckout.NOTED

    async def note(self, code: str, text: str) -> None:
        """Leave a message on its order."""
        orders, _ = await self._of_code(code)
        await self._leave_note(orders[0], text)

    # What stands behind them.

    def _refuse_unsold(self, catalogue: Catalogue, stay: Stay) -> None:
        if not catalogue.sells(stay, today=self._now().date()):
            raise RefusedError("a stay that the hotel does not sell")

    async def _ask(self, stay: Stay) -> tuple[datetime, Row]:
        """One question for all who ask at once for the same nights, whoever comes: it leaves guests out anyhow.

        Cancelling one of them does not end it, so it ends by itself.
        """
        fetched_at = self._now()
        async with asyncio.timeout(READ_SECONDS):
            return fetched_at, await offers.ask(self._webservice, hotel_id=self._hotel_id, stay=stay)

    async def _person(self, request: ReservationRequest) -> Person:
        booker = request.booker
        another_s = await self._is_another_s(booker.email, booker.phone)
        return guests.person(booker, ref=request.client_ref, email_is_another_s=another_s)

    def _body(self, request: ReservationRequest, kind: Kind, who: Person) -> dict[str, Any]:
        remark = REMARK
        if who.email != request.booker.email:
            remark += ADDRESS_OF_ANOTHER.format(email=request.booker.email)
        if request.replaces is not None:
            remark += REPLACES.format(code=request.replaces)
        return booking.body(request, hotel_id=self._hotel_id, who=who, kind=kind, remark=remark)

    async def _is_another_s(self, email: str, phone: str | None) -> bool:
        known = await reservations.customers(self._webservice, "email", [email])
        return any(not self._same_line(phone, customer) for customer in known)

    def _same_line(self, phone: str | None, customer: Customer) -> bool:
        if phone is None or customer.phone is None:
            return False
        return phones.same(phone, customer.phone, region=self._region, advanced=True)

    async def _leave_note(self, order: Row, text: str) -> None:
        known = await reservations.customers(self._webservice, "id", [str(order["id_customer"])])
        await notes.leave(self._webservice, order, next(iter(known), None), text)

    async def _of_code(self, code: str) -> tuple[Sequence[Row], Lines]:
        """Orders of a reference with their lines, in our hotel: what another of the same installation has is not there."""
        found = await reservations.orders(self._webservice, "reference", code.strip().upper())
        lines = await self._lines_of(found)
        orders = [order for order in found if shapes.number(order["id"]) in lines]
        if not orders:
            raise RefusedError("no such reservation")
        return orders, lines

    async def _lines_of(self, orders: Sequence[Row]) -> Lines:
        return await reservations.lines_of(self._webservice, orders, hotel_id=self._hotel_id)

    async def _read(self, orders: Sequence[Row]) -> Sequence[tuple[PmsReservation, Sequence[Row]]]:
        if not orders:
            return ()
        ids = sorted({str(order["id_customer"]) for order in orders})
        catalogue, lines, known = await asyncio.gather(
            self._shelf.catalogue(),
            self._lines_of(orders),
            reservations.customers(self._webservice, "id", ids),
        )
        by_id = {customer.id: customer for customer in known}
        return [
            (one, of_it)
            for order in orders
            if (one := self._one(order, of_it := lines.get(shapes.number(order["id"]), ()), catalogue, by_id))
            is not None
        ]

    def _one(
        self, order: Row, lines: Sequence[Row], catalogue: Catalogue, customers: dict[int, Customer]
    ) -> PmsReservation | None:
        return reservations.reservation(
            order,
            lines,
            catalogue,
            customer=customers.get(shapes.number(order["id_customer"])),
            state=reservations.status(order, lines, catalogue),
        )

    async def _after_races(self, one: PmsReservation, lines: Sequence[Row]) -> PmsReservation:
        """Look whether its rooms are its own: of two that have one, the later has lost it."""
        if one.status is not ReservationStatus.LIVE:
            return one
        places = [await reservations.first_line_in_room(self._webservice, line) for line in reservations.live_of(lines)]
        if False in places:
            return replace(one, status=ReservationStatus.LOST)
        return replace(one, sold_twice=True in places)

    async def _plan(self, line: Row, until: time) -> bool:
        """Write the hour in one line and read it back; tells whether there is a field for it."""
        stored = await self._webservice.element(f"room_bookings/{line['id']}")
        field = stored.find(PLANNED)
        leaves = shapes.day(line["date_to"])
        if field is None or leaves is None:
            return False
        planned = f"{leaves} {until:%H:%M}:00"
        field.text = planned
        try:
            await self._webservice.write("PUT", f"room_bookings/{line['id']}", stored)
        except NotAllowedError:
            return False
        if (await self._webservice.element(f"room_bookings/{line['id']}")).findtext(PLANNED) != planned:
            raise PmsUnavailableError(f"{WHO} (a late check-out that was not kept)")
        return True
