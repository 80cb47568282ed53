"""The one statement that makes turns atomic: many conversations in it, each applied whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import asyncpg
import structlog

from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId, OutboxId
from agente_hotelero.model.journal import (
    Committed,
    Conversation,
    Epochs,
    OutboxRow,
    OutboxStatus,
    ReplyDraft,
    ReplyRoute,
    SentReply,
    Turn,
)
from agente_hotelero.model.messages import OneTimeCode
from agente_hotelero.storage import codec, states
from agente_hotelero.storage.links import Fetches
from agente_hotelero.storage.states import UnknownStateError, UnreadableStateError

log = structlog.get_logger(__name__)

# A turn passes if its shard is still ours, none of its events is done, and nobody committed in between.
# Everything below `passed` reads only turns that did; neighbours of a turn that did not are untouched.
# Of two turns of one guest the first is looked at: both would find the version that they read.
_TURN: Final = """
WITH turn AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(no int, guest_id bigint, hotel text, shard smallint, epoch bigint,
        version bigint, state jsonb, reply_channel text, reply_account text, reply_address text, inbox_ids bigint[],
        cause bigint, replies jsonb, timers jsonb, quotes jsonb, writes jsonb, handoffs jsonb, cancels boolean, closes boolean, opts_out boolean,
        traceparent text)
), owned AS (
    SELECT shard, epoch FROM shard_epoch WHERE shard = ANY (ARRAY(SELECT shard FROM turn)) ORDER BY shard FOR SHARE
), undone AS (
    SELECT id FROM inbox WHERE id = ANY (ARRAY(SELECT unnest(inbox_ids) FROM turn)) AND NOT done ORDER BY id FOR UPDATE
), ready AS (
    SELECT DISTINCT ON (turn.guest_id) turn.* FROM turn JOIN owned USING (shard, epoch)
    WHERE (SELECT count(*) FROM undone WHERE undone.id = ANY (turn.inbox_ids)) = cardinality(turn.inbox_ids)
    ORDER BY turn.guest_id, turn.no
), created AS (
    INSERT INTO conversation AS c (guest_id, shard, version, state, replies, reply_channel, reply_account, reply_address)
    SELECT guest_id, shard, 1, state, jsonb_array_length(replies), reply_channel, reply_account, reply_address
    FROM ready WHERE version = 0
    ON CONFLICT DO NOTHING RETURNING guest_id, 0 AS said
), changed AS (
    UPDATE conversation c SET version = c.version + 1, state = ready.state, replies = c.replies + jsonb_array_length(ready.replies),
        reply_channel = ready.reply_channel, reply_account = ready.reply_account, reply_address = ready.reply_address,
        updated_at = now()
    FROM ready WHERE c.guest_id = ready.guest_id AND c.version = ready.version AND ready.version > 0
    RETURNING c.guest_id, c.replies - jsonb_array_length(ready.replies) AS said
), passed AS (
    SELECT ready.*, now_at.said FROM ready
    JOIN (SELECT * FROM created UNION ALL SELECT * FROM changed) now_at USING (guest_id)
), finished AS (
    UPDATE inbox SET done = true WHERE id = ANY (ARRAY(SELECT unnest(inbox_ids) FROM passed))
"""
_SAID: Final = """), said AS (
    INSERT INTO outbox (guest_id, shard, n, cause, hotel, channel, account, address, message, interactive, facts, traceparent,
                        status, delivery, attempts, sending_at, next_at)
    SELECT guest_id, shard, said + r.no, cause, passed.hotel, r.channel, r.account, r.address, r.message, r.interactive, r.facts,
           traceparent, r.status, CASE WHEN r.status = 'sent' THEN 'sent' END, (r.status = 'sending')::int,
           CASE WHEN r.status = 'sending' THEN now() END, now()
    FROM passed, jsonb_to_recordset(passed.replies)
        AS r(no int, channel text, account text, address text, message json, interactive boolean, facts text[], status text)
    ORDER BY passed.no, r.no
    RETURNING id, guest_id, n, channel, hotel, address
"""
# A person who takes over silences the agent, not the person before.
_SELDOM: Final = """), droppable AS (
    SELECT o.id FROM outbox o JOIN passed USING (guest_id) WHERE passed.cancels AND o.status = 'pending' AND NOT o.facts @> ARRAY['staff'] ORDER BY o.id FOR UPDATE OF o
), dropped AS (
    UPDATE outbox o SET status = 'cancelled' FROM droppable WHERE o.id = droppable.id AND o.status = 'pending'
), cleared AS (
    DELETE FROM timer USING passed, jsonb_to_recordset(passed.timers) AS t(kind text, key text, due_at timestamptz)
    WHERE t.due_at IS NULL AND timer.guest_id = passed.guest_id AND (timer.kind, timer.key) = (t.kind, t.key)
), timed AS (
    INSERT INTO timer AS old (guest_id, shard, hotel, kind, key, due_at, not_after)
    SELECT guest_id, shard, hotel, t.kind, t.key, t.due_at, t.not_after
    FROM passed, jsonb_to_recordset(passed.timers) AS t(kind text, key text, due_at timestamptz, not_after timestamptz)
    WHERE t.due_at IS NOT NULL
    ON CONFLICT (guest_id, kind, key) DO UPDATE
        SET due_at = excluded.due_at, not_after = excluded.not_after, id = nextval(pg_get_serial_sequence('timer', 'id'))
), quoted AS (
    INSERT INTO quote (guest_id, cause, hotel, room_type, check_in, check_out, adults, children, rooms, total, currency,
                       rooms_left, fetched_at, shown_at)
    SELECT guest_id, cause, hotel, q.* FROM passed, jsonb_to_recordset(passed.quotes)
        AS q(room_type text, check_in date, check_out date, adults int, children int, rooms int, total numeric,
             currency text, rooms_left int, fetched_at timestamptz, shown_at timestamptz)
), intended AS (
    INSERT INTO reservation (client_ref, guest_id, shard, hotel, kind, request, code, leaves_at)
    SELECT w.client_ref, guest_id, shard, hotel,
           CASE WHEN w.request IS NOT NULL THEN 'reserve' WHEN w.leaves_at IS NOT NULL THEN 'late_checkout' ELSE 'cancel' END,
           w.request, w.code, w.leaves_at
    FROM passed, jsonb_to_recordset(passed.writes) AS w(client_ref text, request json, code text, leaves_at time)
    ON CONFLICT DO NOTHING
), watched AS (
    -- Whoever cancels what was just confirmed is not told that it was lost.
    UPDATE reservation r SET state = 'settled', updated_at = now()
    FROM passed, jsonb_to_recordset(passed.writes) AS w(code text, request json, leaves_at time)
    WHERE r.hotel = passed.hotel AND r.code = w.code AND w.request IS NULL AND w.leaves_at IS NULL
      AND r.kind = 'reserve' AND r.state = 'checking' AND r.outcome IN ('confirmed', 'sold_twice')
), closed AS (
    -- «IS NULL» would let a plan of small tables go through all that are open, of whatever guest.
    UPDATE handoff SET closed_at = now() WHERE guest_id = ANY (ARRAY(SELECT guest_id FROM passed WHERE closes))
      AND coalesce(closed_at, 'infinity') = 'infinity' RETURNING id, guest_id
), noted AS (
    INSERT INTO audit (who, action, detail) SELECT 'timer', 'gave_back', json_build_object('handoff', max(id)) FROM closed GROUP BY guest_id
), opted AS (
    UPDATE guest SET opted_out_at = CASE WHEN passed.opts_out THEN coalesce(opted_out_at, now()) END
    FROM passed WHERE guest.id = passed.guest_id AND passed.opts_out IS NOT NULL
), handed AS (
    INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
    SELECT guest_id, cause, hotel, h.reason, h.summary
    FROM passed, jsonb_to_recordset(passed.handoffs) AS h(reason text, summary text)
"""
# What they brought beside words, as the journal has it now: what was taken back meanwhile is no longer there.
_BROUGHT: Final = """), brought AS (
    INSERT INTO media (inbox_id) SELECT i.id FROM passed JOIN inbox i ON i.id = ANY (passed.inbox_ids)
    WHERE i.event->>'type' = 'media' ORDER BY i.id ON CONFLICT DO NOTHING
"""
_PASSED: Final = """)
SELECT passed.no, array_agg(said.id ORDER BY said.n) FILTER (WHERE said.id IS NOT NULL) AS outbox_ids,
       max(CASE WHEN said.channel = 'webchat' THEN pg_notify('webchat', said.hotel || ':' || said.address)::text END) AS notified
