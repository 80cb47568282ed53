"""What every adapter of a PMS promises, the fake one included.

A QloApps with AGENTE_TEST_QLOAPPS_URL and _KEY set has tests of its own: tests/contract/test_real_qloapps.py.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import pytest

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.phones import digits
from agente_hotelero.model.stays import LateCheckout, Party, ReservationRequest, ReservationStatus, RoomType, Stay
from agente_hotelero.pms.client import PmsClient
from agente_hotelero.pms.demo.client import DemoPms
from agente_hotelero.storage.demo_inventory import PostgresDemoInventory, Seed
from agente_hotelero.storage.links import Pool
from tests.fakes.pms import FakePms
from tests.fakes.qloapps.server import FakeQloApps
from tests.support import qloapps_hotel
from tests.support.databases import fresh_database
from tests.support.stays import COUPLE, DOUBLE, HOTEL, ROOMS, SINGLE, STAY, SUITE, a_request


@dataclass(slots=True)
class Today:
    """The hotel's calendar."""

    day: date = date(2030, 5, 1)

    def now(self) -> datetime:
        return datetime.combine(self.day, time(9), tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A PMS with the same hotel in it; `totals` are what three nights of a double and of a suite cost there."""

    pms: PmsClient
    single: RoomType
    double: RoomType
    suite: RoomType
    totals: tuple[str, str]
    today: Today

    def request(
        self, ref: str = "ref-1", *, room: RoomType | None = None, stay: Stay = STAY, party: Party = COUPLE
    ) -> ReservationRequest:
        return a_request(ref, room=room or self.double, stay=stay, party=party)


Opening = Callable[[Today, str], AbstractAsyncContextManager[House]]


@asynccontextmanager
async def in_memory(today: Today, _: str) -> AsyncIterator[House]:
    pms = FakePms(room_types=ROOMS, now=today.now)
    yield House(pms=pms, single=SINGLE, double=DOUBLE, suite=SUITE, totals=("270.00", "480.00"), today=today)


@asynccontextmanager
async def demo(today: Today, postgres_url: str) -> AsyncIterator[House]:
    async with fresh_database(postgres_url) as url:
        pool = Pool(url)
        await pool.open()
        inventory = PostgresDemoInventory(pool)
        await inventory.seed(HOTEL, [Seed(room_type=r, rooms=n, base_price=p, currency="USD") for r, n, p in ROOMS])
        pms = DemoPms(hotel=HOTEL, inventory=inventory, today=lambda: today.day)
        yield House(pms=pms, single=SINGLE, double=DOUBLE, suite=SUITE, totals=("270.00", "480.00"), today=today)
        await pool.close()


def qloapps(**switches: Any) -> Opening:
    """A QloApps with its switches set."""

    @asynccontextmanager
    async def opened(today: Today, _: str) -> AsyncIterator[House]:
        options = {name: switches[name] for name in switches.keys() & {"version", "languages", "notices", "mails"}}
        async with FakeQloApps(rooms_per_type=qloapps_hotel.COUNTS, now=today.now, **options) as qlo:
            qloapps_hotel.furnish(qlo)
            qlo.race = switches.get("race", "silent_loser")
            single, double, suite = qloapps_hotel.rooms(qlo)
            async with qloapps_hotel.adapter(qlo, now=today.now) as pms:
                # Three nights at 90 or 160, the fee within (5 a night) and the one on top (10), 4 % tax on all.
                yield House(
                    pms=pms, single=single, double=double, suite=suite, totals=("306.80", "525.20"), today=today
                )

    return opened


OLD, NEW = "1.6.1", "1.7.0"
HOUSES: Final[Mapping[str, Opening]] = {
    "in_memory": in_memory,
    "demo": demo,
    "qloapps_1.6.1": qloapps(version=OLD),
    "qloapps_1.7.0": qloapps(version=NEW),
    "qloapps_1.6.1_notices": qloapps(version=OLD, notices=True),
    "qloapps_1.7.0_notices": qloapps(version=NEW, notices=True),
    "qloapps_1.6.1_two_languages": qloapps(version=OLD, languages=2),
    "qloapps_1.7.0_two_languages": qloapps(version=NEW, languages=2),
    "qloapps_1.6.1_mails": qloapps(version=OLD, mails=True),
    "qloapps_1.6.1_double_sale": qloapps(version=OLD, race="double_sale"),
    "qloapps_1.7.0_double_sale": qloapps(version=NEW, race="double_sale"),
    "qloapps_1.7.0_refused_race": qloapps(version=NEW, race="refused"),
}


@pytest.fixture(params=HOUSES)
async def house(request: pytest.FixtureRequest, postgres_url: str) -> AsyncIterator[House]:
    async with HOUSES[request.param](Today(), postgres_url) as opened:
        yield opened


async def test_rooms_come_with_name_capacity_and_photo(house: House) -> None:
    assert list(await house.pms.rooms()) == [house.single, house.double, house.suite]


async def test_offers_hold_the_party_and_come_cheapest_first(house: House) -> None:
    offers = await house.pms.find_offers(STAY, COUPLE)

    assert [offer.room_type for offer in offers] == [house.double, house.suite]
    assert [offer.rooms_left for offer in offers] == [2, 1]
    assert [str(offer.total.amount) for offer in offers] == list(house.totals)
    assert {offer.total.currency for offer in offers} == {"USD"}
    assert {offer.stay for offer in offers} == {STAY}


async def test_nobody_is_offered_a_room_too_small(house: House) -> None:
    assert list(await house.pms.find_offers(STAY, Party(adults=4, children=1))) == []


async def test_a_reservation_is_found_by_its_reference_and_by_its_code(house: House) -> None:
    [offer, *_] = await house.pms.find_offers(STAY, COUPLE)
    request = replace(house.request(), total=offer.total)

    await house.pms.reserve(request)

    [found] = await house.pms.find_by_reference(request.client_ref)
    assert found.status is ReservationStatus.LIVE
    assert found.client_ref == request.client_ref
    assert (found.room_type_key, found.room_type_name) == (house.double.key, house.double.name)
    assert (found.stay, found.party, found.total) == (request.stay, request.party, request.total)
    assert found.booker_name == request.booker.name
    assert await house.pms.find_by_code(found.code) == found


async def test_what_nobody_wrote_is_not_found(house: House) -> None:
    assert list(await house.pms.find_by_reference(ClientRef("nobody"))) == []
    assert await house.pms.find_by_code("NOBODY-1") is None


async def test_writing_a_reference_twice_makes_two_reservations_lowest_serial_first(house: House) -> None:
    await house.pms.reserve(house.request())
    await house.pms.reserve(house.request())

    first, second = await house.pms.find_by_reference(ClientRef("ref-1"))
    assert first.serial < second.serial
    assert first.code != second.code


async def test_a_room_type_sells_out_for_the_nights_that_are_taken_and_no_others(house: House) -> None:
    await house.pms.reserve(house.request("a", room=house.suite))

    following = Stay(check_in=STAY.check_out, check_out=STAY.check_out + timedelta(days=2))
    overlapping = Stay(check_in=STAY.check_out - timedelta(days=1), check_out=STAY.check_out + timedelta(days=2))
    assert house.suite not in [offer.room_type for offer in await house.pms.find_offers(overlapping, COUPLE)]
    assert house.suite in [offer.room_type for offer in await house.pms.find_offers(following, COUPLE)]
    with pytest.raises(RefusedError):
        await house.pms.reserve(house.request("b", room=house.suite, stay=overlapping))
    await house.pms.reserve(house.request("c", room=house.suite, stay=following))
    assert list(await house.pms.find_by_reference(ClientRef("b"))) == []


async def test_stays_that_follow_each_other_need_one_room(house: House) -> None:
    days = [date(2030, 5, 6) + timedelta(days=n) for n in range(5)]
    for n, (begins, ends) in enumerate(itertools.pairwise(days)):
        await house.pms.reserve(
            house.request(f"night-{n}", room=house.suite, stay=Stay(check_in=begins, check_out=ends))
        )

    whole = Stay(check_in=days[0], check_out=days[-1])
    await house.pms.reserve(house.request("whole", room=house.double, stay=whole))

    [double] = await house.pms.find_offers(whole, COUPLE)
    assert (double.room_type, double.rooms_left) == (house.double, 1)


async def test_the_last_room_is_sold_once_however_many_want_it_at_once(house: House) -> None:
    answers = await asyncio.gather(
        *(house.pms.reserve(house.request(f"guest-{n}", room=house.suite)) for n in range(12)), return_exceptions=True
    )

    assert all(answer is None or isinstance(answer, RefusedError) for answer in answers)
    written = [await house.pms.find_by_reference(ClientRef(f"guest-{n}")) for n in range(12)]
    live = [one for found in written for one in found if one.status is ReservationStatus.LIVE]
    assert len(live) == 1


async def test_a_cancelled_reservation_frees_its_room_and_stays_readable(house: House) -> None:
    await house.pms.reserve(house.request(room=house.suite))
    [made] = await house.pms.find_by_reference(ClientRef("ref-1"))

    await house.pms.cancel(made.code)
    await house.pms.cancel(made.code)

    assert await house.pms.find_by_code(made.code) == replace(made, status=ReservationStatus.CANCELLED)
    assert list(await house.pms.find_by_reference(ClientRef("ref-1"))) == [
        replace(made, status=ReservationStatus.CANCELLED)
    ]
    await house.pms.reserve(house.request("next", room=house.suite))


async def test_cancelling_what_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(RefusedError):
        await house.pms.cancel("NOBODY-1")


async def test_a_room_that_does_not_exist_or_does_not_fit_is_refused(house: House) -> None:
    with pytest.raises(RefusedError):
        await house.pms.reserve(replace(house.request(), room_type_key="castle"))
    with pytest.raises(RefusedError):
        await house.pms.reserve(house.request(room=house.single, party=COUPLE))
    assert list(await house.pms.find_by_reference(ClientRef("ref-1"))) == []


async def test_a_party_in_two_rooms_takes_two_of_them(house: House) -> None:
    four = Party(adults=4, rooms=2)

    offers = await house.pms.find_offers(STAY, four)
    [couples, *_] = await house.pms.find_offers(STAY, COUPLE)
    assert [(offer.room_type, offer.rooms_left) for offer in offers] == [(house.double, 2)]
    assert offers[0].total == couples.total + couples.total
    await house.pms.reserve(house.request(party=four))

    [made] = await house.pms.find_by_reference(ClientRef("ref-1"))
    assert made.party == four
    assert house.double not in [offer.room_type for offer in await house.pms.find_offers(STAY, COUPLE)]
    with pytest.raises(RefusedError):
        await house.pms.reserve(house.request("more", party=COUPLE))


async def test_one_room_left_is_no_offer_for_two(house: House) -> None:
    await house.pms.reserve(house.request())

    assert list(await house.pms.find_offers(STAY, Party(adults=4, rooms=2))) == []
    with pytest.raises(RefusedError):
        await house.pms.reserve(house.request("two", party=Party(adults=4, rooms=2)))


async def test_a_guest_s_reservations_are_found_by_the_address_on_file(house: House) -> None:
    later = Stay(check_in=STAY.check_in + timedelta(days=20), check_out=STAY.check_out + timedelta(days=20))
    past = Stay(check_in=STAY.check_in - timedelta(days=3), check_out=STAY.check_out - timedelta(days=3))
    for ref, stay in (("later", later), ("past", past), ("next", STAY)):
        await house.pms.reserve(house.request(ref, stay=stay))
    house.today.day = past.check_out + timedelta(days=1)

    found = await house.pms.find_by_guest("ANA@example.com")

    assert [one.client_ref for one in found] == ["next", "later"]
    on_file = {(one.booker_email, digits(one.booker_phone or "")) for one in found}
    assert on_file == {("ana@example.com", "5491100000001")}
    assert list(await house.pms.find_by_guest("nobody@example.com")) == []


async def test_a_late_check_out_is_held_or_noted_once(house: House) -> None:
    await house.pms.reserve(house.request())
    [made] = await house.pms.find_by_reference(ClientRef("ref-1"))

    answers = {await house.pms.late_checkout(made.code, time(14)), await house.pms.late_checkout(made.code, time(14))}

    assert len(answers) == 1
    found = await house.pms.find_by_code(made.code)
    assert found is not None
    assert found.leaves_at == (time(14) if answers == {LateCheckout.HELD} else None)


async def test_what_is_not_there_has_no_late_check_out_and_takes_no_note(house: House) -> None:
    with pytest.raises(RefusedError):
        await house.pms.late_checkout("NOBODY-1", time(14))
    with pytest.raises(RefusedError):
        await house.pms.note("NOBODY-1", "Llega tarde")


async def test_staff_may_be_left_the_same_note_twice(house: House) -> None:
    await house.pms.reserve(house.request())
    [made] = await house.pms.find_by_reference(ClientRef("ref-1"))

    await house.pms.note(made.code, "Llega tarde")
    await house.pms.note(made.code, "Llega tarde")
