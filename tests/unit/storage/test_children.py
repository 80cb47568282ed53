"""A server process of ours, played by a small Python program."""

import os
import signal
import sys
from pathlib import Path

import pytest

from agente_hotelero.storage.embedded.children import ChildServer, EmbeddedServerError

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
)
SLEEPS = "import time; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"


def child(log: Path, program: str) -> ChildServer:
    server = ChildServer(name="test", log=log, death=signal.SIGKILL)
    server.spawn([sys.executable, "-c", program])
    return server


def says_ready(log: Path) -> bool:
    return "ready" in log.read_text()


def test_a_server_is_waited_for_until_it_is_ready(log: Path) -> None:
    server = child(log, SLEEPS)
    assert server.wait_until(lambda: says_ready(log), seconds=60)
    assert server.exit_code is None
    os.kill(server.pid, 0)
    pid = server.pid
    server.stop(signal.SIGTERM, seconds=60)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_server_that_ends_is_not_waited_for(log: Path) -> None:
    server = child(log, "import sys; sys.exit('no such directory')")
    assert not server.wait_until(lambda: False, seconds=600)
    assert server.exit_code == 1
    assert server.complaint() == "no such directory\n"
    server.stop(signal.SIGTERM, seconds=1)


def test_a_server_that_takes_too_long_is_given_up(log: Path) -> None:
    server = child(log, SLEEPS)
    assert not server.wait_until(lambda: False, seconds=0.05)
    server.stop(signal.SIGTERM, seconds=60)


def test_a_server_that_does_not_end_is_ended(log: Path) -> None:
    server = child(log, STUBBORN)
    assert server.wait_until(lambda: says_ready(log), seconds=60)
    server.stop(signal.SIGTERM, seconds=0.05)
    assert server.exit_code is None
    server.stop(signal.SIGTERM, seconds=1)  # again is nothing


def test_a_server_hears_signals_that_its_parent_blocks(log: Path) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        server = child(log, SLEEPS)
        assert server.wait_until(lambda: says_ready(log), seconds=60)
        process = server._process
        assert process is not None
        server.stop(signal.SIGTERM, seconds=60)
        assert process.returncode == -signal.SIGTERM
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_only_the_end_of_a_long_log_is_shown(log: Path) -> None:
    log.write_bytes(b"x" * 5_000 + b"\xffend")
    server = ChildServer(name="test", log=log, death=signal.SIGKILL)
    assert server.complaint().endswith("x\ufffdend")
    assert len(server.complaint()) == 1_500


def test_a_server_without_a_log_or_a_process_says_so(log: Path) -> None:
    server = ChildServer(name="test", log=log, death=signal.SIGKILL)
    assert server.complaint() == "(no log)"
    assert server.exit_code is None
    with pytest.raises(EmbeddedServerError, match="test was not spawned"):
        _ = server.pid
