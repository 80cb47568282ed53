"""Everything that comes in: stored once, in one statement, with the guest that it belongs to."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import AccountNotice, DeliveryReport, InboundEvent, Unreadable, starts_turn
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, InboxId
from agente_hotelero.model.journal import TURN_ROWS, Applied, InboxRow, Stored, Waiting
from agente_hotelero.storage import codec, quiet, reports, storing, withdrawing
from agente_hotelero.storage.links import Fetches
from agente_hotelero.storage.persons import Acquaintances, Round, may_meet, rounds

SEEN_BYTES: Final = 16
MOST_TRIES: Final = 5
"""Of a batch that meets new names in the moment in which another process does."""

Incoming = InboundEvent | DeliveryReport | Unreadable | AccountNotice

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
WENT_ON: Final = """
SELECT 1 FROM inbox WHERE guest_id = $1 AND channel <> 'system' AND done AND sent_at > $2 AND received_at - sent_at <= $3
    AND event->>'type' NOT IN ('other', 'took_over', 'revoked', 'renamed') LIMIT 1
"""
# Charged before they are handed out: a row that kills its owner has one attempt more when the next owner finds it. Only what
# the first turn takes is charged: what waits behind it killed nobody, and would be counted out with it where there is much.
CHARGE: Final = f"""
WITH waiting AS (
    SELECT id, row_number() OVER of_guest AS place, first_value(attempts) OVER of_guest AS of_first
    FROM inbox WHERE guest_id = ANY($1) AND NOT done WINDOW of_guest AS (PARTITION BY guest_id ORDER BY id)
), charged AS (
    UPDATE inbox i SET attempts = attempts + 1 FROM waiting w
    WHERE i.id = w.id AND w.place <= CASE WHEN w.of_first > 0 THEN 1 ELSE {TURN_ROWS} END RETURNING i.id, i.attempts
)
SELECT {_COLUMNS.replace("i.attempts", "coalesce(c.attempts, i.attempts) AS attempts")}
FROM inbox i LEFT JOIN charged c ON c.id = i.id WHERE i.guest_id = ANY($1) AND NOT i.done ORDER BY i.id
"""  # noqa: S608 - constants
# What was taken back meanwhile stays erased.
KEEP_TRANSCRIPT: Final = """
UPDATE inbox SET event = (event::jsonb || jsonb_build_object('transcript', $2::text))::json WHERE id = $1 AND event->>'type' = 'media'
"""
FAIL: Final = "UPDATE inbox SET attempts = attempts + 1 WHERE id = ANY($1) AND NOT done RETURNING id, attempts"
# Out of the way, for a person: the guest's next messages go on.
BURY: Final = """
WITH gone AS (UPDATE inbox SET done = true WHERE id = $1 AND NOT done RETURNING id, guest_id, hotel),
     kept AS (INSERT INTO dead_letter (inbox_id, guest_id, error) SELECT id, guest_id, $2 FROM gone),
     brought AS (INSERT INTO media (inbox_id) SELECT id FROM inbox WHERE id = $1 AND event->>'type' = 'media' ON CONFLICT DO NOTHING)
