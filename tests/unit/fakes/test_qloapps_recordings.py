"""The fake QloApps answers what the real one was recorded to answer: same status, type, shape, prices and errors."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import aiohttp
import pytest
from yarl import URL

from tests.fakes.qloapps.demo import Season
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.resources import catalogue
from tests.fakes.qloapps.server import FakeQloApps
from tests.unit.fakes import recordings
from tests.unit.fakes.recordings import Recording

pytestmark = pytest.mark.skipif(
    not recordings.FOLDER.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with qloapps"
)

Scene = Callable[[FakeQloApps], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A recording, the ones that were sent before it, and the hotel that it was made in."""

    name: str
    after: tuple[str, ...] = ()
    scene: Scene | None = None
    version: Literal["1.6.1", "1.7.0"] = "1.6.1"
    languages: int = 1
    notices: bool = False
    changed: tuple[str, str] | None = None
    """A text in the recorded request and what stands for it in the fake's hotel: ids above all."""


def cases(names: str, **more: Any) -> Iterator[Case]:
    return (Case(name=name, **more) for name in names.split())


# the hotels


def everything(qlo: FakeQloApps) -> None:
    qlo.permissions.update({name: {"GET", "POST", "PUT", "DELETE", "HEAD"} for name in catalogue(qlo.version)})


def agent_key(qlo: FakeQloApps) -> None:
    """The rights of the recorded key, which 00_root_agent_key lists."""
    text = recordings.read("00_root_agent_key").body
    qlo.permissions.clear()
    for name, rights in re.findall(r"<(?!description)(\w+) xlink:href=\S+ (get=[^>]*)>", text):
        qlo.permissions[name] = {each.upper() for each in re.findall(r'(\w+)="true"', rights)}


def without_euro(qlo: FakeQloApps) -> None:
    everything(qlo)
    del qlo.books.currencies[2]


def active_euro(qlo: FakeQloApps) -> None:
    qlo.books.currencies[2].active = True
    fair(qlo)


def fair(qlo: FakeQloApps) -> None:
    """The recorded fair week: a fifth more for the Delux rooms."""
    qlo.books.seasons.append(Season(room_type=2, first=date(2027, 6, 12), last=date(2027, 6, 20), percent=Decimal(20)))


def odd_cents(qlo: FakeQloApps) -> None:
    """The hotel of 31_decimals: 99.99 a night, 9.95 for the fee, 6.875 % tax."""
    everything(qlo)
    qlo.books.room_types[1].price, qlo.books.services[5].price = Decimal("99.99"), Decimal("9.95")
    qlo.books.tax_rate = Decimal("0.06875")


def long_stays_only(qlo: FakeQloApps) -> None:
    qlo.books.room_types[3].min_los = 3


def room_blocked_and_booked(qlo: FakeQloApps) -> None:
    qlo.front_desk.block_room(11)
    qlo.front_desk.book(3, date(2027, 6, 11), date(2027, 6, 13), room=12)


def luxury_sold_out(qlo: FakeQloApps) -> None:
    qlo.front_desk.fill(4, date(2027, 8, 1), date(2027, 8, 2))


def no_delivery_of_bookings(qlo: FakeQloApps) -> None:
    qlo.permissions["bookings"] = {"GET"}


def inactive_key(qlo: FakeQloApps) -> None:
    qlo.key_is_active = False


def database_down(qlo: FakeQloApps) -> None:
    qlo.faults.append(Fault("html_500"))


def a_race(qlo: FakeQloApps) -> None:
    """Order 1 got the room, order 2 lost it silently."""
    orders = [qlo.front_desk.book(4, date(2027, 8, 1), date(2027, 8, 2), room=20) for _ in range(2)]
    for place, order in enumerate(orders):
        order.remarks.append(f"race-0-{place}")
    for state in (4, 1):
        qlo.books.move_to(orders[1], state)
    orders[1].lines[0].is_back_order = True


