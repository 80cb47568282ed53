"""Marks move a row one step, once, and only for its owner."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.model.events import DeliveryState
from agente_hotelero.model.ids import OutboxId
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.messages import Choices, Link, Location, Option, OutboundMessage, Picture, Text
from agente_hotelero.storage import outbox
from agente_hotelero.storage.ownership import Ownership
from tests.support.storage_journal import Journal, Tables, a_mark, a_reply, a_report, a_turn, sending, sent

PENDING, SENDING, SENT, DEAD = (
    OutboxStatus.PENDING,
    OutboxStatus.SENDING,
    OutboxStatus.SENT,
    OutboxStatus.DEAD,
)
LATER = datetime(2030, 5, 6, 12, tzinfo=UTC)


async def test_a_message_goes_from_pending_over_sending_to_sent(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")

    assert await journal.mark(sending(row)) == [True]
    assert await journal.outbox.status(row.id) is SENDING
    assert await journal.mark(sent(row)) == [True]

    [found] = await tables.rows(
        "SELECT status, provider_id, attempts, doubts, sending_at IS NOT NULL AS at FROM outbox"
    )
    assert found == {"status": "sent", "provider_id": "wamid.1", "attempts": 1, "doubts": 0, "at": True}


async def test_a_mark_applies_only_to_a_row_that_is_as_expected(journal: Journal) -> None:
    [row] = await journal.answer("hola")
    assert await journal.mark(sent(row)) == [False]
    assert await journal.mark(sending(row)) == [True]
    assert await journal.mark(sending(row)) == [False]
    assert await journal.outbox.status(row.id) is SENDING


async def test_a_row_in_doubt_that_is_sent_again_is_counted(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    assert await journal.mark(a_mark(row, SENDING, SENDING)) == [True]
    assert await tables.rows("SELECT attempts, doubts FROM outbox") == [{"attempts": 2, "doubts": 1}]


async def test_a_retry_keeps_when_and_why(journal: Journal) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(a_mark(row, SENDING, PENDING, next_at=LATER, error="503"))
    [open_row] = await journal.outbox.open_rows()
    assert (open_row.status, open_row.next_at, open_row.attempts) == (PENDING, LATER, 1)


async def test_what_waits_for_the_guests_own_side_is_known_as_such_and_by_its_age(journal: Journal) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(a_mark(row, SENDING, PENDING, next_at=LATER))
    [retried] = await journal.outbox.open_rows()
    assert not retried.deferred
    await journal.mark(sending(row))
    await journal.mark(a_mark(row, SENDING, PENDING, next_at=LATER, error="su servidor de correo pide esperar"))
    [waiting] = await journal.outbox.open_rows()
    assert (waiting.deferred, waiting.shut) == (True, False)
    assert waiting.made_at is not None
    assert abs(datetime.now(UTC) - waiting.made_at) < timedelta(minutes=5)


async def test_a_frozen_owners_mark_is_refused_and_its_neighbours_wait_for_nobody(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    heir = Ownership(other.url, owner="heir")
    other.epochs = (await heir.claim()).epochs

    assert await journal.mark(sending(row)) == [False]
    assert await other.mark(sending(row)) == [True]
    assert await journal.mark(sent(row)) == [False]
    journal.epochs = {}
    assert await journal.mark(sent(row)) == [False]
    await heir.release()


async def test_what_a_new_owner_sees_is_what_the_last_owners_mark_was_told(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    """Else «sending» could commit after the next owner read «pending», and both would send."""
    first, heir = Ownership(journal.url, owner="first"), Ownership(other.url, owner="heir")
    journal.epochs = (await first.claim()).epochs
    [row] = await journal.answer("hola")

    async def claim_and_look() -> OutboxStatus:
        await heir.claim()
        [seen] = await other.outbox.open_rows()
        return seen.status

    async with tables.connection.transaction():
        await tables.connection.execute("SELECT FROM outbox FOR UPDATE")
        mark = asyncio.create_task(journal.mark(sending(row)))
        await tables.locked()
        await tables.cut("application_name = 'agente-owner-first'")
        look = asyncio.create_task(claim_and_look())
        while not look.done() and not await tables.value("SELECT count(*) > 1 FROM pg_locks WHERE NOT granted"):
            pass

    assert (await mark, await look) in [([True], SENDING), ([False], PENDING)]
    await first.release()
    await heir.release()


async def test_of_two_different_marks_of_one_row_in_a_batch_the_first_counts(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    assert await journal.mark(sending(row), a_mark(row, PENDING, DEAD, error="x")) == [True, False]
    assert await journal.outbox.status(row.id) is SENDING
    assert await tables.count("handoff") == 0


async def test_a_mark_that_was_sent_twice_gets_its_answer_twice(journal: Journal, tables: Tables) -> None:
    """As when its first asking ran out of time while the lane was slow: a «no» would lose the row."""
    [row] = await journal.answer("hola")
    assert await journal.mark(sending(row), sending(row)) == [True, True]
    assert await tables.value("SELECT attempts FROM outbox") == 1


async def test_a_dead_message_is_handed_to_a_person_once(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    dead = a_mark(row, SENDING, DEAD, error="131026")
    assert await journal.mark(dead) == [True]
    assert await journal.mark(dead) == [False]

    [handoff] = await tables.rows("SELECT guest_id, cause, reason, summary FROM handoff")
    assert (handoff["guest_id"], handoff["cause"], handoff["reason"]) == (row.guest_id, row.cause, "undeliverable")
    assert "(131026)" in handoff["summary"]


async def test_marks_of_a_batch_are_answered_in_its_order(journal: Journal) -> None:
    rows = await journal.answer(*map(str, range(40)))
    moved = [sending(row) for row in rows]
    wrong = [sent(row) for row in rows[:20]]
    assert await journal.mark(*wrong) == [False] * 20
    assert await journal.mark(*moved) == [True] * 40
    ghost = replace(moved[0], id=OutboxId(9_999))
    assert await journal.mark(ghost, sent(rows[3]), moved[4]) == [False, True, False]


async def test_marks_and_reports_on_the_same_messages_never_wait_in_a_circle(journal: Journal, tables: Tables) -> None:
    """Whatever their order, both take the rows from the first to the last."""
    rows = await journal.answer(*map(str, range(9)))
    await journal.mark(*map(sending, rows))
    marks = [sent(row, provider_id=f"wamid.{row.id}") for row in reversed(rows)]
    said = [a_report(DeliveryState.SENT, provider_id=f"wamid.{row.id}", outbox_id=row.id) for row in rows]
    async with tables.connection.transaction():
        await tables.connection.execute("SELECT FROM outbox WHERE id = $1 FOR UPDATE", rows[4].id)
        both = asyncio.gather(journal.mark(*marks), journal.report(*said))
        await tables.locked(waiting=2)
    await both

    assert await tables.rows("SELECT DISTINCT status, delivery, 'wamid.' || id = provider_id AS known FROM outbox") == [
        {"status": "sent", "delivery": "sent", "known": True}
    ]


async def test_open_rows_are_all_that_is_on_its_way_in_order(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE", 7)  # several pages
    rows = await journal.answer(*map(str, range(30)))
    await journal.mark(*map(sending, rows[:5]))
    await journal.mark(sent(rows[2]), a_mark(rows[4], SENDING, DEAD, error="x"))

    found = await journal.outbox.open_rows()

    assert [row.id for row in found] == [row.id for n, row in enumerate(rows) if n not in {2, 4}]
    assert [row.status for row in found] == [SENDING] * 3 + [PENDING] * 25
    assert replace(found[-1], next_at=None) == replace(rows[-1], next_at=None)


async def test_an_unknown_row_has_no_status(journal: Journal) -> None:
    assert await journal.outbox.status(OutboxId(9_999)) is None


@pytest.mark.parametrize(
    "message",
    [
        Location(latitude=-34.5875, longitude=-58.4053, name="Hotel", address="Calle 1"),
        Picture(source="https://hotel.example/a.png", caption="Código DEMO-1"),
        Link(body="Puedes pagar aquí.", title="Pagar", url="https://pay.example/1"),
    ],
)
async def test_every_kind_of_message_comes_back_as_it_was(journal: Journal, message: OutboundMessage) -> None:
    rows = await journal.receive("a")
    await journal.commit(a_turn(*rows, replies=(a_reply(message=message),)))

    assert [row.message for row in await journal.outbox.open_rows()] == [message]


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ('{"body": "Hola", "type": "text"}', Text(body="Hola")),
        (
            '{"body": "¿Cuál?", "options": [{"id": "1", "title": "Doble"}], "menu_label": "Ver", "type": "choices"}',
            Choices(body="¿Cuál?", options=(Option(id="1", title="Doble"),), menu_label="Ver"),
        ),
    ],
)
async def test_what_the_first_version_stored_is_still_read(
    journal: Journal, tables: Tables, stored: str, message: OutboundMessage
) -> None:
    await journal.answer("uno")
    await tables.connection.execute("UPDATE outbox SET message = $1::jsonb", stored)

    assert [row.message for row in await journal.outbox.open_rows()] == [message]


async def test_a_message_of_a_newer_version_is_left_and_holds_up_no_other(journal: Journal, tables: Tables) -> None:
    [first] = await journal.answer("uno", phone="1")
    [second] = await journal.answer("dos", phone="2")
    await tables.connection.execute('UPDATE outbox SET message = \'{"type": "hologram"}\' WHERE id = $1', first.id)
    assert [row.id for row in await journal.outbox.open_rows()] == [second.id]
