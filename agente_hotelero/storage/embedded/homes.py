"""Where embedded servers live: below the data directory wherever that can be, else in a place that is ours alone."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from agente_hotelero.storage.embedded.children import EmbeddedServerError

NOBODY: Final = 65534
LONGEST_DIRECTORY: Final = 80
"""In bytes: a socket's path has 107, and the rest of it is the server's."""
UNUSABLE: Final = ",\"'"
"""Postgres reads its socket directories as a list, and clients their hosts."""


def fits(home: Path) -> bool:
    """Whether a socket can live there."""
    return len(os.fsencode(home)) <= LONGEST_DIRECTORY and not any(letter in UNUSABLE for letter in str(home))


def elsewhere(home: Path) -> Path:
    """Another place for it, the same at the next start: data outlives reboots in /var/tmp."""
    base = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108 - 0700, named by hash, and `claim` looks who made it
    return base / f"agente-{os.getuid()}-{sha256(os.fsencode(home)).hexdigest()[:16]}"


def claim(home: Path, *, owner: int | None = None) -> None:
    """Make it if needed, and give it to `owner`; raises EmbeddedServerError unless it is ours and can be written."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The link itself too: in a directory that everybody writes to, somebody else may have put one there.
        owners = {home.lstat().st_uid, home.stat().st_uid}
        usable = home.is_dir() and os.access(home, os.W_OK | os.X_OK)
    except OSError as error:
        raise EmbeddedServerError(f"{home} can't be used for an embedded server: {error.strerror}") from error
    if not owners <= {os.geteuid(), os.geteuid() if owner is None else owner}:
        raise EmbeddedServerError(f"{home} belongs to another user; give it back, or use another data directory")
    if not usable:
        raise EmbeddedServerError(f"{home} can't be used for an embedded server: it can't be written")
    if owner is not None:
        os.chown(home, owner, owner)


def reachable_by_nobody(directory: Path) -> bool:
    """Whether somebody without any rights can pass through to it."""
    return all(parent.stat().st_mode & 0o001 for parent in (directory, *directory.parents))
