"""How well the values in messages are read (days, people, hours, names), measured on strangers' corpora.

Folded, as the measure is meant to be read: an arrival, a departure and any other day are all a date; adults, children
and people are all guests. In a conversation the question that was asked tells which one is meant. Strict: the slot
as well, by the corpus' own names.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from agente_hotelero.dialogue.reading import Context, Language
from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.plain import slots_of
from agente_hotelero.learning.evaluating import TODAY
from agente_hotelero.model.values import value

OURS: Final = {
    "check_in": "date_from", "check_out": "date_to", "past_dates": "date", "time": "time", "time_to": "time_to", "adults": "adults", "children": "kids", "guests": "people",
    "rooms": "rooms", "nights": "date_period", "name": "person_name",
}  # fmt: skip
"""Our names of slots, and NLU++'s."""
KINDS: Final = {
    "date": "date", "date_from": "date", "date_to": "date", "time": "time", "time_from": "time", "time_to": "time", "adults": "guests", "kids": "guests", "people": "guests",
    "rooms": "rooms", "date_period": "nights", "person_name": "name", "number": "number",
}  # fmt: skip
"""NLU++'s slots, folded. A bare «number» we never read: without a question it counts anything."""
_LENGTH: Final = re.compile(r"(?P<count>[0-9]+|[a-z]+) (?P<unit>noche|night|dia|day|semana|week|fortnight)")
_DAYS: Final = {"semana": 7, "week": 7, "fortnight": 14}

Told = tuple[str, str]
"""A slot, or a kind, and its value."""


@value
class Heard:
    """A message, what values it has, and what was read."""

    text: str
    wanted: tuple[Told, ...]
    said: tuple[Told, ...]
    """Both by the corpus' names of slots."""


@value
class Score:
    """How many values were read right, not read, and read where there are none."""

    hits: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def precision(self) -> float:
        """Of those read, 0 to 1."""
        return self.hits / (self.hits + self.invented) if self.hits else 0.0

    @property
    def recall(self) -> float:
        """Of those to be read, 0 to 1."""
        return self.hits / (self.hits + self.missed) if self.hits else 0.0

    @property
    def f1(self) -> float:
        """Of both."""
        return 2 * self.hits / (2 * self.hits + self.missed + self.invented) if self.hits else 0.0


def corpus(file: Path) -> list[Heard]:
    """Read every message by itself, nothing being asked or known; none where the corpus tells no values."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [_heard(line) for line in lines] if any(line.get("slots") for line in lines) else []


def score(heard: Sequence[Heard], *, folded: bool = True, kind: str | None = None) -> Score:
    """All of a corpus, or one kind of it."""
    hits = missed = invented = 0
    for one in heard:
        wanted, said = (Counter(_named(told, folded=folded, kind=kind)) for told in (one.wanted, one.said))
        both = (wanted & said).total()
        hits, missed, invented = hits + both, missed + wanted.total() - both, invented + said.total() - both
    return Score(hits=hits, missed=missed, invented=invented)


def whole(heard: Sequence[Heard]) -> float:
    """The share of messages with values of which every one was read, and no other."""
    some = [one for one in heard if one.wanted or one.said]
    right = [one for one in some if Counter(_named(one.wanted)) == Counter(_named(one.said))]
    return len(right) / len(some) if some else 0.0


def mistakes(heard: Sequence[Heard]) -> list[tuple[str, Heard]]:
    """Each kind and message that went wrong, by kind."""
    wrong = []
    for kind in sorted(set(KINDS.values())):
        wrong += [
            (kind, one)
            for one in heard
            if Counter(_named(one.wanted, kind=kind)) != Counter(_named(one.said, kind=kind))
        ]
    return wrong


def named(told: Sequence[Told], kind: str) -> str:
    """The values of a kind, for people."""
    return " ".join(text for _, text in _named(told, kind=kind)) or "–"


def _named(told: Sequence[Told], *, folded: bool = True, kind: str | None = None) -> Iterator[Told]:
    for slot, text in told:
        if kind in {None, KINDS[slot]}:
            yield (KINDS[slot] if folded else slot), text


def _heard(line: Mapping[str, Any]) -> Heard:
    context = Context(today=TODAY, languages=tuple(Language), prior=Language(line["lang"]))
    said = slots_of(understand(line["text"], context))
    return Heard(
        text=line["text"],
        wanted=tuple(told for slot, one in (line.get("slots") or {}).items() for told in _theirs(slot, one)),
        said=tuple((OURS[slot], text) for slot, one in said.items() if slot in OURS for text in _texts(one)),
    )


def _theirs(slot: str, one: Mapping[str, Any]) -> Iterator[Told]:
    """A slot of the corpus with its value; a length has none there, and is counted from its words."""
    what = one["value"]
    if slot == "date_period":
        length = _length(one["text"])
        if length is not None:
            yield slot, str(length)
    elif slot in KINDS:
        yield slot, _text(what)


def _text(what: Any) -> str:
    if isinstance(what, dict) and "month" in what:
        return f"{what['year']}-{what['month']:02}-{what['day']:02}"
    if isinstance(what, dict):
        return f"{what['hour']:02}:{what['minute']:02}"
    return fold(str(what))


def _texts(one: Any) -> Sequence[str]:
    return [fold(str(each)) for each in (one if isinstance(one, list) else [one])]


def _length(text: str) -> int | None:
    found = _LENGTH.search(fold(text))
    count = (
        None if found is None else NUMBERS.get(found["count"], int(found["count"]) if found["count"].isdigit() else 0)
    )
    return None if found is None or not count else count * _DAYS.get(found["unit"], 1)
