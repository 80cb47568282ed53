"""When somebody arrives, in the words of whoever is asked."""

from datetime import time

import pytest

from agente_hotelero.dialogue.reading import Arrives
from agente_hotelero.dialogue.understanding.arrival_words import read_arrival, read_notice
from agente_hotelero.dialogue.understanding.folding import fold

SURE = {
    "tipo 11 de la noche": (23, 0),
    "11pm": (23, 0),
    "11 PM": (23, 0),
    "a las 11 p.m.": (23, 0),
    "a eso de las 10 y media de la noche": (22, 30),
    "llegamos como a las 3": (15, 0),
    "a las 3 de la tarde": (15, 0),
    "tipo 4": (16, 0),
    "a las 9 de la mañana": (9, 0),
    "a las 9 por la mañana": (9, 0),
    "mañana a las 10 de la noche": (22, 0),
    "22hs": (22, 0),
    "22:30": (22, 30),
    "alrededor de las 20.15": (20, 15),
    "18": (18, 0),
    "medianoche": (0, 0),
    "a las 12 de la noche": (0, 0),
    "a la 1 de la mañana": (1, 0),
    "a las 2 de la madrugada": (2, 0),
    "al mediodía": (12, 0),
    "a las 12": (12, 0),
    "once de la noche": (23, 0),
    "somos 2, llegamos a las 5": (17, 0),
    "despues de las 6": (18, 0),
    "el vuelo llega 21:40": (21, 40),
    "entre las 3 y las 4 de la tarde": (15, 0),
    "umas 9h da noite": (21, 0),
    "lá pelas 22h": (22, 0),
    "por volta das 7 da noite": (19, 0),
    "às 15h30": (15, 30),
    "meia-noite": (0, 0),
    "ao meio-dia": (12, 0),
    "as onze da noite": (23, 0),
    "às 8 da manhã": (8, 0),
    "around 8pm": (20, 0),
    "about 11 at night": (23, 0),
    "we land at 5:30": (17, 30),
    "9 am": (9, 0),
    "10 in the morning": (10, 0),
    "at noon": (12, 0),
    "around midnight": (0, 0),
    "08:30": (8, 30),
}
EITHER = {"a las 11": 11, "tipo 8": 8, "9": 9, "umas 10h": 10, "around 9": 9}
PARTS = {
    "por la tarde": "afternoon",
    "a la noche": "night",
    "por la mañana": "morning",
    "de noche": "night",
    "à noite": "night",
    "de manhã": "morning",
    "in the evening": "night",
    "tarde": "afternoon",
}
NOTHING = (
    "hola",
    "¿hay wifi?",
    "quiero cancelar mi reserva",
    "gracias",
    "mañana",
    "somos 2 personas",
    "sí",
    "ok, perfecto",
)


@pytest.mark.parametrize("words", SURE)
def test_an_hour_is_read_as_it_was_meant(words: str) -> None:
    assert read_arrival(fold(words)) == Arrives(hour=time(*SURE[words]))


@pytest.mark.parametrize("words", EITHER)
def test_an_hour_that_may_be_of_either_half_of_the_day_says_so(words: str) -> None:
    assert read_arrival(fold(words)) == Arrives(hour=time(EITHER[words]), sure=False)


@pytest.mark.parametrize("words", PARTS)
def test_a_part_of_the_day_is_an_answer_too(words: str) -> None:
    found = read_arrival(fold(words))
    assert found is not None
    assert (found.hour, found.part) == (None, PARTS[words])


@pytest.mark.parametrize("words", ["no sé", "todavía no sé", "ainda não sei", "not sure yet", "I don't know"])
def test_not_to_know_is_an_answer(words: str) -> None:
    assert read_arrival(fold(words)) == Arrives()


@pytest.mark.parametrize("words", NOTHING)
def test_other_words_are_none(words: str) -> None:
    assert read_arrival(fold(words)) is None


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("a recepção funciona de madrugada? vamos chegar 2h", time(2)),
        ("llegamos con 2 horas de retraso, tipo 11 de la noche", time(23)),
        ("el vuelo sale con dos horas de retraso, aterrizamos a la 1 de la madrugada", time(1)),
        ("flight is 3 hours late, arriving around 9pm", time(21)),
    ],
)
def test_of_a_notice_the_hour_counts_and_not_the_delay(words: str, hour: time) -> None:
    found = read_notice(fold(words))
    assert found is not None
    assert found.hour == hour
