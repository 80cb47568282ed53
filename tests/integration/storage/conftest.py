"""A process's lanes, another process's, and psql, over one fresh database."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import Journal, Tables


@pytest.fixture
async def journal(database_url: str) -> AsyncIterator[Journal]:
    journal = Journal(database_url)
    yield journal
    await journal.close()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Journal]:
    """The lanes of a second process."""
    journal = Journal(database_url)
    yield journal
    await journal.close()


@pytest.fixture
async def tables(database_url: str) -> AsyncIterator[Tables]:
    connection = await asyncpg.connect(database_url)
    yield Tables(connection)
    await connection.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = Pool(database_url, size=4)
    await pool.open()
    yield pool
    await pool.close()
