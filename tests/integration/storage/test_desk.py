"""What people do about a hand-off is an event of its conversation, once, and leaves a line in the audit."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from agente_hotelero.model.events import (
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    NameChanged,
    OtherReceived,
    StaffGaveBack,
    StaffReplied,
    StaffTookOver,
)
from agente_hotelero.model.ids import Channel, GuestId, HotelId
from agente_hotelero.model.journal import FROM_STAFF, HandOffDraft
from agente_hotelero.model.messages import Choices, Link, Location, Picture, Text
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.handoffs import PostgresHandOffs
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, PHONE, WHATSAPP, Journal, Tables, a_reply, a_turn, an_event

# Whoever closes a hand-off is in the middle of it until somebody lets them go on.
SLOW_UPDATES = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$;
CREATE TRIGGER slowly BEFORE UPDATE ON handoff FOR EACH ROW EXECUTE FUNCTION slowly();
"""


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
    second, first = await desk.waiting()
    assert (first.hotel, first.reason, second.reason) == (HOTEL, "asked", "emergency")
    assert (first.guest_name, first.contact) == ("Ana", f"whatsapp {PHONE}")
    assert (first.told_at, first.taken_over, first.closed) == (None, False, False)


async def test_one_hotels_desk_sees_and_touches_no_other_hotels_guests(guest: GuestId, pool: Pool) -> None:
    [first, _] = await PostgresDesk(pool, who="ana", hotel=HOTEL).waiting()
    other = PostgresDesk(pool, who="luis", hotel=HotelId("otro"))
    assert await other.waiting() == []
    assert await other.read(first.id) is None
    for done in (
        other.take_over(first.id),
        other.reply(first.id, "Hola", key=uuid4()),
        other.give_back(first.id),
        other.close(first.id),
    ):
        assert not await done
    assert len(await PostgresDesk(pool, who="ana").waiting()) == 2


