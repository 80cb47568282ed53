"""Reads a message by rules, in a millisecond and without asking anybody."""

import re
from dataclasses import replace
from functools import lru_cache

from agente_hotelero.dialogue.reading import Context, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.ages import read_ages
from agente_hotelero.dialogue.understanding.arrival_words import read_arrival, read_notice
from agente_hotelero.dialogue.understanding.clock_words import read_hours
from agente_hotelero.dialogue.understanding.dates import Days, find_days, read_dates, read_month
from agente_hotelero.dialogue.understanding.details import read_details
from agente_hotelero.dialogue.understanding.doors import read_room_number
from agente_hotelero.dialogue.understanding.faq import questions
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.intents import names_a_reservation, read_intents
from agente_hotelero.dialogue.understanding.language import read_language
from agente_hotelero.dialogue.understanding.language_asked import read_language_asked, without_language_asked
from agente_hotelero.dialogue.understanding.lengths import read_nights
from agente_hotelero.dialogue.understanding.money_words import read_amount
from agente_hotelero.dialogue.understanding.names import begins_as_many_do, is_a_name_only, read_name
from agente_hotelero.dialogue.understanding.one_time import asks_for_code, read_digits
from agente_hotelero.dialogue.understanding.people import People, read_people
from agente_hotelero.dialogue.understanding.room_counts import names_a_room, read_rooms
from agente_hotelero.dialogue.understanding.rooms import read_room
from agente_hotelero.dialogue.understanding.slots import (
    read_choice,
    read_code,
    read_email,
    read_number,
    read_phone,
    read_title,
)
from agente_hotelero.dialogue.understanding.spelling import apart
from agente_hotelero.dialogue.understanding.tokens import tokenise, words_of
from agente_hotelero.dialogue.understanding.wishes import ORDERS
from agente_hotelero.dialogue.understanding.yes_no import read_yes_no

BESIDE_A_BARE_YES = frozenset(
    {
        Intent.AFFIRM,
        Intent.DENY,
        Intent.THANK,
        Intent.GREET,
        Intent.BOOK,
        Intent.CHANGE_RESERVATION,
        Intent.KEEP_RESERVATION,
    }
)
"""What words of a yes or no may say as well: «no, change it», «me la quedo»."""
BESIDE_A_NAME = frozenset({Intent.GREET, Intent.THANK, Intent.AFFIRM, Intent.BOOK})
"""What a message that gives the name it was asked for may say in the same words; «hay wifi» is no name."""
ONE_OF_THEM = frozenset({Expecting.OFFER, Expecting.OPTION, Expecting.CODE})
THAT_ONE = re.compile(
    r"(?:(?:buenisim[oa]|excelente|genial|perfect[oa]|perfeit[oa]|otim[oa]|great|lovely|bueno|bien|entonces|ya|ah|ok)[,!. ]{1,3})?"
    r"(?:con )?(?:esa|ese|esta|este|essa|esse|that one|this one)(?: (?:mism|mesm)[oa])?(?:,? (?:por favor|please|then|entonces|entao))?[.! ]{0,3}"
)
ASK_FOR_DATES = frozenset({Expecting.DATES, Expecting.CHECK_OUT})
ASKS_WHEN = frozenset("que hora horas horario horarios cuando quando qual cual what when time how early late".split())


