"""How fast an account sends: no faster than Meta lets it, and no slower than it may."""

import asyncio
from dataclasses import replace

import pytest

from agente_hotelero.actors import journal
from agente_hotelero.actors.pacing import BURST_SECONDS, FEW_GUESTS, GUEST_EVERY_SECONDS, GuestPaces, Pace
from agente_hotelero.actors.sender import Renewed, Send, Upgraded
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.model.events import DeliveryState
from agente_hotelero.model.ids import GuestId, OutboxId
from agente_hotelero.model.journal import OutboxRow
from agente_hotelero.model.lines import Line
from tests.fakes.channel import failure
from tests.support.actors_house import House
from tests.support.actors_words import on_its_way, report
from tests.support.virtual_time import in_virtual_time, until_idle

USUAL = Line(messages_per_second=80.0, guest_burst=45)
SHARED = Line(messages_per_second=20.0, may_grow=False)


async def house_of(line: Line, *rows: OutboxRow) -> House:
    house = await House(line=line).start()
    for row in rows:
        house.database.insert_reply(row)
    house.sender.tell(Send(rows=rows))
    await until_idle()
    return house


async def send(house: House, *rows: OutboxRow) -> None:
    for row in rows:
        house.database.insert_reply(row)
    house.sender.tell(Send(rows=rows))
    await until_idle()


def crowd(count: int) -> list[OutboxRow]:
    return [on_its_way(n, guest=n) for n in range(1, count + 1)]


def to_one(count: int) -> list[OutboxRow]:
    return [on_its_way(n, cause=n) for n in range(1, count + 1)]


def busiest_second(house: House) -> int:
    times = sorted(post.at for post in house.channel.posts)
    return max(sum(begin <= at < begin + 1 for at in times) for begin in times)


def pace_after(house: House) -> float:
    return house.sender_actor.road.pace.per_second(asyncio.get_running_loop().time())


@pytest.mark.parametrize("line", [USUAL, SHARED])
@in_virtual_time
async def test_no_second_holds_more_than_the_numbers_limit_and_a_tenth(line: Line) -> None:
    house = await house_of(line, *crowd(400))
    await asyncio.sleep(60)
    assert len(house.channel.posts) == 400
    allowed = line.messages_per_second * (1 + BURST_SECONDS) + 1
    assert line.messages_per_second <= busiest_second(house) <= allowed
    assert max(post.at for post in house.channel.posts) == pytest.approx(400 / line.messages_per_second, abs=0.5)


@in_virtual_time
async def test_one_guest_gets_a_burst_of_45_and_then_one_message_in_six_seconds() -> None:
    house = await house_of(USUAL, *to_one(48))
    await asyncio.sleep(2 * 48)  # parts of one answer wait for no report here: each has a cause of its own
    burst = [post.at for post in house.channel.posts[:45]]
    assert max(burst) < 1
    late = [post.at for post in house.channel.posts[45:]]
    assert [round(at - burst[0]) for at in late] == [6, 12, 18]
    assert house.sample("rate_limited_total", where="guest") == 3


@in_virtual_time
async def test_a_guest_who_must_wait_holds_up_nobody_else() -> None:
    house = await house_of(USUAL, *to_one(50), on_its_way(100, guest=2))
    assert house.channel.times(100)[0] < 1
    assert not house.sender_actor.sends_at_once(GuestId(1))
    assert house.sender_actor.sends_at_once(GuestId(2))


@in_virtual_time
async def test_a_number_that_is_at_its_limit_does_not_take_what_is_committed_next_as_being_sent() -> None:
    house = await house_of(replace(USUAL, messages_per_second=1.0), *crowd(2))
    assert not house.sender_actor.sends_at_once(GuestId(9))
    await asyncio.sleep(3)
    assert house.sender_actor.sends_at_once(GuestId(9))


