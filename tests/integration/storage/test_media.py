"""What guests send beside words: a row for each in its turn, files that are whole or not there, and nothing left behind."""

import hashlib
import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agente_hotelero.errors import MediaRefusedError
from agente_hotelero.model.events import MediaReceived, MessageRevoked
from agente_hotelero.model.ids import Account, HotelId, InboxId
from agente_hotelero.model.journal import HandOffDraft, InboxRow
from agente_hotelero.model.media import GuestFile, StoredFile
from agente_hotelero.model.office import OpenedFile, SentFile
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.handoffs import PostgresHandOffs
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.media import PostgresMedia
from agente_hotelero.storage.media_files import MediaFiles, name_of
from agente_hotelero.storage.retention import PostgresRetention
from agente_hotelero.storage.sent_files import PostgresSentFiles
from agente_hotelero.wiring.upkeep import sweep_files
from tests.support.storage_journal import HOTEL, WHATSAPP, Journal, Tables, a_turn, an_event

SLIP = MediaReceived(what="document", media_id="m1", mime="application/pdf; name=x", filename="mi <comprobante>.pdf")
PICTURE = MediaReceived(what="image", media_id="m2", mime="image/jpeg")
HANDED = (HandOffDraft(reason="received", summary="El huésped envió un documento."),)


@pytest.fixture
def media(pool: Pool) -> PostgresMedia:
    return PostgresMedia(pool)


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    return MediaFiles(tmp_path / "media")


async def sent(journal: Journal, *events: MediaReceived) -> list[InboxRow]:
    """Somebody sends them, and the turn that settles them is committed."""
    rows = [row for n, event in enumerate(events) for row in await journal.receive(f"wamid.{n}", event=event)]
    [committed] = await journal.commit(a_turn(*rows, handoffs=HANDED, concerns_media=True))
    assert committed.passed
    return rows


async def kept(media: PostgresMedia, files: MediaFiles, content: bytes = b"slip") -> tuple[int, str]:
    """The first that is due is fetched."""
    [due] = await media.take(1)
    name = name_of(due.inbox_id, 0)
    await files.write(name, content)
    assert await media.keep(due.id, [stored(0, name)])
    return due.id, name


def stored(n: int, file: str | None, refused: str | None = None) -> StoredFile:
    return StoredFile(
        n=n, name=f"{n}.pdf", mime="application/pdf", file=file, bytes=4, sha256="ab" * 32, refused=refused
    )


async def test_every_picture_of_an_album_has_its_row_and_words_have_none(
    journal: Journal, media: PostgresMedia, tables: Tables
) -> None:
    rows = [
        *await journal.receive("words"),
        *await journal.receive("a", event=SLIP),
        *await journal.receive("b", event=PICTURE),
    ]
    turn = a_turn(*rows, concerns_media=True)
    await journal.commit(turn)
    await journal.commit(turn)
    assert [(one.inbox_id, one.media, one.account) for one in await media.take(9)] == [
        (rows[1].id, SLIP, WHATSAPP),
        (rows[2].id, PICTURE, WHATSAPP),
    ]
    assert await tables.count("media") == 2


