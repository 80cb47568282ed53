"""A guest is handed to a person and comes back: from the command line, while the service runs."""

import asyncio
import time

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER, Service
from tests.support.shell import typed_at

pytestmark = pytest.mark.timeout(120)

GUEST = "5491150000007"
UNDONE = """psql "$AGENTE_DATABASE_URL" -Atc "SELECT 'undone ' || count(*) FROM inbox WHERE NOT done" """


async def write(service: Service, words: str) -> None:
    async with aiohttp.ClientSession() as session:
        message = text(words, sender=GUEST, timestamp=int(time.time()))
        assert await service.post(session, body(message, account=NUMBER)) == 200


async def until_says(service: Service, command: str, words: str) -> str:
    """Type it until it says so."""
    async with asyncio.timeout(30):
        while words not in (said := await typed_at(service, command)):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.2)
    return said


async def test_a_person_takes_over_answers_and_gives_back(service: Service, graph: FakeGraph) -> None:
    await typed_at(service, "agente-hotelero flags set agent.paused on")
    await until_says(service, 'curl -s "$OPS/metrics"', 'feature_flag_enabled{flag="agent.paused"} 1.0')
    await write(service, "¿Hay wifi?")
    listed = await until_says(service, "agente-hotelero handoffs list", "paused")
    assert f"whatsapp {GUEST}" in listed
    number = listed.split("\t")[0]
    await until_says(service, 'curl -s "$OPS/metrics"', "handoffs_open 1.0")
    await typed_at(service, "agente-hotelero flags set agent.paused off")
    await until_says(service, 'curl -s "$OPS/metrics"', 'feature_flag_enabled{flag="agent.paused"} 0.0')

    assert "is taken over" in await typed_at(service, f"agente-hotelero handoffs take {number}")
    await until_says(service, "agente-hotelero handoffs list", "taken over")
    said = len(graph.sent)
    await write(service, "¿Hay estacionamiento?")
    await until_says(service, UNDONE, "undone 0")
    assert len(graph.sent) == said

    assert "is given back" in await typed_at(service, f"agente-hotelero handoffs give-back {number}")
    await until_says(service, 'curl -s "$OPS/metrics"', "handoffs_open 0.0")
    await write(service, "¿Hay estacionamiento?")
    await graph.wait_for(said + 1)
    assert graph.sent[-1].to == GUEST
    assert "no open hand-off 99" in await typed_at(service, "agente-hotelero handoffs close 99")
