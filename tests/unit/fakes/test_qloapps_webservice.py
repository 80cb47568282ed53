"""The webservice around the bookings: doors, filters, shapes, versions and clocks, where a recording alone does not show them."""

import base64
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from tests.fakes.qloapps.resources import catalogue
from tests.unit.fakes.qloapps_client import client


async def test_a_wrong_basic_key_is_not_saved_by_a_right_parameter() -> None:
    wrong = base64.b64encode(b"X" * 32 + b":").decode()
    async with (
        client() as hotel,
        aiohttp.ClientSession(headers={"Authorization": f"Basic {wrong}"}) as stranger,
        stranger.get(f"{hotel.qlo.url}api/hotels", params={"ws_key": hotel.qlo.key}) as answer,
    ):
        assert answer.status == 401


async def test_rights_may_be_taken_away_while_it_runs() -> None:
    async with client() as hotel:
        hotel.qlo.permissions["order_histories"].discard("POST")
        del hotel.qlo.permissions["customers"]
        forbidden, hidden = await hotel.cancel(1), await hotel.send("GET", "customers")
        names = (await hotel.send("GET", "")).json
    assert [(each.status, each.json["errors"][0]["code"]) for each in (forbidden, hidden)] == [(405, 25), (401, 26)]
    assert "customers" not in names
    assert "order_histories" in names


@pytest.mark.parametrize(("version", "there"), [("1.6.1", True), ("1.7.0", False)])
async def test_a_full_key_tells_the_versions_apart(version: str, there: bool) -> None:
    async with client(version=version) as hotel:
        hotel.qlo.permissions.update({name: {"GET"} for name in catalogue(hotel.qlo.version)})
        names = (await hotel.send("GET", "")).json
    assert ({"extra_services", "qlo"} <= set(names), "extra_services" in names) == (there, there)


@pytest.mark.parametrize(
    ("version", "limit", "other"),
    [("1.6.1", "max_order_date", "max_checkout_offset"), ("1.7.0", "max_checkout_offset", "max_order_date")],
)
async def test_the_hotel_shows_the_limit_of_its_version(version: str, limit: str, other: str) -> None:
    async with client(version=version) as hotel:
        hotel.qlo.books.hotel.max_order_date, hotel.qlo.books.hotel.max_checkout_offset = "2027-12-31", 365
        [told] = await hotel.list("hotels")
    assert told[limit] == {"max_order_date": "2027-12-31", "max_checkout_offset": "365"}[limit]
    assert other not in told


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"filter[colour]": "[red]"}, 32),
        ({"filter[transaction_id]": "[pi]"}, 32),
        ({"filter[date_upd]": ">[2026-01-01]"}, 32),
        ({"sort": "[date_upd_DESC]"}, 38),
        ({"sort": "[colour_DESC]"}, 38),
        ({"display": "[id,colour]"}, 35),
    ],
)
async def test_what_it_cannot_filter_sort_or_show_is_named_in_the_refusal(query: dict[str, str], code: int) -> None:
    async with client() as hotel:
        reply = await hotel.send("GET", "orders", **query)
        [error] = reply.json["errors"]
    assert (reply.status, error["code"], "The full list is" in error["message"]) == (400, code, True)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("[ref-1]", ["ref-1"]),
        ("[REF-1]", ["ref-1"]),
        ("[ref-1|ref-3]", ["ref-1", "ref-3"]),
        ("[ref-]%", ["ref-1", "ref-2", "ref-3"]),
        ("%[f-2]%", ["ref-2"]),
        ("%[-3]", ["ref-3"]),
        ("![ref-1]", ["ref-2", "ref-3"]),
        ("[ref-2,ref-3]", ["ref-2", "ref-3"]),
        ("[nobody]", []),
    ],
)
async def test_filters_read_brackets_bars_and_signs(wanted: str, found: list[str]) -> None:
    async with client() as hotel:
        for number in (1, 2, 3):
            await hotel.book(source=f"ref-{number}")
        assert [order["source"] for order in await hotel.list("orders", "[source]", source=wanted)] == found


async def test_a_clash_is_found_by_dates_and_a_neighbouring_stay_is_none() -> None:
    async with client() as hotel:
        await hotel.book()
        clash = {"id_room": "6", "is_refunded": "0", "is_back_order": "0"}
        found = [
            await hotel.list("room_bookings", "[id]", **clash, date_from=f"<[{leaves}]", date_to=f">[{comes}]")
            for comes, leaves in (
                ("2027-03-11", "2027-03-13"),
                ("2027-03-12", "2027-03-13"),
                ("2027-03-09", "2027-03-10"),
            )
        ]
    assert found == [[{"id": "1"}], [], []]


