"""What a model sees of a message: parts of its words, the words and their neighbours, and what they mean to a front desk."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final

from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.lexicon import concepts_of

SHORTEST_PART: Final = 2
LONGEST_PART: Final = 4
LONGEST_WORD: Final = 24
"""What is longer is no word, and its parts say nothing."""
MOST_WORDS: Final = 120
"""Beyond this a message says nothing new of what it is about."""
WEIGHTS: Final = (1.0, 1.0, 0.7)
"""Of the three kinds, each a vector of length one."""
_WORD: Final = re.compile(r"[a-z0-9']+|[^\sa-z0-9]")
_DIGIT: Final = re.compile(r"[0-9]")

Blocks = tuple[Sequence[str], Sequence[str], Sequence[str]]


def features(text: str) -> Blocks:
    """The three kinds, each with repetitions; digits are all alike."""
    words = words_in(text)
    parts = [part for word in words for part in _parts(word)]
    return parts, _neighbours(words), _meanings(words)


def words_in(text: str) -> Sequence[str]:
    """Words and signs, folded, up to where a message says nothing new."""
    return _WORD.findall(_DIGIT.sub("0", fold(text)))[:MOST_WORDS]


@lru_cache(maxsize=8192)
def _parts(word: str) -> Sequence[str]:
    """«pool» → « p», «po», …, « pool», «pool »: prefixes and endings are told apart from what is inside."""
    if not (word[0].isascii() and word[0].isalnum()) or len(word) > LONGEST_WORD:
        return ()
    padded = f" {word} "
    return tuple(
        padded[begin : begin + length]
        for length in range(SHORTEST_PART, min(LONGEST_PART, len(padded)) + 1)
        for begin in range(len(padded) - length + 1)
    )


def _neighbours(words: Sequence[str]) -> Sequence[str]:
    return [*words, *(f"{one} {other}" for one, other in pairwise(("^", *words, "$")))]


def _meanings(words: Sequence[str]) -> Sequence[str]:
    each = [concept for word in words for concept in concepts_of(word)]
    return [*each, *(f"{one} {other}" for one, other in combinations(sorted(set(each)), 2))]
