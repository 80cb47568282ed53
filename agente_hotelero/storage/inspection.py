"""What waits and what failed, for people: lists without anybody's words, and a second try for what was given up."""

from typing import Any, Final

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.office import (
    AuditLine,
    DeadLetter,
    OpenQuestion,
    OutgoingMessage,
    UnreadableBody,
    WaitingEvent,
)
from agente_hotelero.storage.links import Pool

PAGE: Final = 100

INBOX: Final = """
SELECT id, hotel, guest_id, channel, event->>'type' AS kind, received_at, attempts
FROM inbox WHERE NOT done AND id > $2 AND ($1::text IS NULL OR hotel = $1) ORDER BY id LIMIT $3
"""
# A plan for any status would walk the whole table: with the status in its text, each uses the index of its own.
OUTBOX: Final = """
SELECT id, hotel, guest_id, channel, status, delivery, attempts, created_at, next_at, error
FROM outbox WHERE status = '{status}' AND id > $2 AND ($1::text IS NULL OR hotel = $1) ORDER BY id LIMIT $3
"""
LETTERS: Final = """
SELECT d.id, d.inbox_id, d.guest_id, g.hotel, i.channel, i.event->>'type' AS kind, d.error, d.created_at
FROM dead_letter d JOIN guest g ON g.id = d.guest_id LEFT JOIN inbox i ON i.id = d.inbox_id
WHERE d.id > $2 AND ($1::text IS NULL OR g.hotel = $1) ORDER BY d.id LIMIT $3
"""
QUESTIONS: Final = """
SELECT id, hotel, guest_id, due_at AS again_at FROM timer
WHERE kind = 'pms_retry' AND id > $2 AND ($1::text IS NULL OR hotel = $1) ORDER BY id LIMIT $3
"""
QUARANTINE: Final = """
SELECT id, channel, account, reason, octet_length(raw) AS bytes, received_at FROM quarantine WHERE id > $1 ORDER BY id LIMIT $2
"""
AUDIT: Final = "SELECT id, at, who, action, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2"
# Its hand-off is closed with it, as what it waited for happens now; unless a person answers this guest, who would then
# find them nowhere to give them back.
RETRY_LETTER: Final = """
WITH letter AS (
    DELETE FROM dead_letter d USING inbox i
    WHERE d.id = $1 AND i.id = d.inbox_id AND ($2::text IS NULL OR i.hotel = $2) RETURNING d.inbox_id, d.guest_id
), again AS (
    UPDATE inbox SET done = false, attempts = 0 WHERE id = (SELECT inbox_id FROM letter)
), closed AS (
    UPDATE handoff SET closed_at = now()
    WHERE closed_at IS NULL AND reason = 'dead_letter' AND cause = (SELECT inbox_id FROM letter)
      AND NOT EXISTS (SELECT FROM conversation c JOIN letter USING (guest_id) WHERE (c.state->>'taken_over')::boolean)
      AND NOT EXISTS (SELECT FROM inbox i WHERE i.channel = 'system' AND (i.id = (SELECT inbox_id FROM letter)
                      OR (NOT i.done AND i.guest_id = (SELECT guest_id FROM letter))))
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $3, 'dead_letter_retried', json_build_object('inbox', inbox_id) FROM letter
)
SELECT pg_notify('inbox', '') FROM letter
"""
RETRY_MESSAGE: Final = """
WITH message AS (
    UPDATE outbox SET status = 'pending', attempts = 0, doubts = 0, next_at = now(), error = NULL
    WHERE id = $1 AND status = 'dead' AND ($2::text IS NULL OR hotel = $2) RETURNING id
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT $3, 'message_retried', json_build_object('outbox', id) FROM message
)
SELECT pg_notify('outbox', '') FROM message
"""


class PostgresInspection:
    """Reads and retries. `who` is named in the audit; `hotel` is the only one they see, if any."""

    def __init__(self, pool: Pool, *, who: str, hotel: HotelId | None = None) -> None:
        self._pool = pool
        self._who = who
        self._hotel = hotel

    async def inbox(self, *, after: int = 0) -> list[WaitingEvent]:
        """Events that wait for their turn, the oldest first, after an id."""
        return [WaitingEvent(**_fields(row)) for row in await self._pool.fetch(INBOX, self._hotel, after, PAGE)]

    async def outbox(self, status: OutboxStatus, *, after: int = 0) -> list[OutgoingMessage]:
        """Messages that stand so, the oldest first, after an id."""
        rows = await self._pool.fetch(OUTBOX.format(status=status.value), self._hotel, after, PAGE)
        return [OutgoingMessage(**_fields(row)) for row in rows]

    async def dead_letters(self, *, after: int = 0) -> list[DeadLetter]:
        """What failed for good, the oldest first, after an id."""
        return [DeadLetter(**_fields(row)) for row in await self._pool.fetch(LETTERS, self._hotel, after, PAGE)]

    async def questions(self, *, after: int = 0) -> list[OpenQuestion]:
        """What waits for the PMS to be back, after an id."""
        return [OpenQuestion(**_fields(row)) for row in await self._pool.fetch(QUESTIONS, self._hotel, after, PAGE)]

    async def unreadable(self, *, after: int = 0) -> list[UnreadableBody]:
        """What could not be read, the oldest first, after an id; nothing tells whose it is, so no hotel limits it."""
        return [UnreadableBody(**_fields(row)) for row in await self._pool.fetch(QUARANTINE, after, PAGE)]

    async def audit(self, *, before: int) -> list[AuditLine]:
        """What people changed, the newest first, before an id."""
        return [AuditLine(**_fields(row)) for row in await self._pool.fetch(AUDIT, before, PAGE)]

    async def retry_letter(self, letter: int) -> bool:
        """Give an event another five attempts; False where there is no such letter, or its event is gone."""
        return bool(await self._pool.fetch(RETRY_LETTER, letter, self._hotel, self._who))

    async def retry_message(self, message: int) -> bool:
        """Send a message that could not be delivered again; False where it is not dead."""
        return bool(await self._pool.fetch(RETRY_MESSAGE, message, self._hotel, self._who))


def _fields(row: Any) -> dict[str, Any]:
    return dict(row)
