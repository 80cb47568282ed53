"""A life of a reservation over any QloApps: the fake one, and a real one as well where AGENTE_TEST_QLOAPPS_URL and _KEY name it.

A real one must be a test installation: a room is booked in it, ten months or a year ahead, and cancelled again.
"""

import os
import time as stopwatch
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from secrets import token_hex

import aiohttp
import pytest

from agente_hotelero.model.findings import Grade
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import Booker, LateCheckout, Offer, Party, ReservationRequest, ReservationStatus, Stay
from agente_hotelero.pms.qloapps import checkup
from agente_hotelero.pms.qloapps.checkup import Expected
from agente_hotelero.pms.qloapps.client import QloApps
from agente_hotelero.pms.qloapps.webservice import Webservice
from tests.fakes.qloapps.server import FakeQloApps

URL, KEY = os.environ.get("AGENTE_TEST_QLOAPPS_URL"), os.environ.get("AGENTE_TEST_QLOAPPS_KEY")


@dataclass(frozen=True, slots=True)
class Shop:
    """Where one is."""

    webservice: Webservice
    pms: QloApps


@pytest.fixture(params=["fake", *(["real"] if URL and KEY else [])])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    async with FakeQloApps() as fake, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        url, key = (URL or "", KEY or "") if request.param == "real" else (fake.url, fake.key)
        webservice = Webservice(session=session, url=url, key=key)
        pms = QloApps(
            webservice=webservice, hotel_id=1, region=None, now=lambda: datetime.now(UTC), clock=stopwatch.monotonic
        )
        yield Shop(webservice, pms)


def far_off() -> Stay:
    """Two nights that nobody else tests with, most likely."""
    begins = datetime.now(UTC).date() + timedelta(days=300 + int(token_hex(1), 16) % 60)
    return Stay(check_in=begins, check_out=begins + timedelta(days=2))


async def an_offer(shop: Shop) -> Offer:
    offers = await shop.pms.find_offers(far_off(), Party(adults=2))
    assert offers, "no room is free: use a test installation"
    return offers[0]


def a_yes_to(offer: Offer) -> ReservationRequest:
    ref = token_hex(6).upper()
    return ReservationRequest(
        client_ref=ClientRef(f"AH-TEST-{ref}"),
        room_type_key=offer.room_type.key,
        stay=offer.stay,
        party=offer.party,
        total=offer.total,
        booker=Booker(name="Prueba Contrato", email=f"test-{ref.lower()}@example.com", phone="+5491100000001"),
    )


async def test_a_reservation_is_offered_made_read_back_and_cancelled(shop: Shop) -> None:
    request = a_yes_to(await an_offer(shop))

    await shop.pms.reserve(request)

    [made] = await shop.pms.find_by_reference(request.client_ref)
    assert (made.status, made.stay, made.party) == (ReservationStatus.LIVE, request.stay, request.party)
    assert made.total == request.total
    assert (made.booker_name, made.booker_email) == (request.booker.name, request.booker.email)
    assert [one.code for one in await shop.pms.find_by_guest(request.booker.email)] == [made.code]

    await shop.pms.cancel(made.code)
    found = await shop.pms.find_by_code(made.code)
    assert found is not None
    assert found.status is ReservationStatus.CANCELLED


async def test_a_late_check_out_and_a_note_are_taken(shop: Shop) -> None:
    request = a_yes_to(await an_offer(shop))
    await shop.pms.reserve(request)
    [made] = await shop.pms.find_by_reference(request.client_ref)

    held = await shop.pms.late_checkout(made.code, time(14))
    await shop.pms.note(made.code, "Prueba de contrato")

    found = await shop.pms.find_by_code(made.code)
    assert found is not None
    assert found.leaves_at == (time(14) if held is LateCheckout.HELD else None)
    await shop.pms.cancel(made.code)


async def test_it_is_ready_for_the_agent(shop: Shop) -> None:
    rooms = {room.key: room.capacity for room in await shop.pms.rooms()}
    offer = await an_offer(shop)

    expected = Expected(hotel_id=1, currency=offer.total.currency, rooms=rooms)
    found = [one async for one in checkup.examine(shop.webservice, expected, now=datetime.now(UTC))]

    assert [one.words for one in found if one.grade is Grade.FIX] == []