async def test_numbers_are_compared_as_numbers() -> None:
    async with client() as hotel:
        assert len(await hotel.list("hotel_rooms", "[id]", id=">[9]")) == 11


async def test_orders_changed_since_are_found_by_date_upd() -> None:
    clock = [datetime(2027, 1, 1, 12, tzinfo=UTC)]
    async with client(now=lambda: clock[0]) as hotel:
        for source in ("old", "changed"):
            await hotel.book(source=source)
        clock[0] = datetime(2027, 1, 2, 12, tzinfo=UTC)
        await hotel.cancel(2)
        found = await hotel.list("orders", "[source,date_upd]", date_upd=">[2027-01-02 00:00:00]")
    assert found == [{"date_upd": "2027-01-02 13:00:00", "source": "changed"}]


async def test_stamps_are_the_hotels_wall_clock_and_the_date_header_is_utc() -> None:
    now = datetime(2027, 7, 1, 22, 30, tzinfo=UTC)
    async with client(now=lambda: now, timezone="America/Sao_Paulo") as hotel:
        reply = await hotel.book()
    assert reply.json["booking"]["booking_date"] == "2027-07-01 19:30:00"
    assert parsedate_to_datetime(reply.headers["Date"]) == now


async def test_every_answer_of_the_webservice_brings_a_cookie_and_prestashops_version() -> None:
    async with client(version="1.7.0") as hotel:
        reply = await hotel.send("GET", "hotels")
    assert reply.headers["PSWS-Version"] == "1.6.1.23"
    assert reply.headers["Set-Cookie"].startswith("QloApps-")


@pytest.mark.parametrize(("version", "counted"), [("1.6.1", 4), ("1.7.0", 1)])
async def test_night_by_night_1_6_gives_the_free_count_every_name(version: str, counted: int) -> None:
    flags = "".join(f"<get_{each}_rooms>1</get_{each}_rooms>" for each in ("available", "booked"))
    async with client(version=version) as hotel:
        await hotel.book()
        [night, _] = await hotel.ari(
            2, "2027-03-11", "2027-03-13", f"{flags}<date_wise_breakdown>1</date_wise_breakdown>"
        )
    assert (night["total_booked_rooms"], len(night["room_types"][0]["rooms"]["booked"])) == (counted, 1)


async def test_one_flag_alone_switches_the_others_off() -> None:
    async with client() as hotel:
        told = await hotel.ari(2, "2027-03-10", "2027-03-12", "<get_booked_rooms>1</get_booked_rooms>")
    assert told["room_types"][0]["rooms"] == {"booked": []}
    assert "total_available_rooms" not in told


async def test_a_hotel_may_have_another_id() -> None:
    async with client(hotel_id=3) as hotel:
        assert (await hotel.book()).status == 400
        assert await hotel.free(2) == 5


async def test_json_kills_what_takes_only_xml() -> None:
    async with client() as hotel:
        reply = await hotel.send("POST", "order_histories", {"order_history": {"id_order": 1, "id_order_state": 4}})
    assert (reply.status, reply.text) == (500, "")


async def test_a_write_without_a_required_field_is_refused() -> None:
    async with client() as hotel:
        reply = await hotel.send("POST", "customer_messages", "<q><customer_message></customer_message></q>")
    assert reply.json == {"errors": [{"code": 41, "message": 'parameter "message" required'}]}


async def test_a_note_is_kept_with_its_thread_whose_token_is_cut() -> None:
    thread = "<q><customer_thread><id_lang>1</id_lang><id_contact>2</id_contact><token>abcdefghijklmnop</token></customer_thread></q>"
    note = (
        "<q><customer_message><id_customer_thread>1</id_customer_thread><message>Late</message></customer_message></q>"
    )
    async with client() as hotel:
        statuses = [
            (await hotel.send("POST", f"customer_{name}", body)).status
            for name, body in (("threads", thread), ("messages", note))
        ]
        [read] = await hotel.list("customer_threads")
        assert [(message.thread, message.text) for message in hotel.qlo.books.messages] == [(1, "Late")]
    assert (statuses, read["token"], read["associations"]) == (
        [201, 201],
        "abcdefghijkl",
        {"customer_messages": [{"id": "1"}]},
    )


async def test_every_request_is_written_down_as_it_came() -> None:
    async with client() as hotel:
        await hotel.book(source="ref-9")
        await hotel.send("GET", "orders/1")
        await hotel.send("GET", "hotels", display="full")
        assert [tuple(call) for call in hotel.qlo.calls] == [
            ("POST", "bookings", "ref-9"),
            ("GET", "orders", "1"),
            ("GET", "hotels", "output_format=JSON&display=full"),
        ]
        assert (hotel.qlo.count("bookings"), hotel.qlo.count("bookings", "GET")) == (1, 0)
