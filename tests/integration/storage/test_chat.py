"""What a web chat's page shows: both sides' lines in order, none missed, none shown before it is said."""

import pytest

from agente_hotelero.model.events import ChoiceReceived, OtherReceived
from agente_hotelero.model.ids import Account, Channel, HotelId
from agente_hotelero.model.messages import Choices, Option, Text
from agente_hotelero.storage.chat import PostgresChat
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, WEBCHAT, Journal, Tables, a_reply, a_turn, an_event

SESSION = "session-1"
CHOICES = Choices(body="¿Cuál?", options=(Option(id="1", title="Doble"),), menu_label="Ver")


@pytest.fixture
def chat(pool: Pool) -> PostgresChat:
    return PostgresChat(pool)


async def say(journal: Journal, external_id: str, *, version: int, session: str = SESSION) -> int:
    rows = await journal.receive(external_id, text=f"¿{external_id}?", phone=session, account=WEBCHAT)
    reply = a_reply(f"{external_id}!", account=WEBCHAT, address=session)
    [committed] = await journal.commit(a_turn(*rows, version=version, replies=(reply,)))
    assert committed.passed
    return rows[0].guest_id


async def test_a_session_is_a_guest_once_they_wrote(journal: Journal, chat: PostgresChat) -> None:
    assert await chat.guest_of(HOTEL, SESSION) is None
    guest = await say(journal, "a", version=0)
    assert await chat.guest_of(HOTEL, SESSION) == guest
    assert await chat.guest_of(HotelId("other"), SESSION) is None


async def test_lines_are_both_sides_in_order_with_the_guests_own_named(journal: Journal, chat: PostgresChat) -> None:
    guest = await say(journal, "a", version=0)
    await say(journal, "b", version=1)
    await say(journal, "x", version=0, session="somebody else")

    lines = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here

    assert [(line.external_id, line.said) for line in lines] == [
        ("a", "¿a?"),
        (None, Text(body="a!")),
        ("b", "¿b?"),
        (None, Text(body="b!")),
    ]
    assert [line.n for line in lines] == sorted(line.n for line in lines)


async def test_each_kind_of_line_has_its_words(journal: Journal, chat: PostgresChat) -> None:
    choice = an_event("c", phone=SESSION, account=WEBCHAT, event=ChoiceReceived(option_id="1", title="Doble"))
    other = an_event("o", phone=SESSION, account=WEBCHAT, event=OtherReceived(what="image"))
    stored, _ = await journal.inbox.store([choice, other])
    rows = [one.row for one in stored if one and one.row]
    reply = a_reply(account=WEBCHAT, address=SESSION, message=CHOICES, interactive=True)
    await journal.commit(a_turn(*rows, replies=(reply,)))

    lines = await chat.lines(rows[0].guest_id, SESSION, after=0)

    assert [line.said for line in lines] == ["Doble", "", CHOICES]
    assert lines[-1].interactive


async def test_a_line_of_a_newer_version_is_left_out_and_the_others_are_shown(
    journal: Journal, chat: PostgresChat, tables: Tables
) -> None:
    guest = await say(journal, "a", version=0)
    await say(journal, "b", version=1)
    await tables.connection.execute(
        'UPDATE outbox SET message = \'{"type": "hologram"}\' WHERE id = (SELECT min(id) FROM outbox)'
    )

    lines = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here

    assert [line.said for line in lines] == ["¿a?", "¿b?", Text(body="b!")]


async def test_a_line_that_is_not_said_yet_or_of_another_channel_is_not_shown(
    journal: Journal, chat: PostgresChat, tables: Tables
) -> None:
    guest = await say(journal, "a", version=0)
    rows = await journal.receive("b", phone=SESSION, account=WEBCHAT)
    pending = a_reply("later", account=WEBCHAT, immediate=False)
    elsewhere = a_reply("por WhatsApp", account=Account(HOTEL, Channel.WHATSAPP, "100"), immediate=True)
    await journal.commit(a_turn(*rows, version=1, replies=(pending, elsewhere)))
    assert [line.external_id for line in await chat.lines(guest, SESSION, after=0)] == ["a", None, "b"]  # type: ignore[arg-type]  # a plain number is an id here


async def test_a_page_gets_what_is_new_and_the_last_minute_again(
    journal: Journal, chat: PostgresChat, tables: Tables
) -> None:
    """The lanes commit apart: a line may appear below one that was read already."""
    guest = await say(journal, "a", version=0)
    lines = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here
    assert await chat.lines(guest, SESSION, after=lines[-1].n) == lines  # type: ignore[arg-type]  # a plain number is an id here

    for table, column in (("inbox", "received_at"), ("outbox", "created_at")):
        await tables.connection.execute(f"UPDATE {table} SET {column} = now() - interval '2 minutes'")
    assert await chat.lines(guest, SESSION, after=lines[-1].n) == []  # type: ignore[arg-type]  # a plain number is an id here
    assert [line.n for line in await chat.lines(guest, SESSION, after=lines[0].n)] == [lines[1].n]  # type: ignore[arg-type]  # a plain number is an id here


async def test_a_long_history_is_bounded_to_its_newest_lines(
    journal: Journal, chat: PostgresChat, tables: Tables
) -> None:
    guest = await say(journal, "a", version=0)
    await tables.connection.execute(
        "INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)"
        " SELECT guest_id, shard, hotel, channel, account, k::text, address, event, sent_at"
        " FROM inbox, generate_series(1, 450) AS g(k) ORDER BY g.k"
    )
    lines = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here
    assert [line.external_id for line in lines] == [str(n) for n in range(51, 451)]


async def test_what_the_page_showed_is_delivered_and_what_came_later_is_not(
    journal: Journal, chat: PostgresChat, tables: Tables
) -> None:
    guest = await say(journal, "a", version=0)
    await say(journal, "b", version=1)
    other = await say(journal, "x", version=0, session="somebody else")
    lines = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here

    await chat.delivered(guest, SESSION, up_to=lines[2].n)  # type: ignore[arg-type]  # a plain number is an id here

    found = await tables.rows("SELECT guest_id, delivery FROM outbox ORDER BY id")
    assert [(row["guest_id"], row["delivery"]) for row in found] == [
        (guest, "delivered"),
        (guest, "sent"),
        (other, "sent"),
    ]
    await tables.connection.execute("UPDATE outbox SET delivery = 'read' WHERE guest_id = $1", guest)
    await chat.delivered(guest, SESSION, up_to=10_000)  # type: ignore[arg-type]  # a plain number is an id here
    assert await tables.value("SELECT count(*) FROM outbox WHERE delivery = 'read'") == 2


async def test_a_page_shows_its_own_sessions_lines_only(journal: Journal, chat: PostgresChat, tables: Tables) -> None:
    """Two browsers may turn out to be one guest's."""
    guest = await say(journal, "a", version=0)
    other = await say(journal, "x", version=0, session="another")
    await tables.connection.execute("UPDATE inbox SET guest_id = $1 WHERE guest_id = $2", guest, other)
    await tables.connection.execute("UPDATE outbox SET guest_id = $1, n = 9 WHERE guest_id = $2", guest, other)

    mine = await chat.lines(guest, SESSION, after=0)  # type: ignore[arg-type]  # a plain number is an id here
    theirs = await chat.lines(guest, "another", after=0)  # type: ignore[arg-type]  # a plain number is an id here

    assert [[line.external_id for line in lines] for lines in (mine, theirs)] == [["a", None], ["x", None]]
