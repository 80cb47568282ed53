"""Rules first, then the model: it fills in what they missed, and doubts what it thinks absurd."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue.reading import COST_SOMETHING, TALK, Context, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.answers import is_an_answer, is_settled, questions_beside
from agente_hotelero.dialogue.understanding.doubting import ASKED, SURE, first_what_rules_read, without_the_absurd
from agente_hotelero.dialogue.understanding.features import words_in
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.intents import of_a_place_inside, read_intents
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INFORM, INTENTS, LABEL_OF, OUT_OF_SCOPE, RISKY
from agente_hotelero.dialogue.understanding.language_asked import without_language_asked
from agente_hotelero.dialogue.understanding.lexicon import acts_of
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.parts import Part, parts_of
from agente_hotelero.dialogue.understanding.tokens import tokenise, words_of
from agente_hotelero.model.values import value

Chances = Callable[[str], Sequence[tuple[str, float]]]
"""A message → its labels with their probabilities, the likeliest first."""

MOST: Final = 3
"""So many wishes a message has at most."""
ASKED_FROM: Final = 0.2
"""What is less likely is not worth a question."""
STRAY_FROM: Final = 0.1
"""So likely a message is for somebody else before it must be surer of what it wants."""
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
BESIDE_NONE_OF: Final[Mapping[str, frozenset[str]]] = {
    "room_service": frozenset({"housekeeping"}),
    "housekeeping": frozenset({"room_service"}),
    "late_check_out": frozenset({"luggage"}),
    "breakfast": frozenset({"restaurant"}),
    "cancellation_policy": frozenset({"cancel_reservation"}),
    "check_in_info": frozenset({"services_info", "late_check_out"}),
}
"""What is likely only because rules know better what it is."""
A_ROOM: Final = frozenset({"ask_price", "check_availability", "make_reservation"})
"""One answer tells what is free and what it costs."""
BESIDE_ANYTHING: Final = A_ROOM - {"make_reservation"} | {
    *("wifi", "parking", "breakfast", "restaurant", "pool", "gym_spa", "pets", "transport", "location", "local_tips"),
    *("check_in_info", "check_out_info", "early_check_in", "late_check_out", "luggage", "cancellation_policy"),
    *("room_info", "services_info", "accessibility", "house_rules", "children", "invoice", "payment", "report_problem"),
}
"""Labels that are answered from what is known, and complaints, which must be heard: nothing is changed by one too many."""
SURE_OF_A_SENTENCE: Final = 0.7
SURE_OF_A_CLAUSE: Final = 0.85
"""So likely such a label must be in its part of the message."""
IN_THE_WHOLE: Final = 0.03
"""So likely the message as a whole must find what only a clause says."""
BESIDE_A_PART: Final = 0.1
"""So likely what rules read must be where a part says something else."""
IN_ITS_PART: Final = 0.15
"""So likely what is acted on already says the same part."""
MAY_BE_BROKEN: Final = frozenset(
    {
        *(Intent.WIFI, Intent.POOL, Intent.BREAKFAST, Intent.RESTAURANT, Intent.PARKING, Intent.GYM_SPA, Intent.PETS),
        *(Intent.ROOM_INFO, Intent.HOUSEKEEPING, Intent.HOUSE_RULES, Intent.ACCESSIBILITY, Intent.SERVICES_INFO),
    }
)
SENTENCES: Final = re.compile(r"[^.!?\n;]{1,2000}[.!?\n;]?")
ASKS: Final = re.compile(
    r"[?]|(?<!\w)(?:a que hora|hasta que|que horas|ate que|cuanto|quanto|how|what time|when|do you|is there|hay|tienen|tem)(?!\w)"
)


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
        return reading if is_settled(reading, text, context) else self.weighed(reading, text, context)

    def weighed(self, reading: Reading, text: str, context: Context) -> Reading:
        """What the model makes of what rules read, where that is not settled."""
        if is_an_answer(reading, text, context):
            return self._with_what_is_asked_beside(reading, text)
        return self._weighed(reading, text, context).reading

    def parse(self, text: str, context: Context) -> Parse:
        """The same with how sure it is, for who wants to see that."""
        reading = understand(text, context)
        if is_an_answer(reading, text, context):
            reading = self._with_what_is_asked_beside(reading, text)
            return Parse(reading=reading, labels=tuple((label, 1.0) for label in sorted(labels_of(reading))))
        return self._weighed(reading, text, context)

    def _weighed(self, reading: Reading, text: str, context: Context) -> Parse:
        # Rules know who asks for a language, and the model takes it for much else.
        text = without_language_asked(text)
        chances = self._chances(text[:READ_AT_MOST])
        likely = [(label, chance) for label, chance in chances if label in INTENTS]
        known = dict(chances)
        free = context.expecting is Expecting.NOTHING
        stray = free and not _tells_a_stay(reading) and self._is_stray(text, known)
        by_rules = reading.intents
        reading = without_the_absurd(reading, text, known, stray=stray) if free else reading
        filled = self._filled(reading, likely, text, least=SURE if stray else 0.0)
        filled = (
            filled
            if stray
            else _with_what_was_doubted(self._with_what_parts_say(filled, known, text), filled, by_rules, known)
        )
        filled = _without_what_is_broken(first_what_rules_read(filled, by_rules, known), text)
        return Parse(reading=filled, labels=_with_chances(filled, reading, known), stray=stray)

    def _is_stray(self, text: str, known: Mapping[str, float]) -> bool:
        """Two things in one message look like nothing a guest would say; of somebody else's each sentence is one."""
        if known.get(OUT_OF_SCOPE, 0.0) < STRAY_FROM:
            return False
        each = [dict(self._chances(part.text)) for part in parts_of(text[:READ_AT_MOST]) if part.whole]
        return len(each) <= 1 or any(chances.get(OUT_OF_SCOPE, 0.0) >= STRAY_FROM for chances in each)

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

    def _with_what_parts_say(self, reading: Reading, known: Mapping[str, float], text: str) -> Reading:
        """«Una doble del 5 al 8 de mayo, ¿hay wifi?»: labels compete for the whole; what is faint beside a room is sure in its part."""
        acted = labels_of(reading) - BY_RULES
        if len(acted) >= MOST:
            return reading
        found: dict[str, float] = {}
        for part in parts_of(text[:READ_AT_MOST]):
            by_rules = _by_rules(part)
            if not part.whole and (by_rules <= acted if by_rules else not acted):
                continue
            label, chance = self._wish_of(part, acted)
            if part.whole or label in by_rules or known.get(label, 0.0) >= IN_THE_WHOLE:
                found[label] = max(chance, found.get(label, 0.0))
        if "location" in found and _of_a_place_inside(text):
            del found["location"]
        return _with_the_surest(reading, found)

    def _with_what_is_asked_beside(self, reading: Reading, text: str) -> Reading:
        """«Me llamo Ana Ruiz. ¿Hay ascensor?»: no likelihood changes the answer, and it does not hide the question."""
        acted = labels_of(reading) - BY_RULES | A_ROOM
        return _with_the_surest(reading, dict(self._wish_of(part, acted) for part in questions_beside(reading, text)))

    def _wish_of(self, part: Part, acted: frozenset[str]) -> tuple[str, float]:
        """The label of a part and its chance; inform where it says nothing for sure, or what is acted on already."""
        chances = self._chances(part.text)
        label, chance = next(iter(chances), (INFORM, 0.0))
        same = label in A_ROOM and not acted.isdisjoint(A_ROOM)
        if label not in BESIDE_ANYTHING or same or _is_explained(label, acted, part.text):
            return INFORM, 0.0
        sure = max(SURE_OF_A_SENTENCE if part.whole else SURE_OF_A_CLAUSE, self._acts_from[label])
        said = any(its >= IN_ITS_PART for other, its in chances if other in acted)
        return (INFORM, 0.0) if chance < sure or said else (label, chance)

    def _acts(self, label: str, chance: float, reading: Reading, text: str) -> bool:
        least = max(self._acts_from[label], SECOND_FROM if reading.intents - TALK else 0.0)
        if chance < least or label in {"affirm", "deny"} or label in labels_of(reading):
            return False
        if _is_explained(label, labels_of(reading), text):
            return False
        if label in BY_RULES:
            return not reading.intents
        return label not in RISKY or not _acts(text).isdisjoint(VERBS[label])


