"""A hotel's words go to a language model only where it is set, and where the hotel says so."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import date

import aiohttp
import pytest
from pydantic import SecretStr

from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.config.settings import LlmSettings
from agente_hotelero.dialogue.reading import Context, Intent, Language, Reading
from agente_hotelero.learning import phrases
from agente_hotelero.model.ids import GuestId
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.commons import Commons
from agente_hotelero.wiring.llm import SecondOpinions
from tests.fakes.identities import FakeCodes
from tests.fakes.llm import KEY, FakeLlm, says
from tests.support.actors_words import PROFILE
from tests.support.second_opinion import some_phrases
from tests.support.stays import HOTEL

CONTEXT = Context(today=date(2026, 4, 15), languages=(Language.ES,))
STRANGE = "oigan, lo que les conté sigue igual?"


@pytest.fixture
async def server() -> AsyncIterator[FakeLlm]:
    async with FakeLlm() as made:
        yield made


@pytest.fixture
async def opinions(server: FakeLlm, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SecondOpinions]:
    few = some_phrases()
    monkeypatch.setattr(phrases, "read", lambda: few)
    settings = LlmSettings(url=server.url + "/", model="small-1", api_key=SecretStr(KEY))
    async with aiohttp.ClientSession() as session:
        made = SecondOpinions(settings=settings, session=session, metrics=Metrics())
        yield made
        made.close()


async def ask(opinions: SecondOpinions) -> Reading:
    opinion = opinions.adviser.consult(HOTEL, GuestId(1), STRANGE, CONTEXT, Reading())
    assert opinion is not None
    return await opinion


async def test_it_is_asked_with_our_key_and_phrases_that_are_like_the_message(
    opinions: SecondOpinions, server: FakeLlm
) -> None:
    server.always = says(["luggage"])
    assert opinions._nearest("equipaje") == ()
    assert opinions._examples is not None
    await asyncio.wrap_future(opinions._examples)
    assert (await ask(opinions)).intents == {Intent.LUGGAGE}
    assert server.keys == [f"Bearer {KEY}"]
    assert server.paths == ["POST /v1/chat/completions"]
    shown = server.asked[0]["messages"][1]["content"]
    assert 8 <= shown.count(" → ") <= 12


async def test_until_the_phrases_are_there_it_is_asked_without(opinions: SecondOpinions, server: FakeLlm) -> None:
    opinions._examples = Future()
    server.always = says(["luggage"])
    assert (await ask(opinions)).intents == {Intent.LUGGAGE}
    assert " → " not in server.asked[0]["messages"][1]["content"]


async def test_only_a_hotel_that_says_so_has_its_words_read_elsewhere(opinions: SecondOpinions) -> None:
    commons = Commons(
        key=b"k",
        site=lambda: None,
        code_picture=lambda _code: None,
        codes=FakeCodes(),
        always_open=True,
        flags=FlagView(),
        metrics=Metrics(),
    )
    commons.consult = opinions.adviser.consult
    nobody: Ref = None  # type: ignore[assignment]  # none of them is told anything here
    asked = [
        commons.surroundings(replace(PROFILE, llm=wants), journal=nobody, gateway=nobody, code_accounts={}).consult
        for wants in (False, True)
    ]
    commons.close()
    assert asked == [None, opinions.adviser.consult]
