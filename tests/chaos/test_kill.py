"""SIGKILL at random points, and every promise kept."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.town import Town, reservations
from tests.fakes.graph import FakeGraph
from tests.support.service import Service

KILLS = int(os.environ.get("AGENTE_CHAOS_KILLS", "12"))
SEED = int(os.environ.get("AGENTE_CHAOS_SEED", "1"))


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph() as graph:
        yield graph


def service(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path, **more: object) -> Service:
    return Service(database_url=database_url, redis_url=valkey_url, graph_url=graph.url, data_dir=tmp_path, **more)  # type: ignore[arg-type]  # settings are text


@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_reordered_while_the_process_is_killed(
    database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    process = service(database_url, valkey_url, graph, tmp_path)
    await process.start()
    async with Town(graph=graph, doors=[process], seed=SEED) as town:
        crowd = asyncio.gather(town.chatter(guests=40, rounds=KILLS * 4), *(town.book(n) for n in range(6)))
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            await process.kill()
            await process.start(ready=chance.random() < 0.7)
        await crowd
        await town.all_answered(seconds=60)
        await process.stop()

        assert town.acknowledged > KILLS * 20
        assert town.faults() == [], process.log()[-3000:]
        assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(6)}
