"""Hand-offs as the front desk sees them: who waits, what was said, who took over, who is done."""

import hashlib
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import FROM_STAFF
from agente_hotelero.model.office import HandOff, ReadHandOff, SaidLine
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.sent_files import sent_by
from agente_hotelero.storage.words import ASKED_BY_GUEST, BY_GUEST, BY_PHONE, SAID, WORDS

_SELECT: Final = f"""
SELECT h.id, h.hotel, h.reason, h.summary, h.created_at, h.notified_at, h.closed_at, h.guest_id, g.profile_name,
       coalesce(c.reply_channel, i.channel) AS channel, coalesce(c.reply_address, i.address) AS address,
       coalesce((c.state->>'taken_over')::boolean, false) AS taken_over,
       coalesce(i.id, 0) > coalesce((SELECT id FROM outbox WHERE guest_id = h.guest_id AND status NOT IN ('cancelled', 'dead', 'held')
                                     ORDER BY n DESC LIMIT 1), 0) AS unanswered
FROM handoff h JOIN guest g ON g.id = h.guest_id LEFT JOIN conversation c ON c.guest_id = h.guest_id
LEFT JOIN LATERAL (SELECT id, channel, address FROM inbox WHERE guest_id = h.guest_id AND {ASKED_BY_GUEST} ORDER BY id DESC LIMIT 1) i
    ON true
"""  # noqa: S608 - a constant
# An emergency is never below the end of the list.
OPEN: Final = f"""{_SELECT}
WHERE h.closed_at IS NULL AND ($1::text IS NULL OR h.hotel = $1) ORDER BY h.reason <> 'emergency', h.id LIMIT $2
"""
ONE: Final = f"{_SELECT} WHERE h.id = $2 AND ($1::text IS NULL OR h.hotel = $1)"
# What a person said counts as said from its event on; once that had its turn, it is the message that the turn made.
LINES: Final = f"""
SELECT * FROM (
    SELECT id, 'guest' AS author, received_at AS at, NULL AS state, {WORDS} AS body FROM inbox WHERE guest_id = $1 AND {BY_GUEST}
    UNION ALL
    SELECT id, 'staff', received_at, 'stored', event->>'text' FROM inbox
    WHERE guest_id = $1 AND NOT done AND channel = 'system' AND event->>'type' = 'replied'
    UNION ALL
    SELECT id, 'staff', received_at, 'sent', event->>'text' FROM inbox WHERE guest_id = $1 AND {BY_PHONE}
    UNION ALL
    SELECT id, CASE WHEN facts @> ARRAY['{FROM_STAFF}'] THEN 'staff' ELSE 'agent' END, created_at,
           CASE WHEN status = 'sent' THEN coalesce(delivery, status) ELSE status END, {SAID}
    FROM outbox WHERE guest_id = $1
    ORDER BY id DESC LIMIT $2
) newest ORDER BY id
"""  # noqa: S608 - a constant
# Two people at one guest come one after the other: else each might act on what the other is about to end.
LOCK: Final = "SELECT id FROM guest WHERE id = (SELECT guest_id FROM handoff WHERE id = $1) FOR NO KEY UPDATE"
# What a person does is an event of the conversation, in order with what the guest writes, and takes effect once however
# often it is asked for; the owner of the shards is woken for it. Where the guest last wrote goes along with a reply: a
# conversation whose first message became a dead letter knows no address yet.
ACT: Final = """
WITH about AS (
    SELECT h.guest_id, h.hotel, g.shard, i.channel, i.account, i.address
    FROM handoff h JOIN guest g ON g.id = h.guest_id
    LEFT JOIN LATERAL (SELECT channel, account, address FROM inbox WHERE guest_id = h.guest_id AND channel <> 'system'
                       ORDER BY id DESC LIMIT 1) i ON true
    WHERE h.id = $1 AND ($2::text IS NULL OR h.hotel = $2) AND (h.closed_at IS NULL OR $4::text = 'gave_back')
), fresh AS (
    INSERT INTO seen (key) SELECT $6::bytea FROM about ON CONFLICT DO NOTHING RETURNING key
), event AS (
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
    SELECT guest_id, shard, hotel, 'system', hotel, $7::text, '', CASE WHEN $4::text <> 'replied' THEN json_build_object('type', $4::text)
        WHEN channel IS NULL THEN json_build_object('type', $4::text, 'text', $5::text)
        ELSE json_build_object('type', $4::text, 'text', $5::text, 'address', address,
                               'account', json_build_object('hotel', hotel, 'channel', channel, 'name', account)) END, now()
    FROM about, fresh
), closed AS (
    UPDATE handoff SET closed_at = now()
    WHERE $4::text = 'gave_back' AND closed_at IS NULL AND guest_id = (SELECT guest_id FROM about) AND EXISTS (SELECT FROM fresh)
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $3, $4::text, json_build_object('handoff', $1::bigint) FROM about, fresh
)
SELECT pg_notify('inbox', '')::text FROM about
UNION ALL SELECT 'said before' FROM seen WHERE key = $6::bytea AND NOT EXISTS (SELECT FROM about)
"""
# A guest whom a person answers, and who waits for nobody any more, is given back: else nobody would ever answer them.
CLOSE: Final = """
WITH closed AS (
    UPDATE handoff SET closed_at = now() WHERE id = $1 AND closed_at IS NULL AND ($2::text IS NULL OR hotel = $2)
    RETURNING id, guest_id, hotel
), last AS (
    SELECT c.guest_id, c.hotel, g.shard FROM closed c JOIN guest g ON g.id = c.guest_id
    WHERE NOT EXISTS (SELECT FROM handoff o WHERE o.guest_id = c.guest_id AND o.closed_at IS NULL AND o.id <> c.id)
), event AS (
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
    SELECT guest_id, shard, hotel, 'system', hotel, $4::text, '', json_build_object('type', 'gave_back'), now() FROM last
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $3, 'closed', json_build_object('handoff', id) FROM closed
)
SELECT pg_notify('inbox', '') FROM closed
"""
LINES_SHOWN: Final = 50
SEEN_BYTES: Final = 16


