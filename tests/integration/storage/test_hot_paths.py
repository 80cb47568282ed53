"""The statements on a message's way cost the same over years of history: each reads through an index."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import Alias, AliasKind, OutboxId
from agente_hotelero.model.journal import Mark, OutboxStatus
from agente_hotelero.storage import (
    ages,
    chat,
    clockwork,
    handoffs,
    identities,
    inbox,
    mail,
    media,
    outbox,
    reports,
    sagas,
    sent_files,
    storing,
    turns,
    withdrawing,
)
from agente_hotelero.storage.links import PLANS
from agente_hotelero.storage.persons import Round, rounds
from tests.support.storage_journal import Journal, Tables, a_turn, an_event

ROWS = 20_000
HISTORY = f"""
INSERT INTO guest (id, hotel, shard) SELECT n, 'demo', hashint8(n) & 255 FROM generate_series(1, {ROWS}) n;
INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT 'demo', 'phone', (549110000000 + n)::text, n FROM generate_series(1, {ROWS}) n;
INSERT INTO conversation (guest_id, shard, version, state)
    SELECT n, hashint8(n) & 255, 1, '{{}}' FROM generate_series(1, {ROWS}) n;
INSERT INTO seen (key) SELECT substr(sha256(n::text::bytea), 1, 16) FROM generate_series(1, {ROWS}) n;
INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, done)
    SELECT n, 1, 'demo', CASE n % 2 WHEN 0 THEN 'webchat' ELSE 'whatsapp' END, '100', n::text, n::text,
           '{{"type": "text", "text": "hola"}}', now(), n % 1000 <> 0 FROM generate_series(1, {ROWS}) n;
INSERT INTO outbox (id, guest_id, shard, n, cause, hotel, channel, account, address, message, interactive, status, provider_id)
    SELECT 1000000 + k, k, 1, 1000, k, 'demo', 'whatsapp', '100', 'x', '{{}}', false,
           CASE k % 1000 WHEN 0 THEN 'pending' ELSE 'sent' END, 'wamid.' || k FROM generate_series(1, {ROWS}) k;
INSERT INTO delivery_report (account, provider_id, state, at, outbox_id)
    SELECT '100', 'wamid.' || n, 'sent', now(), 1000000 + n FROM generate_series(1, {ROWS}) n;
INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at)
    SELECT n, 1, 'demo', 'nudge', '1', now() + interval '1 hour' FROM generate_series(1, {ROWS}) n;
INSERT INTO reservation (client_ref, guest_id, shard, hotel, kind, state, code)
    SELECT 'AH-' || n, n, 1, 'demo', 'reserve', 'settled', 'D-' || n FROM generate_series(1, {ROWS}) n;
INSERT INTO handoff (guest_id, cause, hotel, reason, summary, notified_at)
    SELECT n, n, 'demo', 'x', 'x', now() FROM generate_series(1, {ROWS}) n;
INSERT INTO proved_name (hotel, kind, value, guest_id) SELECT 'demo', 'email', n::text, n FROM generate_series(1, {ROWS}) n;
INSERT INTO verification (hotel, reservation, kind, uses) SELECT 'demo', 'D-' || n, 'try', '{{}}' FROM generate_series(1, {ROWS}) n;
INSERT INTO media (inbox_id, state, file)
    SELECT n, CASE n % 1000 WHEN 0 THEN 'due' ELSE 'kept' END, CASE n % 1000 WHEN 0 THEN NULL ELSE n::text END
    FROM generate_series(1, {ROWS}) n;
