from typing import Any

import pytest

from agente_hotelero.channels.gmail.checkup import PUBLISHER, Expected, examine
from agente_hotelero.channels.gmail.hints import Pusher
from agente_hotelero.channels.gmail.keys import Keys
from agente_hotelero.model.findings import Finding, Grade
from tests.fakes.gmail import ADDRESS, TOPIC
from tests.fakes.google import AUDIENCE, PUSH_ACCOUNT, refresh_token_json, service_account_json
from tests.support.virtual_time import over_loopback
from tests.unit.channels.gmail.house import House, house, read_once, time

SITE = "https://chat.hotel.example"


def expected(**changed: Any) -> Expected:
    pusher = Pusher(audience=AUDIENCE, service_account=PUSH_ACCOUNT)
    known = {"address": ADDRESS, "topic": TOPIC, "pusher": pusher, "authserv_ids": ("mx.google.com",), "site": SITE}
    return Expected(**{**known, **changed})


async def findings(one: House, *, credentials: str | None = None, **changed: Any) -> list[Finding]:
    keys = Keys(session=one.session, url=one.google.keys_url, clock=time)
    read = read_once(credentials or service_account_json())
    what = examine(one.gmail, tokens=one.tokens, credentials=read, keys=keys, expected=expected(**changed))
    return [finding async for finding in what]


def to_fix(found: list[Finding]) -> str:
    return "\n".join(finding.words for finding in found if finding.grade is Grade.FIX)


async def test_a_mailbox_that_is_ready_is_all_right_and_sent_nothing() -> None:
    async with house() as one:
        found = await findings(one)

        assert {finding.grade for finding in found} == {Grade.FINE}
        assert len(found) == 6
        assert one.google.sent == []


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("unauthorized_client", "Domain-wide delegation, client id 100000000000000000001"),
        ("invalid_grant", "is there such a user"),
    ],
)
async def test_a_refused_service_account_is_explained(word: str, words: str) -> None:
    async with house() as one:
        one.google.tokens.refusal = (401, word)

        found = await findings(one)

        assert words in to_fix(found)
        assert found[-1].grade is Grade.FIX
        assert one.google.calls.total() == 0


async def test_a_refused_refresh_token_is_explained() -> None:
    async with house(credentials=refresh_token_json()) as one:
        one.google.tokens.refusal = (400, "invalid_grant")

        assert "grant it anew" in to_fix(await findings(one, credentials=refresh_token_json()))


async def test_a_token_endpoint_that_is_away_is_told_as_that() -> None:
    async with house() as one:
        one.google.tokens.refusal = (503, "")

        assert "AGENTE_GMAIL__OAUTH_URL" in to_fix(await findings(one))


@pytest.mark.parametrize(
    ("method", "status", "reason", "words"),
    [
        ("users.getProfile", 403, "insufficientPermissions", "lacks the scope"),
        ("users.getProfile", 403, "accessNotConfigured", "Gmail API is not enabled"),
        ("users.getProfile", 400, "failedPrecondition", "user with a licence"),
        ("users.getProfile", 403, None, "does not let us in"),
        ("users.watch", 403, "forbidden", f"give {PUBLISHER} the role"),
        ("users.watch", 404, "notFound", f"no topic {TOPIC}"),
        ("users.watch", 400, "invalidArgument", "in the project of these credentials"),
        ("users.watch", 403, "insufficientPermissions", "lacks the scope"),
    ],
)
async def test_what_gmail_refuses_is_explained(method: str, status: int, reason: str | None, words: str) -> None:
    async with house() as one:
        one.google.fail(method, status=status, reason=reason)

        assert words in to_fix(await findings(one))


@over_loopback
async def test_a_gmail_that_fails_is_no_fault_of_the_topics() -> None:
    async with house() as one:
        one.google.fail("users.watch", status=503)

        assert "could not be told to watch" in to_fix(await findings(one))


async def test_credentials_of_another_mailbox_are_told() -> None:
    async with house() as one:
        one.google.address = "otro@hotel.example"

        assert "these credentials open otro@hotel.example" in to_fix(await findings(one))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"topic": None, "pusher": None}, "no topic"),
        ({"site": None}, "AGENTE_HTTP__PUBLIC_URL is absent"),
        ({"site": "https://elsewhere.example"}, "https://elsewhere.example/webhooks/gmail"),
        ({"authserv_ids": ("mx.hotel.example",)}, "no sender will be believed"),
    ],
)
async def test_what_works_and_may_not_be_meant_is_noted(changed: dict[str, Any], words: str) -> None:
    async with house() as one:
        found = await findings(one, **changed)

        assert to_fix(found) == ""
        assert words in "\n".join(finding.words for finding in found if finding.grade is Grade.NOTE)


async def test_the_publisher_is_not_taken_for_the_pusher() -> None:
    async with house() as one:
        found = await findings(one, pusher=Pusher(audience=AUDIENCE, service_account=PUBLISHER))

        assert "only publishes" in to_fix(found)


async def test_keys_that_cant_be_read_are_told() -> None:
    async with house() as one:
        one.google.keys.status = 500

        assert "no push can be verified" in to_fix(await findings(one))
