"""Tables and verdicts say what was measured, and nothing better."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.__main__ import missed_in
from benchmarks.ack import paired
from benchmarks.report import Row, interleaved, report, table

GOOD = Row(measure="speed", subject="ours", value=1234.5, unit="/s", ratio=1.5, wanted="≥ 1 ×", met=True)
BAD = Row(measure="delay", subject="ours & theirs", value=0.0123, unit="s", ratio=0.25, wanted="< 1 ms", met=False)
PLAIN = Row(measure="speed", subject="theirs", value=823.0, unit="/s", ratio=1.0)


def test_a_table_shows_value_ratio_budget_and_verdict_of_each_row() -> None:
    lines = table([GOOD, PLAIN, BAD]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["speed", "ours", "1,234", "/s", "1.50", "×", "≥", "1", "×", "met"],
        ["speed", "theirs", "823", "/s", "1.00", "×"],
        ["delay", "ours", "&", "theirs", "0.0123", "s", "0.25", "×", "<", "1", "ms", "MISSED"],
    ]


def test_a_report_writes_the_same_figures_as_json(tmp_path: Path) -> None:
    result = report("speed", [GOOD, BAD], directory=tmp_path)
    written = json.loads((tmp_path / "speed.json").read_text("utf-8"))
    assert written == result
    assert [(row["value"], row["met"]) for row in written["rows"]] == [(1234.5, True), (0.0123, False)]


def test_a_report_draws_a_bar_for_each_row_longest_for_the_largest(tmp_path: Path) -> None:
    report("speed", [GOOD, PLAIN, BAD], directory=tmp_path)
    svg = ET.fromstring((tmp_path / "speed.svg").read_text("utf-8"))
    widths = [int(bar.attrib["width"]) for bar in svg.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths == [420, 280, 420]


def test_the_summary_names_every_missed_budget_and_no_other(tmp_path: Path) -> None:
    result = report("speed", [GOOD, PLAIN, BAD], directory=tmp_path)
    assert missed_in(result) == ["delay, ours & theirs: < 1 ms"]


def test_cases_are_run_in_turn_and_the_median_is_taken() -> None:
    calls: list[str] = []
    values = {"a": iter((3.0, 100.0, 1.0)), "b": iter((7.0, 7.0, 8.0))}

    def case(name: str) -> float:
        calls.append(name)
        return next(values[name])

    assert interleaved({"a": lambda: case("a"), "b": lambda: case("b")}, repetitions=3) == {"a": 3.0, "b": 7.0}
    assert calls == ["a", "b"] * 3


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # The second round was disturbed: both fell to a tenth, and their ratio stays.
    assert paired([50.0, 5.0, 60.0], [100.0, 10.0, 100.0]) == 0.5


def test_benchmarks_run_where_there_is_no_pytest() -> None:
    # Their virtual environment holds what runs and what is measured against, not what tests.
    without = "import sys; sys.modules['pytest'] = None; import benchmarks.__main__"
    assert subprocess.run([sys.executable, "-c", without], check=False).returncode == 0
