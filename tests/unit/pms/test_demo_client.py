"""What the demo PMS adds to its inventory: codes, and its own rules."""

import re
from collections.abc import Sequence
from datetime import date, time

import pytest

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.stays import Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay
from agente_hotelero.pms.demo.client import LETTERS, DemoPms, new_code
from agente_hotelero.pms.demo.inventory import Booking
from tests.support.stays import COUPLE, HOTEL, a_request

TWO_MONTHS_AND_A_NIGHT = Stay(check_in=date(2030, 5, 1), check_out=date(2030, 7, 1))


class Books:
    """An inventory that knows no rooms, only which codes are in use and what it was asked."""

    def __init__(self, *, in_use: Sequence[str] = (), answer: Booking = "booked") -> None:
        self.in_use = in_use
        self.answer = answer
        self.codes: list[str] = []

    async def rooms(self, hotel: HotelId) -> Sequence[RoomType]:
        return []

    async def offers(self, hotel: HotelId, stay: Stay, party: Party) -> Sequence[Offer]:
        return []

    async def reserve(self, hotel: HotelId, request: ReservationRequest, *, code: str) -> Booking:
        self.codes.append(code)
        return "code_in_use" if code in self.in_use else self.answer

    async def by_reference(self, hotel: HotelId, client_ref: ClientRef) -> Sequence[PmsReservation]:
        return []

    async def by_code(self, hotel: HotelId, code: str) -> PmsReservation | None:
        self.codes.append(code)
        return None

    async def by_guest(self, hotel: HotelId, email: str, *, from_day: date) -> Sequence[PmsReservation]:
        return []

    async def leave_late(self, hotel: HotelId, code: str, until: time) -> bool:
        self.codes.append(code)
        return True

    async def note(self, hotel: HotelId, code: str, text: str) -> bool:
        self.codes.append(code)
        return True

    async def cancel(self, hotel: HotelId, code: str) -> bool:
        self.codes.append(code)
        return True


def test_codes_can_be_read_out_aloud_and_not_be_guessed() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) > 990
    assert all(re.fullmatch(f"DEMO-[{LETTERS}]{{6}}", code) for code in codes)
    assert not set("01258BILOSZ") & set(LETTERS)


async def test_a_code_that_is_in_use_is_not_given_again() -> None:
    books, codes = Books(in_use=["A", "B"]), iter("ABC")
    await DemoPms(hotel=HOTEL, inventory=books, today=date.today, make_code=lambda: next(codes)).reserve(a_request())
    assert books.codes == ["A", "B", "C"]


@pytest.mark.parametrize(("answer", "reason"), [("sold_out", "sold out"), ("no_such_room", "no such room")])
async def test_a_refusal_says_why(answer: Booking, reason: str) -> None:
    pms = DemoPms(hotel=HOTEL, inventory=Books(answer=answer), today=date.today)
    with pytest.raises(RefusedError, match=reason):
        await pms.reserve(a_request())


async def test_codes_are_found_however_the_guest_typed_them() -> None:
    books = Books()
    pms = DemoPms(hotel=HOTEL, inventory=books, today=date.today)
    await pms.find_by_code(" demo-7f3kmq ")
    await pms.cancel("demo-7F3KMQ")
    assert books.codes == ["DEMO-7F3KMQ"] * 2


async def test_stays_beyond_two_months_are_refused() -> None:
    pms = DemoPms(hotel=HOTEL, inventory=Books(), today=date.today)
    with pytest.raises(RefusedError):
        await pms.find_offers(TWO_MONTHS_AND_A_NIGHT, COUPLE)
    with pytest.raises(RefusedError):
        await pms.reserve(a_request(stay=TWO_MONTHS_AND_A_NIGHT))
