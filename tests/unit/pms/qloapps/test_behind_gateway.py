"""A QloApps behind its gateway, in exact time: what reaches it, when it is well and when it is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.stays import Party, Stay
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import FakeQloApps
from tests.support import qloapps_hotel
from tests.support.stays import COUPLE, DOUBLE, HOTEL, STAY, a_request
from tests.support.virtual_time import clock, now, over_loopback

LONGEST_OPEN_SECONDS = 10.0


@asynccontextmanager
async def site() -> AsyncIterator[tuple[FakeQloApps, PmsGateway, Metrics]]:
    async with FakeQloApps(rooms_per_type=qloapps_hotel.COUNTS, now=now) as qlo:
        qloapps_hotel.furnish(qlo)
        async with qloapps_hotel.adapter(qlo, now=now, clock=clock) as client:
            metrics = Metrics()
            yield qlo, PmsGateway(hotel=HOTEL, client=client, clock=clock, metrics=metrics), metrics


async def ask(gateway: PmsGateway, *, nights: int = 3) -> bool:
    """Whether there was an answer."""
    stay = Stay(check_in=STAY.check_in, check_out=STAY.check_in + timedelta(days=nights))
    try:
        await gateway.find_offers(stay, COUPLE)
    except PmsUnavailableError:
        return False
    return True


@over_loopback
async def test_a_hundred_guests_with_one_question_cost_one_call() -> None:
    async with site() as (qlo, gateway, metrics):
        answers = await asyncio.gather(*(ask(gateway) for _ in range(100)))

        assert all(answers)
        assert qlo.count("hotel_ari") == 1
        shared = metrics.registry.get_sample_value("pms_answers_total", {"hotel": HOTEL, "source": "shared"})
        assert shared == 99


@over_loopback
async def test_while_it_is_down_one_trial_reaches_it_in_each_period_whoever_asks() -> None:
    async with site() as (qlo, gateway, _):
        qlo.faults.extend([Fault("html_500")] * 500)
        while gateway.available:
            await ask(gateway)
        healing = asyncio.create_task(gateway.heal())
        opened, calls = clock(), len(qlo.calls)
        while clock() < opened + 120:
            await asyncio.gather(*(ask(gateway, nights=n) for n in range(1, 6)))
            await asyncio.sleep(0.5)
        healing.cancel()

        # Open for 2 s at first, then longer up to 10: no more trials than that, and each is one request.
        tried = len(qlo.calls) - calls
        assert 120 / (LONGEST_OPEN_SECONDS * 1.5) <= tried <= 120 / 5


@over_loopback
async def test_it_is_found_back_without_a_guest_and_then_answers() -> None:
    async with site() as (qlo, gateway, _):
        qlo.down = True
        assert not any([await ask(gateway) for _ in range(10)])
        assert gateway.health.reads == "open"
        healing = asyncio.create_task(gateway.heal())
        qlo.down = False
        await asyncio.sleep(30)
        healing.cancel()

        assert gateway.available
        assert await ask(gateway)


@pytest.mark.parametrize("kind", ["error_429", "error_503_retry_after"])
def test_who_sends_us_away_is_left_alone_for_as_long_as_it_says(kind: str) -> None:
    @over_loopback
    async def waits() -> None:
        async with site() as (qlo, gateway, _):
            assert await ask(gateway, nights=1)
            qlo.faults.append(Fault(kind, "POST", "hotel_ari", 20.0))  # type: ignore[arg-type]  # one of its kinds
            assert not await ask(gateway)
            calls = len(qlo.calls)

            assert not await ask(gateway, nights=2)
            assert (len(qlo.calls), gateway.available) == (calls, True)
            assert 19 < gateway.health.wait_seconds < 20.1
            await asyncio.sleep(20.1)
            assert await ask(gateway)

    waits()


@over_loopback
async def test_while_it_hangs_no_question_waits_longer_than_its_time_and_soon_none_waits_at_all() -> None:
    async with site() as (qlo, gateway, _):
        qlo.faults.extend([Fault("hang")] * 100)
        began = clock()
        assert not any(await asyncio.gather(*(ask(gateway, nights=n) for n in range(1, 20))))
        assert clock() - began <= 11
        assert not gateway.available
        began = clock()
        assert not await ask(gateway)
        assert clock() == began


@over_loopback
async def test_an_open_circuit_is_closed_only_by_an_answer_from_there() -> None:
    async with site() as (qlo, gateway, _):
        # What seldom changes is known for five minutes: no question about that would go out.
        assert await ask(gateway)
        qlo.down = True
        assert not any([await ask(gateway, nights=n) for n in range(4, 20)])
        healing = asyncio.create_task(gateway.heal())
        await asyncio.sleep(60)
        healing.cancel()

        assert gateway.health.reads != "closed"


@over_loopback
async def test_guests_who_ask_at_once_for_other_parties_share_what_is_asked_of_it() -> None:
    async with site() as (qlo, gateway, _):
        parties = [Party(adults=adults, children=children) for adults in range(1, 5) for children in range(3)]

        await asyncio.gather(*(gateway.find_offers(STAY, parties[n % len(parties)]) for n in range(100)))

        assert qlo.count("hotel_ari") <= 2


@over_loopback
async def test_one_question_that_hangs_while_a_write_reads_the_catalogue_holds_no_guest_up_for_long() -> None:
    async with site() as (qlo, gateway, _):
        qlo.faults.append(Fault("hang", "GET", "room_types"))
        writing = asyncio.create_task(gateway.reserve(a_request(room=DOUBLE)))
        await asyncio.sleep(0.1)
        began = clock()

        assert await ask(gateway)

        assert clock() - began <= 6
        with suppress(PmsUnavailableError, RefusedError):
            await writing