FROM passed LEFT JOIN said USING (guest_id) GROUP BY passed.no
"""
COMMIT: Final = f"{_TURN}{_SAID}{_SELDOM}{_PASSED}"
# Most turns only answer, and a statement pays for each of its parts, also for those that find nothing to do.
COMMIT_ANSWERS: Final = f"{_TURN}{_SAID}{_PASSED}"
COMMIT_MEDIA: Final = f"{_TURN}{_SAID}{_SELDOM}{_BROUGHT}{_PASSED}"

LOAD: Final = """
SELECT c.guest_id, c.version, c.state::text AS state, g.hotel, g.merged_into, c.reply_channel, c.reply_account, c.reply_address
FROM conversation c JOIN guest g ON g.id = c.guest_id WHERE c.guest_id = ANY($1)
"""
REPLIES: Final = """
SELECT o.id, o.channel, o.provider_id, o.message, o.interactive, o.status, i.done
FROM inbox i LEFT JOIN outbox o ON o.cause = ANY($1) WHERE i.id = ANY($1) ORDER BY o.id
"""


class PostgresTurns:
    """The turn lane's own connection, and the loader of conversations."""

    def __init__(self, link: Fetches, loader: Fetches) -> None:
        self._link = link
        self._loader = loader

    async def commit(self, turns: Sequence[Turn], epochs: Epochs) -> list[Committed]:
        """Commit what passes; answers one entry per turn, in order. Raises what the database refuses: the lane tries again in parts."""
        passed = {
            record["no"]: record for record in await self._link.fetch(_statement(turns), _document(turns, epochs))
        }
        return [_committed(turn, passed.get(no)) for no, turn in enumerate(turns)]

    async def load(self, guests: Sequence[GuestId]) -> list[Conversation | Exception]:
        """Load many conversations in one query; those that never were come back at version 0.

        One that can't be read is an UnknownStateError or UnreadableStateError in its place: others must not wait for it.
        """
        rows = {record["guest_id"]: record for record in await self._loader.fetch(LOAD, list(guests))}
        return [_loaded(guest, rows.get(guest)) for guest in guests]

    async def replies(self, causes: Sequence[InboxId]) -> tuple[bool, list[SentReply]]:
        """Tell whether all these events are done and answered as far as they will be, and with what."""
        rows = await self._loader.fetch(REPLIES, list(causes))
        settled = bool(rows) and all(r["done"] and r["status"] not in {"pending", "sending"} for r in rows)
        sent = {r["id"]: r for r in rows if r["id"] is not None and r["status"] == "sent"}
        return settled, list(_sent(sent.values()))


