"""`whatsapp check`: what is in order, what is not, and what to do about it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from agente_hotelero.channels.whatsapp.checkup import Graph, Number, examine
from agente_hotelero.model.findings import Finding, Grade
from tests.fakes.meta import ACCOUNT, NUMBER, REFUSED_TOKEN, SECRET, TOKEN, FakeMeta

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OURS = Number(phone_number_id=NUMBER, access_token=TOKEN, app_secrets=(SECRET,))


@pytest.fixture
async def meta() -> AsyncIterator[FakeMeta]:
    async with FakeMeta() as meta:
        yield meta


async def findings(meta: FakeMeta, number: Number = OURS, *, url: str | None = None) -> list[Finding]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        return [one async for one in examine(Graph(session, base_url=url or meta.url), number, now=NOW)]


def words(found: list[Finding], grade: Grade) -> list[str]:
    return [one.words for one in found if one.grade is grade]


async def test_a_number_in_order_is_said_to_be_so(meta: FakeMeta) -> None:
    found = await findings(meta)

    assert {one.grade for one in found} == {Grade.FINE}
    said = "\n".join(words(found, Grade.FINE))
    for part in ("Hotel Demo del Parque", "/webhooks/whatsapp", "does not expire", "app secret 1", ACCOUNT):
        assert part in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (REFUSED_TOKEN, "not valid"),
        ({"message": "no", "code": 10}, "may not see this number"),
        ({"message": "no", "code": 200}, "may not see this number"),
        ({"message": "Unsupported", "code": 100}, "is phone_number_id the number's id"),
        ({}, "no reason"),
    ],
)
async def test_a_number_that_can_not_be_read_is_told_with_what_to_do(
    meta: FakeMeta, error: dict[str, Any], said: str
) -> None:
    meta.refusals[NUMBER] = 400, error

    [fix] = await findings(meta)

    assert fix.grade is Grade.FIX
    assert said in fix.words


async def test_what_is_missing_here_is_named_before_anybody_is_asked(meta: FakeMeta) -> None:
    [fix] = await findings(meta, replace(OURS, access_token=""))

    assert "AGENTE_WHATSAPP__ACCESS_TOKEN" in fix.words
    assert meta.asked == []


async def test_nobody_there_is_one_line(meta: FakeMeta) -> None:
    [fix] = await findings(meta, url="http://127.0.0.1:9/v25.0")

    assert "does not answer" in fix.words


@pytest.mark.parametrize(
    ("change", "grade", "said"),
    [
        ({"quality_rating": "YELLOW"}, Grade.NOTE, "YELLOW"),
        ({"quality_rating": "RED"}, Grade.FIX, "RED"),
        ({"code_verification_status": "EXPIRED"}, Grade.NOTE, "verification code"),
        ({"name_status": "DECLINED"}, Grade.NOTE, "declined"),
        ({"webhook_configuration": {}}, Grade.FIX, "no webhook"),
        ({"webhook_configuration": {"application": "https://elsewhere.example/hook"}}, Grade.FIX, "elsewhere.example"),
        ({"webhook_configuration": {"application": "http://agente.example/webhooks/whatsapp"}}, Grade.FIX, "http://"),
    ],
)
async def test_what_meta_says_of_the_number(meta: FakeMeta, change: dict[str, Any], grade: Grade, said: str) -> None:
    meta.number |= change

    found = await findings(meta)

    assert any(said in one for one in words(found, grade)), found


async def test_a_webhook_of_the_number_itself_goes_before_the_apps(meta: FakeMeta) -> None:
    meta.number["webhook_configuration"]["phone_number"] = "https://other.example/hook"

    assert any("other.example" in one for one in words(await findings(meta), Grade.FIX))


@pytest.mark.parametrize(
    ("change", "grade", "said"),
    [
        ({"scopes": []}, Grade.FIX, "lacks the permission whatsapp_business_messaging"),
        ({"scopes": ["whatsapp_business_messaging"]}, Grade.NOTE, "lacks whatsapp_business_management"),
        ({"expires_at": int((NOW + timedelta(days=3)).timestamp())}, Grade.FIX, "2026-05-04"),
        ({"expires_at": int((NOW + timedelta(days=50)).timestamp())}, Grade.NOTE, "2026-06-20"),
    ],
)
async def test_what_the_token_may_do_and_how_long(
    meta: FakeMeta, change: dict[str, Any], grade: Grade, said: str
) -> None:
    meta.token |= change

    assert any(said in one for one in words(await findings(meta), grade))


async def test_a_secret_of_another_app_is_found_out(meta: FakeMeta) -> None:
    found = await findings(meta, replace(OURS, app_secrets=("another",)))

    assert any("app secret 1 is not" in one for one in words(found, Grade.FIX))
    assert "another" not in "".join(one.words for one in found)


async def test_of_two_secrets_one_may_be_the_next(meta: FakeMeta) -> None:
    found = await findings(meta, replace(OURS, app_secrets=(SECRET, "the next")))

    assert words(found, Grade.FIX) == []
    assert any("app secret 2 is not" in one for one in words(found, Grade.NOTE))


async def test_no_secret_refuses_every_webhook(meta: FakeMeta) -> None:
    assert any("no app secret" in one for one in words(await findings(meta, replace(OURS, app_secrets=())), Grade.FIX))


async def test_an_account_whose_messages_the_app_does_not_hear(meta: FakeMeta) -> None:
    meta.subscribed = []

    assert any("does not hear" in one for one in words(await findings(meta), Grade.FIX))


@pytest.mark.parametrize("away", ["debug_token", "subscribed_apps"])
async def test_what_meta_does_not_say_is_a_note(meta: FakeMeta, away: str) -> None:
    meta.refusals[away] = 500, {}

    found = await findings(meta)

    assert words(found, Grade.NOTE)
    assert [one for one in words(found, Grade.FIX) if "app secret" not in one] == []


async def test_neither_token_nor_secret_is_shown(meta: FakeMeta) -> None:
    said = "".join(one.words for one in await findings(meta)) + repr(OURS)

    assert TOKEN not in said
    assert SECRET not in said


async def test_what_the_hotel_wants_to_say_first_without_a_template_is_to_be_fixed(meta: FakeMeta) -> None:
    [fix] = words(await findings(meta, replace(OURS, unsaid=(("in_stay", "pt"),))), Grade.FIX)

    assert "no template `in_stay` (nor `reminder`) in pt" in fix
