"""SIGKILL between any two steps of the saga over a QloApps: afterwards one live order or none, and the guest knows which."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.qloapps import demo
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import FakeQloApps
from tests.support import qloapps_hotel
from tests.support.hotels_file import HotelsFile
from tests.support.qloapps_hotel import DOUBLE_ID
from tests.support.service import Service
from tests.support.whatsapp_guest import Guest

CONFIRMED: Final = "¡Reserva confirmada!"
TAKEN: Final = "no se hizo ninguna reserva"
FAILED: Final = "No quedó nada reservado"
ENDS: Final = (CONFIRMED, TAKEN, FAILED)


@dataclass(frozen=True)
class Step:
    """The process dies when its `nth` request for the resource since the yes has come in; `done` says whether it is worked off."""

    resource: str
    nth: int
    method: str = "GET"
    done: bool = False

    @property
    def fault(self) -> Fault:
        return Fault("hang_after" if self.done else "hang", self.method, self.resource)

    def __str__(self) -> str:
        return f"{self.resource}-{self.nth}{'-done' if self.done else ''}"


SEARCH = Step("orders", 1)
WHOSE_ADDRESS = Step("customers", 1)
WRITE = Step("bookings", 1, "POST")
WRITTEN = Step("bookings", 1, "POST", done=True)
READ_BACK = Step("orders", 2)
ITS_ROOMS = Step("room_bookings", 1)
WHO_WAS_FIRST = Step("room_bookings", 2)
ALL_STEPS: Final = (SEARCH, WHOSE_ADDRESS, WRITE, WRITTEN, READ_BACK, ITS_ROOMS, WHO_WAS_FIRST)
CANCELS = Step("order_histories", 1, "POST")
CANCELLED = Step("order_histories", 1, "POST", done=True)

MODES: Final[Mapping[str, dict[str, Any]]] = {
    "1.6.1": {"version": "1.6.1"},
    "1.7.0": {"version": "1.7.0"},
    "1.6.1_notices": {"version": "1.6.1", "notices": True},
    "1.7.0_notices": {"version": "1.7.0", "notices": True},
    "1.6.1_mails": {"version": "1.6.1", "mails": True},
    "1.7.0_two_languages": {"version": "1.7.0", "languages": 2},
}
SHORT: Final = [
    ("1.6.1_notices", WRITTEN),
    ("1.7.0", WHO_WAS_FIRST),
]
"""Two of all, none that waits for the grace of a write that nobody knows of."""
LONG: Final = [(mode, step) for mode in MODES for step in ALL_STEPS if (mode, step) not in SHORT]


@pytest.fixture
def place(database_url: str, valkey_url: str, tmp_path: Path) -> tuple[str, str, Path]:
    return database_url, valkey_url, tmp_path


@asynccontextmanager
async def town(
    place: tuple[str, str, Path], graph: FakeGraph, **mode: Any
) -> AsyncIterator[tuple[FakeQloApps, Service, Guest]]:
    database_url, valkey_url, folder = place
    async with FakeQloApps(rooms_per_type=1, **mode) as qlo, aiohttp.ClientSession() as session:
        qloapps_hotel.furnish(qlo)
        file = HotelsFile(folder / "hotels.yaml")
        file.change(lambda hotel: qloapps_hotel.connect(hotel, qlo))
        service = Service(
            database_url=database_url,
            redis_url=valkey_url,
            graph_url=graph.url,
            data_dir=folder,
            hotels_file=str(file.path),
        )
        service.configure(**{qloapps_hotel.KEY_VARIABLE: qlo.key})
        await service.start()
        try:
            yield qlo, service, Guest(service, session, graph, "5491150000001")
        finally:
            await service.kill()


async def is_about_to_book(guest: Guest) -> None:
    await guest.says("una doble del 5 al 8 de mayo para 2", "total con impuestos")
    await guest.says("la primera, a nombre de Ana Ruiz, ana@example.com", "¿Confirmo la reserva?")


async def dies_at(step: Step, qlo: FakeQloApps, service: Service, *, after: dict[str, int]) -> None:
    """Let the process reach the step, and kill it there."""
    await qlo.arrived(step.resource, after.get(step.resource, 0) + step.nth)
    await service.kill()
    qlo.release()


def calls(qlo: FakeQloApps) -> dict[str, int]:
    return {step.resource: qlo.count(step.resource) for step in (*ALL_STEPS, CANCELS)}


async def hears_the_end(guest: Guest, *, seconds: float) -> str:
    """The first reply that says how it ended."""
    async with asyncio.timeout(seconds):
        while not (ends := [end for reply in guest.heard for end in ENDS if end in reply]):  # noqa: ASYNC110 - another's doing
            await asyncio.sleep(0.05)
    return ends[0]


def assert_true(end: str, guest: Guest, qlo: FakeQloApps) -> None:
    """What the guest heard is what the books say, and nothing of ours is left over."""
    ours = [order for order in qlo.books.orders.values() if order.source.startswith("AH-")]
    live = [order for order in ours if order.state != demo.CANCELLED]
    assert sum(any(one in reply for one in ENDS) for reply in guest.heard) == 1
    if end == CONFIRMED:
        [order] = live
        assert all(line.live for line in order.lines)
        assert any(order.reference in reply for reply in guest.heard)
        robbed = {max(pair, key=lambda line: line.id).order_id for pair in qlo.books.overbooked()}
        assert order.id not in robbed
    else:
        assert live == []
        assert not [line for order in ours for line in order.lines if line.live]


async def survives(place: tuple[str, str, Path], graph: FakeGraph, mode: str, step: Step) -> None:
    async with town(place, graph, **MODES[mode]) as (qlo, service, guest):
        await is_about_to_book(guest)
        before = calls(qlo)
        skip = [Fault("slow", step.method, step.resource, 0.0)] * (step.nth - 1)
        qlo.faults.extend([*skip, step.fault])
        assert await guest.writes("sí") == 200
        await dies_at(step, qlo, service, after=before)
        await service.start()

        end = await hears_the_end(guest, seconds=150)

        assert end == CONFIRMED
        assert_true(end, guest, qlo)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("mode", "step"), SHORT, ids=str)
async def test_a_booking_survives_a_kill_at_a_step_on_its_way(
    place: tuple[str, str, Path], graph: FakeGraph, mode: str, step: Step
) -> None:
    await survives(place, graph, mode, step)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("mode", "step"), LONG, ids=str)
async def test_a_booking_survives_a_kill_at_every_step_of_every_mode(
    place: tuple[str, str, Path], graph: FakeGraph, mode: str, step: Step
) -> None:
    await survives(place, graph, mode, step)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("race", "step"),
    [pytest.param("silent_loser", CANCELS, marks=pytest.mark.long), ("double_sale", CANCELLED)],
    ids=str,
)
async def test_who_lost_the_room_hears_it_also_when_the_process_dies_while_it_gives_the_order_back(
    place: tuple[str, str, Path], graph: FakeGraph, race: Any, step: Step
) -> None:
    async with town(place, graph, version="1.6.1") as (qlo, service, guest):
        await is_about_to_book(guest)
        before = calls(qlo)
        qlo.race = race
        qlo.faults.append(step.fault)

        async def somebody_else() -> None:
            qlo.front_desk.book(DOUBLE_ID, *qloapps_hotel.from_5_to_8_may())

        qlo.meanwhile = somebody_else
        assert await guest.writes("sí") == 200
        await dies_at(step, qlo, service, after=before)
        qlo.meanwhile = None
        await service.start()

        end = await hears_the_end(guest, seconds=60)

        assert end == TAKEN
        assert_true(end, guest, qlo)
        # An alternative, or the question for other dates, comes with it.
        await guest.hears("¿", seconds=10)
