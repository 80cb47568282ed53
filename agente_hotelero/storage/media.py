"""The rows of what guests sent beside words: what is due, what is kept, what was refused, what nobody may see any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, Channel, HotelId, InboxId
from agente_hotelero.model.media import DueMedia, StoredFile
from agente_hotelero.storage import codec
from agente_hotelero.storage.links import Fetches

# Taken by pushing `next_at` ahead first: a process that dies with it in hand is followed by one that adopts it.
TAKE: Final = """
WITH taken AS (
    UPDATE media SET attempts = least(attempts + 1, 32767), next_at = now() + interval '5 minutes'
    WHERE id IN (SELECT id FROM media WHERE state = 'due' AND next_at <= now() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id, inbox_id, attempts, created_at
)
SELECT taken.*, i.hotel, i.channel, i.account, i.event FROM taken JOIN inbox i ON i.id = taken.inbox_id ORDER BY taken.id
"""
ADOPT: Final = "UPDATE media SET next_at = now() WHERE state = 'due' AND next_at > now()"
NEXT: Final = "SELECT min(next_at) AS next_at FROM media WHERE state IN ('due', 'unwanted')"
PUT_OFF: Final = "UPDATE media SET next_at = now() + $2::interval WHERE id = $1 AND state = 'due'"
REFUSE: Final = "UPDATE media SET state = 'refused', reason = $2 WHERE id = $1 AND state = 'due'"
# The first file takes the row that was due, the others are beside it: all of them, or none if it was taken back meanwhile.
KEEP: Final = """
WITH found AS (
    SELECT *, CASE WHEN refused IS NULL THEN 'kept' ELSE 'refused' END AS state
    FROM json_to_recordset($2::json) AS f(n smallint, name text, mime text, refused text, file text, bytes bigint, sha256 text)
), settled AS (
    UPDATE media m SET state = f.state, reason = f.refused, file = f.file, name = f.name, mime = f.mime, bytes = f.bytes,
        sha256 = decode(f.sha256, 'hex')
    FROM found f WHERE m.id = $1 AND m.state = 'due' AND f.n = m.n
    RETURNING m.inbox_id, m.n
), others AS (
    INSERT INTO media (inbox_id, n, state, reason, file, name, mime, bytes, sha256)
    SELECT s.inbox_id, f.n, f.state, f.refused, f.file, f.name, f.mime, f.bytes, decode(f.sha256, 'hex')
    FROM settled s, found f WHERE f.n <> s.n ORDER BY f.n ON CONFLICT DO NOTHING
)
SELECT inbox_id FROM settled
"""
UNWANTED: Final = "SELECT id, file FROM media WHERE state = 'unwanted' ORDER BY id LIMIT 100"
FORGET: Final = "DELETE FROM media WHERE id = ANY ($1)"
KNOWN: Final = "SELECT file FROM media WHERE file = ANY ($1)"


class PostgresMedia:
    """The table as the keeper of media sees it; everything raises StorageUnavailableError."""

    def __init__(self, pool: Fetches) -> None:
        self._pool = pool

    async def adopt(self) -> None:
        """Whoever had something in hand is gone: all of it is due at once."""
        await self._pool.fetch(ADOPT)

    async def take(self, most: int) -> list[DueMedia]:
        """Take what is due, for some minutes."""
        return [_due(record) for record in await self._pool.fetch(TAKE, most)]

    async def next_due(self) -> datetime | None:
        """When there is something to do next."""
        at: datetime | None = (await self._pool.fetch(NEXT))[0]["next_at"]
        return at

    async def put_off(self, media: int, seconds: float) -> None:
        """Have it asked for again later."""
        await self._pool.fetch(PUT_OFF, media, timedelta(seconds=seconds))

    async def refuse(self, media: int, reason: str) -> None:
        """Give it up."""
        await self._pool.fetch(REFUSE, media, reason)

    async def keep(self, media: int, files: Sequence[StoredFile]) -> bool:
        """Remember its files, the first of which is number 0; False where it was taken back meanwhile."""
        return bool(await self._pool.fetch(KEEP, media, codec.text(files)))

    async def unwanted(self) -> list[tuple[int, str | None]]:
        """Rows whose file has to go, with its name."""
        return [(record["id"], record["file"]) for record in await self._pool.fetch(UNWANTED)]

    async def forget(self, media: Sequence[int]) -> None:
        """Their files are gone."""
        await self._pool.fetch(FORGET, list(media))

    async def known(self, files: Sequence[str]) -> set[str]:
        """Tell which of these files a row names."""
        return {record["file"] for record in await self._pool.fetch(KNOWN, list(files))}


def _due(record: Any) -> DueMedia:
    event = codec.EVENT.validate_json(record["event"])
    return DueMedia(
        id=record["id"],
        inbox_id=InboxId(record["inbox_id"]),
        account=Account(HotelId(record["hotel"]), Channel(record["channel"]), record["account"]),
        media=event if isinstance(event, MediaReceived) else None,
        attempts=record["attempts"],
        since=record["created_at"],
    )
