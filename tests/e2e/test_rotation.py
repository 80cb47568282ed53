"""Secrets are replaced while guests write: nothing is lost, nothing is said twice, and nobody's chat ends."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.chaos.town import BOOKING, CONFIRMED, FACTS, reservations
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.chat_guest import Chat
from tests.support.service import NUMBER, Service

pytestmark = pytest.mark.timeout(180)

OLD, NEW = "the-secret-that-goes", "the-secret-that-comes"
OLD_KEY, NEW_KEY = "the-key-that-goes-0123456789", "the-key-that-comes-0123456789"
FACT: Final = ("¿Hay estacionamiento?", "estacionamiento propio")
LANES: Final = 3
PAUSE_SECONDS: Final = 0.1


@pytest.fixture
async def pair(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[list[Service]]:
    """The owner, and the one that stands by."""
    pair = [
        Service(database_url=database_url, redis_url=valkey_url, graph_url=graph.url, data_dir=tmp_path)
        for _ in range(2)
    ]
    yield pair
    for process in pair:
        await process.kill()


class Meta:
    """Signs with the secret that its app has now, and sends again what was not acknowledged, and some of the rest."""

    def __init__(self, doors: Sequence[Service], session: aiohttp.ClientSession) -> None:
        self.secret = OLD
        self.answers: Counter[int] = Counter()
        self.acknowledged: list[str] = []
        self._doors, self._session = doors, session
        self._numbers = itertools.count()
        self._chance = random.Random(1)
        self._sending = True

    async def send_until_told(self) -> None:
        """One guest after the other asks one question, several at a time."""
        await asyncio.gather(*(self._lane() for _ in range(LANES)))

    async def _lane(self) -> None:
        while self._sending:
            await self._deliver(f"5491170{next(self._numbers):06}")

    def end(self) -> None:
        self._sending = False

    async def _deliver(self, phone: str) -> None:
        message = body(text(FACT[0], wamid=f"wamid.{phone}", sender=phone, timestamp=int(time.time())), account=NUMBER)
        times = 0
        while times < 1 + (self._chance.random() < 0.2):
            # Signed anew each time, as whoever sends it has the secret then.
            status = await self._chance.choice(self._doors).post(self._session, message, secret=self.secret)
            self.answers[status] += 1
            times += status == 200
            await asyncio.sleep(PAUSE_SECONDS)
        self.acknowledged.append(phone)

    async def until(self, status: int, more: int) -> None:
        """Wait until so many more were answered so."""
        wanted = self.answers[status] + more
        async with asyncio.timeout(60):
            while self.answers[status] < wanted:  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.02)


@asynccontextmanager
async def sending(meta: Meta) -> AsyncIterator[None]:
    task = asyncio.create_task(meta.send_until_told())
    try:
        yield
        meta.end()
        async with asyncio.timeout(60):
            await task
    finally:
        task.cancel()


async def roll(pair: Sequence[Service], **variables: str) -> None:
    """What a deployment does: one after the other, so that there is always one."""
    for process in pair:
        assert await process.stop() == 0
        process.configure(**variables)
        await process.start()


async def heard(graph: FakeGraph, guests: Sequence[str]) -> Counter[str]:
    """How many replies each of these guests got, once each has one."""
    async with asyncio.timeout(60):
        while not {sent.to for sent in graph.sent} >= set(guests):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    return Counter(sent.to for sent in graph.sent)


@pytest.mark.long
async def test_the_app_secret_is_replaced_while_webhooks_flow(
    pair: list[Service], graph: FakeGraph, session: aiohttp.ClientSession
) -> None:
    for process in pair:
        process.configure(AGENTE_WHATSAPP__APP_SECRETS=OLD)
        await process.start()
    meta = Meta(pair, session)
    async with sending(meta):
        await meta.until(200, 20)
        # Nobody knows the new one before Meta has it: what it signs until we do, it sends again.
        meta.secret = NEW
        await meta.until(401, 20)
        await roll(pair, AGENTE_WHATSAPP__APP_SECRETS=f"{NEW},{OLD}")
        await meta.until(200, 20)
        # Both are good meanwhile, whichever Meta's machines have by now.
        meta.secret = OLD
        await meta.until(200, 20)
        meta.secret = NEW
        last, other = pair
        assert await other.stop() == 0
        await roll([last], AGENTE_WHATSAPP__APP_SECRETS=NEW)
        refused = meta.answers[401]
        await meta.until(200, 20)
    assert meta.answers[401] == refused
    assert await heard(graph, meta.acknowledged) == Counter(meta.acknowledged)
    assert len(meta.acknowledged) > 40
    late = body(text("¿Hay wifi?", sender="5491199999999"), account=NUMBER)
    assert await last.post(session, late, secret=OLD) == 401


class Booker:
    """One guest on WhatsApp who books, in between whatever happens to the service."""

    phone = "5491188888888"

    def __init__(self, service: Service, session: aiohttp.ClientSession, graph: FakeGraph) -> None:
        self._service, self._session, self._graph = service, session, graph
        self.bodies: list[bytes] = []
        self._facts = iter(FACTS)

    async def goes_on(self, question: str, answer: str) -> None:
        words = question.format(first=5, last=7, month="mayo", n=0, room="doble")
        self.bodies.append(body(text(words, sender=self.phone, timestamp=int(time.time())), account=NUMBER))
        assert await self._service.post(self._session, self.bodies[-1]) == 200
        await self.hears(answer)

    async def hears(self, answer: str) -> None:
        async with asyncio.timeout(30):
            while not any(answer in str(sent.payload) for sent in self._graph.sent):  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.02)

    async def hears_nothing_twice(self) -> None:
        """Meta sends all of it again; then one question more, whose answer comes after whatever else there would be."""
        before = len(self._graph.sent)
        for said in [*self.bodies]:
            assert await self._service.post(self._session, said) == 200
        await self.goes_on(*next(self._facts))
        assert len(self._graph.sent) == before + 1


@pytest.mark.long
async def test_the_signing_key_is_replaced_and_no_chat_ends_nothing_is_read_or_booked_twice(
    pair: list[Service], graph: FakeGraph, session: aiohttp.ClientSession, database_url: str
) -> None:
    service, _ = pair
    chat, booker = Chat(service, session), Booker(service, session, graph)
    service.configure(AGENTE_SECRET_KEY=OLD_KEY)
    await service.start()
    name, paper = await chat.open(), chat.token
    assert await chat.says(FACT[0]) == 202
    for step in BOOKING[:-1]:
        await booker.goes_on(*step)

    await roll([service], AGENTE_SECRET_KEY=f"{NEW_KEY},{OLD_KEY}")
    assert FACT[0] in await chat.reads(FACT[1])
    assert await chat.open() == name
    await booker.hears_nothing_twice()
    await booker.goes_on(*BOOKING[-1])
    # The last that comes with a confirmation.
    await booker.hears("para mostrar al llegar")

    await roll([service], AGENTE_SECRET_KEY=NEW_KEY)
    await booker.hears_nothing_twice()
    assert await chat.says("¿Hay wifi?") == 202
    assert len(await chat.reads("wifi sin cargo")) == 4
    chat.token = paper
    assert (await chat.ask("GET", "/history"))[0] == 401

    assert await reservations(database_url) == {"ana0@example.com": 1}
    assert sum(CONFIRMED in str(sent.payload) for sent in graph.sent) == 1
