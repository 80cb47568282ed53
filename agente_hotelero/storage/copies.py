"""A copy on disk: one directory that is whole or not there, and a manifest that says what is in it."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from agente_hotelero.errors import AgenteError

MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
FLAGS: Final = "flags.json"
HOTELS: Final = "hotels.yaml"
MEDIA: Final = "media.tar"
"""What guests sent and what they are shown; there only where the directory of media is."""
PREFIX: Final = "agente-"
UNFINISHED: Final = ".unfinished"
"""Ends the name of a copy in the making: what was cut off is never taken for a copy."""
CHUNK_BYTES: Final = 1 << 20


class CopyError(AgenteError):
    """A copy that can't be made, or that is not what its manifest says; the message names the file and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """One file of a copy."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a copy holds; counted in the very snapshot that was copied."""

    made_at: datetime
    program: str
    """The version of ours that made it."""
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    files: Mapping[str, FilePart]


_MANIFEST: Final = TypeAdapter(Manifest)


def part(path: Path) -> FilePart:
    """Measure a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return FilePart(sha256=digest.hexdigest(), bytes=path.stat().st_size)


def write_manifest(copy: Path, manifest: Manifest) -> None:
    """Written last: without it, a directory is no copy."""
    (copy / MANIFEST).write_bytes(_MANIFEST.dump_json(manifest, indent=2))


def read_manifest(copy: Path) -> Manifest:
    """Read it, and hold every file to it; raises CopyError."""
    try:
        manifest = _MANIFEST.validate_json((copy / MANIFEST).read_bytes())
    except OSError:
        raise CopyError(f"{copy} is no copy: it has no {MANIFEST}") from None
    except ValidationError:
        raise CopyError(f"{copy / MANIFEST} cannot be read; take another copy") from None
    for name, said in manifest.files.items():
        _hold(copy / name, said)
    return manifest


def _hold(path: Path, said: FilePart) -> None:
    if not path.is_file():
        raise CopyError(f"{path} is missing; take another copy")
    if part(path) != said:
        raise CopyError(f"{path} is not what it was when the copy was made (its checksum differs); take another copy")


def whole(directory: Path) -> list[Path]:
    """Every finished copy, oldest first: names sort by time."""
    return sorted(path for path in directory.glob(f"{PREFIX}*") if (path / MANIFEST).is_file() and _finished(path))


def _finished(path: Path) -> bool:
    return path.suffix != UNFINISHED


def keep_newest(directory: Path, count: int) -> Iterator[Path]:
    """Remove all but the newest `count`, and what was cut off; answers what was removed."""
    cut_off = [path for path in directory.glob(f"{PREFIX}*{UNFINISHED}") if path.is_dir()]
    for path in [*whole(directory)[:-count], *cut_off]:
        shutil.rmtree(path)
        yield path
