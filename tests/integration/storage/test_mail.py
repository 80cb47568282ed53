"""What mail knows across restarts."""

from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.model.events import TextReceived
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId
from agente_hotelero.model.journal import OutboxRow
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import Location, Several, Text
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.mail import PostgresMail
from agente_hotelero.storage.words import SAID
from tests.support.storage_journal import HOTEL, Journal, Tables, a_reply, a_turn, an_event

MAILBOX = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")
ANA, BETO = "ana@guest.example", "beto@guest.example"


@pytest.fixture
def mail(pool: Pool) -> PostgresMail:
    return PostgresMail(pool)


async def answer(journal: Journal, number: int, *, by: str = ANA, version: int = 0, head: bool = True) -> OutboxRow:
    """A guest's mail, and what was answered."""
    letterhead = Letterhead(message_id=f"<{number}@x>", references=("<0@x>",), subject="¿?", proved=True)
    event = an_event(
        f"<{number}@x>",
        account=MAILBOX,
        phone=by,
        alias=Alias(AliasKind.EMAIL, by),
        event=TextReceived(text="hola", mail=letterhead if head else None),
    )
    [stored], _ = await journal.inbox.store([event])
    assert stored is not None
    assert stored.row is not None
    [committed] = await journal.commit(
        a_turn(stored.row, version=version, replies=(a_reply(account=MAILBOX, address=by),))
    )
    return committed.outbox[0]


async def test_a_mailbox_goes_on_where_it_was_kept(mail: PostgresMail) -> None:
    assert await mail.cursor(MAILBOX) is None
    await mail.keep(MAILBOX, "7:1")
    await mail.keep(MAILBOX, "7:41")
    assert await mail.cursor(MAILBOX) == "7:41"
    assert await mail.cursor(Account(HotelId("other"), Channel.EMAIL, MAILBOX.name)) is None


async def test_an_answer_knows_the_last_mail_before_it_and_only_its_own_guests(
    journal: Journal, mail: PostgresMail
) -> None:
    first = await answer(journal, 1)
    await answer(journal, 2, by=BETO)
    second = await answer(journal, 3, version=1)
    assert await mail.answered(first.id) == Letterhead(
        message_id="<1@x>", references=("<0@x>",), subject="¿?", proved=True
    )
    found = await mail.answered(second.id)
    assert found is not None
    assert found.message_id == "<3@x>"


async def test_what_answers_no_mail_has_none(journal: Journal, mail: PostgresMail) -> None:
    row = await answer(journal, 1, head=False)
    [whatsapp] = await journal.answer("hola", phone="1")
    assert await mail.answered(row.id) is None
    assert await mail.answered(whatsapp.id) is None
    assert await mail.answered(999_999) is None


async def test_answers_are_counted_by_address_since_a_time(journal: Journal, mail: PostgresMail) -> None:
    await answer(journal, 1)
    await answer(journal, 2, version=1)
    await answer(journal, 3, by=BETO)
    now = datetime.now(UTC)
    assert await mail.answers(MAILBOX, [ANA, BETO, "nobody@x"], now - timedelta(hours=1)) == {ANA: 2, BETO: 1}
    assert await mail.answers(MAILBOX, [ANA], now + timedelta(hours=1)) == {}
    other = Account(HotelId("other"), Channel.EMAIL, MAILBOX.name)
    assert await mail.answers(other, [ANA], now - timedelta(hours=1)) == {}


async def test_several_in_one_piece_come_back_and_staff_can_read_them(journal: Journal, tables: Tables) -> None:
    said = Several(parts=(Text(body="uno"), Location(latitude=1.0, longitude=2.0, name="Hotel", address="Calle 1")))
    rows = await journal.receive("m-1")
    await journal.commit(a_turn(*rows, replies=(a_reply(message=said),)))
    [row] = await journal.outbox.open_rows()
    assert row.message == said
    assert await tables.value(f"SELECT {SAID} FROM outbox") == "uno\n\nHotel"
