"""What we gave channels to send, and the ids that they gave us for it."""

from typing import Final

from agente_hotelero.model.ids import Account
from agente_hotelero.storage.links import Fetches

# A channel keeps what it was given for thirty days; a message may wait some days before it goes out.
KNOWN: Final = """
SELECT media_id FROM media_upload
WHERE hotel = $1 AND channel = $2 AND account = $3 AND sha256 = $4 AND uploaded_at > now() - interval '25 days'
"""
KEEP: Final = """
INSERT INTO media_upload (hotel, channel, account, sha256, media_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hotel, channel, account, sha256) DO UPDATE SET media_id = excluded.media_id, uploaded_at = now()
"""


class PostgresUploads:
    """The table of uploads; everything raises StorageUnavailableError."""

    def __init__(self, pool: Fetches) -> None:
        self._pool = pool

    async def known(self, account: Account, sha256: bytes) -> str | None:
        """Look up an id that is still good for some days."""
        rows = await self._pool.fetch(KNOWN, account.hotel, account.channel.value, account.name, sha256)
        return str(rows[0]["media_id"]) if rows else None

    async def keep(self, account: Account, sha256: bytes, media_id: str) -> None:
        """Remember one, in the place of any other."""
        await self._pool.fetch(KEEP, account.hotel, account.channel.value, account.name, sha256, media_id)
