"""Which room type a message names, in any of the hotel's languages and with a slip of the finger."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.phrases import REMEMBERED
from agente_hotelero.dialogue.understanding.slips import one_slip_apart

FILLERS: Final = frozenset(
    "habitacion habitaciones cuarto cuartos quarto quartos room rooms de con com with the to for of o a la el mi my y e and".split()
)
# Words for the same kind of room. A name that has one of a line goes by all of it.
SYNONYMS: Final = (
    ("individual", "individuales", "single", "singles", "sencilla", "habitacion simple", "cuarto simple", "quarto solteiro", "quarto de solteiro"),
    ("doble", "dobles", "double", "doubles", "duplo", "duplos", "matrimonial", "quarto de casal", "quarto casal"),
    ("triple", "triples", "triplo", "triplos"),
    ("suite", "suites", "suit"),
)  # fmt: skip
USUAL: Final = (
    ("single", "habitación individual"), ("single", "quarto individual"), ("single", "single room"), ("double", "habitación doble"), ("double", "quarto duplo"), ("double", "double room"),
    ("triple", "habitación triple"), ("triple", "triple room"), ("suite", "suite"), ("suite", "suíte"), ("apartment", "departamento"), ("apartment", "apartamento"), ("apartment", "apartment"),
)  # fmt: skip
"""Names of the rooms that most hotels have, where a message is read without a hotel."""
SHORTEST_WITH_SLIPS: Final = 5
NEGATIONS: Final = frozenset("no nao not sin sem menos without".split())
BETWEEN_NEGATION_AND_NAME: Final = frozenset("la el o a the un una um uma quiero quero want".split())


class _Part(NamedTuple):
    """A name of a room, or a telling word of it."""

    words: tuple[str, ...]
    key: str
    whole: bool
    """The whole name, not a word of it."""


class _Match(NamedTuple):
    begin: int
    end: int
    part: _Part


class _Names:
    """The names of a hotel's rooms by their first word, and the words that a slip may hit."""

    def __init__(self, names: tuple[tuple[str, str], ...]) -> None:
        self.by_first_word: dict[str, list[_Part]] = {}
        self._by_letter: dict[str, list[str]] = {}
        self._meant = lru_cache(maxsize=REMEMBERED)(self._look_up)
        for key, name in names:
            for number, text in enumerate(parts_of(name)):
                part = _Part(tuple(text.split()), key, number == 0)
                self.by_first_word.setdefault(part.words[0], []).append(part)
                if len(part.words) == 1 and len(text) >= SHORTEST_WITH_SLIPS:
                    self._by_letter.setdefault(text[0], []).append(text)

    def spelled(self, word: str) -> str:
        """The word that was meant; a slip rarely hits the first letter."""
        if len(word) < SHORTEST_WITH_SLIPS - 1 or word in self.by_first_word:
            return word
        return self._meant(word)

    def _look_up(self, word: str) -> str:
        return next((meant for meant in self._by_letter.get(word[0], ()) if one_slip_apart(word, meant)), word)


def read_room(words: Sequence[str], names: tuple[tuple[str, str], ...]) -> str | None:
    """The room type that is named: «junior suite» before «suite»; None where two are named."""
    known = _names(names)
    meant = [known.spelled(word) for word in words]
    begins = [place for place, word in enumerate(meant) if word in known.by_first_word]
    found = list(dict.fromkeys(match for place in begins for match in _matches(known, meant, place)))
    wanted = {one.part.key for one in found if not _negated(meant, one.begin) and not _covered(one, found)}
    return wanted.pop() if len(wanted) == 1 else None


@lru_cache(maxsize=256)
def _names(names: tuple[tuple[str, str], ...]) -> _Names:
    return _Names(names)


@lru_cache(maxsize=1_024)
def parts_of(name: str) -> tuple[str, ...]:
    """A name whole, its telling words, and what else people call such a room: «doble», «matrimonial»."""
    whole = fold(name)
    telling = [word for word in whole.split() if word not in FILLERS]
    others = [synonym for line in SYNONYMS if set(telling) & set(line) and len(telling) == 1 for synonym in line]
    return tuple(part for part in dict.fromkeys([whole, *telling, *others]) if len(part) > 1)


def _matches(known: _Names, words: Sequence[str], place: int) -> list[_Match]:
    """The names that begin at a word; of those, only the longest count, and whole names before words of a name."""
    if words[place] == "double" and words[place + 1 : place + 2] == ["check"]:
        return []
    here = [
        _Match(place, place + len(part.words), part)
        for part in known.by_first_word.get(words[place], ())
        if tuple(words[place : place + len(part.words)]) == part.words
    ]
    best = max(((one.end, one.part.whole) for one in here), default=None)
    return [one for one in here if (one.end, one.part.whole) == best]


def _covered(one: _Match, found: Sequence[_Match]) -> bool:
    """«suite» in «junior suite». Matches stand in order, so that those around one are its neighbours."""
    at = found.index(one)
    return any(other.begin < one.begin and one.end <= other.end for other in found[max(0, at - 4) : at])


def _negated(words: Sequence[str], place: int) -> bool:
    place -= 1
    while place >= 0 and words[place] in BETWEEN_NEGATION_AND_NAME:
        place -= 1
    return place >= 0 and words[place] in NEGATIONS
