"""A guest who writes one thought in several messages is waited for a moment, and answered once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agente_hotelero.actors.conversation import LONGEST_WAIT_SECONDS
from agente_hotelero.actors.wheel import TICK_SECONDS
from agente_hotelero.model.events import ChoiceReceived, Event, StaffTookOver, TextReceived
from tests.support.actors_house import House
from tests.support.actors_words import ANA, BETO, SYSTEM, said
from tests.support.virtual_time import clock, in_virtual_time, until_idle

USUAL = 0.7
SOON = USUAL + TICK_SECONDS


async def a_house() -> House:
    return await House(gather_seconds=USUAL).start()


@in_virtual_time
async def test_three_short_messages_are_one_turn_and_one_answer() -> None:
    house = await a_house()
    for words in ("hola", "una doble para 2", "del 10 al 12 de junio"):
        await house.say(words)
        await asyncio.sleep(0.5)
    await asyncio.sleep(SOON)
    assert house.heard() == [("hola", "una doble para 2", "del 10 al 12 de junio")]
    [answer] = house.answers()
    assert "180" in answer


@in_virtual_time
async def test_the_answer_comes_as_soon_as_the_guest_has_been_quiet_for_a_moment() -> None:
    house = await a_house()
    await house.say("hola")
    await asyncio.sleep(USUAL - 0.01)
    assert house.answers() == []
    await asyncio.sleep(0.01 + TICK_SECONDS)
    assert len(house.answers()) == 1


@in_virtual_time
async def test_who_goes_on_writing_is_answered_two_seconds_after_the_first_at_the_latest() -> None:
    house = await a_house()
    while not house.database.turns:
        await house.say("y también")
        await asyncio.sleep(0.3)
    assert LONGEST_WAIT_SECONDS <= clock() <= LONGEST_WAIT_SECONDS + 0.3 + TICK_SECONDS
    assert len(house.heard()[0]) > 4


@in_virtual_time
async def test_another_guest_waits_for_nobody_but_themselves() -> None:
    house = await a_house()
    await house.say("hola")
    for _ in range(5):
        await asyncio.sleep(0.3)
        await house.say("y otra cosa")
    await house.say("¿hay wifi?", by=BETO)
    await asyncio.sleep(USUAL - 0.01)
    assert house.channel.bodies(BETO) == []
    await asyncio.sleep(0.01 + TICK_SECONDS)
    assert len(house.channel.bodies(BETO)) == 1


@pytest.mark.parametrize(
    "whole",
    [
        ChoiceReceived(option_id="x", title="Sí"),
        TextReceived(text="¡Hay un incendio en el pasillo!"),
        TextReceived(text="BAJA"),
        TextReceived(text="Quisiera saber si tienen una habitación doble con vista al mar " * 3),
    ],
)
@in_virtual_time
async def test_what_is_whole_or_urgent_is_answered_at_once_with_what_waited(whole: Event) -> None:
    house = await a_house()
    await house.say("hola")
    await house.accept(said(whole))
    [turn] = house.database.turns
    assert len(turn.inbox_ids) == 2
    assert clock() < TICK_SECONDS


@in_virtual_time
async def test_what_staff_do_is_done_at_once() -> None:
    house = await a_house()
    await house.accept(said(StaffTookOver(), account=SYSTEM))
    assert len(house.database.turns) == 1


@in_virtual_time
async def test_a_yes_with_something_behind_it_is_not_a_yes() -> None:
    house = await a_house()
    for words in ("una doble del 5 al 8 de mayo para 2", "1", "Ana Ruiz", "ana@example.com"):
        await house.say(words)
        await asyncio.sleep(2)
    await house.say("sí")
    await asyncio.sleep(0.5)
    await house.say("pero somos 3")
    await asyncio.sleep(3)
    assert [write for turn in house.database.turns for write in turn.writes] == []


@pytest.mark.parametrize("alone", ["STOP", "123456"])
@in_virtual_time
async def test_what_stands_for_itself_is_joined_with_nothing(alone: str) -> None:
    house = await a_house()
    await house.say("hola", alone, "¿hay wifi?")
    await asyncio.sleep(SOON)
    assert "hola" in house.understanding.read
    assert not any(alone in words and words != alone for words in house.understanding.read)


@in_virtual_time
async def test_messages_that_waited_elsewhere_do_not_wait_again() -> None:
    house = await a_house()
    row = house.database.insert(said("hola"))
    house.deliver([replace(row, received_at=row.received_at - timedelta(seconds=10))])
    await until_idle()
    assert house.heard() == [("hola",)]


@in_virtual_time
async def test_a_crash_while_it_waits_loses_nothing_and_keeps_the_order() -> None:
    house = await a_house()
    await house.say("hola", "¿hay wifi?")
    await house.stop()
    assert house.database.turns == []
    await house.start()
    await asyncio.sleep(5)
    assert [word for turn in house.heard() for word in turn] == ["hola", "¿hay wifi?"]
    assert house.database.undone() == []


@in_virtual_time
async def test_a_drain_waits_for_no_guest() -> None:
    house = await a_house()
    await house.say("hola")
    await house.router.stop()
    assert clock() < USUAL
    assert len(house.database.undone()) == 1


@in_virtual_time
async def test_one_who_is_waited_for_is_not_put_aside() -> None:
    house = await a_house()
    await house.say("hola")
    assert not house.conversation().resting
    await asyncio.sleep(SOON)
    assert house.conversation().resting
    assert house.channel.bodies(ANA)


@in_virtual_time
async def test_a_hotel_that_waits_for_nobody_answers_each_message() -> None:
    house = await House().start()
    await house.say("hola", "¿hay wifi?")
    assert clock() == 0
    assert len(house.answers()) == 2
