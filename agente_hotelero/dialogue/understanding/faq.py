"""Which of a hotel's own questions a message asks, by the words and letters that they share; none rather than a near miss."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log, sqrt
from typing import Final

from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.tokens import Kind, tokenise

ENOUGH: Final = 0.62
"""How alike a message and a wording must be, from 0 to 1."""
MARGIN: Final = 0.08
"""And how much more alike than any wording of another question."""
STEM: Final = 6
"""Letters of a word that count: «alquilan» and «alquilamos» are one."""
GRAM: Final = 3
OF_LETTERS: Final = 0.35
"""What shared letters weigh beside shared words: typos, and words put together."""
WORDS_AT_MOST: Final = 40
"""A longer message is no question, but a letter."""
HOTELS: Final = 64
_SMALL: Final = frozenset(
    "ahi ai alla aca aqui there here over qual quais use llevo a al algun alguna an and are as at ate avec be buen buenas buenos can com como con could cual cuales da dan das de del desde do does dos e e el ela ele elas eles en es esta estan"
    " eu favor for from gracias ha hace hacen hay have hello hi hola i in is it la las le les lo los me mi mis my na nas no nos o obrigado oi ola on or os para please por porfa posso"
    " puedo pueden podemos puede pode podem que quero queria quiero quisiera saber se ser si sobre so son su sus t tem tengo tenemos tenho tenes temos ter thanks the there tiene tienen to"
    " um uma un una unas unos us usted ustedes vc vcs voce voces vos we what when where which with y you your".split()
)
"""They stand in every question, and tell none from another."""

_PART: Final = re.compile(r"(?:(?!\s(?:y|e|and|also|ademas|además|também|tambien|también)\s)[^?!¿¡.,;:\n])+")
"""What asks one thing, of a message that asks several."""

Features = Mapping[str, float]


class Questions:
    """A hotel's questions, ready to be compared with; a word that many of them have tells little."""

    def __init__(self, questions: Sequence[Sequence[str]]) -> None:
        """`questions`: for each, some wordings of it."""
        cut = [[_words(wording) for wording in wordings] for wordings in questions]
        self._spread = Counter(word for wordings in cut for word in {word for words in wordings for word in words})
        self._count = len(cut)
        self._wordings = [[self._features(words) for words in wordings if words] for wordings in cut]

    def match(self, text: str) -> int | None:
        """Which question it is, from 0; None where none, or more than one, comes near."""
        return self._match(_words(text))

    def _match(self, words: Sequence[str]) -> int | None:
        if not words or len(words) > WORDS_AT_MOST:
            return None
        asked = self._features(words)
        scores = [max((_alike(asked, wording) for wording in wordings), default=0.0) for wordings in self._wordings]
        best = max(range(len(scores)), key=scores.__getitem__)
        others = max((score for number, score in enumerate(scores) if number != best), default=0.0)
        return best if scores[best] >= ENOUGH and scores[best] - others >= MARGIN else None

    def beside(self, text: str) -> tuple[tuple[int, ...], str]:
        """Which questions parts of a message ask that says more than that, and the message without those parts."""
        found: list[int] = []
        others, parts = text, list(_PART.finditer(text))
        for part in parts if len(parts) > 1 else ():
            # One word alone names a thing, and asks nothing: «tengo una bici, ¿dónde la dejo?».
            words = _words(part[0])
            which = self._match(words) if len(words) > 1 else None
            if which is not None:
                others = others[: part.start()] + " " * len(part[0]) + others[part.end() :]
                found += [which] if which not in found else []
        if not found:
            return (), text
        return (tuple(found), others) if len(found) > 1 or _words(others) else ((), text)

    def _features(self, words: Sequence[str]) -> Features:
        """Of one length: stems, weighted by how few questions have them, and the letters' weight beside them."""
        stems = {word: self._weight(word) for word in words}
        grams = Counter(gram for word in words for gram in _grams(word))
        return {**_of_length(stems, 1 - OF_LETTERS), **_of_length(grams, OF_LETTERS)}

    def _weight(self, word: str) -> float:
        return 1 + log((1 + self._count) / (1 + self._spread[word]))


@lru_cache(maxsize=HOTELS)
def questions(of_a_hotel: tuple[tuple[str, ...], ...]) -> Questions:
    """Prepared once a hotel."""
    return Questions(of_a_hotel)


def _words(text: str) -> list[str]:
    words = (token.text for token in tokenise(fold(text)) if token.kind is Kind.WORD)
    return [_stem(word) for word in words if word not in _SMALL]


def _stem(word: str) -> str:
    """Without the endings of plurals and of who does it: «bicis», «lavan», «lavar» are «bici» and «lava»."""
    bare = word.removesuffix("s")
    bare = bare[:-1] if len(bare) >= STEM - 1 and bare[-1] in "nmr" else bare
    return bare[:STEM]


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [f"~{padded[n : n + GRAM]}" for n in range(len(padded) - GRAM + 1)]


def _of_length(weights: Mapping[str, float], share: float) -> Features:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {name: weight * sqrt(share) / length for name, weight in weights.items()} if length else {}


def _alike(one: Features, other: Features) -> float:
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * many.get(name, 0.0) for name, weight in few.items())
