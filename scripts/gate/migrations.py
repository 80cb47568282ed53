"""The database's way from nothing and from the previous version: python -m scripts.gate.migrations zero|previous."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

import asyncpg

from agente_hotelero.errors import AgenteError
from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.migrate import DIRECTORY, migrate, pending
from scripts.gate.rows import ROWS

ROOT: Final = Path(__file__).parents[2]
WITHIN: Final = "agente_hotelero/storage/migrations"
TABLES: Final = """
SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'schema_migration' GROUP BY table_name
"""

Schema: TypeAlias = Mapping[str, frozenset[str]]
"""Tables, each with its columns."""


class BrokenError(Exception):
    """The way does not hold; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The migrations of the version before this one, and which that is."""

    name: str
    directory: Path


async def from_zero(url: str, *, now: Path = DIRECTORY) -> str:
    """Every file over an empty database."""
    applied = await migrate(url, directory=now)
    if left := await pending(url, directory=now):
        raise BrokenError(f"{left[0]} is still to be applied")
    return f"{len(applied)} files, up to {applied[-1]}"


async def from_previous(url: str, before: Previous, *, now: Path = DIRECTORY) -> str:
    """What is new over rows of the version before; then that version writes the same rows once more, as it does during a rolling deployment."""
    await migrate(url, directory=before.directory)
    connection = await asyncpg.connect(url)
    try:
        old = await _schema(connection)
        await _fill(connection, old)
        counted = await _counts(connection, old)
        applied = await migrate(url, directory=now)
        await _nothing_lost(connection, old, counted)
        _all_described(await _schema(connection))
        await _still_written(connection, old, applied)
    finally:
        await connection.close()
    return (
        f"{sum(counted.values())} rows of {before.name} kept over {len(applied)} new files; that version still writes"
    )


def previous(root: Path, place: Path) -> Previous:
    """By the last tag before this commit; where there is none, all files but the newest."""
    tag = _git(root, "describe", "--tags", "--abbrev=0", "HEAD^").strip()
    names = _git(root, "ls-tree", "--name-only", tag, f"{WITHIN}/").split() if tag else []
    for name in names:
        (place / Path(name).name).write_text(_git(root, "show", f"{tag}:{name}"), "utf-8")
    if names:
        return Previous(name=tag, directory=place)
    *all_but_the_newest, _ = sorted((root / WITHIN).glob("[0-9]*.sql"))
    for path in all_but_the_newest:
        shutil.copy(path, place)
    return Previous(name="all but the newest file (no version is tagged)", directory=place)


def _git(root: Path, *words: str) -> str:
    """What git answers about this very tree, not about one around it; nothing where it can't."""
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(
        [git, *words],
        cwd=root,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(root.parent)},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout if done.returncode == 0 else ""


async def _schema(connection: Any) -> Schema:
    return {row["table_name"]: frozenset(row["columns"]) for row in await connection.fetch(TABLES)}


async def _fill(connection: Any, tables: Schema) -> None:
    """The rows that these tables could hold, with the columns that they have; what a migration put there itself goes."""
    _all_described(tables)
    await connection.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    for table in (table for table in ROWS if table in tables):
        for row in ROWS[table]:
            known = {column: value for column, value in row.items() if column in tables[table]}
            await connection.execute(f"INSERT INTO {table} ({', '.join(known)}) VALUES ({', '.join(known.values())})")


def _all_described(tables: Schema) -> None:
    unknown = sorted(set(tables) - set(ROWS))
    if unknown:
        raise BrokenError(f"no row for the table {unknown[0]} in scripts/gate/rows.py: write one")


async def _counts(connection: Any, tables: Schema) -> dict[str, int]:
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def _nothing_lost(connection: Any, old: Schema, counted: Mapping[str, int]) -> None:
    now = await _schema(connection)
    for table, columns in old.items():
        gone = [table] if table not in now else sorted(f"{table}.{column}" for column in columns - now[table])
        if gone:
            raise BrokenError(
                f"{gone[0]} is taken away while the previous version still runs; take it away one release later"
            )
    for table, count in (await _counts(connection, old)).items():
        if count < counted[table]:
            raise BrokenError(f"{table} had {counted[table]} rows, and has {count}")


async def _still_written(connection: Any, old: Schema, applied: list[str]) -> None:
    try:
        await _fill(connection, old)
    except asyncpg.PostgresError as error:
        raise BrokenError(f"after {', '.join(applied)} the previous version can't write: {error}") from error


async def _look(whence: str, url: str) -> str:
    if whence == "zero":
        return await from_zero(url)
    with TemporaryDirectory() as place:
        return await from_previous(url, previous(ROOT, Path(place)))


def main(whence: str) -> int:
    """Look with a Postgres of its own; one line says what was seen."""
    with TemporaryDirectory(prefix="agente-gate-") as place:
        server = EmbeddedPostgres(data_dir=Path(place) / "postgres")
        try:
            print(asyncio.run(_look(whence, server.start())))
        except (AgenteError, BrokenError, asyncpg.PostgresError) as error:
            print(f"error: {error}")
            return 1
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
