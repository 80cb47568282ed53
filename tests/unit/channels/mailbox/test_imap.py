"""What servers of many makes answer, and what is made of it: mails, or an outage, and never a hang or a crash."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from agente_hotelero.channels.mailbox.access import Access, Server
from agente_hotelero.channels.mailbox.imap import LITERAL_LIMIT_BYTES, MailboxAwayError, MailboxRefusesError
from agente_hotelero.channels.mailbox.source import ImapSource
from tests.fakes.imap import FakeImap


@pytest.fixture
async def imap() -> AsyncIterator[FakeImap]:
    async with FakeImap() as server:
        yield server


def source(server: FakeImap, *, user: str = "a", password: str = "b") -> ImapSource:
    here = Server(host="127.0.0.1", port=server.port, security="none")
    access = Access(imap=here, smtp=here, user=user, password=password)
    return ImapSource(access, now=lambda: datetime(2030, 5, 6, tzinfo=UTC))


async def test_names_and_secrets_are_quoted_and_make_no_command_of_their_own(imap: FakeImap) -> None:
    inbox = source(imap, user='a"b', password='c\\d\r\nA9 DELETE "INBOX"')
    await inbox.catch_up(None)
    assert imap.heard[0] == rb'LOGIN "a\"b" "c\\dA9 DELETE \"INBOX\""'
    await inbox.close()


async def test_the_last_mail_is_not_new_because_a_star_means_it(imap: FakeImap) -> None:
    imap.inbox = {3: b"old"}
    inbox = source(imap)
    assert (await inbox.catch_up("7:3")).mails == ()
    await inbox.close()


async def test_mails_come_in_the_order_of_their_numbers_and_those_that_are_gone_are_passed_over(imap: FakeImap) -> None:
    imap.inbox = {5: b"five", 4: b"four"}
    imap.answers[b"UID SEARCH"].append(b"* SEARCH 6 5 4\r\n%b OK\r\n")
    inbox = source(imap)
    caught = await inbox.catch_up("7:3")
    assert ([mail.raw for mail in caught.mails], caught.cursor) == ([b"four", b"five"], "7:6")
    await inbox.close()


async def test_one_mail_that_its_server_cant_give_keeps_back_no_other(imap: FakeImap) -> None:
    imap.inbox = {4: b"four", 5: b"five"}
    refusal = b"%b NO broken\r\n"
    imap.answers[b"UID FETCH"].extend([refusal, refusal])
    inbox = source(imap)
    caught = await inbox.catch_up("7:3")
    assert [mail.raw for mail in caught.mails] == [b"", b"five"], "an empty one, for a person to look at"
    await inbox.close()


async def test_an_empty_mail_is_a_mail(imap: FakeImap) -> None:
    imap.inbox = {4: b""}
    imap.answers[b"UID FETCH"].append(b'* 1 FETCH (BODY[]<0> "" UID 4)\r\n%b OK\r\n')
    inbox = source(imap)
    assert [mail.raw for mail in (await inbox.catch_up("7:3")).mails] == [b""]
    await inbox.close()


async def test_news_during_the_search_is_news(imap: FakeImap) -> None:
    imap.answers[b"UID SEARCH"].append(b"* SEARCH\r\n* 4 EXISTS\r\n%b OK\r\n")
    inbox = source(imap)
    await inbox.catch_up("7:3")
    await inbox.wait(3600)
    await inbox.close()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"LOGIN", b"* BYE too many\r\n"),
        (b"EXAMINE", b"%b NO away\r\n"),
        (b"EXAMINE", b"%b OK without a number\r\n"),
        (b"UID SEARCH", b"%b BAD what\r\n"),
        (b"UID SEARCH", b"* BYE restarting\r\n"),
        (b"UID FETCH", b"* 1 FETCH (UID 4 BODY[] {%d}\r\n" % (LITERAL_LIMIT_BYTES + 1)),
        (b"UID FETCH", b"x" * 1_100_000),
    ],
)
async def test_whatever_a_server_says_instead_is_an_outage(imap: FakeImap, command: bytes, answer: bytes) -> None:
    imap.inbox = {4: b"four"}
    imap.answers[command].append(answer)
    inbox = source(imap)
    with pytest.raises(MailboxAwayError):
        await inbox.catch_up("7:3")
    assert [mail.raw for mail in (await inbox.catch_up("7:3")).mails] == [b"four"], "the next time it is there again"
    await inbox.close()


async def test_a_refused_login_is_told_from_an_outage(imap: FakeImap) -> None:
    imap.answers[b"LOGIN"].append(b"%b NO [AUTHENTICATIONFAILED] no\r\n")
    with pytest.raises(MailboxRefusesError):
        await source(imap).catch_up(None)


@pytest.mark.parametrize("cursor", ["", "nonsense", "7", "7:x"])
async def test_a_cursor_that_is_none_begins_from_now_on(imap: FakeImap, cursor: str) -> None:
    imap.inbox = {4: b"four"}
    inbox = source(imap)
    assert (await inbox.catch_up(cursor)).cursor == "7:4"
    await inbox.close()


@pytest.mark.parametrize("answer", [b"%b BAD unknown\r\n", b"%b OK go on\r\nA2 OK in\r\nA3 OK all\r\n"])
async def test_without_encryption_there_is_no_password_whatever_somebody_on_the_way_says(
    imap: FakeImap, answer: bytes
) -> None:
    imap.answers[b"STARTTLS"].append(answer)
    server = Server(host="127.0.0.1", port=imap.port, security="starttls")
    inbox = ImapSource(Access(imap=server, smtp=server, user="a", password="b"), now=lambda: datetime.now(UTC))
    with pytest.raises(MailboxAwayError):
        await inbox.catch_up(None)
    assert b"LOGIN" not in b"".join(imap.heard)


@pytest.mark.parametrize("size", [0, 5, 10, 20, 25])
async def test_a_whole_mail_comes_in_pieces_up_to_its_end(
    size: int, imap: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agente_hotelero.channels.mailbox.imap.PIECE_BYTES", 10)
    imap.inbox = {3: b"other", 4: bytes(range(size))}
    inbox = source(imap)
    assert await inbox.whole("7:4", limit_bytes=100) == bytes(range(size))
    assert await inbox.whole("7:4", limit_bytes=12) == bytes(range(size))[:12]
    await inbox.close()


async def test_a_whole_mail_that_is_gone_or_not_given_is_none_and_an_outage_is_one(imap: FakeImap) -> None:
    imap.inbox = {4: b"four"}
    inbox = source(imap)
    for name in ("7:5", "8:4", "18f0a", ""):
        assert await inbox.whole(name, limit_bytes=100) is None
    imap.answers[b"UID FETCH"].append(b"%b NO broken\r\n")
    assert await inbox.whole("7:4", limit_bytes=100) is None
    imap.answers[b"UID FETCH"].append(b"* 1 FETCH (UID 4 BODY[]<0> {4}\r\nfour)\r\n%b OK done\r\n")
    assert await inbox.whole("7:4", limit_bytes=2) == b"four", "a server that knows no pieces"
    await inbox.close()
    imap.away = True
    with pytest.raises(MailboxAwayError):
        await inbox.whole("7:4", limit_bytes=100)
