"""What channels say of our messages counts whenever it comes, and only forward."""

import asyncio
from dataclasses import replace
from itertools import permutations

import pytest

from agente_hotelero.model.events import DeliveryState
from agente_hotelero.model.ids import Account, Channel, HotelId, OutboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from tests.support.storage_journal import Journal, Tables, a_mark, a_report, an_event, sending, sent

SENT, DELIVERED, READ, FAILED = DeliveryState


async def a_sent_message(journal: Journal) -> OutboxRow:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(sent(row))
    return row


async def delivery(tables: Tables) -> tuple[str, str | None]:
    [row] = await tables.rows("SELECT status, delivery FROM outbox")
    return row["status"], row["delivery"]


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])))
async def test_whatever_their_order_the_furthest_report_stands(
    order: tuple[DeliveryState, ...], journal: Journal, tables: Tables
) -> None:
    row = await a_sent_message(journal)
    moved = [said for state in order for said in await journal.report(a_report(state))]

    assert await delivery(tables) == ("sent", "read")
    assert moved[-1] == (row.id, READ)
    assert [state for _, state in moved] == sorted((state for _, state in moved), key=list(DeliveryState).index)


async def test_reports_of_one_batch_move_a_message_once_to_the_furthest(journal: Journal, tables: Tables) -> None:
    row = await a_sent_message(journal)
    assert await journal.report(a_report(READ), a_report(SENT), a_report(DELIVERED)) == [(row.id, READ)]
    assert await journal.report(a_report(READ)) == []


async def test_failed_is_final_and_told_to_a_person_once(journal: Journal, tables: Tables) -> None:
    row = await a_sent_message(journal)
    assert await journal.report(a_report(FAILED, error_code=131021)) == [(row.id, FAILED)]
    assert await journal.report(a_report(DELIVERED), a_report(FAILED, error_code=131021)) == []

    assert await delivery(tables) == ("sent", "failed")
    [handoff] = await tables.rows("SELECT guest_id, reason, summary FROM handoff")
    assert (handoff["guest_id"], handoff["reason"]) == (row.guest_id, "undeliverable")
    assert "131021" in handoff["summary"]


async def test_a_report_finds_its_message_by_our_own_id_while_it_is_being_sent(
    journal: Journal, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))

    assert await journal.report(a_report(DELIVERED, provider_id="wamid.7", outbox_id=row.id)) == [(row.id, DELIVERED)]

    assert await tables.value("SELECT provider_id FROM outbox") == "wamid.7"
    assert await delivery(tables) == ("sent", "delivered")
    assert await journal.mark(sent(row, provider_id="wamid.7")) == [False]


async def test_a_message_that_was_put_back_and_arrived_after_all_is_not_sent_again(
    journal: Journal, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.mark(a_mark(row, OutboxStatus.SENDING, OutboxStatus.PENDING))  # the answer was a 503

    await journal.report(a_report(DELIVERED, outbox_id=row.id))

    assert await delivery(tables) == ("sent", "delivered")
    assert await journal.mark(sending(row)) == [False]


async def test_a_report_that_knows_only_the_providers_id_waits_for_the_mark(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    assert await journal.report(a_report(READ), a_report(DELIVERED)) == []

    assert await journal.mark(sent(row)) == [True]

    assert await delivery(tables) == ("sent", "read")
    assert await tables.count("handoff") == 0


async def test_a_failure_that_was_reported_before_the_mark_is_told_to_a_person(
    journal: Journal, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    await journal.mark(sending(row))
    await journal.report(a_report(FAILED))

    await journal.mark(sent(row))

    assert await delivery(tables) == ("sent", "failed")
    assert await tables.value("SELECT count(*) FROM handoff WHERE guest_id = $1", row.guest_id) == 1


async def test_a_report_and_a_mark_at_the_same_time_miss_each_other_never(journal: Journal, tables: Tables) -> None:
    for n in range(15):
        [row] = await journal.answer("hola", phone=f"5491{n}")
        await journal.mark(sending(row))
        report = a_report(DELIVERED, provider_id=f"wamid.{n}", outbox_id=row.id)
        await asyncio.gather(journal.mark(sent(row, provider_id=f"wamid.{n}")), journal.report(report))
        await journal.outbox.apply_reports()
    found = await tables.rows("SELECT DISTINCT status, delivery FROM outbox")
    assert found == [{"status": "sent", "delivery": "delivered"}]


async def store_unapplied(tables: Tables, row: OutboxRow, state: DeliveryState) -> None:
    """As a process left it that died between keeping and applying would, were they not one transaction."""
    await tables.connection.execute(
        "INSERT INTO delivery_report (account, provider_id, state, at, outbox_id) VALUES ('100', 'wamid.1', $1, now(), $2)",
        state.value,
        row.id,
    )


@pytest.mark.parametrize("state", [SENT, READ, FAILED])
async def test_recovery_applies_what_was_reported_of_messages_on_their_way(
    state: DeliveryState, journal: Journal, tables: Tables
) -> None:
    [row] = await journal.answer("hola")
    [untouched] = await journal.answer("hola", phone="2")
    await journal.mark(sending(row))
    await store_unapplied(tables, row, state)

    for _ in range(2):
        await journal.outbox.apply_reports()

    assert [open_row.id for open_row in await journal.outbox.open_rows()] == [untouched.id]
    assert await tables.value("SELECT delivery FROM outbox WHERE id = $1", row.id) == state.value
    assert await tables.count("handoff") == (state is FAILED)


async def test_reports_of_strangers_messages_move_nothing(journal: Journal, tables: Tables) -> None:
    row = await a_sent_message(journal)
    elsewhere = replace(a_report(READ, outbox_id=row.id), account=Account(HotelId("x"), Channel.WHATSAPP, "999"))
    unknown = a_report(READ, provider_id="wamid.unknown", outbox_id=OutboxId(9_999))

    assert await journal.report(elsewhere, unknown) == []

    assert await delivery(tables) == ("sent", None)
    assert await tables.count("delivery_report") == 2


async def test_the_same_report_twice_is_kept_once(journal: Journal, tables: Tables) -> None:
    await journal.report(a_report(SENT), a_report(SENT))
    await journal.report(a_report(SENT))
    assert await tables.count("delivery_report") == 1


async def test_a_report_beside_messages_says_what_it_moved(journal: Journal) -> None:
    row = await a_sent_message(journal)
    stored, moved = await journal.inbox.store([an_event("b"), a_report(READ)])
    assert [one is not None for one in stored] == [True, False]
    assert [(one.outbox_id, one.guest_id, one.state, one.account) for one in moved] == [
        (row.id, row.guest_id, READ, row.route.account)
    ]
