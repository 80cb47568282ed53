"""Timers of reservations in a real database: they fire once, move with their guest, and come to who booked before them."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agente_hotelero import storage
from agente_hotelero.dialogue import reminding
from agente_hotelero.model.events import TimerFired
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.journal import TimerDraft, WriteDraft
from agente_hotelero.model.lines import Purpose
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.model.stays import Stay
from agente_hotelero.storage.clockwork import PostgresTimers
from agente_hotelero.storage.links import Pool
from tests.support.stays import a_request
from tests.support.storage_journal import Journal, Tables, a_turn

CODE = "DEMO-7F3KMQ"
SEED = (Path(storage.__file__).parent / "migrations" / "0012_reminders.sql").read_text("utf-8")


async def reminded(journal: Journal, reminder: Reminder = Reminder.IN_STAY) -> int:
    """A guest whose timer is due."""
    rows = await journal.receive("m1")
    timer = TimerDraft(kind=reminder, key=CODE, due_at=datetime.now(UTC) - timedelta(minutes=1))
    [committed] = await journal.commit(a_turn(*rows, timers=(timer,), replies=()))
    assert committed.passed
    return rows[0].guest_id


@pytest.mark.parametrize("reminder", Reminder)
async def test_processes_that_fire_at_once_make_one_event_of_a_known_purpose(
    journal: Journal, pool: Pool, tables: Tables, reminder: Reminder
) -> None:
    guest = await reminded(journal, reminder)
    await asyncio.gather(*(PostgresTimers(pool).fire() for _ in range(4)))
    [row] = await journal.inbox.read_guests([guest])  # type: ignore[list-item]  # a plain number is an id here
    assert row.event == TimerFired(kind=reminder, key=CODE)
    assert await tables.count("timer") == 0
    [committed] = await journal.commit(a_turn(row, version=1))
    reach = await journal.outbox.reach(committed.outbox[0].id)
    assert reach is not None
    assert reach.purpose.unasked
    assert reach.purpose is not Purpose.REMINDER
    assert reach.said_at is not None


async def test_a_turn_of_the_same_event_passes_once(journal: Journal, pool: Pool, tables: Tables) -> None:
    guest = await reminded(journal)
    await PostgresTimers(pool).fire()
    [row] = await journal.inbox.read_guests([guest])  # type: ignore[list-item]  # a plain number is an id here
    turns = await asyncio.gather(*(journal.commit(a_turn(row, version=1)) for _ in range(3)))
    assert sorted(committed.passed for [committed] in turns) == [False, False, True]
    assert await tables.value("SELECT count(*) FROM outbox WHERE cause = $1", row.id) == 1


async def made(journal: Journal, pool: Pool, ref: str, stay: Stay, **columns: str) -> None:
    """A reservation that was confirmed before there were reminders."""
    rows = await journal.receive(f"m-{ref}", phone=ref)
    write = WriteDraft(client_ref=ClientRef(ref), request=a_request(ref, stay=stay))
    await journal.commit(a_turn(*rows, writes=(write,), replies=()))
    outcome, kind = columns.get("outcome", "confirmed"), columns.get("kind", "reserve")
    await pool.fetch(
        "UPDATE reservation SET state = 'settled', outcome = $2, kind = $3, code = $4 WHERE client_ref = $1",
        *(ref, outcome, kind, columns.get("code", ref)),
    )


async def test_what_was_booked_before_gets_a_timer_unless_it_is_over_or_cancelled(
    journal: Journal, pool: Pool, tables: Tables
) -> None:
    today = date.today()  # noqa: DTZ011 - the database's own day
    coming = Stay(check_in=today + timedelta(days=30), check_out=today + timedelta(days=31))
    over = Stay(check_in=today - timedelta(days=9), check_out=today - timedelta(days=7))
    await made(journal, pool, "COMING", coming)
    await made(journal, pool, "OVER", over)
    await made(journal, pool, "LOST", coming, outcome="lost")
    await made(journal, pool, "GONE", coming)
    await made(journal, pool, "CANCEL", coming, kind="cancel", outcome="cancelled", code="GONE")
    await pool.fetch(SEED)
    await pool.fetch(SEED)
    [timer] = await tables.rows("SELECT kind, key, due_at, hotel FROM timer")
    assert (timer["kind"], timer["key"]) == (reminding.PLAN, "COMING")
    assert timedelta(minutes=50) < timer["due_at"] - datetime.now(UTC) < timedelta(hours=8)