def a_double_sale(qlo: FakeQloApps) -> None:
    for _ in range(2):
        qlo.front_desk.book(4, date(2027, 8, 4), date(2027, 8, 5), room=20)


GRETA, IVO, ANA = "06_booking_post_xml", "06_booking_post_json", "08_booking_post_services_json"
RAISED = "08_booking_post_total_price_higher_json"

STATIC: Final = """
01_hotel_1 01_hotel_1_json 01_hotels_full_json 01_hotels_list 01_hotels_list_json 02_room_type_1 02_room_type_1_json
02_room_types_full_json 02_room_types_list 02_room_types_list_json 02_room_types_selected_json
03_bookings_full_json 03_bookings_list 03_contacts_full_json 03_contacts_list 03_currencies_list 03_customer_messages_full_json
03_customer_messages_list 03_customer_threads_full_json 03_customer_threads_list 03_customers_list
03_extra_demands_full_json 03_extra_demands_list 03_extra_services_full_json 03_extra_services_list
03_feature_prices_full_json 03_feature_prices_list 03_hotel_features_full_json 03_hotel_features_list
03_hotel_refund_rules_full_json 03_hotel_refund_rules_list 03_hotel_room_types_full_json 03_hotel_room_types_list
03_hotel_rooms_full_json 03_hotel_rooms_list 03_languages_full_json 03_languages_list 03_order_payments_full_json
03_order_payments_list 03_order_states_full_json 03_order_states_list 03_orders_full_json 03_orders_list
03_room_bookings_full_json 03_room_bookings_list 03_room_type_features_full_json 03_room_type_features_list
03_services_full_json 03_services_list 03_tax_rule_groups_full_json 03_tax_rule_groups_list 03_tax_rules_full_json
03_tax_rules_list 03_taxes_full_json 03_taxes_list 00_root_json 00_root_json_header
20_services_auto_add 20_services_optional 29_contains_filter 29_interval_filter 29_limit_offset 29_or_filter
30_agentkey_8099_customersfilterema 30_agentkey_8099_hotel_room_typesdi 30_agentkey_8099_hotels
30_agentkey_8099_image 30_agentkey_8099_order_statesdispla 30_agentkey_8099_room_bookingsfilte
30_agentkey_8099_servicesdisplayidn 21_hotel_room_11_xml 11_err_delete_booking_forbidden_json 05_ari_get_method
12_err_nonnumeric_booking_json 12_err_nonnumeric_id_json 12_err_unknown_id_booking_json 12_err_unknown_id_booking_xml
12_err_unknown_id_hotel_json 12_err_unknown_id_hotel_xml 12_err_unknown_resource_json 12_err_unknown_resource_xml
16_customer_unknown 16_idem_lookup_none 16_idem_lookup_none_xml
18_images_hotels 18_images_hotels_1 18_images_missing 18_images_products_1 18_images_room_type_1
18_images_room_type_1_1 18_images_room_type_1_1_large 18_images_room_type_json 18_images_room_types 18_images_root
18_images_root_json 18_public_image 18_public_image_home 18_public_image_large
"""
RATES: Final = """
05_ari_all_flags_2rooms_json 05_ari_all_flags_2rooms_xml 05_ari_datewise_json 05_ari_datewise_xml 05_ari_default_json
05_ari_default_json_apache 05_ari_default_xml 05_ari_json_body 14_ari_bad_dates
14_ari_empty_body 14_ari_invalid_date 14_ari_malformed_xml 14_ari_missing_hotel 14_ari_occupancy_too_large
14_ari_past_dates 14_ari_six_rooms 14_ari_unknown_hotel 14_ari_unknown_room_type 30_agentkey_8099_ari
"""
FAIR: Final = """
20_ari_over_feature_price_daily_json 20_ari_over_feature_price_json 20_book_over_feature_price
20_book_over_feature_price_with_maintenance_fee
"""
TAKEN: Final = f"""
{GRETA} {IVO} {ANA} {RAISED} 08_booking_post_paid_room10_json 08_booking_post_total_price_lower_json
08_booking_post_two_rooms_json 13_book_beyond_max_date 13_book_past_dates 13_book_six_rooms_of_five
13_book_too_many_guests 13_book_unicode_names 14_remark_5000_chars 14_source_200_chars 16_idem_post_first
27_book_partial_payment 21_book_with_breakfast_and_shuttle 30_agentkey_8099_book
"""
REFUSED: Final = """
13_book_bad_date_string 13_book_bad_email 13_book_bad_phone 13_book_booking_status_9
13_book_checkout_before_checkin 13_book_date_ddmmyyyy 13_book_missing_email 13_book_missing_phone
13_book_name_with_digits 13_book_payment_type_card 13_book_same_day 13_book_service_as_room_type
13_book_unknown_property 13_book_unknown_room 13_book_unknown_room_type 14_empty_body 14_json_without_booking_root
14_malformed_json 14_malformed_xml 14_no_room_types 17_put_minimal_id_status_only 17_put_unknown_booking
17_put_without_id 17_put_without_room_types
"""
DOORS: Final = """
11_err_no_key_json 11_err_no_key_xml 11_err_short_key_json 11_err_wrong_key 11_err_wrong_key_json
11_err_agentkey_no_permission_json
"""
FOUND: Final = """
16_bookings_list_ignores_filter 16_customers_by_email 16_customers_by_email_case 16_customers_by_phone
16_idem_lookup_by_source 16_idem_lookup_by_source_nobrackets 16_idem_lookup_prefix 16_idem_post_retry_creates_duplicate
"""

