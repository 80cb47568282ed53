import asyncio

import pytest
import structlog

from agente_hotelero.channels.port import FailureClass
from tests.fakes.google import REFRESH_TOKEN, refresh_token_json, service_account_json
from tests.support.virtual_time import over_loopback
from tests.unit.channels.gmail.house import house, no_token


@pytest.mark.parametrize("credentials", [service_account_json(), refresh_token_json()])
async def test_a_token_is_asked_for_once_by_all_who_wait(credentials: str) -> None:
    async with house(credentials=credentials) as one:
        first = await asyncio.gather(*(one.tokens.token() for _ in range(20)))

        assert set(first) == one.google.tokens.good
        assert one.google.tokens.requests == 1


@over_loopback
async def test_a_token_is_used_until_shortly_before_its_end() -> None:
    async with house() as one:
        first = await one.tokens.token()
        await asyncio.sleep(3600 - 301)
        assert await one.tokens.token() == first

        await asyncio.sleep(2)

        assert await one.tokens.token() != first


@pytest.mark.parametrize("lasts", [1, 0, None, "3600", -5])
async def test_a_token_of_a_life_too_short_or_unknown_is_not_asked_for_again_at_once(lasts: object) -> None:
    async with house() as one:
        one.google.tokens.lasts = lasts

        assert await one.tokens.token() == await one.tokens.token()
        assert one.google.tokens.requests == 1


@over_loopback
async def test_a_grant_that_was_refused_is_told_and_google_is_not_hammered() -> None:
    async with house() as one:
        one.google.tokens.refusal = (400, "invalid_grant")
        with structlog.testing.capture_logs() as logs:
            errors = [await no_token(one.tokens) for _ in range(100)]
            await asyncio.sleep(299)
            errors.append(await no_token(one.tokens))

        assert {(error.failure, error.reason) for error in errors} == {(FailureClass.AUTH, "invalid_grant")}
        assert one.google.tokens.requests == 1
        assert [log["event"] for log in logs if log["log_level"] == "error"] == ["grant_refused"]
        assert "not for the log" not in str(logs)


@over_loopback
async def test_a_grant_that_is_good_again_is_found_out_within_minutes() -> None:
    async with house() as one:
        one.google.tokens.refusal = (400, "invalid_grant")
        await no_token(one.tokens)
        one.google.tokens.refusal = None

        await asyncio.sleep(301)

        assert await one.tokens.token() in one.google.tokens.good


@pytest.mark.parametrize("status", [500, 503, 429])
@over_loopback
async def test_a_token_endpoint_that_is_away_passes_and_is_asked_again_soon(status: int) -> None:
    async with house() as one:
        one.google.tokens.refusal = (status, "")
        for _ in range(10):
            error = await no_token(one.tokens)
        assert (error.failure, one.google.tokens.requests) == (FailureClass.RETRY_SOON, 1)
        one.google.tokens.refusal = None

        await asyncio.sleep(6)

        assert await one.tokens.token() in one.google.tokens.good


async def test_what_is_only_busy_passes_though_it_says_400() -> None:
    async with house() as one:
        one.google.tokens.refusal = (400, "temporarily_unavailable")

        assert (await no_token(one.tokens)).failure is FailureClass.RETRY_SOON


@over_loopback
async def test_a_refresh_token_that_is_exchanged_for_another_is_followed_until_it_is_refused() -> None:
    async with house(credentials=refresh_token_json()) as one:
        one.google.tokens.exchanges = True
        await one.tokens.token()
        await asyncio.sleep(3600)
        await one.tokens.token()
        assert one.google.tokens.refreshed == [REFRESH_TOKEN, "1//exchanged 1"]

        one.google.tokens.refusal = (400, "invalid_grant")
        await asyncio.sleep(3600)
        await no_token(one.tokens)
        one.google.tokens.refusal = None
        await asyncio.sleep(301)
        await one.tokens.token()
        assert one.google.tokens.refreshed[-1] == REFRESH_TOKEN, "a person may have made a new one"


async def test_a_token_endpoint_that_cant_be_reached_passes() -> None:
    async with house() as one:
        await one.google.stop()

        assert (await no_token(one.tokens)).failure is FailureClass.RETRY_SOON


async def test_a_service_account_without_the_mailboxs_delegation_is_refused() -> None:
    async with house() as one:
        one.google.tokens.mailbox = "somebody.else@hotel.example"

        assert (await no_token(one.tokens)).failure is FailureClass.AUTH
