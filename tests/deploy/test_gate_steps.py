"""How one step is looked at: what a program says, which line of it tells, and what becomes of a step that breaks."""

import sys
from pathlib import Path

import pytest

from scripts.gate import __main__ as gate
from scripts.gate import source
from scripts.gate.outcome import FailedError, MissingError, Outcome, State
from scripts.gate.report import LINE, table
from scripts.gate.steps import Step
from scripts.gate.workbench import Said, Workbench, without_settings


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(root=tmp_path, log=tmp_path / "build" / "step.log")


# Programs.


def test_what_a_program_said_is_answered_and_kept(bench: Workbench) -> None:
    said = bench.run(sys.executable, "-c", "import sys; print('one'); print('two', file=sys.stderr); sys.exit(3)")
    again = bench.run(sys.executable, "-c", "print('three')")
    assert (said.code, sorted(said.lines), again.lines) == (3, ["one", "two"], ("three",))
    assert [line for line in bench.log.read_text().splitlines() if line[0] != "$"] == [*said.lines, "three"]


def test_a_program_that_must_end_well_and_does_not_fails_with_the_line_that_tells(bench: Workbench) -> None:
    with pytest.raises(FailedError, match=r"^a\.py:1: bad \(and 1 more\)$"):
        bench.check(
            "sh",
            "-c",
            "echo looking; echo a.py:1: bad; echo b.py:2: bad; echo 2 found; exit 1",
            telling=(r"^\S+:\d+: .*",),
        )


@pytest.mark.parametrize(
    ("lines", "patterns", "telling"),
    [
        (("a", "b", ""), (), "b"),
        (("error: x", "note: y"), (r"^warning: .*", r"^error: (.*)"), "x"),
        (("nothing", "of it"), (r"^error: .*",), "of it"),
        ((), (), "it says nothing"),
    ],
)
def test_the_line_that_tells_is_the_first_that_fits_or_the_last(
    lines: tuple[str, ...], patterns: tuple[str, ...], telling: str
) -> None:
    assert Said(code=1, lines=lines).telling(*patterns) == telling


def test_while_a_program_runs_its_last_line_is_told(tmp_path: Path) -> None:
    """The program ends only after it was told."""
    heard: list[str] = []

    def progress(words: str) -> None:
        heard.append(words)
        if "half-way" in words:
            (tmp_path / "go").touch()

    bench = Workbench(root=tmp_path, log=tmp_path / "step.log", progress=progress, heartbeat_seconds=0.01)
    said = bench.run("sh", "-c", "echo half-way; until [ -e go ]; do :; done; echo done")
    assert said.lines == ("half-way", "done")
    assert any(words.endswith("half-way") for words in heard)


def test_what_comes_with_development_is_found_or_named_with_how_to_have_it(bench: Workbench) -> None:
    assert bench.module("pytest") == [sys.executable, "-m", "pytest"]
    with pytest.raises(MissingError, match="no pytset here; make lint installs it"):
        bench.module("pytset")
    with pytest.raises(MissingError, match="no promtoool here; apt-get install it"):
        bench.program("promtoool", "apt-get install it")


def test_settings_of_whoever_runs_it_are_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTE_ENV", "production")
    monkeypatch.setenv("HOME", "/nowhere")
    assert "AGENTE_ENV" not in without_settings()
    assert without_settings(PYTHONPATH="here").items() >= {("HOME", "/nowhere"), ("PYTHONPATH", "here")}


# Tests that are run by a step.

SKIPPED = "SKIPPED [1] tests/a.py:3: no promtool here; apt-get install prometheus"


@pytest.mark.parametrize(
    ("test", "error", "words"),
    [
        ("assert 1 == 2", FailedError, r"FAILED test_it\.py::test_it - assert 1 == 2"),
        ("pytest.skip('no x here; apt-get install x')", MissingError, "1 skipped: no x here; apt-get install x"),
    ],
)
def test_a_test_that_fails_and_one_that_misses_a_program_are_told_apart(
    bench: Workbench, test: str, error: type[Exception], words: str
) -> None:
    (bench.root / "pytest.ini").write_text("[pytest]\naddopts = -ra\n")
    (bench.root / "test_it.py").write_text(f"import pytest\ndef test_it(): {test}\n")
    with pytest.raises(error, match=words):
        source.tested(bench, "test_it.py")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("..", "2 passed in 0.01s"), "2 passed"),
        (("===== 2 passed, 1 skipped in 61.20s (0:01:01) =====", "TOTAL 97%"), "2 passed, 1 skipped"),
        (("SKIPPED [1] tests/a.py:3: only root can", "1 passed, 1 skipped in 0.5s"), "1 passed, 1 skipped"),
    ],
)
def test_tests_that_passed_are_counted(lines: tuple[str, ...], words: str) -> None:
    assert source._whole(Said(code=0, lines=lines)) == words


def test_tests_that_passed_but_for_a_program_that_is_missing_are_not_done() -> None:
    with pytest.raises(MissingError, match="1 passed, 1 skipped: no promtool here; apt-get install prometheus"):
        source._whole(Said(code=0, lines=(SKIPPED, "== 1 passed, 1 skipped in 0.5s ==")))


def test_no_test_at_all_is_a_failure() -> None:
    with pytest.raises(FailedError, match="no test was run"):
        source._whole(Said(code=0, lines=("no tests ran in 0.01s",)))


# The run.


def breaks(_: Workbench) -> str:
    raise ZeroDivisionError("by zero")


def stops(_: Workbench) -> str:
    raise KeyboardInterrupt


def well(_: Workbench) -> str:
    return "all\nis  well"


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gate, "LOGS", tmp_path)
    return tmp_path


def test_a_step_that_breaks_has_failed_and_the_others_go_on(logs: Path) -> None:
    outcomes, interrupted = gate._all([Step("one", breaks), Step("two", well)])
    assert [(one.step, one.state, one.why) for one in outcomes] == [
        ("one", State.FAILED, "the step itself broke: ZeroDivisionError('by zero')"),
        ("two", State.DONE, "all is well"),
    ]
    assert not interrupted


def test_what_an_interruption_leaves_is_not_done_and_the_table_is_still_shown(
    logs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "STEPS", (Step("one", well), Step("two", stops), Step("three", well)))
    assert gate.main([]) == gate.INTERRUPTED
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "1 DONE, 0 FAILED, 2 NOT DONE. The gate is shut: two, three"
    assert [line.split()[-1] for line in said if "NOT DONE  " in line] == ["interrupted", "interrupted"]


def test_a_step_that_failed_is_not_accepted_and_a_long_reason_stays_on_its_line() -> None:
    failed = Outcome(step="one", state=State.FAILED, seconds=1.25, why="x" * 1000)
    missing = Outcome(step="two-and-more", state=State.NOT_DONE, seconds=0, why="no docker here")
    head, first, second, _, answer = table([failed, missing], frozenset({"one", "two-and-more"})).splitlines()
    assert head == "STEP          RESULT    SECONDS  WHY"
    assert first == f"one           FAILED        1.2  {'x' * (LINE - 1)}…"
    assert second == "two-and-more  NOT DONE      0.0  accepted: no docker here"
    assert answer == "0 DONE, 1 FAILED, 1 NOT DONE. The gate is shut: one"
