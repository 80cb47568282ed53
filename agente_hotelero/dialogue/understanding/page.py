"""The words of a message as the date rules see them, and a day that a rule found there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.calendar_words import Phrases
from agente_hotelero.dialogue.understanding.spelling import meant
from agente_hotelero.dialogue.understanding.tokens import Kind, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One named day, in the tokens from `begin` to `end`. What it leaves open (month, year) is None.

    `fixed` is a day known at once; with `last` it is a range in itself, such as a weekend. `weekday` is the one named,
    alone or beside a date. `swapped`: 5/6 might be June's or May's; `month_first`: 5/13 is May's. `sure` is False for
    a bare number that only its neighbours can make a day. `others` are all the days that may be meant, where it is asked.
    """

    begin: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    fixed: date | None = None
    last: date | None = None
    weekday: int | None = None
    swapped: bool = False
    month_first: bool = False
    sure: bool = True
    others: tuple[date, ...] = ()


class Page:
    """The words of a message, and the questions that rules ask about them. Outside of it every word is empty."""

    def __init__(self, tokens: Sequence[Token], *, country: str | None = None) -> None:
        """Texts are looked up more often than anything else. `country` is the hotel's, whose holidays count."""
        self.tokens = tokens
        self.country = country
        self._texts = [meant(token.text) for token in tokens]

    def text(self, place: int) -> str:
        """The word there."""
        return self._texts[place] if 0 <= place < len(self._texts) else ""

    def kind(self, place: int) -> Kind | None:
        """What stands there."""
        return self.tokens[place].kind if 0 <= place < len(self.tokens) else None

    def phrase(self, place: int, phrases: Phrases) -> tuple[str, ...] | None:
        """The longest of the phrases that begins there."""
        for phrase in phrases.get(self.text(place), ()):
            if tuple(self._texts[place : place + len(phrase)]) == phrase:
                return phrase
        return None

    def skip(self, place: int, words: frozenset[str]) -> int:
        """The first place from there on that has none of these words."""
        while self.text(place) in words:
            place += 1
        return place

    def between(self, begin: int, end: int) -> list[str]:
        """The words from `begin` until before `end`."""
        return self._texts[begin:end]

    def has(self, phrases: Phrases) -> bool:
        """Whether one of the phrases stands anywhere."""
        return any(self.phrase(place, phrases) is not None for place, text in enumerate(self._texts) if text in phrases)

    def counts_something(self, place: int) -> bool:
        """Whether the word there is what a number before it counts."""
        text = self.text(place)
        return text in said.UNIT_WORDS or text.startswith(said.UNITS)

    def year(self, place: int) -> tuple[int | None, int]:
        """A year after a date, and where the date ends."""
        at = self.skip(place, said.OF | {",", "."})
        if self.kind(at) is Kind.NUMBER and at - place <= 2 and 2000 <= self.tokens[at].numbers[0] < 2100:  # noqa: PLR2004 - this century
            return self.tokens[at].numbers[0], at + 1
        return None, place
