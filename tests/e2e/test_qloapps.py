"""A guest on WhatsApp, the running service and a QloApps: from the question to a room that is theirs."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from tests.fakes.graph import FakeGraph
from tests.fakes.qloapps.server import FakeQloApps
from tests.support import qloapps_hotel
from tests.support.hotels_file import HotelsFile
from tests.support.service import Service
from tests.support.whatsapp_guest import Guest

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def qlo() -> AsyncIterator[FakeQloApps]:
    async with FakeQloApps(rooms_per_type=qloapps_hotel.COUNTS) as running:
        qloapps_hotel.furnish(running)
        yield running


@pytest.fixture
async def service(
    qlo: FakeQloApps, postgres: EmbeddedPostgres, valkey: EmbeddedValkey, graph: FakeGraph, tmp_path: Path
) -> AsyncIterator[Service]:
    file = HotelsFile(tmp_path / "hotels.yaml")
    file.change(lambda hotel: qloapps_hotel.connect(hotel, qlo))
    service = Service(
        database_url=postgres.url,
        redis_url=valkey.url,
        graph_url=graph.url,
        data_dir=tmp_path,
        measured=True,
        hotels_file=str(file.path),
    )
    service.configure(**{qloapps_hotel.KEY_VARIABLE: qlo.key})
    await service.start()
    yield service
    assert service.exit_code is None, service.log()[-3000:]
    await service.kill()


async def test_a_room_of_a_qloapps_is_offered_booked_shown_and_cancelled(
    qlo: FakeQloApps, service: Service, session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    guest = Guest(service, session, graph, "5491150000001")

    offer = await guest.says("una doble del 5 al 8 de mayo para 2", "total con impuestos")
    assert "306.80" in offer
    await guest.says("la primera, a nombre de Ana Ruiz, ana@example.com", "¿Confirmo la reserva?")
    confirmed = await guest.says("sí", "¡Reserva confirmada!")

    [order] = qlo.books.orders.values()
    assert order.reference in confirmed
    assert "306.80" in confirmed
    assert (order.customer.firstname, order.customer.lastname) == ("Ana", "Ruiz")
    assert [line.live for line in order.lines] == [True]

    await guest.says(f"cancelar la reserva {order.reference}", "¿La cancelo?")
    await guest.says("sí", "quedó cancelada")
    assert not any(line.live for line in order.lines)
    assert re.search("ana@example|Ruiz|5491150000001", service.log()) is None
