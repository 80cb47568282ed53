"""The one thing that is worth knowing of a message before it is read: whether it can't wait."""

from typing import Final

from agente_hotelero.dialogue.reading import Intent
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.intents import PHRASES
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import tokenise, words_of

_EMERGENCIES: Final = Phrasebook({Intent.EMERGENCY: PHRASES[Intent.EMERGENCY]})


def sounds_urgent(text: str) -> bool:
    """Tell, in microseconds, whether a word of emergency is in it; rather once too often."""
    return next(_EMERGENCIES.find(words_of(tokenise(fold(text)))), None) is not None
