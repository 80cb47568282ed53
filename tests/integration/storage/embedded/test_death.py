"""The servers are ours alone: whatever ends us ends them, and the next start finds everything."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

ROOT = Path(__file__).parents[4]
GONE_SECONDS = 60.0

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux lets one wait for a stranger's end")


class Program:
    """Two servers and their parent."""

    def __init__(self, data_dir: Path, *, python: str = sys.executable, user: int | None = None) -> None:
        path = os.pathsep.join([str(ROOT), str(Path(asyncpg.__file__).parents[1])])
        self.process = subprocess.Popen(
            [python, "-m", "tests.support.storage_two_servers", str(data_dir)],
            stdout=subprocess.PIPE,
            cwd="/",
            env={"PATH": os.defpath, "PYTHONPATH": path, "HOME": str(data_dir)},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.said: dict[str, Any] = json.loads(line or "{}")
        self._servers = [os.pidfd_open(pid) for pid in self.said.get("pids", ())]

    def servers_end(self) -> bool:
        """Whether both are gone in time."""
        ended = [bool(select.select([server], [], [], GONE_SECONDS)[0]) for server in self._servers]
        return ended == [True, True]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        for server in self._servers:
            os.close(server)


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    programs: list[Program] = []
    yield programs
    for program in programs:
        program.close()


def test_servers_die_with_a_parent_that_was_killed_and_the_next_start_finds_everything(
    tmp_path: Path, programs: list[Program]
) -> None:
    for n in range(1, 4):
        program = Program(tmp_path)
        programs.append(program)
        assert program.said["starts"] == [n, n]

        os.kill(program.process.pid, signal.SIGKILL)

        if n < 3:
            continue  # the next one starts while these servers still end
        assert program.servers_end()


def test_servers_end_with_a_parent_that_ends_in_order(tmp_path: Path, programs: list[Program]) -> None:
    program = Program(tmp_path)
    programs.append(program)
    program.process.terminate()
    assert program.servers_end()
    assert program.process.wait() == 0


def python_for_everybody() -> str | None:
    """An interpreter of our version that a plain user can run."""
    ours = Path(sys.executable).resolve()
    if all(parent.stat().st_mode & 0o001 for parent in ours.parents):
        return sys.executable
    return shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")


@pytest.mark.skipif(os.geteuid() != 0, reason="these tests run as a plain user already")
def test_a_plain_user_needs_nothing_special(programs: list[Program]) -> None:
    python = python_for_everybody()
    if python is None or not all(parent.stat().st_mode & 0o001 for parent in (ROOT, *ROOT.parents)):
        pytest.skip("no interpreter of this version, or no checkout, that a plain user could reach")
    data_dir = Path(tempfile.mkdtemp(dir="/var/tmp"))
    try:
        os.chown(data_dir, 65534, 65534)
        program = Program(data_dir, python=python, user=65534)
        programs.append(program)
        assert (program.said["identity"], program.said["user"]) == ("plain", 65534)
        assert program.said["starts"] == [1, 1]
        os.kill(program.process.pid, signal.SIGKILL)
        assert program.servers_end()
    finally:
        shutil.rmtree(data_dir)
