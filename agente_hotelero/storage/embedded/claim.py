"""One service at a time over the embedded servers of a data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agente_hotelero.storage.embedded.children import EmbeddedServerError

FILE: Final = "in-use"


class DataDirectoryInUseError(EmbeddedServerError):
    """Another process of ours has its servers there; a second start would take their sockets away."""


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the directory; the kernel lets go of it whenever and however we end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = os.open(data_dir / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise DataDirectoryInUseError(
            f"another agente-hotelero runs on {data_dir.absolute()}; stop it, or name another AGENTE_DATA_DIR"
        ) from None
    try:
        yield
    finally:
        os.close(file)
