"""A guest whose channel gives no number is asked for one where a reservation is made."""

from dataclasses import replace

import pytest

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.events import ContactsReceived
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest, a_reservation, demo_hotel

QUESTION = {
    "es": "¿A qué número puede llamarte",
    "pt": "Para qual número o hotel pode ligar",
    "en": "Which number can the hotel call",
}
BAD = {"es": "No reconozco un número", "pt": "Não reconheço um número", "en": "I can't find a phone number"}
NO = {"es": "no", "pt": "não", "en": "no"}
NUMBER = "34600111222"


def nameless() -> Guest:
    """Known to WhatsApp by an id only."""
    guest = Guest()
    guest.asks_phone = True
    return guest


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_is_asked_for_read_back_and_given_to_the_pms(language: str) -> None:
    guest = nameless()
    assert QUESTION[language] in guest.says(EVERYTHING[language]).text
    assert guest.state.expecting is Expecting.PHONE
    assert "+34600111222" in guest.says("+34 600 111 222").text
    booked = guest.says(YES[language]).booked
    assert booked is not None
    assert booked.booker.phone == NUMBER


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("mi número es 0034 600-111-222, gracias", NUMBER),
        ("11 5555-0123", "541155550123"),
        ("sí, +54 9 11 5555 0123", "5491155550123"),
    ],
)
def test_a_number_without_a_country_is_one_of_the_hotels(words: str, number: str) -> None:
    guest = nameless()
    guest.says(EVERYTHING["es"])
    assert f"+{number}" in guest.says(words).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_one_that_a_channel_may_give_a_button_and_nothing_else_is(language: str) -> None:
    guest = nameless()
    said = [guest.says(words).replies for words in (EVERYTHING[language], "xyzzy", NO[language])]
    kinds = [[reply.message.type == "contact_request" for reply in replies] for replies in said]
    assert kinds == [[True], [True], [False]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_would_rather_not_say_books_without(language: str) -> None:
    guest = nameless()
    guest.says(EVERYTHING[language])
    guest.says(NO[language])
    assert guest.state.expecting is Expecting.YES_NO
    booked = guest.says(YES[language]).booked
    assert booked is not None
    assert booked.booker.phone is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_number_is_asked_for_once_more_and_then_a_person_is(language: str) -> None:
    guest = nameless()
    guest.says(EVERYTHING[language])
    assert BAD[language] in guest.says("xyzzy").text
    assert guest.says("xyzzy").handed_off == ["not_understood"]


def test_a_card_with_the_guests_own_number_answers_the_question() -> None:
    guest = nameless()
    guest.says(EVERYTHING["es"])
    assert "+34600111222" in guest.turn(ContactsReceived(own_phone=NUMBER)).text
    booked = guest.says("sí").booked
    assert booked is not None
    assert booked.booker.phone == NUMBER


def test_somebody_elses_card_is_no_answer() -> None:
    guest = nameless()
    guest.says(EVERYTHING["es"])
    turn = guest.turn(ContactsReceived())
    assert turn.asks("ask_phone")
    assert guest.state.expecting is Expecting.PHONE


def test_a_number_that_was_told_is_not_asked_for_again() -> None:
    guest = nameless()
    guest.says(EVERYTHING["es"])
    guest.says("+34 600 111 222")
    guest.says("sí")
    guest.confirmed()
    turn = guest.says("otra doble del 10 al 12 de mayo para 2")
    assert QUESTION["es"] not in turn.text
    assert "+34600111222" in turn.text


def test_a_number_told_before_it_is_asked_for_is_kept() -> None:
    guest = nameless()
    guest.says("una doble del 5 al 8 de mayo para 2")
    guest.says("mi teléfono es +34 600 111 222")
    guest.says("1")
    guest.says("Ana Ruiz")
    assert "+34600111222" in guest.says("ana@x.com").text


def test_whose_number_the_channel_gives_is_not_asked() -> None:
    guest = Guest()
    guest.phone = "5491155550123"
    assert "¿Confirmo la reserva?" in guest.says(EVERYTHING["es"]).text
    assert Guest().says(EVERYTHING["es"]).quoted


def test_a_number_that_a_guest_only_says_proves_nothing() -> None:
    guest = Guest(hotel=replace(demo_hotel()))
    guest.asks_phone = True
    guest.pms.reservations.append(a_reservation("DEMO-7F3KMQ", booker="Luis Soto", phone="+34 600 111 222"))
    guest.says(EVERYTHING["es"])
    guest.says("+34 600 111 222")
    turn = guest.says("quiero cancelar mi reserva DEMO-7F3KMQ")
    assert "Soto" not in turn.text
    assert guest.state.cancelling is None


def test_a_change_of_a_reservation_asks_for_no_number() -> None:
    guest = nameless()
    guest.says(EVERYTHING["es"])
    guest.says("+34 600 111 222")
    guest.says("sí")
    guest.confirmed()
    guest.state = replace(guest.state, kept_aside=None)
    guest.says("quiero cambiar mi reserva al 10 de mayo")
    assert guest.state.expecting is not Expecting.PHONE