INSERT INTO handoff (guest_id, cause, hotel, reason, summary) SELECT guest_id, id, hotel, 'dead_letter', $3 FROM gone RETURNING id
"""


class PostgresInbox:
    """The inbox lane's own connection, and the statements that read what waits."""

    def __init__(self, link: Fetches, *, key: bytes) -> None:
        """`key` makes the hashes of external ids, so that `seen` says nothing of guests; a database that has one keeps its own."""
        self._link = link
        self._key = key
        self._settled = False
        self._acquaintances = Acquaintances()

    async def store(self, batch: Sequence[Incoming]) -> tuple[list[Stored | None], list[Applied]]:
        """Commit a batch; answers one entry per item (None for reports and unreadable ones), and what reports moved."""
        if not self._settled:
            await self._settle_key()
        events = [item for item in batch if isinstance(item, InboundEvent)]
        alone = len(events) == len(batch) and not any(map(withdrawing.concerns_another, events))
        strange = any(map(self._acquaintances.needs_a_look, events)) or may_meet(events)
        if alone and not strange:
            return list(_stored(events, await self._link.fetch(storing.STORE, self._document(events)))), []
        return await self._store_with_care(batch, events, parts=rounds(events) if strange else (), alone=alone)

    async def _store_with_care(
        self, batch: Sequence[Incoming], events: Sequence[InboundEvent], *, parts: Sequence[Round], alone: bool
    ) -> tuple[list[Stored | None], list[Applied]]:
        for _ in range(MOST_TRIES):
            try:
                if alone and len(parts) == 1:
                    stored = _stored(
                        events, await self._link.fetch(storing.STORE_NAMED, *self._documents(events, parts[0]))
                    )
                    applied: list[Applied] = []
                else:
                    stored, applied = await self._store_together(batch, events, parts)
            except asyncpg.UniqueViolationError:
                # Another process gave one of these names to a guest in this moment: now it can be seen to whom.
                continue
            self._get_acquainted(events, stored)
            each = iter(stored)
            return [next(each) if isinstance(item, InboundEvent) else None for item in batch], applied
        raise StorageUnavailableError("a moment in which nobody else names the same guests")

    async def _store_together(
        self, batch: Sequence[Incoming], events: Sequence[InboundEvent], parts: Sequence[Round]
    ) -> tuple[list[Stored], list[Applied]]:
        async with self._link.transaction() as connection:
            rows: list[asyncpg.Record] = []
            for part in parts:
                rows += await connection.fetch(storing.STORE_NAMED, *self._documents(events, part))
            if events and not parts:
                rows = await connection.fetch(storing.STORE, self._document(events))
            stored = _stored(events, rows)
            await withdrawing.withdraw(connection, events, stored, seen_name=self._seen_name)
            applied = await reports.keep(connection, [item for item in batch if isinstance(item, DeliveryReport)])
            await _quarantine(connection, [item for item in batch if isinstance(item, Unreadable)])
            await quiet.heed(connection, [item for item in batch if isinstance(item, AccountNotice)])
        return stored, applied

    def _get_acquainted(self, events: Sequence[InboundEvent], stored: Sequence[Stored]) -> None:
        """Look at names once, unless they say that two guests are one: then the most exact decides each time."""
        for event, one in zip(events, stored, strict=True):
            if one.row is not None and event.names and not one.others and not event.formerly:
                self._acquaintances.remember(event)

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

    async def went_on(self, guest: GuestId, *, after: datetime, in_time: timedelta) -> bool:
        """Tell whether a message of the guest that was sent after a moment, and came in time, had its turn."""
        return bool(await self._link.fetch(WENT_ON, guest, after, in_time))

    async def charge(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        """Count one attempt on what the next turn of each guest takes of their undone rows, and read all of them."""
        return [_row(record) for record in await self._link.fetch(CHARGE, list(guests))]

    async def keep_transcript(self, row: InboxId, text: str) -> None:
        """Remember what was understood of a recording, with the recording: it is erased with it."""
        await self._link.fetch(KEEP_TRANSCRIPT, row, text.replace("\0", "\ufffd"))

    async def fail(self, ids: Sequence[InboxId]) -> dict[InboxId, int]:
        """Count a failed turn; answers the attempts so far."""
        return {InboxId(r["id"]): r["attempts"] for r in await self._link.fetch(FAIL, list(ids))}

    async def bury(self, row: InboxId, *, error: str, summary: str) -> bool:
        """Make a dead letter and a hand-off of a row that can't be turned."""
        return bool(await self._link.fetch(BURY, row, error, summary))

    def _document(self, events: Sequence[InboundEvent]) -> str:
        return codec.text([self._row(n, event) for n, event in enumerate(events)])

    def _documents(self, events: Sequence[InboundEvent], part: Round) -> tuple[str, str]:
        items = [{**self._row(n, events[n]), "p": p} for n, p in zip(part.numbers, part.persons, strict=True)]
        return codec.text(items), codec.text(_names(part))

    def _row(self, n: int, event: InboundEvent) -> dict[str, object]:
        account, alias = event.account, event.alias
        row: dict[str, object] = {
            "n": n,
            "name": self._seen_name(account, event.external_id),
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
        if not starts_turn(event.event):
            row["done"] = True
        return row

    def _seen_name(self, account: Account, external_id: str) -> str:
        name = f"{account.channel}\0{account.name}\0{external_id}"
        return hashlib.blake2b(name.encode(), key=self._key, digest_size=SEEN_BYTES).hexdigest()


def _names(part: Round) -> list[dict[str, object]]:
    return [
        {
            "p": p,
            "hotel": hotel,
            "rank": name.rank,
            "kind": name.alias.kind,
            "value": name.alias.value,
            "kept": name.kept,
        }
        for p, (hotel, names) in enumerate(part.names)
        for name in names
    ]


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
    earlier, others = record["ids"], record["others"]
    return Stored(
        row=row,
        earlier=tuple(earlier) if earlier else (),
        others=tuple(map(GuestId, others)) if others else (),
        turns=starts_turn(event.event),
    )


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
