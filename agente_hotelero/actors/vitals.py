"""How we are, published every few seconds so that nobody has to ask: readiness, lags, dependencies."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client import Gauge

from agente_hotelero.actors.runtime import note_failure
from agente_hotelero.errors import UnavailableError
from agente_hotelero.telemetry.metrics import Metrics

LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`checks` are dependencies and our own parts, true while they are well."""

    ready: bool = False
    checks: Mapping[str, bool] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


class Vitals:
    """Looks at dependencies itself, and at actors through what supervisors publish."""

    def __init__(
        self,
        *,
        probes: Mapping[str, Callable[[], Awaitable[None]]],
        parts: Mapping[str, Callable[[], bool]],
        required: frozenset[str],
        details: Callable[[], Mapping[str, Any]],
        measures: Sequence[tuple[Gauge, Callable[[], Awaitable[float]]]],
        depths: Callable[[], Mapping[str, int]],
        metrics: Metrics,
    ) -> None:
        """`probes` raise UnavailableError; `parts` answer at once; `required` names those that decide readiness.

        `measures` are read from the database and published.
        """
        self._probes = probes
        self._parts = parts
        self._required = required
        self._details = details
        self._measures = measures
        self._depths = depths
        self._metrics = metrics
        self._well: dict[str, bool] = {}
        self._draining = False

    def drain(self) -> None:
        """Not ready any more: we are about to leave."""
        self._draining = True
        self._metrics.readiness.set(0)

    def snapshot(self) -> Snapshot:
        """How we are now: dependencies as last seen, our own parts this moment."""
        checks = {**self._well, **{name: look() for name, look in self._parts.items()}}
        ready = not self._draining and all(checks.get(name, False) for name in self._required)
        return Snapshot(ready=ready, checks=checks, details=self._details())

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self.look()
            due = loop.time() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._metrics.loop_lag_seconds.set(loop.time() - due)

    async def look(self) -> None:
        """Look once at everything."""
        await asyncio.gather(*(self._probe(name, probe) for name, probe in self._probes.items()))
        if self._well.get("postgres"):
            await self._probe("postgres", self._look_into_database)
        self._metrics.readiness.set(self.snapshot().ready)
        for kind, depth in self._depths().items():
            self._metrics.mailbox_depth.labels(kind=kind).set(depth)

    async def _look_into_database(self) -> None:
        for gauge, read in self._measures:
            gauge.set(await read())

    async def _probe(self, name: str, probe: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await probe()
            self._well[name] = True
        except (UnavailableError, TimeoutError):
            self._well[name] = False
        except Exception as error:  # noqa: BLE001 - a probe that fails in its own way is not well, and others are still looked at
            note_failure("probe_failed", error, name=name)
            self._well[name] = False
        self._metrics.dependency_up.labels(name=name).set(self._well[name])
