"""The traps of QloApps' bookings, one test each, where a recording alone does not show them."""

import asyncio
from datetime import date
from decimal import Decimal
from itertools import cycle

import pytest

from tests.fakes.qloapps.books import NO_DATE
from tests.fakes.qloapps.demo import AWAITING_PAYMENT, CANCELLED
from tests.fakes.qloapps.faults import RaceOutcome
from tests.unit.fakes.qloapps_client import Client, Reply, client

IN, OUT = date(2027, 3, 10), date(2027, 3, 12)
FEE = [{"adult": 2, "adults": 2, "services": [{"id_service": 5, "quantity": 1}]}]


async def race(hotel: Client, **told: int) -> list[Reply]:
    """Two guests whose bookings both pass the check before either is written."""
    hotel.qlo.meanwhile = asyncio.Barrier(2).wait
    ana, ivo = await asyncio.gather(
        hotel.book(source="ana", **told), hotel.book(source="ivo", email="ivo@example.test", **told)
    )
    hotel.qlo.meanwhile = None
    return [ana, ivo]


# races


async def test_the_loser_of_a_race_hears_200_and_has_no_room() -> None:
    async with client(rooms_per_type=1) as hotel:
        replies = await race(hotel)
        books = hotel.qlo.books
        [winner], [loser] = (
            [order for order in books.orders.values() if order.lines[0].live is live] for live in (True, False)
        )
    assert [reply.status for reply in replies] == [200, 200]
    assert (loser.state, books.states(loser.id)) == (AWAITING_PAYMENT, [1, 4, 1])
    assert (loser.lines[0].is_back_order, loser.lines[0].is_cancelled, loser.lines[0].is_refunded) == (True, True, True)
    assert (books.states(winner.id), books.overbooked()) == ([1], [])


async def test_a_race_may_sell_one_room_twice() -> None:
    async with client(rooms_per_type=1) as hotel:
        hotel.qlo.race = "double_sale"
        replies = await race(hotel)
        [(first, second)] = hotel.qlo.books.overbooked()
    assert [reply.status for reply in replies] == [200, 200]
    assert first.room is second.room


async def test_a_race_may_end_with_a_clean_refusal() -> None:
    async with client(rooms_per_type=1) as hotel:
        hotel.qlo.race = "refused"
        replies = await race(hotel)
        assert len(hotel.qlo.books.orders) == 1
    assert sorted(reply.status for reply in replies) == [200, 400]


async def test_races_may_end_in_turn() -> None:
    outcomes: list[RaceOutcome] = ["silent_loser", "double_sale"]
    async with client(rooms_per_type={2: 1, 3: 1}) as hotel:
        hotel.qlo.race = cycle(outcomes)
        await race(hotel, room_type=2)
        assert hotel.qlo.books.overbooked() == []
        await race(hotel, room_type=3)
        assert len(hotel.qlo.books.overbooked()) == 1


async def test_two_bookings_may_meet_in_one_room_though_another_is_free() -> None:
    async with client(rooms_per_type=2) as hotel:
        hotel.qlo.race = "double_sale"
        await race(hotel)
        assert len(hotel.qlo.books.overbooked()) == 1
        assert await hotel.free(2) == 1


async def test_the_front_desk_may_take_the_room_between_the_check_and_the_insert() -> None:
    async with client(rooms_per_type=1) as hotel:

        async def the_desk_sells_it() -> None:
            hotel.qlo.front_desk.book(2, IN, OUT)

        hotel.qlo.meanwhile = the_desk_sells_it
        assert (await hotel.book(source="late")).status == 200
        assert hotel.qlo.books.live_lines(source="late") == []


async def test_one_after_the_other_the_second_is_refused() -> None:
    async with client(rooms_per_type=1) as hotel:
        await hotel.book()
        late = await hotel.book(source="ref-2")
        assert await hotel.free(2) == 0
    assert (late.status, late.json["errors"][0]["message"]) == (400, "Requested room(s) not available.")


@pytest.mark.parametrize(("outcome", "sold"), [("double_sale", 2), ("no_rooms", 1)])
async def test_two_changes_onto_the_last_room_are_never_checked_again(outcome: RaceOutcome, sold: int) -> None:
    async with client(rooms_per_type={2: 1, 3: 2}) as hotel:
        for source in ("a", "b"):
            await hotel.book(source=source, room_type=3)
        hotel.qlo.race, hotel.qlo.meanwhile = outcome, asyncio.Barrier(2).wait
        replies = await asyncio.gather(hotel.change(1, source="a"), hotel.change(2, source="b"))
        live = hotel.qlo.books.live_lines()
    assert [reply.status for reply in replies] == [200, 200]
    assert [line.room_type for line in live] == [2] * sold


# what is asked and what is booked


async def test_the_same_request_twice_makes_two_bookings() -> None:
    async with client() as hotel:
        for _ in range(2):
            await hotel.book()
        assert len(hotel.qlo.books.orders_by_source("ref-1")) == 2


