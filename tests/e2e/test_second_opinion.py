"""A language model beside the process as a hotel runs it: it helps, it fails, and neither its key nor a guest's word is logged."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.llm import KEY, FakeLlm, fails, says
from tests.support.service import ROOT, Service
from tests.support.whatsapp_guest import Guest

PHONE = "5491150000079"
STRANGE = "oigan, lo que les conté sigue igual?"
LONG = f"{STRANGE} soy el de {PHONE}, ana.ruiz@guest.example, " + "y les cuento otra vez lo mismo de siempre " * 3


@pytest.fixture
async def model() -> AsyncIterator[FakeLlm]:
    async with FakeLlm() as server:
        yield server


@pytest.fixture
async def helped(
    database_url: str, valkey_url: str, graph: FakeGraph, model: FakeLlm, tmp_path: Path
) -> AsyncIterator[Service]:
    hotels = tmp_path / "hotels.yaml"
    hotels.write_text((ROOT / "hotels.example.yaml").read_text("utf-8").replace("id: demo", "id: demo\n    llm: true"))
    service = Service(
        module=("tests.support.talkative", "serve"),
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        hotels_file=str(hotels),
        llm__url=model.url,
        llm__model="small-1",
        llm__api_key=KEY,
    )
    await service.start()
    yield service
    await service.kill()


async def test_what_nobody_understood_is_answered_with_it_and_asked_about_without_it(
    helped: Service, model: FakeLlm, graph: FakeGraph
) -> None:
    async with aiohttp.ClientSession() as session:
        guest = Guest(helped, session, graph, PHONE)
        model.always = says(["pool", "cancel_reservation"])
        assert "iscina" in await guest.says(STRANGE, "iscina")
        model.always = fails(500)
        await guest.says(LONG, "")
        await guest.says(STRANGE, "No te entendí")
    assert await helped.stop() == 0
    assert model.keys == [f"Bearer {KEY}"] * 5, "a failure is tried once more"
    sent = b"".join(model.bodies).decode()
    assert "sigue igual" in sent
    assert PHONE not in sent
    assert "ana.ruiz" not in sent
    assert KEY not in helped.log()
    assert "les conté" not in helped.log()
    assert "les cont\\u00e9" not in helped.log()
