"""What a restore held back: looked at, let go, or dropped, by a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.ownership import LOCK

COUNT: Final = """
SELECT (SELECT count(*) FROM outbox WHERE status = 'held') AS messages, (SELECT count(*) FROM held_timer) AS timers,
       least((SELECT min(created_at) FROM outbox WHERE status = 'held'), (SELECT min(due_at) FROM held_timer)) AS oldest
"""
RELEASE: Final = """
WITH messages AS (
    UPDATE outbox SET status = 'pending', next_at = now() WHERE status = 'held' RETURNING 1
), timers AS (
    DELETE FROM held_timer RETURNING guest_id, shard, hotel, kind, key, due_at, not_after
), again AS (
    INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at, not_after)
    SELECT guest_id, shard, hotel, kind, key, due_at, not_after FROM timers ON CONFLICT DO NOTHING
)
INSERT INTO audit (who, action, detail)
SELECT 'held', 'release', json_build_object('messages', (SELECT count(*) FROM messages), 'timers', (SELECT count(*) FROM timers))
RETURNING detail->>'messages' AS messages, detail->>'timers' AS timers
"""
DROP: Final = """
WITH messages AS (
    UPDATE outbox SET status = 'cancelled' WHERE status = 'held' RETURNING 1
), timers AS (
    DELETE FROM held_timer RETURNING 1
)
INSERT INTO audit (who, action, detail)
SELECT 'held', 'drop', json_build_object('messages', (SELECT count(*) FROM messages), 'timers', (SELECT count(*) FROM timers))
RETURNING detail->>'messages' AS messages, detail->>'timers' AS timers
"""
# A sender reads what is on its way when its process takes the shards. So the owner is made to take them again, as after a lost
# session: it says 503 for a second, loses nothing, and finds what was let go.
WAKE_OWNER: Final = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1::bigint::oid AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much waits for a person."""

    messages: int
    timers: int
    oldest: datetime | None = None


class PostgresHeld:
    """The rows that a restore put aside."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def count(self) -> Held:
        """Look."""
        row = (await self._pool.fetch(COUNT))[0]
        return Held(messages=row["messages"], timers=row["timers"], oldest=row["oldest"])

    async def release(self) -> Held:
        """Let everything go: a running service sends it within seconds."""
        row = (await self._pool.fetch(RELEASE))[0]
        await self._pool.fetch(WAKE_OWNER, LOCK)
        return Held(messages=int(row["messages"]), timers=int(row["timers"]))

    async def drop(self) -> Held:
        """Let nothing go, ever."""
        row = (await self._pool.fetch(DROP))[0]
        return Held(messages=int(row["messages"]), timers=int(row["timers"]))
