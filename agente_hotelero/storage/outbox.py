"""Messages to guests on their way out: marked under the epoch before and after every POST."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import structlog
from pydantic import ValidationError

from agente_hotelero.dialogue import purposes
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId, OutboxId
from agente_hotelero.model.journal import SECOND_TRY, Epochs, Mark, OutboxRow, OutboxStatus, ReplyRoute
from agente_hotelero.model.reach import NO_MESSAGES, NOT_WRITTEN, Quiet, Reach
from agente_hotelero.storage import codec, reports
from agente_hotelero.storage.links import Link
from agente_hotelero.storage.quiet import quieten

log = structlog.get_logger(__name__)

# The epoch is held FOR SHARE here too: else a frozen owner's «sending» could commit after the next owner's look.
# Rows are locked in order, so that marks and the reports on the same messages never wait for each other in a circle.
MARK: Final = """
WITH mark AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS m(id bigint, shard smallint, epoch bigint, before text[], after text,
        provider_id text, next_at timestamptz, error text, message json, untold text)
), owned AS (
    SELECT shard, epoch FROM shard_epoch WHERE shard = ANY (ARRAY(SELECT shard FROM mark)) ORDER BY shard FOR SHARE
), locked AS (
    SELECT id FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM mark)) ORDER BY id FOR UPDATE
), moved AS (
UPDATE outbox o SET status = mark.after, error = mark.error,
    provider_id = coalesce(mark.provider_id, o.provider_id),
    next_at = coalesce(mark.next_at, o.next_at),
    message = coalesce(mark.message, o.message),
    attempts = least(o.attempts + (mark.after = 'sending')::int, 32767),
    doubts = o.doubts + (mark.after = 'sending' AND o.status = 'sending')::int,
    sending_at = CASE WHEN mark.after = 'sending' THEN now() ELSE o.sending_at END,
    delivery = CASE WHEN mark.provider_id IS NULL THEN o.delivery ELSE coalesce((SELECT r.state FROM delivery_report r
        WHERE r.account = o.account AND r.provider_id = mark.provider_id ORDER BY delivery_rank(r.state) DESC LIMIT 1), o.delivery) END
FROM mark JOIN owned USING (shard, epoch)
WHERE o.id = mark.id AND o.id = ANY (ARRAY(SELECT id FROM locked)) AND o.status = ANY (mark.before)
RETURNING o.id, o.guest_id, o.cause, o.hotel, o.status, o.delivery, o.error, mark.untold
), handed AS (
    INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
    SELECT guest_id, cause, hotel, 'undeliverable', 'Una respuesta no se pudo entregar al huésped ('
        || coalesce(error, 'lo informó el canal') || '); hay que avisarle por otra vía.' || coalesce(E'\n\nDecía:\n' || untold, '')
    FROM moved WHERE status = 'dead' OR delivery = 'failed' OR untold IS NOT NULL
)
SELECT id FROM moved
"""
OPEN: Final = f"""
SELECT id, guest_id, shard, hotel, channel, account, address, cause, message, interactive, status, attempts, doubts, next_at,
       traceparent, shut IS NOT NULL AND NOT (status = 'pending' AND coalesce(error = '{SECOND_TRY}', false)) AS shut,
       status = 'pending' AND error IS NOT NULL AS deferred, created_at
FROM outbox WHERE status IN ('pending', 'sending') AND id > $1 ORDER BY id LIMIT $2
"""  # noqa: S608 - a constant
STATUS: Final = "SELECT status FROM outbox WHERE id = $1"
# By the inbox itself: whatever the guest wrote counts, also what has no turn yet, and nothing has to be kept up to date
# on a message's way. Of what is not a guest's message the channel would say so: a window that we think open is asked for.
REACH: Final = """
SELECT (
    SELECT max(heard.sent_at) FROM inbox heard
    WHERE heard.guest_id = o.guest_id AND heard.channel <> 'system' AND heard.channel = o.channel AND heard.account = o.account
      AND heard.event ->> 'type' <> ALL ($2::text[])
      AND NOT (heard.event ->> 'type' = 'other' AND heard.event ->> 'what' = ANY ($3::text[]))
  ) AS heard_at,
  cause.event ->> 'type' AS event_type, cause.event ->> 'kind' AS timer_kind,
  c.state ->> 'language' AS language, g.profile_name, g.opted_out_at IS NOT NULL AS opted_out,
  coalesce(g.quiet_until > now(), false) OR EXISTS (
    SELECT FROM account_quiet q WHERE (q.hotel, q.channel, q.account) = (o.hotel, o.channel, o.account) AND q.until > now()
  ) AS quiet, o.created_at AS said_at