def _is_explained(label: str, acted: frozenset[str], text: str) -> bool:
    """Whether rules know better what makes a label likely."""
    if label == "location" and _of_a_place_inside(text):
        return True
    return not acted.isdisjoint(BESIDE_NONE_OF.get(label, ()))


def _tells_a_stay(reading: Reading) -> bool:
    """Days and who comes: that is written to a hotel."""
    dates = reading.dates
    return dates is not None and dates.check_out is not None and any((reading.adults, reading.people, reading.room_key))


def _of_a_place_inside(text: str) -> bool:
    return of_a_place_inside(words_of(tokenise(fold(text))))


def _with_the_surest(reading: Reading, found: Mapping[str, float]) -> Reading:
    """What parts of a message say, so long as there is room; what they say for nothing is no wish."""
    room = MOST - len(labels_of(reading) - BY_RULES)
    surest = sorted(found.keys() - {INFORM}, key=lambda label: (-found[label], label))[: max(room, 0)]
    intents = reading.intents | {INTENTS[label] for label in surest}
    return replace(reading, intents=intents, perhaps=()) if surest else reading


def _with_what_was_doubted(
    reading: Reading, before: Reading, by_rules: frozenset[Intent], known: Mapping[str, float]
) -> Reading:
    """Where a part is sure of what the whole was not, the whole was wrong to find what else rules read absurd."""
    if reading is before:
        return reading
    likely = {intent for intent in by_rules - TALK if known.get(LABEL_OF.get(intent, ""), 0.0) >= BESIDE_A_PART}
    return replace(reading, intents=reading.intents | likely)


def _by_rules(part: Part) -> frozenset[str]:
    """What rules alone read in a part."""
    intents = read_intents(words_of(tokenise(fold(part.text)))) - TALK
    return frozenset(LABEL_OF[intent] for intent in intents if intent in LABEL_OF)


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


def _acts(text: str) -> frozenset[str]:
    return frozenset(act for word in words_in(text) for act in acts_of(word))


def _price_or_room(intents: frozenset[Intent], likely: Sequence[tuple[str, float]]) -> frozenset[Intent]:
    """Rules don't tell a price from a vacancy; what follows is the same, where nothing else that costs is named."""
    if Intent.AVAILABILITY not in intents or not intents.isdisjoint(COST_SOMETHING):
        return intents
    chances = dict(likely)
    if chances["ask_price"] <= chances["check_availability"]:
        return intents
    return intents - {Intent.AVAILABILITY} | {Intent.ASK_PRICE}
