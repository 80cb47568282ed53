"""What a restore held back: looked at, let go, or dropped, by a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agente_hotelero.storage.links import Pool

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
SELECT $1, 'released', json_build_object('messages', (SELECT count(*) FROM messages), 'timers', (SELECT count(*) FROM timers))
RETURNING detail->>'messages' AS messages, detail->>'timers' AS timers, pg_notify('outbox', '')
"""
DROP: Final = """
WITH messages AS (
    UPDATE outbox SET status = 'cancelled' WHERE status = 'held' RETURNING 1
), timers AS (
    DELETE FROM held_timer RETURNING 1
)
INSERT INTO audit (who, action, detail)
SELECT $1, 'dropped', json_build_object('messages', (SELECT count(*) FROM messages), 'timers', (SELECT count(*) FROM timers))
RETURNING detail->>'messages' AS messages, detail->>'timers' AS timers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much waits for a person."""

    messages: int
    timers: int
    oldest: datetime | None = None


class PostgresHeld:
    """The rows that a restore put aside. `who` is named in the audit."""

    def __init__(self, pool: Pool, *, who: str) -> None:
        self._pool = pool
        self._who = who

    async def count(self) -> Held:
        """Look."""
        row = (await self._pool.fetch(COUNT))[0]
        return Held(messages=row["messages"], timers=row["timers"], oldest=row["oldest"])

    async def release(self) -> Held:
        """Let everything go: a running service is woken, and sends it."""
        row = (await self._pool.fetch(RELEASE, self._who))[0]
        return Held(messages=int(row["messages"]), timers=int(row["timers"]))

    async def drop(self) -> Held:
        """Let nothing go, ever."""
        row = (await self._pool.fetch(DROP, self._who))[0]
        return Held(messages=int(row["messages"]), timers=int(row["timers"]))
