"""Every way in which the fake QloApps goes wrong, and that it is well again afterwards."""

import asyncio
import json
from datetime import date

import aiohttp
import pytest

from tests.fakes.qloapps.faults import Fault, Kind
from tests.unit.fakes.qloapps_client import Client, client

IN, OUT = date(2027, 3, 10), date(2027, 3, 12)


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("fatal_200", 200, "text/html; charset=utf-8"),
        ("empty_500", 500, "text/html; charset=utf-8"),
        ("html_500", 500, "text/html; charset=utf-8"),
        ("error_503_retry_after", 503, "text/html; charset=utf-8"),
        ("error_429", 429, "text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize(("after", "booked"), [(False, 0), (True, 1)])
async def test_a_canned_answer_comes_instead_of_the_work_or_after_it(
    kind: Kind, status: int, content_type: str, after: bool, booked: int
) -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault(kind, after=after))
        reply = await hotel.book()
        assert (len(hotel.qlo.books.orders), (await hotel.book()).status) == (booked, 200)
    assert (reply.status, reply.headers["Content-Type"]) == (status, content_type)
    assert "PSWS-Version" not in reply.headers


async def test_a_busy_server_says_when_to_come_back() -> None:
    async with client() as hotel:
        hotel.qlo.faults += [Fault("error_429", seconds=7), Fault("error_503_retry_after")]
        waits = [(await hotel.send("GET", "hotels")).headers["Retry-After"] for _ in range(2)]
    assert waits == ["7", "2"]


async def test_a_fault_waits_for_the_request_that_it_is_meant_for() -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault("empty_500", "POST", "bookings"))
        statuses = [(await hotel.send("GET", "hotels")).status, (await hotel.send("GET", "bookings")).status]
        assert [*statuses, (await hotel.book()).status, (await hotel.book()).status] == [200, 200, 500, 200]


@pytest.mark.parametrize(("kind", "booked"), [("reset", 0), ("reset_after", 1)])
async def test_a_reset_cuts_the_connection_before_the_work_or_after_it(kind: Kind, booked: int) -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault(kind))
        with pytest.raises(aiohttp.ClientConnectionError):
            await hotel.book()
        assert len(hotel.qlo.books.orders) == booked


@pytest.mark.parametrize(("kind", "booked"), [("hang", 0), ("hang_after", 1)])
async def test_what_hangs_is_never_answered_and_was_done_or_not(kind: Kind, booked: int) -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault(kind))
        asked = asyncio.create_task(hotel.book())
        await hotel.qlo.arrived("bookings")
        assert (await hotel.send("GET", "hotels")).status == 200
        assert not asked.done()
        hotel.qlo.release()
        with pytest.raises(aiohttp.ClientConnectionError):
            await asked
        assert len(hotel.qlo.books.orders) == booked


async def test_php_goes_on_after_the_client_is_gone() -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault("done_late", "POST", "bookings"))
        with pytest.raises(aiohttp.ClientConnectionError):
            await hotel.book()
        assert hotel.qlo.books.orders == {}
        await hotel.qlo.finish_late()
        assert len(hotel.qlo.books.orders_by_source("ref-1")) == 1


async def test_late_work_may_also_come_by_itself() -> None:
    async with client() as hotel:
        done = asyncio.Event()

        async def tell() -> None:
            done.set()

        hotel.qlo.meanwhile = tell
        hotel.qlo.faults.append(Fault("done_late", seconds=0.01))
        with pytest.raises(aiohttp.ClientConnectionError):
            await hotel.book()
        await asyncio.wait_for(done.wait(), 5)


async def test_a_slow_answer_is_a_right_answer() -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault("slow", seconds=0.02))
        before = asyncio.get_running_loop().time()
        assert (await hotel.book()).status == 200
        assert asyncio.get_running_loop().time() - before >= 0.02


async def test_an_answer_may_be_cut_in_the_middle() -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault("wrong_json"))
        reply = await hotel.book()
        assert len(hotel.qlo.books.orders) == 1
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        _ = reply.json


async def test_a_server_that_is_down_refuses_and_comes_back_on_the_same_port() -> None:
    async with client() as hotel:
        assert (await hotel.send("GET", "hotels")).status == 200
        url, hotel.qlo.down = hotel.qlo.url, True
        with pytest.raises(aiohttp.ClientConnectorError):
            await hotel.send("GET", "hotels")
        hotel.qlo.down = False
        assert (await hotel.send("GET", "hotels")).status == 200
        assert (hotel.qlo.url, hotel.qlo.count("hotels")) == (url, 2)


async def test_going_down_cuts_what_is_under_way() -> None:
    async with client() as hotel:
        hotel.qlo.faults.append(Fault("hang"))
        asked = asyncio.create_task(hotel.book())
        await hotel.qlo.arrived("bookings")
        hotel.qlo.down = True
        with pytest.raises(aiohttp.ClientConnectionError):
            await asked


async def test_a_fake_may_be_left_while_requests_hang() -> None:
    async with client() as hotel:
        hotel.qlo.faults += [Fault("hang"), Fault("done_late")]
        asked = [asyncio.create_task(hotel.book()) for _ in range(2)]
        await hotel.qlo.arrived("bookings", times=2)
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(each, aiohttp.ClientError | RuntimeError) for each in outcomes)


async def a_race_without_an_outcome() -> None:
    async with client(rooms_per_type=1) as hotel:
        hotel.qlo.race = iter(())

        async def the_desk_sells_it() -> None:
            hotel.qlo.front_desk.book(2, IN, OUT)

        hotel.qlo.meanwhile = the_desk_sells_it
        assert (await hotel.book()).status == 500


async def test_a_bug_of_the_fake_does_not_pass_for_a_quirk() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await a_race_without_an_outcome()


async def test_a_change_of_mind_about_coming_back_is_heeded() -> None:
    async with client() as hotel:
        for down in (True, False, True):
            hotel.qlo.down = down
        with pytest.raises(aiohttp.ClientConnectorError):
            await hotel.send("GET", "hotels")


# the people at the desk


async def live(hotel: Client) -> list[str]:
    return [line.room.number for line in hotel.qlo.books.live_lines()]


async def test_the_desk_takes_a_free_room_and_then_any_room() -> None:
    async with client(rooms_per_type=1) as hotel:
        desk = hotel.qlo.front_desk
        first, second = desk.book(2, IN, OUT), desk.book(2, IN, OUT)
        assert hotel.qlo.books.overbooked() == [(first.lines[0], second.lines[0])]
        desk.cancel(second.id)
        assert hotel.qlo.books.overbooked() == []


async def test_the_desk_fills_a_room_type_but_for_some() -> None:
    async with client() as hotel:
        hotel.qlo.front_desk.fill(2, IN, OUT, leave=2)
        assert await hotel.free(2) == 2


async def test_a_room_is_blocked_for_good_or_for_some_nights() -> None:
    async with client(rooms_per_type=2) as hotel:
        desk = hotel.qlo.front_desk
        desk.block_room(3)
        desk.block_room(4, IN, OUT)
        assert await hotel.free(2, "2027-03-11", "2027-03-13") == 0
        assert await hotel.free(2, "2027-03-12", "2027-03-13") == 1


async def test_one_guest_may_leave_on_the_day_that_another_comes() -> None:
    async with client(rooms_per_type=1) as hotel:
        statuses = [(await hotel.book()).status]
        statuses.append((await hotel.book(check_in="2027-03-12", check_out="2027-03-13")).status)
        assert (statuses, hotel.qlo.books.overbooked()) == ([200, 200], [])
        assert await live(hotel) == ["DR-101", "DR-101"]
