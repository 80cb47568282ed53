"""What a guest took back or wrote anew, in whichever order it comes."""

from dataclasses import replace

import pytest

from agente_hotelero.model.events import Event, MessageEdited, MessageRevoked, OtherReceived, TextReceived
from agente_hotelero.model.ids import Account, Channel, InboxId
from tests.support.storage_journal import HOTEL, Journal, Tables, an_event

SECRET = "mi pasaporte es AAB123456"
REVOKE = MessageRevoked(original="wamid.O")
EDIT = MessageEdited(original="wamid.O", text=f"{SECRET}, perdón")
ERASED = OtherReceived(what="revoke")


def kept(stored: list) -> list[InboxId]:  # type: ignore[type-arg]  # of entries
    return [one.row.id for one in stored if one is not None and one.row is not None]


@pytest.mark.parametrize("together", [True, False])
async def test_a_message_that_was_taken_back_leaves_no_words_behind(
    together: bool, journal: Journal, tables: Tables
) -> None:
    events = [
        an_event("wamid.O", text=SECRET),
        an_event("wamid.E", event=EDIT),
        an_event("wamid.R", event=REVOKE),
        an_event("wamid.2", text="otra cosa"),
    ]
    for batch in [events] if together else [[event] for event in events]:
        await journal.inbox.store(batch)
    [first, *_] = await tables.rows("SELECT guest_id FROM inbox")
    rows = await journal.inbox.read_guests([first["guest_id"]])
    assert [row.event for row in rows] == [ERASED, ERASED, REVOKE, TextReceived(text="otra cosa")]
    assert "AAB123456" not in str(await tables.rows("SELECT event::text FROM inbox"))


async def test_an_answered_message_is_erased_too(journal: Journal, tables: Tables) -> None:
    await journal.receive("wamid.O", text=SECRET)
    await tables.connection.execute("UPDATE inbox SET done = true")
    await journal.inbox.store([an_event("wamid.R", event=REVOKE)])
    assert await tables.value("SELECT event->>'text' FROM inbox WHERE external_id = 'wamid.O'") is None
    assert await tables.value("SELECT done FROM inbox WHERE external_id = 'wamid.O'")


@pytest.mark.parametrize("change", [REVOKE, EDIT])
async def test_what_was_changed_before_it_came_does_not_come_any_more(change: Event, journal: Journal) -> None:
    await journal.inbox.store([an_event("wamid.R", event=change)])
    assert await journal.receive("wamid.O", text=SECRET) == []
    assert len(await journal.receive("wamid.2")) == 1


@pytest.mark.parametrize("change", [REVOKE, EDIT])
async def test_in_one_batch_both_are_there_in_whichever_order(change: Event, journal: Journal) -> None:
    stored, _ = await journal.inbox.store([an_event("wamid.R", event=change), an_event("wamid.O", text="hola")])
    assert len(kept(stored)) == 2


async def test_a_message_is_taken_back_once_and_by_its_own_guest_and_account_only(
    journal: Journal, tables: Tables
) -> None:
    await journal.receive("wamid.O", text=SECRET)
    elsewhere = Account(HOTEL, Channel.WHATSAPP, "200")
    strangers = [
        an_event("wamid.R1", event=REVOKE, phone="34600111222"),
        replace(an_event("wamid.R2", event=REVOKE), account=elsewhere),
    ]
    await journal.inbox.store(strangers)
    assert await tables.value("SELECT event->>'text' FROM inbox WHERE external_id = 'wamid.O'") == SECRET
    [one], _ = await journal.inbox.store([an_event("wamid.R3", event=REVOKE)])
    [again], _ = await journal.inbox.store([an_event("wamid.R3", event=REVOKE)])
    assert one is not None
    assert one.row is not None
    assert again is not None
    assert again.row is None


async def test_what_starts_no_turn_is_done_by_being_stored(journal: Journal, tables: Tables) -> None:
    batch = [an_event("r", event=OtherReceived(what="reaction")), an_event("t")]
    stored, _ = await journal.inbox.store(batch)
    assert [one is not None and one.turns for one in stored] == [False, True]
    assert len(await journal.inbox.waiting()) == 1
    assert await tables.count("inbox") == 2
    assert stored[1] is not None
    assert stored[1].row is not None
    assert stored[1].earlier == ()
