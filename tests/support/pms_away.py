"""A demo PMS that hangs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


@asynccontextmanager
async def hanging_pms(database_url: str) -> AsyncIterator[None]:
    """Nobody gets an answer about rooms."""
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE demo_room_type IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()