CASES: Final = [
    *cases(STATIC, scene=without_euro),
    *cases(RATES),
    *cases(TAKEN),
    *cases(REFUSED),
    *cases(DOORS),
    *cases(FAIR, scene=fair),
    *cases(FOUND, after=(GRETA, IVO, "16_idem_post_first", "16_idem_post_first")),
    *cases("00_root_xml", scene=everything),
    *cases("00_root_agent_key", scene=agent_key),
    *cases("11_err_inactive_key_json", scene=inactive_key),
    *cases("11_err_forbidden_method_json", scene=no_delivery_of_bookings),
    *cases("11_ok_ws_key_param"),
    *cases("15_db_down_ari 15_db_down_get_json", scene=database_down),
    *cases("13_book_bad_currency", scene=without_euro),
    *cases("07_booking_get_xml 07_booking_get_json 26_order2_after_payment_post", after=(GRETA, IVO)),
    *cases("09_booking_get_after_cancel_json 09_room_bookings_after_cancel_json 17_put_cancel_twice 17_put_uncancel",
           after=(GRETA, IVO, ANA, RAISED, "09_booking_put_cancel_json")),
    *cases("09_booking_put_cancel_json", after=(GRETA, IVO, ANA, RAISED)),
    *cases("17_get_booking3_before 17_put_other_guests_email", after=(GRETA, IVO, ANA)),
    *cases("09_ari_after_cancel_json",
           after=(GRETA, IVO, ANA, RAISED, "09_booking_put_cancel_json", "08_booking_post_paid_room10_json")),
    *cases("14_ari_400_nights 10_ari_sold_out_json 10_ari_sold_out_xml 10_err_sold_out_json 10_err_sold_out_xml"
           " 10_ari_sold_out_one_type_others_free_json", scene=luxury_sold_out),
    *cases("16_orders_by_reference", after=(ANA, ANA, ANA), changed=("[4]", "[2]")),
    *cases("16_orders_filter_date", after=(GRETA, IVO), changed=("2026-11-24%2000", "2999-11-24%2000")),
    *cases("16_room_bookings_arrivals_on_day", after=(GRETA, IVO)),
    *cases("16_room_bookings_by_order", scene=a_race, changed=("[12]", "[2]")),
    *cases("16_room_bookings_by_room_dates", scene=a_double_sale),
    *cases("17_put_change_dates_json", after=(GRETA, IVO)),
    *cases("17_after_change_room_bookings", after=(GRETA, IVO, "17_put_change_dates_json")),
    *cases("17_put_to_sold_out_dates_json", after=(GRETA, IVO), scene=luxury_sold_out, changed=('"id":2', '"id":7')),
    *cases("20_booking_with_services_readback_xml 21_booking_with_services_xml", after=(GRETA, IVO),
           changed=("bookings/96", "bookings/2")),
    *cases("21_ari_below_min_los 21_book_below_min_los", scene=long_stays_only),
    *cases("21_ari_with_blocked_and_partial_json 21_ari_with_blocked_and_partial_xml", scene=room_blocked_and_booked),
    *cases("22_book_in_eur_lang2 22_book_in_lowercase_eur", scene=active_euro, languages=2),
    *cases("22_book_in_inactive_eur 22_two_langs_ari_json 22_two_langs_ari_lang2_json 22_two_langs_ari_xml",
           scene=fair, languages=2),
    *cases("22_two_langs_hotel_xml 22_two_langs_room_type_json 22_two_langs_room_type_lang2_json", languages=2),
    *cases("03_currencies_full_json 22_currencies_json"),
    *cases("24_customer_thread_post", after=(GRETA,)),
    *cases("24_customer_message_post", after=(GRETA, "24_customer_thread_post")),
    *cases("24_customer_threads_by_order", after=(GRETA, "24_customer_thread_post", "24_customer_message_post")),
    *cases("25_order_history_post_cancel 30_agentkey_8099_cancel", after=(GRETA,)),
    *cases("25_order_after_history_cancel 25_order_histories_list 25_room_booking_after_history_cancel",
           after=(GRETA, "25_order_history_post_cancel")),
    *cases("26_order_payment_post", scene=everything),
    *cases("26_order_payments_by_reference", after=("26_order_payment_post",), scene=everything),
    *cases("27_put_full_payment 28_room_booking_put_checkin_comment 29_head", scene=everything,
           after=(GRETA, IVO, "27_book_partial_payment")),
    *cases("27_order_payments", scene=everything,
           after=("26_order_payment_post", GRETA, IVO, "27_book_partial_payment", "27_put_full_payment")),
    *cases("29_date_filter_with_date1 29_date_upd_sort", after=(GRETA, IVO)),
    *cases("30_agentkey_8098_ari 30_agentkey_8098_book 30_agentkey_8098_customersfilterema"
           " 30_agentkey_8098_hotel_room_typesdi 30_agentkey_8098_hotels 30_agentkey_8098_image"
           " 30_agentkey_8098_order_statesdispla 30_agentkey_8098_room_bookingsfilte"
           " 30_agentkey_8098_servicesdisplayidn", version="1.7.0"),
    *cases("30_agentkey_8098_cancel", version="1.7.0", after=("30_agentkey_8098_book",)),
    *cases("31_decimals_ari_8098 31_decimals_book_8098", version="1.7.0", scene=odd_cents),
    *cases("31_decimals_order_8098", version="1.7.0", scene=odd_cents, after=("31_decimals_book_8098",)),
    *cases("31_decimals_ari_8099 31_decimals_book_8099", scene=odd_cents),
    *cases("31_decimals_order_8099", scene=odd_cents, after=("31_decimals_book_8099",)),
    *cases("32_race_winner_booking", scene=a_race, changed=("bookings/2", "bookings/1")),
    *cases("32_race_loser_booking", scene=a_race, changed=("bookings/3", "bookings/2")),
    *cases("32_race_winner_order_histories 32_race_winner_room_bookings", scene=a_race, changed=("[2]", "[1]")),
    *cases("32_race_loser_order_histories 32_race_loser_room_bookings", scene=a_race, changed=("[3]", "[2]")),
    *cases("90_stockphpini_POST_booking_500_but_created 90_stockphpini_POST_booking_500_but_created_json",
           notices=True),
    *cases("90_stockphpini_GET_booking_500", notices=True, after=(GRETA,)),
]  # fmt: skip


