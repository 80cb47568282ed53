"""A guest on WhatsApp, the running service and a QloApps: from the question to a room that is theirs."""

import asyncio
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
from tests.support.command_line import CommandLine
from tests.support.hotels_file import HotelsFile
from tests.support.qloapps_hotel import DOUBLE_ID
from tests.support.service import Service
from tests.support.whatsapp_guest import Guest

CONFIRMED, TAKEN = "¡Reserva confirmada!", "no se hizo ninguna reserva"
NEW_KEY = "N" * 32
NEW_VARIABLE = "TEST_QLOAPPS_NEW_KEY"

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
        hotels_file=str(file.path),
    )
    service.configure(**{qloapps_hotel.KEY_VARIABLE: qlo.key, NEW_VARIABLE: NEW_KEY})
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


async def test_of_many_who_say_yes_at_once_each_hears_the_truth_and_losers_what_else_there_is(
    qlo: FakeQloApps, service: Service, session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    guests = [Guest(service, session, graph, f"549115000010{n}") for n in range(5)]
    for n, guest in enumerate(guests):
        await guest.says("una doble del 5 al 8 de mayo para 2", "total con impuestos")
        await guest.says(f"la primera, a nombre de Ana Ruiz, ana{n}@example.com", "¿Confirmo la reserva?")
    booked = at_the_desk_in_between(qlo)

    await asyncio.gather(*(guest.writes("sí") for guest in guests))

    async with asyncio.timeout(30):
        while not all(ends(guest) for guest in guests):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    assert len(booked) == 1
    robbed = {max(pair, key=lambda line: line.id).id for pair in qlo.books.overbooked()}
    ours = [line for line in qlo.books.live_lines() if qlo.books.orders[line.order_id].source.startswith("AH-")]
    housed = {qlo.books.orders[line.order_id].customer.email for line in ours if line.id not in robbed}
    told = {f"ana{n}@example.com" for n, guest in enumerate(guests) if ends(guest) == [CONFIRMED]}
    assert told == housed
    assert len(ours) == len(told) == 1
    for guest in guests:
        if ends(guest) != [CONFIRMED]:
            # There are a suite, other dates, and a person.
            await guest.hears("Suite", seconds=10)


def at_the_desk_in_between(qlo: FakeQloApps) -> list[int]:
    """One of the two doubles goes to somebody at the desk, between the first booking's check and its insert."""
    booked: list[int] = []

    async def meanwhile() -> None:
        if not booked:
            booked.append(qlo.front_desk.book(DOUBLE_ID, *qloapps_hotel.from_5_to_8_may()).id)

    qlo.race, qlo.meanwhile = "double_sale", meanwhile
    return booked


def ends(guest: Guest) -> list[str]:
    """How it ended, as the guest heard it."""
    return [end for reply in guest.heard for end in (CONFIRMED, TAKEN) if end in reply]


async def test_a_key_is_replaced_by_a_reload(
    qlo: FakeQloApps, service: Service, session: aiohttp.ClientSession, graph: FakeGraph, tmp_path: Path
) -> None:
    guest = Guest(service, session, graph, "5491150000002")
    await guest.says("una doble del 5 al 8 de mayo para 2", "total con impuestos")
    qlo.key = NEW_KEY
    await guest.says("una suite del 10 al 12 de mayo para 2", "no puedo consultar")

    file = HotelsFile(tmp_path / "hotels.yaml")
    file.change(lambda hotel: qloapps_hotel.connect(hotel, qlo, variable=NEW_VARIABLE))
    done = await CommandLine(directory=tmp_path, settings=service.environment).run("reload")

    assert done.code == 0, done.err
    async with asyncio.timeout(30):
        while "total con impuestos" not in (await guest.says("una suite del 12 al 14 de mayo para 2", "")):  # noqa: ASYNC110 - its circuit closes when it does
            await asyncio.sleep(0.5)


@pytest.mark.long
async def test_pms_check_says_what_is_in_order_and_what_to_fix(qlo: FakeQloApps, tmp_path: Path) -> None:
    file = HotelsFile(tmp_path / "hotels.yaml")
    file.add_second()
    file.change(lambda hotel: qloapps_hotel.connect(hotel, qlo), hotel=1)
    settings = {"AGENTE_HOTELS_FILE": str(file.path), qloapps_hotel.KEY_VARIABLE: qlo.key}
    shell = CommandLine(directory=tmp_path, settings=settings)

    good = await shell.run("pms", "check")
    qlo.permissions["order_histories"] = {"GET"}
    bad = await shell.run("pms", "check", "--hotel", "segundo")
    unknown = await shell.run("pms", "check", "--hotel", "tercero")

    assert good.code == 0, good.err
    assert "demo:\n  ok    the demo PMS" in good.out
    assert f"segundo:\n  ok    {qlo.url} answers, and knows the key" in good.out
    assert "fix   the key lacks POST on order_histories" in bad.out
    assert bad.error == "to be fixed: segundo"
    assert unknown.error == "the hotels file has no hotel 'tercero'"
    assert qlo.key not in good.out + good.err + bad.out + bad.err