ANALYZE;
"""
FIXED = {"shard_epoch", "ownership", "outbox_open", "media_waiting"}
"""Tables that never grow, and the indexes of what is open, which is never the history."""


EVERY_MESSAGE = {
    "storing.STORE",
    "storing.STORE_NAMED",
    "turns.COMMIT",
    "turns.COMMIT_ANSWERS",
    "turns.LOAD",
    "outbox.MARK",
    "reports.APPLY",
}
"""Run for every message or batch of them, with a plan that is kept for as long as the connection."""


def named_events() -> tuple[list[InboundEvent], Round]:
    """Guests who come under a number and two ids."""
    kinds = ((AliasKind.PHONE, "54911000{:04}"), (AliasKind.BSUID, "US.{}"), (AliasKind.PARENT, "US.ENT.{}"))
    events = [
        replace(an_event(f"named-{n}"), names=tuple(Alias(kind, name.format(n)) for kind, name in kinds))
        for n in range(20)
    ]
    [part] = rounds(events)
    return events, part


async def statements(journal: Journal) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Each with arguments as its adapter makes them."""
    events = [an_event(f"new-{n}", phone=str(549110000001 + n)) for n in range(20)]
    stored = (journal.inbox._document(events),)
    rows = [one.row for one in (await journal.inbox.store(events))[0] if one and one.row]
    document = turns._document([a_turn(row, version=1) for row in rows], journal.epochs)
    mark = Mark(id=OutboxId(1), shard=1, before=(OutboxStatus.PENDING,), after=OutboxStatus.SENT, provider_id="wamid.1")
    marks = [outbox._document(mark, journal.epochs)] * 20
    said = (["100"] * 20, [f"wamid.{n}" for n in range(20)], ["read"] * 20, [1_000_001, None] * 10, [None] * 20)
    return {
        "storing.STORE": (storing.STORE, stored),
        "storing.STORE_NAMED": (storing.STORE_NAMED, journal.inbox._documents(*named_events())),
        "withdrawing.COUNT_AS_SEEN": (withdrawing.COUNT_AS_SEEN, (["00" * 16],)),
        "withdrawing.ERASE": (withdrawing.ERASE, (1, "whatsapp", "100", "wamid.1", 2)),
        "inbox.WAITING": (inbox.WAITING, ()),
        "inbox.READ_GUESTS": (inbox.READ_GUESTS, ([1, 2, 3],)),
        "inbox.CHARGE": (inbox.CHARGE, ([1, 2, 3],)),
        "inbox.KEEP_TRANSCRIPT": (inbox.KEEP_TRANSCRIPT, (1, "x")),
        "inbox.FAIL": (inbox.FAIL, ([1, 2, 3],)),
        "inbox.WENT_ON": (inbox.WENT_ON, (1, datetime.now(UTC), timedelta(hours=2))),
        "inbox.BURY": (inbox.BURY, (1, "x", "x")),
        "turns.COMMIT": (turns.COMMIT, (document,)),
        "turns.COMMIT_ANSWERS": (turns.COMMIT_ANSWERS, (document,)),
        "turns.COMMIT_MEDIA": (turns.COMMIT_MEDIA, (document,)),
        "media.TAKE": (media.TAKE, (3,)),
        "media.NEXT": (media.NEXT, ()),
        "media.ADOPT": (media.ADOPT, ()),
        "media.PUT_OFF": (media.PUT_OFF, (1, timedelta(seconds=5))),
        "media.REFUSE": (media.REFUSE, (1, "gone")),
        "media.KEEP": (media.KEEP, (1, "[]")),
        "media.UNWANTED": (media.UNWANTED, ()),
        "media.FORGET": (media.FORGET, ([1],)),
        "media.KNOWN": (media.KNOWN, (["1"],)),
        "ages.MEDIA": (ages.MEDIA, ()),
        "sent_files.OF_GUEST": (sent_files.OF_GUEST, (1,)),
        "sent_files.OPEN": (sent_files.OPEN, (1, "demo", "ana")),
        "turns.LOAD": (turns.LOAD, ([1, 2, 3],)),
        "turns.REPLIES": (turns.REPLIES, ([1, 2],)),
        "outbox.MARK": (outbox.MARK, (orjson.dumps(marks).decode(),)),
        "outbox.OPEN": (outbox.OPEN, (0, 100)),
        "outbox.STATUS": (outbox.STATUS, (1,)),
        "mail.ANSWERS": (mail.ANSWERS, ("100", ["x"], datetime.now(UTC), "demo")),
        "mail.ANSWERED": (mail.ANSWERED, (1_000_001,)),
        "reports.APPLY": (reports.APPLY, said),
        "reports.APPLY_STORED": (reports.APPLY_STORED, ()),
        "chat.GUEST": (chat.GUEST, ("demo", "x")),
        "chat.LINES": (chat.LINES, (1, 0, "x")),
        "chat.DELIVERED": (chat.DELIVERED, (1, 100, "x")),
        "clockwork.NEXT": (clockwork.NEXT, ()),
        "clockwork.FIRE": (clockwork.FIRE, ()),
        "handoffs.TAKE": (handoffs.TAKE, (["demo"],)),
        "handoffs.CONTEXT": (handoffs.CONTEXT, (7,)),
        "identities.COUNT": (identities.COUNT, ("demo", "D-1", "try", "x", 5)),
        "identities.CODES": (identities.CODES, ("demo", "email", "100", ["x"], datetime.now(UTC))),
        "identities.OTHERS": (identities.OTHERS, ("demo", "D-1", "phone", ["x"])),
        "identities.PRESENT": (identities.PRESENT, ([1, 2],)),
        "identities.UNDONE": (identities.UNDONE, ([1, 2],)),
        "identities.ON_THEIR_WAY": (identities.ON_THEIR_WAY, ([1, 2],)),
        "identities.LAST_WORDS": (identities.LAST_WORDS, ([1, 2],)),
        "identities.RENUMBER": (identities.RENUMBER, ([1], 2, 1)),
        "identities.UPRIGHT": (identities.UPRIGHT, (2,)),
        "identities.POINT": (identities.POINT, ([1], 2)),
        "identities.HEARD_BEFORE": (identities.HEARD_BEFORE, ([1], 2, 1)),
        "identities.TIMERS": (identities.TIMERS[0], ([1], 2, 1)),
        "sagas.UNFINISHED": (sagas.UNFINISHED, ("demo",)),
        "sagas.BEGIN": (sagas.BEGIN, ("AH-1", 0)),
        "sagas.CHECK": (sagas.CHECK, ("AH-1", datetime.now(UTC), 1)),
        "sagas.SETTLE": (sagas.SETTLE, ("AH-1", "failed", True, None, "{}")),
    }


