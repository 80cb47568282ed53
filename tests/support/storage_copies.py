"""Databases to restore into, and what two of them have in common."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

_numbers = itertools.count(1)


@asynccontextmanager
async def empty_database(postgres_url: str) -> AsyncIterator[str]:
    """A database without a single table."""
    name = f"empty_{next(_numbers)}"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_url.replace("@/agente?", f"@/{name}?")
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def contents(connection: Any) -> dict[str, list[str]]:
    """Every row of every table, as text, in order."""
    names = [
        row["tablename"]
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]
    return {
        name: [row["r"] for row in await connection.fetch(f'SELECT t::text AS r FROM "{name}" t ORDER BY t::text')]
        for name in names
    }
