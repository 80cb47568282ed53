"""Guests' files as people at the desk see them: what there is, and one of them to be opened, which leaves a line in the audit."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from agente_hotelero.errors import MediaRefusedError
from agente_hotelero.model.events import Event, MediaReceived
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId
from agente_hotelero.model.media import GuestFile
from agente_hotelero.model.office import OpenedFile, SentFile
from agente_hotelero.storage import codec
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
    SELECT m.id, m.n, m.file, m.mime, m.sha256, i.hotel, i.channel, i.account, i.event FROM media m JOIN inbox i ON i.id = m.inbox_id
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


Refetch = Callable[[Account, MediaReceived], Awaitable[Sequence[GuestFile]]]
"""Asks the channel once more. Raises UnavailableError and MediaRefusedError."""


class Shelf(Protocol):
    """Where the files are."""

    async def read(self, name: str) -> bytes | None:
        """Give all of it; None where it is not."""
        ...

    async def write(self, name: str, content: bytes) -> None:
        """Write all of it or nothing."""
        ...


class PostgresSentFiles:
    """`who` is named in the audit; `hotel` is the only one whose guests' files they see, if any."""

    def __init__(
        self, pool: Fetches, shelf: Shelf, *, who: str, hotel: HotelId | None = None, refetch: Refetch | None = None
    ) -> None:
        """`refetch` is for what another process keeps on a disk of its own."""
        self._pool = pool
        self._shelf = shelf
        self._who = who
        self._hotel = hotel
        self._refetch = refetch

    async def open(self, file: int) -> OpenedFile | None:
        """Give one; None where there is none for them. Raises UnavailableError."""
        rows = await self._pool.fetch(OPEN, file, self._hotel, self._who)
        if not rows:
            return None
        [row] = rows
        event = codec.EVENT.validate_json(row["event"])
        content = await self._shelf.read(row["file"]) or await self._again(row, event)
        return None if content is None else OpenedFile(filename=_filename(row, event), content=content)

    async def _again(self, row: Any, event: Event) -> bytes | None:
        """Have it here too, as long as the channel gives it out."""
        if self._refetch is None or not isinstance(event, MediaReceived):
            return None
        account = Account(HotelId(row["hotel"]), Channel(row["channel"]), row["account"])
        try:
            files = await self._refetch(account, event)
        except MediaRefusedError:
            return None
        number: int = row["n"]
        content = files[number].content if number < len(files) else None
        if content is None or hashlib.sha256(content).digest() != row["sha256"]:
            return None
        await self._shelf.write(row["file"], content)
        return content


async def sent_by(pool: Fetches, guest: GuestId) -> tuple[SentFile, ...]:
    """List the newest files of one guest, oldest first."""
    return tuple(SentFile(**row) for row in await pool.fetch(OF_GUEST, guest))


def _filename(row: Any, event: Event) -> str:
    what = event.what if isinstance(event, MediaReceived) else ""
    kind = (row["mime"] or "").partition(";")[0].strip().lower()
    return f"{KINDS.get(what, 'documento')}-{row['id']}.{ENDINGS.get(kind, UNKNOWN)}"
