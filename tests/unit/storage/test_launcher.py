"""The launcher becomes a server that dies with its parent; the kernel's part is played here, and real in the integration tests."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agente_hotelero.storage.embedded import launcher
from agente_hotelero.storage.embedded.children import LAUNCHER

PARENT = os.getppid()


class Became(BaseException):
    """The process is another program from here on."""


class Kernel:
    """Notes what it is asked for."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._refuses = refuses

    def unshare(self, flags: int) -> int:
        self.asked.append(("unshare", flags))
        return -1 if self._refuses else 0

    def prctl(self, option: int, value: int) -> int:
        self.asked.append(("prctl", option, value))
        return 0


class KernelWithoutPrctl:
    """As on macOS."""


def take_over(kernel: object, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    asked: list[tuple[Any, ...]] = getattr(kernel, "asked", [])

    def become(program: str, command: list[str]) -> None:
        asked.append(("exec", program, command))
        raise Became

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: kernel)
    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(launcher, "write", lambda path, text: asked.append((path, text)))
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: asked.append((name, value)))
    return asked


def start(way: str, *, parent: int = PARENT, death: signal.Signals = signal.SIGINT) -> None:
    launcher.main([str(parent), str(int(death)), way, "/bin/server", "-x"])


EXEC = ("exec", "/bin/server", ["/bin/server", "-x"])
DEATH = ("prctl", 1, int(signal.SIGINT))


def test_a_plain_server_asks_for_its_death_and_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = take_over(Kernel(), monkeypatch)
    with pytest.raises(Became):
        start("plain")
    assert asked == [DEATH, EXEC]


def test_a_server_whose_parent_died_meanwhile_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = take_over(Kernel(), monkeypatch)
    with pytest.raises(SystemExit, match="the parent died"):
        start("plain", parent=1 if PARENT != 1 else 2)
    assert asked == [DEATH]


def test_in_a_user_namespace_it_looks_like_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = take_over(Kernel(), monkeypatch)
    with pytest.raises(Became):
        start("userns")
    assert asked == [
        ("unshare", 0x10000000),
        ("/proc/self/setgroups", "deny"),
        ("/proc/self/uid_map", f"65534 {os.getuid()} 1"),
        ("/proc/self/gid_map", f"65534 {os.getgid()} 1"),
        DEATH,
        EXEC,
    ]


def refuse(*_: object) -> None:
    raise PermissionError


@pytest.mark.parametrize("what", ["the namespace", "the mapping"])
def test_a_refused_namespace_is_told_by_the_exit_code(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take_over(Kernel(refuses=what == "the namespace"), monkeypatch)
    monkeypatch.setattr(launcher, "write", refuse)
    with pytest.raises(SystemExit) as ended:
        start("userns")
    assert ended.value.code == launcher.REFUSED


def test_as_nobody_it_gives_up_groups_first_and_then_asks_for_its_death(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = take_over(Kernel(), monkeypatch)
    with pytest.raises(Became):
        start("nobody")
    assert asked == [("setgroups", []), ("setgid", 65534), ("setuid", 65534), DEATH, EXEC]


def test_where_there_is_no_prctl_it_stays_as_a_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded: list[tuple[list[str], int]] = []

    def guard(command: list[str], death: int) -> None:
        guarded.append((command, death))
        raise Became

    take_over(KernelWithoutPrctl(), monkeypatch)
    monkeypatch.setattr(launcher, "guard", guard)
    with pytest.raises(Became):
        start("plain")
    assert guarded == [(["/bin/server", "-x"], int(signal.SIGINT))]


def test_files_of_proc_are_written_in_one_go(tmp_path: Path) -> None:
    launcher.write(str(tmp_path / "file"), "65534 0 1")
    assert (tmp_path / "file").read_text() == "65534 0 1"


def guarded(code: str) -> "subprocess.Popen[bytes]":
    """A guard in a process of its own, over a server made of this code."""
    program = f"import sys; sys.path.insert(0, {str(LAUNCHER.parent)!r}); import launcher; launcher.guard([sys.executable, '-c', {code!r}], 15)"
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


SAYS_WHEN_READY = "import signal, time; print('ready', flush=True); time.sleep(600)"


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda guard: guard.stdin.close(), -signal.SIGTERM % 256),  # our parent is gone, and its pipe with it
        (lambda guard: guard.send_signal(signal.SIGINT), None),
        (lambda guard: guard.terminate(), -signal.SIGTERM % 256),
    ],
)
def test_a_guards_server_ends_with_the_pipe_or_by_the_signals_it_is_sent(
    end: Callable[[Any], None], code: int | None
) -> None:
    guard = guarded(SAYS_WHEN_READY)
    assert guard.stdout is not None
    assert guard.stdout.readline() == b"ready\n"
    end(guard)
    assert guard.wait(60) == code if code is not None else guard.wait(60) != 0
    guard.stdout.close()
    if guard.stdin is not None:
        guard.stdin.close()


def test_a_guard_ends_as_its_server_ended() -> None:
    guard = guarded("raise SystemExit(7)")
    assert guard.wait(60) == 7
    for pipe in (guard.stdin, guard.stdout):
        assert pipe is not None
        pipe.close()
