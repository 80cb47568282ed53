"""What is told of the values that were read: a table by kind, and what was missed or invented, message by message."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agente_hotelero.learning import values
from agente_hotelero.learning.drawing import Bar
from agente_hotelero.learning.values import KINDS, Heard

GOAL: Final = 0.86
"""Folded F1, in each language."""
SHOWN: Final = 25
HEAD: Final = "                        F1  prec. recall  wanted  missed  invented"
ABOUT: Final = """folded: an arrival, a departure and any other day are dates, and adults, children and people are guests; strict: by the corpus' own
slots; whole: of the messages with values, those with every one right and no other. A «number» without a question is never read."""


def lines(corpora: Mapping[str, Sequence[Heard]]) -> Iterator[str]:
    """The whole report; nothing where no corpus has values."""
    for name, heard in corpora.items():
        yield ""
        yield from _table(name, heard)
        yield from _wrong(heard)
    if corpora:
        yield ""
        yield ABOUT


def bars(name: str, heard: Sequence[Heard]) -> Iterator[Bar]:
    """The same to be drawn."""
    title = f"{name}: values"
    yield Bar(group=title, name="folded F1", share=values.score(heard).f1, goal=GOAL)
    yield Bar(group=title, name="strict F1", share=values.score(heard, folded=False).f1)
    yield Bar(group=title, name="whole messages", share=values.whole(heard))
    for kind in _kinds():
        yield Bar(group=title, name=kind, share=values.score(heard, kind=kind).f1)


def _kinds() -> Sequence[str]:
    return tuple(dict.fromkeys(KINDS.values()))


def _table(name: str, heard: Sequence[Heard]) -> Iterator[str]:
    yield f"{name}: values"
    yield HEAD
    yield _line("folded", values.score(heard))
    yield _line("strict", values.score(heard, folded=False))
    for kind in _kinds():
        yield _line(f"  {kind}", values.score(heard, kind=kind))
    yield f"  whole messages  {values.whole(heard) * 100:>10.1f}"


def _line(name: str, its: values.Score) -> str:
    shares = "".join(f"{share * 100:>7.1f}" for share in (its.f1, its.precision, its.recall))
    return f"  {name:<17}{shares}{its.hits + its.missed:>8}{its.missed:>8}{its.invented:>10}"


def _wrong(heard: Sequence[Heard]) -> Iterator[str]:
    """Kinds in the order in which they cost most, of each some messages."""
    wrong = values.mistakes(heard)
    often = Counter(kind for kind, _ in wrong)
    yield ""
    yield "wanted ≠ read, the kinds first that go wrong most"
    for kind, times in often.most_common():
        yield f"  {kind} ({times})"
        for one in [one for of, one in wrong if of == kind][: max(1, SHOWN * times // len(wrong))]:
            yield f"    {values.named(one.wanted, kind)} ≠ {values.named(one.said, kind)}  | {one.text}"
