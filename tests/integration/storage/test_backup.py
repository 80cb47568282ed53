"""A copy is whole and says so, or there is none."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import orjson
import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.storage import client_programs, copies
from agente_hotelero.storage.backup import back_up
from agente_hotelero.storage.copies import CopyError, keep_newest, read_manifest, whole
from agente_hotelero.storage.restore import restore
from tests.support.databases import EMPTY, fresh_database
from tests.support.storage_journal import Journal, Tables


@pytest.fixture
def hotels_file(tmp_path: Path) -> Path:
    path = tmp_path / "hotels.yaml"
    path.write_text("hotels: []\n", "utf-8")
    return path


async def copied(url: str, tmp_path: Path, **flags: str) -> Path:
    return await back_up(
        url,
        flags=flags,
        hotels_file=tmp_path / "hotels.yaml",
        media=tmp_path / "media",
        into=tmp_path / "copies",
        program="1.2.3",
        progress=lambda _: None,
    )


async def test_a_copy_says_what_it_holds(
    database_url: str, journal: Journal, tables: Tables, hotels_file: Path, tmp_path: Path
) -> None:
    await journal.answer("¡Hola!", "¿Qué fechas?")
    copy = await copied(database_url, tmp_path, **{"agent.paused": "1"})
    manifest = read_manifest(copy)
    assert (manifest.rows["inbox"], manifest.rows["outbox"], manifest.rows["shard_epoch"]) == (1, 2, 256)
    assert manifest.program == "1.2.3"
    assert manifest.migrations[0] == "0001_core.sql"
    assert orjson.loads((copy / copies.FLAGS).read_bytes()) == {"agent.paused": "1"}
    assert manifest.files[copies.HOTELS] == copies.part(hotels_file)
    # The service reads from this how old its newest copy is.
    assert await tables.connection.fetchval("SELECT detail->>'copy' FROM audit WHERE action = 'backup'") == copy.name


async def test_nobody_else_on_the_machine_can_read_a_copy(database_url: str, hotels_file: Path, tmp_path: Path) -> None:
    copy = await copied(database_url, tmp_path)

    assert copy.stat().st_mode & 0o077 == 0


async def test_what_is_written_meanwhile_is_in_neither_the_copy_nor_its_count(
    database_url: str, hotels_file: Path, tmp_path: Path, postgres_url: str
) -> None:
    writer = await asyncpg.connect(database_url)
    stop = asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            await writer.execute("INSERT INTO audit (who, action, detail) VALUES ('x', 'x', '{}')")
            count += 1
        return count

    writing = asyncio.create_task(write())
    copy = await copied(database_url, tmp_path)
    stop.set()
    written = await writing
    await writer.close()
    rows = read_manifest(copy).rows["audit"]
    assert rows < written
    # Restoring compares every table with the count.
    async with fresh_database(postgres_url, template=EMPTY) as empty:
        await restore(
            empty, copy, media=tmp_path / "media", older_than=timedelta(hours=1), force=False, progress=lambda _: None
        )


async def test_a_database_that_is_away_leaves_no_copy(tmp_path: Path, hotels_file: Path) -> None:
    with pytest.raises(StorageUnavailableError):
        await copied("postgresql://agente@127.0.0.1:1/agente", tmp_path)
    assert list((tmp_path / "copies").iterdir()) == []


async def test_a_file_that_cannot_be_copied_leaves_no_copy(database_url: str, tmp_path: Path) -> None:
    # There is no hotels file.
    with pytest.raises(CopyError, match="could not be written"):
        await copied(database_url, tmp_path)
    assert list((tmp_path / "copies").iterdir()) == []


async def test_a_dump_that_ends_too_early_is_no_copy(
    database_url: str, tmp_path: Path, hotels_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = client_programs.run

    def cut_off(name: str, *arguments: str | Path, url: str, server: int) -> str:
        said = run(name, *arguments, url=url, server=server)
        dump = next(tmp_path.glob(f"copies/*/{copies.DATABASE}"))
        dump.write_bytes(dump.read_bytes()[:700])
        return said

    monkeypatch.setattr(client_programs, "run", cut_off)
    with pytest.raises(CopyError):
        await copied(database_url, tmp_path)
    assert list((tmp_path / "copies").iterdir()) == []


async def test_only_the_newest_copies_stay_and_what_was_cut_off_goes(
    database_url: str, tmp_path: Path, hotels_file: Path
) -> None:
    made = [await copied(database_url, tmp_path) for _ in range(3)]
    cut_off = tmp_path / "copies" / f"{copies.PREFIX}20200101T000000Z{copies.UNFINISHED}"
    cut_off.mkdir()
    ours_not = tmp_path / "copies" / "notes"
    ours_not.mkdir()
    assert list(keep_newest(tmp_path / "copies", 2)) == [made[0], cut_off]
    assert whole(tmp_path / "copies") == made[1:]
    assert ours_not.exists()


def test_a_password_is_in_no_argument() -> None:
    address, password = client_programs._without_password("postgresql://ana:p%40ss@db:5432/agente?sslmode=require")
    assert address == "postgresql://ana@db:5432/agente?sslmode=require"
    assert password == "p@ss"
    assert client_programs._without_password("postgresql://ana@db/agente") == ("postgresql://ana@db/agente", None)


def test_a_program_older_than_the_server_is_not_taken() -> None:
    with pytest.raises(CopyError, match="apt-get install postgresql-client-99"):
        client_programs.program("pg_dump", at_least=99)
