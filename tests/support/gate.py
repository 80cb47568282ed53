"""The release gate over a copy of the tree, so that the tree may be spoilt."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agente_hotelero.learning.model_file import MODEL
from scripts.gate.secret_scan import files
from tests.support.environment import inherited

ROOT: Final = Path(__file__).parents[2]
ROW: Final = re.compile(r"^(\S+) +(DONE|FAILED|NOT DONE) +\d+\.\d(?:  (.*))?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How the gate ended: its exit code, and its table."""

    code: int
    rows: dict[str, tuple[str, str]]
    said: str

    @property
    def states(self) -> dict[str, str]:
        return {step: state for step, (state, _) in self.rows.items()}

    def why(self, step: str) -> str:
        return self.rows[step][1]


@dataclass(frozen=True)
class Tree:
    """A copy of what is committed or could be, without a repository around it."""

    root: Path

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text, f"{name} has no {old!r} to spoil"
        self.write(name, text.replace(old, new, 1))

    def gate(self, *words: str, environment: Mapping[str, str] | None = None) -> Verdict:
        """Type the command, with our Python; `environment` wins over ours."""
        done = subprocess.run(
            [self.root / "scripts/final-verification.sh", *words],
            # First on the path: our console scripts would run the tree that they were installed from.
            env={
                **inherited("COV", "PYTEST_"),
                "VENV": sys.prefix,
                "PYTHONPATH": str(self.root),
                **(environment or {}),
            },
            cwd="/",
            check=False,
            capture_output=True,
            text=True,
        )
        rows = {step: (state, why) for step, state, why in ROW.findall(done.stdout)}
        return Verdict(code=done.returncode, rows=rows, said=done.stdout + done.stderr)


def copied(to: Path, *, without: str = r"(?!)", types: bool = False) -> Tree:
    """Copy the tree, less the files that the pattern fits; `types` brings what mypy remembers, which spares it most of its time."""
    for name in files(ROOT):
        if not re.match(without, name):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    model = to / MODEL.relative_to(ROOT)
    if MODEL.exists() and model.parent.is_dir():
        # Made when the package is installed, and no file of the tree.
        shutil.copy2(MODEL, model)
    if types and (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", to / ".mypy_cache")
    return Tree(to)