def _statement(turns: Sequence[Turn]) -> str:
    if any(turn.concerns_media for turn in turns):
        return COMMIT_MEDIA
    return COMMIT_ANSWERS if all(map(_only_answers, turns)) else COMMIT


def _only_answers(turn: Turn) -> bool:
    return not (
        turn.timers
        or turn.quotes
        or turn.writes
        or turn.handoffs
        or turn.cancels_pending
        or turn.closes_handoffs
        or turn.opts_out is not None
    )


def _document(turns: Sequence[Turn], epochs: Epochs) -> str:
    return codec.text([_values(no, turn, epochs) for no, turn in enumerate(turns)])


def _values(no: int, turn: Turn, epochs: Epochs) -> dict[str, Any]:
    route = turn.route
    timers = {(timer.kind, timer.key): timer for timer in turn.timers}.values()
    return {
        "no": no,
        "guest_id": turn.guest_id,
        "hotel": turn.hotel,
        "shard": turn.shard,
        "epoch": epochs.get(turn.shard, -1),
        "version": turn.version,
        "state": turn.state,
        "reply_channel": route and route.account.channel.value,
        "reply_account": route and route.account.name,
        "reply_address": route and route.address,
        "inbox_ids": turn.inbox_ids,
        "cause": turn.inbox_ids[-1],
        "replies": [_reply(n, reply, _status(turn, n)) for n, reply in enumerate(turn.replies, start=1)],
        "timers": [{"kind": t.kind, "key": t.key, "due_at": t.due_at, "not_after": t.not_after} for t in timers],
        "quotes": [_quote(q.offer, q.shown_at) for q in turn.quotes],
        "writes": [_write(w) for w in turn.writes],
        "handoffs": [{"reason": h.reason, "summary": h.summary} for h in turn.handoffs],
        "cancels": turn.cancels_pending,
        **({"closes": True} if turn.closes_handoffs else {}),
        "opts_out": turn.opts_out,
        "traceparent": turn.traceparent,
    }


