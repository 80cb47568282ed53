"""What comes back is what was there, nobody hears from the past, and no id is given out twice."""

import asyncio
import shutil
import stat
import tarfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from agente_hotelero.model.events import MediaReceived
from agente_hotelero.storage import copies
from agente_hotelero.storage.backup import back_up
from agente_hotelero.storage.copies import CopyError
from agente_hotelero.storage.held import Held, PostgresHeld
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.ownership import LOCK
from agente_hotelero.storage.restore import Restored, restore
from tests.support.storage_copies import contents
from tests.support.storage_journal import Journal, Tables, a_turn, sending, sent

HOUR = timedelta(hours=1)
AGES = timedelta(days=3650)
"""Nothing is older than this: a restore that holds nothing back."""
OLD = "now() - interval '2 hours'"


@pytest.fixture
async def copy_of(database_url: str, tmp_path: Path) -> Callable[[], Any]:
    async def copy() -> Path:
        (tmp_path / "hotels.yaml").write_text("hotels: []\n", "utf-8")
        return await back_up(
            database_url,
            flags={},
            hotels_file=tmp_path / "hotels.yaml",
            media=tmp_path / "media",
            into=tmp_path / "copies",
            program="1.2.3",
            progress=lambda _: None,
        )

    return copy


@pytest.fixture
async def restored(empty_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(empty_url)
    yield connection
    await connection.close()


async def brought_back(url: str, copy: Path, *, older_than: timedelta = HOUR, force: bool = False) -> Restored:
    media = copy.parent.parent / "media"
    return await restore(url, copy, media=media, older_than=older_than, force=force, progress=lambda _: None)


async def test_every_row_of_every_table_comes_back(
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str, restored: Any
) -> None:
    first, _ = await journal.answer("¡Hola!", "¿Qué fechas?")
    assert await journal.mark(sending(first)) == [True]
    assert await journal.mark(sent(first)) == [True]
    before = await contents(tables.connection)
    done = await brought_back(empty_url, await copy_of(), older_than=AGES)
    after = await contents(restored)
    assert len(before["outbox"]) == 2
    # A restore leaves its own line, and nothing else.
    assert len(after.pop("audit")) == len(before.pop("audit")) + 1
    assert after == before
    assert (done.held_messages, done.held_timers, done.handed_over, done.searched) == (0, 0, 0, 0)


async def test_what_was_on_its_way_long_ago_waits_for_a_person_and_what_is_new_goes_on(
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str, restored: Any
) -> None:
    [old] = await journal.answer("Tu reserva está confirmada", phone="5491100000002")
    [doubtful] = await journal.answer("en duda", phone="5491100000003")
    [new] = await journal.answer("recién")
    await journal.mark(sending(doubtful))
    await tables.connection.execute(f"UPDATE outbox SET created_at = {OLD} WHERE id <> $1", new.id)
    assert (await brought_back(empty_url, await copy_of())).held_messages == 2
    states = dict(await restored.fetch("SELECT id, status FROM outbox"))
    assert states == {old.id: "held", doubtful.id: "held", new.id: "pending"}


async def test_timers_whose_time_has_passed_wait_too_but_a_bookings_search_does_not(
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str, restored: Any
) -> None:
    [row] = await journal.receive("a")
    for kind, due in (("remind", OLD), ("saga", OLD), ("later", "now() + interval '1 day'")):
        await tables.connection.execute(
            f"INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) VALUES ($1, $2, 'demo', $3, 'k/1', {due})",
            row.guest_id,
            row.shard,
            kind,
        )
    assert (await brought_back(empty_url, await copy_of())).held_timers == 1
    assert {r["kind"] for r in await restored.fetch("SELECT kind FROM timer")} == {"saga", "later"}
    assert [r["kind"] for r in await restored.fetch("SELECT kind FROM held_timer")] == ["remind"]


async def test_what_a_guest_wrote_long_ago_without_an_answer_is_shown_to_staff(
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str, restored: Any
) -> None:
    await journal.receive("a")
    await journal.receive("b", event=MediaReceived(what="document", media_id="9"))
    await tables.connection.execute(f"UPDATE inbox SET received_at = {OLD}")
    [fresh] = await journal.receive("c", phone="5491100000009")
    assert (await brought_back(empty_url, await copy_of())).handed_over == 2
    assert await restored.fetchval("SELECT count(*) FROM media WHERE state = 'due'") == 1
    assert [r["id"] for r in await restored.fetch("SELECT id FROM inbox WHERE NOT done")] == [fresh.id]
    assert [r["reason"] for r in await restored.fetch("SELECT reason FROM handoff")] == ["restored"]


@pytest.mark.parametrize(
    ("state", "after"), [("intended", "checking"), ("writing", "checking"), ("settled", "settled")]
)
async def test_a_booking_that_was_open_is_searched_for_before_it_is_written(  # noqa: PLR0917 - fixtures
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str, restored: Any, state: str, after: str
) -> None:
    [row] = await journal.receive("a")
    await tables.connection.execute(
        "INSERT INTO reservation (client_ref, guest_id, shard, hotel, kind, state) VALUES ('AH-1', $1, $2, 'demo', 'reserve', $3)",
        row.guest_id,
        row.shard,
        state,
    )
    assert (await brought_back(empty_url, await copy_of())).searched == (state != "settled")
    assert await restored.fetchval("SELECT state FROM reservation") == after


async def test_no_id_is_given_out_a_second_time(journal: Journal, copy_of: Callable[[], Any], empty_url: str) -> None:
    await journal.receive("a")
    copy = await copy_of()
    # Written after the copy was made, and lost with the old database: its id lives on at the channel and at the PMS.
    [lost] = await journal.receive("b", phone="5491100000002")
    await brought_back(empty_url, copy)
    again = Journal(empty_url)
    [row] = await again.receive("b", phone="5491100000002")
    [committed] = await again.commit(a_turn(row))
    await again.close()
    assert row.id > lost.id + 1_000_000
    assert row.guest_id > lost.guest_id + 1_000_000
    assert committed.outbox[0].id > row.id


async def test_a_database_with_anything_in_it_is_not_overwritten_unless_told(
    journal: Journal, copy_of: Callable[[], Any], database_url: str, tables: Tables
) -> None:
    copy = await copy_of()
    await journal.receive("a")
    with pytest.raises(CopyError, match=r"not empty.*--force"):
        await brought_back(database_url, copy)
    assert await tables.connection.fetchval("SELECT count(*) FROM inbox") == 1
    await brought_back(database_url, copy, force=True)
    assert await tables.connection.fetchval("SELECT count(*) FROM inbox") == 0


async def test_what_was_restored_can_be_copied_and_restored_again(
    journal: Journal, copy_of: Callable[[], Any], database_url: str, empty_url: str, restored: Any
) -> None:
    await journal.receive("a")
    await brought_back(database_url, await copy_of(), force=True, older_than=AGES)
    await brought_back(empty_url, await copy_of(), older_than=AGES)
    assert await restored.fetchval("SELECT count(*) FROM inbox") == 1


async def test_nothing_is_replaced_under_a_running_service(
    copy_of: Callable[[], Any], database_url: str, tables: Tables
) -> None:
    copy = await copy_of()
    await tables.connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    with pytest.raises(CopyError, match="a service runs"):
        await brought_back(database_url, copy, force=True)


async def test_a_copy_that_was_changed_or_cut_is_refused_before_anything_happens(
    copy_of: Callable[[], Any], empty_url: str, restored: Any
) -> None:
    copy = await copy_of()
    dump = copy / copies.DATABASE
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(CopyError, match=r"database\.dump is not what it was"):
        await brought_back(empty_url, copy)
    dump.unlink()
    with pytest.raises(CopyError, match=r"database\.dump is missing"):
        await brought_back(empty_url, copy)
    (copy / copies.MANIFEST).write_text("{", "utf-8")
    with pytest.raises(CopyError, match="cannot be read"):
        await brought_back(empty_url, copy)
    (copy / copies.MANIFEST).unlink()
    with pytest.raises(CopyError, match="is no copy"):
        await brought_back(empty_url, copy)
    assert await contents(restored) == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("migrations", ["0001_core.sql", "9999_later.sql"], "newer"),
        ("migrations", ["0001_core.sql"], "migrations differ"),
        ("rows", {"inbox": 7}, "inbox has 0 rows and had 7"),
    ],
)
async def test_a_copy_that_does_not_fit_its_manifest_or_this_program_is_told(
    copy_of: Callable[[], Any], empty_url: str, field: str, value: Any, words: str
) -> None:
    copy = await copy_of()
    manifest = orjson.loads((copy / copies.MANIFEST).read_bytes())
    (copy / copies.MANIFEST).write_bytes(orjson.dumps({**manifest, field: value}))
    with pytest.raises(CopyError, match=words):
        await brought_back(empty_url, copy)


