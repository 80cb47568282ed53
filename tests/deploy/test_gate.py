"""scripts/final-verification.sh: each fault is caught by its step, a missing tool is not passed over, the exit code can be hung on."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from scripts.gate.steps import STEPS
from tests.support.gate import Tree, copied
from tests.support.watching import needed

NAMES: Final = [step.name for step in STEPS]
CHEAP: Final = [name for name in NAMES if name not in {"pip-audit", "restore-drill", "tests"} and "image" not in name]
SELDOM: Final = {"alert-rules", "secrets-scan"}
"""Cheap, but not for every fault: they read what no other step does."""
OTHER_TESTS: Final = r"tests/(?:chaos|contract|conversations|e2e|integration|manual|property|unit)/"
ALL_BUT_A_FEW_TESTS: Final = r"tests/(?!conftest|__init__|fakes/|support/|unit/(?:__init__|model/))"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is spoilt, the step that has to see it, and what that step says of it; `also`: steps that read the same file."""

    step: str
    spoil: Callable[[Tree], None]
    named: str
    also: tuple[str, ...] = ()
    without: str = r"(?!)"


def appears(name: str, text: str) -> Callable[[Tree], None]:
    return lambda tree: tree.write(name, text)


def becomes(name: str, old: str, new: str) -> Callable[[Tree], None]:
    return lambda tree: tree.replace(name, old, new)


def a_migration_without_a_default(tree: Tree) -> None:
    newest = max(int(path.name[:4]) for path in (tree.root / "agente_hotelero/storage/migrations").glob("*.sql"))
    name = f"agente_hotelero/storage/migrations/{newest + 1:04}_nickname.sql"
    tree.write(name, "ALTER TABLE guest ADD COLUMN nickname text NOT NULL;\n")


def an_action_by_its_tag(tree: Tree) -> None:
    workflow = ".github/workflows/ci.yml"
    tree.write(workflow, re.sub(r"(actions/checkout)@[0-9a-f]{40} #", r"\1@v7 #", tree.read(workflow)))


UNUSED: Final = '"""Spoilt."""\n\nimport os\n'
WRONG_TYPE: Final = '"""Spoilt."""\n\nANSWER: int = "forty-two"\n'
FORBIDDEN: Final = '"""Spoilt."""\n\nimport pykka\n\nNAME = pykka.__name__\n'
FAILING: Final = 'def test_that_no_has_three_letters() -> None:\n    assert len("no") == 3\n'
TOKEN: Final = "EAA" + "G7xZ0" * 30
SMALL: Final = r"tests/|agente_hotelero/|docs/|benchmarks/|requirements"