FROM outbox o
LEFT JOIN inbox cause ON cause.id = o.cause
LEFT JOIN conversation c ON c.guest_id = o.guest_id
LEFT JOIN guest g ON g.id = o.guest_id
WHERE o.id = $1
"""
PAGE: Final = 5000


class PostgresOutbox:
    """The marks lane's own connection."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def mark(self, marks: Sequence[Mark], epochs: Epochs) -> list[bool]:
        """Commit a batch of marks; answers for each whether the row was as expected and ours.

        Of two marks of one row the first counts; the same mark twice gets the same answer twice.
        """
        first: dict[OutboxId, Mark] = {}
        for mark in marks:
            first.setdefault(mark.id, mark)
        body = codec.text([_document(mark, epochs) for mark in first.values()])
        done = {record["id"] for record in await self._link.fetch(MARK, body)}
        return [mark.id in done and mark == first[mark.id] for mark in marks]

    async def apply_reports(self) -> None:
        """Apply stored delivery reports to whatever is still on its way."""
        await self._link.fetch(reports.APPLY_STORED)

    async def open_rows(self) -> list[OutboxRow]:
        """Everything on its way that we can read, in order, for the sender of a new owner."""
        rows: list[OutboxRow] = []
        after = 0
        while page := await self._link.fetch(OPEN, after, PAGE):
            rows += [row for record in page if (row := _readable(record)) is not None]
            after = page[-1]["id"]
        return rows

    async def status(self, row: OutboxId) -> OutboxStatus | None:
        """Look one row up; a report stored by another process may have moved it."""
        records = await self._link.fetch(STATUS, row)
        return OutboxStatus(records[0]["status"]) if records else None

    async def reach(self, row: OutboxId) -> Reach | None:
        """Look up whether the guest of a message may be written to now."""
        records = await self._link.fetch(REACH, row, list(NOT_WRITTEN), sorted(NO_MESSAGES))
        return _reach(records[0]) if records else None

    async def quieten(self, quiet: Quiet) -> None:
        """Remember that nothing unasked goes to a guest, or from an account."""
        await quieten(self._link, quiet)


def _reach(record: asyncpg.Record) -> Reach:
    return Reach(
        heard_at=record["heard_at"],
        purpose=purposes.named(record["event_type"], record["timer_kind"]),
        language=record["language"],
        guest_name=record["profile_name"],
        opted_out=record["opted_out"] or False,
        quiet=record["quiet"],
        said_at=record["said_at"],
    )


def _document(mark: Mark, epochs: Epochs) -> dict[str, Any]:
    return {
        "id": mark.id,
        "shard": mark.shard,
        "epoch": epochs.get(mark.shard, -1),
        "before": [status.value for status in mark.before],
        "after": mark.after.value,
        "provider_id": mark.provider_id,
        "next_at": mark.next_at,
        "error": mark.error,
    } | _instead(mark)


def _instead(mark: Mark) -> dict[str, Any]:
    """What few marks have."""
    if mark.message is None and mark.untold is None:
        return {}
    return {"message": mark.message, "untold": mark.untold}


def _readable(record: asyncpg.Record) -> OutboxRow | None:
    """One row; None for a message that a newer version of this program wrote: it is left to a process of that version."""
    try:
        return _row(record)
    except ValidationError:  # its text quotes the message
        log.error("message_unreadable", outbox_id=record["id"])  # noqa: TRY400 - a traceback would quote it
        return None


def _row(record: asyncpg.Record) -> OutboxRow:
    account = Account(HotelId(record["hotel"]), Channel(record["channel"]), record["account"])
    return OutboxRow(
        id=OutboxId(record["id"]),
        guest_id=GuestId(record["guest_id"]),
        shard=record["shard"],
        route=ReplyRoute(account=account, address=record["address"]),
        cause=InboxId(record["cause"]),
        message=codec.MESSAGE.validate_json(record["message"]),
        interactive=record["interactive"],
        status=OutboxStatus(record["status"]),
        attempts=record["attempts"],
        doubts=record["doubts"],
        next_at=record["next_at"],
        traceparent=record["traceparent"],
        shut=record["shut"],
        deferred=record["deferred"],
        made_at=record["created_at"],
    )