async def test_the_price_of_hotel_ari_is_booked_only_with_the_folded_in_service() -> None:
    async with client() as hotel:
        shown = (await hotel.ari(2, "2027-03-10", "2027-03-12"))["room_types"][0]["total_price_with_tax"]
        for source, rooms in (("plain", None), ("with fee", FEE)):
            await hotel.book(source=source, rooms=rooms)
        plain, with_fee = await hotel.list("orders", "[total_paid_tax_incl]")
    assert shown == 3640
    assert plain["total_paid_tax_incl"] == "3120.000000"
    assert with_fee["total_paid_tax_incl"] == "3640.000000"


async def test_a_mismatch_makes_the_booking_dearer_than_the_quote() -> None:
    async with client() as hotel:
        hotel.qlo.price_mismatch = Decimal(100)
        await hotel.book(rooms=FEE)
        [order] = hotel.qlo.books.orders.values()
        assert (await hotel.ari(2, "2027-03-10", "2027-03-12"))["room_types"][0]["total_price_with_tax"] == 3640
    assert order.total + order.tax == 3744


@pytest.mark.parametrize(("version", "adults"), [("1.6.1", 1), ("1.7.0", 2)])
async def test_each_version_reads_its_own_word_for_adults(version: str, adults: int) -> None:
    async with client(version=version) as hotel:
        reply = await hotel.book(rooms=[{"adult": 1, "adults": 2}])
    assert reply.json["booking"]["associations"]["room_types"][0]["rooms"][0]["adults"] == adults


@pytest.mark.parametrize(("ages", "children"), [({}, 0), ({"child_ages": [5]}, 1)])
async def test_children_without_ages_do_not_count(ages: dict[str, list[int]], children: int) -> None:
    async with client() as hotel:
        await hotel.book(rooms=[{"adult": 2, "child": 1} | ages])
        assert hotel.qlo.books.lines[0].children == children


@pytest.mark.parametrize(("version", "price"), [("1.6.1", 3500), ("1.7.0", 7000)])
async def test_a_unit_price_is_for_the_stay_or_for_the_night(version: str, price: int) -> None:
    async with client(version=version) as hotel:
        await hotel.book(rooms=[{"unit_price_without_tax": 3500}])
        assert hotel.qlo.books.lines[0].price == price


@pytest.mark.parametrize(("version", "status"), [("1.6.1", 500), ("1.7.0", 200)])
async def test_a_lower_total_never_lowers_the_price(version: str, status: int) -> None:
    async with client(version=version) as hotel:
        reply = await hotel.book(prices={"total_price_with_tax": 2000})
        [order] = hotel.qlo.books.orders.values()
    assert (reply.status, order.total + order.tax) == (status, Decimal(3120))


async def test_a_booking_rewrites_the_customer_it_finds_by_email() -> None:
    async with client() as hotel:
        await hotel.book()
        await hotel.book(firstname="Anabel", phone="+1555", email="ANA@example.test")
        [ana] = await hotel.list("customers", "[firstname,phone,email]", email="ana@example.test")
    assert ana == {"phone": "+1555", "firstname": "Anabel", "email": "ana@example.test"}


@pytest.mark.parametrize(("version", "found"), [("1.6.1", 0), ("1.7.0", 1)])
async def test_customers_are_found_by_phone_only_on_1_7(version: str, found: int) -> None:
    async with client(version=version) as hotel:
        await hotel.book()
        assert len(await hotel.list("customers", "[id]", phone="+34600111222")) == found


@pytest.mark.parametrize(
    ("customer", "status", "text"),
    [
        ({"email": "wa-1@localhost"}, 200, "Fatal error"),
        ({"email": "wa 8@guests.invalid"}, 200, "Fatal error"),
        ({"lastname": "Lopez (VIP)"}, 500, ""),
        ({"firstname": "A" * 33}, 500, ""),
        ({"phone": "whatsapp:+34600"}, 500, ""),
        ({"phone": "0" * 33}, 500, ""),
    ],
)
async def test_a_bad_person_kills_php_before_anything_is_booked(
    customer: dict[str, str], status: int, text: str
) -> None:
    async with client() as hotel:
        reply = await hotel.book(**customer)
        assert hotel.qlo.books.orders == {}
    assert (reply.status, reply.text, reply.headers["Content-Type"]) == (status, text, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "customer",
    [{"lastname": "-"}, {"lastname": "."}, {"lastname": "O'Brien-Smith"}, {"firstname": "محمد"}, {"phone": "+86 138 (1) 2.3-4"}],
)  # fmt: skip
async def test_names_of_any_script_are_booked(customer: dict[str, str]) -> None:
    async with client() as hotel:
        assert (await hotel.book(**customer)).status == 200


async def test_emoji_become_question_marks() -> None:
    async with client() as hotel:
        await hotel.book(firstname="Ana 🌸")
        assert hotel.qlo.books.customers[-1].firstname == "Ana ????"


