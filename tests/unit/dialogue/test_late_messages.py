"""Messages that come hours after they were sent are never ignored, and never taken for new."""

from datetime import timedelta

import pytest

from agente_hotelero.dialogue.timing import LATE, ONCE_IN
from agente_hotelero.model.events import MediaReceived
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest

SORRY = {"es": "Perdona la demora", "pt": "Desculpe a demora", "en": "Sorry for the delay"}
HOURS = timedelta(hours=5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lone_late_message_is_answered_with_a_word_about_the_delay(language: str) -> None:
    guest = Guest()
    guest.late = HOURS
    turn = guest.says(EVERYTHING[language])
    assert turn.text.startswith(SORRY[language])
    assert turn.quoted
    assert turn.handed_off == []


def test_what_is_a_little_late_is_answered_as_any_other() -> None:
    guest = Guest()
    guest.late = LATE
    assert SORRY["es"] not in guest.says("¿hay wifi?").text


def test_tomorrow_is_the_day_after_the_message_was_written() -> None:
    guest = Guest()
    guest.late = timedelta(hours=20)
    turn = guest.says("una doble mañana por una noche para 2")
    assert "31" not in turn.text
    assert "1 " in turn.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["words", "button"])
def test_a_late_yes_books_nothing_before_it_is_said_again(language: str, how: str) -> None:
    guest = Guest()
    guest.says(EVERYTHING[language])
    yes = guest.last.titles[0]
    guest.waits(hours=5)
    guest.late = timedelta(hours=4)
    turn = guest.says(YES[language]) if how == "words" else guest.presses(yes)
    assert SORRY[language] in turn.text
    assert turn.booked is None
    guest.late = timedelta(0)
    assert guest.says(YES[language]).booked is not None


def test_messages_that_come_late_together_are_all_answered_and_apologised_for_once() -> None:
    guest = Guest()
    guest.late = HOURS
    assert guest.says("¿hay wifi?", "¿hay estacionamiento?").text.count(SORRY["es"]) == 1
    assert SORRY["es"] not in guest.waits(minutes=1).says("¿aceptan mascotas?").text
    assert SORRY["es"] in guest.waits(seconds=ONCE_IN.total_seconds()).says("¿hay wifi?").text
    guest.late = timedelta(0)
    assert SORRY["es"] not in guest.says("hola").text


@pytest.mark.parametrize("words", ["sí", "cancelar mi reserva", "una suite del 10 al 12 de mayo para 2"])
def test_what_the_conversation_went_on_without_is_shown_to_staff_and_nothing_is_done_about_it(words: str) -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    before = guest.state
    guest.late, guest.overtaken = HOURS, True
    turn = guest.says(words)
    assert (turn.replies, turn.handed_off, turn.booked, turn.cancelled) == ([], ["came_late"], None, None)
    assert guest.state == before
    assert guest.turn(MediaReceived(what="image", media_id="1")).handed_off == ["came_late"]


def test_an_emergency_is_one_however_late() -> None:
    guest = Guest()
    guest.late, guest.overtaken = HOURS, True
    turn = guest.says("¡hay un incendio!")
    assert turn.handed_off == ["emergency"]
    assert turn.replies


def test_a_late_message_while_a_person_answers_is_theirs() -> None:
    guest = Guest()
    guest.taken_over()
    guest.late, guest.overtaken = HOURS, True
    assert guest.says("hola").effects == []
