import asyncio
import traceback

import pytest

from agente_hotelero.channels.port import FailureClass as Class
from tests.fakes.gmail import TOPIC
from tests.support.virtual_time import clock, over_loopback
from tests.unit.channels.gmail.house import error_of, house


async def test_a_mailbox_is_watched_with_the_letters_that_google_knows() -> None:
    async with house() as one:
        reached, until = await one.gmail.watch(TOPIC)

        assert reached == one.google.history_id
        assert until > 1_700_000_000
        assert one.google.watches == [{"topicName": TOPIC, "labelIds": ["INBOX"], "labelFilterBehavior": "include"}]
        await one.gmail.stop()
        assert one.google.watches == []


async def test_the_profile_tells_whose_mailbox_it_is_and_how_far_it_has_come() -> None:
    async with house() as one:
        assert await one.gmail.profile() == (one.google.address, one.google.history_id)


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "rateLimitExceeded", Class.RATE_LIMITED),
        (403, "userRateLimitExceeded", Class.RATE_LIMITED),
        (429, "rateLimitExceeded", Class.RATE_LIMITED),
        (429, None, Class.RATE_LIMITED),
        (403, "dailyLimitExceeded", Class.RATE_LIMITED),
        (403, "insufficientPermissions", Class.AUTH),
        (403, "accessNotConfigured", Class.AUTH),
        (403, None, Class.AUTH),
        (400, "failedPrecondition", Class.AUTH),
        (400, "invalidArgument", Class.OUR_BUG),
        (404, "notFound", Class.OUR_BUG),
        (500, "backendError", Class.RETRY_SOON),
        (503, None, Class.RETRY_SOON),
        (307, None, Class.RETRY_SOON),
    ],
)
async def test_a_refusal_is_named_by_what_to_do(status: int, reason: str | None, expected: Class) -> None:
    async with house() as one:
        one.google.fail(status=status, reason=reason)

        error = await error_of(one.gmail.send(b"mail", ""))

        assert (error.failure, error.status, error.reason) == (expected, status, reason or "")
        assert "not for the log" not in str(error)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"error": 7}', b'{"error": {"errors": 7, "details": [7, {"reason": 7}]}}', b"\xff",
     b'{"error": {"errors": [{"reason": "mail of ana@guest.example is late"}]}}'],
)  # fmt: skip
async def test_an_answer_that_explains_nothing_is_named_by_its_status(body: bytes) -> None:
    async with house() as one:
        one.google.fail(status=429, body=body)

        error = await error_of(one.gmail.send(b"mail", ""))

        assert (error.failure, error.reason) == (Class.RATE_LIMITED, "")


async def test_a_reason_in_googles_newer_words_is_known_too() -> None:
    async with house() as one:
        one.google.fail(status=403, body=b'{"error": {"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}')

        assert (await error_of(one.gmail.send(b"mail", ""))).reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


@pytest.mark.parametrize(("status", "reason"), [(403, "userRateLimitExceeded"), (429, None), (503, None)])
@over_loopback
async def test_reading_is_tried_again_later_and_later_and_then_given_up(status: int, reason: str | None) -> None:
    async with house() as one:
        one.google.fail(status=status, reason=reason)

        await error_of(one.gmail.profile())

        assert one.google.calls["users.getProfile"] == 5
        assert clock() == pytest.approx(1.5 + 2.5 + 4.5 + 8.5, abs=0.5)


@pytest.mark.parametrize("times", [1, 4])
@over_loopback
async def test_reading_goes_on_where_it_was_only_a_moment(times: int) -> None:
    async with house() as one:
        one.google.fail(status=503, times=times)

        address, _ = await one.gmail.profile()

        assert address == one.google.address


@over_loopback
async def test_a_wait_that_google_asks_for_is_kept_by_every_call() -> None:
    async with house() as one:
        one.google.fail(status=429, retry_after=20, times=1)

        first = asyncio.create_task(one.gmail.profile())
        await asyncio.sleep(1)
        await one.gmail.find("<1@hotel.example>")

        assert 20 <= clock() <= 23
        await first


@over_loopback
async def test_the_end_of_a_sending_cap_is_read_off_googles_sentence() -> None:
    async with house() as one:
        said = "User-rate limit exceeded.  Retry after 2126-03-12T19:45:54.277Z"
        one.google.fail(status=429, reason="userRateLimitExceeded", message=said)

        error = await error_of(one.gmail.send(b"mail", ""))

        assert (error.failure, error.retry_after_seconds) == (Class.RATE_LIMITED, 3600.0)


async def test_a_token_that_google_refuses_before_its_time_is_replaced_once() -> None:
    async with house() as one:
        await one.gmail.profile()
        one.google.tokens.revoke()

        await one.gmail.profile()

        assert one.google.tokens.requests == 2
        one.google.fail(status=401, reason="authError")
        assert (await error_of(one.gmail.profile())).failure is Class.AUTH
        assert one.google.tokens.requests == 3


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    async with house() as one:
        one.google.fail("users.messages.send", status=307, location="/gmail/v1/users/me/profile")

        assert (await error_of(one.gmail.send(b"mail", ""))).status == 307
        assert one.google.calls["users.getProfile"] == 0


async def test_no_error_shows_the_token() -> None:
    async with house() as one:
        token = await one.tokens.token()
        one.google.drop("users.messages.send", times=1)
        lost = await error_of(one.gmail.send(b"mail", ""))
        await one.google.stop()
        unreached = await error_of(one.gmail.send(b"mail", ""))

        assert (lost.failure, unreached.failure) == (Class.IN_DOUBT, Class.RETRY_SOON)
        for error in (lost, unreached):
            assert token not in "".join(traceback.format_exception(error))


@over_loopback
async def test_sends_keep_to_the_minutes_units() -> None:
    async with house(per_minute=600) as one:
        await asyncio.gather(*(one.gmail.send(b"Subject: x\r\n\r\nx", "") for _ in range(9)))

        # Three at once, then one each 20 seconds.
        assert clock() >= 115
        assert one.google.calls["users.messages.send"] == 9