async def test_a_turn_that_does_not_pass_leaves_no_row(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a", event=SLIP)
    [committed] = await journal.commit(a_turn(*rows, version=7, concerns_media=True))
    assert not committed.passed
    assert await tables.count("media") == 0


async def test_what_could_not_be_turned_has_its_row_too(journal: Journal, media: PostgresMedia) -> None:
    [row] = await journal.receive("a", event=SLIP)
    assert await journal.inbox.bury(row.id, error="boom", summary="…")
    assert [one.media for one in await media.take(9)] == [SLIP]


async def test_what_was_taken_is_left_alone_until_somebody_adopts_it(journal: Journal, media: PostgresMedia) -> None:
    await sent(journal, SLIP)
    [due] = await media.take(9)
    assert due.attempts == 1
    assert await media.take(9) == []
    await media.adopt()
    [again] = await media.take(9)
    assert (again.id, again.attempts) == (due.id, 2)
    await media.put_off(due.id, 3600)
    assert await media.take(9) == []
    at = await media.next_due()
    assert at is not None
    assert at - due.since > timedelta(minutes=50)


async def test_a_mail_keeps_all_its_files_or_none(journal: Journal, media: PostgresMedia, tables: Tables) -> None:
    [row] = await sent(journal, SLIP)
    [due] = await media.take(1)
    found = [stored(0, "f0"), stored(1, None, refused="too_large"), stored(2, "f2")]
    assert await media.keep(due.id, found)
    assert not await media.keep(due.id, found)
    rows = await tables.rows("SELECT n, state, file, reason, inbox_id FROM media ORDER BY n")
    assert [(one["n"], one["state"], one["file"], one["reason"]) for one in rows] == [
        (0, "kept", "f0", None),
        (1, "refused", None, "too_large"),
        (2, "kept", "f2", None),
    ]
    assert {one["inbox_id"] for one in rows} == {row.id}
    assert await media.known(["f0", "f1", "f2"]) == {"f0", "f2"}


@pytest.mark.parametrize("before", [True, False])
async def test_what_a_guest_takes_back_is_to_be_removed(
    *, before: bool, journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool
) -> None:
    rows = await sent(journal, SLIP)
    if not before:
        _, name = await kept(media, files)
    await journal.inbox.store([an_event("wamid.R", event=MessageRevoked(original="wamid.0"))])
    assert await media.take(9) == []
    [(number, file)] = await media.unwanted()
    assert file == (None if before else name)
    desk = PostgresDesk(pool, who="ana")
    [handed] = await desk.waiting()
    read = await desk.read(handed.id)
    assert read is not None
    assert read.files == ()
    assert await PostgresSentFiles(pool, files, who="ana").open(number) is None
    await media.forget([number])
    assert await media.unwanted() == []
    assert rows


async def test_what_was_taken_back_before_its_turn_is_not_fetched(journal: Journal, media: PostgresMedia) -> None:
    rows = await journal.receive("wamid.0", event=SLIP)
    revoked, _ = await journal.inbox.store([an_event("wamid.R", event=MessageRevoked(original="wamid.0"))])
    [one] = revoked
    assert one is not None
    assert one.row is not None
    await journal.commit(a_turn(*rows, one.row, concerns_media=True))
    assert await media.take(9) == []


async def test_a_guest_takes_back_only_what_is_theirs(journal: Journal, media: PostgresMedia) -> None:
    await sent(journal, SLIP)
    revoke = MessageRevoked(original="wamid.0")
    await journal.inbox.store([an_event("wamid.R", event=revoke, phone="34600111222")])
    assert await media.unwanted() == []


async def test_files_are_ours_alone_and_named_by_no_guest(files: MediaFiles, tmp_path: Path) -> None:
    name = name_of(InboxId(7), 0)
    await files.write(name, b"one")
    await files.write(name, b"two")
    [path] = [one for one in (tmp_path / "media").rglob("*") if one.is_file()]
    assert (path.name, path.parent.name) == (name, name[:2])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path / "media").rglob("*") if folder.is_dir()} == {
        0o700
    }
    assert await files.read(name) == b"two"
    await files.remove([name, "0" * 32])
    assert await files.read(name) is None


async def test_strays_of_a_crash_go_and_what_is_fresh_or_known_stays(
    journal: Journal, media: PostgresMedia, files: MediaFiles, tmp_path: Path
) -> None:
    await sent(journal, SLIP)
    _, name = await kept(media, files)
    strays = ["ab" * 16, "ab" + "cd" * 15]
    for stray in strays:
        await files.write(stray, b"stray")
    unfinished = tmp_path / "media" / "received" / "ab" / f"{'ab' * 16}.part"
    unfinished.write_bytes(b"half")
    assert await sweep_files(files, media) == 0
    old = (tmp_path / "media" / "received").rglob("*")
    for path in [one for one in old if one.is_file()]:
        os.utime(path, (0, 0))
    await files.write("ef" * 16, b"just written")
    assert await sweep_files(files, media) == 2
    left = {one.name for one in (tmp_path / "media").rglob("*") if one.is_file()}
    assert left == {name, "ef" * 16}