LEFT_OUT: Final = frozenset(
    """
    03_advance_payments_full_json 03_advance_payments_list 03_guests_full_json 03_guests_list
    03_image_types_full_json 03_image_types_list 03_room_type_feature_values_full_json
    03_room_type_feature_values_list 04_schema_bookings_blank 04_schema_bookings_blank_json
    04_schema_bookings_synopsis 04_schema_customer_messages_blank 04_schema_customer_messages_synopsis
    04_schema_customer_threads_blank 04_schema_customer_threads_synopsis 04_schema_hotel_ari_blank
    04_schema_hotel_ari_synopsis 04_schema_hotel_rooms_blank 04_schema_hotel_rooms_synopsis
    04_schema_hotels_blank 04_schema_hotels_synopsis 04_schema_room_bookings_blank
    04_schema_room_bookings_synopsis 14_big_3MB 14_oversized_9MB 15_server_down 19_qlo_getRoomRates
    19_qlo_getRoomTypes 20_feature_price_post 20_feature_price_post_with_groups 20_feature_prices_schema
    21_hotel_room_put_inactive 31_decimals_order_details_8098 31_decimals_order_details_8099
    """.split()
)
"""Resources, schemas and writes that no agent uses; two recordings without their bodies; and one of a server that was off,
which another test shows."""


