"""Rules first, then the model: it fills in what they missed, and doubts what it thinks absurd."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue.reading import COST_SOMETHING, POLITE, Context, Expecting, Intent, Reading
from agente_hotelero.dialogue.understanding.features import words_in
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INTENTS, LABEL_OF, OUT_OF_SCOPE, RISKY
from agente_hotelero.dialogue.understanding.lexicon import concepts_of
from agente_hotelero.dialogue.understanding.offline import understand
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
STRAY_FROM: Final = 0.12
"""So likely a message is for somebody else before it must be surer of what it wants."""
SURE: Final = 0.9
VERBS: Final[Mapping[str, frozenset[str]]] = {
    "make_reservation": frozenset({"book"}),
    "modify_reservation": frozenset({"change", "extend"}),
    "cancel_reservation": frozenset({"cancel"}),
    "refund": frozenset({"refund"}),
    "payment": frozenset({"pay", "charged"}),
}
"""What must be said, of one such family of words, for that which changes something."""
TALK: Final = POLITE | {Intent.AFFIRM, Intent.DENY}
"""What stands beside nearly everything."""
NEVER_DOUBTED: Final = (
    TALK
    | {Intent.EMERGENCY, Intent.PERSON, Intent.HOURS, Intent.CHANGE_BOOKER}
    | {
        Intent.KEEP_RESERVATION,
        Intent.ABANDON,
        Intent.DISPUTED_CHARGE,
        Intent.DISCOUNT,
    }
)
"""What never waits for a model, and what has no label of its own."""


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
        return reading if is_an_answer(reading, context) else self.weighed(reading, text, context)

    def weighed(self, reading: Reading, text: str, context: Context) -> Reading:
        """What the model makes of what rules read, where that is no answer."""
        return self._weighed(reading, text, context).reading

    def parse(self, text: str, context: Context) -> Parse:
        """The same with how sure it is, for who wants to see that."""
        reading = understand(text, context)
        if is_an_answer(reading, context):
            return Parse(reading=reading, labels=tuple((label, 1.0) for label in sorted(labels_of(reading))))
        return self._weighed(reading, text, context)

    def _weighed(self, reading: Reading, text: str, context: Context) -> Parse:
        chances = self._chances(text[:READ_AT_MOST])
        likely = [(label, chance) for label, chance in chances if label in INTENTS]
        free = context.expecting is Expecting.NOTHING
        stray = free and dict(chances).get(OUT_OF_SCOPE, 0.0) >= STRAY_FROM
        doubted = reading.intents - NEVER_DOUBTED
        if stray:
            # «50 % off, only today»: sellers offer what guests ask for.
            doubted |= reading.intents & {Intent.DISCOUNT}
        if free and doubted:
            reading = _without_the_absurd(reading, doubted, dict(likely), below=SURE if stray else ABSURD_BELOW)
        filled = self._filled(reading, likely, text, least=SURE if stray else 0.0)
        return Parse(reading=filled, labels=_with_chances(filled, reading, dict(likely)), stray=stray)

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
        if chance < self._acts_from[label] or label in {"affirm", "deny"} or INTENTS[label] in reading.intents:
            return False
        if label in BY_RULES:
            return not reading.intents
        return label not in RISKY or not _families(text).isdisjoint(VERBS[label])


def labels_of(reading: Reading) -> frozenset[str]:
    """The labels that a reading acts on."""
    return frozenset(LABEL_OF[intent] for intent in reading.intents if intent in LABEL_OF)


def _with_chances(reading: Reading, by_rules: Reading, chances: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    sure = labels_of(by_rules)
    labels = {label: 1.0 if label in sure else chances.get(label, 1.0) for label in labels_of(reading)}
    return tuple(sorted(labels.items(), key=lambda one: (-one[1], one[0])))


def _families(text: str) -> frozenset[str]:
    return frozenset(concept for word in words_in(text) for concept in concepts_of(word))


def _without_the_absurd(
    reading: Reading, doubted: frozenset[Intent], chances: Mapping[str, float], *, below: float
) -> Reading:
    chance = {intent: _chance(intent, chances) for intent in doubted}
    if any(its >= below for its in chance.values()):
        # It wants this, and the more it wants the less likely seems each.
        below = min(below, ABSURD_BESIDE)
    absurd = {intent for intent, its in chance.items() if its < below}
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


def is_an_answer(reading: Reading, context: Context) -> bool:
    """Whether the open question has its answer: no likelihood may make more of it."""
    if reading.bare or reading.choice is not None or reading.faq is not None:
        return True
    if context.expecting is Expecting.NOTHING:
        return False
    if any((reading.name, reading.email, reading.phone, reading.code)):
        return True
    counts = (reading.dates, reading.nights, reading.adults, reading.people, reading.rooms, reading.room_key)
    return not reading.intents - TALK and any(one is not None for one in counts)
