"""What is believed of a transcription: figures of the base model, measured on speech by machines and on noise."""

import math

import pytest

from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech.judging import Piece, judge, likeliest

ALL = ("es", "pt", "en")


def piece(text: str, log_probability: float = -0.3, no_speech: float = 0.1, compression: float = 1.0) -> Piece:
    return Piece(text=text, log_probability=log_probability, no_speech=no_speech, compression=compression)


def believed(*pieces: Piece, seconds: float = 5.0) -> Hearing:
    return judge(pieces, language="es", spoken_seconds=seconds, threshold=0.5)


@pytest.mark.parametrize(
    ("text", "log_probability", "no_speech"),
    [
        ("Hello, I would like a double room from May 3 to May 5 for two people.", -0.13, 0.03),
        ("Hola, buenos días. Quiero una habitación sobre el 3 al 5 de mayo", -0.49, 0.23),
        ("que es una habitación del 3 al 5 de mayo para los avutos.", -0.56, 0.02),
    ],
)
def test_clear_speech_is_believed(text: str, log_probability: float, no_speech: float) -> None:
    heard = believed(piece(text, log_probability, no_speech))
    assert heard == Transcript(text=text, language="es", confidence=math.exp(log_probability))


@pytest.mark.parametrize(
    ("text", "log_probability", "no_speech", "compression"),
    [
        ("Thank you very much.", -1.19, 0.12, 0.71),
        ("que era una habitación del preso al tinto de mayo", -0.75, 0.2, 0.96),
        ("You can see how you can see how you can see how", -0.4, 0.21, 2.78),
        ("Okay. Okay. Okay.", -1.0, 0.35, 1.06),
    ],
)
def test_what_is_made_up_out_of_noise_is_not(
    text: str, log_probability: float, no_speech: float, compression: float
) -> None:
    assert believed(piece(text, log_probability, no_speech, compression)) is Unheard.UNCLEAR


def test_nothing_and_no_speech_are_no_words() -> None:
    assert believed() is Unheard.NO_SPEECH
    assert believed(piece("  ")) is Unheard.NO_SPEECH
    assert believed(piece("you.", -0.1, no_speech=0.8)) is Unheard.NO_SPEECH


def test_the_weakest_piece_decides() -> None:
    assert believed(piece("quiero reservar"), piece("no, mejor no", -1.2)) is Unheard.UNCLEAR
    assert believed(piece("quiero reservar"), piece("Subtítulos", no_speech=0.9)) is Unheard.UNCLEAR


def test_more_words_than_anybody_could_say_in_that_time_are_made_up() -> None:
    credits_of_a_film = "Subtítulos realizados por la comunidad"
    assert believed(piece(credits_of_a_film, -0.1), seconds=1.0) is Unheard.UNCLEAR
    assert isinstance(believed(piece(credits_of_a_film, -0.1), seconds=3.0), Transcript)


def test_only_the_hotels_languages_are_heard_and_the_likeliest_first() -> None:
    assert likeliest({"vi": 0.9, "pt": 0.05, "es": 0.04}, ALL, None) == ["pt", "es", "en"]


def test_a_guest_most_likely_goes_on_in_the_conversations_language() -> None:
    alone = {"en": 0.31, "es": 0.08, "pt": 0.001}
    assert likeliest(alone, ALL, "es")[0] == "es"
    assert likeliest(alone, ALL, None)[0] == "en"


def test_clear_speech_in_another_language_is_never_heard_in_the_conversations() -> None:
    assert likeliest({"en": 0.94, "es": 0.0004}, ALL, "es")[0] == "en"
    assert likeliest({"es": 0.68, "en": 0.015}, ALL, "en")[0] == "es"
