import asyncio

from agente_hotelero.channels.gmail.units import Cost, Units
from tests.support.virtual_time import clock, in_virtual_time


async def spent(units: Units, cost: Cost, count: int) -> list[float]:
    """When each of so many calls that come at once may be made."""
    moments: list[float] = []

    async def call() -> None:
        await units.take(cost)
        moments.append(clock())

    await asyncio.gather(*(call() for _ in range(count)))
    return moments


@in_virtual_time
async def test_no_minute_has_more_than_its_units_wherever_it_begins() -> None:
    moments = await spent(Units(per_minute=6_000, clock=clock), Cost.SEND, 200)

    busiest = max(sum(begin <= moment < begin + 60 for moment in moments) for begin in moments)
    assert busiest * Cost.SEND <= 6_000
    assert busiest * Cost.SEND >= 5_800


@in_virtual_time
async def test_cheap_calls_pass_at_once_and_in_order() -> None:
    assert await spent(Units(per_minute=6_000, clock=clock), Cost.HISTORY, 1_000) == [0.0] * 1_000


@in_virtual_time
async def test_a_setting_below_one_sends_price_still_lets_one_pass() -> None:
    moments = await spent(Units(per_minute=60, clock=clock), Cost.SEND, 2)

    assert moments[0] == 0.0
    assert moments[1] >= 100


@in_virtual_time
async def test_when_google_says_wait_everybody_does() -> None:
    units = Units(per_minute=6_000, clock=clock)
    units.push_back(40)

    (moment,) = await spent(units, Cost.PROFILE, 1)

    assert 40 <= moment <= 41


@in_virtual_time
async def test_what_a_rounding_leaves_over_is_waited_for_and_not_circled_around() -> None:
    units = Units(per_minute=6_000, clock=clock)
    await asyncio.sleep(0.7)
    units.push_back(20)

    assert max(await spent(units, Cost.LIST, 3)) < 22
