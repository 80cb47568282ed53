"""A small hotel's QloApps, and the adapter that stands in front of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from agente_hotelero.pms.qloapps.client import QloApps
from tests.fakes.qloapps.server import FakeQloApps
from tests.support import qloapps_hotel

MORNING = datetime(2030, 5, 1, 9, tzinfo=UTC)


@pytest.fixture(params=["1.6.1", "1.7.0"])
async def qlo(request: pytest.FixtureRequest) -> AsyncIterator[FakeQloApps]:
    async with FakeQloApps(version=request.param, rooms_per_type=qloapps_hotel.COUNTS, now=lambda: MORNING) as running:
        qloapps_hotel.furnish(running)
        yield running


@pytest.fixture
async def pms(qlo: FakeQloApps) -> AsyncIterator[QloApps]:
    async with qloapps_hotel.adapter(qlo, now=lambda: MORNING) as client:
        yield client
