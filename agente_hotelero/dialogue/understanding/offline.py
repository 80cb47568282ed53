"""Reads a message by rules, in a millisecond and without asking anybody."""

from agente_hotelero.dialogue.reading import Context, DateTrouble, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.dates import read_dates
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.intents import read_intents
from agente_hotelero.dialogue.understanding.language import read_language
from agente_hotelero.dialogue.understanding.people import read_nights, read_people, read_rooms
from agente_hotelero.dialogue.understanding.slots import (
    read_choice,
    read_code,
    read_email,
    read_name,
    read_number,
    read_phone,
    read_room,
)


def understand(text: str, context: Context) -> Reading:
    """Read what a message says; never raises, whatever the text."""
    text = text[:READ_AT_MOST]
    folded = fold(text)
    language = read_language(text, folded, languages=context.languages, prior=context.prior)
    intents, bare = read_intents(folded, text)
    email = read_email(text)
    code = read_code(text, expecting=context.expecting)
    nights = read_nights(folded)
    asks_for_words = context.expecting in {Expecting.NAME, Expecting.EMAIL}
    dates = (
        None
        if email or code
        else read_dates(folded, context=context, language=language or context.prior, nights=nights)
    )
    people = read_people(folded, expecting=context.expecting)
    choice = _choice(folded, context)
    if dates is not None and dates.trouble is DateTrouble.IMPOSSIBLE and asks_for_words:
        dates = None
    return Reading(
        language=language,
        intents=intents,
        dates=dates,
        nights=nights,
        adults=people.adults,
        children=people.children,
        # «hablar con una persona» says nothing of who comes.
        people=None if Intent.PERSON in intents and people.total == 1 else people.total,
        room_key=read_room(folded, context.room_names),
        rooms=read_rooms(folded),
        choice=choice,
        name=read_name(text, expecting=context.expecting) if not (intents & _NO_NAME and bare) else None,
        email=email,
        phone=read_phone(text) if not (email or code or dates) else None,
        code=code,
        bare=bare and not (dates or email or code or people.total or people.adults),
    )


_NO_NAME = frozenset({Intent.AFFIRM, Intent.DENY})


def _choice(folded: str, context: Context) -> int | None:
    if context.expecting is Expecting.YES_NO:
        # Only a bare number: «no, la primera» must never become a yes.
        return read_number(folded, count=len(context.options))
    return read_choice(folded, context=context) if context.expecting is Expecting.OFFER else None