QUICK: Final = {
    "an import that nobody uses": Fault(
        step="lint", spoil=appears("agente_hotelero/spoilt.py", UNUSED), named=r"agente_hotelero/spoilt\.py:3:8: F401"
    ),
    "a wrong type": Fault(
        step="types", spoil=appears("agente_hotelero/model/spoilt.py", WRONG_TYPE), named=r"model/spoilt\.py:3: error:"
    ),
    "the dialogue knows the actors' library": Fault(
        step="import-contracts",
        spoil=appears("agente_hotelero/dialogue/spoilt.py", FORBIDDEN),
        named=r"dialogue\.spoilt -> pykka",
    ),
    "a hotel without a currency that there is": Fault(
        step="config",
        spoil=becomes("hotels.example.yaml", "currency: USD", "currency: DOLLARS"),
        named=r"hotels\.yaml:\d+: .*currency",
        also=("fly",),
    ),
    "a setting that is none": Fault(
        step="config",
        spoil=becomes(".env.example", "# AGENTE_HTTP__PORT=8000", "# AGENTE_HTTP__PORT=often"),
        named="AGENTE_HTTP__PORT: .*integer",
    ),
    "an alert that is no expression": Fault(
        step="alert-rules",
        spoil=becomes("deploy/prometheus/alerts.yml", "expr: up", "expr: (up"),
        named=r"alerts\.yml: \d+:\d+: .*could not parse expression",
    ),
    "an image that runs as root": Fault(
        step="dockerfile",
        spoil=becomes("deploy/Dockerfile.optimized", "USER 10001:10001", "USER root"),
        named=r"deploy/Dockerfile\.optimized:\d+ DL3002",
    ),
    "an action that is not pinned": Fault(
        step="workflows", spoil=an_action_by_its_tag, named=r"workflows/ci\.yml:\d+:\d+: error\[unpinned-uses\]"
    ),
    "a token in a file": Fault(
        step="secrets-scan",
        spoil=appears("deploy/notes.md", f"The token is {TOKEN}\n"),
        named=r"deploy/notes\.md:1: Token of a service of ours",
        without=SMALL,
    ),
    "a migration that only an empty database takes": Fault(
        step="migrations-from-previous", spoil=a_migration_without_a_default, named='column "nickname"'
    ),
}
SLOW: Final = {
    "a port that is not the app's": Fault(
        step="compose",
        spoil=becomes("docker-compose.yml", "- 127.0.0.1:9100:9100", "- 127.0.0.1:9101:9101"),
        named="test_",
    ),
    "a health check of a page that there is not": Fault(
        step="fly", spoil=becomes("fly.toml", '"/health/live"', '"/health/alive"'), named="test_what_traffic_depends_on"
    ),
    "a test that fails": Fault(
        step="tests",
        spoil=appears("tests/unit/model/test_spoilt.py", FAILING),
        named="test_that_no_has_three_letters",
        without=ALL_BUT_A_FEW_TESTS,
    ),
    "a restore that holds nothing back": Fault(
        step="restore-drill",
        spoil=becomes("agente_hotelero/storage/restore.py", "SET status = 'held'", "SET status = 'pending'"),
        named="test_a_hotel_that_lost_its_database",
    ),
}
FAULTS: Final = {**QUICK, **SLOW}
assert len({fault.step for fault in FAULTS.values()}) > 10


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in SLOW)])
def test_a_fault_is_caught_by_its_step_and_named(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    if fault.step == "alert-rules":
        needed("promtool")
        needed("amtool")
    tree = copied(tmp_path, without=fault.without, types=fault.step == "types")
    fault.spoil(tree)

    verdict = tree.gate("--only", fault.step, "--accept-missing", fault.step)

    assert verdict.states == {fault.step: "FAILED"}, verdict.said
    assert re.search(fault.named, verdict.why(fault.step)), verdict.said
    assert verdict.code == 1
    assert f"The gate is shut: {fault.step}" in verdict.said


# What is clean is let through.


@pytest.mark.parametrize(
    ("steps", "without"),
    [
        pytest.param(["import-contracts", "config"], r"tests/", id="code"),
        pytest.param(["workflows", "secrets-scan"], SMALL, id="scans"),
        pytest.param(
            ["migrations-from-zero", "migrations-from-previous"], r"tests/", id="migrations", marks=pytest.mark.long
        ),
    ],
)
def test_what_is_clean_is_done_and_opens_the_gate(steps: list[str], without: str, tmp_path: Path) -> None:
    verdict = copied(tmp_path, without=without).gate("--only", ",".join(steps))

    assert verdict.states == dict.fromkeys(steps, "DONE"), verdict.said
    assert (verdict.code, verdict.said.splitlines()[-1]) == (0, "2 DONE, 0 FAILED, 0 NOT DONE. The gate is open")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_whole_tree_is_done_by_every_step_that_a_fault_was_tried_on(tmp_path: Path) -> None:
    needed("promtool")
    tree = copied(tmp_path, types=True)
    missing = "dependency-scan"

    verdict = tree.gate("--only", ",".join([*CHEAP, "restore-drill"]), "--accept-missing", missing)

    assert {step for step, state in verdict.states.items() if state != "DONE"} <= {missing}, verdict.said
    assert {fault.step for fault in FAULTS.values()} - {"tests"} <= set(verdict.states)
    assert verdict.code == 0


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.step in CHEAP])
def test_a_fault_is_caught_by_no_other_step(name: str, tmp_path: Path) -> None:
    needed("promtool")
    tree = copied(tmp_path, without=OTHER_TESTS, types=True)
    FAULTS[name].spoil(tree)

    verdict = tree.gate("--only", ",".join([*(set(CHEAP) - SELDOM), FAULTS[name].step]))

    caught = {step for step, state in verdict.states.items() if state == "FAILED"}
    assert caught == {FAULTS[name].step, *FAULTS[name].also}, verdict.said