def _status(turn: Turn, no: int) -> OutboxStatus:
    if turn.replies[no - 1].immediate:
        return OutboxStatus.SENT
    return OutboxStatus.SENDING if no == 1 and turn.begins_sending is not None else OutboxStatus.PENDING


def _reply(no: int, reply: ReplyDraft, status: OutboxStatus) -> dict[str, Any]:
    return {
        "no": no,
        "channel": reply.route.account.channel.value,
        "account": reply.route.account.name,
        "address": reply.route.address,
        "message": reply.message,
        "interactive": reply.interactive,
        "facts": reply.facts,
        "status": status,
    }


def _quote(offer: Any, shown_at: Any) -> dict[str, Any]:
    return {
        "room_type": offer.room_type.key,
        "check_in": offer.stay.check_in,
        "check_out": offer.stay.check_out,
        "adults": offer.party.adults,
        "children": offer.party.children,
        "rooms": offer.party.rooms,
        "total": str(offer.total.amount),
        "currency": offer.total.currency,
        "rooms_left": offer.rooms_left,
        "fetched_at": offer.fetched_at,
        "shown_at": shown_at,
    }


def _write(write: Any) -> dict[str, Any]:
    return {
        "client_ref": write.client_ref,
        "request": write.request,
        "code": write.code,
        "leaves_at": write.leaves_at,
    }


def _committed(turn: Turn, record: asyncpg.Record | None) -> Committed:
    if record is None:
        return Committed(passed=False)
    ids = record["outbox_ids"] or ()
    rows = tuple(
        OutboxRow(
            id=OutboxId(row_id),
            guest_id=turn.guest_id,
            shard=turn.shard,
            route=reply.route,
            cause=turn.inbox_ids[-1],
            message=reply.message,
            interactive=reply.interactive,
            status=status,
            attempts=int(status is OutboxStatus.SENDING),
            begun=turn.begins_sending if status is OutboxStatus.SENDING else None,
            open_until=reply.open_until,
            traceparent=turn.traceparent,
        )
        for no, (row_id, reply) in enumerate(zip(ids, turn.replies, strict=True), start=1)
        if (status := _status(turn, no)) is not OutboxStatus.SENT
    )
    return Committed(passed=True, outbox=rows)


def _loaded(guest: GuestId, record: asyncpg.Record | None) -> Conversation | Exception:
    if record is None:
        return Conversation(guest_id=guest)
    try:
        return _conversation(record)
    except (UnknownStateError, UnreadableStateError) as error:
        return error


def _conversation(record: asyncpg.Record) -> Conversation:
    route = None
    if record["reply_channel"] is not None:
        account = Account(HotelId(record["hotel"]), Channel(record["reply_channel"]), record["reply_account"])
        route = ReplyRoute(account=account, address=record["reply_address"])
    return Conversation(
        guest_id=GuestId(record["guest_id"]),
        version=record["version"],
        state=states.read(record["state"]),
        route=route,
        merged_into=record["merged_into"],
    )


def _sent(records: Iterable[asyncpg.Record]) -> Iterator[SentReply]:
    """Give what was sent; a code is nobody's business but its receiver's."""
    for record in records:
        message = codec.MESSAGE.validate_json(record["message"])
        if not isinstance(message, OneTimeCode):
            yield SentReply(
                id=record["provider_id"] or str(record["id"]), message=message, interactive=record["interactive"]
            )
