"""`python -m agente_hotelero.learning.report [corpus folder]`: how well guests are understood, as tables and a drawing."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding.labels import LABELS
from agente_hotelero.learning import drawing, evaluating, model_file, phrases, sentences, values, values_report
from agente_hotelero.learning.drawing import Bar
from agente_hotelero.learning.evaluating import Case, confusions, figures, of_label

DRAWN: Final = Path("build/eval")
"""Where `understanding.svg` and `.json` go."""
GOALS: Final = {"nlupp_hotels_en": 0.74, "nlupp_hotels_es": 0.72}
"""Of the F1 of wishes, where one was set."""
MOST_RISKY: Final = 0.01
MOST_STRAYS: Final = 0.05
LEAST_BOTH: Final = 0.75
WORST: Final = 15
BAR: Final = 20
HEAD: Final = (
    "               messages     F1  prec. recall  answered  whole  right  asked  risky wrong  strays answered"
)
ABOUT: Final = """answered, whole, asked: of the messages that want something, those acted on, those acted on in all that they want, and
those asked back; right: of the answered, without a label too many; risky wrong: of all, a reservation or money touched
that was not meant. Two wishes: two short phrases of one author in one message, each of which is understood alone."""


def main() -> None:
    """Print our own phrases, each author read by a model of the others, and the corpora of a folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    files = sorted(folder.glob("*.jsonl")) if folder is not None else []
    sys.stdout.write(model_file.in_use() + "\n")
    every, encode_all = phrases.read(), sentences.encode_all if sentences.installed() else None
    reads = evaluating.by_strangers(every, encode_all)
    own, pairs = evaluating.own(every, reads), evaluating.pairs(every, reads)
    model = model_file.best()
    corpora = {file.stem: evaluating.corpus(file, model) for file in files}
    with_values = {file.stem: heard for file in files if (heard := values.corpus(file))}
    for line in (*lines(own, pairs, corpora), *values_report.lines(with_values)):
        sys.stdout.write(line + "\n")
    told = [bar for name, heard in with_values.items() for bar in values_report.bars(name, heard)]
    drawing.write(DRAWN, "understanding", [*bars("our phrases", own), *_of_pairs(pairs), *_of_corpora(corpora), *told])
    sys.stdout.write(f"\ndrawn: {DRAWN / 'understanding.svg'}\n")


def lines(own: Sequence[Case], pairs: Sequence[Case], corpora: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    """The whole report."""
    yield from _table("our phrases", {"all": own, **_by_language(own)})
    yield from _table("two wishes", {"all": pairs, **_by_language(pairs)})
    yield from _by_label(own)
    yield from _worst(own)
    for name, cases in corpora.items():
        yield ""
        yield from _table(name, {"all": cases})
        yield from _worst(cases)
    yield ""
    yield ABOUT


def bars(name: str, cases: Sequence[Case]) -> Iterator[Bar]:
    """What is drawn of some cases."""
    its = figures(cases)
    title = f"{name}: wishes"
    yield Bar(group=title, name="F1", share=its.f1, goal=GOALS.get(name))
    yield Bar(group=title, name="answered", share=its.answered)
    yield Bar(group=title, name="right, of the answered", share=its.right)
    yield Bar(group=title, name="risky and wrong", share=its.wrong_risky, goal=MOST_RISKY, at_most=True)
    if its.strays:
        yield Bar(group=title, name="strays answered", share=its.strays_answered, goal=MOST_STRAYS, at_most=True)


def _of_pairs(cases: Sequence[Case]) -> Iterator[Bar]:
    its = figures(cases)
    yield Bar(group="two wishes in a message", name="both answered", share=its.whole, goal=LEAST_BOTH)
    yield Bar(group="two wishes in a message", name="right, of the answered", share=its.right)


def _of_corpora(corpora: Mapping[str, Sequence[Case]]) -> Iterator[Bar]:
    for name, cases in corpora.items():
        yield from bars(name, cases)


def _by_language(cases: Sequence[Case]) -> Mapping[str, Sequence[Case]]:
    return {language: [case for case in cases if case.language is language] for language in Language}


def _table(title: str, groups: Mapping[str, Sequence[Case]]) -> Iterator[str]:
    yield title
    yield HEAD
    for name, cases in groups.items():
        its = figures(cases)
        yield (
            f"  {name:<12} {its.messages:>8} {_per_cent(its.f1)} {_per_cent(its.precision)} {_per_cent(its.recall)} {_per_cent(its.answered):>9}"
            f" {_per_cent(its.whole)} {_per_cent(its.right)} {_per_cent(its.asked)} {_per_cent(its.wrong_risky):>12} {_per_cent(its.strays_answered):>16}"
        )


def _by_label(cases: Sequence[Case]) -> Iterator[str]:
    yield ""
    yield "precision/recall by label              all           es           pt           en   recall"
    for label in sorted(LABELS):
        cells = [of_label(label, group) for group in (cases, *_by_language(cases).values())]
        told = "".join(f"{precision * 100:>8.0f}/{recall * 100:<4.0f}" for _, precision, recall in cells)
        yield f"  {label:<20} {cells[0][0]:>5}  {told}  {'█' * round(cells[0][2] * BAR)}"


def _worst(cases: Sequence[Case]) -> Iterator[str]:
    yield ""
    yield "taken for what it is not, most often"
    for meant, taken, times in confusions(cases)[:WORST]:
        yield f"  {times:>4}  {meant} → {taken}"


def _per_cent(share: float) -> str:
    return f"{share * 100:>6.1f}"


if __name__ == "__main__":
    main()
