"""Rules first, then the model: it fills in what they missed, and doubts what it thinks absurd."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue.reading import COST_SOMETHING, LET_BE, POLITE, Context, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.calendar_words import MONTHS, NUMBERS, WEEKDAYS
from agente_hotelero.dialogue.understanding.date_words import AND, BEFORE_A_DOTTED_DAY, OF, TO
from agente_hotelero.dialogue.understanding.features import words_in
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.intents import of_a_place_inside, read_intents
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INTENTS, LABEL_OF, OUT_OF_SCOPE, RISKY
from agente_hotelero.dialogue.understanding.lexicon import acts_of, concepts_of
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.tokens import tokenise, words_of
from agente_hotelero.model.values import value

Chances = Callable[[str], Sequence[tuple[str, float]]]
"""A message → its labels with their probabilities, the likeliest first."""

MOST: Final = 3
"""So many wishes a message has at most."""
ASKED: Final = 2
ASKED_FROM: Final = 0.2
"""What is less likely is not worth a question."""
ABSURD_BELOW: Final = 0.3
"""So unlikely the model must find what rules read before that is dropped."""
ABSURD_BESIDE: Final = 0.02
"""The same beside something that it does not find absurd."""
STRAY_FROM: Final = 0.1
"""So likely a message is for somebody else before it must be surer of what it wants."""
SURE: Final = 0.95
SECOND_FROM: Final = 0.75
"""So likely what nobody's words name must be beside what they do name: half of «qué hay cerca del hotel» sounds like «dónde»."""
VERBS: Final[Mapping[str, frozenset[str]]] = {
    "make_reservation": frozenset({"book"}),
    "modify_reservation": frozenset({"change", "extend"}),
    "cancel_reservation": frozenset({"cancel"}),
    "refund": frozenset({"refund"}),
    "payment": frozenset({"pay", "charged"}),
}
"""What must be said, of one such family of words, for that which changes something."""
SELLS: Final = frozenset({"selling", "prize", "utility"})
"""What sellers talk about."""
FEW_WORDS: Final = 4
BESIDE_NONE_OF: Final[Mapping[str, frozenset[str]]] = {
    "room_service": frozenset({"housekeeping"}),
    "housekeeping": frozenset({"room_service"}),
    "late_check_out": frozenset({"luggage"}),
    "breakfast": frozenset({"restaurant"}),
    "cancellation_policy": frozenset({"cancel_reservation"}),
    "check_in_info": frozenset({"services_info", "late_check_out"}),
}
"""What is likely only because rules know better what it is."""
MAY_BE_BROKEN: Final = frozenset(
    {
        *(Intent.WIFI, Intent.POOL, Intent.BREAKFAST, Intent.RESTAURANT, Intent.PARKING, Intent.GYM_SPA, Intent.PETS),
        *(Intent.ROOM_INFO, Intent.HOUSEKEEPING, Intent.HOUSE_RULES, Intent.ACCESSIBILITY, Intent.SERVICES_INFO),
    }
)
DAY_WORDS: Final = frozenset(
    {*MONTHS, *WEEKDAYS, *NUMBERS, *BEFORE_A_DOTTED_DAY, *TO, *AND, *OF, "the", "o", "la", "a", "feira"}
)
SENTENCES: Final = re.compile(r"[^.!?\n;]{1,2000}[.!?\n;]?")
ASKS: Final = re.compile(
    r"[?]|(?<!\w)(?:a que hora|hasta que|que horas|ate que|cuanto|quanto|how|what time|when|do you|is there|hay|tienen|tem)(?!\w)"
)
HAVE_LABELS: Final = frozenset(INTENTS.values())
TALK: Final = POLITE | {Intent.AFFIRM, Intent.DENY}
"""What stands beside nearly everything."""
NEVER_DOUBTED: Final = (
    TALK
    | {Intent.EMERGENCY, Intent.PERSON, Intent.HOURS, Intent.CHANGE_BOOKER}
    | {
        Intent.KEEP_RESERVATION,
        Intent.ABANDON,
        Intent.LATER,
        Intent.DISPUTED_CHARGE,
        Intent.DISCOUNT,
    }
)
"""What never waits for a model, and what has no label of its own."""


