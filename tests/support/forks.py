"""Processes of the service that begin where its imports end: tests start hundreds, and each would import for a second."""

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Final
from unittest.mock import patch

from tests.support.environment import inherited

IMPORTED: Final = "tests.support.imported"

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([IMPORTED])


class Fork:
    """`python -m …` without its first second; what tests use of asyncio's Process."""

    def __init__(self, words: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path) -> None:
        """`words` are a module's name and its arguments; `log` gets both outputs, after what is there."""
        # A daemon: whoever forgets one does not wait for it at the end.
        self._process = _forks.Process(
            target=_run, args=(tuple(words), directory, dict(environment), log), name=words[0], daemon=True
        )

    @classmethod
    async def started(
        cls, words: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path
    ) -> "Fork":
        """The first waits until everything is imported."""
        _begin_unmeasured()
        fork = cls(words, directory=directory, environment=environment, log=log)
        await asyncio.to_thread(fork._process.start)
        return fork

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; a signal's number, negative, when that ended it."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait until it ended; answers as `returncode`."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        # Of its own: others may wait too.
        sentinel = os.dup(self._process.sentinel)
        loop.add_reader(sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(sentinel)
            os.close(sentinel)
        code = self.returncode
        assert code is not None
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _begin_unmeasured() -> None:
    with patch.dict(os.environ, inherited("COVERAGE_"), clear=True):
        forkserver.ensure_running()


def _run(words: Sequence[str], directory: Path, environment: Mapping[str, str], log: Path) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(out, stream.fileno())
    os.close(out)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    sys.argv[1:] = words[1:]
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
