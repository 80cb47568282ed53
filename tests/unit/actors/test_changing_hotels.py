"""Actors while the hotels change under them: a turn is of one piece, nothing stored is forgotten, nobody is told twice."""

import asyncio
from dataclasses import replace

from agente_hotelero.actors import journal, router
from agente_hotelero.actors.notifier import HandedOff, NotifierActor
from agente_hotelero.actors.road import AUTH_PAUSE_SECONDS
from agente_hotelero.actors.sender import GRACE_SECONDS, Renewed, Send
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OpenHandOff, OutboxStatus
from tests.fakes.channel import FakeChannel, failure
from tests.fakes.clockwork import FakeHandOffs, FakeStaff
from tests.fakes.journal import Lost
from tests.support.actors_house import House
from tests.support.actors_words import BETO, PROFILE, on_its_way
from tests.support.stays import HOTEL
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle

QUESTION = "¿Cuál es la dirección?"


def move(house: House, address: str) -> None:
    """The hotels file says that the hotel is somewhere else."""
    house.hotels[HOTEL] = replace(house.hotels[HOTEL], hotel=replace(PROFILE, address=address))


def leave(house: House) -> None:
    del house.hotels[HOTEL]


def come_back(house: House) -> None:
    house.hotels[HOTEL] = house.surroundings
    house.journal.tell(journal.HotelsChanged())


# Conversations.


@in_virtual_time
async def test_the_next_turn_of_a_living_conversation_tells_the_new_address() -> None:
    house = await House().start()
    await house.say(QUESTION)
    living = house.conversation()
    move(house, "Calle Nueva 7")
    await house.say(QUESTION)
    assert ["Libertador" in house.answers()[0], "Calle Nueva 7" in house.answers()[1]] == [True, True]
    assert house.conversation() is living


@in_virtual_time
async def test_a_turn_in_flight_ends_with_the_hotel_that_it_began_with() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.say(QUESTION)
    move(house, "Calle Nueva 7")
    house.understanding.gate = None
    gate.set()
    await until_idle()
    assert "Libertador" in house.answers()[0]


@in_virtual_time
async def test_a_conversation_of_a_hotel_that_is_gone_leaves_what_it_has_and_goes_on_when_the_hotel_is_back() -> None:
    house = await House().start()
    await house.say("hola")
    gate = house.understanding.gate = asyncio.Event()
    await house.say("primero")
    await house.say("segundo")
    leave(house)
    gate.set()
    await asyncio.sleep(60)
    # The turn in hand ended; what waited for the next one is stored.
    assert house.heard() == [("hola",), ("primero",)]
    assert len(house.database.undone()) == 1

    come_back(house)
    await until_idle()
    assert house.heard() == [("hola",), ("primero",), ("segundo",)]


@in_virtual_time
async def test_what_is_stored_for_a_hotel_that_is_gone_has_its_turn_in_order_when_the_hotel_is_back() -> None:
    house = await House().start(here=False)
    await house.say("primero")
    await house.say("segundo")
    await house.say("de Beto", by=BETO)
    await asyncio.sleep(60)
    assert house.database.turns == []

    come_back(house)
    await until_idle()
    assert sorted(word for turn in house.heard() for word in turn) == ["de Beto", "primero", "segundo"]
    assert [word for turn in house.heard() for word in turn if word != "de Beto"] == ["primero", "segundo"]
    assert house.database.undone() == []


@in_virtual_time
async def test_hotels_that_change_where_another_process_does_the_turns_change_nothing_there() -> None:
    house = House()
    house.database.free.clear()
    await house.start()
    house.journal.tell(journal.HotelsChanged())
    await asyncio.sleep(60)
    assert [words for words in house.told if words.startswith("sagas")] == []
    assert "open_rows" not in house.database.calls


@in_virtual_time
async def test_sagas_of_hotels_that_are_new_are_looked_for() -> None:
    house = await House().start()
    house.told.clear()
    come_back(house)
    await until_idle()
    assert "sagas None" in house.told


# The router.


@in_virtual_time
async def test_the_router_says_when_the_turns_in_hand_are_over_and_goes_on_meanwhile() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    over = asyncio.ensure_future(house.router.ask(router.FinishTurns()))
    await until_idle()
    assert not over.done()
    assert house.router.mailbox.depth() == 0
    gate.set()
    await until_idle()
    assert over.done()


@in_virtual_time
async def test_a_turn_that_hangs_is_not_waited_for_long() -> None:
    house = await House().start()
    house.understanding.gate = asyncio.Event()
    await house.say("hola")
    began = clock()
    await house.router.ask(router.FinishTurns())
    assert clock() - began == router.FINISH_SECONDS


# What was said for an account before anybody knew of its sender.


@in_virtual_time
async def test_a_new_accounts_messages_are_given_to_it_and_those_being_sent_are_left_alone() -> None:
    house = await House().start()
    house.database.insert_reply(on_its_way(1, "espera"))
    house.database.insert_reply(replace(on_its_way(2, "en curso", guest=2), status=OutboxStatus.SENDING))
    come_back(house)
    await asyncio.sleep(GRACE_SECONDS * 2)
    assert house.channel.bodies() == ["espera"]


@in_virtual_time
async def test_a_look_for_them_that_fails_is_made_again() -> None:
    house = await House().start()
    house.database.insert_reply(on_its_way(1, "espera"))
    house.database.faults.outages["open_rows"].append(Lost.BEFORE)
    come_back(house)
    await asyncio.sleep(5)
    assert house.channel.bodies() == ["espera"]


# Senders.


@in_virtual_time
async def test_a_sender_goes_on_with_another_token_and_forgets_that_the_old_one_was_refused() -> None:
    house = await House().start()
    house.channel.failures.append(failure(FailureClass.AUTH))
    await say_out(house, 1)
    assert refused(house)
    renewed = FakeChannel(clock=clock)
    house.sender.tell(Renewed(client=renewed))
    await say_out(house, 2)
    assert renewed.bodies() == ["2"]
    assert not refused(house)
    # What was refused waits for its time, and goes by the new one too.
    await asyncio.sleep(AUTH_PAUSE_SECONDS + 1)
    assert renewed.bodies() == ["2", "1"]


@in_virtual_time
async def test_a_sender_that_is_cut_off_leaves_nothing_in_the_gauge() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await say_out(house, 1)
    assert house.sample("outbox_pending") == 1
    await house.sender.stop()
    await until_idle()
    assert house.sample("outbox_pending") == 0


def refused(house: House) -> bool:
    return house.sender_actor.road.refused


async def say_out(house: House, number: int) -> None:
    row = house.database.insert_reply(on_its_way(number, str(number), guest=number))
    house.sender.tell(Send(rows=(row,)))
    await until_idle()


# The notifier.


@in_virtual_time
async def test_staff_who_come_are_told_and_staff_who_are_gone_are_not() -> None:
    sea, hill = HotelId("sea"), HotelId("hill")
    handoffs = FakeHandOffs(now=now)
    staff = {sea: FakeStaff(clock=clock)}
    here = dict(staff)
    bell = NotifierActor.start(handoffs=handoffs, staff=lambda: here)
    for number, hotel in enumerate((sea, hill)):
        handoffs.add(
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
    await asyncio.sleep(60)
    assert handoffs.done == [0]

    here.clear()
    here[hill] = staff[hill] = FakeStaff(clock=clock)
    bell.tell(HandedOff())
    await until_idle()
    assert handoffs.done == [0, 1]
    assert [number for number, _at in staff[hill].told] == [1]
    await bell.stop()