@pytest.mark.long
@pytest.mark.timeout(300)
def test_tests_that_pass_are_done_if_they_cover_enough(tmp_path: Path) -> None:
    tree = copied(tmp_path, without=ALL_BUT_A_FEW_TESTS)

    refused = tree.gate("--only", "tests")
    tree.replace("pyproject.toml", "fail_under = 85", "fail_under = 0")
    tree.replace("scripts/test.sh", "--fail-under=95", "--fail-under=0")
    taken = tree.gate("--only", "tests")

    assert (refused.code, refused.states) == (1, {"tests": "FAILED"}), refused.said
    assert "is less than fail-under=85" in refused.why("tests")
    assert (taken.code, taken.states) == (0, {"tests": "DONE"}), taken.said
    assert re.fullmatch(r"\d+ passed.*", taken.why("tests"))


# What is missing.


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A Python without any package."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    return tmp_path / "bare"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "tree").mkdir()
    return copied(tmp_path / "tree", without=SMALL)


def test_a_tool_that_is_missing_is_not_done_and_shuts_the_gate(tree: Tree, bare: Path) -> None:
    verdict = tree.gate("--only", "lint,types", environment={"VENV": str(bare)})

    assert verdict.rows == {
        "lint": ("NOT DONE", "no ruff here; make lint installs it"),
        "types": ("NOT DONE", "no mypy here; make lint installs it"),
    }
    assert verdict.code == 1
    assert verdict.said.splitlines()[-1] == "0 DONE, 0 FAILED, 2 NOT DONE. The gate is shut: lint, types"


def test_what_is_missing_may_be_accepted_by_its_name_and_only_by_it(tree: Tree, bare: Path) -> None:
    one = tree.gate("--only", "lint,types", "--accept-missing", "types", environment={"VENV": str(bare)})
    both = tree.gate("--only", "lint,types", "--accept-missing", "types,lint", environment={"VENV": str(bare)})

    assert (one.code, one.said.splitlines()[-1]) == (1, "0 DONE, 0 FAILED, 2 NOT DONE. The gate is shut: lint")
    assert (both.code, both.said.splitlines()[-1]) == (0, "0 DONE, 0 FAILED, 2 NOT DONE. The gate is open")
    assert both.rows["types"] == ("NOT DONE", "accepted: no mypy here; make lint installs it")


def test_without_any_package_every_step_says_what_it_misses_and_none_breaks(tree: Tree, bare: Path) -> None:
    verdict = tree.gate(environment={"VENV": str(bare), "PATH": "/nowhere:/bin:/usr/bin"})

    assert list(verdict.rows) == NAMES
    assert {step: row for step, row in verdict.rows.items() if "broke" in row[1]} == {}
    assert set(verdict.states.values()) <= {"NOT DONE", "FAILED"}


# The words that are typed.


@pytest.mark.parametrize("option", ["--only", "--accept-missing"])
def test_a_name_that_is_no_step_is_an_error_that_lists_the_steps(tree: Tree, option: str) -> None:
    verdict = tree.gate(option, "lint,typos")

    assert (verdict.code, verdict.rows) == (2, {})
    assert f"'typos' is no step; the steps are {', '.join(NAMES)}" in verdict.said


def test_the_list_names_every_step_and_runs_none(tree: Tree) -> None:
    verdict = tree.gate("--list")

    assert [line.split()[0] for line in verdict.said.splitlines()] == NAMES
    assert all(len(line.split()) > 2 for line in verdict.said.splitlines())
    assert (verdict.code, verdict.rows) == (0, {})


def test_while_it_runs_it_says_where_it_is_and_afterwards_what_was_said(tree: Tree) -> None:
    tree.write("spoilt.py", UNUSED)

    verdict = tree.gate("--only", "lint", "--only", "workflows")

    assert [line for line in verdict.said.splitlines() if line.startswith("[")] == [
        "[1/2] lint: Ruff, with every rule, and its format.",
        "[2/2] workflows: Zizmor over the workflows, without asking anybody.",
    ]
    assert "    | spoilt.py:3:8: F401" in verdict.said
    assert "spoilt.py:3:8: F401" in tree.read("build/final-verification/lint.log")
