"""Whether the open question has its answer, and what is asked beside it."""

from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import LET_BE, TALK, Context, Expecting, Reading
from agente_hotelero.dialogue.understanding.calendar_words import MONTHS, NUMBERS, WEEKDAYS
from agente_hotelero.dialogue.understanding.date_words import AND, BEFORE_A_DOTTED_DAY, OF, TO
from agente_hotelero.dialogue.understanding.features import words_in
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.language_asked import read_language_asked
from agente_hotelero.dialogue.understanding.parts import Part, parts_of

FEW_WORDS: Final = 4
DAY_WORDS: Final = frozenset(
    {*MONTHS, *WEEKDAYS, *NUMBERS, *BEFORE_A_DOTTED_DAY, *TO, *AND, *OF, "the", "o", "la", "a", "feira"}
)


def is_settled(reading: Reading, text: str, context: Context) -> bool:
    """Whether no model need be asked: the open question has its answer, and nothing else is asked beside it."""
    return is_an_answer(reading, text, context) and not questions_beside(reading, text)


def questions_beside(reading: Reading, text: str) -> Sequence[Part]:
    """Parts of an answer that ask something; a bare yes and the hotel's own questions have none."""
    if reading.bare or reading.faq is not None or "?" not in text:
        return ()
    asked = (part for part in parts_of(text[:READ_AT_MOST]) if part.text.endswith("?"))
    return [part for part in asked if read_language_asked(fold(part.text)) is None]


def is_an_answer(reading: Reading, text: str, context: Context) -> bool:
    """Whether the open question has its answer: no likelihood may make more of it."""
    if reading.bare or reading.only_language or reading.choice is not None or reading.faq is not None:
        return True
    if reading.dates is not None and not reading.intents and _says_only_days(text):
        return True
    if reading.intents & LET_BE and not reading.intents - TALK - LET_BE:
        # «Olvídalo» lost nothing, and at a yes or no «fica como está» asks for no way.
        return context.expecting is Expecting.YES_NO or len(text.split()) <= FEW_WORDS
    if context.expecting is Expecting.NOTHING:
        return False
    if any((reading.name, reading.email, reading.phone, reading.code)):
        return True
    counts = (
        reading.dates,
        reading.month,
        reading.nights,
        reading.adults,
        reading.people,
        reading.rooms,
        reading.room_key,
    )
    return not reading.intents - TALK and any(one is not None for one in counts)


def _says_only_days(text: str) -> bool:
    """«De 8 a 5 de maio»: no likelihood makes a wish of that."""
    return all(word.isdigit() or word in DAY_WORDS for word in words_in(text))