# What was held back.


async def test_media_come_back_as_they_were(copy_of: Callable[[], Any], empty_url: str, tmp_path: Path) -> None:
    media = tmp_path / "media"
    (media / "demo").mkdir(parents=True)
    (media / "demo" / "comprobante.pdf").write_bytes(b"%PDF")
    copy = await copy_of()
    with pytest.raises(CopyError, match="media is not empty"):
        await brought_back(empty_url, copy)
    shutil.rmtree(media)
    await brought_back(empty_url, copy)
    slip = media / "demo" / "comprobante.pdf"
    assert slip.read_bytes() == b"%PDF"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (media, slip.parent, slip)] == [0o700, 0o700, 0o600]


async def test_an_archive_that_writes_elsewhere_is_refused(
    copy_of: Callable[[], Any], empty_url: str, tmp_path: Path
) -> None:
    (tmp_path / "media").mkdir()
    copy = await copy_of()
    manifest = copies.read_manifest(copy)
    with tarfile.open(copy / copies.MEDIA, "w") as forged:
        forged.add(copy / copies.HOTELS, arcname="../elsewhere")
    copies.write_manifest(
        copy, replace(manifest, files={**manifest.files, copies.MEDIA: copies.part(copy / copies.MEDIA)})
    )
    with pytest.raises(CopyError, match="elsewhere"):
        await brought_back(empty_url, copy)
    assert not (tmp_path / "elsewhere").exists()


