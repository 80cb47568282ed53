"""What somebody understood of what a guest spoke, or why nobody did."""

from enum import StrEnum

from agente_hotelero.model.values import value


class Unheard(StrEnum):
    """Why there are no words: nothing is ever put in a guest's mouth."""

    OFF = "off"
    """Nobody listens here."""
    BUSY = "busy"
    """Too many notes wait already."""
    AWAY = "away"
    """It could not be fetched or heard in time."""
    GONE = "gone"
    """The channel does not give it out."""
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    NO_SOUND = "no_sound"
    """It is no sound that can be decoded."""
    NO_SPEECH = "no_speech"
    """Silence, noise or music."""
    UNCLEAR = "unclear"
    """Somebody speaks; which words is a guess."""


@value
class Transcript:
    """Words that were heard, and how surely: `confidence` is from 0 to 1, `language` one of those that were asked for."""

    text: str
    language: str
    confidence: float


Hearing = Transcript | Unheard
