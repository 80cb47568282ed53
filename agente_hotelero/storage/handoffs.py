"""Hand-offs whose staff were not told yet."""

from collections.abc import Sequence
from typing import Final

from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OpenHandOff
from agente_hotelero.storage.links import Pool

# Taken by pushing `next_at` ahead first: a crash after this tells staff late, never twice at once.
# The exponent is bounded too: an interval can't hold 2 ^ 41, and one hand-off would stop everybody's.
TAKE: Final = """
UPDATE handoff SET attempts = least(attempts + 1, 32767), next_at = now() + least(interval '1 hour', interval '5 seconds' * 2 ^ least(attempts, 10))
WHERE id IN (SELECT id FROM handoff WHERE notified_at IS NULL AND next_at <= now() AND hotel = ANY($1)
             ORDER BY next_at LIMIT 50 FOR UPDATE SKIP LOCKED)
RETURNING id, hotel, guest_id, reason, summary, created_at, attempts
"""
DONE: Final = "UPDATE handoff SET notified_at = now() WHERE id = $1"
COUNT: Final = "SELECT count(*) AS open FROM handoff WHERE closed_at IS NULL"


class PostgresHandOffs:
    """The hand-off table as the notifier sees it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def take(self, hotels: Sequence[HotelId]) -> list[OpenHandOff]:
        """Take what is due to be told, of hotels that have somebody to tell."""
        return [
            OpenHandOff(
                id=r["id"],
                hotel=HotelId(r["hotel"]),
                guest_id=GuestId(r["guest_id"]),
                reason=r["reason"],
                summary=r["summary"],
                created_at=r["created_at"],
                attempts=r["attempts"],
            )
            for r in await self._pool.fetch(TAKE, list(hotels))
        ]

    async def told(self, handoff: int) -> None:
        """Remember that staff know."""
        await self._pool.fetch(DONE, handoff)

    async def count_open(self) -> int:
        """Count what waits for a person."""
        count: int = (await self._pool.fetch(COUNT))[0]["open"]
        return count