async def test_a_time_that_is_over_takes_rows_and_files(
    *, journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool, tables: Tables, tmp_path: Path
) -> None:
    await sent(journal, SLIP)
    _, name = await kept(media, files)
    os.utime(next(one for one in (tmp_path / "media").rglob("*") if one.is_file()), (0, 0))
    await tables.connection.execute("UPDATE media SET created_at = now() - interval '8 days'")
    await PostgresRetention(pool).sweep()
    assert await sweep_files(files, media) == 0
    swept = await PostgresRetention(pool, media_kept=timedelta(days=7)).sweep()
    assert swept["media"] == 1
    assert await sweep_files(files, media) == 1
    assert await files.read(name) is None


async def test_the_desk_sees_a_guests_files_with_the_conversation(
    journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool
) -> None:
    rows = await sent(journal, SLIP, PICTURE)
    number, _ = await kept(media, files)
    desk = PostgresDesk(pool, who="ana", hotel=HOTEL)
    [handed] = await desk.waiting()
    read = await desk.read(handed.id)
    assert read is not None
    assert read.files == (
        SentFile(id=number, what="document", name="0.pdf", at=rows[0].received_at, state="kept", bytes=4, reason=None),
        SentFile(id=number + 1, what="image", name="", at=rows[1].received_at, state="due", bytes=None, reason=None),
    )
    [told] = await PostgresHandOffs(pool).take([HOTEL])
    assert told.files == 2


async def test_a_file_opens_for_its_hotel_only_and_leaves_a_line(
    journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool, tables: Tables
) -> None:
    await sent(journal, SLIP)
    number, name = await kept(media, files, b"%PDF")
    assert await PostgresSentFiles(pool, files, who="luis", hotel=HotelId("otro")).open(number) is None
    ours = PostgresSentFiles(pool, files, who="ana", hotel=HOTEL)
    assert await ours.open(number) == OpenedFile(filename=f"documento-{number}.pdf", content=b"%PDF")
    lines = await tables.rows("SELECT who, action, detail FROM audit")
    assert [(one["who"], one["action"], one["detail"]) for one in lines] == [
        ("ana", "file_opened", f'{{"file" : {number}}}')
    ]
    await files.remove([name])
    assert await ours.open(number) is None


@pytest.mark.parametrize(("given", "opened"), [(b"slip", b"slip"), (b"another's", None), (None, None)])
async def test_what_is_on_another_processes_disk_is_fetched_again_if_it_is_the_same(
    *, given: bytes | None, opened: bytes | None, journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool
) -> None:
    await sent(journal, SLIP)
    [due] = await media.take(1)
    digest = hashlib.sha256(b"slip").hexdigest()
    await media.keep(due.id, [replace(stored(0, "ab" * 16), sha256=digest)])

    async def refetch(account: Account, event: MediaReceived) -> list[GuestFile]:
        assert (account, event) == (WHATSAPP, SLIP)
        if given is None:
            raise MediaRefusedError("gone")
        return [GuestFile(name="x", mime="", content=given)]

    found = await PostgresSentFiles(pool, files, who="ana", refetch=refetch).open(due.id)
    assert (found and found.content) == opened
    assert await files.read("ab" * 16) == opened


ENDINGS = {
    "text/html": "bin",
    "image/svg+xml": "bin",
    "application/x-msdownload": "bin",
    "": "bin",
    "Image/PNG; x=1": "png",
    "application/pdf": "pdf",
}


async def test_no_file_is_saved_under_an_ending_that_runs(
    *, journal: Journal, media: PostgresMedia, files: MediaFiles, pool: Pool, tables: Tables
) -> None:
    await sent(journal, SLIP)
    [due] = await media.take(1)
    found = [replace(stored(n, f"ab{n:030}"), name="factura.exe", mime=mime) for n, mime in enumerate(ENDINGS)]
    await media.keep(due.id, found)
    for one in found:
        await files.write(one.file or "", b"x")
    endings = {}
    for row in await tables.rows("SELECT id, mime FROM media"):
        opened = await PostgresSentFiles(pool, files, who="ana").open(row["id"])
        assert opened is not None
        endings[row["mime"]] = opened.filename.removeprefix(f"documento-{row['id']}.")
    assert endings == ENDINGS
