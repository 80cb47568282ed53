"""What QloApps gets wrong, and what the adapter makes of it; what every PMS promises is in tests/contract."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import LateCheckout, Party, ReservationRequest, ReservationStatus, Stay
from agente_hotelero.pms.client import PmsBusyError
from agente_hotelero.pms.qloapps.client import QloApps
from agente_hotelero.pms.qloapps.webservice import NotAllowedError, Webservice
from tests.fakes.qloapps import demo
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import FakeQloApps
from tests.support.qloapps_hotel import DOUBLE_ID, SUITE_ID
from tests.support.stays import BOOKER, COUPLE, STAY, a_request

REF = ClientRef("AH-1")
LATER = Stay(check_in=date(2030, 6, 6), check_out=date(2030, 6, 9))


def a_double(ref: str = "AH-1", **booker: str | None) -> ReservationRequest:
    made = replace(a_request(ref), room_type_key=str(DOUBLE_ID))
    return replace(made, booker=replace(BOOKER, **booker))  # type: ignore[arg-type]  # text, as all its fields


async def lose(qlo: FakeQloApps, pms: QloApps) -> None:
    """Somebody at the desk takes the last double between the check and the insert of ours."""
    qlo.front_desk.fill(DOUBLE_ID, STAY.check_in, STAY.check_out, leave=1)

    async def meanwhile() -> None:
        qlo.front_desk.book(DOUBLE_ID, STAY.check_in, STAY.check_out)

    qlo.meanwhile = meanwhile
    await pms.reserve(a_double())
    qlo.meanwhile = None


def notes(qlo: FakeQloApps) -> list[str]:
    return [note.text for note in qlo.books.messages]


# Writing.


async def test_what_is_booked_costs_what_was_quoted_with_its_mandatory_fees(qlo: FakeQloApps, pms: QloApps) -> None:
    [quote, *_] = await pms.find_offers(STAY, COUPLE)

    await pms.reserve(replace(a_double(), total=quote.total))

    [made] = await pms.find_by_reference(REF)
    assert made.total == quote.total
    [order] = qlo.books.orders.values()
    assert {service.service.id for service in order.services} == {5, 6}


async def test_a_price_that_was_booked_otherwise_is_read_as_it_is(qlo: FakeQloApps, pms: QloApps) -> None:
    [quote, *_] = await pms.find_offers(STAY, COUPLE)
    qlo.price_mismatch = Decimal(50)

    await pms.reserve(replace(a_double(), total=quote.total))

    [made] = await pms.find_by_reference(REF)
    assert made.total.amount > quote.total.amount


async def test_adults_and_children_arrive_whatever_they_are_called_there(qlo: FakeQloApps, pms: QloApps) -> None:
    family = replace(a_double(), room_type_key=str(SUITE_ID), party=Party(adults=3, children=1))

    await pms.reserve(family)

    [made] = await pms.find_by_reference(REF)
    assert made.party == Party(adults=3, children=1)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana", "Ana", "-"),
        ("Ana 🌸 Ruiz", "Ana", "Ruiz"),
        ("José María O'Brien-Smith Jr.", "José", "María O'Brien-Smith Jr."),
        ("王 小明", "王", "小明"),
        ("R2D2 <b>", "R", "D b"),
        ("12345", "Huésped", "-"),
        ("A" * 40 + " " + "B" * 40, "A" * 32, "B" * 32),
    ],
)
async def test_any_name_is_one_that_it_takes(qlo: FakeQloApps, pms: QloApps, name: str, first: str, last: str) -> None:
    await pms.reserve(a_double(name=name))

    [order] = qlo.books.orders.values()
    assert (order.customer.firstname, order.customer.lastname) == (first, last)
    [made] = await pms.find_by_reference(REF)
    assert made.booker_name == (first if last == "-" else f"{first} {last}")


async def test_a_guest_without_a_number_has_none_on_file(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double(phone=None))

    [made] = await pms.find_by_reference(REF)
    assert made.booker_phone is None


@pytest.mark.parametrize(
    "email", ["ana@localhost", "ana ruiz@example.com", "ana", "a|b@example.com", "a%@example.com", "ñandú@example.com"]
)
async def test_an_address_that_would_break_it_is_not_sent(qlo: FakeQloApps, pms: QloApps, email: str) -> None:
    await pms.reserve(a_double(email=email))

    [order] = qlo.books.orders.values()
    assert order.customer.email == "ah-1@guests.invalid"
    assert email in order.remarks[0]


async def test_somebody_else_s_address_rewrites_nobody_s_name_and_number(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double("AH-hers"))
    thief = a_double("AH-his", name="Otro Nombre", phone="5491199999999")

    await pms.reserve(thief)

    hers, his = await pms.find_by_reference(ClientRef("AH-hers")), await pms.find_by_reference(ClientRef("AH-his"))
    assert (hers[0].booker_name, hers[0].booker_phone) == ("Ana Pérez", "+5491100000001")
    assert his[0].booker_email == "ah-his@guests.invalid"
    assert [one.client_ref for one in await pms.find_by_guest(BOOKER.email)] == ["AH-hers"]


async def test_a_guest_without_a_number_never_takes_over_an_address(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double("AH-hers"))

    await pms.reserve(a_double("AH-web", phone=None))

    [hers] = await pms.find_by_reference(ClientRef("AH-hers"))
    assert hers.booker_phone == "+5491100000001"


async def test_a_number_that_staff_typed_without_its_country_is_the_same_line(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double("AH-1", phone="5491150000001"))
    [order] = qlo.books.orders.values()
    order.customer.phone = "011 5000-0001"

    await pms.reserve(a_double("AH-2", phone="5491150000001"))

    [again] = await pms.find_by_reference(ClientRef("AH-2"))
    assert again.booker_email == BOOKER.email


async def test_who_comes_again_with_the_same_number_is_the_same_customer(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double("AH-1"))
    await pms.reserve(a_double("AH-2"))

    assert len({order.customer.id for order in qlo.books.orders.values()}) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("empty_500", PmsUnavailableError),
        ("html_500", PmsUnavailableError),
        ("fatal_200", PmsUnavailableError),
        ("reset", PmsUnavailableError),
        ("reset_after", PmsUnavailableError),
        ("error_429", PmsBusyError),
        ("error_503_retry_after", PmsBusyError),
    ],
)
async def test_an_answer_that_says_nothing_is_no_answer(
    qlo: FakeQloApps, pms: QloApps, kind: str, error: type[Exception]
) -> None:
    qlo.faults.append(Fault(kind, "POST", "bookings", 7.0))  # type: ignore[arg-type]  # one of its kinds

    with pytest.raises(error) as raised:
        await pms.reserve(a_double())

    if isinstance(raised.value, PmsBusyError):
        assert raised.value.retry_after_seconds == 7.0


async def test_php_s_notices_after_the_work_are_an_answer(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.notices = True

    await pms.reserve(a_double())

    assert len(await pms.find_by_reference(REF)) == 1


async def test_sold_out_is_a_no(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.front_desk.fill(DOUBLE_ID, STAY.check_in, STAY.check_out)

    with pytest.raises(RefusedError):
        await pms.reserve(a_double())


@pytest.mark.parametrize(
    "stay",
    [
        Stay(check_in=date(2030, 4, 30), check_out=date(2030, 5, 2)),
        Stay(check_in=date(2020, 1, 1), check_out=date(2020, 1, 3)),
    ],
)
async def test_yesterday_is_not_for_sale_though_it_would_book_it(pms: QloApps, stay: Stay) -> None:
    with pytest.raises(RefusedError):
        await pms.find_offers(stay, COUPLE)
    with pytest.raises(RefusedError):
        await pms.reserve(replace(a_double(), stay=stay))


async def test_the_hotel_s_last_day_is_kept_though_it_would_book_beyond(qlo: FakeQloApps, pms: QloApps) -> None:
    if qlo.version == "1.6.1":
        qlo.books.hotel.max_order_date = "2030-05-08"
    else:
        qlo.books.hotel.max_checkout_offset = 7

    with pytest.raises(RefusedError):
        await pms.find_offers(STAY, COUPLE)
    assert await pms.find_offers(Stay(check_in=date(2030, 5, 6), check_out=date(2030, 5, 8)), COUPLE)


async def test_a_type_is_sold_for_as_many_nights_as_its_rules_say(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.books.room_types[DOUBLE_ID].min_los = 4
    qlo.books.room_types[SUITE_ID].max_los = 2

    assert list(await pms.find_offers(STAY, COUPLE)) == []
    with pytest.raises(RefusedError):
        await pms.reserve(a_double())


# Reading.


async def test_a_silent_loser_is_lost_and_not_confirmed(qlo: FakeQloApps, pms: QloApps) -> None:
    await lose(qlo, pms)

    [made] = await pms.find_by_reference(REF)
    assert made.status is ReservationStatus.LOST
    [order] = qlo.books.orders_by_source(REF)
    assert order.state == demo.AWAITING_PAYMENT


async def test_the_later_of_two_in_one_room_has_lost_it_and_the_first_is_sold_twice(
    qlo: FakeQloApps, pms: QloApps
) -> None:
    qlo.race = "double_sale"
    await lose(qlo, pms)
    [later] = await pms.find_by_reference(REF)
    await pms.reserve(replace(a_double("AH-first"), stay=LATER))
    [mine] = await pms.find_by_reference(ClientRef("AH-first"))
    assert not mine.sold_twice
    room = qlo.books.live_lines(source="AH-first")[0].room.id
    qlo.front_desk.book(DOUBLE_ID, LATER.check_in, LATER.check_out, room)

    [first] = await pms.find_by_reference(ClientRef("AH-first"))

    assert later.status is ReservationStatus.LOST
    assert (first.status, first.sold_twice) == (ReservationStatus.LIVE, True)


async def test_what_staff_cancelled_is_cancelled(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double())
    qlo.front_desk.cancel(qlo.books.orders_by_source(REF)[0])

    [made] = await pms.find_by_reference(REF)
    assert made.status is ReservationStatus.CANCELLED


@pytest.mark.parametrize("code", ["[1|2]", "%", "SPDY%", "", "  "])
async def test_a_code_is_never_a_pattern(pms: QloApps, code: str) -> None:
    await pms.reserve(a_double())

    assert await pms.find_by_code(code) is None


@pytest.mark.parametrize("email", ["[a|b]", "%", "ana%@example.com"])
async def test_an_address_is_never_a_pattern(pms: QloApps, email: str) -> None:
    await pms.reserve(a_double())

    assert list(await pms.find_by_guest(email)) == []


async def test_a_code_is_found_however_it_is_typed(pms: QloApps) -> None:
    await pms.reserve(a_double())
    [made] = await pms.find_by_reference(REF)

    assert await pms.find_by_code(f" {made.code.lower()} ") == made


@pytest.mark.parametrize("kind", ["html_500", "wrong_json", "empty_500", "fatal_200"])
async def test_a_read_that_is_no_answer_is_no_answer(qlo: FakeQloApps, pms: QloApps, kind: str) -> None:
    qlo.faults.append(Fault(kind, "GET", "orders"))  # type: ignore[arg-type]  # one of its kinds

    with pytest.raises(PmsUnavailableError):
        await pms.find_by_reference(REF)


async def test_a_key_that_it_does_not_know_is_an_outage_and_not_an_empty_hotel(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.key_is_active = False

    with pytest.raises(PmsUnavailableError):
        await pms.find_by_code("SPDYIPQKL")
    with pytest.raises(PmsUnavailableError):
        await pms.find_offers(STAY, COUPLE)


async def test_a_permission_that_is_missing_is_named(qlo: FakeQloApps, pms: QloApps) -> None:
    del qlo.permissions["orders"]

    with pytest.raises(NotAllowedError, match="a permission on orders"):
        await pms.find_by_reference(REF)


async def test_what_seldom_changes_is_asked_once_in_a_while(qlo: FakeQloApps, pms: QloApps) -> None:
    for days in range(3):
        await pms.find_offers(Stay(check_in=STAY.check_in, check_out=STAY.check_out + timedelta(days=days)), COUPLE)

    assert (qlo.count("room_types"), qlo.count("hotel_ari")) == (1, 3)


async def test_it_keeps_no_cookies_and_shows_its_key_in_no_address(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.find_offers(STAY, COUPLE)

    assert not any(qlo.key in call.about for call in qlo.calls)


async def test_a_redirect_is_not_followed(qlo: FakeQloApps) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{qlo.url}{request.rel_url}".replace("//api", "/api")})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", away)
    async with TestServer(app) as server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        webservice = Webservice(session=session, url=str(server.make_url("/")), key=qlo.key)
        with pytest.raises(PmsUnavailableError):
            await webservice.rows("hotels")

    assert qlo.calls == []


async def test_a_room_that_staff_took_out_of_an_order_is_out_of_it_and_the_other_stays(
    qlo: FakeQloApps, pms: QloApps
) -> None:
    await pms.reserve(replace(a_double(), party=Party(adults=4, rooms=2)))
    [order] = qlo.books.orders_by_source(REF)
    order.lines[0].is_cancelled = order.lines[0].is_refunded = True

    [made] = await pms.find_by_reference(REF)

    assert (made.status, made.party) == (ReservationStatus.LIVE, Party(adults=2, rooms=1))


async def test_an_order_that_lost_one_of_its_rooms_is_lost(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(replace(a_double(), party=Party(adults=4, rooms=2)))
    [order] = qlo.books.orders_by_source(REF)
    line = order.lines[0]
    line.is_cancelled = line.is_refunded = line.is_back_order = True

    [made] = await pms.find_by_reference(REF)

    assert made.status is ReservationStatus.LOST


async def test_another_hotel_of_the_same_installation_has_reservations_of_its_own(
    qlo: FakeQloApps, pms: QloApps
) -> None:
    await pms.reserve(a_double())
    [made] = await pms.find_by_reference(REF)
    # The same order, in the other of two hotels whose orders are all in one place.
    qlo.books.hotel.id = 2

    assert await pms.find_by_code(made.code) is None
    assert list(await pms.find_by_guest(BOOKER.email)) == []
    with pytest.raises(RefusedError):
        await pms.cancel(made.code)


async def test_a_503_without_a_time_to_come_again_is_an_outage(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.faults.append(Fault("error_503", "GET", "orders"))

    with pytest.raises(PmsUnavailableError) as raised:
        await pms.find_by_reference(REF)

    assert not isinstance(raised.value, PmsBusyError)


async def test_a_type_without_a_price_is_not_for_sale_and_the_others_are(qlo: FakeQloApps, pms: QloApps) -> None:
    qlo.books.room_types[DOUBLE_ID].price = Decimal(0)
    qlo.books.services[5].price = Decimal(0)

    assert [offer.room_type.key for offer in await pms.find_offers(STAY, COUPLE)] == [str(SUITE_ID)]


@pytest.mark.parametrize("code", ["%", "[1|2]"])
async def test_what_is_no_code_is_asked_all_the_same_and_an_outage_is_one(
    qlo: FakeQloApps, pms: QloApps, code: str
) -> None:
    qlo.down = True

    with pytest.raises(PmsUnavailableError):
        await pms.find_by_code(code)


# Late check-outs and notes.


async def test_a_late_check_out_goes_where_the_version_has_a_place_for_it(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double())
    [made] = await pms.find_by_reference(REF)

    answer = await pms.late_checkout(made.code, time(14))

    [line] = qlo.books.live_lines(source=REF)
    if qlo.version == "1.7.0":
        assert (answer, line.planned_check_out) == (LateCheckout.HELD, "2030-05-09 14:00:00")
    else:
        assert answer is LateCheckout.NOTED
        assert notes(qlo) == ["El huésped pide salir a las 14:00 (por el asistente)."]


async def test_without_the_right_to_write_it_a_late_check_out_is_a_note(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double())
    [made] = await pms.find_by_reference(REF)
    qlo.permissions["room_bookings"] = {"GET"}

    assert await pms.late_checkout(made.code, time(14)) is LateCheckout.NOTED


async def test_the_usual_hour_is_no_late_check_out(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double())
    [line] = qlo.books.live_lines(source=REF)
    line.planned_check_out = "2030-05-09 11:00:00"

    [made] = await pms.find_by_reference(REF)
    assert made.leaves_at is None


async def test_all_rooms_leave_late_or_none(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(replace(a_double(), party=Party(adults=4, rooms=2)))
    first, second = qlo.books.live_lines(source=REF)
    first.planned_check_out = "2030-05-09 14:00:00"
    [half] = await pms.find_by_reference(REF)
    second.planned_check_out = "2030-05-09 14:00:00"
    [both] = await pms.find_by_reference(REF)

    assert (half.leaves_at, both.leaves_at) == (None, time(14) if qlo.version == "1.7.0" else None)


async def test_two_notes_are_one_thread(qlo: FakeQloApps, pms: QloApps) -> None:
    await pms.reserve(a_double())
    [made] = await pms.find_by_reference(REF)

    for words in ("Llega tarde", "Trae un perro", "Llega tarde"):
        await pms.note(made.code, words)

    assert len(qlo.books.threads) == 1
    assert notes(qlo) == ["Llega tarde", "Trae un perro"]
