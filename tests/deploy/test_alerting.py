"""From a fault in a running service to whoever is told: the real Prometheus, the real Alertmanager, our rules and routes."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from tests.fakes.graph import FakeGraph
from tests.support.service import Service, free_port
from tests.support.watching import ALERTMANAGER, Receiver, needed, quick_routes, receiving, watched

pytestmark = [pytest.mark.xdist_group("alerting"), pytest.mark.timeout(180)]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def prometheus(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey, receiver: Receiver, tmp_path: Path
) -> AsyncIterator[str]:
    """A service with a port for its operators, watched."""
    needed("prometheus")
    needed("prometheus-alertmanager")
    ops = free_port()
    async with FakeGraph() as graph:
        service = Service(
            database_url=postgres.url, redis_url=valkey.url, graph_url=graph.url, data_dir=tmp_path, ops__port=str(ops)
        )
        await service.start()
        try:
            async with watched(ops, receiver, directory=tmp_path) as url:
                yield url
        finally:
            await service.kill()


async def active(prometheus: str) -> set[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{prometheus}/api/v1/alerts") as answer:
        return {alert["labels"]["alertname"] for alert in (await answer.json())["data"]["alerts"]}


@pytest.mark.long
async def test_a_dependency_that_is_away_is_told_to_the_right_people_and_its_return_too(
    prometheus: str, receiver: Receiver, postgres: EmbeddedPostgres, valkey: EmbeddedValkey
) -> None:
    assert await active(prometheus) == set()
    valkey.stop()
    told = await receiver.hears("tickets", "RedisDown", "firing")
    assert told["annotations"]["runbook"] == "docs/runbooks/redis-degraded.md"
    postgres.stop()
    told = await receiver.hears("on-call", "PostgresDown", "firing")
    assert told["annotations"]["runbook"] == "docs/runbooks/postgres-down.md"
    # What only follows from it wakes nobody a second time.
    assert not {alert["labels"]["alertname"] for who, alert in receiver.told if who == "on-call"} - {"PostgresDown"}
    valkey.start()
    postgres.start()
    await receiver.hears("tickets", "RedisDown", "resolved")
    await receiver.hears("on-call", "PostgresDown", "resolved")


def test_alertmanager_takes_its_routes(tmp_path: Path) -> None:
    routes = quick_routes(
        (ALERTMANAGER / "alertmanager.yml").read_text("utf-8"),
        urls={"on-call": "http://127.0.0.1:1/", "tickets": "http://127.0.0.1:1/"},
    )
    (tmp_path / "routes.yml").write_text(routes, "utf-8")
    done = subprocess.run(
        [needed("amtool"), "check-config", tmp_path / "routes.yml"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
