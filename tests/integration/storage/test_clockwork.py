"""Durable timers fire once, whoever fires them, and not too late."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.model.events import TimerFired
from agente_hotelero.model.ids import Channel
from agente_hotelero.model.journal import DueWrite, TimerDraft
from agente_hotelero.storage.clockwork import PostgresTimers
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, Journal, Tables, a_turn

HOUR = timedelta(hours=1)


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - hours * HOUR


@pytest.fixture
def timers(pool: Pool) -> PostgresTimers:
    return PostgresTimers(pool)


async def set_timers(journal: Journal, *timers: TimerDraft, phone: str = "1") -> int:
    rows = await journal.receive(f"m-{phone}", phone=phone)
    [committed] = await journal.commit(a_turn(*rows, timers=timers, replies=()))
    assert committed.passed
    return rows[0].guest_id


def a_timer(key: str = "1", *, due_at: datetime, not_after: datetime | None = None) -> TimerDraft:
    return TimerDraft(kind="nudge", key=key, due_at=due_at, not_after=not_after)


async def test_the_next_timer_is_the_earliest(journal: Journal, timers: PostgresTimers) -> None:
    assert await timers.next_due() is None
    soon = ago(-1)
    await set_timers(journal, a_timer("later", due_at=ago(-2)), a_timer("soon", due_at=soon))
    assert await timers.next_due() == soon


async def test_a_due_timer_becomes_an_event_of_its_guest_and_is_gone(
    journal: Journal, timers: PostgresTimers, tables: Tables
) -> None:
    due_at = ago(1)
    guest = await set_timers(journal, a_timer(due_at=due_at), a_timer("future", due_at=ago(-1)))
    timer = await tables.value("SELECT id FROM timer WHERE key = '1'")

    assert await timers.fire() == []

    [row] = await journal.inbox.read_guests([guest])  # type: ignore[list-item]  # a plain number is an id here
    assert row.event == TimerFired(kind="nudge", key="1")
    assert (row.account.hotel, row.account.channel, row.sent_at) == (HOTEL, Channel.SYSTEM, due_at)
    assert await tables.value("SELECT external_id FROM inbox WHERE id = $1", row.id) == f"timer:{timer}"
    assert await tables.value("SELECT array_agg(key) FROM timer") == ["future"]
    assert await tables.value("SELECT shard FROM inbox WHERE id = $1", row.id) == row.shard


@pytest.mark.parametrize(("not_after", "fires"), [(ago(0.5), 0), (ago(-1), 1), (None, 1)])
async def test_a_timer_whose_time_is_over_is_dropped(
    not_after: datetime | None, fires: int, journal: Journal, timers: PostgresTimers, tables: Tables
) -> None:
    await set_timers(journal, a_timer(due_at=ago(1), not_after=not_after))
    await timers.fire()
    assert await tables.count("timer") == 0
    assert len(await journal.inbox.waiting()) == fires


async def test_two_firers_at_once_fire_each_timer_once(
    journal: Journal, timers: PostgresTimers, tables: Tables
) -> None:
    for n in range(12):
        await set_timers(journal, *(a_timer(str(k), due_at=ago(k)) for k in range(30)), phone=f"5491{n}")
    while await tables.count("timer"):
        await asyncio.gather(*(timers.fire() for _ in range(4)))
    assert await tables.rows(
        "SELECT count(*) AS fired, count(DISTINCT external_id) AS once FROM inbox WHERE channel = 'system'"
    ) == [{"fired": 360, "once": 360}]


async def test_a_firer_that_dies_has_fired_nothing(journal: Journal, timers: PostgresTimers, tables: Tables) -> None:
    await set_timers(journal, a_timer(due_at=ago(1)))
    async with tables.connection.transaction():
        await tables.connection.execute("LOCK TABLE inbox")
        firing = asyncio.create_task(timers.fire())
        await tables.locked()
        await tables.cut("wait_event_type = 'Lock'")
    with pytest.raises(Exception, match="postgres is unavailable"):
        await firing
    assert await tables.count("timer") == 1
    await timers.fire()
    assert len(await journal.inbox.waiting()) == 1


async def test_timers_of_sagas_are_told_and_become_no_events(timers: PostgresTimers, tables: Tables) -> None:
    await tables.connection.execute(
        "INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) VALUES"
        " (1, 1, 'demo', 'saga', 'AH-1/2', now() - interval '1 s'), (1, 1, 'demo', 'saga', 'AH/3/1', now())"
    )
    assert sorted(await timers.fire(), key=str) == [
        DueWrite(hotel=HOTEL, client_ref=ref, step=step)  # type: ignore[arg-type]  # a plain number is an id here
        for ref, step in (("AH-1", 2), ("AH/3", 1))
    ]
    assert await tables.count("inbox") == 0
    assert await timers.fire() == []


async def test_a_timer_that_is_set_again_after_firing_is_another_event(
    journal: Journal, timers: PostgresTimers, tables: Tables
) -> None:
    guest = await set_timers(journal, a_timer(due_at=ago(1)))
    await timers.fire()
    rows = await journal.inbox.read_guests([guest])  # type: ignore[list-item]  # a plain number is an id here
    await journal.commit(a_turn(*rows, version=1, timers=(a_timer(due_at=ago(1)),), replies=()))
    await timers.fire()
    assert await tables.value("SELECT count(DISTINCT external_id) FROM inbox WHERE channel = 'system'") == 2