def understand(text: str, context: Context) -> Reading:
    """Read what a message says; never raises, whatever the text."""
    cut = len(text) > READ_AT_MOST
    text = text[:READ_AT_MOST]
    name = read_name(text, expecting=context.expecting)
    if name is not None and context.expecting is Expecting.NAME and _is_of_a_person(name):
        # «Domingo Pérez» names no day, and «Oliver Pool» asks for none.
        text = re.sub(re.escape(name), " · ", text, count=1, flags=re.IGNORECASE)
    folded = fold(text)
    asked = read_language_asked(folded)
    if asked is not None and asked.language not in context.languages:
        asked = None
    if asked is not None and asked.alone:
        # Who writes to us in another language may greet us first: so are they answered.
        return Reading(language=asked.language, intents=frozenset({Intent.GREET}), only_language=True)
    parted = apart(folded, dates_asked=context.expecting in ASK_FOR_DATES)
    tokens = tokenise(parted)
    own = read_language(text, folded, languages=context.languages, prior=context.prior)
    language = own if asked is None else asked.language
    words = words_of(tokens)
    yes_no = read_yes_no(tokens)
    whole, beside, others = (None, (), text) if yes_no.bare else _own_questions(text, context)
    if beside or asked is not None:
        # «Is there someone who speaks English?» asks for no person.
        others = others if asked is None else without_language_asked(others)
        intents = read_intents(words_of(tokenise(apart(fold(others), dates_asked=False))))
    else:
        intents = read_intents(words)
    days = find_days(tokens, context=context)
    choice = _choice(folded, context)
    nights = read_nights(days.rest)
    dates = None
    # «la segunda, pero del 6 al 9» chooses and names days; a bare number is no day as well.
    only_a_number = choice is not None and read_number(folded, count=len(context.options)) is not None
    if not only_a_number and not _asks_for_hours(intents, context):
        dates = read_dates(days, context=context, language=language or context.prior, nights=nights)
    if dates is not None and not ASKS_WHEN & set(words):
        # «check in el 4 de mayo» says a day, and asks for no hour.
        intents -= {Intent.CHECK_IN_TIME, Intent.CHECK_OUT_TIME}
    undated = _without_days(parted, days)
    people = _people(days, context, intents, undated)
    email, code = read_email(text, expecting=context.expecting), read_code(text, expecting=context.expecting)
    room_key, rooms = read_room(words, context.room_names), read_rooms(days.rest)
    name = None if yes_no.bare else name
    intents |= {yes_no.intent} if yes_no.intent else set()
    if name is not None and context.expecting is Expecting.NAME and intents - BESIDE_A_NAME and not _stands_apart(name):
        name = None
    digits, only_digits = read_digits(folded)
    hours = read_hours(undated)
    details = read_details(words, folded)
    slots = (dates, nights, people.adults, people.children, people.total, room_key, rooms, email, code, name)
    return Reading(
        language=language,
        intents=intents,
        dates=dates,
        month=read_month(days, context=context),
        nights=nights,
        hour=hours.meant if Intent.LATE_CHECKOUT in intents else None,
        clock=hours.meant,
        clock_said=hours.said,
        clock_to=hours.to,
        past=days.gone(context.today),
        arrives=read_arrival(folded) if context.expecting is Expecting.ARRIVAL else read_notice(undated),
        adults=people.adults,
        children=people.children,
        children_ages=people.ages,
        people=people.total,
        room_key=room_key,
        rooms=rooms,
        a_room=rooms is None and names_a_room(folded),
        bed=details.bed,
        board=details.board,
        room_number=None if choice is not None else read_room_number(days.rest),
        amount=read_amount(folded),
        payments=details.payments,
        pets=details.pets,
        choice=choice,
        name=name,
        email=email,
        phone=None if code or dates else read_phone(text),
        code=code,
        digits=digits,
        only_digits=only_digits,
        asks_code=context.expecting is Expecting.CODE and asks_for_code(folded),
        of_a_reservation=names_a_reservation(words),
        orders=not ORDERS.isdisjoint(words),
        faq=whole,
        faq_beside=beside,
        # What was cut off might say «but»: only a message that was read to its end can be a bare yes.
        bare=yes_no.bare
        and not cut
        and not (intents - _beside_a_yes(context) or any(slot is not None for slot in slots)),
    )


def _own_questions(text: str, context: Context) -> tuple[int | None, tuple[int, ...], str]:
    """The hotel's own question that the message is, or those beside something else, and that."""
    if not context.faq:
        return None, (), text
    ours = questions(context.faq)
    beside, others = ours.beside(text)
    return (None, beside, others) if beside else (ours.match(text), (), text)


def _is_of_a_person(name: str) -> bool:
    """Whether its words say nothing else here, whatever they mean elsewhere."""
    return begins_as_many_do(name) or (is_a_name_only(name) and _stands_apart(name))


def _stands_apart(name: str) -> bool:
    """«Ana Ruiz, ¿dónde dejo el coche?»: a whole name, whose words are not those of the wish beside it."""
    return " " in name and not read_intents(words_of(tokenise(fold(name))))


def _beside_a_yes(context: Context) -> frozenset[Intent]:
    """Where a yes would cancel, «sí, cancélala» is one; to a reservation it is anything but that."""
    if context.expecting is not Expecting.YES_NO or not context.options:
        return BESIDE_A_BARE_YES
    return BESIDE_A_BARE_YES | (_wishes(context.options[0]) & {Intent.CANCEL_RESERVATION})


@lru_cache(maxsize=64)
def _wishes(title: str) -> frozenset[Intent]:
    return read_intents(words_of(tokenise(fold(title))))


def _asks_for_hours(intents: frozenset[Intent], context: Context) -> bool:
    """«¿Atienden de lunes a viernes?» names days, and no stay."""
    asked = context.expecting in ASK_FOR_DATES
    return Intent.HOURS in intents and not asked and not intents & {Intent.BOOK, Intent.AVAILABILITY}


def _without_days(parted: str, days: Days) -> str:
    """The message with its days blotted out: their numbers count nothing, and are no hours."""
    for point in (*days.points, *days.past):
        begin, end = days.page.tokens[point.begin].begin, days.page.tokens[point.end - 1].end
        parted = parted[:begin] + "·" * (end - begin) + parted[end:]
    return parted


def _people(days: Days, context: Context, intents: frozenset[Intent], undated: str) -> People:
    people = read_people(days.rest, expecting=context.expecting, ages=read_ages(undated))
    # «hablar con una persona» says nothing of who comes.
    return replace(people, total=None) if Intent.PERSON in intents and people.total == 1 else people


def _choice(folded: str, context: Context) -> int | None:
    if context.expecting is Expecting.YES_NO:
        # Only a bare digit or a whole title: «no, la primera» must never become a yes.
        number = read_number(folded, count=len(context.options), in_words=False)
        return number if number is not None else read_title(folded, context.options)
    if context.expecting is Expecting.OFFER and len(context.options) == 1 and THAT_ONE.fullmatch(folded):
        return 0
    return read_choice(folded, context=context) if context.expecting in ONE_OF_THEM else None
