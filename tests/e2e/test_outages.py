"""Whatever is away for a while: nothing acknowledged is lost, who doesn't need it is served, the rest hears the truth."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from tests.fakes.graph import FakeGraph
from tests.support.pms_away import hanging_pms
from tests.support.service import Service
from tests.support.whatsapp_guest import Guest

pytestmark = [pytest.mark.xdist_group("outages"), pytest.mark.timeout(180)]

FACT = ("¿Hay estacionamiento?", "estacionamiento propio")
OFFER = ("una doble del 5 al 8 de mayo para 2", "total con impuestos")


@pytest.fixture
async def service(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, graph: FakeGraph, tmp_path: Path
) -> AsyncIterator[Service]:
    service = Service(database_url=postgres.url, redis_url=valkey.url, graph_url=graph.url, data_dir=tmp_path)
    await service.start()
    yield service
    assert service.exit_code is None, service.log()[-3000:]
    await service.kill()


@pytest.fixture
def guests(service: Service, session: aiohttp.ClientSession, graph: FakeGraph) -> list[Guest]:
    return [Guest(service, session, graph, f"549115000{n:04}") for n in range(12)]


async def ready(service: Service, session: aiohttp.ClientSession) -> tuple[int, dict[str, Any]]:
    async with session.get(service.url + "/health/ready") as answer:
        return answer.status, await answer.json()


async def until_ready_is(status: int, service: Service, session: aiohttp.ClientSession, **checks: bool) -> None:
    """Wait for the status, and for these checks as they are named."""
    async with asyncio.timeout(30):
        while True:
            got, said = await ready(service, session)
            if got == status and checks.items() <= said["checks"].items():
                return
            await asyncio.sleep(0.05)


async def test_postgres_away_refuses_webhooks_loses_nothing_and_work_resumes(
    postgres: EmbeddedPostgres,
    service: Service,
    session: aiohttp.ClientSession,
    graph: FakeGraph,
    guests: list[Guest],
) -> None:
    # Acknowledged, and not answered when the server goes.
    graph.fail(status=500)
    assert [await guest.writes(FACT[0]) for guest in guests] == [200] * len(guests)
    await asyncio.to_thread(postgres.stop)

    assert await guests[0].writes("¿Hay wifi?") == 503
    async with session.get(service.url + "/health/live") as alive:
        assert alive.status == 200
    await until_ready_is(503, service, session, postgres=False)

    graph.reset()
    await asyncio.to_thread(postgres.start)
    await until_ready_is(200, service, session)
    for guest in guests:
        await guest.hears(FACT[1])
    # What was refused is sent again by its provider.
    assert await guests[0].writes("¿Hay wifi?") == 200
    await guests[0].hears("wifi")
    assert [len(guest.heard) for guest in guests] == [2] + [1] * (len(guests) - 1)


async def test_valkey_away_changes_nothing_for_guests(
    valkey: EmbeddedValkey, service: Service, session: aiohttp.ClientSession, guests: list[Guest]
) -> None:
    await asyncio.to_thread(valkey.stop)
    await until_ready_is(503, service, session, redis=False)

    assert await guests[0].writes(OFFER[0]) == 200
    await guests[0].hears(OFFER[1], seconds=5)

    await asyncio.to_thread(valkey.start)
    await until_ready_is(200, service, session)


@pytest.mark.parametrize(
    "fault",
    ["500", "hangs", *(pytest.param(one, marks=pytest.mark.long) for one in ("429", "drops", "refuses connections"))],
)
async def test_replies_arrive_once_graph_is_back(graph: FakeGraph, guests: list[Guest], fault: str) -> None:
    await break_graph(graph, fault)
    assert [await guest.writes(FACT[0]) for guest in guests] == [200] * len(guests)
    async with asyncio.timeout(20):
        while graph.requests < 3 and fault != "refuses connections":  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.02)

    graph.reset()
    if fault == "refuses connections":
        await graph.start()
    for guest in guests:
        await guest.hears(FACT[1], seconds=40)
    assert [len(guest.heard) for guest in guests] == [1] * len(guests)


async def break_graph(graph: FakeGraph, fault: str) -> None:
    match fault:
        case "500":
            graph.fail(status=500)
        case "429":
            graph.fail(status=429, code=130429, retry_after=1)
        case "hangs":
            graph.hang()
        case "drops":
            graph.drop()
        case _:
            await graph.stop()


async def test_a_guest_of_whom_graph_refuses_everything_holds_up_nobody_else(
    graph: FakeGraph, guests: list[Guest]
) -> None:
    unlucky, *others = guests
    graph.fail(status=500, to=unlucky.phone)
    assert await unlucky.writes(FACT[0]) == 200

    for guest in others:
        assert await guest.writes(FACT[0]) == 200
        await guest.hears(FACT[1], seconds=20)
    assert unlucky.heard == []


async def test_a_hanging_pms_is_told_to_who_needs_it_and_slows_nobody_else(
    postgres: EmbeddedPostgres, guests: list[Guest]
) -> None:
    asking, *others = guests
    async with hanging_pms(postgres.url):
        assert await asking.writes(OFFER[0]) == 200
        for guest in others:
            assert await guest.writes(FACT[0]) == 200
        waited = [await guest.hears(FACT[1], seconds=5) for guest in others]
        assert max(waited) < 3
        await asking.hears("no puedo consultar el sistema del hotel", seconds=30)

    async with asyncio.timeout(40):
        # Its breaker may be open for some seconds yet.
        while not any(OFFER[1] in reply for reply in asking.heard):
            assert await asking.writes(OFFER[0]) == 200
            await asyncio.sleep(0.5)
