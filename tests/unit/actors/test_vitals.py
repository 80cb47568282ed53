"""Readiness, dependencies and lags, published without asking anybody."""

import asyncio
from typing import Any

import pytest

from agente_hotelero.actors.vitals import LOOK_SECONDS, Snapshot, Vitals
from agente_hotelero.errors import UnavailableError
from agente_hotelero.telemetry.metrics import Metrics
from tests.support.virtual_time import clock, in_virtual_time, until_idle


class Body:
    """Two dependencies, one part of our own."""

    def __init__(self, *, required: frozenset[str] = frozenset({"postgres", "router"})) -> None:
        self.troubles: dict[str, Exception | str] = {}
        self.router_well = True
        self.age = 3.5
        self.metrics = Metrics()
        self.vitals = Vitals(
            probes={"postgres": lambda: self._probe("postgres"), "redis": lambda: self._probe("redis")},
            parts={"router": lambda: self.router_well},
            required=required,
            details=lambda: {"standing": "owning"},
            measures=(
                (self.metrics.inbox_lag_seconds, self._age),
                (self.metrics.backup_age_seconds, self._backup_age),
            ),
            depths=lambda: {"Journal": 7},
            metrics=self.metrics,
        )

    async def look(self) -> Snapshot:
        await self.vitals.look()
        return self.vitals.snapshot()

    def sample(self, metric: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(metric, labels)

    async def _probe(self, name: str) -> None:
        trouble = self.troubles.get(name)
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            await asyncio.Event().wait()

    async def _age(self) -> float:
        await self._probe("age")
        return self.age

    async def _backup_age(self) -> float:
        await self._probe("backup age")
        return 7_200.0


def test_before_the_first_look_nothing_is_known_to_be_well() -> None:
    assert not Body().vitals.snapshot().ready


@in_virtual_time
async def test_what_the_database_tells_is_published() -> None:
    body = Body()
    await body.look()
    assert (body.sample("inbox_lag_seconds"), body.sample("backup_age_seconds")) == (3.5, 7_200.0)


@in_virtual_time
async def test_what_waits_in_mailboxes_is_published_by_kind() -> None:
    body = Body()
    await body.look()
    assert body.sample("mailbox_depth", kind="Journal") == 7


@in_virtual_time
async def test_all_well_is_ready_and_published() -> None:
    body = Body()
    seen = await body.look()
    assert seen == Snapshot(
        ready=True, checks={"postgres": True, "redis": True, "router": True}, details={"standing": "owning"}
    )
    assert body.sample("readiness") == body.sample("dependency_up", name="redis") == 1
    assert body.sample("inbox_lag_seconds") == 3.5


@pytest.mark.parametrize("trouble", [UnavailableError("postgres"), ValueError("odd"), "hangs"])
@in_virtual_time
async def test_a_required_dependency_that_fails_or_hangs_is_not_ready(trouble: Any) -> None:
    body = Body()
    body.troubles["postgres"] = trouble
    seen = await body.look()
    assert not seen.ready
    assert seen.checks == {"postgres": False, "redis": True, "router": True}
    assert body.sample("readiness") == body.sample("dependency_up", name="postgres") == 0
    assert clock() <= LOOK_SECONDS


@in_virtual_time
async def test_a_dependency_that_is_not_required_is_shown_and_decides_nothing() -> None:
    body = Body()
    body.troubles["redis"] = UnavailableError("redis")
    seen = await body.look()
    assert seen.ready
    assert not seen.checks["redis"]


@in_virtual_time
async def test_a_required_name_that_nobody_looks_at_is_not_well() -> None:
    body = Body(required=frozenset({"pms"}))
    assert not (await body.look()).ready


@in_virtual_time
async def test_our_own_parts_are_as_they_are_this_moment() -> None:
    body = Body()
    await body.look()
    body.router_well = False
    assert not body.vitals.snapshot().ready


@in_virtual_time
async def test_draining_is_not_ready_at_once_and_in_the_metric_too() -> None:
    body = Body()
    await body.look()
    body.vitals.drain()
    assert not body.vitals.snapshot().ready
    assert body.sample("readiness") == 0
    assert not (await body.look()).ready


@pytest.mark.parametrize("trouble", [UnavailableError("postgres"), "hangs"])
@in_virtual_time
async def test_an_inbox_that_can_not_be_looked_at_is_a_database_that_is_not_well(trouble: Any) -> None:
    body = Body()
    body.troubles["age"] = trouble
    assert not (await body.look()).ready
    assert clock() <= LOOK_SECONDS


@in_virtual_time
async def test_it_goes_on_looking() -> None:
    body = Body()
    running = asyncio.create_task(body.vitals.run())
    await asyncio.sleep(1)
    body.troubles["postgres"] = ValueError("odd")
    await asyncio.sleep(LOOK_SECONDS + 1)
    assert not body.vitals.snapshot().ready
    del body.troubles["postgres"]
    await asyncio.sleep(LOOK_SECONDS + 1)
    assert body.vitals.snapshot().ready
    running.cancel()


@in_virtual_time
async def test_a_loop_that_stands_still_shows_as_lag() -> None:
    body = Body()
    running = asyncio.create_task(body.vitals.run())
    await asyncio.sleep(LOOK_SECONDS / 2)
    loop: Any = asyncio.get_running_loop()
    loop._now += 10
    await until_idle()
    assert body.sample("loop_lag_seconds") == 10 - LOOK_SECONDS / 2
    await asyncio.sleep(LOOK_SECONDS + 0.1)
    assert body.sample("loop_lag_seconds") == 0
    running.cancel()
