"""Databases of one server: each test has its own, gone afterwards."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

MIGRATED: Final = "template_agente"
EMPTY: Final = "template0"
"""Without a single table."""
_numbers = itertools.count(1)


def database(url: str, name: str) -> str:
    """The same server, another database."""
    return url.replace("@/agente?", f"@/{name}?")


@asynccontextmanager
async def fresh_database(postgres_url: str, *, template: str = MIGRATED) -> AsyncIterator[str]:
    """A database like the template, for as long as this lasts."""
    name = f"test_{next(_numbers)}"
    admin = await asyncpg.connect(postgres_url)
    # Half the time of a copy that goes through the log: nobody replays it here.
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield database(postgres_url, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def column(url: str, sql: str) -> list[object]:
    """The first column of what a statement answers."""
    connection = await asyncpg.connect(url)
    try:
        return [record[0] for record in await connection.fetch(sql)]
    finally:
        await connection.close()
