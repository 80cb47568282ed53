"""A guest who is half understood is asked which of two things they mean, once."""

import pytest

from agente_hotelero.dialogue.reading import Context, Intent, Reading
from agente_hotelero.dialogue.texts import wishes
from agente_hotelero.dialogue.understanding.labels import INTENTS
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.model.tone import USUAL
from tests.support.dialogue_guest import Guest

HALF = "esta templadita?"
ASKED = {"es": "No estoy seguro", "pt": "Não tenho certeza", "en": "I'm not sure"}


def puzzling(*perhaps: Intent) -> Guest:
    """Whoever says HALF may mean these."""
    guest = Guest()

    def read(text: str, context: Context) -> Reading:
        return Reading(perhaps=perhaps) if text == HALF else understand(text, context)

    guest.understand = read
    return guest


@pytest.mark.parametrize(
    ("language", "hello"), [("es", "hola buenas"), ("pt", "oi, bom dia"), ("en", "hello, good morning")]
)
def test_two_are_named_in_the_guests_language(language: str, hello: str) -> None:
    guest = puzzling(Intent.POOL, Intent.ROOM_INFO)
    guest.says(hello)
    asked = guest.says(HALF)
    assert asked.text.startswith(ASKED[language])
    assert asked.titles[:2] == [wishes.name(one, USUAL.of(language)) for one in (Intent.POOL, Intent.ROOM_INFO)]


@pytest.mark.parametrize("words", ["1", "la primera", "Piscina"])
def test_one_of_them_is_chosen_in_words(words: str) -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says(HALF)
    assert "profile:facts.pool" in guest.says(words).facts


def test_or_by_its_button_also_later() -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    asked = guest.says(HALF)
    assert "profile:facts.pets" in guest.presses("Mascotas").facts
    guest.last = asked
    assert "profile:facts.pool" in guest.presses("Piscina").facts


@pytest.mark.parametrize("words", ["3", "otra cosa"])
def test_neither_is_an_answer_too(words: str) -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says(HALF)
    assert "otras palabras" in guest.says(words).text


def test_something_else_is_heard_as_ever() -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says(HALF)
    assert "profile:facts.wifi" in guest.says("tienen wifi?").facts
    assert guest.says("1").facts == set()


def test_nobody_is_asked_twice_in_a_row_but_gets_a_person() -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says(HALF)
    assert guest.says(HALF).handed_off == ["not_understood"]


def test_what_changes_a_reservation_is_begun_by_choosing_it_and_done_by_nothing_less_than_ever() -> None:
    guest = puzzling(Intent.CANCEL_RESERVATION, Intent.CHANGE_RESERVATION)
    guest.says(HALF)
    chosen = guest.says("1")
    assert (chosen.cancelled, guest.state.looking_for) == (None, "cancel")


def test_a_vacancy_and_its_price_are_one_question() -> None:
    guest = puzzling(Intent.AVAILABILITY, Intent.ASK_PRICE)
    assert guest.says(HALF).titles == ["Buscar habitación", "Otra cosa"]


def test_a_booking_in_the_making_is_not_interrupted_by_it() -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says("quiero reservar")
    assert guest.says(HALF).asks("ask_dates")


def test_everything_that_a_model_may_say_has_a_name_that_fits_a_button() -> None:
    unnamed = set(INTENTS.values()) - set(wishes.NAMES)
    assert unnamed == {Intent.ASK_PRICE, Intent.GREET, Intent.THANK, Intent.GOODBYE, Intent.AFFIRM, Intent.DENY}
    assert [name for names in wishes.NAMES.values() for name in names if len(name) > wishes.LONGEST] == []


def test_it_leaves_nothing_behind_in_the_conversation() -> None:
    guest = puzzling(Intent.POOL, Intent.PETS)
    guest.says(HALF)
    guest.says("1")
    assert guest.state.kept_aside is None
