"""What people do about a hand-off is an event of its conversation, once, and leaves a line in the audit."""

import pytest

from agente_hotelero.model.events import StaffGaveBack, StaffTookOver
from agente_hotelero.model.ids import Channel, GuestId
from agente_hotelero.model.journal import HandOffDraft
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, PHONE, Journal, Tables, a_turn


@pytest.fixture
def desk(pool: Pool) -> PostgresDesk:
    return PostgresDesk(pool, who="ana")


@pytest.fixture
async def guest(journal: Journal) -> GuestId:
    """A guest who asked for a person twice."""
    rows = await journal.receive("a")
    drafts = tuple(HandOffDraft(reason=reason, summary="Quiere hablar.") for reason in ("asked", "emergency"))
    await journal.commit(a_turn(*rows, handoffs=drafts))
    return rows[0].guest_id


async def test_who_waits_is_listed_with_where_they_can_be_reached(guest: GuestId, desk: PostgresDesk) -> None:
    first, second = await desk.waiting()
    assert (first.hotel, first.reason, second.reason) == (HOTEL, "asked", "emergency")
    assert (first.guest_name, first.contact) == ("Ana", f"whatsapp {PHONE}")
    assert (first.told_at, first.taken_over) == (None, False)


async def test_taking_over_is_an_event_of_the_conversation(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    [first, _] = await desk.waiting()
    assert await desk.take_over(first.id)
    [row] = await journal.inbox.read_guests([guest])
    assert row.event == StaffTookOver()
    assert (row.account.channel, row.account.hotel) == (Channel.SYSTEM, HOTEL)
    # Who took over has not settled it yet.
    assert len(await desk.waiting()) == 2


async def test_giving_back_is_an_event_too_and_closes_all_of_the_guests(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    [first, _] = await desk.waiting()
    assert await desk.give_back(first.id)
    [row] = await journal.inbox.read_guests([guest])
    assert row.event == StaffGaveBack()
    assert await desk.waiting() == []
    assert await tables.rows("SELECT who, action FROM audit") == [{"who": "ana", "action": "gave_back"}]


async def test_closing_one_says_nothing_to_the_conversation(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    [first, second] = await desk.waiting()
    assert await desk.close(first.id)
    assert [one.id for one in await desk.waiting()] == [second.id]
    assert await journal.inbox.read_guests([guest]) == []
    assert not await desk.close(first.id)


async def test_a_number_that_is_none_is_told(desk: PostgresDesk, tables: Tables) -> None:
    assert not await desk.take_over(7)
    assert not await desk.give_back(7)
    assert not await desk.close(7)
    assert await tables.count("audit") == 0
