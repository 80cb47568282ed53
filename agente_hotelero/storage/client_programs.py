"""PostgreSQL's own programs, run as the documentation of each says; passwords never show in the list of processes."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from agente_hotelero.storage.copies import CopyError
from agente_hotelero.storage.embedded.children import EmbeddedServerError
from agente_hotelero.storage.embedded.postgres import programs

LAST_WORDS: Final = 600
VERSION: Final = re.compile(r"\) (\d+)")


def run(name: str, *arguments: str | Path, url: str, server: int) -> str:
    """Run one against a database; answers what it printed. `server` is the server's major version. Raises CopyError."""
    address, password = _without_password(url)
    done = subprocess.run(  # noqa: S603 - PostgreSQL's program, and arguments of ours
        [program(name, at_least=server), *arguments, f"--dbname={address}"],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        check=False,
        capture_output=True,
        text=True,
    )
    return _output(name, done)


def listing(dump: Path, *, server: int) -> str:
    """What an archive holds, entry by entry; raises CopyError for what is no archive, or half of one."""
    done = subprocess.run(  # noqa: S603 - as above
        [program("pg_restore", at_least=server), "--list", dump], check=False, capture_output=True, text=True
    )
    return _output("pg_restore", done)


def program(name: str, *, at_least: int) -> Path:
    """Find one that is no older than the server: an older pg_dump refuses a newer server."""
    for path in _candidates(name):
        if _major(path) >= at_least:
            return path
    raise CopyError(
        f"no {name} of version {at_least} or newer here; on Debian: apt-get install postgresql-client-{at_least}"
    )


def _candidates(name: str) -> list[Path]:
    """The system's first: it can do TLS, the embedded server's can't."""
    found = [Path(path)] if (path := shutil.which(name)) else []
    try:
        return [*found, programs() / "bin" / name]
    except EmbeddedServerError:
        return found


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603 - as above
    version = VERSION.search(said)
    return int(version[1]) if version else 0


def _without_password(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}")), unquote(parts.password)


def _output(name: str, done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode != 0:
        raise CopyError(f"{name} failed: {done.stderr.strip()[-LAST_WORDS:]}")
    return done.stdout
