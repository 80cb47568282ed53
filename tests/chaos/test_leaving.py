"""A process that is told to leave while guests write: in time, in order, nothing lost and nothing twice."""

import asyncio
import re
import signal
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg
import pytest

from agente_hotelero.app import DRAIN_SECONDS
from tests.chaos.test_kill import LATENCY_SECONDS, SEED
from tests.chaos.town import Town, reservations
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER, Service, free_port

pytestmark = pytest.mark.timeout(300)

MARGIN_SECONDS: Final = 5.0
"""What a crowded machine takes to end a process whose drain is over."""
GUESTS, BOOKINGS = 24, 3
PAUSE_SECONDS: Final = 0.3
"""Some seventy messages a second: a load that also a crowded machine carries."""
ENDLESS: Final = 1_000_000
SLOW_DISK: Final = """
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END';
    CREATE TRIGGER slow AFTER INSERT ON inbox FOR EACH STATEMENT EXECUTE FUNCTION take_time();
    CREATE TRIGGER slow AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION take_time()
"""
"""So slow that a signal finds commits under way."""
CHAT: Final = "/chat/demo"
Condition = Callable[[], Awaitable[bool]]


class Watched(Service):
    """A service whose operators look at it through a port of its own."""

    def __init__(self, **settings: Any) -> None:
        self.ops_port = free_port()
        super().__init__(**settings, ops__port=str(self.ops_port))

    async def health(self, kind: str) -> tuple[int, dict[str, Any]]:
        url = f"http://127.0.0.1:{self.ops_port}/health/{kind}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.json()

    async def is_ready(self, *, no: bool = False) -> bool:
        return ((await self.health("ready"))[0] == 200) is not no

    async def is_owner(self) -> bool:
        _, told = await self.health("ready")
        return bool(told["details"]["standing"] == "owning")

    async def leaves(self) -> None:
        """SIGTERM, and it ends well and in time."""
        began = time.monotonic()
        assert await self.stop() == 0, self.log()[-3000:]
        assert time.monotonic() - began < DRAIN_SECONDS + MARGIN_SECONDS
        assert "drain_cut_short" not in self.log()


@pytest.fixture
def graph(graph: FakeGraph) -> FakeGraph:
    graph.slow(LATENCY_SECONDS)
    return graph


