"""What every adapter of a PMS promises, the fake one included."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import LateCheckout, Party, ReservationStatus, Stay
from agente_hotelero.pms.client import PmsClient
from agente_hotelero.pms.demo.client import DemoPms
from agente_hotelero.storage.demo_inventory import PostgresDemoInventory, Seed
from agente_hotelero.storage.links import Pool
from tests.fakes.pms import FakePms
from tests.support.stays import COUPLE, DOUBLE, HOTEL, ROOMS, SINGLE, STAY, SUITE, a_request


@pytest.fixture
def fake_pms() -> FakePms:
    return FakePms(room_types=ROOMS)


@pytest.fixture
async def demo_pms(database_url: str) -> AsyncIterator[DemoPms]:
    pool = Pool(database_url)
    await pool.open()
    inventory = PostgresDemoInventory(pool)
    await inventory.seed(HOTEL, [Seed(room_type=r, rooms=n, base_price=p, currency="USD") for r, n, p in ROOMS])
    yield DemoPms(hotel=HOTEL, inventory=inventory, today=date.today)
    await pool.close()


@pytest.fixture(params=["fake_pms", "demo_pms"])
def pms(request: pytest.FixtureRequest) -> PmsClient:
    found: PmsClient = request.getfixturevalue(request.param)
    return found


async def test_rooms_come_with_name_capacity_and_photo(pms: PmsClient) -> None:
    assert list(await pms.rooms()) == [SINGLE, DOUBLE, SUITE]


async def test_offers_hold_the_party_and_come_cheapest_first(pms: PmsClient) -> None:
    offers = await pms.find_offers(STAY, COUPLE)

    assert [offer.room_type for offer in offers] == [DOUBLE, SUITE]
    assert [offer.rooms_left for offer in offers] == [2, 1]
    assert [str(offer.total.amount) for offer in offers] == ["270.00", "480.00"]
    assert {offer.total.currency for offer in offers} == {"USD"}
    assert {offer.stay for offer in offers} == {STAY}


async def test_nobody_is_offered_a_room_too_small(pms: PmsClient) -> None:
    assert list(await pms.find_offers(STAY, Party(adults=4, children=1))) == []


async def test_a_reservation_is_found_by_its_reference_and_by_its_code(pms: PmsClient) -> None:
    request = a_request()

    await pms.reserve(request)

    [found] = await pms.find_by_reference(request.client_ref)
    assert found.status is ReservationStatus.LIVE
    assert found.client_ref == request.client_ref
    assert (found.room_type_key, found.room_type_name) == (DOUBLE.key, DOUBLE.name)
    assert (found.stay, found.party, found.total) == (request.stay, request.party, request.total)
    assert found.booker_name == request.booker.name
    assert await pms.find_by_code(found.code) == found


async def test_what_nobody_wrote_is_not_found(pms: PmsClient) -> None:
    assert list(await pms.find_by_reference(ClientRef("nobody"))) == []
    assert await pms.find_by_code("NOBODY-1") is None


async def test_writing_a_reference_twice_makes_two_reservations_lowest_serial_first(pms: PmsClient) -> None:
    await pms.reserve(a_request())
    await pms.reserve(a_request())

    first, second = await pms.find_by_reference(ClientRef("ref-1"))
    assert first.serial < second.serial
    assert first.code != second.code


async def test_a_room_type_sells_out_for_the_nights_that_are_taken_and_no_others(pms: PmsClient) -> None:
    await pms.reserve(a_request("a", room=SUITE))

    following = Stay(check_in=STAY.check_out, check_out=STAY.check_out + timedelta(days=2))
    overlapping = Stay(check_in=STAY.check_out - timedelta(days=1), check_out=STAY.check_out + timedelta(days=2))
    assert SUITE not in [offer.room_type for offer in await pms.find_offers(overlapping, COUPLE)]
    assert SUITE in [offer.room_type for offer in await pms.find_offers(following, COUPLE)]
    with pytest.raises(RefusedError):
        await pms.reserve(a_request("b", room=SUITE, stay=overlapping))
    await pms.reserve(a_request("c", room=SUITE, stay=following))
    assert list(await pms.find_by_reference(ClientRef("b"))) == []


async def test_stays_that_follow_each_other_need_one_room(pms: PmsClient) -> None:
    days = [date(2030, 5, 6) + timedelta(days=n) for n in range(5)]
    for n, (begins, ends) in enumerate(itertools.pairwise(days)):
        await pms.reserve(a_request(f"night-{n}", room=SUITE, stay=Stay(check_in=begins, check_out=ends)))

    whole = Stay(check_in=days[0], check_out=days[-1])
    await pms.reserve(a_request("whole", room=DOUBLE, stay=whole))

    [double] = await pms.find_offers(whole, COUPLE)
    assert (double.room_type, double.rooms_left) == (DOUBLE, 1)


async def test_the_last_room_is_sold_once_however_many_want_it_at_once(pms: PmsClient) -> None:
    answers = await asyncio.gather(
        *(pms.reserve(a_request(f"guest-{n}", room=SUITE)) for n in range(12)), return_exceptions=True
    )

    assert sum(answer is None for answer in answers) == 1
    assert all(answer is None or isinstance(answer, RefusedError) for answer in answers)


async def test_a_cancelled_reservation_frees_its_room_and_stays_readable(pms: PmsClient) -> None:
    await pms.reserve(a_request(room=SUITE))
    [made] = await pms.find_by_reference(ClientRef("ref-1"))

    await pms.cancel(made.code)
    await pms.cancel(made.code)

    assert await pms.find_by_code(made.code) == replace(made, status=ReservationStatus.CANCELLED)
    assert list(await pms.find_by_reference(ClientRef("ref-1"))) == [replace(made, status=ReservationStatus.CANCELLED)]
    await pms.reserve(a_request("next", room=SUITE))


async def test_cancelling_what_is_not_there_is_refused(pms: PmsClient) -> None:
    with pytest.raises(RefusedError):
        await pms.cancel("NOBODY-1")


async def test_a_room_that_does_not_exist_or_does_not_fit_is_refused(pms: PmsClient) -> None:
    with pytest.raises(RefusedError):
        await pms.reserve(replace(a_request(), room_type_key="castle"))
    with pytest.raises(RefusedError):
        await pms.reserve(a_request(room=SINGLE, party=COUPLE))
    assert list(await pms.find_by_reference(ClientRef("ref-1"))) == []


async def test_a_party_in_two_rooms_takes_two_of_them(pms: PmsClient) -> None:
    four = Party(adults=4, rooms=2)

    offers = await pms.find_offers(STAY, four)
    assert [(offer.room_type, offer.rooms_left, str(offer.total.amount)) for offer in offers] == [(DOUBLE, 2, "540.00")]
    await pms.reserve(a_request(party=four))

    [made] = await pms.find_by_reference(ClientRef("ref-1"))
    assert made.party == four
    assert DOUBLE not in [offer.room_type for offer in await pms.find_offers(STAY, COUPLE)]
    with pytest.raises(RefusedError):
        await pms.reserve(a_request("more", party=COUPLE))


async def test_one_room_left_is_no_offer_for_two(pms: PmsClient) -> None:
    await pms.reserve(a_request())

    assert list(await pms.find_offers(STAY, Party(adults=4, rooms=2))) == []
    with pytest.raises(RefusedError):
        await pms.reserve(a_request("two", party=Party(adults=4, rooms=2)))


async def test_a_guest_s_reservations_are_found_by_the_address_on_file(pms: PmsClient) -> None:
    later = Stay(check_in=STAY.check_in + timedelta(days=20), check_out=STAY.check_out + timedelta(days=20))
    past = Stay(check_in=date(2020, 5, 6), check_out=date(2020, 5, 8))
    for ref, stay in (("later", later), ("past", past), ("next", STAY)):
        await pms.reserve(a_request(ref, stay=stay))

    found = await pms.find_by_guest("ANA@example.com")

    assert [one.client_ref for one in found] == ["next", "later"]
    assert {(one.booker_email, one.booker_phone) for one in found} == {("ana@example.com", "5491100000001")}
    assert list(await pms.find_by_guest("nobody@example.com")) == []


async def test_a_late_check_out_is_held_or_noted_once(pms: PmsClient) -> None:
    await pms.reserve(a_request())
    [made] = await pms.find_by_reference(ClientRef("ref-1"))

    answers = {await pms.late_checkout(made.code, time(14)), await pms.late_checkout(made.code, time(14))}

    assert len(answers) == 1
    found = await pms.find_by_code(made.code)
    assert found is not None
    assert found.leaves_at == (time(14) if answers == {LateCheckout.HELD} else None)


async def test_what_is_not_there_has_no_late_check_out_and_takes_no_note(pms: PmsClient) -> None:
    with pytest.raises(RefusedError):
        await pms.late_checkout("NOBODY-1", time(14))
    with pytest.raises(RefusedError):
        await pms.note("NOBODY-1", "Llega tarde")


async def test_staff_may_be_left_the_same_note_twice(pms: PmsClient) -> None:
    await pms.reserve(a_request())
    [made] = await pms.find_by_reference(ClientRef("ref-1"))

    await pms.note(made.code, "Llega tarde")
    await pms.note(made.code, "Llega tarde")
