"""When a guest arrives: asked, understood, said back, and told to staff."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from agente_hotelero.dialogue.effects import HandOff
from agente_hotelero.model.events import TimerFired
from agente_hotelero.model.reminders import Reminder, Reminders
from agente_hotelero.wiring.understanding import reader
from tests.support.dialogue_guest import EVERYTHING, YES, Guest, Turn, demo_hotel

ASKS = Reminders(at={Reminder.ARRIVAL_TIME: time(10)})


def asked(language: str = "es") -> Guest:
    """Their arrival is tomorrow, and they were asked when."""
    guest = Guest(hotel=replace(demo_hotel(), reminders=ASKS))
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    while not guest.is_reminded().replies:
        pass
    return guest


def told(turn: Turn) -> list[str]:
    """What staff read."""
    return [one.summary for one in turn.of(HandOff) if one.reason.value == "arrival"]


@pytest.mark.parametrize(
    ("language", "words", "answer"),
    [
        ("es", "tipo 11 de la noche", "te esperamos el dom 5 de may hacia las 23:00"),
        ("pt", "umas 11 da noite", "por volta das 23:00"),
        ("en", "around 11pm", "around 23:00"),
    ],
)
def test_the_answer_is_understood_said_back_and_told_to_staff(language: str, words: str, answer: str) -> None:
    guest = asked(language)
    turn = guest.says(words)
    assert answer in turn.text
    [summary] = told(turn)
    assert summary.startswith(f"Reserva {guest.pms.reservations[-1].code}: el huésped dice que llega el dom 5 de may")
    assert "hacia las 23:00" in summary
    assert guest.state.aside.arriving is None


@pytest.mark.parametrize(("half", "hour"), [("de la noche", "23:00"), ("de la mañana", "11:00"), ("noche", "23:00")])
def test_an_hour_of_either_half_of_the_day_is_asked_about_once(half: str, hour: str) -> None:
    guest = asked()
    turn = guest.says("a las 11")
    assert "¿A las 11 de la mañana o de la noche?" in turn.text
    assert told(turn) == []
    turn = guest.says(half)
    assert f"hacia las {hour}" in turn.text
    assert len(told(turn)) == 1


def test_who_comes_before_the_room_is_ready_hears_when_it_is() -> None:
    assert "desde las 15:00" in asked().says("a las 9 de la mañana").text
    assert "desde las" not in asked().says("a las 6 de la tarde").text
    assert "desde las" not in asked().says("a las 2 de la madrugada").text


def test_the_small_hours_are_told_as_the_night_that_follows() -> None:
    [summary] = told(asked().says("a la 1 de la mañana"))
    assert "hacia las 1:00 (de madrugada, la noche que sigue a ese día)" in summary


def test_a_part_of_the_day_is_enough() -> None:
    turn = asked().says("a la noche")
    assert "por la noche" in turn.text
    assert "por la noche" in told(turn)[0]


def test_who_does_not_know_yet_is_left_in_peace() -> None:
    guest = asked()
    turn = guest.says("todavía no sé")
    assert "cuando lo sepas" in turn.text
    assert (told(turn), guest.state.misunderstood) == ([], 0)


def test_a_question_in_the_same_message_is_answered_too() -> None:
    turn = asked().says("tipo 11 de la noche, ¿hay estacionamiento?")
    assert "estacionamiento" in turn.text
    assert "23:00" in turn.text
    assert len(told(turn)) == 1


def test_something_else_first_leaves_the_question_open() -> None:
    guest = asked()
    assert told(guest.says("¿hay wifi?")) == []
    assert len(told(guest.says("a las 5 de la tarde"))) == 1


@pytest.mark.parametrize("words", ["quiero cancelar mi reserva", "quiero una habitación del 10 al 12 de junio"])
def test_another_wish_is_no_hour(words: str) -> None:
    assert told(asked().says(words)) == []


def test_another_day_is_no_answer() -> None:
    assert told(asked().says("llego el 8 de mayo a las 5 de la tarde")) == []


def test_the_day_itself_said_again_is_one() -> None:
    assert len(told(asked().says("mañana a las 5 de la tarde"))) == 1


def test_after_that_day_an_hour_is_no_arrival() -> None:
    guest = asked()
    guest.now += timedelta(days=3)
    assert told(guest.says("a las 5 de la tarde")) == []


def test_who_was_asked_and_cancels_is_not_waited_for() -> None:
    guest = asked()
    code = guest.pms.reservations[-1].code
    guest.pms.drop(code)
    guest.turn(TimerFired(kind=Reminder.REVIEW, key=code), TimerFired(kind=Reminder.ARRIVAL_TIME, key=code))
    assert guest.state.aside.arriving is None


@pytest.mark.parametrize(
    ("words", "hour", "when"),
    [
        ("llegamos tipo 2am", "2:00", "llega hacia las 2:00 (de madrugada, la noche que sigue a ese día)"),
        ("we land at 11 pm so we'll be late", "23:00", "llega hacia las 23:00"),
        ("nuestro vuelo aterriza 23:40, llegamos al hotel 1am", "1:00", "llega hacia las 1:00"),
        ("vamos chegar tarde, lá pela 1 da manhã", "1:00", "llega hacia las 1:00"),
        ("llegamos tarde, como a las 11 de la noche", "23:00", "llega hacia las 23:00"),
        ("llego el 5 de mayo tipo 11 de la noche", "23:00", "llega el dom 5 de may hacia las 23:00"),
        ("voy a llegar más tarde", "", "El huésped avisa cuándo llega."),
        ("llego a las 11", "11:00", "llega hacia las 11:00 (no dijo si de la mañana o de la noche)"),
        ("estamos llegando", "", ""),
    ],
)
def test_an_arrival_that_nobody_asked_about_is_noted_and_told_to_staff_once(words: str, hour: str, when: str) -> None:
    guest = Guest(hotel=replace(demo_hotel(), person_reachable=True))
    guest.understand = reader()
    turn = guest.says(words)
    [summary] = told(turn)
    assert when in summary
    assert hour in turn.text
    assert len(turn.replies) == 1
    assert ("responder" in turn.text) == (not hour)


def test_it_is_told_with_the_reservation_that_was_made_here() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    guest.confirmed()
    turn = guest.says("llegamos tipo 2am, ¿hay estacionamiento?")
    [summary] = told(turn)
    assert summary.startswith(f"Reserva {guest.pms.reservations[-1].code}: el huésped avisa que llega hacia las 2:00")
    assert "estacionamiento propio" in turn.text


def test_who_was_asked_and_says_it_with_a_verb_is_told_to_staff_once() -> None:
    guest = asked()
    turn = guest.says("llegamos tipo 11 de la noche")
    [summary] = told(turn)
    assert "el huésped dice que llega el dom 5 de may" in summary
    assert guest.state.aside.arriving is None


def test_a_day_is_no_hour() -> None:
    guest = Guest(hotel=replace(demo_hotel(), person_reachable=True))
    guest.understand = reader()
    assert "hacia" not in told(guest.says("llegamos tarde el 5 de mayo"))[0]


def test_an_hour_that_was_only_heard_is_read_back_first() -> None:
    guest = asked()
    turn = guest.speaks("tipo 11 de la noche")
    assert "Llegada hacia las 23:00" in turn.text
    assert told(turn) == []
    assert len(told(guest.says("sí"))) == 1