@pytest.fixture
async def held(
    journal: Journal, tables: Tables, copy_of: Callable[[], Any], empty_url: str
) -> AsyncIterator[PostgresHeld]:
    """A restored database with one message and one timer held back."""
    [row] = await journal.answer("vieja")
    await tables.connection.execute(f"UPDATE outbox SET created_at = {OLD}")
    await tables.connection.execute(
        f"INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) VALUES ($1, $2, 'demo', 'remind', 'k', {OLD})",
        row.guest_id,
        row.shard,
    )
    await brought_back(empty_url, await copy_of())
    async with AsyncExitStack() as stack:
        pool = Pool(empty_url)
        await pool.open()
        stack.push_async_callback(pool.close)
        yield PostgresHeld(pool, who="ana")


async def test_what_waits_is_counted(held: PostgresHeld) -> None:
    found = await held.count()
    assert (found.messages, found.timers) == (1, 1)
    assert found.oldest is not None


async def test_what_is_released_goes_on_its_way(held: PostgresHeld, restored: Any) -> None:
    assert await held.release() == Held(messages=1, timers=1)
    assert await held.count() == Held(messages=0, timers=0)
    assert await restored.fetchval("SELECT status FROM outbox") == "pending"
    assert await restored.fetchval("SELECT kind FROM timer") == "remind"


async def test_what_is_released_wakes_the_owner(held: PostgresHeld, empty_url: str) -> None:
    owner = await asyncpg.connect(empty_url)
    heard = asyncio.Event()
    await owner.add_listener("outbox", lambda *_: heard.set())
    await held.release()
    async with asyncio.timeout(10):
        await heard.wait()
    await owner.close()


async def test_who_let_it_go_is_noted(held: PostgresHeld, restored: Any) -> None:
    await held.release()
    await held.drop()
    noted = await restored.fetch("SELECT who, action FROM audit WHERE action IN ('released', 'dropped') ORDER BY id")
    assert [tuple(row) for row in noted] == [("ana", "released"), ("ana", "dropped")]


async def test_what_is_dropped_is_never_said(held: PostgresHeld, restored: Any) -> None:
    assert await held.drop() == Held(messages=1, timers=1)
    assert await held.count() == Held(messages=0, timers=0)
    assert await restored.fetchval("SELECT status FROM outbox") == "cancelled"
    assert await restored.fetchval("SELECT count(*) FROM timer") == 0
