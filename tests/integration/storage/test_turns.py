"""A turn is atomic: everything of it is there, or nothing, whatever its neighbours do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from agente_hotelero.actors.commits import each_alone
from agente_hotelero.dialogue.state import State
from agente_hotelero.model.ids import ClientRef, InboxId
from agente_hotelero.model.journal import (
    FROM_STAFF,
    Committed,
    Conversation,
    HandOffDraft,
    InboxRow,
    OutboxStatus,
    QuoteDraft,
    ReplyRoute,
    TimerDraft,
    Turn,
    WriteDraft,
)
from agente_hotelero.model.messages import Choices, Option, Text
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Offer
from tests.support.stays import COUPLE, DOUBLE, STAY, a_request
from tests.support.storage_journal import PHONE, WEBCHAT, WHATSAPP, Journal, Tables, a_reply, a_turn, sent

SOON = datetime(2030, 5, 6, 12, tzinfo=UTC)
OFFER = Offer(room_type=DOUBLE, stay=STAY, party=COUPLE, rooms_left=2, total=Money.of("270.10", "USD"), fetched_at=SOON)


def a_timer(key: str = "1", *, due_at: datetime | None = SOON, not_after: datetime | None = None) -> TimerDraft:
    return TimerDraft(kind="nudge", key=key, due_at=due_at, not_after=not_after)


def everything(*rows: InboxRow, version: int = 0) -> Turn:
    return a_turn(
        *rows,
        version=version,
        replies=(a_reply("Hay habitaciones.", facts=("pms",)), a_reply("¿Reservamos?")),
        timers=(a_timer(),),
        quotes=(QuoteDraft(offer=OFFER, shown_at=SOON),),
        writes=(WriteDraft(client_ref=ClientRef("AH-1"), request=a_request("AH-1")),),
        handoffs=(HandOffDraft(reason="asked", summary="Quiere hablar con una persona."),),
    )


EVERYTHING = {"conversation": 1, "outbox": 2, "timer": 1, "quote": 1, "reservation": 1, "handoff": 1}


async def test_a_turn_that_passes_leaves_everything_it_decided(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a", "b")

    [committed] = await journal.commit(everything(*rows))

    assert committed.passed
    assert [(row.message, row.cause, row.shard) for row in committed.outbox] == [
        (Text(body="Hay habitaciones."), rows[-1].id, rows[0].shard),
        (Text(body="¿Reservamos?"), rows[-1].id, rows[0].shard),
    ]
    assert await tables.undone() == []
    assert await tables.counts() == EVERYTHING


@pytest.mark.parametrize("why", ["another epoch", "no claim", "overtaken", "a row that is done", "no such row"])
async def test_a_turn_that_does_not_pass_leaves_nothing(why: str, journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a", "b")
    turn = everything(*rows)
    match why:
        case "another epoch":
            journal.epochs = {**journal.epochs, rows[0].shard: 1}
        case "no claim":
            journal.epochs = {}
        case "overtaken":
            turn = replace(turn, version=1)
        case "a row that is done":
            await tables.connection.execute("UPDATE inbox SET done = true WHERE id = $1", rows[0].id)
        case "no such row":
            turn = replace(turn, inbox_ids=(*turn.inbox_ids, InboxId(9_999)))
    undone = await tables.undone()

    [committed] = await journal.commit(turn)

    assert not committed.passed
    assert committed.outbox == ()
    assert await tables.undone() == undone
    assert await tables.counts() == {}


async def test_neighbours_of_a_failed_turn_are_untouched(journal: Journal, tables: Tables) -> None:
    guests = [await journal.receive(f"m{n}", phone=f"5491{n:04}") for n in range(6)]
    turns = [a_turn(*rows, version=3 if n == 2 else 0) for n, rows in enumerate(guests)]

    committed = await journal.commit(*turns)

    assert [one.passed for one in committed] == [True, True, False, True, True, True]
    assert await tables.undone() == [guests[2][0].id]
    assert await tables.counts() == {"conversation": 5, "outbox": 5}


async def test_a_turn_that_begins_sending_leaves_its_first_message_being_sent(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    turn = a_turn(*rows, replies=(a_reply("uno"), a_reply("dos")), begins_sending=7.0)
    [committed] = await journal.commit(turn)
    first, second = committed.outbox
    assert (first.status, first.begun, first.attempts) == (OutboxStatus.SENDING, 7.0, 1)
    assert (second.status, second.begun, second.attempts) == (OutboxStatus.PENDING, None, 0)
    stored = await journal.outbox.open_rows()
    assert stored == [replace(row, begun=None, next_at=stored[n].next_at) for n, row in enumerate(committed.outbox)]
    assert await tables.value("SELECT count(*) FROM outbox WHERE sending_at IS NOT NULL") == 1
    assert await journal.mark(sent(first)) == [True]


async def test_what_begins_being_sent_is_not_cancelled_by_a_person_who_takes_over(journal: Journal) -> None:
    [row] = await journal.receive("a")
    await journal.commit(a_turn(row, replies=(a_reply("uno"), a_reply("dos")), begins_sending=7.0))
    [later] = await journal.receive("b")
    [committed] = await journal.commit(a_turn(later, version=1, replies=(), cancels_pending=True))
    assert committed.passed
    assert [one.message for one in await journal.outbox.open_rows()] == [Text(body="uno")]


@pytest.mark.parametrize("seldom", [False, True])
async def test_turns_that_only_answer_are_committed_by_a_shorter_statement_with_the_same_outcome(
    seldom: bool, journal: Journal, tables: Tables
) -> None:
    guests = [await journal.receive(f"m{n}", phone=f"5491{n:04}") for n in range(3)]
    turns = [a_turn(*rows, version=1 if n == 1 else 0) for n, rows in enumerate(guests)]
    if seldom:
        turns[2] = replace(turns[2], handoffs=(HandOffDraft(reason="asked", summary="x"),))
    committed = await journal.commit(*turns)
    assert [(one.passed, len(one.outbox)) for one in committed] == [(True, 1), (False, 0), (True, 1)]
    assert await tables.undone() == [guests[1][0].id]
    assert await tables.counts() == {"conversation": 2, "outbox": 2, **({"handoff": 1} if seldom else {})}


async def test_a_large_batch_is_one_statement_and_each_turn_keeps_its_own_replies(
    journal: Journal, tables: Tables
) -> None:
    phones = [f"54911{n:06}" for n in range(256)]
    rows = [(await journal.receive("m-" + phone, phone=phone))[0] for phone in phones]
    turns = [a_turn(row, replies=tuple(a_reply(f"{n}-{k}") for k in range(3))) for n, row in enumerate(rows)]

    committed = await journal.commit(*turns)

    assert all(one.passed for one in committed)
    for n, one in enumerate(committed):
        assert [row.message for row in one.outbox] == [Text(body=f"{n}-{k}") for k in range(3)]
        assert {row.guest_id for row in one.outbox} == {rows[n].guest_id}
    assert await tables.counts() == {"conversation": 256, "outbox": 768}


async def test_replies_are_numbered_without_gaps_in_the_order_of_saying(journal: Journal, tables: Tables) -> None:
    guest = (await journal.receive("a"))[0].guest_id
    for version in range(4):
        rows = await journal.receive(f"m{version}") if version else await journal.inbox.read_guests([guest])
        texts = [f"{version}-{n}" for n in range(version)]  # a turn may say nothing
        failed = a_turn(*rows, version=version + 7, replies=(a_reply("never said"),))
        turn = a_turn(*rows, version=version, replies=tuple(map(a_reply, texts)))
        assert [one.passed for one in await journal.commit(failed)] == [False]
        assert [one.passed for one in await journal.commit(turn)] == [True]

    assert await tables.replies(guest) == [(n, text) for n, text in enumerate("1-0 2-0 2-1 3-0 3-1 3-2".split(), 1)]


async def test_an_answer_stands_above_what_it_answers(journal: Journal) -> None:
    rows = await journal.receive("a", "b")
    [committed] = await journal.commit(a_turn(*rows))
    later = await journal.receive("c")
    assert rows[-1].id < committed.outbox[0].id < later[0].id


async def test_a_timer_is_set_moved_under_a_new_id_and_cleared(journal: Journal, tables: Tables) -> None:
    seen = []
    for version, due_at in enumerate([SOON, SOON + timedelta(hours=1), None]):
        rows = await journal.receive(f"m{version}")
        timers = (a_timer(due_at=due_at, not_after=due_at and due_at + timedelta(hours=2)), a_timer("kept"))
        await journal.commit(a_turn(*rows, version=version, timers=timers))
        seen.append(await tables.rows("SELECT id, due_at, not_after FROM timer WHERE key = '1'"))

    [[first], [moved], cleared] = seen
    assert (first["due_at"], first["not_after"]) == (SOON, SOON + timedelta(hours=2))
    assert (moved["due_at"], moved["not_after"]) == (SOON + timedelta(hours=1), SOON + timedelta(hours=3))
    assert moved["id"] != first["id"]
    assert cleared == []
    assert await tables.count("timer") == 1


async def test_of_two_words_on_one_timer_in_a_turn_the_last_counts(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    [committed] = await journal.commit(a_turn(*rows, timers=(a_timer(), a_timer(due_at=None), a_timer())))
    assert committed.passed
    assert await tables.value("SELECT due_at FROM timer") == SOON


async def test_a_guest_clears_only_their_own_timer(journal: Journal, tables: Tables) -> None:
    for phone in ("1", "2"):
        rows = await journal.receive(f"a{phone}", phone=phone)
        await journal.commit(a_turn(*rows, timers=(a_timer(),)))
    again = await journal.receive("b", phone="1")

    await journal.commit(a_turn(*again, version=1, timers=(a_timer(due_at=None),)))

    assert await tables.value("SELECT array_agg(guest_id <> $1) FROM timer", again[0].guest_id) == [True]


async def test_a_quote_is_kept_as_it_was_shown(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    await journal.commit(a_turn(*rows, quotes=(QuoteDraft(offer=OFFER, shown_at=SOON + timedelta(seconds=9)),)))

    [quote] = await tables.rows("SELECT * FROM quote")
    assert (quote["room_type"], quote["check_in"], quote["check_out"]) == ("double", STAY.check_in, STAY.check_out)
    assert (quote["adults"], quote["children"], quote["rooms_left"]) == (2, 0, 2)
    assert (quote["total"], quote["currency"]) == (Decimal("270.10"), "USD")
    assert (quote["fetched_at"], quote["shown_at"]) == (SOON, SOON + timedelta(seconds=9))
    assert (quote["cause"], quote["guest_id"]) == (rows[0].id, rows[0].guest_id)


async def test_pms_writes_become_intents_once_per_reference(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    reserve = WriteDraft(client_ref=ClientRef("AH-1"), request=a_request("AH-1"))
    cancel = WriteDraft(client_ref=ClientRef("AH-2"), code="DEMO-9")

    await journal.commit(a_turn(*rows, writes=(reserve, cancel, reserve)))

    found = await tables.rows("SELECT client_ref, kind, state, code, request FROM reservation ORDER BY client_ref")
    assert [(row["client_ref"], row["kind"], row["state"], row["code"]) for row in found] == [
        ("AH-1", "reserve", "intended", None),
        ("AH-2", "cancel", "intended", "DEMO-9"),
    ]
    assert found[0]["request"] is not None
    assert found[1]["request"] is None


async def test_taking_over_cancels_what_is_pending_but_not_what_is_being_sent(journal: Journal, tables: Tables) -> None:
    first, second, third = await journal.answer("uno", "dos", "tres")
    elsewhere = await journal.answer("otro", phone="2")
    await tables.connection.execute("UPDATE outbox SET status = 'sending' WHERE id = $1", first.id)
    rows = await journal.receive("b")

    [committed] = await journal.commit(a_turn(*rows, version=1, cancels_pending=True, replies=(a_reply("Le paso."),)))

    status = {row["id"]: row["status"] for row in await tables.rows("SELECT id, status FROM outbox")}
    assert [status[row.id] for row in (first, second, third)] == ["sending", "cancelled", "cancelled"]
    assert [status[row.id] for row in (*committed.outbox, *elsewhere)] == ["pending", "pending"]


async def test_taking_over_leaves_what_another_person_said(journal: Journal, tables: Tables) -> None:
    first = await journal.receive("a")
    said = a_reply("Se la guardo. Ana", facts=(FROM_STAFF,))
    [committed] = await journal.commit(a_turn(*first, replies=(said,)))
    rows = await journal.receive("b")

    await journal.commit(a_turn(*rows, version=1, cancels_pending=True, replies=()))

    [row] = committed.outbox
    assert await tables.rows("SELECT id, status FROM outbox") == [{"id": row.id, "status": "pending"}]


async def test_a_line_of_the_web_chat_is_sent_by_being_committed_and_rings_its_page(
    journal: Journal, tables: Tables
) -> None:
    rung: list[str] = []
    await tables.connection.add_listener("webchat", lambda *heard: rung.append(heard[-1]))
    rows = await journal.receive("a", phone="session-1", account=WEBCHAT)

    [committed] = await journal.commit(a_turn(*rows))

    assert committed.outbox == ()
    assert await tables.rows("SELECT status, delivery FROM outbox") == [{"status": "sent", "delivery": "sent"}]
    assert rung == ["demo:session-1"]


async def test_a_turn_without_web_chat_rings_nobody(journal: Journal, tables: Tables) -> None:
    rung: list[str] = []
    await tables.connection.add_listener("webchat", lambda *heard: rung.append(heard[-1]))
    await journal.answer("hola")
    await tables.value("SELECT 1")
    assert rung == []


async def test_what_was_committed_is_what_is_loaded(journal: Journal) -> None:
    rows = await journal.receive("a")
    stranger = (await journal.receive("b", phone="2"))[0].guest_id
    await journal.commit(a_turn(*rows, state=State(name="Ana", email="ana@example.com", misunderstood=2)))

    loaded = await journal.load(stranger, rows[0].guest_id)

    assert loaded[0] == Conversation(guest_id=stranger)
    assert (loaded[1].version, loaded[1].route) == (1, ReplyRoute(account=WHATSAPP, address=PHONE))
    assert loaded[1].state == State(name="Ana", email="ana@example.com", misunderstood=2)
    assert await journal.load(stranger) == [Conversation(guest_id=stranger)]


async def test_a_conversation_that_only_heard_from_us_has_no_route(journal: Journal) -> None:
    rows = await journal.receive("a")
    await journal.commit(a_turn(*rows, route=None, replies=()))
    [loaded] = await journal.load(rows[0].guest_id)
    assert (loaded.version, loaded.route) == (1, None)


@pytest.mark.parametrize(
    "said", ["a\0b", "\0", "a\\\0b", "a\\\\\0", "\\u0000 in words", "\\\\u0000", 'tab\t, «quotes» " and emoji 🏨']
)
async def test_words_that_jsonb_cannot_hold_spoil_no_turn(said: str, journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    others = await journal.receive("b", phone="2")
    odd = a_turn(
        *rows, state=State(name=said), replies=(a_reply(said),), handoffs=(HandOffDraft(reason="x", summary=said),)
    )

    committed = await journal.commit(odd, a_turn(*others))

    assert [one.passed for one in committed] == [True, True]
    readable = said.replace("\0", "\ufffd")
    assert await tables.replies(rows[0].guest_id) == [(1, readable)]
    assert await tables.value("SELECT summary FROM handoff") == readable
    [loaded] = await journal.load(rows[0].guest_id)
    assert loaded.state == State(name=readable)


@pytest.mark.parametrize("what", ["half a character", "a number that no column holds"])
async def test_a_turn_that_the_database_refuses_takes_no_neighbour_with_it(
    what: str, journal: Journal, tables: Tables
) -> None:
    guests = [await journal.receive(f"m{n}", phone=f"5491{n:04}") for n in range(7)]
    turns = [a_turn(*rows) for rows in guests]
    if what == "half a character":
        turns[4] = replace(turns[4], replies=(a_reply("\ud83d"),))
    else:
        turns[4] = replace(turns[4], quotes=(QuoteDraft(offer=replace(OFFER, rooms_left=2**31), shown_at=SOON),))

    outcomes = await each_alone(lambda part: journal.turns.commit(part, journal.epochs), turns)

    assert isinstance(outcomes[4], (asyncpg.DataError, TypeError))
    assert [isinstance(one, Committed) and one.passed for one in outcomes] == [True] * 4 + [False] + [True] * 2
    assert await tables.undone() == [guests[4][0].id]


async def test_the_echo_of_a_turn_waits_until_its_replies_are_out(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a", "b")
    causes = [row.id for row in rows]
    assert await journal.turns.replies(causes) == (False, [])
    options = Choices(body="¿Cuál?", options=(Option(id="1", title="Doble"),), menu_label="Ver")
    [committed] = await journal.commit(
        a_turn(*rows, replies=(a_reply("Hola"), a_reply(message=options, interactive=True)))
    )
    assert await journal.turns.replies(causes) == (False, [])

    await tables.connection.execute("UPDATE outbox SET status = 'sent', provider_id = 'wamid.' || n WHERE n = 1")
    await tables.connection.execute("UPDATE outbox SET status = 'dead' WHERE n = 2")
    settled, sent = await journal.turns.replies(causes)

    assert settled
    assert [(one.id, one.message, one.interactive) for one in sent] == [("wamid.1", Text(body="Hola"), False)]
    await tables.connection.execute("UPDATE outbox SET status = 'sent' WHERE n = 2")
    _, sent = await journal.turns.replies(causes)
    assert [(one.id, one.interactive) for one in sent] == [("wamid.1", False), (str(committed.outbox[1].id), True)]
    assert await journal.turns.replies([InboxId(9_999)]) == (False, [])
