"""Numbered SQL files, each applied once and in order, forward only."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import asyncpg

from agente_hotelero.errors import AgenteError
from agente_hotelero.storage.links import OUTAGES, translated

DIRECTORY: Final = Path(__file__).with_name("migrations")
LOCK: Final = 0x41474D49  # «AGMI»
RECORD: Final = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name        text PRIMARY KEY,
    sha256      text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
)
"""


class MigrationError(AgenteError):
    """The database and the files do not belong together; the message says which file and what to do."""


@dataclass(frozen=True, slots=True)
class _Migration:
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


async def migrate(dsn: str, *, directory: Path = DIRECTORY) -> list[str]:
    """Apply what is missing, one transaction each; answers the names. Safe to run by several at once."""
    with translated():
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            # Held by the session, so that another runner waits for all of ours, not for each.
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
            await connection.execute(RECORD)
            missing = _missing(_files(directory), await _applied(connection))
            for migration in missing:
                await _apply(connection, migration)
            return [migration.name for migration in missing]
        finally:
            await connection.close(timeout=5)


async def pending(dsn: str, *, directory: Path = DIRECTORY) -> list[str]:
    """Names of what `migrate` would apply; changes nothing."""
    with translated():
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            known = await connection.fetchval("SELECT to_regclass('schema_migration') IS NOT NULL")
            applied = await _applied(connection) if known else {}
            return [migration.name for migration in _missing(_files(directory), applied)]
        finally:
            await connection.close(timeout=5)


def _files(directory: Path) -> list[_Migration]:
    paths = sorted(directory.glob("[0-9]*.sql"))
    for path, following in pairwise(paths):
        if _number(path) == _number(following):
            raise MigrationError(f"{path.name} and {following.name} have the same number; give the newer one its own")
    return [_Migration(path.name, path.read_text("utf-8")) for path in paths]


def _number(path: Path) -> str:
    return path.name.partition("_")[0]


async def _applied(connection: Any) -> dict[str, str]:
    return {row["name"]: row["sha256"] for row in await connection.fetch("SELECT name, sha256 FROM schema_migration")}


def _missing(files: list[_Migration], applied: dict[str, str]) -> list[_Migration]:
    for migration in files:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationError(f"{migration.name} was changed after it was applied; restore it and add a new file")
    missing = [migration for migration in files if migration.name not in applied]
    if missing and applied and missing[0].name < max(applied):
        raise MigrationError(
            f"{missing[0].name} comes before {max(applied)}, which is applied already; give it a higher number"
        )
    return missing


async def _apply(connection: Any, migration: _Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)", migration.name, migration.sha256
            )
    except OUTAGES:
        raise
    except asyncpg.PostgresError as error:
        raise MigrationError(f"{migration.name}: {error}") from error
