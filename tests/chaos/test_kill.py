"""SIGKILL at random points, and every promise kept."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.chaos.town import Town, reservations
from tests.fakes.graph import FakeGraph
from tests.support.service import Service

KILLS = int(os.environ.get("AGENTE_CHAOS_KILLS", "3"))
# Slow enough that a kill finds replies on their way, as over the real internet.
LATENCY_SECONDS = 0.05
SEED = int(os.environ.get("AGENTE_CHAOS_SEED", "1"))


def service(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path, **more: object) -> Service:
    return Service(database_url=database_url, redis_url=valkey_url, graph_url=graph.url, data_dir=tmp_path, **more)  # type: ignore[arg-type]  # settings are text


async def storm(
    town: Town, process: Service, *, kills: int, bookings: int, chance: random.Random, begin: int = 0
) -> None:
    """Guests write and book while the process is killed and started again."""
    crowd = asyncio.gather(
        town.chatter(guests=40, rounds=kills * 4, begin=begin), *(town.book(n) for n in range(bookings))
    )
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.1, 1.2))
        await process.kill()
        await process.start(ready=chance.random() < 0.7)
    await crowd


@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_reordered_while_the_process_is_killed(
    database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> None:
    process = service(database_url, valkey_url, graph, tmp_path)
    graph.slow(LATENCY_SECONDS)
    await process.start()
    async with Town(graph=graph, doors=[process], seed=SEED) as town:
        await storm(town, process, kills=KILLS, bookings=6, chance=random.Random(SEED))
        await town.all_answered(seconds=60)
        await process.stop()

        assert town.acknowledged > KILLS * 20
        assert town.faults() == [], process.log()[-3000:]
        assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(6)}


@pytest.mark.parametrize(
    ("broken", "symptom"),
    [
        pytest.param("acknowledge_first", "questions", marks=pytest.mark.long),
        pytest.param("resend_blindly", "was sent", marks=pytest.mark.long),
        pytest.param("inbox_first", "out of order", marks=pytest.mark.long),
    ],
)
@pytest.mark.timeout(300)
async def test_the_storm_shows_a_service_that_breaks_its_promise(  # noqa: PLR0917 - fixtures
    broken: str, symptom: str, database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> None:
    process = service(database_url, valkey_url, graph, tmp_path, module=("tests.chaos.controls", broken))
    graph.slow(LATENCY_SECONDS)
    await process.start()
    found: list[str] = []
    async with Town(graph=graph, doors=[process], seed=SEED) as town:
        for attempt in range(8):
            await storm(town, process, kills=3, bookings=0, chance=random.Random(SEED + attempt), begin=attempt * 100)
            await town.all_answered(seconds=6)
            found = [fault for fault in town.faults() if symptom in fault]
            if found:
                break
        await process.kill()
    assert found