class PostgresDesk:
    """The hand-off table as people work on it. `who` is named in the audit; `hotel` is the only one they see, if any."""

    def __init__(self, pool: Pool, *, who: str, hotel: HotelId | None = None) -> None:
        self._pool = pool
        self._who = who
        self._hotel = hotel

    async def waiting(self, *, limit: int = 200) -> list[HandOff]:
        """List the open ones, oldest first."""
        return [HandOff(**_fields(row)) for row in await self._pool.fetch(OPEN, self._hotel, limit)]

    async def read(self, handoff: int) -> ReadHandOff | None:
        """One of them, open or not; None where there is no such hand-off."""
        rows = await self._pool.fetch(ONE, self._hotel, handoff)
        if not rows:
            return None
        lines = await self._pool.fetch(LINES, rows[0]["guest_id"], LINES_SHOWN)
        files = await sent_by(self._pool, rows[0]["guest_id"])
        return ReadHandOff(**_fields(rows[0]), lines=tuple(_line(line) for line in lines), files=files)

    async def take_over(self, handoff: int) -> bool:
        """From here on a person answers; False where no such hand-off is open."""
        return await self._act(handoff, "took_over")

    async def reply(self, handoff: int, text: str, *, key: UUID) -> bool:
        """Say something to the guest, who is taken over by it; the same key twice is said once. False as above."""
        return await self._act(handoff, "replied", text=text, key=key)

    async def give_back(self, handoff: int) -> bool:
        """The agent answers again, and everything of this guest is closed; False where there is no such hand-off."""
        return await self._act(handoff, "gave_back")

    async def close(self, handoff: int) -> bool:
        """Settle one; with a guest's last one they are given back. False where no such hand-off is open."""
        return await self._write(handoff, CLOSE, handoff, self._hotel, self._who, f"staff:{uuid4()}")

    async def _act(
        self,
        handoff: int,
        event: Literal["took_over", "replied", "gave_back"],
        *,
        text: str | None = None,
        key: UUID | None = None,
    ) -> bool:
        name = f"staff:{key or uuid4()}"
        # Of this hand-off: else one guest's reply could swallow another's that was given the same key.
        seen = hashlib.blake2b(f"{handoff}:{name}".encode(), digest_size=SEEN_BYTES).digest()
        text = text if text is None else text.replace("\0", "\ufffd")
        return await self._write(handoff, ACT, handoff, self._hotel, self._who, event, text, seen, name)

    async def _write(self, handoff: int, statement: str, *arguments: object) -> bool:
        async with self._pool.transaction() as connection:
            await connection.fetch(LOCK, handoff)
            return bool(await connection.fetch(statement, *arguments))


def _fields(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "hotel": HotelId(row["hotel"]),
        "reason": row["reason"],
        "summary": row["summary"],
        "created_at": row["created_at"],
        "told_at": row["notified_at"],
        "guest_name": row["profile_name"],
        "contact": None if row["channel"] is None else f"{row['channel']} {row['address']}",
        "taken_over": row["taken_over"],
        "unanswered": row["unanswered"],
        "closed": row["closed_at"] is not None,
    }


def _line(row: Any) -> SaidLine:
    return SaidLine(author=row["author"], at=row["at"], body=row["body"] or "", state=row["state"])
