"""Hand-offs whose staff were not told yet."""

from collections.abc import Sequence
from typing import Any, Final

from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OpenHandOff
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.words import BY_GUEST, BY_PHONE, SAID, WORDS

# Taken by pushing `next_at` ahead first: a crash after this tells staff late, never twice at once.
# The exponent is bounded too: an interval can't hold 2 ^ 41, and one hand-off would stop everybody's.
TAKE: Final = """
UPDATE handoff SET attempts = least(attempts + 1, 32767), next_at = now() + least(interval '1 hour', interval '5 seconds' * 2 ^ least(attempts, 10))
WHERE id IN (SELECT id FROM handoff WHERE notified_at IS NULL AND next_at <= now() AND hotel = ANY($1)
             ORDER BY next_at LIMIT 50 FOR UPDATE SKIP LOCKED)
RETURNING id, hotel, guest_id, reason, summary, created_at, attempts
"""
# Where the guest last wrote, and what both said last: staff begin where the agent ended.
CONTEXT: Final = f"""
SELECT g.profile_name, coalesce(c.reply_channel, i.channel) AS channel, coalesce(c.reply_address, i.address) AS address,
       ARRAY(SELECT line FROM (
           SELECT id, 'Huésped: ' || {WORDS} AS line FROM inbox WHERE guest_id = $1 AND {BY_GUEST}
           UNION ALL SELECT id, 'Hotel: ' || (event->>'text') FROM inbox WHERE guest_id = $1 AND {BY_PHONE}
           UNION ALL SELECT id, 'Hotel: ' || {SAID} FROM outbox WHERE guest_id = $1
           ORDER BY id DESC LIMIT 8) newest ORDER BY id) AS recent,
       (SELECT count(*) FROM media WHERE state IN ('due', 'kept')
        AND inbox_id = ANY (ARRAY(SELECT id FROM inbox WHERE guest_id = $1 AND channel <> 'system'))) AS files
FROM guest g LEFT JOIN conversation c ON c.guest_id = g.id
LEFT JOIN LATERAL (SELECT channel, address FROM inbox WHERE guest_id = g.id AND channel <> 'system' ORDER BY id DESC LIMIT 1) i ON true
WHERE g.id = $1
"""  # noqa: S608 - constants
DONE: Final = "UPDATE handoff SET notified_at = now() WHERE id = $1"
COUNT: Final = "SELECT count(*) AS open FROM handoff WHERE closed_at IS NULL"


class PostgresHandOffs:
    """The hand-off table as the notifier sees it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def take(self, hotels: Sequence[HotelId]) -> list[OpenHandOff]:
        """Take what is due to be told, of hotels that have somebody to tell, with what a person needs to take over."""
        return [
            _handoff(taken, await self._pool.fetch(CONTEXT, taken["guest_id"]))
            for taken in await self._pool.fetch(TAKE, list(hotels))
        ]

    async def told(self, handoff: int) -> None:
        """Remember that staff know."""
        await self._pool.fetch(DONE, handoff)

    async def count_open(self) -> int:
        """Count what waits for a person."""
        count: int = (await self._pool.fetch(COUNT))[0]["open"]
        return count


def _handoff(taken: Any, context: Sequence[Any]) -> OpenHandOff:
    nobody: dict[str, Any] = {"profile_name": None, "channel": None, "address": None, "recent": (), "files": 0}
    known = context[0] if context else nobody
    return OpenHandOff(
        id=taken["id"],
        hotel=HotelId(taken["hotel"]),
        guest_id=GuestId(taken["guest_id"]),
        reason=taken["reason"],
        summary=taken["summary"],
        created_at=taken["created_at"],
        attempts=taken["attempts"],
        guest_name=known["profile_name"],
        channel=known["channel"],
        address=known["address"],
        recent=tuple(known["recent"]),
        files=known["files"],
    )
