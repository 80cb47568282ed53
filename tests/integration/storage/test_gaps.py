"""How often guests asked in vain is told by the replies that owned up to it."""

from datetime import timedelta

from agente_hotelero.storage import gaps
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, Journal, Tables, a_reply, a_turn

WEEK = timedelta(days=7)


async def owned_up(journal: Journal, by: str, *facts: str) -> None:
    rows = await journal.receive(by, phone=by)
    replies = tuple(a_reply(text, address=by, facts=facts) for text in ("No tengo ese dato.", "Pregunto al equipo."))
    [committed] = await journal.commit(a_turn(*rows, replies=replies))
    assert committed.passed


async def test_a_gap_counts_once_a_turn_whatever_it_takes_to_say_it(
    journal: Journal, pool: Pool, tables: Tables
) -> None:
    await owned_up(journal, "a", "gap:pool", "gap:parking", "profile:business_hours")
    await owned_up(journal, "b", "gap:pool")
    await owned_up(journal, "c", "profile:facts.wifi")
    assert await gaps.asked(pool, within=WEEK) == {(HOTEL, "pool"): 2, (HOTEL, "parking"): 1}
    await tables.connection.execute("UPDATE outbox SET created_at = now() - interval '8 days'")
    assert await gaps.asked(pool, within=WEEK) == {}
