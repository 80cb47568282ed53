"""A voice note on its way through the actors: in its guest's order, and at nobody else's cost."""

import asyncio

import pytest

from agente_hotelero.actors.conversation import ALBUM_SECONDS, SLOW_SECONDS
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.events import InboundEvent, MediaReceived
from agente_hotelero.model.speech import Transcript, Unheard
from tests.fakes.journal import Lost
from tests.support.actors_house import House
from tests.support.actors_words import ANA, BETO, said
from tests.support.virtual_time import clock, in_virtual_time, until_idle

ROOM = "quiero una habitación del 10 al 12 de junio para dos personas"


def note(name: str = "n1", *, by: str = ANA, external_id: str | None = None) -> InboundEvent:
    return said(MediaReceived(what="audio", media_id=name, voice=True), by=by, external_id=external_id)


async def a_house(words: str | Unheard = ROOM, *, seconds: float = 0.0) -> House:
    house = await House().start()
    house.ears.seconds = seconds
    house.ears.hears["n1"] = (
        words if isinstance(words, Unheard) else Transcript(text=words, language="es", confidence=0.7)
    )
    return house


@in_virtual_time
async def test_a_note_is_heard_read_back_and_kept_with_the_message() -> None:
    house = await a_house()
    await house.accept(note())
    assert "Entendí esto de tu audio" in house.answers()[0]
    [row] = house.database.rows.values()
    assert isinstance(row.event, MediaReceived)
    assert row.event.transcript == ROOM
    await house.say("sí")
    assert "USD" in house.answers()[-1]


@in_virtual_time
async def test_a_note_does_not_wait_for_pictures() -> None:
    house = await a_house()
    await house.accept(note())
    assert len(house.answers()) == 1
    assert clock() < ALBUM_SECONDS


@in_virtual_time
async def test_whoever_listens_is_told_the_conversations_language() -> None:
    house = await a_house()
    await house.accept(note())
    await house.say("hello, good morning, how are you?")
    await house.accept(note("n2"))
    assert house.ears.asked == [("n1", None), ("n2", "en")]


@in_virtual_time
async def test_what_is_written_after_a_note_waits_for_it() -> None:
    house = await a_house(seconds=5.0)
    await house.accept(note())
    await house.say("¿hay wifi?")
    assert house.answers() == []
    await asyncio.sleep(6)
    await until_idle()
    assert "Entendí" in house.answers()[0]
    assert "Wifi: sin costo adicional." in house.answers()[1]


@in_virtual_time
async def test_other_guests_wait_for_nobodys_voice() -> None:
    house = await a_house(seconds=20.0)
    await house.accept(note())
    await house.say("hola", by=BETO)
    assert len(house.answers()) == 1
    assert clock() < 1


@in_virtual_time
async def test_a_guest_whose_note_takes_its_time_sees_that_somebody_is_writing() -> None:
    house = await a_house(seconds=4.0)
    await house.accept(note(external_id="wamid.note"))
    await asyncio.sleep(SLOW_SECONDS + 0.1)
    assert house.channel.typing == [("wamid.note", SLOW_SECONDS)]


@pytest.mark.parametrize("lost", Lost)
@in_virtual_time
async def test_a_turn_that_is_taken_again_listens_no_second_time(lost: Lost) -> None:
    house = await a_house()
    house.database.faults.outages["commit"].append(lost)
    await house.accept(note())
    await asyncio.sleep(5)
    assert len(house.answers()) == 1
    assert house.ears.asked == [("n1", None)]


@in_virtual_time
async def test_where_the_service_ends_in_the_middle_the_note_waits_for_the_next_one() -> None:
    house = await a_house()
    house.ears.trouble = UnavailableError("whoever listens")
    await house.accept(note())
    assert len(house.database.undone()) == 1
    house.ears.trouble = None
    await asyncio.sleep(5)
    assert "Entendí" in house.answers()[0]
    assert house.sample("turns_total", outcome="failed") == 0


@in_virtual_time
async def test_a_note_that_nobody_hears_is_answered_at_once_and_not_kept() -> None:
    house = await a_house(Unheard.NO_SPEECH)
    await house.accept(note())
    assert "¿Me lo escribes" in house.answers()[0]
    assert "keep_transcript" not in house.database.calls


@in_virtual_time
async def test_a_text_asks_nobody_to_listen() -> None:
    house = await a_house()
    await house.say(ROOM)
    assert house.ears.asked == []
    assert "keep_transcript" not in house.database.calls
