"""The gateway's mailbox: many questions under way, typed answers, and a life that ends in order."""

import asyncio
from unittest.mock import ANY

import pytest

from agente_hotelero.actors.pms_gateway import (
    Cancel,
    CanWrite,
    FindByReference,
    FindOffers,
    FindReservation,
    PmsGatewayActor,
    Reserve,
    Rooms,
)
from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError, Ref
from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.pms.gateway import PmsGateway, PmsHealth
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.pms import FakePms, Fault
from tests.support.stays import COUPLE, DOUBLE, HOTEL, ROOMS, SINGLE, STAY, SUITE, a_request
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle


class Site:
    def __init__(self) -> None:
        self.pms = FakePms(room_types=ROOMS, now=now)
        self.gateway = PmsGateway(hotel=HOTEL, client=self.pms, clock=clock, metrics=Metrics())
        self.actor = PmsGatewayActor(gateway=self.gateway)
        self.actor._start_actor_loop()

    @property
    def ref(self) -> Ref:
        return self.actor.actor_ref


@in_virtual_time
async def test_every_question_has_its_typed_answer() -> None:
    ref = Site().ref
    assert await ref.ask(CanWrite())
    assert [offer.room_type for offer in await ref.ask(FindOffers(stay=STAY, party=COUPLE))] == [DOUBLE, SUITE]
    assert await ref.ask(Rooms()) == (SINGLE, DOUBLE, SUITE)
    await ref.ask(Reserve(request=a_request()))
    [made] = await ref.ask(FindByReference(client_ref=ClientRef("ref-1")))
    await ref.ask(Cancel(code=made.code))
    cancelled = await ref.ask(FindReservation(code=made.code))
    assert cancelled is not None
    assert cancelled.status != made.status
    assert await ref.ask(FindReservation(code="NOBODY-1")) is None


@in_virtual_time
async def test_a_circuit_closes_by_itself_once_the_pms_is_back_though_nobody_asks() -> None:
    site = Site()
    site.pms.away = True
    for _ in range(5):
        with pytest.raises(PmsUnavailableError):
            await site.ref.ask(FindReservation(code="FAKE-1"))
    assert not site.gateway.available
    await asyncio.sleep(60)
    assert not site.gateway.available
    site.pms.away = False
    await asyncio.sleep(20)
    assert site.gateway.health == PmsHealth(reads="closed", writes="closed", limit=ANY, under_way=0, wait_seconds=0.0)
    asked = len(site.pms.ledger)
    await asyncio.sleep(600)
    assert len(site.pms.ledger) == asked


@in_virtual_time
async def test_what_the_pms_says_reaches_the_asker_as_it_is() -> None:
    site = Site()
    with pytest.raises(RefusedError):
        await site.ref.ask(Cancel(code="NOBODY-1"))
    site.pms.away = True
    with pytest.raises(PmsUnavailableError):
        await site.ref.ask(FindReservation(code="FAKE-1"))


@in_virtual_time
async def test_a_hanging_write_holds_up_no_question() -> None:
    site = Site()
    site.pms.faults.append(Fault.HANG)
    write = asyncio.ensure_future(site.ref.ask(Reserve(request=a_request())))
    await until_idle()
    assert not await site.ref.ask(CanWrite())
    await site.ref.ask(FindOffers(stay=STAY, party=COUPLE))
    assert clock() == 0
    assert not write.done()
    write.cancel()


@in_virtual_time
async def test_an_asker_who_leaves_takes_no_call_along() -> None:
    site = Site()
    site.pms.slow_seconds = 2.0
    site.pms.read_faults.append(Fault.SLOW)
    with pytest.raises(AskTimeoutError):
        await site.ref.ask(FindOffers(stay=STAY, party=COUPLE), timeout=1.0)
    await asyncio.sleep(1.5)
    await site.ref.ask(FindOffers(stay=STAY, party=COUPLE))
    assert site.pms.count("find_offers") == 1


@in_virtual_time
async def test_for_an_asker_who_left_nothing_is_tried_again() -> None:
    site = Site()
    site.pms.read_faults.append(Fault.HANG)
    with pytest.raises(AskTimeoutError):
        await site.ref.ask(FindOffers(stay=STAY, party=COUPLE), timeout=4.0)
    await asyncio.sleep(10)
    assert site.pms.count("find_offers") == 1


@in_virtual_time
async def test_its_health_is_read_without_its_mailbox() -> None:
    site = Site()
    assert site.actor.health == PmsHealth(reads="closed", writes="closed", limit=16, under_way=0, wait_seconds=0.0)


@in_virtual_time
async def test_stopping_ends_what_is_under_way_and_says_so() -> None:
    site = Site()
    site.pms.faults.append(Fault.HANG)
    write = asyncio.ensure_future(site.ref.ask(Reserve(request=a_request())))
    await until_idle()
    await site.ref.stop()
    with pytest.raises(ActorStoppedError):
        await write


@in_virtual_time
async def test_a_message_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(TypeError):
        Site().actor.on_receive("hola")
