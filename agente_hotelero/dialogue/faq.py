"""The hotel's own questions and answers, for what no topic and no flow covers."""

from agente_hotelero.dialogue import facts
from agente_hotelero.dialogue.reading import Reading
from agente_hotelero.dialogue.talk import Talk


def answer(talk: Talk, reading: Reading) -> bool:
    """Give the answers to the questions that were read, if any was; tells whether it did."""
    asked = reading.faq_beside if reading.faq is None else (reading.faq,)
    told = [_answered(talk, which) for which in asked]
    return any(told)


def _answered(talk: Talk, which: int) -> bool:
    entries = talk.hotel.faq
    # The file may be another by now than the one that it was read by.
    text = facts.in_their_words(talk, entries[which].answer) if which < len(entries) else None
    if text is None:
        return False
    talk.add(text, fact=f"profile:faq.{which}")
    return True
