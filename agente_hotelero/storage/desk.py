"""Hand-offs as the front desk sees them: who waits, who took over, who is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from agente_hotelero.model.ids import HotelId
from agente_hotelero.storage.links import Pool

OPEN: Final = """
SELECT h.id, h.hotel, h.reason, h.created_at, h.notified_at, g.profile_name, c.reply_channel, c.reply_address,
       coalesce((c.state->>'taken_over')::boolean, false) AS taken_over
FROM handoff h JOIN guest g ON g.id = h.guest_id LEFT JOIN conversation c ON c.guest_id = h.guest_id
WHERE h.closed_at IS NULL ORDER BY h.id LIMIT $1
"""
# What a person does is an event of the conversation, in order with what the guest writes; the owner of the shards is woken for it.
ACT: Final = """
WITH about AS (
    SELECT h.guest_id, h.hotel, g.shard FROM handoff h JOIN guest g ON g.id = h.guest_id WHERE h.id = $1
), event AS (
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
    SELECT guest_id, shard, hotel, 'system', hotel, 'staff:' || gen_random_uuid(), '', json_build_object('type', $2::text), now()
    FROM about
), closed AS (
    UPDATE handoff SET closed_at = now() WHERE $3 AND closed_at IS NULL AND guest_id = (SELECT guest_id FROM about)
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $4, $2, json_build_object('handoff', $1::bigint) FROM about
)
SELECT pg_notify('inbox', '') FROM about
"""
CLOSE: Final = """
WITH closed AS (
    UPDATE handoff SET closed_at = now() WHERE id = $1 AND closed_at IS NULL RETURNING id
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $2, 'closed', json_build_object('handoff', id) FROM closed
)
SELECT id FROM closed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One hand-off that nobody has closed."""

    id: int
    hotel: HotelId
    reason: str
    created_at: datetime
    told_at: datetime | None
    """When staff were told; None while nobody could be."""
    guest_name: str | None
    contact: str | None
    taken_over: bool
    """Whether a person answers this guest now."""


class PostgresDesk:
    """The hand-off table as people work on it. `who` is named in the audit."""

    def __init__(self, pool: Pool, *, who: str) -> None:
        self._pool = pool
        self._who = who

    async def waiting(self, *, limit: int = 200) -> list[Waiting]:
        """List the open ones, oldest first."""
        return [_waiting(row) for row in await self._pool.fetch(OPEN, limit)]

    async def take_over(self, handoff: int) -> bool:
        """From here on a person answers; False where there is no such hand-off."""
        return await self._act(handoff, "took_over", closes=False)

    async def give_back(self, handoff: int) -> bool:
        """The agent answers again, and everything of this guest is closed; False where there is no such hand-off."""
        return await self._act(handoff, "gave_back", closes=True)

    async def close(self, handoff: int) -> bool:
        """Settle one without a word to the conversation; False where it is not open."""
        return bool(await self._pool.fetch(CLOSE, handoff, self._who))

    async def _act(self, handoff: int, event: Literal["took_over", "gave_back"], *, closes: bool) -> bool:
        return bool(await self._pool.fetch(ACT, handoff, event, closes, self._who))


def _waiting(row: Any) -> Waiting:
    contact = None if row["reply_channel"] is None else f"{row['reply_channel']} {row['reply_address']}"
    return Waiting(
        id=row["id"],
        hotel=HotelId(row["hotel"]),
        reason=row["reason"],
        created_at=row["created_at"],
        told_at=row["notified_at"],
        guest_name=row["profile_name"],
        contact=contact,
        taken_over=row["taken_over"],
    )
