"""Whether a conversation went on without a message that comes late."""

from datetime import UTC, datetime, timedelta

from agente_hotelero.model.events import Event, OtherReceived, StaffTookOver, TextReceived
from tests.support.storage_journal import Journal, Tables, an_event

HOURS = timedelta(hours=2)
HELLO = TextReceived(text="hola")
CASES: tuple[tuple[timedelta, Event, bool, bool], ...] = (
    (timedelta(minutes=5), HELLO, True, True),
    (timedelta(minutes=5), HELLO, False, False),
    (timedelta(hours=6), HELLO, True, False),
    (timedelta(hours=3), HELLO, True, False),
    (timedelta(minutes=5), OtherReceived(what="reaction"), True, False),
    (timedelta(minutes=5), StaffTookOver(text="Soy Marta"), True, False),
)
"""How long ago it was sent, what, whether it had its turn, and whether the conversation went on with it."""


async def test_only_what_came_in_time_and_had_its_turn_is_a_conversation_that_went_on(
    journal: Journal, tables: Tables
) -> None:
    now = datetime.now(UTC)
    found = []
    for n, (ago, event, done, _) in enumerate(CASES):
        [stored], _ = await journal.inbox.store(
            [an_event(f"{n}", phone=f"3460011122{n}", sent_at=now - ago, event=event)]
        )
        assert stored is not None
        assert stored.row is not None
        await tables.connection.execute("UPDATE inbox SET done = $1 WHERE id = $2", done, stored.row.id)
        found.append(await journal.inbox.went_on(stored.row.guest_id, after=now - timedelta(hours=5), in_time=HOURS))
    assert found == [went_on for *_, went_on in CASES]
