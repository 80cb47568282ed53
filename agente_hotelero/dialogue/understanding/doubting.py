"""What rules read and the model finds absurd: a word may be there by chance, and a message may be for somebody else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue.reading import COST_SOMETHING, TALK, Intent, Reading
from agente_hotelero.dialogue.understanding.features import words_in
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.intents import wants_to_cancel
from agente_hotelero.dialogue.understanding.labels import INTENTS, LABEL_OF
from agente_hotelero.dialogue.understanding.lexicon import concepts_of
from agente_hotelero.dialogue.understanding.tokens import tokenise, words_of

ABSURD_BELOW: Final = 0.3
"""So unlikely the model must find what rules read before that is dropped."""
ABSURD_BESIDE: Final = 0.02
"""The same beside something that it does not find absurd."""
SURE: Final = 0.95
"""So likely what seems to be for somebody else must be."""
ASKED: Final = 2
"""So many options at most are asked back."""
SELLS: Final = frozenset({"selling", "prize", "utility"})
"""What sellers talk about."""
HAVE_LABELS: Final = frozenset(INTENTS.values())
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


def without_the_absurd(reading: Reading, text: str, chances: Mapping[str, float], *, stray: bool) -> Reading:
    """The reading of a message that answers nothing; `stray`: it seems to be for somebody else."""
    plain = frozenset() if stray else _plainly_said(reading)
    spared = NEVER_DOUBTED | plain
    if stray and not SELLS.isdisjoint(_concepts(text)):
        # «50 % off, only today»: sellers offer what guests ask for.
        spared -= {Intent.DISCOUNT}
    if _likeliest(chances) == LABEL_OF[Intent.REPORT_PROBLEM]:
        # Rules and model think of the same: who complains is heard, were it to the wrong hotel.
        spared |= {Intent.REPORT_PROBLEM}
    if Intent.CANCEL_RESERVATION in reading.intents and not stray and wants_to_cancel(words_of(tokenise(fold(text)))):
        spared |= {Intent.CANCEL_RESERVATION}
    doubted = reading.intents - spared
    below = SURE if stray else ABSURD_BESIDE if plain else ABSURD_BELOW
    return _without(reading, doubted, chances, below=below) if doubted else reading


def _likeliest(chances: Mapping[str, float]) -> str | None:
    return max((label for label in chances if label in INTENTS), key=chances.__getitem__, default=None)


def first_what_rules_read(reading: Reading, by_rules: frozenset[Intent], chances: Mapping[str, float]) -> Reading:
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


def _concepts(text: str) -> frozenset[str]:
    return frozenset(concept for word in words_in(text) for concept in concepts_of(word))


def _without(reading: Reading, doubted: frozenset[Intent], chances: Mapping[str, float], *, below: float) -> Reading:
    chance = {intent: _chance(intent, chances) for intent in doubted | reading.intents - NEVER_DOUBTED}
    if any(its >= below for its in chance.values()):
        # It wants this, and the more it wants the less likely seems each.
        below = min(below, ABSURD_BESIDE)
    absurd = {intent for intent in doubted if chance[intent] < below}
    return replace(reading, intents=reading.intents - absurd) if absurd else reading


def _chance(intent: Intent, chances: Mapping[str, float]) -> float:
    its = chances.get(LABEL_OF.get(intent, ""), 1.0)
    return max(its, chances.get("ask_price", 1.0)) if intent is Intent.AVAILABILITY else its
