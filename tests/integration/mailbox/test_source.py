"""A real mailbox, read by our own client: what is new, once, whatever it was renumbered or cut off."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from agente_hotelero.channels.mail.files import files_of
from agente_hotelero.channels.mail.mime import RAW_LIMIT_BYTES
from agente_hotelero.channels.mailbox.access import Access, Security, Server
from agente_hotelero.channels.mailbox.imap import MailboxAwayError, MailboxRefusesError
from agente_hotelero.channels.mailbox.sent import SentFolder
from agente_hotelero.channels.mailbox.source import MAIL_LIMIT_BYTES, ImapSource
from agente_hotelero.model.mail import Caught
from tests.support.dovecot import PASSWORD, ImapBox, needs_dovecot
from tests.support.mail_guest import written

pytestmark = [pytest.mark.timeout(120), needs_dovecot]


def now() -> datetime:
    return datetime.now(UTC)


def access(server: ImapBox) -> Access:
    here = Server(host="127.0.0.1", port=server.port, security="none")
    return Access(imap=here, smtp=here, user=server.user, password=PASSWORD)


def subjects(caught: Caught) -> list[str]:
    lines = [line for mail in caught.mails for line in mail.raw.splitlines() if line.startswith(b"Subject: ")]
    return [line.decode().removeprefix("Subject: ") for line in lines]


async def deliver(server: ImapBox, *subjects: str) -> None:
    for subject in subjects:
        await server.deliver(written("hola", subject=subject))


async def test_the_life_of_a_mailbox(imap: ImapBox) -> None:
    await deliver(imap, "from before")
    source = ImapSource(access(imap), now=now, portion=2)
    begin = await source.catch_up(None)
    assert (begin.mails, begin.more) == ((), False)

    await deliver(imap, "one", "two", "three")
    first = await source.catch_up(begin.cursor)
    assert (subjects(first), first.more) == (["one", "two"], True)
    assert subjects(await source.catch_up(begin.cursor)) == ["one", "two"], "asked again it gives the same again"
    second = await source.catch_up(first.cursor)
    assert (subjects(second), second.more) == (["three"], False)
    assert (await source.catch_up(second.cursor)).mails == ()

    waiting = asyncio.create_task(source.wait(60))
    await asyncio.sleep(0)
    await deliver(imap, "four")
    await asyncio.wait_for(waiting, 30)
    third = await source.catch_up(second.cursor)
    assert subjects(third) == ["four"]

    huge = EmailMessage()
    huge["Subject"] = "huge"
    huge.set_content("x" * 70 + "\n")
    huge.add_attachment(b"\0" * 2 * MAIL_LIMIT_BYTES, maintype="image", subtype="png", filename="big.png")
    await imap.deliver(huge)
    cut = await source.catch_up(third.cursor)
    assert (subjects(cut), len(cut.mails[0].raw)) == (["huge"], MAIL_LIMIT_BYTES)
    reader = ImapSource(access(imap), now=now)
    whole = await reader.whole(cut.mails[0].provider_id, limit_bytes=RAW_LIMIT_BYTES)
    assert whole is not None
    [file] = files_of(whole, most_bytes=RAW_LIMIT_BYTES)
    assert (file.name, file.content) == ("big.png", b"\0" * 2 * MAIL_LIMIT_BYTES)
    assert await reader.whole("1:4", limit_bytes=100) is None, "of another numbering"
    assert await reader.whole(f"{cut.cursor.partition(':')[0]}:999", limit_bytes=100) is None, "never there, or gone"
    await reader.close()

    await source.close()
    other = ImapSource(access(imap), now=now)
    assert subjects(await other.catch_up(begin.cursor))[:3] == ["one", "two", "three"], (
        "a new one goes on by the cursor"
    )
    await other.close()

    await imap.renumber()
    again = await other.catch_up(cut.cursor)
    assert subjects(again) == ["from before", "one", "two", "three", "four", "huge"]
    later = ImapSource(access(imap), now=lambda: now() + timedelta(days=30))
    assert (await later.catch_up(cut.cursor)).mails == (), "what is older than what is known to be stored stays unread"
    await other.close()
    await later.close()


async def test_reading_leaves_mails_unread(imap: ImapBox) -> None:
    source = ImapSource(access(imap), now=now)
    begin = await source.catch_up(None)
    await deliver(imap, "unread")
    assert subjects(await source.catch_up(begin.cursor)) == ["unread"]
    await source.close()
    assert await imap.unseen() > 0


async def test_who_is_let_go_in_the_middle_of_waiting_reads_on_by_a_new_connection(imap: ImapBox) -> None:
    source = ImapSource(access(imap), now=now)
    begin = await source.catch_up(None)
    waiting = asyncio.create_task(source.wait(60))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await deliver(imap, "after")
    assert subjects(await source.catch_up(begin.cursor)) == ["after"]
    await source.close()


async def test_silence_ends_with_its_time(imap: ImapBox) -> None:
    source = ImapSource(access(imap), now=now)
    begin = await source.catch_up(None)
    await source.wait(0.05)
    await deliver(imap, "on the same connection")
    assert subjects(await source.catch_up(begin.cursor)) == ["on the same connection"]
    await source.close()


async def test_a_wrong_password_is_tried_again_much_later(imap: ImapBox) -> None:
    wrong = replace(access(imap), password="wrong")
    with pytest.raises(MailboxRefusesError) as caught:
        await ImapSource(wrong, now=now).catch_up(None)
    assert caught.value.retry_after_seconds == 600


async def test_a_token_that_the_server_does_not_take_is_refused(imap: ImapBox) -> None:
    with pytest.raises(MailboxRefusesError):
        await ImapSource(replace(access(imap), token="expired"), now=now).catch_up(None)


async def test_what_was_sent_is_filed_where_the_server_says_and_found_there(imap: ImapBox) -> None:
    folder = SentFolder(access(imap))
    mail = written("adiós", subject="sent")
    assert not await folder.has(mail["Message-ID"])
    await folder.file(mail.as_bytes())
    assert await folder.has(mail["Message-ID"])
    assert any(mail["Message-ID"].encode() in raw for raw in await imap.mails("Enviados"))


async def test_a_server_that_is_away_is_away() -> None:
    nowhere = Server(host="127.0.0.1", port=1, security="none")
    with pytest.raises(MailboxAwayError):
        await ImapSource(Access(imap=nowhere, smtp=nowhere, user="a", password="b"), now=now).catch_up(None)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_an_encrypted_mailbox_is_read_by_its_certificate_and_by_none_that_nobody_signed(
    imap: ImapBox, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = imap.tls_port if security == "tls" else imap.port
    way = replace(access(imap), imap=Server(host="localhost", port=port, security=security))
    with pytest.raises(MailboxAwayError):
        await ImapSource(way, now=now).catch_up(None)
    monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    source = ImapSource(way, now=now)
    begin = await source.catch_up(None)
    await deliver(imap, "encrypted")
    assert subjects(await source.catch_up(begin.cursor)) == ["encrypted"]
    await source.close()
