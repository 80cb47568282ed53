"""Everything that comes in: stored once, in one statement, with the guest that it belongs to."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from agente_hotelero.model.events import AccountNotice, DeliveryReport, InboundEvent, Unreadable
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId
from agente_hotelero.model.journal import Applied, InboxRow, Stored, Waiting
from agente_hotelero.storage import codec, quiet, reports
from agente_hotelero.storage.links import Fetches

SEEN_BYTES: Final = 16

Incoming = InboundEvent | DeliveryReport | Unreadable | AccountNotice

# One statement for a whole batch. `seen` and aliases are taken in sorted order, so that two processes
# never wait for each other in a circle; the alias upsert returns whoever won when both meet a new guest.
# Guests and their undone rows are looked up row by row, by index: as joins they become scans as soon as the plan
# was made while the tables were small (a batch of 30 took 50 ms of the server then, and takes 2).
# One document rather than an array a column: asyncpg asks of each value of an array whether it is a list itself,
# which costs more than the rest of sending it.
STORE: Final = """
WITH item AS (
    SELECT t.*, decode(t.name, 'hex') AS key FROM json_to_recordset($1::json) AS t(n int, name text, hotel text, channel text,
        account text, external_id text, kind text, value text, address text, event json, sent_at timestamptz, profile_name text,
        traceparent text)
), fresh AS (
    INSERT INTO seen (key) SELECT DISTINCT key FROM item ORDER BY key ON CONFLICT DO NOTHING RETURNING key
), todo AS MATERIALIZED (
    SELECT *, nextval('journal_id') AS id
    FROM (SELECT * FROM (SELECT DISTINCT ON (item.key) item.* FROM item JOIN fresh USING (key) ORDER BY item.key, item.n) once
          ORDER BY n) in_order
), named AS (
    SELECT DISTINCT ON (hotel, kind, value) hotel, kind, value, profile_name FROM todo ORDER BY hotel, kind, value, n
), known AS (
    SELECT a.hotel, a.kind, a.value, a.guest_id, (SELECT g.shard FROM guest g WHERE g.id = a.guest_id) AS shard
    FROM named CROSS JOIN LATERAL (SELECT * FROM guest_alias a
        WHERE a.hotel = named.hotel AND a.kind = named.kind AND a.value = named.value LIMIT 1) a
), made AS (
    INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT hotel, kind, value, nextval(pg_get_serial_sequence('guest', 'id'))
    FROM named WHERE NOT EXISTS (SELECT FROM known k WHERE (k.hotel, k.kind, k.value) = (named.hotel, named.kind, named.value))
    ORDER BY hotel, kind, value
    ON CONFLICT (hotel, kind, value) DO UPDATE SET last_seen = now()
    RETURNING hotel, kind, value, guest_id, xmax = 0 AS created
), born AS (
    INSERT INTO guest (id, hotel, shard, profile_name)
    SELECT made.guest_id, made.hotel, hashint8(made.guest_id) & 255, named.profile_name
    FROM made JOIN named USING (hotel, kind, value) WHERE made.created
), whose AS (
    SELECT hotel, kind, value, guest_id, shard FROM known
    UNION ALL SELECT hotel, kind, value, guest_id, (hashint8(guest_id) & 255)::smallint FROM made
), kept AS (
    INSERT INTO inbox (id, guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, traceparent)
    SELECT id, guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, traceparent
    FROM todo JOIN whose USING (hotel, kind, value) ORDER BY n
    RETURNING id, guest_id, shard, received_at
)
SELECT todo.n, kept.*, kept.guest_id IN (SELECT guest_id FROM made WHERE created) AS born,
       (SELECT array_agg(i.id) FROM inbox i WHERE i.guest_id = kept.guest_id AND NOT i.done) AS ids
FROM kept JOIN todo USING (id) ORDER BY kept.id
"""

# Answers what is there, also to those who come second.
SETTLE_KEY: Final = """
INSERT INTO seen_key (key) VALUES ($1) ON CONFLICT (one) DO UPDATE SET key = seen_key.key RETURNING key
"""

QUARANTINE: Final = """
INSERT INTO quarantine (channel, account, reason, raw) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
"""

_COLUMNS: Final = """
    i.id, i.guest_id, i.shard, i.hotel, i.channel, i.account, i.external_id, i.address, i.event, i.sent_at, i.received_at, i.attempts, i.traceparent
"""
WAITING: Final = "SELECT id, guest_id, attempts FROM inbox WHERE NOT done ORDER BY id"
READ_GUESTS: Final = f"SELECT {_COLUMNS} FROM inbox i WHERE i.guest_id = ANY($1) AND NOT i.done ORDER BY i.id"  # noqa: S608 - constants
# Charged before they are handed out: a row that kills its owner has one attempt more when the next owner finds it.
CHARGE: Final = f"""
WITH charged AS (UPDATE inbox i SET attempts = attempts + 1 WHERE i.guest_id = ANY($1) AND NOT i.done RETURNING {_COLUMNS})
SELECT * FROM charged ORDER BY id
"""  # noqa: S608 - constants
FAIL: Final = "UPDATE inbox SET attempts = attempts + 1 WHERE id = ANY($1) AND NOT done RETURNING id, attempts"
# Out of the way, for a person: the guest's next messages go on.
BURY: Final = """
WITH gone AS (UPDATE inbox SET done = true WHERE id = $1 AND NOT done RETURNING id, guest_id, hotel),
     kept AS (INSERT INTO dead_letter (inbox_id, guest_id, error) SELECT id, guest_id, $2 FROM gone)
