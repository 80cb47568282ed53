"""Numbered files, applied once and in order, by however many processes start at once."""

import asyncio
import hashlib
import re
import shutil
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.storage import migrate as migrations
from agente_hotelero.storage.migrate import DIRECTORY, MigrationError, migrate, pending
from tests.support.storage_journal import Tables

_numbers = count(1)


@pytest.fixture
async def tables(empty_url: str) -> AsyncIterator[Tables]:
    connection = await asyncpg.connect(empty_url)
    yield Tables(connection)
    await connection.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two small migrations."""
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (n int); INSERT INTO one VALUES (1);")
    (tmp_path / "0002_two.sql").write_text("ALTER TABLE one ADD COLUMN m int; UPDATE one SET m = n + 1;")
    (tmp_path / "notes.sql").write_text("not a migration")
    return tmp_path


async def test_files_are_applied_in_order_and_once(empty_url: str, tables: Tables, files: Path) -> None:
    assert await pending(empty_url, directory=files) == ["0001_one.sql", "0002_two.sql"]
    assert await tables.value("SELECT to_regclass('schema_migration')") is None  # a look changes nothing

    assert await migrate(empty_url, directory=files) == ["0001_one.sql", "0002_two.sql"]

    assert await tables.rows("SELECT * FROM one") == [{"n": 1, "m": 2}]
    assert await migrate(empty_url, directory=files) == []
    assert await pending(empty_url, directory=files) == []
    digest = hashlib.sha256((files / "0001_one.sql").read_bytes()).hexdigest()
    assert await tables.value("SELECT sha256 FROM schema_migration WHERE name = '0001_one.sql'") == digest


async def test_a_later_file_is_applied_alone(empty_url: str, files: Path) -> None:
    await migrate(empty_url, directory=files)
    (files / "0003_three.sql").write_text("CREATE TABLE three ();")
    assert await pending(empty_url, directory=files) == ["0003_three.sql"]
    assert await migrate(empty_url, directory=files) == ["0003_three.sql"]


async def test_processes_that_start_at_once_apply_each_file_once(empty_url: str, tables: Tables, files: Path) -> None:
    applied = await asyncio.gather(*(migrate(empty_url, directory=files) for _ in range(5)))
    assert sorted(applied) == [[], [], [], [], ["0001_one.sql", "0002_two.sql"]]
    assert await tables.count("one") == 1


async def test_a_file_that_was_changed_after_it_was_applied_is_named(
    empty_url: str, tables: Tables, files: Path
) -> None:
    await migrate(empty_url, directory=files)
    (files / "0001_one.sql").write_text("CREATE TABLE one (n bigint);")
    (files / "0003_three.sql").write_text("CREATE TABLE three ();")
    for look in (migrate, pending):
        with pytest.raises(MigrationError, match=r"0001_one\.sql was changed after it was applied"):
            await look(empty_url, directory=files)
    assert await tables.value("SELECT to_regclass('three')") is None


@pytest.mark.parametrize("broken", ["CREATE TABLE half (); CREATE TABEL oops", "CREATE TABLE half (); SELECT 1 / 0"])
async def test_a_file_that_fails_leaves_nothing_of_itself_and_is_named(
    broken: str, empty_url: str, tables: Tables, files: Path
) -> None:
    (files / "0003_three.sql").write_text(broken)
    (files / "0004_four.sql").write_text("CREATE TABLE four ();")

    with pytest.raises(MigrationError, match=r"^0003_three\.sql: "):
        await migrate(empty_url, directory=files)

    assert await tables.value("SELECT coalesce(to_regclass('half'), to_regclass('four'))") is None
    assert await pending(empty_url, directory=files) == ["0003_three.sql", "0004_four.sql"]
    (files / "0003_three.sql").write_text("CREATE TABLE half ();")
    assert len(await migrate(empty_url, directory=files)) == 2


async def test_the_previous_version_still_runs_over_a_newer_database(empty_url: str, files: Path) -> None:
    newer = files / "0003_newer.sql"
    newer.write_text("CREATE TABLE newer ();")
    await migrate(empty_url, directory=files)
    newer.unlink()
    assert await pending(empty_url, directory=files) == []
    assert await migrate(empty_url, directory=files) == []


async def test_a_file_below_one_that_is_applied_is_refused(empty_url: str, files: Path) -> None:
    (files / "0003_three.sql").write_text("CREATE TABLE three ();")
    (files / "0002_two.sql").rename(files / "two")
    await migrate(empty_url, directory=files)
    (files / "two").rename(files / "0002_two.sql")
    with pytest.raises(MigrationError, match=r"0002_two\.sql comes before 0003_three\.sql"):
        await migrate(empty_url, directory=files)


async def test_two_files_of_one_number_are_refused(empty_url: str, tables: Tables, files: Path) -> None:
    (files / "0002_too.sql").write_text("CREATE TABLE too ();")
    with pytest.raises(MigrationError, match=r"0002_too\.sql and 0002_two\.sql have the same number"):
        await migrate(empty_url, directory=files)
    assert await tables.value("SELECT to_regclass('one')") is None


async def test_a_connection_lost_in_the_middle_is_an_outage_and_the_next_run_finishes(
    empty_url: str, tables: Tables, files: Path
) -> None:
    await tables.connection.execute("CREATE TABLE in_the_way ()")
    (files / "0003_three.sql").write_text("DROP TABLE in_the_way;")
    async with tables.connection.transaction():
        await tables.connection.execute("LOCK TABLE in_the_way")
        running = asyncio.create_task(migrate(empty_url, directory=files))
        await tables.locked()
        await tables.cut("wait_event_type = 'Lock'")
        with pytest.raises(StorageUnavailableError):
            await running
    assert await migrate(empty_url, directory=files) == ["0003_three.sql"]


async def test_without_a_database_migrating_is_an_outage() -> None:
    for look in (migrate, pending):
        with pytest.raises(StorageUnavailableError):
            await look("postgresql://nobody@127.0.0.1:1/none")


def test_our_own_files_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in DIRECTORY.glob("*.sql"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


async def test_our_own_files_apply_one_by_one_over_an_older_database(empty_url: str, tmp_path: Path) -> None:
    for path in sorted(DIRECTORY.glob("*.sql")):
        shutil.copy(path, tmp_path)
        assert await migrate(empty_url, directory=tmp_path) == [path.name]
    assert await pending(empty_url) == []
    assert migrations.DIRECTORY.is_dir()
