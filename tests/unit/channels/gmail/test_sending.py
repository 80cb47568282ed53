import pytest

from agente_hotelero.channels.gmail.sending import GmailClient
from agente_hotelero.channels.mail.writing import Sender, Writer
from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.port import Outgoing, SendFailedError
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import Text
from tests.support.virtual_time import over_loopback
from tests.unit.channels.gmail.house import House, house
from tests.unit.channels.mail.mails import NOW, OURS

SEND = "users.messages.send"
LIST = "users.messages.list"
ID = OURS.message_id(7)
SENDER = Sender(address="reservas@hotel.example", name="Hotel Demo", signature="", language="es")


class Threads:
    def __init__(self, head: Letterhead | None) -> None:
        self.head = head
        self.away = False

    async def answered(self, outbox_id: int) -> Letterhead | None:
        if self.away:
            raise StorageUnavailableError("Postgres")
        return self.head


def client(one: House, threads: Threads) -> GmailClient:
    writer = Writer(sender=SENDER, ours=OURS, threads=threads, site=lambda: None, now=lambda: NOW)
    return GmailClient(gmail=one.gmail, writer=writer)


async def send(one: House, *, again: bool = False, head: Letterhead | None = None) -> str:
    message = Outgoing(
        outbox_id=7, address="ana@guest.example", message=Text(body="Hola"), interactive=False, again=again
    )
    return await client(one, Threads(head)).send(message)


async def failure(one: House, *, again: bool = False) -> Class:
    with pytest.raises(SendFailedError) as failed:
        await send(one, again=again)
    return failed.value.failure


async def test_an_answer_goes_out_in_the_guests_thread_by_our_message_id() -> None:
    async with house() as one:
        asked = one.google.deliver(b"Message-ID: <1@guest.example>\r\n\r\nHola")
        head = Letterhead(message_id="<1@guest.example>", subject="Reserva", thread=asked.thread)

        assert await send(one, head=head) == ID

        (kept,) = one.google.sent
        assert kept.thread == asked.thread
        names = ("Message-ID", "In-Reply-To", "Subject", "To")
        assert [kept.header(name) for name in names] == [ID, "<1@guest.example>", "Re: Reserva", "ana@guest.example"]
        assert one.google.calls[LIST] == 0


async def test_a_thread_that_is_gone_doesnt_keep_the_mail() -> None:
    async with house() as one:
        await send(one, head=Letterhead(message_id="<1@guest.example>", thread="19a000000000dead"))

        assert [kept.header("In-Reply-To") for kept in one.google.sent] == ["<1@guest.example>"]


async def test_while_it_cant_be_told_what_is_answered_nothing_goes_out() -> None:
    async with house() as one:
        threads = Threads(None)
        threads.away = True
        message = Outgoing(outbox_id=7, address="ana@guest.example", message=Text(body="Hola"), interactive=False)

        with pytest.raises(SendFailedError) as failed:
            await client(one, threads).send(message)

        assert (failed.value.failure, one.google.sent) == (Class.RETRY_SOON, [])


@pytest.mark.parametrize("how", ["dropped", "failed", "unreadable"])
@over_loopback
async def test_a_lost_answer_of_a_mail_that_went_out_is_found_by_its_message_id(how: str) -> None:
    async with house() as one:
        match how:
            case "dropped":
                one.google.drop(SEND, accepting=True)
            case "failed":
                one.google.fail(SEND, status=503, accepting=True)
            case _:
                one.google.fail(SEND, status=200, body=b"<html>", accepting=True)

        await send(one)

        assert [kept.header("Message-ID") for kept in one.google.sent] == [ID]


@over_loopback
async def test_a_lost_answer_that_the_search_doesnt_explain_is_in_doubt_and_later_found() -> None:
    async with house() as one:
        one.google.drop(SEND, accepting=True, times=1)
        one.google.unsearchable = True
        assert await failure(one) is Class.IN_DOUBT
        one.google.unsearchable = False

        await send(one, again=True)

        assert [kept.header("Message-ID") for kept in one.google.sent] == [ID]


async def test_a_mail_in_doubt_that_never_went_out_is_sent_after_the_search() -> None:
    async with house() as one:
        one.google.drop(SEND, times=1)
        assert await failure(one) is Class.IN_DOUBT

        await send(one, again=True)

        assert len(one.google.sent) == 1


@over_loopback
async def test_while_the_search_is_away_nothing_is_sent_again() -> None:
    async with house() as one:
        one.google.fail(LIST, status=503)

        assert await failure(one, again=True) is Class.RETRY_SOON
        assert one.google.calls[SEND] == 0


@over_loopback
async def test_an_answer_that_never_comes_is_in_doubt() -> None:
    async with house(timeout_seconds=20) as one:
        one.google.hang(SEND)

        assert await failure(one) is Class.IN_DOUBT


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "rateLimitExceeded", Class.RATE_LIMITED),
        (429, "userRateLimitExceeded", Class.RATE_LIMITED),
        (403, "insufficientPermissions", Class.AUTH),
        (400, "invalidArgument", Class.OUR_BUG),
    ],
)
async def test_what_google_refused_was_not_sent_and_is_not_searched_for(
    status: int, reason: str, expected: Class
) -> None:
    async with house() as one:
        one.google.fail(SEND, status=status, reason=reason)

        assert await failure(one) is expected
        assert one.google.calls[LIST] == 0


async def test_a_refused_grant_stops_the_account_with_nothing_sent() -> None:
    async with house() as one:
        one.google.tokens.refusal = (400, "invalid_grant")

        assert await failure(one) is Class.AUTH
        assert one.google.calls[SEND] == 0


async def test_a_token_endpoint_that_fails_is_no_doubt_about_the_mail() -> None:
    async with house() as one:
        one.google.tokens.refusal = (503, "")

        assert await failure(one) is Class.RETRY_SOON
