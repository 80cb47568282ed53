"""How values that were read are compared with those of a corpus, and how that is told and drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agente_hotelero.learning import drawing, values, values_report
from agente_hotelero.learning.drawing import Bar
from agente_hotelero.learning.values import Heard, Score

SVG = "{http://www.w3.org/2000/svg}"


def heard(wanted: str, said: str) -> Heard:
    """«date_from=2022-03-16 adults=2»."""
    pairs = [tuple(tuple(pair.split("=")) for pair in told.split()) for told in (wanted, said)]
    return Heard(text="…", wanted=pairs[0], said=pairs[1])  # type: ignore[arg-type]  # pairs of two


HEARD = [
    # The role is wrong, the day is right.
    heard("date=2022-03-16 people=2", "date_from=2022-03-16 adults=2"),
    # Of two equal values one was read.
    heard("adults=1 kids=1", "adults=1"),
    heard("time_from=08:00 time_to=10:00", "time=08:00 time_to=10:00 rooms=1"),
    heard("", "date_from=2022-03-20"),
]


def test_folded_values_are_counted_whatever_their_role() -> None:
    assert values.score(HEARD) == Score(hits=5, missed=1, invented=2)
    assert values.score(HEARD, kind="guests") == Score(hits=2, missed=1, invented=0)
    assert values.score(HEARD).f1 == 10 / 13
    assert values.whole(HEARD) == 1 / 4


def test_strict_values_want_the_slot_as_well() -> None:
    assert values.score(HEARD, folded=False) == Score(hits=2, missed=4, invented=5)


def test_nothing_read_is_nothing_right() -> None:
    nothing = values.score([heard("rooms=1", "")])
    assert (nothing.f1, nothing.precision, nothing.recall) == (0.0, 0.0, 0.0)


def line(text: str, **slots: tuple[str, object]) -> str:
    told = {name: {"text": of, "value": what} for name, (of, what) in slots.items()}
    return json.dumps({"text": text, "lang": "en", "slots": told})


def test_a_corpus_is_read_as_the_command_writes_it(tmp_path: Path) -> None:
    day, hour = {"day": 16, "month": 3, "year": 2022}, {"hour": 5, "minute": 0}
    file = tmp_path / "theirs.jsonl"
    file.write_text(
        "\n".join(
            [
                line("a room from tomorrow for 3 nights", date_from=("tomorrow", day), date_period=("3 nights", None)),
                line("we arrive at 5, a booking under Ann Lee", time=("5", hour), person_name=("Ann Lee", "ann lee")),
                line("a nice week", date_period=("week", None)),
            ]
        )
    )
    first, second, third = values.corpus(file)
    assert first.wanted == (("date_from", "2022-03-16"), ("date_period", "3"))
    assert set(first.said) == {*first.wanted, ("rooms", "1")}
    assert set(second.said) == set(second.wanted)
    assert third.wanted == ()


def test_a_corpus_without_values_has_nothing_to_measure(tmp_path: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text('{"text": "hola", "lang": "es"}\n')
    assert values.corpus(file) == []


def test_the_report_names_what_went_wrong_most() -> None:
    told = "\n".join(values_report.lines({"theirs": HEARD}))
    assert told.index("guests (1)") < told.index("2022-03-20") or "date (1)" in told
    assert "– ≠ 2022-03-20" in told
    assert "1 1 ≠ 1 " in told


def test_a_bar_is_as_long_as_its_share_and_red_where_its_goal_is_missed(tmp_path: Path) -> None:
    bars = [
        Bar(group="a", name="half", share=0.5),
        Bar(group="a", name="met", share=1.0, goal=0.9),
        Bar(group="b & c", name="too much", share=0.25, goal=0.1, at_most=True),
    ]
    drawing.write(tmp_path / "eval", "understanding", bars)
    svg = ET.fromstring((tmp_path / "eval/understanding.svg").read_text("utf-8"))
    drawn = [(int(bar.attrib["width"]), bar.attrib["fill"]) for bar in svg.iter(f"{SVG}rect")]
    assert drawn == [(210, drawing.COLOURS[None]), (420, drawing.COLOURS[True]), (105, drawing.COLOURS[False])]
    assert len(list(svg.iter(f"{SVG}line"))) == 2
    rows = json.loads((tmp_path / "eval/understanding.json").read_text("utf-8"))
    assert [(row["name"], row["met"]) for row in rows] == [("half", None), ("met", True), ("too much", False)]


def test_everything_that_is_told_is_drawn() -> None:
    names = [bar.name for bar in values_report.bars("theirs", HEARD)]
    assert names[:3] == ["folded F1", "strict F1", "whole messages"]
    assert {"date", "time", "guests", "rooms", "nights", "name"} <= set(names)


@pytest.mark.parametrize(("language", "strict"), [("en", 0.77), ("es", 0.76)])
def test_strangers_values_are_read(conformance_dir: Path, language: str, strict: float) -> None:
    theirs = values.corpus(conformance_dir / f"corpora/understanding/nlupp_hotels_{language}.jsonl")
    assert values.score(theirs).f1 >= values_report.GOAL
    assert values.score(theirs, folded=False).f1 >= strict
    assert all(values.score(theirs, kind=kind).f1 >= 0.85 for kind in ("time", "guests", "rooms", "nights"))