async def test_the_conversation_is_read_in_order_with_who_said_what(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    again = await journal.receive("b", text="¿Hay alguien?")
    await journal.commit(
        a_turn(*again, version=1, replies=(a_reply("Un momento."), a_reply("Soy Ana.", facts=(FROM_STAFF,))))
    )
    [first, _] = await desk.waiting()
    await desk.reply(first.id, "Ya la llamo.", key=uuid4())

    read = await desk.read(first.id)
    assert read is not None
    assert [(line.author, line.body, line.state) for line in read.lines] == [
        ("guest", "hola", None),
        ("agent", "¡Hola!", "pending"),
        ("guest", "¿Hay alguien?", None),
        ("agent", "Un momento.", "pending"),
        ("staff", "Soy Ana.", "pending"),
        ("staff", "Ya la llamo.", "stored"),
    ]
    assert read.summary == "Quiere hablar."


async def test_what_is_more_than_words_is_named_for_who_reads_it(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    again = await journal.receive("b", text="sí")
    more = (
        Choices(body="¿Cuál?", options=(), menu_label="Ver"),
        Location(latitude=-34.5, longitude=-58.4, name="Hotel Demo", address="Calle 1"),
        Picture(source="/codes/a.b.png", caption="Código DEMO-1"),
        Link(body="Puedes pagar aquí.", title="Pagar", url="https://pay.example/1"),
        Text(body="de una versión que todavía no hay"),
    )
    await journal.commit(a_turn(*again, version=1, replies=tuple(a_reply(message=one) for one in more)))
    await tables.connection.execute(
        'UPDATE outbox SET message = \'{"type": "hologram"}\' WHERE id = (SELECT max(id) FROM outbox)'
    )
    [first, _] = await desk.waiting()

    read = await desk.read(first.id)

    assert read is not None
    assert [line.body for line in read.lines][-5:] == [
        "¿Cuál?",
        "(ubicación) Hotel Demo, Calle 1",
        "(imagen) Código DEMO-1",
        "Puedes pagar aquí.\nhttps://pay.example/1",
        "(hologram)",
    ]


async def test_a_guest_who_spoke_last_is_unanswered(guest: GuestId, desk: PostgresDesk, journal: Journal) -> None:
    assert [one.unanswered for one in await desk.waiting()] == [False, False]
    await journal.receive("b")
    assert [one.unanswered for one in await desk.waiting()] == [True, True]


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


async def test_a_reply_is_an_event_that_knows_where_the_guest_last_wrote(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    [first, _] = await desk.waiting()
    assert await desk.reply(first.id, "Con gusto.\0", key=uuid4())
    [row] = await journal.inbox.read_guests([guest])
    assert row.event == StaffReplied(text="Con gusto.\ufffd", account=WHATSAPP, address=PHONE)
    [noted] = await tables.rows("SELECT who, action, detail::text FROM audit")
    assert (noted["who"], noted["action"]) == ("ana", "replied")
    assert "gusto" not in noted["detail"]


async def test_the_same_reply_twice_is_said_once(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    first, second = await desk.waiting()
    key = uuid4()
    assert await desk.reply(first.id, "Con gusto.", key=key)
    assert await desk.reply(first.id, "Con gusto.", key=key)
    assert len(await journal.inbox.read_guests([guest])) == 1
    assert await tables.count("audit") == 1
    # The key is the page's own: for another hand-off it means another reply.
    assert await desk.reply(second.id, "Con gusto.", key=key)
    assert len(await journal.inbox.read_guests([guest])) == 2


async def test_a_reply_that_was_stored_is_stored_also_after_its_hand_off_was_closed(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    [first, _] = await desk.waiting()
    key = uuid4()
    await desk.reply(first.id, "Con gusto.", key=key)
    await desk.give_back(first.id)
    assert await desk.reply(first.id, "Con gusto.", key=key)
    assert not await desk.reply(first.id, "¿Algo más?", key=uuid4())
    assert [type(row.event) for row in await journal.inbox.read_guests([guest])] == [StaffReplied, StaffGaveBack]


async def test_of_two_who_close_at_once_the_last_gives_the_guest_back(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    first, second = await desk.waiting()
    await tables.connection.execute(SLOW_UPDATES)
    await tables.connection.execute("SELECT pg_advisory_lock(7)")
    closing = [asyncio.create_task(desk.close(one.id)) for one in (first, second)]
    await tables.locked(waiting=2)
    await tables.connection.execute("SELECT pg_advisory_unlock(7)")
    assert all(await asyncio.gather(*closing))
    assert [row.event for row in await journal.inbox.read_guests([guest])] == [StaffGaveBack()]


async def test_an_answer_from_the_hotels_phone_is_no_word_of_the_guests(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    await journal.inbox.store([replace(an_event("echo"), event=StaffTookOver())])
    [first, _] = await desk.waiting()
    read = await desk.read(first.id)
    assert read is not None
    assert (first.unanswered, [line.author for line in read.lines]) == (False, ["guest", "agent"])


async def test_what_a_person_said_from_the_hotels_phone_is_shown_as_theirs(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    await journal.inbox.store([replace(an_event("echo"), event=StaffTookOver(text="Soy Marta"))])
    [first, _] = await desk.waiting()
    read = await desk.read(first.id)
    assert read is not None
    assert (read.lines[-1].author, read.lines[-1].body) == ("staff", "Soy Marta")


BESIDE_WORDS: tuple[tuple[Event, str | None, bool], ...] = (
    (MediaReceived(what="image", media_id="1"), "(image)", True),
    (
        MediaReceived(what="document", media_id="1", filename="pago.pdf", caption="el pago"),
        "(document) pago.pdf el pago",
        True,
    ),
    (MediaReceived(what="audio", media_id="1", voice=True), "(audio)", True),
    (
        MediaReceived(what="audio", media_id="1", voice=True, transcript="una doble"),
        "nota de voz: una doble",
        True,
    ),
    (LocationReceived(latitude=1, longitude=2), "(location)", True),
    (FormReceived(what="nfm_reply", text="llegada: 18:00"), "llegada: 18:00", True),
    (FormReceived(what="nfm_reply", text=""), "(nfm_reply)", True),
    (MessageEdited(original="x", text="del 6 al 9"), "del 6 al 9", True),
    (OtherReceived(what="reaction"), "(reaction)", False),
    (OtherReceived(what="revoke"), "(revoke)", False),
    (MessageRevoked(original="x"), None, False),
    (NameChanged(), None, False),
)
"""What a guest sent, how it reads at the desk, and whether it waits for an answer."""


async def test_what_a_guest_sent_beside_words_is_named_and_waits_where_it_asks_for_an_answer(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    for event, body, unanswered in BESIDE_WORDS:
        await journal.inbox.store([an_event("beside", event=event)])
        [first, _] = await desk.waiting()
        read = await desk.read(first.id)
        assert read is not None
        shown = [line.body for line in read.lines if line.author == "guest"]
        assert (event, shown, first.unanswered) == (event, ["hola", *filter(None, [body])], unanswered)
        await tables.connection.execute("DELETE FROM inbox WHERE external_id = 'beside'")
        await tables.connection.execute("DELETE FROM seen")


async def test_an_emergency_comes_first(guest: GuestId, desk: PostgresDesk) -> None:
    assert [one.reason for one in await desk.waiting()] == ["emergency", "asked"]


async def test_giving_back_is_an_event_too_and_closes_all_of_the_guests(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables
) -> None:
    [first, _] = await desk.waiting()
    assert await desk.give_back(first.id)
    [row] = await journal.inbox.read_guests([guest])
    assert row.event == StaffGaveBack()
    assert await desk.waiting() == []
    assert await tables.rows("SELECT who, action FROM audit") == [{"who": "ana", "action": "gave_back"}]


async def test_a_turn_that_gives_back_closes_all_of_its_guests_and_of_nobody_else(
    guest: GuestId, desk: PostgresDesk, journal: Journal, tables: Tables, pool: Pool
) -> None:
    [other] = await journal.receive("other", phone="5491155559999")
    await journal.commit(a_turn(other, handoffs=(HandOffDraft(reason="asked", summary="Otro."),)))
    opened = {one.id for one in await desk.waiting()}
    [row] = await journal.receive("later")
    version = await tables.value("SELECT version FROM conversation WHERE guest_id = $1", guest)
    await journal.commit(a_turn(row, version=version, closes_handoffs=True))

    [left] = await desk.waiting()
    assert (left.summary, len(opened)) == ("Otro.", 3)
    assert await PostgresHandOffs(pool).count_open() == 1
    [noted] = await tables.rows("SELECT who, action, detail::text FROM audit")
    assert (noted["who"], noted["action"], json.loads(noted["detail"])) == (
        "timer",
        "gave_back",
        {"handoff": max(opened - {left.id})},
    )


async def test_closing_one_says_nothing_to_the_conversation_until_it_is_the_last(
    guest: GuestId, desk: PostgresDesk, journal: Journal
) -> None:
    [first, second] = await desk.waiting()
    assert await desk.close(first.id)
    assert [one.id for one in await desk.waiting()] == [second.id]
    assert await journal.inbox.read_guests([guest]) == []
    assert not await desk.close(first.id)
    # Nobody waits any more: whoever was taken over would else never be answered again.
    assert await desk.close(second.id)
    [row] = await journal.inbox.read_guests([guest])
    assert row.event == StaffGaveBack()


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, number: desk.take_over(number),
        lambda desk, number: desk.reply(number, "Hola", key=uuid4()),
        lambda desk, number: desk.close(number),
    ],
)
async def test_what_is_closed_or_never_was_is_told(
    guest: GuestId,
    desk: PostgresDesk,
    journal: Journal,
    tables: Tables,
    act: "Callable[[PostgresDesk, int], object]",
) -> None:
    [first, _] = await desk.waiting()
    await desk.give_back(first.id)
    assert not await act(desk, first.id)  # type: ignore[misc]  # a coroutine of bool
    assert not await act(desk, 99)  # type: ignore[misc]  # as above
    assert not await desk.give_back(99)
    assert len(await journal.inbox.read_guests([guest])) == 1
    assert await tables.count("audit") == 1