def test_every_recording_is_replayed_or_named_as_left_out() -> None:
    assert {path.stem for path in recordings.FOLDER.glob("*.http")} == {case.name for case in CASES} | LEFT_OUT


async def send(qlo: FakeQloApps, recording: Recording, *, own_key: bool) -> tuple[int, str, bytes]:
    """Replay it with the fake's own key, or, where the door is what was recorded, with the one that came."""
    target = recording.target.replace("ws_key=QLOTESTFULL000000000000000000000", f"ws_key={qlo.key}")
    headers = {
        name: value for name, value in recording.sent_headers.items() if name in {"content-type", "output-format"}
    }
    sent = recording.sent_headers.get("authorization")
    if sent is not None:
        headers["authorization"] = aiohttp.encode_basic_auth(qlo.key) if own_key else sent
    url = URL(qlo.url.rstrip("/") + target, encoded=True)
    async with (
        aiohttp.ClientSession() as session,
        session.request(recording.method, url, headers=headers, data=recording.sent or None) as answer,
    ):
        return answer.status, recordings.kind(answer.headers.get("Content-Type")), await answer.read()


def same_body(case: Case, recording: Recording, body: bytes) -> None:
    if recording.content_type == "application/json":
        want, have = json.loads(recording.body), json.loads(body)
        assert recordings.shape(have) == recordings.shape(want)
        assert recordings.money(have) == recordings.money(want)
        if isinstance(want, dict) and "errors" in want:
            assert have["errors"] == want["errors"]
    elif recording.content_type.startswith("text/xml") and recording.body:
        assert recordings.tags(body.decode()) == recordings.tags(recording.body)
    elif not recording.body.startswith(("[", "<!DOCTYPE")):
        assert body.decode() == recording.body


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_fake_answers_as_the_real_one_was_recorded(case: Case) -> None:
    recording = recordings.read(case.name)
    if case.changed is not None:
        old, new = case.changed
        changed = recording.sent.replace(old.encode(), new.encode())
        recording = replace(recording, target=recording.target.replace(old, new), sent=changed)
    async with FakeQloApps(version=case.version, languages=case.languages, notices=case.notices) as qlo:
        if case.scene is not None:
            case.scene(qlo)
        for name in case.after:
            await send(qlo, recordings.read(name), own_key=True)
        status, content_type, body = await send(qlo, recording, own_key=case.name not in DOORS)
    assert (status, content_type) == (recording.status, recording.content_type)
    same_body(case, recording, body)
