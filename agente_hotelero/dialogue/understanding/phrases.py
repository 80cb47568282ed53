"""A small language for phrases, and one pass over a message that finds all of them.

A phrase is words in order. `word*` is the beginning of a word, `#` a number, `(a/b/c_d)` one or the other («c d» being
two words), `word?` may be missing, `..` is up to four words of any kind (of one clause), and `$` says that the clause
ends here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Final, Generic, NamedTuple, TypeVar

from agente_hotelero.dialogue.understanding.tokens import BREAK

Label = TypeVar("Label")
GAP: Final = 4
REMEMBERED: Final = 5_000
_ITEM: Final = re.compile(r"\([^)]*\)\??|\S+")


class Found(NamedTuple, Generic[Label]):
    """A phrase in a message: words `begin` to `end`."""

    label: Label
    begin: int
    end: int


class _Item:
    """One place of a phrase: what may stand there."""

    __slots__ = ("beginnings", "number", "words")

    def __init__(self, words: frozenset[str], beginnings: tuple[str, ...]) -> None:
        self.words = words
        self.beginnings = beginnings
        self.number = "#" in words

    def has(self, word: str) -> bool:
        if word in self.words or (self.number and word.isdigit()):
            return True
        return bool(self.beginnings) and word.startswith(self.beginnings)


_GAP: Final = _Item(frozenset({".."}), ())
_END: Final = _Item(frozenset({"$"}), ())


class Phrasebook(Generic[Label]):
    """Phrases by their first word, so that a word of a message meets only those that may begin with it."""

    def __init__(self, phrases: Mapping[Label, str]) -> None:
        """`phrases`: for each label, phrases separated by `|`."""
        self._whole: dict[str, list[tuple[Label, tuple[_Item, ...]]]] = {}
        self._beginnings: dict[str, list[tuple[Label, tuple[_Item, ...]]]] = {}
        for label, text in phrases.items():
            for items in (items for phrase in text.split("|") for items in _variants(phrase)):
                for word in items[0].words:
                    self._whole.setdefault(word, []).append((label, items[1:]))
                for beginning in items[0].beginnings:
                    self._beginnings.setdefault(beginning, []).append((label, items[1:]))
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        # The phrases that may begin with a word: guests use few words, again and again.
        self.begins_with = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def find(self, words: Sequence[str]) -> Iterator[Found[Label]]:
        """Every phrase of a message, by place."""
        for place, word in enumerate(words):
            if self.begins_with(word):
                yield from self.at(words, place)

    def at(self, words: Sequence[str], place: int) -> Iterator[Found[Label]]:
        """The phrases that begin at a word."""
        for label, items in self.begins_with(words[place]):
            end = _end(words, place + 1, items)
            if end is not None:
                yield Found(label, place, end)

    def _look_up(self, word: str) -> Sequence[tuple[Label, tuple[_Item, ...]]]:
        groups = [self._whole.get(word, ())]
        groups += [self._beginnings.get(word[:length], ()) for length in self._lengths if length <= len(word)]
        return tuple(candidate for group in groups for candidate in group)

    def longest(self, words: Sequence[str], place: int) -> Found[Label] | None:
        """The longest phrase that begins at a word."""
        best: Found[Label] | None = None
        for found in self.at(words, place):
            if best is None or found.end > best.end:
                best = found
        return best


def _variants(phrase: str) -> Iterator[tuple[_Item, ...]]:
    """A phrase with and without what may be missing, and with each choice that is several words."""
    for chosen in product(*map(_choices, _ITEM.findall(phrase))):
        yield tuple(item for items in chosen for item in items)


def _choices(text: str) -> list[tuple[_Item, ...]]:
    optional = text.endswith("?") and len(text) > 1
    words = text.removesuffix("?").strip("()").split("/")
    choices = [tuple(_item([word]) for word in several.split("_")) for several in words if "_" in several]
    single = [word for word in words if "_" not in word]
    if single:
        choices.append((_item(single),))
    return [*choices, ()] if optional else choices


def _item(words: Sequence[str]) -> _Item:
    if words == [".."]:
        return _GAP
    if words == ["$"]:
        return _END
    whole = frozenset(word for word in words if not word.endswith("*"))
    return _Item(whole, tuple(word[:-1] for word in words if word.endswith("*")))


def _end(words: Sequence[str], place: int, items: Sequence[_Item]) -> int | None:
    """Where the rest of a phrase ends, if it is there. A gap is tried at most GAP + 1 times, and phrases have two at most."""
    for index, item in enumerate(items):
        if item is _GAP:
            return _after_gap(words, place, items[index + 1 :])
        if item is _END:
            if place < len(words) and words[place] != BREAK:
                return None
        elif place >= len(words) or not item.has(words[place]):
            return None
        else:
            place += 1
    return place


def _after_gap(words: Sequence[str], place: int, items: Sequence[_Item]) -> int | None:
    for skipped in range(GAP + 1):
        if BREAK in words[place : place + skipped]:
            return None
        end = _end(words, place + skipped, items)
        if end is not None:
            return end
    return None
