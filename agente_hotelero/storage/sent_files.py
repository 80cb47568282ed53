"""Guests' files as people at the desk see them: what there is, and one of them to be opened, which leaves a line in the audit."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.office import OpenedFile, SentFile
from agente_hotelero.storage.links import Fetches

OF_GUEST: Final = """
WITH theirs AS MATERIALIZED (
    SELECT m.id, i.event->>'what' AS what, coalesce(m.name, i.event->>'filename', '') AS name, i.received_at AS at, m.state, m.bytes, m.reason
    FROM media m JOIN inbox i ON i.id = m.inbox_id
    WHERE m.inbox_id = ANY (ARRAY(SELECT id FROM inbox WHERE guest_id = $1 AND channel <> 'system')) AND m.state <> 'unwanted'
)
SELECT * FROM (SELECT * FROM theirs ORDER BY id DESC LIMIT 50) newest ORDER BY id
"""
OPEN: Final = """
WITH found AS (
    SELECT m.id, m.file, m.mime, i.event->>'what' AS what FROM media m JOIN inbox i ON i.id = m.inbox_id
    WHERE m.id = $1 AND m.state = 'kept' AND ($2::text IS NULL OR i.hotel = $2)
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $3, 'file_opened', json_build_object('file', id) FROM found
)
SELECT * FROM found
"""
ENDINGS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
}
"""What a double click may open; a page, a program and whatever else a guest calls it have an ending that nothing opens."""
UNKNOWN: Final = "bin"
KINDS: Final[Mapping[str, str]] = {"image": "imagen", "audio": "audio", "video": "video", "sticker": "sticker"}


class Shelf(Protocol):
    """Where the files are."""

    async def read(self, name: str) -> bytes | None:
        """Give all of it; None where it is gone."""
        ...


class PostgresSentFiles:
    """`who` is named in the audit; `hotel` is the only one whose guests' files they see, if any."""

    def __init__(self, pool: Fetches, shelf: Shelf, *, who: str, hotel: HotelId | None = None) -> None:
        self._pool = pool
        self._shelf = shelf
        self._who = who
        self._hotel = hotel

    async def open(self, file: int) -> OpenedFile | None:
        """Give one; None where there is none for them. Raises StorageUnavailableError."""
        rows = await self._pool.fetch(OPEN, file, self._hotel, self._who)
        content = await self._shelf.read(rows[0]["file"]) if rows else None
        return None if content is None else OpenedFile(filename=_filename(rows[0]), content=content)


async def sent_by(pool: Fetches, guest: GuestId) -> tuple[SentFile, ...]:
    """List the newest files of one guest, oldest first."""
    return tuple(SentFile(**row) for row in await pool.fetch(OF_GUEST, guest))


def _filename(row: Any) -> str:
    kind = (row["mime"] or "").partition(";")[0].strip().lower()
    return f"{KINDS.get(row['what'], 'documento')}-{row['id']}.{ENDINGS.get(kind, UNKNOWN)}"
