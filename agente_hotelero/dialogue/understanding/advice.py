"""A second opinion on a message: when it is worth asking for, and how much of it is believed.

Whoever gives it proposes. What rules and our own model read stays; what changes something, or costs, is never acted upon
because of it; what it quotes must stand in the message, and is read by our own rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from agente_hotelero.dialogue.reading import TALK, Context, DateReading, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.doubting import ASKED
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INTENTS, RISKY
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.weighing import MOST, labels_of
from agente_hotelero.model.values import value

LONG_WORDS: Final = 25
"""A message of more words may want what rules don't find in it."""
OF_PERSONS: Final = frozenset({Expecting.NAME, Expecting.EMAIL, Expecting.PHONE, Expecting.CODE})
"""What is asked for then is somebody's own: words that don't fit are most likely that, misspelt."""
SETTLED: Final = frozenset({Intent.EMERGENCY, Intent.PERSON})
"""A person comes: nothing else matters."""
NEEDS_BOTH: Final = RISKY | {"late_check_out", "invoice"}
"""What changes a reservation or is about money: acted upon only where it was read without help."""
ONLY_ALONE: Final = frozenset({"human_handoff"})
"""It would keep the guest from what else they want."""
ALIKE: Final = (
    frozenset(
        {
            *(Intent.AVAILABILITY, Intent.ASK_PRICE, Intent.BOOK, Intent.MY_RESERVATION, Intent.CHANGE_RESERVATION),
            *(Intent.CANCEL_RESERVATION, Intent.CANCELLATION_POLICY, Intent.REFUND),
        }
    ),
    frozenset({Intent.CHECK_IN_TIME, Intent.EARLY_CHECK_IN, Intent.ARRIVAL_NOTICE}),
    frozenset({Intent.CHECK_OUT_TIME, Intent.LATE_CHECKOUT}),
)
"""Where rules read one of them, another would only contradict it."""


class Kind(StrEnum):
    """What a quote is said to be."""

    DATES = "dates"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    NIGHTS = "nights"
    PEOPLE = "people"
    ROOMS = "rooms"
    ROOM_TYPE = "room_type"


@value
class Quote:
    """A piece of the message, as somebody claims."""

    kind: Kind
    text: str


@value
class Proposal:
    """What somebody else reads in a message."""

    labels: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


NOTHING: Final = Proposal()


def is_doubtful(text: str, reading: Reading, expecting: Expecting) -> bool:
    """Whether a second opinion may help: it says little, it may be one of two things, or much is said."""
    intents = reading.intents
    if reading.bare or reading.choice is not None or reading.faq is not None or not intents.isdisjoint(SETTLED):
        return False
    if expecting in OF_PERSONS:
        return False
    if reading.perhaps or (len(intents) > 1 and len(labels_of(reading) - BY_RULES) > 1):
        return True
    if not intents and _says_nothing(reading):
        return any(map(str.isalpha, text))
    return text.count(" ") >= LONG_WORDS and len(text.split()) > LONG_WORDS


def advised(reading: Reading, proposal: Proposal, text: str, context: Context) -> Reading:
    """Take what may be believed; what was read without help is all still there."""
    if not is_doubtful(text, reading, context.expecting):
        return reading
    quotes = [quote for quote in proposal.quotes if quote.text in text]
    return _with_quotes(_with_labels(reading, proposal.labels), quotes, context)


def _says_nothing(reading: Reading) -> bool:
    """Nothing that anything follows from."""
    beside = replace(
        reading,
        language=None,
        clock=None,
        clock_said=None,
        clock_to=None,
        past=(),
        a_room=False,
        orders=False,
        of_a_reservation=False,
    )
    return beside == Reading()


def _with_labels(reading: Reading, labels: Sequence[str]) -> Reading:
    proposed = [label for label in dict.fromkeys(labels) if label in INTENTS and label not in BY_RULES]
    risky = [INTENTS[label] for label in proposed if label in NEEDS_BOTH]
    room = MOST - len(labels_of(reading) - BY_RULES)
    alone = room == MOST
    new = [
        INTENTS[label]
        for label in proposed
        if label not in NEEDS_BOTH and (alone or label not in ONLY_ALONE) and _is_new(INTENTS[label], reading)
    ]
    intents = reading.intents | frozenset(new[: max(room, 0)])
    if intents - TALK:
        return replace(reading, intents=intents, perhaps=())
    perhaps = tuple(dict.fromkeys((*risky, *reading.perhaps)))
    return replace(reading, perhaps=perhaps[:ASKED])


def _is_new(intent: Intent, reading: Reading) -> bool:
    return not any(intent in group and not group.isdisjoint(reading.intents) for group in ALIKE)


def _with_quotes(reading: Reading, quotes: Sequence[Quote], context: Context) -> Reading:
    by_kind: Mapping[Kind, str] = {quote.kind: quote.text for quote in reversed(quotes)}
    if reading.dates is None:
        reading = replace(reading, dates=_dates(by_kind, context))
    if Kind.NIGHTS in by_kind and reading.nights is None:
        reading = replace(reading, nights=understand(by_kind[Kind.NIGHTS], context).nights)
    if Kind.PEOPLE in by_kind and reading.adults is reading.children is reading.people is None:
        its = understand(by_kind[Kind.PEOPLE], replace(context, expecting=Expecting.PEOPLE))
        reading = replace(
            reading, adults=its.adults, children=its.children, children_ages=its.children_ages, people=its.people
        )
    if Kind.ROOMS in by_kind and reading.rooms is None:
        reading = replace(reading, rooms=understand(by_kind[Kind.ROOMS], context).rooms)
    if Kind.ROOM_TYPE in by_kind and reading.room_key is None:
        reading = replace(reading, room_key=understand(by_kind[Kind.ROOM_TYPE], context).room_key)
    return reading


def _dates(quotes: Mapping[Kind, str], context: Context) -> DateReading | None:
    """Dates that our rules read in the quotes, where they are in order; else none."""
    asked = replace(context, expecting=Expecting.DATES)
    found: DateReading | None = None
    for kind in (Kind.DATES, Kind.CHECK_IN):
        if kind in quotes and found is None:
            found = _in_order(understand(quotes[kind], asked).dates)
    if Kind.CHECK_OUT not in quotes or (found is not None and found.check_out is not None):
        return found
    begin = context.check_in if found is None else found.check_in
    leaving = replace(context, expecting=Expecting.CHECK_OUT, check_in=begin)
    end = _in_order(understand(quotes[Kind.CHECK_OUT], leaving).dates)
    if end is None or end.check_out is None or begin is None or end.check_out <= begin:
        return found
    return replace(end, check_in=begin if found is not None else end.check_in)


def _in_order(dates: DateReading | None) -> DateReading | None:
    return None if dates is None or dates.trouble is not None else dates
