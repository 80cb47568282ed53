"""The gateway in front of a PMS that misbehaves, in exact time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import Party
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.pms.limiter import KeptBackError
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.pms import FakePms, Fault
from tests.support.stays import COUPLE, DOUBLE, HOTEL, ROOMS, STAY, SUITE, a_request
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle


class Site:
    """A gateway with all that is around it."""

    def __init__(self, *, calls_per_second: float = 1_000) -> None:
        self.pms = FakePms(room_types=ROOMS, now=now)
        self.metrics = Metrics()
        self.gateway = PmsGateway(
            hotel=HOTEL,
            client=self.pms,
            clock=clock,
            metrics=self.metrics,
            calls_per_second=calls_per_second,
        )

    def counted(self, operation: str, outcome: str) -> float:
        labels = {"hotel": HOTEL, "operation": operation, "outcome": outcome}
        return self.metrics.registry.get_sample_value("pms_requests_total", labels) or 0.0

    def circuit(self, operation_class: str) -> float | None:
        labels = {"hotel": HOTEL, "operation_class": operation_class}
        return self.metrics.registry.get_sample_value("pms_breaker_state", labels)

    def writable(self) -> bool:
        return self.gateway.writable

    def limited(self) -> float:
        return self.metrics.registry.get_sample_value("rate_limited_total", {"where": "pms"}) or 0.0


def other_stays(number: int) -> list[Party]:
    """Questions that no cache knows."""
    return [Party(adults=1, children=n) for n in range(number)]


async def ask_code(site: Site) -> None:
    await site.gateway.find_by_code("FAKE-1")


async def fail_until_open(site: Site) -> None:
    site.pms.away = True
    while site.gateway.available:
        with pytest.raises(PmsUnavailableError):
            await ask_code(site)
    site.pms.away = False


@in_virtual_time
async def test_a_price_is_asked_once_and_never_shown_older_than_thirty_seconds() -> None:
    site = Site()
    first = await site.gateway.find_offers(STAY, COUPLE)
    for _ in range(60):
        await asyncio.sleep(1)
        for offer in await site.gateway.find_offers(STAY, COUPLE):
            assert now() - offer.fetched_at <= timedelta(seconds=30)
    assert [offer.room_type for offer in first] == [DOUBLE, SUITE]
    assert site.pms.count("find_offers") == 3


@in_virtual_time
async def test_fresh_asks_the_pms_and_renews_what_others_see() -> None:
    site = Site()
    await site.gateway.find_offers(STAY, COUPLE)
    await asyncio.sleep(20)
    await site.gateway.find_offers(STAY, COUPLE, fresh=True)
    await asyncio.sleep(20)
    await site.gateway.find_offers(STAY, COUPLE)
    assert site.pms.count("find_offers") == 2


@in_virtual_time
async def test_a_hundred_guests_with_one_question_make_one_call() -> None:
    site = Site()
    await asyncio.gather(*(site.gateway.find_offers(STAY, COUPLE) for _ in range(100)))
    assert site.pms.count("find_offers") == 1


@in_virtual_time
async def test_an_old_price_is_never_shown_while_the_pms_is_away() -> None:
    site = Site()
    await site.gateway.find_offers(STAY, COUPLE)
    site.pms.away = True
    await asyncio.sleep(26)
    with pytest.raises(PmsUnavailableError):
        await site.gateway.find_offers(STAY, COUPLE)


@in_virtual_time
async def test_old_rooms_are_good_enough_while_the_pms_is_away() -> None:
    site = Site()
    before = await site.gateway.rooms()
    site.pms.away = True
    await asyncio.sleep(3_600)
    assert await site.gateway.rooms() == before


@in_virtual_time
async def test_rooms_that_were_never_seen_can_not_be_shown() -> None:
    site = Site()
    site.pms.away = True
    with pytest.raises(PmsUnavailableError):
        await site.gateway.rooms()


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.FAIL_AFTER])
def test_a_write_makes_every_known_price_old(fault: Fault) -> None:
    @in_virtual_time
    async def writes() -> None:
        site = Site()
        site.pms.faults.append(fault)
        await site.gateway.find_offers(STAY, COUPLE)
        await asyncio.gather(site.gateway.reserve(a_request(room=SUITE)), return_exceptions=True)
        assert SUITE not in [offer.room_type for offer in await site.gateway.find_offers(STAY, COUPLE)]

    writes()


@in_virtual_time
async def test_a_failed_read_is_tried_once_more() -> None:
    site = Site()
    site.pms.read_faults.append(Fault.FAIL_BEFORE)
    assert len(await site.gateway.find_offers(STAY, COUPLE)) == 2
    assert (site.counted("find_offers", "unavailable"), site.counted("find_offers", "ok")) == (1, 1)


@in_virtual_time
async def test_retries_stay_within_a_tenth() -> None:
    site = Site()
    failed = 0
    for n in range(200):
        site.pms.read_faults.extend([Fault.FAIL_BEFORE] if n % 4 == 0 else [])
        try:
            await ask_code(site)
        except PmsUnavailableError:
            failed += 1
    assert site.pms.count("find_by_code") <= 200 * 1.1 + 1
    assert failed > 20


@in_virtual_time
async def test_a_no_is_an_answer_and_is_not_asked_again() -> None:
    site = Site()
    for _ in range(20):
        site.pms.read_faults.append(Fault.REFUSE)
        with pytest.raises(RefusedError):
            await ask_code(site)
    assert site.pms.count("find_by_code") == 20
    assert site.counted("find_by_code", "refused") == 20
    assert site.gateway.available


@in_virtual_time
async def test_a_hanging_read_ends_and_five_of_them_open_the_circuit() -> None:
    site = Site()
    site.pms.read_faults.extend([Fault.HANG] * 50)
    answers = await asyncio.gather(
        *(site.gateway.find_offers(STAY, party) for party in other_stays(10)), return_exceptions=True
    )
    assert all(isinstance(answer, PmsUnavailableError) for answer in answers)
    assert clock() < 6
    assert not site.gateway.available
    assert site.circuit("read") == 2
    assert site.counted("find_offers", "timeout") == 10


@in_virtual_time
async def test_an_open_circuit_answers_at_once_and_leaves_the_pms_in_peace() -> None:
    site = Site()
    await fail_until_open(site)
    calls = len(site.pms.ledger)
    began = clock()
    for _ in range(100):
        with pytest.raises(PmsUnavailableError):
            await ask_code(site)
    assert clock() == began
    assert len(site.pms.ledger) == calls
    assert site.counted("find_by_code", "kept_back") >= 100


@in_virtual_time
async def test_of_many_who_wait_for_a_sick_pms_one_tries_it() -> None:
    site = Site()
    await fail_until_open(site)
    calls = len(site.pms.ledger)
    await asyncio.sleep(3)
    site.pms.read_faults.append(Fault.SLOW)

    answers = await asyncio.gather(*(ask_code(site) for _ in range(60)), return_exceptions=True)

    assert len(site.pms.ledger) - calls == 1
    assert sum(answer is None for answer in answers) == 1
    assert site.gateway.available
    assert site.circuit("read") == 0


@in_virtual_time
async def test_a_cancelled_trial_lets_another_try() -> None:
    site = Site()
    await fail_until_open(site)
    await asyncio.sleep(3)
    site.pms.read_faults.append(Fault.HANG)
    trial = asyncio.create_task(ask_code(site))
    await until_idle()
    trial.cancel()
    await until_idle()
    await ask_code(site)
    assert site.circuit("read") == 0


@in_virtual_time
async def test_a_slow_pms_is_a_sick_one() -> None:
    site = Site()
    site.pms.slow_seconds = 4.0
    site.pms.read_faults.extend([Fault.SLOW] * 5)
    await asyncio.gather(*(site.gateway.find_offers(STAY, party) for party in other_stays(5)))
    assert not site.gateway.available
    assert site.gateway.health.limit < 16


@in_virtual_time
async def test_a_pms_that_asks_for_patience_gets_it_and_its_circuit_stays_closed() -> None:
    site = Site()
    site.pms.busy_seconds = 7.0
    site.pms.read_faults.append(Fault.BUSY)
    with pytest.raises(PmsUnavailableError):
        await ask_code(site)
    for _ in range(6):
        with pytest.raises(KeptBackError):
            await ask_code(site)
        await asyncio.sleep(1)
    assert site.pms.count("find_by_code") == 1
    assert site.limited() >= 6
    assert site.circuit("read") == 0
    await asyncio.sleep(1)
    await ask_code(site)
    assert site.counted("find_by_code", "busy") == 1


@in_virtual_time
async def test_our_own_rate_is_kept() -> None:
    site = Site(calls_per_second=10)
    await asyncio.gather(*(ask_code(site) for _ in range(15)))
    assert site.pms.count("find_by_code") == 15
    assert clock() >= 0.5


@in_virtual_time
async def test_too_many_at_once_are_sent_away_and_not_tried_again() -> None:
    site = Site()
    site.pms.slow_seconds = 1.0
    site.pms.read_faults.extend([Fault.SLOW] * 400)
    answers = await asyncio.gather(
        *(site.gateway.find_offers(STAY, party) for party in other_stays(100)), return_exceptions=True
    )
    assert sum(isinstance(answer, KeptBackError) for answer in answers) == 100 - 16
    assert site.pms.count("find_offers") == 16


@in_virtual_time
async def test_a_call_does_not_begin_for_somebody_who_has_left() -> None:
    site = Site()
    with pytest.raises(KeptBackError):
        await site.gateway.find_by_code("FAKE-1", within=0)
    assert site.pms.ledger == []


@in_virtual_time
async def test_nobody_tries_again_for_somebody_who_has_left() -> None:
    site = Site()
    site.pms.read_faults.append(Fault.HANG)
    with pytest.raises(KeptBackError):
        await site.gateway.find_by_code("FAKE-1", within=4.0)
    assert site.pms.count("find_by_code") == 1


@in_virtual_time
async def test_an_adapters_own_bug_is_an_outage_to_everybody_else() -> None:
    site = Site()
    site.pms.read_faults.extend([Fault.BUG, Fault.BUG])
    with pytest.raises(PmsUnavailableError):
        await ask_code(site)
    assert site.counted("find_by_code", "error") == 2


@in_virtual_time
async def test_a_write_is_never_repeated() -> None:
    site = Site()
    site.pms.faults.append(Fault.FAIL_BEFORE)
    with pytest.raises(PmsUnavailableError):
        await site.gateway.reserve(a_request())
    assert site.pms.count("reserve") == 1


@in_virtual_time
async def test_writes_go_one_at_a_time() -> None:
    site = Site()
    site.pms.faults.extend([Fault.SLOW] * 3)
    await asyncio.gather(
        *(site.gateway.reserve(a_request(f"ref-{n}", room=room)) for n, room in enumerate([DOUBLE, DOUBLE, SUITE]))
    )
    assert site.pms.most_under_way == 1
    assert clock() == pytest.approx(6.0)


@in_virtual_time
async def test_a_hanging_write_is_waited_for_longer_than_a_pms_may_run_and_hurts_no_read() -> None:
    site = Site()
    site.pms.faults.append(Fault.HANG)
    write = asyncio.create_task(site.gateway.reserve(a_request()))
    await until_idle()
    assert not site.writable()
    for _ in range(70):
        await asyncio.sleep(1)
        await ask_code(site)
    assert not write.done()
    with pytest.raises(PmsUnavailableError):
        await write
    assert site.gateway.available
    assert site.circuit("read") == 0


@in_virtual_time
async def test_broken_writes_do_not_stop_reads_nor_reads_writes() -> None:
    site = Site()
    site.pms.faults.extend([Fault.FAIL_BEFORE] * 5)
    for n in range(5):
        with pytest.raises(PmsUnavailableError):
            await site.gateway.reserve(a_request(f"ref-{n}"))
    assert (site.circuit("write"), site.circuit("read")) == (2, 0)
    assert not site.writable()
    with pytest.raises(KeptBackError):
        await site.gateway.cancel("FAKE-1")
    assert site.counted("cancel", "kept_back") == 1
    await ask_code(site)

    await asyncio.sleep(3)
    assert site.writable()
    await fail_until_open(site)
    await site.gateway.reserve(a_request())
    assert (site.circuit("write"), site.circuit("read")) == (0, 2)


@in_virtual_time
async def test_a_write_waits_as_long_as_the_pms_asked_for_patience() -> None:
    site = Site()
    site.pms.busy_seconds = 40.0
    site.pms.read_faults.append(Fault.BUSY)
    with pytest.raises(PmsUnavailableError):
        await ask_code(site)
    assert not site.writable()
    await site.gateway.reserve(a_request())
    assert clock() >= 40
    assert len(site.pms.live(ClientRef("ref-1"))) == 1


@in_virtual_time
async def test_reservations_are_never_read_from_a_cache() -> None:
    site = Site()
    await site.gateway.reserve(a_request())
    [made] = await site.gateway.find_by_reference(ClientRef("ref-1"))
    await site.gateway.cancel(made.code)
    cancelled = await site.gateway.find_by_code(made.code)
    assert cancelled is not None
    assert cancelled == replace(made, status=cancelled.status)
    assert cancelled != made


@in_virtual_time
async def test_its_health_tells_the_circuits_and_the_calls_under_way() -> None:
    site = Site()
    site.pms.read_faults.append(Fault.HANG)
    asking = asyncio.create_task(ask_code(site))
    await until_idle()
    health = site.gateway.health
    assert (health.reads, health.writes, health.limit, health.under_way) == ("closed", "closed", 16, 1)
    asking.cancel()


# A hotel whose PMS was changed, or that is gone.


@in_virtual_time
async def test_after_a_change_of_the_pms_everything_is_asked_anew() -> None:
    site = Site()
    await site.gateway.find_offers(STAY, COUPLE)
    await site.gateway.rooms()
    site.gateway.forget()
    await site.gateway.find_offers(STAY, COUPLE)
    await site.gateway.rooms()
    assert (site.counted("find_offers", "ok"), site.counted("rooms", "ok")) == (2, 2)


@in_virtual_time
async def test_a_hotel_that_is_gone_shows_no_breakers() -> None:
    site = Site()
    site.gateway.retire()
    assert (site.circuit("read"), site.circuit("write")) == (None, None)
