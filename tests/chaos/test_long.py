"""What needs minutes: a long storm, two processes that replace each other for long, and a soak. Run by `make test-long`."""

import asyncio
import os
import random
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.chaos.test_kill import LATENCY_SECONDS, service, storm
from tests.chaos.test_two_processes import GRACE
from tests.chaos.town import Town, finished, reservations, unfinished
from tests.fakes.graph import FakeGraph
from tests.support.service import Service

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_500)]

KILLS = int(os.environ.get("AGENTE_CHAOS_KILLS", "100"))
SEEDS = (11, 12, 13)
# A message in doubt is given up for lost after a minute, and after a storm thousands wait behind such ones.
DRAIN_SECONDS = 240
SOAK_SECONDS = float(os.environ.get("AGENTE_SOAK_SECONDS", "240"))
# Fifty groups of four, a batch each every two seconds: some hundred messages a second, which is load and not overload.
SOAK_PAUSE_SECONDS = 2.0
WARM_SECONDS = 60.0
GROWTH = 1.15


@pytest.fixture
def graph(graph: FakeGraph) -> FakeGraph:
    graph.slow(LATENCY_SECONDS)
    return graph


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_long_storm(seed: int, database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> None:
    process = service(database_url, valkey_url, graph, tmp_path)
    await process.start()
    async with Town(graph=graph, doors=[process], seed=seed) as town:
        await storm(town, process, kills=KILLS // len(SEEDS), bookings=12, chance=random.Random(seed))
        await town.all_answered(seconds=DRAIN_SECONDS)
        await finished(database_url, seconds=DRAIN_SECONDS)
        assert await process.stop() == 0
        assert await unfinished(database_url) == []
        assert town.faults() == [], process.log()[-3000:]
        assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(12)}


async def test_two_processes_that_are_killed_frozen_and_replaced_for_long(
    database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> None:
    pair = [service(database_url, valkey_url, graph, tmp_path, **GRACE) for _ in range(2)]
    for process in pair:
        await process.start()
    chance = random.Random(21)
    async with Town(graph=graph, doors=pair, seed=21) as town:
        crowd = asyncio.gather(town.chatter(guests=40, rounds=150), *(town.book(n) for n in range(8)))
        for _ in range(15):
            await asyncio.sleep(chance.uniform(0.5, 2.0))
            await _trouble(chance.choice(pair), chance)
        await crowd
        await town.all_answered(seconds=DRAIN_SECONDS)
        await finished(database_url, seconds=DRAIN_SECONDS)
        for process in pair:
            await process.stop()
        assert await unfinished(database_url) == []
        assert town.faults() == []
        assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(8)}


async def _trouble(process: Service, chance: random.Random) -> None:
    match chance.randrange(3):
        case 0:
            await process.kill()
        case 1:
            await process.stop()
        case _:
            process.signal(signal.SIGSTOP)
            await asyncio.sleep(chance.uniform(1.0, 8.0))
            process.signal(signal.SIGCONT)
            # Frozen for long, it may have been replaced: then it ends by itself, and its platform starts it again.
            await asyncio.sleep(3)
            if process.exit_code is None:
                return
    await process.start()


async def test_a_soak_leaks_nothing(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> None:
    process = service(database_url, valkey_url, graph, tmp_path)
    await process.start()
    async with Town(graph=graph, doors=[process], seed=31) as town:
        crowd = asyncio.create_task(
            town.chatter(guests=200, rounds=10**9, seconds=SOAK_SECONDS, pause_seconds=SOAK_PAUSE_SECONDS)
        )
        await asyncio.sleep(WARM_SECONDS)
        warm = process.resident_bytes()
        await crowd
        await town.all_answered(seconds=30)
        grown = process.resident_bytes()
        async with aiohttp.ClientSession() as session, session.get(process.url + "/metrics") as answer:
            metrics = await answer.text()
        assert await process.stop() == 0
        assert await unfinished(database_url) == []
        assert town.faults() == []
        assert grown < warm * GROWTH, (warm, grown)
        assert "outbox_pending 0.0" in metrics
