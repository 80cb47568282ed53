"""How mistakes are counted, and that there are no more of them than there were."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding.model import Model
from agente_hotelero.learning import model_file, phrases, sentences
from agente_hotelero.learning.evaluating import Case, by_strangers, confusions, corpus, figures, of_label, own, pairs
from agente_hotelero.learning.report import lines


def case(wanted: str, acted: str, *, accepted: str = "", stray: bool = False) -> Case:
    labels = frozenset(wanted.split())
    return Case(
        text="…",
        language=Language.ES,
        wanted=labels,
        accepted=labels | frozenset(accepted.split()),
        acted=frozenset(acted.split()),
        asked=False,
        stray=stray,
    )


CASES = [
    case("pool", "pool"),
    case("pool pets", "pool"),
    case("pool", "refund"),
    case("parking", ""),
    case("wifi", "wifi greet", accepted="greet"),
    case("", "pets", stray=True),
    case("", "greet", stray=True, accepted="greet"),
]


def test_labels_and_messages_are_counted() -> None:
    its = figures(CASES)
    assert (its.precision, its.recall) == (3 / 5, 3 / 6)
    assert (its.answered, its.whole, its.right) == (4 / 5, 2 / 5, 3 / 4)
    assert (its.wrong_risky, its.strays_answered) == (1 / 7, 1 / 2)
    assert of_label("pool", CASES) == (3, 1.0, 2 / 3)
    assert confusions(CASES) == [("pool", "refund", 1), ("out_of_scope", "pets", 1)]


def test_the_report_shows_each_label_and_corpus() -> None:
    told = "\n".join(lines(CASES, CASES, {"theirs": CASES}))
    assert "pool → refund" in told
    assert "\n  pool " in told
    assert "\ntheirs\n" in told


def test_pairs_join_two_wishes_of_an_author_that_are_each_understood_alone() -> None:
    few = [phrase for phrase in phrases.read() if phrase.file in {"wifi", "pool", "pets"}]
    joined = pairs(few, by_strangers(few))
    assert len(joined) > len(few) / 10
    for case in joined:
        begins = [one for one in few if case.text.startswith(one.text.rstrip("?.! "))]
        ends = [other for other in few if case.text.endswith(other.text)]
        together = {(one.author, one.labels | other.labels) for one in begins for other in ends}
        assert any(wanted == case.wanted and len(wanted) > 1 for _, wanted in together)
        assert {one.author for one in begins} & {other.author for other in ends}


@pytest.mark.long
@pytest.mark.parametrize("model", [model_file.load, model_file.best])
@pytest.mark.parametrize(("language", "floor"), [("en", 0.74), ("es", 0.72)])
def test_strangers_messages_are_understood(
    conformance_dir: Path, language: str, floor: float, model: Callable[[], Model]
) -> None:
    its = figures(corpus(conformance_dir / f"corpora/understanding/nlupp_hotels_{language}.jsonl", model()))
    assert its.f1 >= floor
    assert its.right >= 0.86
    assert its.wrong_risky <= 0.02


@pytest.mark.long
@pytest.mark.parametrize("semantic", [False, True])
def test_an_author_who_was_never_read_is_understood(semantic: bool) -> None:
    if semantic and sentences.installed() is None:
        pytest.skip("the extra `semantic` is not installed")
    every = phrases.read()
    its = figures(own(every, by_strangers(every, sentences.encode_all if semantic else None)))
    assert its.f1 >= (0.79 if semantic else 0.75)
    assert its.right >= 0.91
    assert its.whole >= 0.65
    assert its.answered >= 0.74
    assert its.wrong_risky <= 0.01
    assert its.strays_answered <= 0.05


@pytest.mark.long
@pytest.mark.parametrize("semantic", [False, True])
def test_two_wishes_in_a_message_are_both_answered(semantic: bool) -> None:
    if semantic and sentences.installed() is None:
        pytest.skip("the extra `semantic` is not installed")
    every = phrases.read()
    its = figures(pairs(every, by_strangers(every, sentences.encode_all if semantic else None)))
    assert its.messages >= 1_000
    assert its.whole >= 0.8
    assert its.right >= 0.95
