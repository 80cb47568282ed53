"""Makes a copy of everything that a hotel can't make again: the database, media, the flags, the hotels file."""

import asyncio
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import orjson

from agente_hotelero.storage import client_programs
from agente_hotelero.storage.copies import (
    DATABASE,
    FLAGS,
    HOTELS,
    MEDIA,
    PREFIX,
    UNFINISHED,
    CopyError,
    Manifest,
    part,
    write_manifest,
)
from agente_hotelero.storage.links import CONNECT_SECONDS, translated

TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
MIGRATIONS: Final = "SELECT name FROM schema_migration ORDER BY name"
REMEMBER: Final = "INSERT INTO audit (who, action, detail) VALUES ('backup', 'backup', $1::json)"

Progress = Callable[[str], None]


async def back_up(
    url: str, *, flags: Mapping[str, str], hotels_file: Path, media: Path, into: Path, program: str, progress: Progress
) -> Path:
    """Make a copy below `into`; answers where it is. Raises CopyError and StorageUnavailableError; then there is none."""
    made_at = datetime.now(UTC)
    copy = into / f"{PREFIX}{made_at:%Y%m%dT%H%M%S%fZ}"
    work = copy.with_name(copy.name + UNFINISHED)
    work.mkdir(parents=True, mode=0o700)
    try:
        rows, migrations = await _dump(url, work / DATABASE, progress)
        (work / FLAGS).write_bytes(orjson.dumps(dict(flags)))
        shutil.copyfile(hotels_file, work / HOTELS)
        # After the database: what its rows name was there before them.
        await asyncio.to_thread(_pack, media, work / MEDIA, progress)
        files = {name: part(work / name) for name in (DATABASE, FLAGS, HOTELS, MEDIA) if (work / name).exists()}
        manifest = Manifest(made_at=made_at, program=program, migrations=migrations, rows=rows, files=files)
        write_manifest(work, manifest)
        _to_disk(work)
        work.rename(copy)
    except OSError as error:
        raise CopyError(f"the copy could not be written into {into}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    await _remember(url, copy, manifest)
    return copy


async def _dump(url: str, dump: Path, progress: Progress) -> tuple[dict[str, int], tuple[str, ...]]:
    """Dump one snapshot, and count that same snapshot: a count of another moment would prove nothing."""
    with translated():
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
                server = connection.get_server_version().major
                progress("copying the database")
                arguments = (
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    f"--snapshot={snapshot}",
                    f"--file={dump}",
                )
                await asyncio.to_thread(client_programs.run, "pg_dump", *arguments, url=url, server=server)
                progress("counting what was copied")
                rows = await counted(connection)
                migrations = tuple(row["name"] for row in await connection.fetch(MIGRATIONS))
        finally:
            await connection.close(timeout=CONNECT_SECONDS)
    await asyncio.to_thread(_hold, dump, set(rows), server)
    return rows, migrations


async def counted(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    names = [row["tablename"] for row in await connection.fetch(TABLES)]
    return {name: await connection.fetchval(f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 - names of tables of ours


def _hold(dump: Path, tables: set[str], server: int) -> None:
    """Look into the archive: a disk that filled up leaves one that ends too early."""
    listed = client_programs.listing(dump, server=server)
    missing = [name for name in sorted(tables) if f"TABLE DATA public {name} " not in listed]
    if missing or not tables:
        raise CopyError(f"the dump lacks {', '.join(missing) or 'every table'}; nothing was kept")


def _pack(media: Path, archive: Path, progress: Progress) -> None:
    if not media.is_dir():
        return
    progress("copying media")
    with tarfile.open(archive, "w", dereference=True) as packed:
        for file in sorted(path for path in media.rglob("*") if path.is_file()):
            # What its retention deletes meanwhile is wanted by nobody.
            with suppress(FileNotFoundError):
                packed.add(file, arcname=file.relative_to(media).as_posix())


def _to_disk(work: Path) -> None:
    for path in (*work.iterdir(), work):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


async def _remember(url: str, copy: Path, manifest: Manifest) -> None:
    """Let the service know how old its newest copy is."""
    detail = orjson.dumps({"copy": copy.name, "bytes": manifest.files[DATABASE].bytes}).decode()
    with translated():
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            await connection.execute(REMEMBER, detail)
        finally:
            await connection.close(timeout=CONNECT_SECONDS)
