"""Flags: Redis, the last known good while it is away, and the defaults before that."""

import asyncio
from collections import deque

import pytest

from agente_hotelero.actors.feature_flags import (
    REFRESH_SECONDS,
    FeatureFlagsActor,
    FlagState,
    FlagView,
    Refresh,
)
from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag, is_flag
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import HotelId
from agente_hotelero.telemetry.metrics import Metrics
from tests.support.virtual_time import in_virtual_time, until_idle

BUTTONS = "features.interactive_messages"
PAUSED = "agent.paused"
SEA, HILL = HotelId("sea"), HotelId("hill")


class Pole:
    """Running flags over a hash in memory."""

    def __init__(self, **fields: str) -> None:
        self.fields = fields
        self.away = False
        self.failures: deque[Exception] = deque()
        self.view = FlagView()
        self.metrics = Metrics()
        self.actor = FeatureFlagsActor(store=self, view=self.view, metrics=self.metrics)
        self.actor._start_actor_loop()

    async def read(self) -> dict[str, str]:
        if self.failures:
            raise self.failures.popleft()
        if self.away:
            raise UnavailableError("redis")
        return dict(self.fields)

    async def set(self, name: str, text: str) -> None:
        self.fields[name] = text
        await self.actor.actor_ref.ask(Refresh())

    def gauge(self, flag: str) -> float | None:
        return self.metrics.registry.get_sample_value("feature_flag_enabled", {"flag": flag})


def test_every_flag_has_a_default_and_is_listed_before_anybody_looked() -> None:
    view = FlagView()
    assert [state.flag for state in view.list()] == [flag.value for flag in Flag]
    assert all(state.source == "default" and state.enabled is DEFAULT_FLAGS[Flag(state.flag)] for state in view.list())


@in_virtual_time
async def test_every_flag_is_a_metric_from_the_start() -> None:
    pole = Pole()
    assert [pole.gauge(flag.value) for flag in Flag] == [float(DEFAULT_FLAGS[flag]) for flag in Flag]


@pytest.mark.parametrize(
    ("text", "on"), [("1", True), ("TRUE ", True), ("yes", True), ("on", True), ("0", False), ("No", False)]
)
@in_virtual_time
async def test_a_change_in_redis_is_in_force_within_seconds(text: str, on: bool) -> None:
    pole = Pole()
    await until_idle()
    pole.fields[BUTTONS] = text
    await asyncio.sleep(REFRESH_SECONDS + 0.1)
    assert pole.view.enabled(Flag.INTERACTIVE_MESSAGES) is on
    assert FlagState(flag=BUTTONS, enabled=on, source="redis", stale=False) in pole.view.list()
    assert pole.gauge(BUTTONS) == float(on)


@in_virtual_time
async def test_what_is_no_flag_or_no_yes_or_no_is_counted_and_not_guessed() -> None:
    pole = Pole()
    pole.fields = {BUTTONS: "maybe", "features.unknown": "1", f"{BUTTONS}:sea": "1", f"{PAUSED}:sea": "on"}
    await pole.actor.actor_ref.ask(Refresh())
    assert pole.actor.unreadable == 3
    assert not pole.view.enabled(Flag.INTERACTIVE_MESSAGES)
    assert [state.flag for state in pole.view.list()] == [*(flag.value for flag in Flag), f"{PAUSED}:sea"]


@in_virtual_time
async def test_one_hotel_can_be_paused_or_excepted_alone() -> None:
    pole = Pole()
    await pole.set(f"{PAUSED}:sea", "on")
    assert pole.view.enabled(Flag.AGENT_PAUSED, hotel=SEA)
    assert not pole.view.enabled(Flag.AGENT_PAUSED, hotel=HILL)
    assert not pole.view.enabled(Flag.AGENT_PAUSED)
    await pole.set(PAUSED, "on")
    await pole.set(f"{PAUSED}:hill", "off")
    assert pole.view.enabled(Flag.AGENT_PAUSED, hotel=SEA)
    assert not pole.view.enabled(Flag.AGENT_PAUSED, hotel=HILL)


@in_virtual_time
async def test_an_override_that_is_gone_leaves_the_default_and_no_metric() -> None:
    pole = Pole()
    await pole.set(f"{PAUSED}:sea", "on")
    await pole.set(BUTTONS, "on")
    pole.fields.clear()
    await pole.actor.actor_ref.ask(Refresh())
    assert not pole.view.enabled(Flag.INTERACTIVE_MESSAGES)
    assert pole.gauge(BUTTONS) == 0
    assert pole.gauge(f"{PAUSED}:sea") is None


@in_virtual_time
async def test_while_redis_is_away_the_last_known_good_holds_and_says_that_it_is_stale() -> None:
    pole = Pole()
    await pole.set(BUTTONS, "on")
    pole.away = True
    await asyncio.sleep(600)
    assert pole.view.enabled(Flag.INTERACTIVE_MESSAGES)
    assert FlagState(flag=BUTTONS, enabled=True, source="redis", stale=True) in pole.view.list()
    assert pole.metrics.registry.get_sample_value("dependency_up", {"name": "redis"}) == 0
    pole.away = False
    await asyncio.sleep(REFRESH_SECONDS)
    assert not pole.view.stale
    assert pole.metrics.registry.get_sample_value("dependency_up", {"name": "redis"}) == 1


@in_virtual_time
async def test_without_redis_from_the_start_the_defaults_hold() -> None:
    pole = Pole()
    pole.away = True
    await until_idle()
    assert all(state.stale and state.source == "default" for state in pole.view.list())
    with pytest.raises(UnavailableError):
        await pole.actor.actor_ref.ask(Refresh())


@in_virtual_time
async def test_an_unexpected_failure_is_not_the_last_look() -> None:
    pole = Pole()
    pole.failures.append(ValueError("odd"))
    pole.fields[BUTTONS] = "on"
    await asyncio.sleep(2 * REFRESH_SECONDS)
    assert pole.view.enabled(Flag.INTERACTIVE_MESSAGES)


@pytest.mark.parametrize(
    ("name", "known"),
    [(BUTTONS, True), (PAUSED, True), (f"{PAUSED}:sea", True), (f"{BUTTONS}:sea", False), ("agent.pause", False)],
)
def test_names_are_known_exactly(name: str, known: bool) -> None:
    assert is_flag(name) is known


@in_virtual_time
async def test_a_stop_ends_the_watch_and_strangers_messages_are_refused() -> None:
    pole = Pole()
    with pytest.raises(TypeError):
        await pole.actor.actor_ref.ask("flags?")  # type: ignore[arg-type]  # what no actor takes
    await pole.actor.actor_ref.stop()
    await until_idle()
    assert asyncio.all_tasks() == {asyncio.current_task()}
