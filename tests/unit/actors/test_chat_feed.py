"""The bells of web chats."""

import asyncio

from agente_hotelero.actors.chat_feed import EVERYBODY, ChatBells
from agente_hotelero.model.ids import HotelId

SEA, HILL = HotelId("sea"), HotelId("hill")


async def test_a_bell_wakes_everybody_who_waits_for_that_session_once() -> None:
    bells = ChatBells()
    mine = [bells.wait(SEA, "ana") for _ in range(3)]
    others = [bells.wait(SEA, "beto"), bells.wait(HILL, "ana")]
    bells.ring("sea:ana")
    await asyncio.gather(*mine)
    assert not any(other.done() for other in others)
    assert not bells.wait(SEA, "ana").done()


async def test_when_bells_may_have_been_missed_everybody_wakes() -> None:
    bells = ChatBells()
    waiting = [bells.wait(SEA, "ana"), bells.wait(HILL, "beto")]
    bells.ring(EVERYBODY)
    await asyncio.gather(*waiting)


async def test_who_leaves_is_forgotten() -> None:
    bells = ChatBells()
    left, stays = bells.wait(SEA, "ana"), bells.wait(SEA, "ana")
    left.cancel()
    bells.ring("sea:ana")
    await stays
    await asyncio.sleep(0)
    assert not bells._waiting


async def test_a_bell_that_nobody_waits_for_is_not_kept() -> None:
    bells = ChatBells()
    bells.ring("sea:nobody")
    assert not bells._waiting


async def test_a_bell_that_rings_twice_before_anybody_runs_is_one_bell() -> None:
    bells = ChatBells()
    waiting = bells.wait(SEA, "ana")
    bells.ring("sea:ana")
    bells.ring("sea:ana")
    await waiting
