"""What two databases have in common."""

from typing import Any


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
