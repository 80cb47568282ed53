"""Whether a conversation went on without a message that comes late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.model.events import Event, OtherReceived, StaffTookOver, TextReceived
from tests.support.storage_journal import Journal, Tables, an_event

HOURS = timedelta(hours=2)
NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("sent_ago", "event", "done", "went_on"),
    [
        (timedelta(minutes=5), TextReceived(text="hola"), True, True),
        (timedelta(minutes=5), TextReceived(text="hola"), False, False),
        (timedelta(hours=6), TextReceived(text="hola"), True, False),
        (timedelta(hours=3), TextReceived(text="hola"), True, False),
        (timedelta(minutes=5), OtherReceived(what="reaction"), True, False),
        (timedelta(minutes=5), StaffTookOver(text="Soy Marta"), True, False),
    ],
)
async def test_only_what_came_in_time_and_had_its_turn_is_a_conversation_that_went_on(
    *, sent_ago: timedelta, event: Event, done: bool, went_on: bool, journal: Journal, tables: Tables
) -> None:
    [stored], _ = await journal.inbox.store([replace(an_event("a"), sent_at=NOW - sent_ago, event=event)])
    await tables.connection.execute("UPDATE inbox SET done = $1", done)
    assert stored is not None
    assert stored.row is not None
    guest = stored.row.guest_id
    assert await journal.inbox.went_on(guest, after=NOW - timedelta(hours=5), in_time=HOURS) is went_on
