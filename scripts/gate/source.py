"""The steps that read and run our code."""

import os
import re
import sys
from tempfile import TemporaryDirectory
from typing import Final

from scripts.gate.outcome import FailedError, MissingError
from scripts.gate.workbench import Said, Workbench

FINDING: Final = (r"^\S+?:\d+:\d+: .*", r"^Would reformat: .*")
WRONG_TYPE: Final = (r"^\S+?:\d+: error: .*",)
FORBIDDEN: Final = (r"^- +(\S+ -> .*)",)
BROKEN: Final = (r"^(?:FAILED|ERROR) .*", r"^(?:ERROR: )?(Coverage failure: .*)", r"^E   .*")
TOOLLESS: Final = r"^SKIPPED \[\d+\] \S+: (.*(?:apt-get|pip) install.*)"
"""A test that is skipped for want of a program says how to have it."""


def lint(bench: Workbench) -> str:
    """Ruff, with every rule, and its format."""
    ruff = bench.module("ruff")
    said = bench.check(*ruff, "check", "--output-format", "concise", ".", telling=FINDING)
    formatted = bench.check(*ruff, "format", "--check", ".", telling=FINDING)
    return f"{said.last} {formatted.last}"


def types(bench: Workbench) -> str:
    """Mypy, strict."""
    return bench.check(*bench.module("mypy"), telling=WRONG_TYPE).last


def import_contracts(bench: Workbench) -> str:
    """Who may import whom."""
    return bench.check(bench.program("lint-imports"), telling=FORBIDDEN).telling(r"^Contracts: .*")


def tests(bench: Workbench) -> str:
    """What `make test` runs after the lint, with its demands on coverage."""
    bench.module("pytest")
    workers = os.environ.get("PYTEST_WORKERS", "3")
    said = bench.check("scripts/test.sh", sys.executable, workers, telling=BROKEN)
    return _whole(said)


def tested(bench: Workbench, *paths: str) -> str:
    """Run some tests; answers how many passed."""
    pytest = bench.module("pytest")
    # A place of its own: pytest's numbered ones are cleared away by whichever run comes next, also by one beside it.
    with TemporaryDirectory(prefix="gate-") as place:
        alone = ("-n", "0", "-p", "no:cacheprovider", "--basetemp", f"{place}/tests")
        return _whole(bench.check(*pytest, "-q", *alone, *paths, telling=BROKEN))


def _whole(said: Said) -> str:
    """How many passed; MissingError where a program was missing to some of them."""
    passed = said.telling(r"^[= ]*(\d+ .*?) in [\d.:]+")
    if re.search(TOOLLESS, "\n".join(said.lines), re.MULTILINE):
        raise MissingError(f"{passed}: {said.telling(TOOLLESS)}")
    if "passed" not in passed:
        raise FailedError(f"no test was run: {said.last}")
    return passed
