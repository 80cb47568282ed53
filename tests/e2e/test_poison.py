"""A message that ends the process that reads it: found out, buried for a person, and nobody else waits for ever."""

import asyncio
import time
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from agente_hotelero.actors.backlog import LAST_ATTEMPT
from tests.chaos.controls import POISON
from tests.chaos.test_kill import service
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER

pytestmark = pytest.mark.timeout(180)

# The first life is not counted: nobody knew yet that it would be the message's doing. Five are.
DEATHS = 1 + LAST_ATTEMPT
UNLUCKY, OTHER = "5491150001111", "5491150002222"


@pytest.mark.parametrize(
    ("how", "code"), [("dies_of_a_message", -9), pytest.param("stands_still", 1, marks=pytest.mark.long)]
)
async def test_a_message_that_ends_the_process_is_buried_and_the_next_ones_are_answered(  # noqa: PLR0917 - fixtures
    how: str, code: int, database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> None:
    process = service(database_url, valkey_url, graph, tmp_path, module=("tests.chaos.controls", how))
    await process.start()
    async with aiohttp.ClientSession() as session:
        await process.post(session, _says(POISON, UNLUCKY))
        deaths: list[int] = []
        async with asyncio.timeout(150):
            while len(deaths) < DEATHS:
                deaths.append(await process.ended())
                # It may die of it again before anybody saw that it lives.
                await process.launch()
            await process.answers()
            assert await process.post(session, _says("¿Hay wifi?", UNLUCKY)) == 200
            assert await process.post(session, _says("¿Hay wifi?", OTHER)) == 200
            await graph.wait_for(2)

    assert deaths == [code] * DEATHS
    assert {sent.to for sent in graph.sent} == {UNLUCKY, OTHER}
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT count(*) FROM dead_letter") == 1
    assert await connection.fetchval("SELECT count(*) FROM handoff WHERE reason = 'dead_letter'") == 1
    await connection.close()
    if how == "stands_still":
        assert "in understand" in process.log()
    assert await process.stop() == 0


def _says(words: str, guest: str) -> bytes:
    return body(text(words, sender=guest, timestamp=int(time.time())), account=NUMBER)