INSERT INTO handoff (guest_id, cause, hotel, reason, summary) SELECT guest_id, id, hotel, 'dead_letter', $3 FROM gone RETURNING id
"""


class PostgresInbox:
    """The inbox lane's own connection, and the statements that read what waits."""

    def __init__(self, link: Fetches, *, key: bytes) -> None:
        """`key` makes the hashes of external ids, so that `seen` says nothing of guests; a database that has one keeps its own."""
        self._link = link
        self._key = key
        self._settled = False

    async def store(self, batch: Sequence[Incoming]) -> tuple[list[Stored | None], list[Applied]]:
        """Commit a batch; answers one entry per item (None for reports and unreadable ones), and what reports moved."""
        if not self._settled:
            await self._settle_key()
        events = [item for item in batch if isinstance(item, InboundEvent)]
        if len(events) == len(batch):
            return list(_stored(events, await self._link.fetch(STORE, self._document(events)))), []
        async with self._link.transaction() as connection:
            rows = await connection.fetch(STORE, self._document(events)) if events else []
            applied = await reports.keep(connection, [item for item in batch if isinstance(item, DeliveryReport)])
            await _quarantine(connection, [item for item in batch if isinstance(item, Unreadable)])
            await quiet.heed(connection, [item for item in batch if isinstance(item, AccountNotice)])
        stored = iter(_stored(events, rows))
        return [next(stored) if isinstance(item, InboundEvent) else None for item in batch], applied

    async def _settle_key(self) -> None:
        self._key = (await self._link.fetch(SETTLE_KEY, self._key))[0]["key"]
        self._settled = True

    async def waiting(self) -> list[Waiting]:
        """All undone rows in order, without content."""
        rows = await self._link.fetch(WAITING)
        return [Waiting(id=InboxId(r["id"]), guest_id=GuestId(r["guest_id"]), attempts=r["attempts"]) for r in rows]

    async def read_guests(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        """Undone rows of these guests, in order."""
        return [_row(record) for record in await self._link.fetch(READ_GUESTS, list(guests))]

    async def charge(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        """Count one attempt on each undone row of these guests, and read them."""
        return [_row(record) for record in await self._link.fetch(CHARGE, list(guests))]

    async def fail(self, ids: Sequence[InboxId]) -> dict[InboxId, int]:
        """Count a failed turn; answers the attempts so far."""
        return {InboxId(r["id"]): r["attempts"] for r in await self._link.fetch(FAIL, list(ids))}

    async def bury(self, row: InboxId, *, error: str, summary: str) -> bool:
        """Make a dead letter and a hand-off of a row that can't be turned."""
        return bool(await self._link.fetch(BURY, row, error, summary))

    def _document(self, events: Sequence[InboundEvent]) -> str:
        return codec.text([self._row(n, event) for n, event in enumerate(events)])

    def _row(self, n: int, event: InboundEvent) -> dict[str, object]:
        account, alias = event.account, event.alias
        return {
            "n": n,
            "name": self._seen_name(event),
            "hotel": account.hotel,
            "channel": account.channel,
            "account": account.name,
            "external_id": event.external_id,
            "kind": alias.kind,
            "value": alias.value,
            "address": event.address,
            "event": event.event,
            "sent_at": event.sent_at,
            "profile_name": event.profile_name,
            "traceparent": event.traceparent,
        }

    def _seen_name(self, event: InboundEvent) -> str:
        name = f"{event.account.channel}\0{event.account.name}\0{event.external_id}"
        return hashlib.blake2b(name.encode(), key=self._key, digest_size=SEEN_BYTES).hexdigest()


def _stored(events: Sequence[InboundEvent], rows: Sequence[asyncpg.Record]) -> "list[Stored]":
    new = {record["n"]: record for record in rows}
    return [_one(event, new.get(n)) for n, event in enumerate(events)]


def _one(event: InboundEvent, record: asyncpg.Record | None) -> Stored:
    if record is None:
        return Stored(row=None)
    row = InboxRow(
        id=InboxId(record["id"]),
        guest_id=GuestId(record["guest_id"]),
        shard=record["shard"],
        account=event.account,
        address=event.address,
        event=event.event,
        sent_at=event.sent_at,
        received_at=record["received_at"],
        first=record["born"],
        external_id=event.external_id,
        traceparent=event.traceparent,
    )
    return Stored(row=row, earlier=tuple(record["ids"] or ()))


def _row(record: asyncpg.Record) -> InboxRow:
    received_at: datetime = record["received_at"]
    return InboxRow(
        id=InboxId(record["id"]),
        guest_id=GuestId(record["guest_id"]),
        shard=record["shard"],
        account=Account(HotelId(record["hotel"]), Channel(record["channel"]), record["account"]),
        address=record["address"],
        event=codec.EVENT.validate_json(record["event"]),
        sent_at=record["sent_at"],
        received_at=received_at,
        attempts=record["attempts"],
        external_id=record["external_id"],
        traceparent=record["traceparent"],
    )


async def _quarantine(connection: Any, items: Sequence[Unreadable]) -> None:
    if items:
        await connection.fetch(
            QUARANTINE,
            [i.channel for i in items],
            [i.account for i in items],
            [i.reason for i in items],
            [i.raw for i in items],
        )
