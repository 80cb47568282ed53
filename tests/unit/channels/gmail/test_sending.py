import pytest

from agente_hotelero.channels.gmail.sending import GmailOutbox
from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.port import SendFailedError
from tests.support.virtual_time import over_loopback
from tests.unit.channels.gmail.house import House, house

SEND = "users.messages.send"
LIST = "users.messages.list"
ID = "<7.0123456789abcdef0123456789abcdef@m7f3.hotel.example>"
RAW = f"From: reservas@hotel.example\r\nTo: ana@guest.example\r\nMessage-ID: {ID}\r\n\r\nHola".encode()


async def send(one: House, *, again: bool = False, thread: str = "") -> str:
    return await GmailOutbox(gmail=one.gmail).send(RAW, message_id=ID, thread=thread, again=again)


async def failure(one: House, *, again: bool = False) -> Class:
    with pytest.raises(SendFailedError) as failed:
        await send(one, again=again)
    return failed.value.failure


async def test_a_mail_goes_out_byte_for_byte_in_its_thread() -> None:
    async with house() as one:
        asked = one.google.deliver(b"Message-ID: <1@guest.example>\r\n\r\nHola")

        sent = await send(one, thread=asked.thread)

        (kept,) = one.google.sent
        assert (kept.id, kept.raw, kept.thread) == (sent, RAW, asked.thread)
        assert one.google.calls[LIST] == 0


async def test_a_thread_that_is_gone_doesnt_keep_the_mail() -> None:
    async with house() as one:
        await send(one, thread="19a000000000dead")

        assert [kept.raw for kept in one.google.sent] == [RAW]


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

        sent = await send(one)

        assert [kept.id for kept in one.google.sent] == [sent]


@over_loopback
async def test_a_lost_answer_that_the_search_doesnt_explain_is_in_doubt_and_later_found() -> None:
    async with house() as one:
        one.google.drop(SEND, accepting=True, times=1)
        one.google.unsearchable = True
        assert await failure(one) is Class.IN_DOUBT
        one.google.unsearchable = False

        sent = await send(one, again=True)

        assert [kept.id for kept in one.google.sent] == [sent]


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
