"""What of a transcription may be believed: by what the model measured, since on noise it makes up whole sentences."""

import math
from collections.abc import Sequence
from typing import Final

from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.model.values import value

SHORTEST_SECONDS: Final = 0.25
"""Of speech: a yes takes as long."""
SURELY_NO_SPEECH: Final = 0.6
"""Whisper's own limit (openai/whisper, transcribe.py), as the next one."""
REPEATS_ITSELF: Final = 2.4
"""How well a text is compressed that turns in a circle."""
FASTEST_LETTERS: Final = 30.0
"""A second; auctioneers reach 25. «Subtitles by …» out of a cough has more."""
OWN_WORDS_WEIGH: Final = 10.0
"""How much likelier a guest goes on in the language of the conversation: a short word sounds like any. Not more: told to
hear English in clear Spanish, Whisper translates, and is sure of it."""


@value
class Piece:
    """One stretch of text, with what the model says of it."""

    text: str
    log_probability: float
    no_speech: float
    compression: float


def judge(pieces: Sequence[Piece], *, language: str, spoken_seconds: float, threshold: float) -> Hearing:
    """Believe it or not; the weakest piece decides, for it may be the one that says «not»."""
    said = [piece for piece in pieces if piece.text.strip()]
    if not said or all(piece.no_speech > SURELY_NO_SPEECH for piece in said):
        return Unheard.NO_SPEECH
    text = " ".join(piece.text.strip() for piece in said)
    confidence = math.exp(min(0.0, *(piece.log_probability for piece in said)))
    made_up = len(text) > FASTEST_LETTERS * spoken_seconds or any(
        piece.compression > REPEATS_ITSELF or piece.no_speech > SURELY_NO_SPEECH for piece in said
    )
    if made_up or confidence < threshold:
        return Unheard.UNCLEAR
    return Transcript(text=text, language=language, confidence=confidence)


def likeliest(probabilities: dict[str, float], languages: Sequence[str], hint: str | None) -> list[str]:
    """The hotel's languages, the likeliest first: one that nobody there speaks is never heard."""

    def weight(language: str) -> float:
        return probabilities.get(language, 0.0) * (OWN_WORDS_WEIGH if language == hint else 1.0)

    return sorted(languages, key=weight, reverse=True)
