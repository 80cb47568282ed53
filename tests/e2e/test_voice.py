"""Voice notes through the process as a hotel runs it: heard by a real model where this machine has one, by nobody elsewhere."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.support import needs, voices
from tests.support.service import Service
from tests.support.whatsapp_guest import Guest

pytestmark = pytest.mark.timeout(180)
PHONE = "5491150000078"
ASKS = "Buenos días. ¿Tienen una habitación doble del tres al cinco de mayo, para dos personas?"
LISTENS_SECONDS = 60.0


@pytest.fixture
async def guest(service: Service, graph: FakeGraph) -> AsyncIterator[Guest]:
    async with aiohttp.ClientSession() as session:
        yield Guest(service, session, graph, PHONE)


@pytest.fixture
async def listening(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        audio__model=str(voices.model()),
        audio__deadline_seconds=str(LISTENS_SECONDS),
    )
    await service.start()
    yield service
    await service.kill()


@pytest.fixture
async def speaker(listening: Service, graph: FakeGraph) -> AsyncIterator[Guest]:
    async with aiohttp.ClientSession() as session:
        yield Guest(listening, session, graph, PHONE)


async def test_where_nobody_listens_the_guest_is_asked_to_write_at_once(guest: Guest) -> None:
    assert await guest.speaks(b"OggS") == 200
    assert await guest.hears("¿Me lo escribes en texto") < 10


@pytest.mark.long
@needs.a_voice
async def test_a_spanish_note_ends_in_an_offer_for_its_days_after_they_were_read_back(
    speaker: Guest, graph: FakeGraph
) -> None:
    assert await speaker.speaks(voices.spoken(ASKS)) == 200
    await speaker.hears("3 de may → ", seconds=LISTENS_SECONDS)
    assert "¿Es así?" in speaker.heard[-1]
    assert not any("USD" in said for said in speaker.heard)
    await speaker.says("sí", "uántas personas")
    offer = await speaker.says("somos 2", "USD")
    assert "3 de may → " in offer
    assert "5 de may (2 noches)" in offer
    assert graph.read


@pytest.mark.long
@needs.a_voice
@pytest.mark.parametrize("recording", ["noise", "silence"])
async def test_noise_ends_in_a_polite_request(speaker: Guest, recording: str) -> None:
    assert await speaker.speaks(getattr(voices, recording)(4.0)) == 200
    await speaker.hears("No logré entender tu audio. ¿Me lo escribes, por favor?", seconds=LISTENS_SECONDS)
    assert len(speaker.heard) == 1


@pytest.mark.long
@needs.a_voice
async def test_a_model_that_is_not_there_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    service = Service(
        database_url="postgresql://x@127.0.0.1:1/x",
        redis_url="redis://127.0.0.1:1",
        graph_url="http://127.0.0.1:1",
        data_dir=tmp_path,
        audio__model="base",
    )
    await service.launch()
    assert await service.ended() == 1
    assert "agente-hotelero voice fetch base" in service.log()
