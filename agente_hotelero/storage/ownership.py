"""Who does the turns: one process at a time, by a session lock that a dead or frozen owner loses."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import structlog

from agente_hotelero.model.journal import Epochs
from agente_hotelero.storage.links import CONNECT_SECONDS, OUTAGES, STATEMENT_SECONDS, translated

log = structlog.get_logger(__name__)

LOCK: Final = 0x4147484F  # «AGHO»: our class of advisory locks
IDLE_SECONDS: Final = 5
HEARTBEAT_SECONDS: Final = 1.0
# Who waits sends nothing, and so would never notice that its connection broke: it waits anew now and then.
WAIT_SECONDS: Final = 60.0

CLAIM: Final = """
WITH claimed AS (
    UPDATE shard_epoch SET epoch = epoch + 1, owner = $1, claimed_at = now() RETURNING shard, epoch
), before AS (
    SELECT left_clean FROM ownership FOR UPDATE
), dirty AS (
    UPDATE ownership SET left_clean = false
)
SELECT shard, epoch, (SELECT left_clean FROM before) AS left_clean FROM claimed
"""
# Only our own earlier session is ended, such as one whose network broke: never another process's. Its end is
# waited for (ms), because until then it holds the lock, and would look like another process.
END_OWN: Final = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE application_name = $1 AND pid <> pg_backend_pid() AND datname = current_database()
"""


# Said by the last owner only: not by one that was still waiting, nor by one that was replaced.
LEAVE: Final = "UPDATE ownership SET left_clean = true WHERE (SELECT owner FROM shard_epoch WHERE shard = 0) = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The shards are ours under these epochs. `clean`: the last owner left in order."""

    epochs: Epochs
    clean: bool


class Ownership:
    """Claims all shards as one group: waits without polling, and notices the loss within seconds.

    The session is ended by the server after 5 s of silence; a heartbeat keeps it alive. So a process
    that is frozen loses the shards, and thawed, finds its turns fenced by the epoch.
    """

    def __init__(
        self, dsn: str, *, owner: str, idle_seconds: int = IDLE_SECONDS, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        """`owner` names this process in `shard_epoch` and in `pg_stat_activity`, at most 40 characters."""
        self._dsn = dsn
        self._owner = owner
        self._idle_seconds = idle_seconds
        self._wait_seconds = wait_seconds
        self._session: asyncpg.Connection[asyncpg.Record] | None = None

    async def claim(self) -> Claim:
        """Wait until the shards are ours."""
        with translated(self._drop):
            while True:
                session = await self._open()
                await session.execute(END_OWN, self._name)
                try:
                    await session.execute("SELECT pg_advisory_lock($1)", LOCK, timeout=self._wait_seconds)
                except TimeoutError:
                    continue
                return await self._bump(session)

    async def reclaim(self) -> Claim | None:
        """Claim again after a loss; None when another process holds the shards by now."""
        with translated(self._drop):
            session = await self._open()
            await session.execute(END_OWN, self._name)
            if not await session.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                return None
            return await self._bump(session)

    async def hold(self) -> None:
        """Keep the claim alive; returns when it is lost."""
        try:
            while self._session is not None:
                async with asyncio.timeout(self._idle_seconds):
                    await self._session.execute("SELECT 1")
                await asyncio.sleep(HEARTBEAT_SECONDS)
        except OUTAGES as error:
            log.warning("ownership_lost", reason=type(error).__name__)
        self._drop()

    async def release(self) -> None:
        """Leave in order: everything in hand is committed."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(*OUTAGES):
                await session.execute(LEAVE, self._owner)
                await session.close(timeout=2)

    @property
    def _name(self) -> str:
        return f"agente-owner-{self._owner}"

    async def _open(self) -> "asyncpg.Connection[asyncpg.Record]":
        self._drop()
        self._session = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            server_settings={"application_name": self._name, "idle_session_timeout": f"{self._idle_seconds}s"},
        )
        return self._session

    async def _bump(self, session: Any) -> Claim:
        rows = await session.fetch(CLAIM, self._owner)
        return Claim(epochs={r["shard"]: r["epoch"] for r in rows}, clean=rows[0]["left_clean"])

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.terminate()
