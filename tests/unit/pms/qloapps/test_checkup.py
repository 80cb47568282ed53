"""`pms check`: what is in order, what is not, and what to do about it."""

import re
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from agente_hotelero.model.findings import Finding, Grade
from agente_hotelero.pms.qloapps import catalogue, checkup
from agente_hotelero.pms.qloapps.checkup import Expected
from agente_hotelero.pms.qloapps.webservice import Webservice
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import FakeQloApps
from tests.support.qloapps_hotel import DOUBLE_ID, LIMITS
from tests.support.stays import STAY
from tests.unit.pms.qloapps.conftest import MORNING

OURS = Expected(hotel_id=1, currency="USD", rooms={str(n): guests for n, (_, _, _, _, guests) in LIMITS.items()})


async def findings(
    qlo: FakeQloApps, expected: Expected = OURS, *, key: str | None = None, url: str | None = None, off: float = 0
) -> list[Finding]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        webservice = Webservice(session=session, url=url or qlo.url, key=key or qlo.key)
        now = MORNING + timedelta(seconds=off)
        return [one async for one in checkup.examine(webservice, expected, now=now)]


def to_fix(found: list[Finding]) -> list[str]:
    return [one.words for one in found if one.grade is Grade.FIX]


def noted(found: list[Finding]) -> str:
    return "\n".join(one.words for one in found if one.grade is Grade.NOTE)


async def test_a_good_one_is_said_to_be_so_with_version_rooms_currency_and_clock(qlo: FakeQloApps) -> None:
    found = await findings(qlo)

    said = "\n".join(one.words for one in found if one.grade is Grade.FINE)
    assert to_fix(found) == []
    for words in (f"QloApps {qlo.version}", "3 room types", "Habitación doble", "USD", "off ours", "every permission"):
        assert words in said


async def test_it_writes_nothing(qlo: FakeQloApps) -> None:
    await findings(qlo)

    assert {call.method for call in qlo.calls} == {"GET"}


@pytest.mark.parametrize(
    ("key", "said"),
    [("x" * 32, "unknown or switched off"), ("short", "has not 32 characters")],
)
async def test_a_wrong_key_is_told_apart(qlo: FakeQloApps, key: str, said: str) -> None:
    [fix] = to_fix(await findings(qlo, key=key))
    assert said in fix


async def test_a_key_that_is_switched_off_is_told(qlo: FakeQloApps) -> None:
    qlo.key_is_active = False

    [fix] = to_fix(await findings(qlo))
    assert "switched off" in fix


async def test_an_address_where_nobody_answers_is_told(qlo: FakeQloApps) -> None:
    qlo.down = True

    [fix] = to_fix(await findings(qlo))
    assert "does not answer" in fix


async def test_an_address_without_a_webservice_is_told(qlo: FakeQloApps) -> None:
    [fix] = to_fix(await findings(qlo, url=qlo.url + "img/p"))
    assert "PS_WEBSERVICE" in fix


async def test_each_permission_that_is_missing_is_named_with_its_method(qlo: FakeQloApps) -> None:
    qlo.permissions["order_histories"] = {"GET"}
    del qlo.permissions["customers"]
    del qlo.permissions["customer_threads"]

    found = await findings(qlo)

    fixes = "\n".join(to_fix(found))
    assert re.findall(r"lacks (\w+ on \w+)", fixes) == ["GET on customers", "POST on order_histories"]
    assert "POST on customer_threads: the agent leaves no notes" in noted(found)


async def test_rooms_that_do_not_match_are_named(qlo: FakeQloApps) -> None:
    expected = Expected(hotel_id=1, currency="USD", rooms={"1": 1, "2": 4, "9": 2})

    found = await findings(qlo, expected)

    missing, different = to_fix(found)
    assert "room 9 of the hotels file is no active room type" in missing
    assert f"room {DOUBLE_ID} holds 2 guests there, and 4" in different
    assert "room type 3 (Suite) is on sale there and not in the hotels file" in noted(found)


async def test_another_hotel_and_another_currency_are_told(qlo: FakeQloApps) -> None:
    [no_hotel] = to_fix(await findings(qlo, Expected(hotel_id=7, currency="USD", rooms={})))
    no_money = to_fix(await findings(qlo, Expected(hotel_id=1, currency="ARS", rooms=OURS.rooms)))

    assert "it has no hotel 7" in no_hotel
    assert no_money == ["ARS, the hotel's currency, is not active there; these are: USD"]


async def test_a_currency_that_is_switched_off_is_told(qlo: FakeQloApps) -> None:
    [fix] = to_fix(await findings(qlo, Expected(hotel_id=1, currency="EUR", rooms=OURS.rooms)))

    assert "EUR, the hotel's currency, is not active there" in fix


async def test_a_page_in_the_webservice_s_place_is_told(qlo: FakeQloApps) -> None:
    qlo.faults.append(Fault("fatal_200"))

    [fix] = to_fix(await findings(qlo))
    assert "is a page and no webservice" in fix


async def test_a_clock_that_is_off_is_told(qlo: FakeQloApps) -> None:
    found = await findings(qlo, off=-300)

    assert "its clock is +300 s off ours" in noted(found)


async def test_a_fee_that_is_taxed_otherwise_is_told(qlo: FakeQloApps) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        found = await catalogue.read(Webservice(session=session, url=qlo.url, key=qlo.key), hotel_id=1)
    otherwise = tuple(replace(service, tax_group=9) for service in found.services)

    said = noted(list(checkup.money(replace(found, services=otherwise), OURS)))

    assert "service 6 is taxed by another rule" in said
    assert "service 5" not in said
    assert noted(list(checkup.money(found, OURS))) == ""


async def test_php_s_notices_are_told_with_the_line_that_silences_them(qlo: FakeQloApps) -> None:
    qlo.notices = True
    qlo.front_desk.book(DOUBLE_ID, STAY.check_in, STAY.check_out)

    assert "error_reporting = E_ALL & ~E_NOTICE" in noted(await findings(qlo))


async def test_what_1_6_1_lacks_is_told(qlo: FakeQloApps) -> None:
    said = noted(await findings(qlo))

    assert ("late check-outs become notes" in said) == (qlo.version == "1.6.1")
    assert ("guests may get two" in said) == (qlo.version == "1.6.1")
