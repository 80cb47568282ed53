"""Staff are told of every hand-off until they were told."""

import asyncio

import pytest

from agente_hotelero.actors.notifier import LOOK_SECONDS, TELL_SECONDS, HandedOff, NotifierActor
from agente_hotelero.errors import StorageUnavailableError, UnavailableError
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OpenHandOff
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.clockwork import FakeHandOffs, FakeStaff
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle

SEA, HILL, NOBODY = HotelId("sea"), HotelId("hill"), HotelId("nobody")


class Bell:
    """A running notifier of two hotels."""

    def __init__(self, *hotels: HotelId) -> None:
        self.handoffs = FakeHandOffs(now=now)
        self.staff = {hotel: FakeStaff(clock=clock) for hotel in hotels}
        self.metrics = Metrics()
        self.ref = NotifierActor.start(handoffs=self.handoffs, staff=lambda: self.staff)

    async def hand_off(self, number: int, hotel: HotelId = SEA, *, ring: bool = True) -> None:
        self.handoffs.add(
            OpenHandOff(
                id=number,
                hotel=hotel,
                guest_id=GuestId(1),
                reason="asked",
                summary="…",
                created_at=now(),
                attempts=0,
            )
        )
        if ring:
            self.ref.tell(HandedOff())
            await until_idle()


@in_virtual_time
async def test_staff_are_told_at_once_and_once() -> None:
    bell = Bell(SEA)
    await bell.hand_off(1)
    await asyncio.sleep(600)
    assert bell.staff[SEA].told == [(1, 0.0)]
    assert bell.handoffs.done == [1]


@in_virtual_time
async def test_what_nobody_rang_for_is_found_within_seconds() -> None:
    bell = Bell(SEA)
    await until_idle()
    await bell.hand_off(1, ring=False)
    await asyncio.sleep(LOOK_SECONDS + 1)
    assert bell.staff[SEA].told == [(1, LOOK_SECONDS)]


@pytest.mark.parametrize("trouble", [UnavailableError("webhook"), ValueError("a bug")])
@in_virtual_time
async def test_who_could_not_be_told_is_told_again_later_and_others_hear_at_once(trouble: Exception) -> None:
    bell = Bell(SEA, HILL)
    bell.staff[SEA].failures.extend([trouble, trouble])
    await bell.hand_off(1, SEA)
    await bell.hand_off(2, HILL)
    assert bell.staff[HILL].told == [(2, 0.0)]
    await asyncio.sleep(60)
    assert [number for number, _ in bell.staff[SEA].told] == [1]
    assert bell.staff[SEA].calls[1] == 3


@in_virtual_time
async def test_a_hotel_whose_channel_hangs_holds_up_no_other_for_long() -> None:
    bell = Bell(SEA, HILL)
    bell.staff[SEA].hang = asyncio.Event().wait
    await bell.hand_off(1, SEA)
    await bell.hand_off(2, HILL)
    await asyncio.sleep(TELL_SECONDS + 1)
    assert bell.staff[HILL].told == [(2, TELL_SECONDS)]


@in_virtual_time
async def test_an_outage_of_storage_only_delays() -> None:
    bell = Bell(SEA)
    bell.handoffs.failures.extend([StorageUnavailableError("postgres"), KeyError("odd")])
    await bell.hand_off(1)
    await asyncio.sleep(3 * LOOK_SECONDS)
    assert [number for number, _ in bell.staff[SEA].told] == [1]


@in_virtual_time
async def test_where_nobody_can_be_told_nothing_is_taken() -> None:
    bell = Bell()
    await bell.hand_off(1, NOBODY)
    assert bell.handoffs.done == []
    assert list(bell.handoffs.open) == [1]


@in_virtual_time
async def test_a_stop_ends_the_watch_and_strangers_messages_are_refused() -> None:
    bell = Bell(SEA)
    with pytest.raises(TypeError):
        await bell.ref.ask("anybody there?")  # type: ignore[arg-type]  # what no actor takes
    await bell.ref.stop()
    await until_idle()
    assert asyncio.all_tasks() == {asyncio.current_task()}
