"""Who says STOP is written to only when they ask; nobody else loses a word by it."""

import pytest

from agente_hotelero.dialogue.effects import HandOff, Reply, SetOptOut
from agente_hotelero.dialogue.opting import START, STOP
from agente_hotelero.dialogue.reading import Expecting, Language
from agente_hotelero.model.events import PreferenceChanged
from tests.support.dialogue_guest import Guest, Turn


def wishes(turn: Turn) -> list[bool]:
    return [effect.stopped for effect in turn.of(SetOptOut)]


@pytest.mark.parametrize("words", sorted(STOP))
def test_every_word_stops_and_is_confirmed_once(words: str) -> None:
    guest = Guest()
    first, again = guest.says(f" {words.upper()}! "), guest.says(words)
    assert (wishes(first), wishes(again)) == ([True], [True])
    assert (len(first.replies), len(again.replies)) == (1, 0)


@pytest.mark.parametrize(
    ("before", "words", "told"),
    [
        ("hola", "STOP", "Listo: no te enviaremos"),
        ("oi, bom dia", "stop", "Pronto: não enviaremos"),
        ("hello, good morning", "Stop.", "Done: we won't send"),
        ("hello, good morning", "BAJA", "Listo: no te enviaremos"),
        ("hola", "sair", "Pronto: não enviaremos"),
        ("hola", "Unsubscribe", "Done: we won't send"),
    ],
)
def test_it_is_confirmed_in_the_guests_language_or_in_the_words_own(before: str, words: str, told: str) -> None:
    guest = Guest()
    guest.says(before)
    assert guest.says(words).text.startswith(told)


@pytest.mark.parametrize(
    "words",
    ["cancelar", "no", "não", "nao", "no.", "cancel", "cancela la reserva", "quiero parar en el hotel", "non stop",
     "baja la música", "planta baja", "una habitación en planta baja", "stop by at 5", "alta", "start", "voltar", "basta"],
)  # fmt: skip
def test_what_is_about_something_else_stops_nothing(words: str) -> None:
    guest = Guest()
    assert wishes(guest.says(words)) == []
    assert not guest.state.aside.opted_out


@pytest.mark.parametrize("words", sorted(START))
def test_who_stopped_can_begin_again(words: str) -> None:
    guest = Guest()
    guest.says("stop")
    begun = guest.says(words)
    assert (wishes(begun), len(begun.replies)) == ([False], 1)
    assert wishes(guest.says(words)) == []


def test_a_question_afterwards_is_answered_and_one_that_was_open_stays_open() -> None:
    guest = Guest()
    guest.says("una doble del 5 al 8 de mayo para 2")
    assert guest.state.expecting is Expecting.OFFER
    guest.says("stop")
    assert guest.state.expecting is Expecting.OFFER
    assert guest.says("¿hay wifi?").replies


def test_who_talks_to_a_person_is_heard_too_and_not_talked_into() -> None:
    guest = Guest()
    guest.taken_over()
    turn = guest.says("stop")
    assert (wishes(turn), turn.of(Reply), turn.of(HandOff)) == ([True], [], [])


@pytest.mark.parametrize("stopped", [True, False])
def test_what_the_guest_told_whatsapp_holds_and_is_not_answered(stopped: bool) -> None:
    turn = Guest().turn(PreferenceChanged(stopped=stopped))
    assert (wishes(turn), turn.replies) == ([stopped], [])


def test_every_language_has_its_words() -> None:
    assert {language for language in STOP.values() if language} == set(Language)
    assert {language for language in START.values() if language} == set(Language)
