"""Brings a copy back into an empty database, and makes sure that nobody hears from the past.

What was on its way when the copy was made has probably arrived since, and what guests wrote has been answered: only the copy does
not know. So messages and timers older than a limit wait for a person, and what was being written to the PMS is searched for first.
"""

import asyncio
import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from agente_hotelero.storage import client_programs
from agente_hotelero.storage.backup import MIGRATIONS, TABLES, Progress, counted
from agente_hotelero.storage.copies import DATABASE, MEDIA, CopyError, Manifest, read_manifest
from agente_hotelero.storage.links import CONNECT_SECONDS, translated
from agente_hotelero.storage.media_files import ONLY_OUR_DIRECTORY, ONLY_US
from agente_hotelero.storage.migrate import DIRECTORY, migrate
from agente_hotelero.storage.ownership import LOCK

EMPTY: Final = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
# A reply's id travels to the channel and back with its reports, and a booking's reference at the PMS is made of an id: an id that was
# given out after the copy was made must never be given out again. Nobody writes a billion rows between two copies.
SKIP_IDS: Final = """
SELECT setval('journal_id', nextval('journal_id') + 1000000000),
       setval(pg_get_serial_sequence('guest', 'id'), nextval(pg_get_serial_sequence('guest', 'id')) + 1000000000)
"""
HOLD_MESSAGES: Final = """
WITH held AS (
    UPDATE outbox SET status = 'held' WHERE status IN ('pending', 'sending') AND created_at < now() - $1::interval RETURNING 1
) SELECT count(*) FROM held
"""
HOLD_TIMERS: Final = """
WITH held AS (
    DELETE FROM timer WHERE kind <> 'saga' AND due_at < now() - $1::interval
    RETURNING guest_id, shard, hotel, kind, key, due_at, not_after
), kept AS (
    INSERT INTO held_timer SELECT * FROM held RETURNING 1
) SELECT count(*) FROM kept
"""
# Answered since, or lost with the old database: a person sees which.
HAND_OVER_EVENTS: Final = """
WITH old AS (
    UPDATE inbox SET done = true WHERE NOT done AND received_at < now() - $1::interval RETURNING id, guest_id, hotel, event
), brought AS (
    INSERT INTO media (inbox_id) SELECT id FROM old WHERE event->>'type' = 'media' ON CONFLICT DO NOTHING
), handed AS (
    INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
    SELECT guest_id, max(id), hotel, 'restored',
           'Se restauró una copia de seguridad: lo último que escribió este huésped puede haber quedado sin respuesta.'
    FROM old GROUP BY guest_id, hotel
) SELECT count(*) FROM old
"""
# As after a crash in the middle of a write: search by the reference, and write only if it is not there.
RECONCILE: Final = """
WITH open AS (
    UPDATE reservation SET state = 'checking', checks = 0, updated_at = now() WHERE state IN ('intended', 'writing') RETURNING 1
) SELECT count(*) FROM open
"""
REMEMBER: Final = (
    "INSERT INTO audit (who, action, detail) VALUES ('restore', 'restore', json_build_object('made_at', $1::text))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore came to."""

    manifest: Manifest
    held_messages: int
    held_timers: int
    handed_over: int
    """Events that nobody had dealt with: staff look at their conversations."""
    searched: int
    """Bookings that are searched for at the PMS before anything is written."""


async def restore(
    url: str, copy: Path, *, media: Path, older_than: timedelta, force: bool, progress: Progress
) -> Restored:
    """Restore, prove, hold back. Raises CopyError before anything is changed, or when the rows differ from the manifest."""
    progress("checking the copy")
    manifest = await asyncio.to_thread(read_manifest, copy)
    _hold_to_program(manifest)
    _make_room_for_media(manifest, media, force=force)
    with translated():
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        try:
            await _make_room(connection, force=force)
            progress("restoring the database")
            arguments = (
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
                str(copy / DATABASE),
            )
            server = connection.get_server_version().major
            await asyncio.to_thread(client_programs.run, "pg_restore", *arguments, url=url, server=server)
            progress("comparing rows")
            await _compare(connection, manifest)
            await migrate(url)
            # Before anything else that may fail: whoever starts a service after that must not send the past.
            restored = await _hold_back(connection, manifest, older_than)
            await asyncio.to_thread(_unpack, copy, manifest, media, progress)
            return restored
        finally:
            await connection.close(timeout=CONNECT_SECONDS)


def _hold_to_program(manifest: Manifest) -> None:
    known = {path.name for path in DIRECTORY.glob("*.sql")}
    if unknown := [name for name in manifest.migrations if name not in known]:
        raise CopyError(
            f"the copy was made by version {manifest.program}, which is newer ({unknown[0]}); restore it with that version"
        )


def _make_room_for_media(manifest: Manifest, media: Path, *, force: bool) -> None:
    if MEDIA in manifest.files and not force and media.is_dir() and any(media.iterdir()):
        raise CopyError(f"{media} is not empty; move it away, or --force to put the copy's files among those there")


def _unpack(copy: Path, manifest: Manifest, media: Path, progress: Progress) -> None:
    if MEDIA not in manifest.files:
        return
    progress("restoring media")
    with tarfile.open(copy / MEDIA) as packed:
        for member in packed:
            path = media / member.name
            content = packed.extractfile(member) if member.isfile() else None
            # `back_up` packs nothing else; what was put in by others shall not be written anywhere.
            if content is None or not path.resolve().is_relative_to(media.resolve()):
                raise CopyError(f"{copy / MEDIA} holds {member.name!r}, which is no file of media; take another copy")
            _make_folders(path.parent, above=media)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, ONLY_US), "wb") as file:
                shutil.copyfileobj(content, file)


def _make_folders(folder: Path, *, above: Path) -> None:
    """Make them as whoever keeps media does: ours alone."""
    for one in (above, *reversed([one for one in (folder, *folder.parents) if above in one.parents])):
        one.mkdir(mode=ONLY_OUR_DIRECTORY, parents=True, exist_ok=True)


async def _make_room(connection: Any, *, force: bool) -> None:
    """Take the shards' lock for as long as this lasts: no service works on what is being replaced."""
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        raise CopyError("a service runs on this database; stop it first")
    tables = [row["tablename"] for row in await connection.fetch(TABLES)]
    if tables and not force:
        raise CopyError(f"the database is not empty (it has {len(tables)} tables); give an empty one, or --force")
    if tables:
        await connection.execute(EMPTY)


async def _compare(connection: Any, manifest: Manifest) -> None:
    rows = await counted(connection)
    for name, said in manifest.rows.items():
        if (found := rows.get(name, 0)) != said:
            raise CopyError(f"{name} has {found} rows and had {said}: the restore is not whole; take another copy")
    if tuple(row["name"] for row in await connection.fetch(MIGRATIONS)) != manifest.migrations:
        raise CopyError("the migrations differ from the manifest: the restore is not whole; take another copy")


async def _hold_back(connection: Any, manifest: Manifest, older_than: timedelta) -> Restored:
    async with connection.transaction():
        await connection.execute(SKIP_IDS)
        restored = Restored(
            manifest=manifest,
            held_messages=await connection.fetchval(HOLD_MESSAGES, older_than),
            held_timers=await connection.fetchval(HOLD_TIMERS, older_than),
            handed_over=await connection.fetchval(HAND_OVER_EVENTS, older_than),
            searched=await connection.fetchval(RECONCILE),
        )
        await connection.execute(REMEMBER, manifest.made_at.isoformat())
    return restored
