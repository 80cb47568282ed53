"""What a mail server answers, by what can be done about it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from agente_hotelero.channels.mailbox.access import Access, Fixed, Server
from agente_hotelero.channels.mailbox.smtp import deliver
from agente_hotelero.channels.port import FailureClass, SendFailedError
from tests.fakes.mail import FakeTokenSource
from tests.fakes.smtp import LOSE, FakeSmtp

PASSWORD = "secret-of-the-mailbox"
MAIL = b"From: reservas@hotel.example\r\nTo: ana@guest.example\r\n\r\nhola\r\n.una linea con punto\r\n"


@pytest.fixture
async def server() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp(password=PASSWORD) as server:
        yield server


def access(port: int, *, password: str = PASSWORD, token: str | None = None) -> Access:
    here = Server(host="127.0.0.1", port=port, security="none")
    tokens = None if token is None else Fixed(token)
    return Access(imap=here, smtp=here, user="reservas@hotel.example", password=password, tokens=tokens)


async def send(way: Access) -> None:
    await deliver(MAIL, access=way, sender="reservas@hotel.example", recipient="ana@guest.example")


async def test_a_mail_arrives_as_it_was_written(server: FakeSmtp) -> None:
    await send(access(server.port))
    assert server.raw == [MAIL.removesuffix(b"\r\n")]
    assert server.recipients == ["ana@guest.example"]


async def test_a_token_opens_the_door_as_a_password_does(server: FakeSmtp) -> None:
    await send(access(server.port, password="", token=PASSWORD))
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("CONNECT", "421 4.3.2 busy", FailureClass.RATE_LIMITED),
        ("CONNECT", "554 5.7.1 we do not talk with you", FailureClass.AUTH),
        ("AUTH", "535 5.7.8 wrong", FailureClass.AUTH),
        ("AUTH", "454 4.7.0 later", FailureClass.RETRY_SOON),
        ("MAIL", "451 4.3.0 too many from you", FailureClass.RATE_LIMITED),
        ("MAIL", "550 5.7.1 not your address", FailureClass.AUTH),
        ("MAIL", "501 5.1.7 bad syntax", FailureClass.OUR_BUG),
        ("RCPT", "450 4.2.0 greylisted", FailureClass.DEFERRED),
        ("RCPT", "421 4.7.0 closing", FailureClass.RATE_LIMITED),
        ("RCPT", "550 5.1.1 no such user", FailureClass.RECIPIENT),
        ("RCPT", "552 5.2.2 mailbox full", FailureClass.RECIPIENT),
        ("RCPT", "554 5.7.1 Relay access denied", FailureClass.AUTH),
        ("RCPT", "501 5.1.3 bad syntax", FailureClass.OUR_BUG),
        ("DATA", "451 4.7.1 try later", FailureClass.DEFERRED),
        ("DATA", "554 5.7.1 looks like spam", FailureClass.QUALITY),
        ("DATA", "500 what", FailureClass.OUR_BUG),
        ("MAIL", LOSE, FailureClass.RETRY_SOON),
        ("RCPT", LOSE, FailureClass.RETRY_SOON),
        ("CONNECT", LOSE, FailureClass.RETRY_SOON),
        ("DATA", LOSE, FailureClass.IN_DOUBT),
    ],
)
async def test_an_answer_says_what_can_be_done(
    server: FakeSmtp, command: str, answer: str, failure: FailureClass
) -> None:
    server.answers[command].append(answer)
    with pytest.raises(SendFailedError) as caught:
        await send(access(server.port))
    assert caught.value.failure is failure
    assert caught.value.code == (None if answer == LOSE else int(answer[:3]))
    assert caught.value.__cause__ is None, "a server's words may quote addresses"
    assert len(server.mails) == (failure is FailureClass.IN_DOUBT)


async def test_a_server_that_is_away_is_asked_again(server: FakeSmtp) -> None:
    way = access(server.port)
    await server.__aexit__()
    with pytest.raises(SendFailedError) as caught:
        await send(way)
    assert caught.value.failure is FailureClass.RETRY_SOON


@pytest.mark.parametrize("token", [None, "another"])
async def test_a_wrong_secret_stops_the_account(server: FakeSmtp, token: str | None) -> None:
    with pytest.raises(SendFailedError) as caught:
        await send(access(server.port, password="wrong", token=token))
    assert caught.value.failure is FailureClass.AUTH
    assert server.mails == []


async def test_a_token_that_was_ended_before_its_time_is_exchanged_at_the_door(server: FakeSmtp) -> None:
    tokens = FakeTokenSource("ended", PASSWORD)
    await send(replace(access(server.port), tokens=tokens))
    assert len(server.mails) == 1
    assert server.heard.count("AUTH") == 2


async def test_two_tokens_that_are_refused_are_enough(server: FakeSmtp) -> None:
    with pytest.raises(SendFailedError) as caught:
        await send(replace(access(server.port), tokens=FakeTokenSource("ended", "ended too", PASSWORD)))
    assert (caught.value.failure, server.heard.count("AUTH")) == (FailureClass.AUTH, 2)


@pytest.mark.parametrize("failure", [FailureClass.AUTH, FailureClass.RETRY_SOON])
async def test_whoever_gives_no_token_says_what_can_be_done(server: FakeSmtp, failure: FailureClass) -> None:
    tokens = FakeTokenSource(failure=failure)
    with pytest.raises(SendFailedError) as caught:
        await send(replace(access(server.port), tokens=tokens))
    assert (caught.value.failure, server.mails) == (failure, [])


async def test_a_password_never_goes_to_a_server_that_offers_no_encryption() -> None:
    async with FakeSmtp(password=PASSWORD) as server:
        way = access(server.port)
        here = Server(host="127.0.0.1", port=server.port, security="starttls")
        with pytest.raises(SendFailedError) as caught:
            await send(Access(imap=way.imap, smtp=here, user=way.user, password=PASSWORD))
    assert caught.value.failure is FailureClass.AUTH
    assert "AUTH" not in server.heard
