"""A database that is away is an outage, never a crash; and when it is back, the same object works."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.storage import links
from agente_hotelero.storage.links import OUTAGES, Fetches, Link, Pool, translated
from tests.support.storage_journal import Tables
from tests.support.storage_servers import RestartablePostgres


async def opened(kind: str, url: str) -> Link | Pool:
    if kind == "link":
        return Link(url, name="test")
    pool = Pool(url, size=2)
    await pool.open()
    return pool


async def in_a_transaction(fetches: Fetches, sql: str = "SELECT 1 AS one") -> list[asyncpg.Record]:
    async with fetches.transaction() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(sql)
        return rows


@pytest.mark.parametrize("error", OUTAGES)
def test_every_kind_of_outage_becomes_one_error_and_drops_the_connection(error: type[BaseException]) -> None:
    dropped: list[bool] = []
    with pytest.raises(StorageUnavailableError) as raised, translated(lambda: dropped.append(True)):
        raise error("as it happens")
    assert dropped == [True]
    assert isinstance(raised.value.__cause__, error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.exceptions.QueryCanceledError,
        asyncpg.exceptions.AdminShutdownError,
        asyncpg.exceptions.CannotConnectNowError,
        asyncpg.exceptions.IdleSessionTimeoutError,
        asyncpg.exceptions.TooManyConnectionsError,
        asyncpg.exceptions.DiskFullError,
        asyncpg.exceptions.PostgresIOError,
        asyncpg.exceptions.DeadlockDetectedError,
        asyncpg.exceptions.SerializationError,
        asyncpg.exceptions.ConnectionDoesNotExistError,
        ConnectionResetError,
    ],
)
def test_what_servers_and_networks_really_say_is_among_the_outages(error: type[Exception]) -> None:
    assert issubclass(error, OUTAGES)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.exceptions.DataError,
        asyncpg.exceptions.UniqueViolationError,
        asyncpg.exceptions.UndefinedTableError,
        asyncpg.exceptions.CharacterNotInRepertoireError,
        ValueError,
        asyncio.CancelledError,
    ],
)
def test_a_mistake_of_ours_is_no_outage(error: type[BaseException]) -> None:
    with pytest.raises(error), translated():
        raise error("x")


def test_an_outage_is_translated_once() -> None:
    with pytest.raises(StorageUnavailableError) as raised, translated(), translated():
        raise OSError
    assert isinstance(raised.value.__cause__, OSError)


@pytest.mark.parametrize("kind", ["link", "pool"])
async def test_the_same_object_works_again_when_the_server_is_back(kind: str, tmp_path: Path) -> None:
    server = RestartablePostgres(tmp_path)
    server.start()
    database = await opened(kind, server.url)
    assert [row["one"] for row in await in_a_transaction(database)] == [1]

    server.stop()
    for attempt in (database.fetch("SELECT 1"), in_a_transaction(database)):
        with pytest.raises(StorageUnavailableError):
            await attempt
    server.start()

    assert [row["one"] for row in await database.fetch("SELECT 1 AS one")] == [1]
    assert [row["one"] for row in await in_a_transaction(database)] == [1]
    await database.close()
    server.stop()


@pytest.mark.parametrize("kind", ["link", "pool"])
async def test_a_session_that_was_cut_costs_one_failure_at_most(kind: str, database_url: str, tables: Tables) -> None:
    database = await opened(kind, database_url)
    await database.fetch("SELECT 1")
    assert await tables.cut("application_name LIKE 'agente-%'") == 1
    with suppress(StorageUnavailableError):
        await database.fetch("SELECT 1")
    assert len(await database.fetch("SELECT 1")) == 1
    await database.close()


@pytest.mark.parametrize("kind", ["link", "pool"])
@pytest.mark.parametrize("way", ["a statement", "a transaction"])
async def test_a_statement_that_takes_too_long_is_an_outage(
    kind: str, way: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "STATEMENT_SECONDS", 0.05)
    database = await opened(kind, database_url)
    with pytest.raises(StorageUnavailableError):
        await (database.fetch if way == "a statement" else lambda sql: in_a_transaction(database, sql))(
            "SELECT pg_sleep(60)"
        )
    await database.close()


async def test_a_failed_transaction_leaves_nothing_and_its_link_usable(database_url: str, tables: Tables) -> None:
    link = Link(database_url, name="test")

    async def fail() -> None:
        async with link.transaction() as connection:
            await connection.execute("INSERT INTO seen (key) VALUES ('\\x01')")
            await connection.execute("SELECT * FROM nowhere")

    with pytest.raises(asyncpg.UndefinedTableError):
        await fail()
    assert await tables.count("seen") == 0
    assert len(await link.fetch("SELECT 1")) == 1
    await link.close()


async def test_a_process_frozen_in_a_transaction_loses_it_so_that_others_go_on(
    database_url: str, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(links.IDLE_TRANSACTION, "idle_in_transaction_session_timeout", "50ms")
    link = Link(database_url, name="frozen")
    insert = "INSERT INTO seen (key) VALUES ('\\x01')"

    async def freeze() -> None:
        async with link.transaction() as connection:
            await connection.execute(insert)
            await tables.connection.execute(insert)  # waits for the frozen one
            await connection.execute("SELECT 1")

    with pytest.raises(StorageUnavailableError):
        await freeze()
    assert await tables.count("seen") == 1
    await link.close()


@pytest.mark.parametrize("kind", ["link", "pool"])
async def test_real_sessions_are_bounded_in_transactions(kind: str, database_url: str) -> None:
    database = await opened(kind, database_url)
    rows = await database.fetch("SHOW idle_in_transaction_session_timeout")
    assert rows[0][0] == "5s"
    await database.close()


async def test_an_exhausted_pool_is_an_outage_for_who_waits_too_long(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "CONNECT_SECONDS", 0.2)
    pool = Pool(database_url, size=1)
    await pool.open()
    await pool.fetch("SELECT 1")
    async with pool.transaction():
        for attempt in (pool.fetch("SELECT 1"), in_a_transaction(pool)):
            with pytest.raises(StorageUnavailableError):
                await attempt
    assert len(await pool.fetch("SELECT 1")) == 1
    await pool.close()


async def test_callers_of_a_link_take_turns(database_url: str, tables: Tables) -> None:
    link = Link(database_url, name="turns")
    backends = await asyncio.gather(*(link.fetch("SELECT pg_backend_pid() AS pid") for _ in range(20)))
    assert len({rows[0]["pid"] for rows in backends}) == 1
    await link.close()


async def test_a_cancelled_caller_leaves_the_link_to_the_next(database_url: str, tables: Tables) -> None:
    link = Link(database_url, name="cancelled")
    slow = asyncio.create_task(link.fetch("SELECT pg_sleep(60)"))
    while not await tables.value("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"):
        pass
    slow.cancel()
    assert len(await link.fetch("SELECT 1")) == 1
    with pytest.raises(asyncio.CancelledError):
        await slow
    await link.close()


async def test_closing_waits_for_no_transaction_that_never_ends(database_url: str) -> None:
    pool = Pool(database_url)
    await pool.open()

    async def linger() -> None:
        async with pool.transaction() as connection:
            await pool.close()
            await connection.execute("SELECT 1")

    with pytest.raises(StorageUnavailableError):
        await linger()


async def test_a_link_closes_over_a_session_that_does_not_answer(database_url: str, tables: Tables) -> None:
    link = Link(database_url, name="frozen")
    [row] = await link.fetch("SELECT pg_backend_pid() AS pid")
    os.kill(row["pid"], signal.SIGSTOP)
    try:
        await link.close()
    finally:
        os.kill(row["pid"], signal.SIGCONT)


async def test_closing_twice_or_before_opening_is_nothing(database_url: str) -> None:
    link, pool = Link(database_url, name="x"), Pool(database_url)
    for close in (link.close, link.close, pool.close):
        await close()


async def test_a_server_that_is_not_there_is_found_out_when_it_is_asked() -> None:
    for kind in ("link", "pool"):
        database = await opened(kind, "postgresql://nobody@127.0.0.1:1/none")
        with pytest.raises(StorageUnavailableError):
            await database.fetch("SELECT 1")
        await database.close()
