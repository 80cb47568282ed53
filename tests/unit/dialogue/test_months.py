"""Days that are half said, or said twice: «en mayo», and then «del 5 al 8»; «viernes 5» when it is a Sunday."""

from dataclasses import replace

import pytest

from agente_hotelero.dialogue.effects import AskOffers
from agente_hotelero.dialogue.state import NO_ASIDE
from agente_hotelero.wiring.understanding import reader
from tests.support.dialogue_guest import NOON, STAY, Guest, demo_hotel


def asked_for(*messages: str) -> tuple[str, str] | None:
    """The stay that the PMS is asked for in the end."""
    guest = Guest(hotel=replace(demo_hotel(), person_reachable=True), now=NOON)
    guest.understand = reader()
    for message in messages:
        guest.says(message)
    asked = [one for one in guest.pms.asked if isinstance(one, AskOffers)]
    return (str(asked[-1].stay.check_in), str(asked[-1].stay.check_out)) if asked else None


@pytest.mark.parametrize(
    "messages",
    [
        ("quiero una doble para 2", "en mayo", "del 5 al 8"),
        ("una doble para 2 en mayo", "¿hay wifi?", "del 5 al 8"),
        ("una doble para 2", "mayo", "5 al 8"),
        ("una doble para 2", "a principios de mayo", "del 5 al 8"),
        ("una doble para 2", "el mes que viene", "3 noches desde el 5"),
        ("quero um quarto em maio para 2", "de 5 a 8"),
        ("I'd like a room in May for two", "5 to 8"),
        ("a room for 2", "may", "from the 5th to the 8th"),
        ("una doble para 2", "en junio", "del 5 al 8 de mayo"),
    ],
)
def test_days_without_a_month_are_of_the_one_that_was_named(messages: tuple[str, ...]) -> None:
    assert asked_for(*messages) == (str(STAY.check_in), str(STAY.check_out))


def test_a_stay_over_the_turn_of_the_month_begins_in_it() -> None:
    assert asked_for("una doble para 2", "para enero", "del 28 al 2") == ("2031-01-28", "2031-02-02")


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("quiero una doble en mayo para 2", "¿Qué días de mayo?"),
        ("quero um quarto em maio para 2", "Que dias de maio?"),
        ("a double room in May for 2", "Which days in May?"),
        ("una doble en mayo o junio para 2", "¿Qué día llegas"),
    ],
)
def test_only_its_days_are_asked_for(words: str, question: str) -> None:
    assert question in Guest().says(words).text


def test_a_month_in_another_question_begins_no_stay() -> None:
    turn = Guest().says("¿abre la pileta en mayo?")
    assert "piscina" in turn.text
    assert "mayo" not in turn.text


def test_it_is_forgotten_once_there_are_days() -> None:
    guest = Guest()
    guest.says("una doble para 2 en mayo")
    assert guest.state.aside.month is not None
    guest.says("del 5 al 8")
    assert guest.state.aside == NO_ASIDE


@pytest.mark.parametrize(
    ("words", "answer", "stay"),
    [
        ("una doble para 2 del viernes 5 al domingo 7 de mayo", "1", ("2030-05-03", "2030-05-05")),
        ("una doble para 2 del viernes 5 al domingo 7 de mayo", "el domingo", ("2030-05-05", "2030-05-07")),
        ("una doble para 2 del viernes 4 al 7 de mayo", "1", ("2030-05-03", "2030-05-07")),
        ("um quarto duplo de sexta 5 a domingo 7 de maio para 2", "2", ("2030-05-05", "2030-05-07")),
        ("a double for 2 from Friday 5 to Sunday 7 May", "1", ("2030-05-03", "2030-05-05")),
    ],
)
def test_a_weekday_that_is_not_that_days_is_asked_about(words: str, answer: str, stay: tuple[str, str]) -> None:
    assert asked_for(words) is None
    assert asked_for(words, answer) == stay


def test_of_a_departure_that_is_no_such_weekday_only_that_is_asked() -> None:
    guest = Guest()
    assert "Llegas el vie 3 de may" in guest.says("una doble para 2 del viernes 3 al domingo 6 de mayo").text
    assert "vie 3 de may → lun 6 de may" in guest.says("hasta el 6").text


def test_where_the_weekday_would_be_past_the_number_is_meant() -> None:
    # Today is Monday the 1st: of Sunday the 1st no Sunday before it can be meant.
    assert asked_for("una doble para 2 del domingo 1 al 3 de abril") == ("2030-04-01", "2030-04-03")