PLAINLY_SAID: Final = COST_SOMETHING - {
    Intent.EVENT_GROUP,
    Intent.REFUND,
    Intent.DISPUTED_CHARGE,
    Intent.LOCAL_TIPS,
} | {
    *(Intent.CHECK_IN_TIME, Intent.CHECK_OUT_TIME, Intent.ROOM_INFO, Intent.ACCESSIBILITY, Intent.CHILDREN),
    *(Intent.HOUSE_RULES, Intent.ADDRESS),
}
"""Named by words that mean nothing else to a hotel."""
IN_SO_MANY_WORDS: Final = frozenset(
    {Intent.LATE_CHECKOUT, Intent.EARLY_CHECK_IN, Intent.SERVICES_INFO, Intent.REPORT_PROBLEM}
)
"""By several words in a row."""


@value
class Parse:
    """A reading, and how sure it is."""

    reading: Reading
    labels: tuple[tuple[str, float], ...]
    """What is acted on, the surest first; what rules read is sure."""
    stray: bool = False
    """It seems to be for somebody else."""


class Understanding:
    """Reads a message; takes a third of a millisecond more than rules alone, or milliseconds where `takes_long`."""

    def __init__(self, *, chances: Chances, acts_from: Mapping[str, float], takes_long: bool = False) -> None:
        """`acts_from` is how likely each label must be."""
        self.takes_long = takes_long
        self._chances = chances
        self._acts_from = acts_from

    def __call__(self, text: str, context: Context) -> Reading:
        """Never raises, whatever the text."""
        reading = understand(text, context)
        return reading if is_an_answer(reading, text, context) else self.weighed(reading, text, context)

    def weighed(self, reading: Reading, text: str, context: Context) -> Reading:
        """What the model makes of what rules read, where that is no answer."""
        return self._weighed(reading, text, context).reading

    def parse(self, text: str, context: Context) -> Parse:
        """The same with how sure it is, for who wants to see that."""
        reading = understand(text, context)
        if is_an_answer(reading, text, context):
            return Parse(reading=reading, labels=tuple((label, 1.0) for label in sorted(labels_of(reading))))
        return self._weighed(reading, text, context)

    def _weighed(self, reading: Reading, text: str, context: Context) -> Parse:
        chances = self._chances(text[:READ_AT_MOST])
        likely = [(label, chance) for label, chance in chances if label in INTENTS]
        known = dict(chances)
        free = context.expecting is Expecting.NOTHING
        stray = free and known.get(OUT_OF_SCOPE, 0.0) >= STRAY_FROM
        by_rules = reading.intents
        plain = frozenset() if stray else _plainly_said(reading)
        spared = NEVER_DOUBTED | plain
        if stray and not SELLS.isdisjoint(_concepts(text)):
            # «50 % off, only today»: sellers offer what guests ask for.
            spared -= {Intent.DISCOUNT}
        if likely and likely[0][0] == LABEL_OF[Intent.REPORT_PROBLEM]:
            # Rules and model think of the same: who complains is heard, were it to the wrong hotel.
            spared |= {Intent.REPORT_PROBLEM}
        doubted = reading.intents - spared
        if free and doubted:
            below = SURE if stray else ABSURD_BESIDE if plain else ABSURD_BELOW
            reading = _without_the_absurd(reading, doubted, known, below=below)
        filled = self._filled(reading, likely, text, least=SURE if stray else 0.0)
        filled = _without_what_is_broken(_first_what_rules_read(filled, by_rules, known), text)
        return Parse(reading=filled, labels=_with_chances(filled, reading, known), stray=stray)

    def _filled(self, reading: Reading, likely: Sequence[tuple[str, float]], text: str, *, least: float) -> Reading:
        room = MOST - len(labels_of(reading) - BY_RULES)
        meant = [label for label, chance in likely if chance >= least and self._acts(label, chance, reading, text)][
            : max(room, 0)
        ]
        intents = reading.intents | {INTENTS[label] for label in meant}
        if intents - TALK:
            return replace(reading, intents=_price_or_room(intents, likely)) if likely else reading
        perhaps = [label for label, chance in likely if chance >= ASKED_FROM and label not in BY_RULES]
        return replace(reading, intents=intents, perhaps=tuple(INTENTS[label] for label in perhaps[:ASKED]))

    def _acts(self, label: str, chance: float, reading: Reading, text: str) -> bool:
        least = max(self._acts_from[label], SECOND_FROM if reading.intents - TALK else 0.0)
        if chance < least or label in {"affirm", "deny"} or label in labels_of(reading):
            return False
        if not labels_of(reading).isdisjoint(BESIDE_NONE_OF.get(label, ())):
            return False
        if label == "location" and of_a_place_inside(words_of(tokenise(fold(text)))):
            return False
        if label in BY_RULES:
            return not reading.intents
        return label not in RISKY or not _acts(text).isdisjoint(VERBS[label])


