"""What waits and what failed is listed without anybody's words, and gets its second try once."""

import pytest

from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import Unreadable
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import HandOffDraft, InboxRow, OutboxRow, OutboxStatus
from agente_hotelero.storage.ages import PostgresAges
from agente_hotelero.storage.inspection import PostgresInspection
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, Journal, Tables, a_turn

WORDS = "me llamo Ana Torres"


@pytest.fixture
def inspection(pool: Pool) -> PostgresInspection:
    return PostgresInspection(pool, who="ana")


@pytest.fixture
def others(pool: Pool) -> PostgresInspection:
    """Another hotel's."""
    return PostgresInspection(pool, who="luis", hotel=HotelId("otro"))


@pytest.fixture
async def buried(journal: Journal) -> InboxRow:
    [row] = await journal.receive("w", text=WORDS)
    await journal.inbox.bury(row.id, error="ValueError\n  File policy.py", summary="Hay que leerlo.")
    return row


@pytest.fixture
async def dead(journal: Journal, tables: Tables) -> OutboxRow:
    [row] = await journal.answer("hola")
    await tables.connection.execute(
        "UPDATE outbox SET status = 'dead', attempts = 3, error = 'el canal no acepta el mensaje' WHERE id = $1", row.id
    )
    return row


async def test_what_waits_is_listed_oldest_first_without_words(
    journal: Journal, inspection: PostgresInspection, others: PostgresInspection
) -> None:
    rows = [*await journal.receive("w", text=WORDS), *await journal.receive("b")]
    listed = await inspection.inbox()
    assert [(one.id, one.hotel, one.kind, one.attempts) for one in listed] == [
        (row.id, HOTEL, "text", 0) for row in rows
    ]
    assert "Torres" not in str(listed)
    assert [one.id for one in await inspection.inbox(after=rows[0].id)] == [rows[1].id]
    assert await others.inbox() == []


async def test_messages_are_listed_by_how_they_stand(
    dead: OutboxRow, journal: Journal, inspection: PostgresInspection, others: PostgresInspection
) -> None:
    [pending] = await journal.answer("hola", phone="2")
    assert [one.id for one in await inspection.outbox(OutboxStatus.PENDING)] == [pending.id]
    [one] = await inspection.outbox(OutboxStatus.DEAD)
    assert (one.id, one.attempts, one.error) == (dead.id, 3, "el canal no acepta el mensaje")
    assert "hola" not in str(one)
    assert await others.outbox(OutboxStatus.DEAD) == []


async def test_questions_that_wait_for_the_pms_are_listed_and_counted(
    journal: Journal, pool: Pool, inspection: PostgresInspection, others: PostgresInspection, tables: Tables
) -> None:
    [row] = await journal.receive("w", text=WORDS)
    await tables.connection.execute(
        "INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) SELECT $1, $2, $3, kind, '', now()"
        " FROM unnest(ARRAY['pms_retry', 'gather']) AS kind",
        row.guest_id,
        row.shard,
        HOTEL,
    )

    [waiting] = await inspection.questions()
    assert (waiting.guest_id, waiting.hotel) == (row.guest_id, HOTEL)
    assert await others.questions() == []
    assert await PostgresAges(pool).questions() == 1


async def test_a_dead_letter_gets_another_five_attempts_and_its_hand_off_is_settled(
    buried: InboxRow, journal: Journal, inspection: PostgresInspection, tables: Tables
) -> None:
    [letter] = await inspection.dead_letters()
    assert (letter.inbox_id, letter.hotel, letter.kind) == (buried.id, HOTEL, "text")
    assert "Torres" not in str(letter)

    assert await inspection.retry_letter(letter.id)
    [row] = await journal.inbox.read_guests([buried.guest_id])
    assert (row.id, row.attempts) == (buried.id, 0)
    assert await inspection.dead_letters() == []
    assert await tables.count("handoff WHERE closed_at IS NULL") == 0
    assert not await inspection.retry_letter(letter.id)
    assert await tables.rows("SELECT who, action FROM audit") == [{"who": "ana", "action": "dead_letter_retried"}]


async def test_the_hand_off_of_a_guest_whom_a_person_answers_stays_open(
    buried: InboxRow, journal: Journal, inspection: PostgresInspection, tables: Tables
) -> None:
    rows = await journal.receive("b")
    await journal.commit(a_turn(*rows, state=State(taken_over=True)))
    [letter] = await inspection.dead_letters()
    assert await inspection.retry_letter(letter.id)
    assert await tables.count("handoff WHERE closed_at IS NULL") == 1


async def test_other_hand_offs_of_its_guest_stay_open(
    buried: InboxRow, journal: Journal, inspection: PostgresInspection, tables: Tables
) -> None:
    rows = await journal.receive("b")
    await journal.commit(a_turn(*rows, handoffs=(HandOffDraft(reason="asked", summary="Quiere hablar."),)))
    [letter] = await inspection.dead_letters()
    await inspection.retry_letter(letter.id)
    assert await tables.rows("SELECT reason FROM handoff WHERE closed_at IS NULL") == [{"reason": "asked"}]


async def test_a_dead_message_is_sent_again_once(
    dead: OutboxRow, journal: Journal, inspection: PostgresInspection
) -> None:
    assert await inspection.retry_message(dead.id)
    [row] = await journal.outbox.open_rows()
    assert (row.id, row.status, row.attempts) == (dead.id, OutboxStatus.PENDING, 0)
    assert not await inspection.retry_message(dead.id)


async def test_one_hotel_retries_nothing_of_another(
    buried: InboxRow, dead: OutboxRow, inspection: PostgresInspection, others: PostgresInspection
) -> None:
    [letter] = await inspection.dead_letters()
    assert await others.dead_letters() == []
    assert not await others.retry_letter(letter.id)
    assert not await others.retry_message(dead.id)
    assert len(await inspection.dead_letters()) == 1


async def test_what_could_not_be_read_is_listed_by_its_size(journal: Journal, inspection: PostgresInspection) -> None:
    await journal.inbox.store([Unreadable(channel="whatsapp", account="1", reason="json", raw=WORDS.encode())])
    [one] = await inspection.unreadable()
    assert (one.account, one.reason, one.bytes) == ("1", "json", len(WORDS))
    assert await inspection.unreadable(after=one.id) == []


async def test_the_audit_is_read_newest_first(
    buried: InboxRow, dead: OutboxRow, inspection: PostgresInspection
) -> None:
    [letter] = await inspection.dead_letters()
    await inspection.retry_letter(letter.id)
    await inspection.retry_message(dead.id)
    newest, older = await inspection.audit(before=2**62)
    assert (newest.action, older.action) == ("message_retried", "dead_letter_retried")
    assert [one.id for one in await inspection.audit(before=newest.id)] == [older.id]
