"""The service as most of these tests want it: over shared servers, with a port for the people on call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.graph import FakeGraph
from tests.support.service import Service, free_port


@pytest.fixture
async def service(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(
        measured=True,
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        ops__port=str(free_port()),
    )
    await service.start()
    yield service
    await service.kill()
