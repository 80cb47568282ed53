"""Feature flags in memory: refreshed from Redis, last known good while it is away, defaults before that."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from agente_hotelero.actors.runtime import AsyncioActor, Request, note_unless_away
from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag, read_override
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import HotelId
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

REFRESH_SECONDS: Final = 5.0
"""Well below the 30 s that a change may take."""


class FlagStore(Protocol):
    """Where overrides are kept."""

    async def read(self) -> Mapping[str, str]:
        """All overrides; raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagState:
    """One flag as it is in force; `source` is `redis` or `default`, `stale` says that Redis is away."""

    flag: str
    enabled: bool
    source: str
    stale: bool


class FlagView:
    """What everybody reads, synchronously; the actor keeps it fresh."""

    def __init__(self) -> None:
        self._overrides: Mapping[str, bool] = {}
        self.stale = False

    def enabled(self, flag: Flag, *, hotel: HotelId | None = None) -> bool:
        """Tell whether a flag is on; `agent.paused` may also be set for one hotel."""
        if hotel is not None and flag is Flag.AGENT_PAUSED:
            own = self._overrides.get(f"{flag.value}:{hotel}")
            if own is not None:
                return own
        return self._overrides.get(flag.value, DEFAULT_FLAGS[flag])

    def list(self) -> tuple[FlagState, ...]:
        """Every flag, by name, then what is set for single hotels."""
        names = [*(flag.value for flag in Flag), *(name for name in sorted(self._overrides) if ":" in name)]
        return tuple(self._state(name) for name in names)

    def replace(self, overrides: Mapping[str, bool]) -> None:
        """Take what Redis says now."""
        self._overrides = overrides
        self.stale = False

    def _state(self, name: str) -> FlagState:
        override = self._overrides.get(name)
        enabled = DEFAULT_FLAGS[Flag(name)] if override is None else override
        return FlagState(
            flag=name, enabled=enabled, source="default" if override is None else "redis", stale=self.stale
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh(Request[None]):
    """Read Redis now."""


class FeatureFlagsActor(AsyncioActor):
    """Keeps the view fresh."""

    def __init__(self, *, store: FlagStore, view: FlagView, metrics: Metrics, seconds: float = REFRESH_SECONDS) -> None:
        super().__init__()
        self._store = store
        self._view = view
        self._metrics = metrics
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self.unreadable = 0
        """Fields of the hash that are no flag or hold no yes or no, as of the last look."""
        self._published: set[str] = set()
        self._publish()

    async def started(self) -> None:
        """Begin to look; an absent Redis delays nothing."""
        self._task = asyncio.create_task(self._watch())

    async def stopped(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()

    def on_receive(self, message: Any) -> Any:
        """Refresh on demand."""
        match message:
            case Refresh():
                return self._refresh()
            case _:
                raise TypeError(f"FeatureFlagsActor does not take {type(message).__name__}")

    async def _watch(self) -> None:
        while True:
            try:
                await self._refresh()
            except Exception as error:  # noqa: BLE001 - flags that nobody refreshes would stand still without a word
                note_unless_away("flags_not_read", error)
            await asyncio.sleep(self._seconds)

    async def _refresh(self) -> None:
        try:
            fields = await self._store.read()
        except UnavailableError:
            if not self._view.stale:
                log.warning("flags_stale")
            self._view.stale = True
            self._metrics.dependency_up.labels(name="redis").set(0)
            raise
        self._metrics.dependency_up.labels(name="redis").set(1)
        overrides = {name: value for name, text in fields.items() if (value := read_override(name, text)) is not None}
        unreadable = len(fields) - len(overrides)
        if unreadable != self.unreadable:
            log.warning("flags_unreadable", fields=unreadable)
        self.unreadable = unreadable
        self._view.replace(overrides)
        self._publish()

    def _publish(self) -> None:
        states = {state.flag: state.enabled for state in self._view.list()}
        for name, enabled in states.items():
            self._metrics.feature_flag_enabled.labels(flag=name).set(enabled)
        for gone in self._published - states.keys():
            self._metrics.feature_flag_enabled.remove(gone)
        self._published = set(states)
