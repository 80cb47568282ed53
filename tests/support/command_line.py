"""The command line as its operator meets it: a process of its own, in a directory of its own."""

import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest.mock import patch

from agente_hotelero.__main__ import main
from tests.support.environment import inherited

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = ROOT / "hotels.example.yaml"
SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line of a refusal; anything more, a traceback above all, is a failure of the test."""
        assert self.code == 1, self
        (line,) = self.err.splitlines()
        assert line.startswith("error: "), line
        return line.removeprefix("error: ")


@dataclass(kw_only=True)
class CommandLine:
    """Runs commands; `settings` are environment variables that all of them get."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)
    stdin: int | None = None

    async def run(self, *words: str, **settings: str) -> Done:
        """Run one to its end."""
        async with self.started(*words, **settings) as process, asyncio.timeout(SECONDS):
            out, err = await process.communicate()
        return Done(code=process.returncode or 0, out=out.decode(), err=err.decode())

    def run_here(self, *words: str, **settings: str) -> Done:
        """Run one in this process, by the same `main()`: for the many ways to be refused, which need no other."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with (
            patch.dict(os.environ, self._environment(settings), clear=True),
            patch.object(sys, "argv", ["agente-hotelero", *words]),
            chdir(self.directory),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        return Done(code=code, out=out.getvalue(), err=err.getvalue())

    @asynccontextmanager
    async def started(self, *words: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start one; it is gone afterwards."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agente_hotelero",
            *words,
            cwd=self.directory,
            env=self._environment(settings, "COVERAGE_"),
            stdin=self.stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    def _environment(self, settings: dict[str, str], *besides: str) -> dict[str, str]:
        # A terminal's width and colours are not what the tests are about.
        plain = {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
        return {**inherited(*besides), **plain, **self.settings, **settings}


async def line_with(stream: asyncio.StreamReader | None, words: str) -> str:
    """Read on until a line holds these words."""
    assert stream is not None
    read: list[str] = []
    async with asyncio.timeout(SECONDS):
        while line := (await stream.readline()).decode():
            read.append(line)
            if words in line:
                return line
    raise AssertionError(f"no line with {words!r} in {read}")


async def ctrl_c(process: asyncio.subprocess.Process) -> Done:
    """Interrupt it, as a terminal does."""
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    return Done(code=process.returncode or 0, out=out.decode(), err=err.decode())
