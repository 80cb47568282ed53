"""Phrases that are like a message: those that share the most telling parts of words with it."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.features import features, words_in
from agente_hotelero.dialogue.understanding.model import Array
from agente_hotelero.learning.phrases import Phrase

MOST: Final = 10
OF_A_KIND: Final = 3
"""So many of the same labels at most: what it might be instead is worth seeing."""
LOOKED_AT: Final = 120
LEAST: Final = 0.05


class Nearest:
    """All phrases by their parts; takes a second to make, and some milliseconds to ask."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        counted = [_counted(phrase.text) for phrase in phrases]
        self._phrases = phrases
        self._numbers = {part: number for number, part in enumerate(dict.fromkeys(p for its in counted for p in its))}
        self._telling = _telling(counted, self._numbers)
        vectors = [self._vector(its) for its in counted]
        self._begins: Array = np.cumsum([0, *(len(numbers) for numbers, _ in vectors)])[:-1]
        self._at: Array = np.concatenate([numbers for numbers, _ in vectors])
        self._values: Array = np.concatenate([values for _, values in vectors])

    def __call__(self, text: str) -> Sequence[tuple[str, Sequence[str]]]:
        """The nearest, the nearest first, with their labels."""
        numbers, values = self._vector(_counted(text))
        asked: Array = np.zeros(len(self._telling), dtype=np.float32)
        asked[numbers] = values
        likeness: Array = np.add.reduceat(self._values * asked[self._at], self._begins)
        seen: Counter[frozenset[str]] = Counter()
        found: list[tuple[str, Sequence[str]]] = []
        for at in np.argsort(-likeness)[:LOOKED_AT].tolist():
            phrase = self._phrases[at]
            if likeness[at] < LEAST or len(found) == MOST:
                break
            if seen[phrase.labels] < OF_A_KIND:
                seen[phrase.labels] += 1
                found.append((phrase.text, sorted(phrase.labels)))
        return found

    def _vector(self, counts: Counter[str]) -> tuple[Array, Array]:
        known = [(self._numbers[part], count) for part, count in counts.items() if part in self._numbers]
        numbers: Array = np.array([number for number, _ in known], dtype=np.int32)
        values: Array = np.array([count for _, count in known], dtype=np.float32) * self._telling[numbers]
        return numbers, values / max(float(np.linalg.norm(values)), 1e-6)


def _counted(text: str) -> Counter[str]:
    return Counter(part for word in words_in(text) for part in _parts(word))


@lru_cache(maxsize=32_768)
def _parts(word: str) -> Sequence[str]:
    """The model's own, of one word."""
    return features(word)[0]


def _telling(counted: Sequence[Counter[str]], numbers: dict[str, int]) -> Array:
    """The rarer a part, the more it tells."""
    seen: Array = np.zeros(len(numbers), dtype=np.float32)
    for its in counted:
        seen[[numbers[part] for part in its]] += 1
    telling: Array = np.log((1 + len(counted)) / (1 + seen)) + 1
    return telling
