"""What nobody needs any more goes; what somebody may need stays, however old."""

import asyncio

import pytest

from agente_hotelero.model.events import DeliveryState, Unreadable
from agente_hotelero.storage import retention
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.retention import RULES, PostgresRetention
from tests.support.storage_journal import Journal, Tables, a_report, sending, sent

UNREADABLE = Unreadable(channel="whatsapp", account="100", reason="no JSON", raw=b"{")


@pytest.fixture
def sweeper(pool: Pool) -> PostgresRetention:
    return PostgresRetention(pool)


async def age(tables: Tables, table: str, *, days: float, where: str = "true") -> None:
    [written] = [rule.written for rule in RULES if rule.table == table]
    await tables.connection.execute(f"UPDATE {table} SET {written} = now() - interval '{days} days' WHERE {where}")


async def a_little_of_everything(journal: Journal) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(sent(row))
    await journal.inbox.store([UNREADABLE, a_report(DeliveryState.READ)])


@pytest.mark.parametrize(
    ("table", "kept", "gone"),
    [
        ("seen", 8.9, 9.1),
        ("delivery_report", 29, 31),
        ("quarantine", 89, 91),
        ("inbox", 399, 401),
        ("outbox", 399, 401),
    ],
)
async def test_each_table_keeps_its_rows_for_its_time(
    *, table: str, kept: float, gone: float, journal: Journal, sweeper: PostgresRetention, tables: Tables
) -> None:
    await a_little_of_everything(journal)
    await age(tables, table, days=kept)
    assert set((await sweeper.sweep()).values()) == {0}
    await age(tables, table, days=gone)

    assert await sweeper.sweep() == {rule.table: int(rule.table == table) for rule in RULES}
    assert await tables.count(table) == 0


async def test_a_message_seen_within_eight_days_is_still_a_duplicate(
    journal: Journal, sweeper: PostgresRetention, tables: Tables
) -> None:
    await journal.receive("a")
    await age(tables, "seen", days=8)
    await sweeper.sweep()
    assert await journal.receive("a") == []


async def test_what_waits_stays_however_old(journal: Journal, sweeper: PostgresRetention, tables: Tables) -> None:
    pending, posting = await journal.answer("uno", "dos")
    await journal.mark(sending(posting))
    await journal.receive("undone")
    await tables.connection.execute(
        "INSERT INTO delivery_report (account, provider_id, state, at, outbox_id) VALUES ('100', 'x', 'sent', now(), $1)",
        pending.id,
    )
    for rule in RULES:
        await age(tables, rule.table, days=1000)

    assert await sweeper.sweep() == {rule.table: {"seen": 2, "inbox": 1}.get(rule.table, 0) for rule in RULES}
    assert len(await tables.undone()) == 1


async def test_a_dead_letter_stays_readable(journal: Journal, sweeper: PostgresRetention, tables: Tables) -> None:
    [row] = await journal.receive("a")
    await journal.inbox.bury(row.id, error="x", summary="x")
    await age(tables, "inbox", days=1000)
    await sweeper.sweep()
    assert await tables.value("SELECT array_agg(id) FROM inbox") == [row.id]


async def test_a_conversation_goes_on_after_its_beginning_was_forgotten(
    journal: Journal, sweeper: PostgresRetention, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(sent(row))
    for table in ("inbox", "outbox"):
        await age(tables, table, days=1000)
    await sweeper.sweep()

    [conversation] = await journal.load(row.guest_id)

    assert conversation.version == 1
    assert await tables.count("guest") == 1


async def test_tables_of_many_pages_are_swept_whole_by_two_at_once(
    pool: Pool, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PAGES", 3)
    await tables.connection.execute(
        "INSERT INTO seen (key, at) SELECT sha256(n::text::bytea), now() - interval '1 day' * (n % 20) FROM generate_series(1, 6000) n"
    )
    swept = await asyncio.gather(PostgresRetention(pool).sweep(), PostgresRetention(pool).sweep())
    assert sum(one["seen"] for one in swept) == 3300
    assert await tables.value("SELECT count(*) FROM seen WHERE at < now() - interval '9 days'") == 0
    assert await tables.count("seen") == 2700
