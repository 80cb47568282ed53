"""Timers that survive: each comes due once, as an inbox row of its own."""

from datetime import datetime
from typing import Final

from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.journal import DueWrite
from agente_hotelero.storage.links import Pool

NEXT: Final = "SELECT min(due_at) AS due_at FROM timer"
# Deleting the timer and storing its event is one statement: it fires once, whoever crashes.
FIRE: Final = """
WITH due AS (
    DELETE FROM timer WHERE id IN (SELECT id FROM timer WHERE due_at <= now() ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED)
    RETURNING *
), told AS (
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
    SELECT guest_id, shard, hotel, 'system', hotel, 'timer:' || id, '',
           json_build_object('type', 'timer', 'kind', kind, 'key', key), due_at
    FROM due WHERE kind <> 'saga' AND (not_after IS NULL OR not_after > now())
)
SELECT hotel, key FROM due WHERE kind = 'saga'
"""


class PostgresTimers:
    """The timer table as the scheduler sees it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def next_due(self) -> datetime | None:
        """When the next timer comes due, if any."""
        due: datetime | None = (await self._pool.fetch(NEXT))[0]["due_at"]
        return due

    async def fire(self) -> list[DueWrite]:
        """Turn due timers into inbox rows; answers those that belong to sagas, whose key is `<ref>/<step>`."""
        return [_due(r["hotel"], r["key"]) for r in await self._pool.fetch(FIRE)]


def _due(hotel: str, key: str) -> DueWrite:
    ref, _, step = key.rpartition("/")
    return DueWrite(hotel=HotelId(hotel), client_ref=ClientRef(ref), step=int(step))
