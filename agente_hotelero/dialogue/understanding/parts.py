"""The parts of a message: who wants two things says one after the other, and each part tells its own better than the whole does."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.model.values import value

MOST: Final = 12
"""Whoever writes more of them writes a letter, and has said what it is about."""
LEAST_WORDS: Final = 2
"""One word alone names a thing, and asks nothing."""
_SENTENCES: Final = re.compile(
    r"(?<=[?!])(?![?!])\s*|(?<=[.;])\s+|\n|,?\s+(?=(?:tambi[eé]n|tamb[eé]m|adem[aá]s|al[eé]m disso|also)\s)",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(r",\s+|\s(?:y|e|and|plus)\s|\s-\s", re.IGNORECASE)


@value
class Part:
    """A sentence, or a clause of one."""

    text: str
    whole: bool
    """It ends where a sentence does; a comma may stand within what is one wish."""


def parts_of(text: str) -> Sequence[Part]:
    """Sentences, and the clauses of those that have several; none where there is but one of all."""
    sentences = _cut(text, _SENTENCES)
    found = [Part(text=sentence, whole=True) for sentence in sentences] if len(sentences) > 1 else []
    for sentence in sentences:
        clauses = _cut(sentence, _CLAUSES)
        found += [Part(text=clause, whole=False) for clause in clauses] if len(clauses) > 1 else []
    return [part for part in found if len(part.text.split()) >= LEAST_WORDS][:MOST]


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    return [part for part in map(str.strip, where.split(text)) if part]