def read_whole(plan: Mapping[str, Any], *, indexes: bool = False) -> Iterator[str]:
    """The tables that a plan reads from end to end; with `indexes`, also the indexes, as a merge join does."""
    kind = plan["Node Type"]
    if kind == "Seq Scan":
        yield plan["Relation Name"]
    if indexes and kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"} and "Index Cond" not in plan:
        yield plan["Index Name"]
    for part in plan.get("Plans", ()):
        yield from read_whole(part, indexes=indexes)


async def test_no_hot_statement_reads_a_growing_table_from_end_to_end(journal: Journal, tables: Tables) -> None:
    await tables.connection.execute(HISTORY)
    found = set()
    for name, (sql, values) in (await statements(journal)).items():
        # Postgres plans anew for the first five runs of a prepared statement, and may then keep one plan for all.
        for mode in ("force_custom_plan", "force_generic_plan"):
            await tables.connection.execute(f"SET plan_cache_mode = {mode}")
            [plan] = json.loads(await tables.value(f"EXPLAIN (FORMAT JSON) {sql}", *values))
            found |= {(name, table) for table in read_whole(plan["Plan"]) if table not in FIXED}
    assert found == set()


async def test_a_plan_that_was_made_while_tables_were_small_is_one_for_large_ones(
    journal: Journal, tables: Tables
) -> None:
    for name, value in PLANS.items():
        await tables.connection.execute(f"SET {name} = {value}")
    found = set()
    for name, (sql, values) in (await statements(journal)).items():
        if name in EVERY_MESSAGE:
            [plan] = json.loads(await tables.value(f"EXPLAIN (FORMAT JSON) {sql}", *values))
            found |= {(name, what) for what in read_whole(plan["Plan"], indexes=True) if what not in FIXED}
    assert found == set()