def _first_what_rules_read(reading: Reading, by_rules: frozenset[Intent], chances: Mapping[str, float]) -> Reading:
    """Where a guest is asked, what rules read is an option, unless it is quite absurd."""
    if not reading.perhaps:
        return reading
    dropped = sorted(by_rules & HAVE_LABELS - reading.intents - TALK)
    worth = [intent for intent in dropped if _chance(intent, chances) >= ABSURD_BESIDE]
    return replace(reading, perhaps=tuple(dict.fromkeys((*worth, *reading.perhaps)))[:ASKED])


def _plainly_said(reading: Reading) -> frozenset[Intent]:
    """In a message with several wishes each seems unlikely; a word alone may be there by chance."""
    said = reading.intents & PLAINLY_SAID
    return said if len(said) > 1 else reading.intents & IN_SO_MANY_WORDS


def _without_what_is_broken(reading: Reading, text: str) -> Reading:
    """«El wifi va fatal» asks for no wifi; «y el desayuno, ¿hasta qué hora es?» beside it does ask."""
    named = reading.intents & MAY_BE_BROKEN
    if Intent.REPORT_PROBLEM not in reading.intents or not named:
        return reading
    asked = (
        read_intents(words_of(tokenise(fold(part)))) for part in SENTENCES.findall(text) if ASKS.search(fold(part))
    )
    return replace(reading, intents=reading.intents - named.difference(*asked))


def labels_of(reading: Reading) -> frozenset[str]:
    """The labels that a reading acts on."""
    return frozenset(LABEL_OF[intent] for intent in reading.intents if intent in LABEL_OF)


def _with_chances(reading: Reading, by_rules: Reading, chances: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    sure = labels_of(by_rules)
    labels = {label: 1.0 if label in sure else chances.get(label, 1.0) for label in labels_of(reading)}
    return tuple(sorted(labels.items(), key=lambda one: (-one[1], one[0])))


def _concepts(text: str) -> frozenset[str]:
    return frozenset(concept for word in words_in(text) for concept in concepts_of(word))


def _acts(text: str) -> frozenset[str]:
    return frozenset(act for word in words_in(text) for act in acts_of(word))


def _without_the_absurd(
    reading: Reading, doubted: frozenset[Intent], chances: Mapping[str, float], *, below: float
) -> Reading:
    chance = {intent: _chance(intent, chances) for intent in doubted | reading.intents - NEVER_DOUBTED}
    if any(its >= below for its in chance.values()):
        # It wants this, and the more it wants the less likely seems each.
        below = min(below, ABSURD_BESIDE)
    absurd = {intent for intent in doubted if chance[intent] < below}
    return replace(reading, intents=reading.intents - absurd) if absurd else reading


def _chance(intent: Intent, chances: Mapping[str, float]) -> float:
    its = chances.get(LABEL_OF.get(intent, ""), 1.0)
    return max(its, chances.get("ask_price", 1.0)) if intent is Intent.AVAILABILITY else its


def _price_or_room(intents: frozenset[Intent], likely: Sequence[tuple[str, float]]) -> frozenset[Intent]:
    """Rules don't tell a price from a vacancy; what follows is the same, where nothing else that costs is named."""
    if Intent.AVAILABILITY not in intents or not intents.isdisjoint(COST_SOMETHING):
        return intents
    chances = dict(likely)
    if chances["ask_price"] <= chances["check_availability"]:
        return intents
    return intents - {Intent.AVAILABILITY} | {Intent.ASK_PRICE}


def _says_only_days(text: str) -> bool:
    """«De 8 a 5 de maio»: no likelihood makes a wish of that."""
    return all(word.isdigit() or word in DAY_WORDS for word in words_in(text))


def is_an_answer(reading: Reading, text: str, context: Context) -> bool:
    """Whether the open question has its answer: no likelihood may make more of it."""
    if reading.bare or reading.choice is not None or reading.faq is not None:
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
