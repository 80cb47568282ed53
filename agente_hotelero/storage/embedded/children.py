"""Server processes of our own: spawned through the launcher, watched while they start, stopped in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from agente_hotelero.errors import AgenteError

LAUNCHER: Final = Path(__file__).with_name("launcher.py")
POLL_SECONDS: Final = 0.02
LOG_TAIL_BYTES: Final = 1_500


class EmbeddedServerError(AgenteError):
    """An embedded server did not start; the message holds the end of its own log."""


class Identity(StrEnum):
    """How a server that refuses to be root is run."""

    PLAIN = "plain"
    USER_NAMESPACE = "userns"
    NOBODY = "nobody"


class ChildServer:
    """One server process. Spawn it from the main thread: its death is bound to the thread that made it."""

    def __init__(self, *, name: str, log: Path, death: signal.Signals, identity: Identity = Identity.PLAIN) -> None:
        """`death` is what it gets when we die, whatever kills us."""
        self._name = name
        self._log = log
        self._death = death
        self._identity = identity
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id, which is also the launcher's."""
        if self._process is None:
            raise EmbeddedServerError(f"{self._name} was not spawned")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of a server that ended."""
        return None if self._process is None else self._process.poll()

    def spawn(self, command: Sequence[str | Path], *, keep: Sequence[int] = ()) -> None:
        """Begin; nothing waits. The server keeps the file descriptors in `keep` open as long as it lives."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own launcher and a server from a pinned wheel
                launched(command, death=self._death, identity=self._identity),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                pass_fds=keep,
            )

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until it is ready; False when it ended or took too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.exit_code is None:
            if ready():
                return True
            time.sleep(POLL_SECONDS)
        return False

    def stop(self, how: signal.Signals, *, seconds: float) -> None:
        """Ask it to end, and end it when it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def complaint(self) -> str:
        """The end of its log."""
        try:
            return self._log.read_bytes()[-LOG_TAIL_BYTES:].decode("utf-8", "replace")
        except OSError:
            return "(no log)"


def launched(command: Sequence[str | Path], *, death: signal.Signals, identity: Identity) -> list[str]:
    """Wrap a command so that it dies with us."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(death)), identity.value]
    return [*launcher, *map(str, command)]
