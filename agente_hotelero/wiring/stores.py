"""Everything that is kept: each part over the connections that are its own."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from agente_hotelero.storage.ages import PostgresAges
from agente_hotelero.storage.chat import PostgresChat
from agente_hotelero.storage.clockwork import PostgresTimers
from agente_hotelero.storage.demo_inventory import PostgresDemoInventory
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.handoffs import PostgresHandOffs
from agente_hotelero.storage.inbox import PostgresInbox
from agente_hotelero.storage.links import Link, Pool
from agente_hotelero.storage.listening import Listener
from agente_hotelero.storage.mail import PostgresMail
from agente_hotelero.storage.media import PostgresMedia
from agente_hotelero.storage.media_files import MediaFiles
from agente_hotelero.storage.outbox import PostgresOutbox
from agente_hotelero.storage.ownership import Ownership
from agente_hotelero.storage.reloads import PostgresReloads
from agente_hotelero.storage.retention import PostgresRetention
from agente_hotelero.storage.sagas import PostgresSagas
from agente_hotelero.storage.tokens import PostgresTokens
from agente_hotelero.storage.turns import PostgresTurns
from agente_hotelero.storage.uploads import PostgresUploads


class Stores:
    """Built at once, opened and closed together; connections open when they are needed."""

    def __init__(
        self, *, database_url: str, redis_url: str, seen_key: bytes, media_dir: Path, media_kept: timedelta
    ) -> None:
        """`seen_key` is for the hashes by which a provider's duplicates are known."""
        self._dsn = database_url
        self._links = [Link(database_url, name=name) for name in ("inbox", "turns", "loader", "marks")]
        inbox_link, turn_link, loader_link, mark_link = self._links
        self.pool = Pool(database_url)
        # Its own connections: a demo PMS that hangs holds up nobody but who asks it.
        self._pms_pool = Pool(database_url, name="demo-pms")
        self.inbox = PostgresInbox(inbox_link, key=seen_key)
        self.reader = PostgresInbox(self.pool, key=b"")
        self.turns = PostgresTurns(turn_link, loader_link)
        self.sent = PostgresTurns(self.pool, self.pool)
        """The same turns, for whoever only looks."""
        self.outbox = PostgresOutbox(mark_link)
        self.ownership = Ownership(database_url, owner=f"{time.time_ns():x}")
        self.sagas = PostgresSagas(self.pool)
        self.timers = PostgresTimers(self.pool)
        self.handoffs = PostgresHandOffs(self.pool)
        self.chat = PostgresChat(self.pool)
        self.mail = PostgresMail(self.pool)
        self.tokens = PostgresTokens(self.pool)
        self.media = PostgresMedia(self.pool)
        self.media_files = MediaFiles(media_dir)
        self.uploads = PostgresUploads(self.pool)
        self.retention = PostgresRetention(self.pool, media_kept=media_kept)
        self.reloads = PostgresReloads(self.pool)
        self.ages = PostgresAges(self.pool)
        self.inventory = PostgresDemoInventory(self._pms_pool)
        self.flags = RedisFlags(redis_url)

    async def open(self) -> None:
        """Prepare; an absent server is no failure here."""
        await self.pool.open()
        await self._pms_pool.open()

    async def close(self) -> None:
        """Let go of every connection."""
        for link in self._links:
            await link.close()
        await self.flags.close()
        await self._pms_pool.close()
        await self.pool.close()

    def listener(self, callbacks: Mapping[str, Callable[[str | None], None]]) -> Listener:
        """Hear what other processes say."""
        return Listener(self._dsn, callbacks=callbacks)

    async def wake_owner(self) -> None:
        """Tell whoever does the turns that there are new rows."""
        await self.pool.fetch("SELECT pg_notify('inbox', '')")