@in_virtual_time
async def test_a_pair_limit_waits_for_powers_of_four_until_the_guest_gets_something() -> None:
    house = await house_of(USUAL)
    limited = FailureClass.PAIR_LIMITED
    house.channel.to["guest 1"].extend(failure(limited, code=131056) for _ in range(6))
    await send(house, on_its_way(1))
    await asyncio.sleep(900)
    assert house.channel.times(1) == [0, 1, 5, 21, 85, 341, 597]
    house.channel.to["guest 1"].append(failure(limited, code=131056))
    await send(house, on_its_way(2, cause=2))
    await asyncio.sleep(5)
    first, again = house.channel.times(2)
    assert again - first == 1


@in_virtual_time
async def test_a_number_that_was_too_fast_goes_half_as_fast_for_a_minute() -> None:
    house = await house_of(USUAL)
    house.channel.failures.append(failure(FailureClass.RATE_LIMITED, code=130429, after=2.0))
    await send(house, on_its_way(1))
    assert pace_after(house) == 40
    await asyncio.sleep(59)
    assert pace_after(house) == 40
    await asyncio.sleep(2)
    assert pace_after(house) == 80
    assert house.channel.times(1) == [0, 2]


@in_virtual_time
async def test_a_limit_that_comes_late_in_a_report_slows_the_number_too() -> None:
    house = await house_of(USUAL, on_its_way(1))
    await house.journal.ask(journal.Store(items=(report(OutboxId(1), DeliveryState.FAILED, code=130429),)))
    await until_idle()
    assert pace_after(house) == 40


@pytest.mark.parametrize(("percent", "per_second"), [(79, 80), (80, 80), (90, 40), (99, 4), (130, 4)])
@in_virtual_time
async def test_from_80_percent_of_what_meta_allows_on_it_slows_down_by_itself(
    percent: float, per_second: float
) -> None:
    house = await house_of(USUAL)
    house.channel.busy_percent = percent
    await send(house, on_its_way(1))
    assert pace_after(house) == pytest.approx(per_second)
    house.channel.busy_percent = 0
    await asyncio.sleep(61)
    assert pace_after(house) == 80


@in_virtual_time
async def test_maintenance_is_how_a_number_is_given_more() -> None:
    house = await house_of(USUAL)
    house.channel.failures.append(failure(FailureClass.RETRY_SOON, code=131057, maintenance=True))
    await send(house, on_its_way(1))
    assert pace_after(house) == 80
    await asyncio.sleep(5)
    assert pace_after(house) == 1000


@in_virtual_time
async def test_an_upgrade_that_was_none_is_taken_back() -> None:
    house = await house_of(USUAL)
    house.sender.tell(Upgraded())
    await until_idle()
    assert pace_after(house) == 1000
    house.channel.failures.extend([failure(FailureClass.RATE_LIMITED, code=130429, after=0.1)] * 3)
    await send(house, on_its_way(1))
    await asyncio.sleep(70)
    assert pace_after(house) == 80


@in_virtual_time
async def test_a_number_that_a_phone_shares_never_grows() -> None:
    house = await house_of(SHARED)
    house.channel.failures.append(failure(FailureClass.RETRY_SOON, code=131057, maintenance=True))
    house.sender.tell(Upgraded())
    await send(house, on_its_way(1))
    await asyncio.sleep(5)
    assert pace_after(house) == 20


@in_virtual_time
async def test_other_terms_hold_from_the_next_message_on() -> None:
    house = await house_of(USUAL)
    house.sender.tell(Upgraded())
    house.sender.tell(Renewed(client=house.channel, line=SHARED))
    await until_idle()
    assert pace_after(house) == 20


def test_guests_who_got_nothing_for_a_while_take_no_memory() -> None:
    paces = GuestPaces(USUAL)
    for guest in range(10 * FEW_GUESTS):
        paces.take(GuestId(guest), now=guest * GUEST_EVERY_SECONDS / 100)
    assert len(paces._full_at) < 3 * FEW_GUESTS


def test_a_pace_that_slept_does_not_save_up() -> None:
    pace = Pace(Line(messages_per_second=10.0))
    waits = [pace.reserve(1_000.0) for _ in range(5)]
    assert waits == pytest.approx([0, 0, 0.1, 0.2, 0.3])
