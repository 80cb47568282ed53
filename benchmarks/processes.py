"""Processes that a benchmark starts and ends again, and the CPU time that each has used."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parents[1]
ANSWER_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
CPUCLOCK_SCHED: Final = 2


class Program:
    """A Python module run as a process of its own; on leaving it gets SIGTERM, and SIGKILL if that is not heard."""

    def __init__(
        self, module: Sequence[str], *, log: Path, settings: Mapping[str, str] | None = None, port: int | None = None
    ) -> None:
        """`settings` are added to the environment, of which nothing that begins with AGENTE_ is inherited.

        Nor is what forbids to keep bytecode: a start would compile all of the service each time.
        """
        self.port = port or free_port()
        self._module = module
        self._log = log
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AGENTE_")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environment = {**kept, **(settings or {})}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    @property
    def process(self) -> "subprocess.Popen[str]":
        """The running process."""
        assert self._process is not None
        return self._process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def start(self) -> None:
        """Begin; nothing waits."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._module],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self.talks else log,
                stderr=log,
                text=True,
            )

    talks = False
    """Whether its output is read by us rather than logged."""

    def answers(self, path: str) -> float:
        """Wait until GET `path` is 200; the seconds it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < ANSWER_SECONDS:
            if self.process.poll() is not None:
                break
            if _status(self.port, path) == 200:
                return time.monotonic() - begun
            time.sleep(0.01)
        raise RuntimeError(f"{self._module[0]} does not answer; its log ends:\n{self.log()[-3000:]}")

    def log(self) -> str:
        """What it wrote."""
        return self._log.read_text("utf-8", "replace")

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        return cpu_seconds(self.pid)

    def stop(self) -> None:
        """End it."""
        process = self.process
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def cpu_seconds(pid: int) -> float:
    """CPU time of another process, to the nanosecond: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED)


def children_cpu_seconds(pid: int) -> dict[int, float]:
    """CPU time of each living child, such as a postmaster's backends."""
    used = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):  # it may end while we look
                if int((entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[1]) == pid:
                    used[int(entry.name)] = cpu_seconds(int(entry.name))
    return used


def grown(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """What was used between two looks; a child that ended meanwhile is not counted."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fetch(port: int, path: str) -> str:
    """GET a text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
