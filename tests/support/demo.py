"""The demo as its user starts it: one command, its output, and Ctrl+C."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.environment import inherited
from tests.support.service import ROOT, free_port

READY: Final = "Ready in"
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
NOBODY: Final = 65534


class Demo:
    """`python -m agente_hotelero demo` over a data directory of its own; `command` wraps it, as setpriv does."""

    def __init__(self, data_dir: Path, *, python: str = sys.executable, command: Sequence[str | Path] = ()) -> None:
        self.port = free_port()
        self._command = [*command, python, "-m", "agente_hotelero", "demo", "--port", str(self.port)]
        self._environment = {
            **inherited("COVERAGE_"),
            "AGENTE_DATA_DIR": str(data_dir),
            "HOME": str(data_dir.parent),
            "PYTHONPATH": os.pathsep.join((str(ROOT), sysconfig.get_path("purelib"))),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._lines: list[str] = []
        self._more = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None

    @property
    def chat_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/demo"

    @property
    def output(self) -> str:
        return "".join(self._lines)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> float:
        """Start it; answers the seconds until it said that it is ready, Python's own start included."""
        self._lines.clear()
        began = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())
        await self.says("Ctrl+C ends it", seconds=START_SECONDS)
        return time.monotonic() - began

    async def says(self, words: str, *, seconds: float = 20.0) -> str:
        """Wait until it printed this; answers everything that it printed."""
        try:
            async with asyncio.timeout(seconds), self._more:
                await self._more.wait_for(lambda: words in self.output or self._ended)
        except TimeoutError:
            pass
        assert words in self.output, f"the demo did not say {words!r}; it said:\n{self.output}"
        return self.output

    def curl(self) -> str:
        """The ready-to-paste command."""
        found = re.search(r"^curl .*$", self.output, re.MULTILINE)
        assert found is not None, self.output
        return found[0]

    async def interrupt(self) -> int:
        """Ctrl+C; answers the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return await self._wait()

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._wait()

    async def children(self) -> list[int]:
        """Pids of everything that it started and that still lives."""
        assert self._process is not None
        return _descendants(self._process.pid)

    @property
    def _ended(self) -> bool:
        return self._reader is None or self._reader.done()

    async def _wait(self) -> int:
        assert self._process is not None
        async with asyncio.timeout(STOP_SECONDS):
            code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._more:
                self._lines.append(line.decode("utf-8", "replace"))
                self._more.notify_all()
        async with self._more:
            self._more.notify_all()


def _descendants(pid: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def alive(pids: Sequence[int]) -> list[int]:
    """Those that still run; a zombie does not."""
    return [pid for pid in pids if _running(pid)]


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def as_plain_user(directory: Path) -> tuple[str, list[str]] | None:
    """A Python, and what to put before it, to run as nobody; None where this machine has no way to.

    Where our own interpreter lies in a home that others may not enter, it is shown to nobody at `directory`, in
    a mount namespace of the command's own.
    """
    prefix, become = Path(sys.base_prefix), ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    python = f"bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if _open_to_all(prefix / python):
        return str(prefix / python), become
    directory.mkdir()
    script = 'mount --bind "$0" "$1" && shift && exec "$@"'
    # A shared libpython is looked for where it was built, which nobody may enter.
    library = f"LD_LIBRARY_PATH={directory / 'lib'}"
    show = ["unshare", "--mount", "sh", "-c", script, str(prefix), str(directory), *become, "env", library]
    may = subprocess.run([*show, str(directory / python), "-c", "import ssl"], capture_output=True, check=False)
    return (str(directory / python), show) if may.returncode == 0 else None


def _open_to_all(path: Path) -> bool:
    return path.exists() and all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))


def owners(pids: Sequence[int]) -> set[int]:
    """Whose processes these are."""
    return {Path(f"/proc/{pid}").stat().st_uid for pid in pids}
