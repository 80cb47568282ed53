"""Who asks for a language, and who only names one."""

import pytest

from agente_hotelero.dialogue.reading import Context, Expecting, Intent, Language
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.language_asked import read_language_asked
from agente_hotelero.dialogue.understanding.offline import understand
from tests.unit.dialogue.understanding.reading import EN, ES, PT, TODAY, read

ASKED = {
    EN: [
        "can we speak English?", "do you speak english", "can we switch to english please?", "in english please", "English?", "hi! english please", "can we continue in English?",
        "hablan inglés?", "me puede escribir en inglés?", "fala inglês?", "podem responder em inglês?", "I don't speak Spanish", "my spanish is very bad", "i only speak english",
    ],
    ES: [
        "¿hablan español?", "en español por favor", "puedes hablar en español", "podemos seguir en castellano?", "no hablo inglés", "perdón, no entiendo portugués", "mi inglés no es muy bueno",
        "do you speak Spanish?", "vocês falam espanhol?", "español?", "solo hablo español", "buenas tardes, ¿alguien habla español?",
    ],
    PT: [
        "podemos falar em português?", "vocês falam português?", "pode responder em português, por favor?", "em português por favor", "habla portugues?", "não falo espanhol",
        "não entendo inglês", "do you speak Portuguese?", "português?", "você pode me escrever em português?",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(one, text) for one, texts in ASKED.items() for text in texts])
def test_a_language_is_asked_for_and_nothing_else(language: Language, text: str) -> None:
    asked = read_language_asked(fold(text))
    assert asked is not None
    assert (asked.language, asked.alone) == (language, True)


@pytest.mark.parametrize(
    "text",
    [
        *("tv con canales en inglés", "hay tours en español?", "is there a guide in english", "english breakfast"),
        *("do you have an english menu?", "necesito factura en inglés", "I am Spanish", "el desayuno inglés", "", "en"),
        *("quiero una habitación en español", "somos un grupo portugués", "hola", "do you speak french?"),
    ],
)
def test_a_language_is_only_named(text: str) -> None:
    assert read_language_asked(fold(text)) is None


@pytest.mark.parametrize(
    "text", ["can we continue in english? the double please", "sí, en español", "hablan inglés? tienen wifi?"]
)
def test_something_else_is_said_as_well(text: str) -> None:
    asked = read_language_asked(fold(text))
    assert asked is not None
    assert not asked.alone


def test_whoever_asks_for_somebody_who_speaks_it_asks_for_no_person() -> None:
    reading = read("is there someone who speaks english? need a double may 5 to 8, 2 adults", prior=ES)
    assert (reading.language, reading.adults) == (EN, 2)
    assert Intent.PERSON not in reading.intents


def test_the_last_that_is_named_is_meant() -> None:
    asked = read_language_asked(fold("my spanish is bad, podemos falar em português?"))
    assert asked is not None
    assert (asked.language, asked.alone) == (PT, True)


def test_whoever_asks_for_a_language_is_greeted_in_it() -> None:
    reading = read("do you speak english?", prior=ES)
    assert (reading.language, reading.intents, reading.only_language) == (EN, frozenset({Intent.GREET}), True)


def test_what_is_said_beside_it_is_read_and_answered_in_it() -> None:
    reading = read("en inglés por favor. tienen wifi?", prior=ES)
    assert (reading.language, reading.intents, reading.only_language) == (EN, frozenset({Intent.WIFI}), False)


def test_a_language_that_the_hotel_does_not_write_is_none() -> None:
    reading = read("do you speak english?", languages=(ES, PT), prior=ES)
    assert not reading.only_language
    assert reading.language is not EN


def test_a_yes_in_another_language_is_asked_for_again() -> None:
    reading = read("sí, en español", expecting=Expecting.YES_NO, options=("Confirmar", "Cambiar"), prior=EN)
    assert reading.language is ES
    assert not reading.bare


def test_the_hotels_own_question_beside_it_is_asked_once() -> None:
    ours = (("¿Tienen estacionamiento para bicis?",),)
    context = Context(today=TODAY, languages=(ES, PT, EN), prior=ES, faq=ours)
    reading = understand("hablan inglés? tienen estacionamiento para bicis? hay wifi?", context)
    assert (reading.language, reading.faq_beside, reading.intents) == (EN, (0,), frozenset({Intent.WIFI}))