@pytest.fixture
async def processes(
    database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> AsyncIterator[list[Watched]]:
    """One that runs, and one that was not started yet."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(SLOW_DISK)
    await connection.close()
    settings = {"database_url": database_url, "redis_url": valkey_url, "graph_url": graph.url, "data_dir": tmp_path}
    processes = [Watched(**settings) for _ in range(2)]
    await processes[0].start()
    yield processes
    for process in processes:
        await process.kill()


def crowd_of(town: Town) -> "asyncio.Future[list[None]]":
    """Guests who write until there was enough, and some who book."""
    chatter = town.chatter(guests=GUESTS, rounds=ENDLESS, pause_seconds=PAUSE_SECONDS)
    return asyncio.gather(chatter, *(town.book(n) for n in range(BOOKINGS)))


async def some_more(town: Town) -> None:
    """Let about two messages of each guest be acknowledged."""
    before = town.acknowledged
    await town.until(lambda: town.acknowledged > before + 2 * GUESTS, seconds=60)


async def nothing_is_missing(town: Town, crowd: "asyncio.Future[list[None]]", database_url: str) -> None:
    """Every message took effect once and in order, and every booking was made once."""
    town.enough = True
    await crowd
    # The load went on while the process left: there were webhooks that nobody took.
    assert town.refused > 0
    await town.all_answered(seconds=60)
    assert town.faults() == []
    assert await reservations(database_url) == {f"ana{n}@example.com": 1 for n in range(BOOKINGS)}


async def test_sigterm_under_load_loses_nothing_doubles_nothing_and_ends_in_time(
    processes: list[Watched], graph: FakeGraph, database_url: str
) -> None:
    process, _ = processes
    async with Town(graph=graph, doors=[process], seed=SEED) as town:
        crowd = crowd_of(town)
        for _ in range(2):
            await some_more(town)
            await process.leaves()
            await process.start()
        await some_more(town)
        await nothing_is_missing(town, crowd, database_url)


async def test_a_process_is_replaced_by_a_new_one_under_load(
    processes: list[Watched], graph: FakeGraph, database_url: str
) -> None:
    old, new = processes
    async with Town(graph=graph, doors=[old], seed=SEED) as town:
        crowd = crowd_of(town)
        await some_more(town)
        await new.start()
        town.doors.append(new)
        assert await old.is_owner()
        assert await new.is_ready()
        assert not await new.is_owner()

        await old.leaves()
        await until(new.is_owner)
        await some_more(town)
        await nothing_is_missing(town, crowd, database_url)
    assert new.exit_code is None


async def test_what_is_in_hand_is_finished_while_readiness_says_no_and_live_says_yes(
    processes: list[Watched], graph: FakeGraph, database_url: str
) -> None:
    process, _ = processes
    raw = body(text("¿Hay wifi?", sender="5491150001111", timestamp=int(time.time())), account=NUMBER)
    async with aiohttp.ClientSession() as session:
        async with storing_held_up(database_url) as is_waiting:
            webhook = asyncio.create_task(process.post(session, raw))
            await until(is_waiting)
            process.signal(signal.SIGTERM)
            await until(lambda: process.is_ready(no=True))
            status, told = await process.health("ready")
            assert (status, set(told["checks"].values())) == (503, {True})
            assert (await process.health("live"))[0] == 200
            assert not webhook.done()
        assert await webhook == 200
    assert await process.ended() == 0

    await process.start()
    await graph.wait_for(1)
    await process.leaves()
    assert len(graph.sent) == 1


@asynccontextmanager
async def storing_held_up(database_url: str) -> AsyncIterator[Condition]:
    """Nothing can be stored until this ends; tells whether somebody tries to."""
    connection = await asyncpg.connect(database_url)

    async def is_waiting() -> bool:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

    async with connection.transaction():
        await connection.execute("LOCK TABLE seen IN ACCESS EXCLUSIVE MODE")
        yield is_waiting
    await connection.close()


async def until(condition: Condition, *, seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - another process's doing: nothing wakes us
            await asyncio.sleep(0.02)


async def test_open_chats_are_told_to_come_back_and_miss_nothing(processes: list[Watched]) -> None:
    process, _ = processes
    async with aiohttp.ClientSession(process.url) as session:
        async with session.post(f"{CHAT}/session") as opened:
            session.headers["Authorization"] = f"Bearer {(await opened.json())['token']}"
        await says(session, "¿Hay wifi?")
        async with session.get(f"{CHAT}/events") as stream:
            heard = max(await until_said(stream, "wifi"))
            process.signal(signal.SIGTERM)
            assert (await stream.read()).endswith(b"retry: 1000\n\n")
        assert await process.ended() == 0

        await process.start()
        await says(session, "¿Tienen piscina?")
        async with session.get(f"{CHAT}/events", headers={"Last-Event-ID": str(heard)}) as stream:
            # What it heard before may come again: the page knows it by its number.
            missed = [n for n in await until_said(stream, "piscina está") if n > heard]
        assert missed == [heard + 1, heard + 2]


async def says(session: aiohttp.ClientSession, words: str) -> None:
    async with session.post(f"{CHAT}/messages", json={"id": str(uuid.uuid4()), "text": words}) as stored:
        assert stored.status == 202


async def until_said(stream: aiohttp.ClientResponse, words: str) -> list[int]:
    """Read events until the hotel says that; answers their numbers in order."""
    seen: list[int] = []
    async with asyncio.timeout(30):
        async for line in stream.content:
            seen += map(int, re.findall(r"^id: (\d+)", line.decode()))
            if words in line.decode() and '"author":"hotel"' in line.decode():
                break
    return seen
