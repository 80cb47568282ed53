"""What a step works with: programs run in the tree, a log of all that they said, and the line of it that tells."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.gate.outcome import FailedError, MissingError

HEARTBEAT_SECONDS: Final = 20.0
INSTALLED_BY: Final = "make lint installs it"
PLAIN: Final = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "300"}
"""Nothing of a terminal in what programs say: it is read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a program ended, and its output."""

    code: int
    lines: tuple[str, ...]

    def telling(self, *patterns: str) -> str:
        """The first line that the first fitting pattern finds, and how many more there are; else the last line."""
        for pattern in patterns:
            found = [match[match.re.groups] for line in self.lines if (match := re.search(pattern, line))]
            if found:
                return found[0].strip() + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")
        return self.last

    @property
    def last(self) -> str:
        """The last line that is not empty."""
        return next((line.strip() for line in reversed(self.lines) if line.strip()), "it says nothing")


class Workbench:
    """One step's own: it runs programs at the root of the tree, and keeps what they say."""

    def __init__(
        self,
        *,
        root: Path,
        log: Path,
        progress: Callable[[str], None] = lambda _: None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self.root = root
        self.log = log
        self._progress = progress
        self._heartbeat_seconds = heartbeat_seconds
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")

    def module(self, name: str) -> list[str]:
        """How to run a module that comes with the development environment; MissingError where it is not."""
        if importlib.util.find_spec(name) is None:
            raise MissingError(f"no {name} here; {INSTALLED_BY}")
        return [sys.executable, "-m", name]

    def program(self, name: str, how: str = INSTALLED_BY) -> str:
        """Find a program beside our Python or on the path; MissingError says how to have it."""
        beside = Path(sys.executable).with_name(name)
        found = str(beside) if beside.exists() else shutil.which(name)
        if found is None:
            raise MissingError(f"no {name} here; {how}")
        return found

    def run(self, *words: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Said:
        """Run a program to its end, whatever that is."""
        command = [str(word) for word in words]
        with self.log.open("ab") as log:
            log.write(f"$ {shlex.join(command)}\n".encode())
            log.flush()
            start = log.tell()
            with subprocess.Popen(
                command,
                cwd=cwd or self.root,
                env={**(os.environ if environment is None else environment), **PLAIN},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process:
                self._wait(process, start)
        return Said(code=process.returncode, lines=self._lines(start))

    def check(
        self,
        *words: str | Path,
        telling: tuple[str, ...] = (),
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Said:
        """Run a program that has to end well; FailedError carries the line of its output that `telling` finds."""
        said = self.run(*words, cwd=cwd, environment=environment)
        if said.code != 0:
            raise FailedError(said.telling(*telling))
        return said

    def _wait(self, process: "subprocess.Popen[bytes]", start: int) -> None:
        began = time.monotonic()
        while True:
            try:
                process.wait(self._heartbeat_seconds)
            except subprocess.TimeoutExpired:
                last = next((line for line in reversed(self._lines(start)) if line.strip()), "")
                self._progress(f"{time.monotonic() - began:.0f} s … {last.strip()[:100]}")
            else:
                return

    def _lines(self, start: int) -> tuple[str, ...]:
        with self.log.open("rb") as log:
            log.seek(start)
            return tuple(log.read().decode("utf-8", "replace").splitlines())


def without_settings(**more: str) -> dict[str, str]:
    """Our environment less the settings of whoever runs the gate, and with some more."""
    return {**{name: value for name, value in os.environ.items() if not name.upper().startswith("AGENTE_")}, **more}
