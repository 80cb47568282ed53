"""The files of what guests sent: each whole or not there, and under a name that no guest chose."""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final

from agente_hotelero.model.ids import InboxId

DIRECTORY: Final = "received"
UNFINISHED: Final = ".part"
NAME_BYTES: Final = 16
ONLY_US: Final = 0o600
ONLY_OUR_DIRECTORY: Final = 0o700


def name_of(row: InboxId, n: int) -> str:
    """Name a file by what it is of: a second try writes the same one, so a crash between file and row leaves no stray."""
    return blake2b(f"media:{row}:{n}".encode(), digest_size=NAME_BYTES).hexdigest()


class MediaFiles:
    """Below one directory, in folders by the first letters of their names; the disk's work is done in threads."""

    def __init__(self, media_dir: Path) -> None:
        """It is made when the first file comes."""
        self._root = media_dir / DIRECTORY

    async def write(self, name: str, content: bytes) -> None:
        """Write it so that a crash leaves all of it or nothing; raises OSError."""
        await asyncio.to_thread(self._write, self._path(name), content)

    async def read(self, name: str) -> bytes | None:
        """Give all of it; None where it is gone."""
        return await asyncio.to_thread(_read, self._path(name))

    async def remove(self, names: Iterable[str]) -> None:
        """Remove what is there of these."""
        await asyncio.to_thread(_remove, [self._path(name) for name in names])

    async def old(self, seconds: float) -> list[list[str]]:
        """List what was written longer ago than that, folder by folder; what was never finished is removed at once."""
        return await asyncio.to_thread(lambda: list(self._old(seconds)))

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name

    def _write(self, path: Path, content: bytes) -> None:
        for folder in (self._root.parent, self._root, path.parent):
            folder.mkdir(mode=ONLY_OUR_DIRECTORY, parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + UNFINISHED)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, ONLY_US)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync(path.parent)

    def _old(self, seconds: float) -> Iterator[list[str]]:
        before = time.time() - seconds
        for folder in sorted(self._root.glob("??")):
            found = [path for path in folder.iterdir() if _written_at(path) < before]
            _remove([path for path in found if path.suffix == UNFINISHED])
            if names := [path.name for path in found if path.suffix != UNFINISHED]:
                yield names


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
