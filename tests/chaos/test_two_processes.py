"""Two processes over one database, while one is killed, or frozen and thawed; `test_leaving` has one replaced."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.test_kill import LATENCY_SECONDS, SEED, service
from tests.chaos.town import Town, reservations
from tests.fakes.graph import FakeGraph
from tests.support.service import Service

pytestmark = pytest.mark.timeout(300)

# Longer than a process is frozen, as it is in production: the channel's reports that a frozen one was given reach nobody
# before it thaws, and what is sent again meanwhile was in doubt past its grace indeed.
GRACE = {"whatsapp__doubt_grace_seconds": "15"}


@pytest.fixture
def graph(graph: FakeGraph) -> FakeGraph:
    graph.slow(LATENCY_SECONDS)
    return graph


@pytest.fixture
async def pair(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[list[Service]]:
    """The owner, and the one that stands by."""
    pair = [service(database_url, valkey_url, graph, tmp_path, **GRACE) for _ in range(2)]
    for process in pair:
        await process.start()
    yield pair
    for process in pair:
        await process.kill()


async def finished(town: Town, crowd: "asyncio.Future[list[None]]", database_url: str, bookings: int) -> None:
    await crowd
    await town.all_answered(seconds=60)
    assert town.faults() == []
    assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(bookings)}


def crowd_of(town: Town, *, rounds: int) -> "asyncio.Future[list[None]]":
    return asyncio.gather(town.chatter(guests=24, rounds=rounds), *(town.book(n) for n in range(3)))


async def test_the_other_process_takes_over_when_one_is_killed(
    pair: list[Service], graph: FakeGraph, database_url: str
) -> None:
    chance = random.Random(SEED)
    async with Town(graph=graph, doors=pair, seed=SEED) as town:
        crowd = crowd_of(town, rounds=15)
        for _ in range(2):
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            victim = chance.choice(pair)
            await victim.kill()
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            await victim.start()
        await finished(town, crowd, database_url, 3)


@pytest.mark.long
async def test_a_frozen_owner_that_thaws_changes_nothing_any_more(
    pair: list[Service], graph: FakeGraph, database_url: str
) -> None:
    owner, stand_by = pair
    async with Town(graph=graph, doors=pair, seed=SEED) as town:
        crowd = crowd_of(town, rounds=20)
        await asyncio.sleep(0.5)
        owner.signal(signal.SIGSTOP)
        try:
            # Longer than the server lets a silent owner keep its lock.
            await asyncio.sleep(7)
        finally:
            owner.signal(signal.SIGCONT)
        # It finds itself replaced, and ends so that its platform starts it anew.
        await town.until(lambda: owner.exit_code is not None, seconds=20)
        assert owner.exit_code == 1
        await owner.start()
        await finished(town, crowd, database_url, 3)
    assert stand_by.exit_code is None
