"""Places, turns and retries, in exact time."""

import asyncio

import pytest

from agente_hotelero.pms.limiter import Bulkhead, KeptBackError, RetryBudget, TokenBucket
from tests.support.virtual_time import clock, in_virtual_time, until_idle


def bulkhead(*, limit: int, most: int = 64, queue: int = 256) -> Bulkhead:
    return Bulkhead(limit=limit, most=most, clock=clock, calm_seconds=5.0, queue=queue)


async def hold(place: Bulkhead, seconds: float, log: list[int] | None = None, number: int = 0) -> None:
    async with place.place():
        if log is not None:
            log.append(number)
        await asyncio.sleep(seconds)


@in_virtual_time
async def test_a_burst_goes_at_once_and_then_one_by_one() -> None:
    bucket = TokenBucket(per_second=10, burst=3, clock=clock)
    assert [round(bucket.take(within=1), 3) for _ in range(6)] == [0, 0, 0, 0.1, 0.2, 0.3]


@in_virtual_time
async def test_who_would_wait_too_long_is_told_when_to_come_and_takes_no_turn() -> None:
    bucket = TokenBucket(per_second=1, burst=1, clock=clock)
    bucket.take(within=0)
    with pytest.raises(KeptBackError) as refused:
        bucket.take(within=0.5)
    assert refused.value.retry_after_seconds == 1.0
    await asyncio.sleep(1)
    assert bucket.take(within=0) == 0


@in_virtual_time
async def test_turns_come_back_but_never_more_than_the_burst() -> None:
    bucket = TokenBucket(per_second=10, burst=2, clock=clock)
    await asyncio.sleep(100)
    assert [round(bucket.take(within=9), 3) for _ in range(3)] == [0, 0, 0.1]


@in_virtual_time
async def test_a_retry_after_moves_everybodys_turn() -> None:
    bucket = TokenBucket(per_second=10, burst=5, clock=clock)
    bucket.push_back(3)
    assert bucket.wait_seconds == pytest.approx(3.1)
    with pytest.raises(KeptBackError):
        bucket.take(within=1)
    await asyncio.sleep(3)
    assert bucket.take(within=1) == pytest.approx(0.1)


@in_virtual_time
async def test_an_earlier_retry_after_does_not_shorten_a_later_one() -> None:
    bucket = TokenBucket(per_second=10, burst=5, clock=clock)
    bucket.push_back(30)
    bucket.push_back(1)
    assert bucket.wait_seconds > 30


@in_virtual_time
async def test_a_pms_that_says_tomorrow_is_asked_once_a_minute() -> None:
    bucket = TokenBucket(per_second=10, burst=5, clock=clock)
    bucket.push_back(86_400)
    assert bucket.wait_seconds == pytest.approx(60.1)


@in_virtual_time
async def test_places_are_given_first_come_first_served() -> None:
    place = bulkhead(limit=2)
    order: list[int] = []
    await asyncio.gather(*(hold(place, 0.1, order, number) for number in range(6)))
    assert order == [0, 1, 2, 3, 4, 5]
    assert clock() == pytest.approx(0.3)
    assert place.under_way == 0


@in_virtual_time
async def test_who_finds_no_place_in_a_quarter_of_a_second_is_sent_away() -> None:
    place = bulkhead(limit=1)
    holder = asyncio.create_task(hold(place, 10))
    await until_idle()
    with pytest.raises(KeptBackError):
        await hold(place, 0)
    assert clock() == pytest.approx(0.25)
    await holder
    await hold(place, 0)


@in_virtual_time
async def test_the_queue_for_places_is_bounded() -> None:
    place = bulkhead(limit=1, queue=2)
    tasks = [asyncio.create_task(hold(place, 0.1)) for _ in range(3)]
    await until_idle()
    with pytest.raises(KeptBackError):
        await hold(place, 0)
    assert clock() == 0
    await asyncio.gather(*tasks)


@in_virtual_time
async def test_a_place_given_in_the_moment_of_a_cancellation_is_not_lost() -> None:
    place = bulkhead(limit=1)
    holder = asyncio.create_task(hold(place, 0.1))
    await until_idle()
    waiter = asyncio.create_task(hold(place, 0.1))
    await asyncio.sleep(0.1)
    await holder
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert place.under_way == 0
    await hold(place, 0)


@in_virtual_time
async def test_a_place_given_in_the_moment_of_the_timeout_is_not_lost() -> None:
    place = bulkhead(limit=1)
    # Both happen at 0.25: the holder leaves, and the waiter's patience ends.
    holder = asyncio.create_task(hold(place, 0.25))
    await until_idle()
    waiter = asyncio.create_task(hold(place, 0))
    await asyncio.gather(holder, waiter, return_exceptions=True)
    assert place.under_way == 0


@in_virtual_time
async def test_a_waiter_who_left_does_not_stand_in_the_way() -> None:
    place = bulkhead(limit=1)
    holder = asyncio.create_task(hold(place, 0.1))
    await until_idle()
    leaver = asyncio.create_task(hold(place, 0))
    stayer = asyncio.create_task(hold(place, 0))
    await until_idle()
    leaver.cancel()
    await asyncio.gather(holder, stayer)
    assert clock() == pytest.approx(0.1)


@in_virtual_time
async def test_trouble_shrinks_the_limit_once_per_calm_and_never_below_two() -> None:
    place = bulkhead(limit=10)
    for _ in range(10):
        place.badly()
    assert place.limit == 7
    for _ in range(20):
        await asyncio.sleep(5)
        place.badly()
    assert place.limit == 2


@in_virtual_time
async def test_good_calls_widen_the_limit_only_where_it_is_reached() -> None:
    place = bulkhead(limit=4, most=6)
    for _ in range(100):
        place.well()
    assert place.limit == 4

    holders = [asyncio.create_task(hold(place, 1)) for _ in range(4)]
    await until_idle()
    for _ in range(5):
        place.well()
    assert place.limit == 5
    await asyncio.gather(*holders)


@in_virtual_time
async def test_a_wider_limit_has_a_bound() -> None:
    place = bulkhead(limit=5, most=6)
    holders = [asyncio.create_task(hold(place, 1)) for _ in range(6)]
    await until_idle()
    for _ in range(100):
        place.well()
    assert place.limit == 6
    await asyncio.gather(*holders, return_exceptions=True)


def test_retries_are_a_tenth_of_what_was_asked() -> None:
    budget = RetryBudget()
    spent = 0
    for _ in range(1_000):
        budget.asked()
        spent += budget.spend()
    assert 99 <= spent <= 101


def test_a_long_calm_does_not_save_up_a_storm_of_retries() -> None:
    budget = RetryBudget(at_most=3)
    for _ in range(1_000):
        budget.asked()
    assert sum(budget.spend() for _ in range(100)) == 3