async def test_stays_outside_the_limits_of_their_length_are_refused() -> None:
    async with client() as hotel:
        kind = hotel.qlo.books.room_types[2]
        kind.min_los, kind.max_los = 2, 3
        nights = {days: (await hotel.book(check_out=f"2027-03-{10 + days}")).status for days in (1, 2, 3, 4)}
        assert await hotel.free(2, "2027-03-10", "2027-03-14") == 0
    assert nights == {1: 400, 2: 200, 3: 200, 4: 400}


# after the booking


@pytest.mark.parametrize(("version", "code"), [("1.6.1", 5), ("1.7.0", 3)])
async def test_a_php_notice_hides_a_booking_that_was_made(version: str, code: int) -> None:
    async with client(version=version, notices=True) as hotel:
        made, read = await hotel.book(), await hotel.send("GET", "bookings/1")
        found = await hotel.list("orders", "[id]", source="ref-1")
        cancelled = await hotel.cancel(1)
    assert [reply.json["errors"][0]["code"] for reply in (made, read)] == [code, code]
    assert (made.status, read.status, cancelled.status, found) == (500, 500, 201, [{"id": 1}])


@pytest.mark.parametrize(("version", "mails"), [("1.6.1", ["ana@example.test", "hotelprime@htl.com"]), ("1.7.0", [])])
async def test_only_1_6_writes_to_guest_and_hotel(version: str, mails: list[str]) -> None:
    async with client(version=version, mails=True) as hotel:
        await hotel.book()
        assert [mail.to for mail in hotel.qlo.books.mails] == mails


async def test_a_cancelled_room_is_free_at_once_and_cancelling_again_only_adds_a_row() -> None:
    async with client(rooms_per_type=1) as hotel:
        await hotel.book()
        statuses = [(await hotel.cancel(1)).status for _ in range(2)]
        assert hotel.qlo.books.states(1) == [1, 4, 4]
        assert await hotel.free(2) == 1
    assert statuses == [201, 201]


async def test_cancelling_the_loser_leaves_the_winner_alone() -> None:
    async with client(rooms_per_type=1) as hotel:
        await race(hotel)
        books = hotel.qlo.books
        [loser] = (order for order in books.orders.values() if not order.lines[0].live)
        await hotel.cancel(loser.id)
        assert (loser.state, len(books.live_lines())) == (CANCELLED, 1)


async def test_a_stay_cannot_grow_in_a_full_house_because_its_own_room_counts_as_taken() -> None:
    async with client(rooms_per_type=1) as hotel:
        await hotel.book()
        reply = await hotel.change(1, check_out="2027-03-13")
        [line] = hotel.qlo.books.lines
    assert (reply.status, line.id, line.check_out) == (400, 1, OUT)


async def test_moving_a_stay_gives_it_another_line_and_another_room() -> None:
    async with client(rooms_per_type=2) as hotel:
        await hotel.book()
        await hotel.change(1, check_out="2027-03-13")
        [line] = hotel.qlo.books.lines
    assert (line.id, line.room.number, line.price) == (2, "DR-102", Decimal(4500))


@pytest.mark.parametrize(("version", "rooms", "kept"), [("1.6.1", FEE, 0), ("1.7.0", FEE, 1), ("1.7.0", None, 0)])
@pytest.mark.parametrize("check_out", ["2027-03-12", "2027-03-13"])
async def test_a_change_loses_services(
    version: str, rooms: list[dict[str, object]] | None, kept: int, check_out: str
) -> None:
    async with client(version=version) as hotel:
        await hotel.book(rooms=FEE)
        await hotel.change(1, rooms=rooms, check_out=check_out)
        assert len(hotel.qlo.books.lines[0].services) == kept


async def test_a_change_with_a_status_puts_a_paid_booking_back_to_unpaid() -> None:
    async with client() as hotel:
        await hotel.book(status=2)
        await hotel.change(1, status=None)
        kept = hotel.qlo.books.orders[1].state
        await hotel.change(1, status=1)
        assert (kept, hotel.qlo.books.orders[1].state) == (2, 1)


@pytest.mark.parametrize(("version", "until"), [("1.6.1", None), ("1.7.0", "2027-03-12 14:00:00")])
async def test_only_1_7_has_a_planned_check_out(version: str, until: str | None) -> None:
    async with client(version=version) as hotel:
        await hotel.book()
        sheet = (await hotel.send("GET", "room_bookings/1", output_format="XML")).text
        late = "<planned_check_out>2027-03-12 14:00:00</planned_check_out>"
        planned = sheet.replace("<planned_check_out><![CDATA[0000-00-00 00:00:00]]></planned_check_out>", "")
        reply = await hotel.send("PUT", "room_bookings/1", planned.replace("</booking>", f"{late}</booking>"))
        [line] = await hotel.list("room_bookings")
        kept = hotel.qlo.books.lines[0].planned_check_out
    assert (reply.status, line.get("planned_check_out"), kept) == (200, until, until or NO_DATE)
