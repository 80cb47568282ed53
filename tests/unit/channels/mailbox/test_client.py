"""A message of ours on its way out by mail: in the guest's thread, filed, and looked for before it goes out again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.writing import Sender, Writer
from agente_hotelero.channels.mailbox.access import Access, Server
from agente_hotelero.channels.mailbox.client import MailboxClient
from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import Several, Text
from tests.fakes.imap import FakeImap
from tests.fakes.smtp import LOSE, FakeSmtp

HEAD = Letterhead(message_id="<q@guest.example>", references=("<p@guest.example>",), subject="Consulta")
OURS = Ours(secret=b"s", domain="hotel.example", addresses=frozenset(), authserv_ids=frozenset())
SENDER = Sender(address="reservas@hotel.example", name="Hotel Mar", signature="Ana\nReservas", language="es")


class Threads:
    """Which mail each message answers."""

    def __init__(self) -> None:
        self.head: Letterhead | None = HEAD
        self.away = False

    async def answered(self, outbox_id: int) -> Letterhead | None:
        assert outbox_id
        if self.away:
            raise StorageUnavailableError("postgres")
        return self.head


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp() as server:
        yield server


@pytest.fixture
async def imap() -> AsyncIterator[FakeImap]:
    async with FakeImap() as server:
        yield server


@pytest.fixture
def threads() -> Threads:
    return Threads()


def client(smtp: FakeSmtp, imap: FakeImap, threads: Threads, *, files_sent: bool = True) -> MailboxClient:
    access = Access(
        imap=Server(host="127.0.0.1", port=imap.port, security="none"),
        smtp=Server(host="127.0.0.1", port=smtp.port, security="none"),
        user="reservas@hotel.example",
    )
    writer = Writer(
        sender=SENDER,
        ours=OURS,
        threads=threads,
        site=lambda: None,
        now=lambda: datetime(2030, 5, 6, tzinfo=UTC),
    )
    return MailboxClient(access=access, writer=writer, files_sent=files_sent)


def outgoing(*texts: str, again: bool = False) -> Outgoing:
    parts = tuple(Text(body=text) for text in texts or ("hola",))
    message = parts[0] if len(parts) == 1 else Several(parts=parts)
    return Outgoing(outbox_id=7, address="ana@guest.example", message=message, interactive=False, again=again)


async def test_it_joins_the_guests_thread_and_is_filed_as_it_went_out(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    message_id = await client(smtp, imap, threads).send(outgoing())
    [mail] = smtp.mails
    assert mail["Message-ID"] == message_id == OURS.message_id(7)
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Consulta", "<q@guest.example>")
    assert mail["References"] == "<p@guest.example> <q@guest.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert imap.appended == [(b"Sent", smtp.raw[0] + b"\r\n")]


async def test_what_nobody_asked_for_says_how_to_end_it_also_in_the_guests_own_thread(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    await client(smtp, imap, threads).send(replace(outgoing(), unasked=True))
    await client(smtp, imap, threads).send(outgoing())
    assert [mail["List-Unsubscribe"] is not None for mail in smtp.mails] == [True, False]
    assert (smtp.mails[0]["Auto-Submitted"], smtp.mails[0]["In-Reply-To"]) == ("auto-generated", HEAD.message_id)


async def test_without_a_mail_to_answer_it_begins_a_thread(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    threads.head = None
    await client(smtp, imap, threads).send(outgoing())
    [mail] = smtp.mails
    assert (mail["Subject"], mail["In-Reply-To"], mail["Auto-Submitted"]) == ("Hotel Mar", None, "auto-generated")


async def test_all_of_a_turn_is_one_mail(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    await client(smtp, imap, threads).send(outgoing("uno", "dos"))
    [mail] = smtp.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:3] == ["uno", "", "dos"]


async def test_what_may_have_gone_out_is_looked_for_and_not_sent_again_if_it_is_there(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    way = client(smtp, imap, threads)
    await way.send(outgoing())
    assert await way.send(outgoing(again=True)) == OURS.message_id(7)
    assert len(smtp.mails) == 1


async def test_what_is_not_there_is_sent_again_under_the_same_name(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    way = client(smtp, imap, threads)
    smtp.answers["DATA"].append(LOSE)
    with pytest.raises(SendFailedError) as caught:
        await way.send(outgoing())
    assert caught.value.failure is FailureClass.IN_DOUBT
    await way.send(outgoing(again=True))
    assert [mail["Message-ID"] for mail in smtp.mails] == [OURS.message_id(7)] * 2


async def test_who_cant_look_does_not_send_again(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    imap.away = True
    with pytest.raises(SendFailedError) as caught:
        await client(smtp, imap, threads).send(outgoing(again=True))
    assert (caught.value.failure, smtp.mails) == (FailureClass.RETRY_SOON, [])


async def test_a_mail_that_cant_be_filed_is_sent_all_the_same(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    imap.away = True
    assert await client(smtp, imap, threads).send(outgoing()) == OURS.message_id(7)


async def test_where_the_server_files_by_itself_we_dont(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    await client(smtp, imap, threads, files_sent=False).send(outgoing())
    assert imap.appended == []


async def test_without_the_database_nobody_knows_what_it_answers(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    threads.away = True
    with pytest.raises(SendFailedError) as caught:
        await client(smtp, imap, threads).send(outgoing())
    assert (caught.value.failure, smtp.mails) == (FailureClass.RETRY_SOON, [])


async def test_a_folder_that_is_not_there_is_made(smtp: FakeSmtp, imap: FakeImap, threads: Threads) -> None:
    imap.folders.clear()
    await client(smtp, imap, threads).send(outgoing())
    assert [folder for folder, _ in imap.appended] == [b"Sent"]


async def test_the_folder_that_the_server_marks_goes_before_one_that_is_only_called_so(
    smtp: FakeSmtp, imap: FakeImap, threads: Threads
) -> None:
    imap.folders[b'Sent "old"'] = rb"\HasNoChildren \Sent"
    await client(smtp, imap, threads).send(outgoing())
    assert [folder for folder, _ in imap.appended] == [b'Sent "old"']
