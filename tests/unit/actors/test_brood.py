import asyncio
import gc
import tracemalloc
from typing import Any

import pytest

from agente_hotelero.actors.brood import Brood
from agente_hotelero.actors.budget import Budget
from agente_hotelero.actors.mailbox import dispatcher
from agente_hotelero.actors.runtime import ActorStoppedError, AsyncioActor, Request
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.telemetry.metrics import Metrics


class Ask(Request[str]):
    """Is answered by the guest's name."""


class Wait(Request[str]):
    """Is not answered."""


class GuestActor(AsyncioActor):
    """Fails when told an error."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.resting = True
        self.heard: list[object] = []

    def on_receive(self, message: Any) -> Any:
        if isinstance(message, Exception):
            raise message
        if isinstance(message, Wait):
            return asyncio.Event().wait()
        self.heard.append(message)
        return self.name


class Guests:
    """A brood with a clock turned by hand."""

    def __init__(self, *, intensity: int = 3, capacity: int = 100, metrics: Metrics | None = None) -> None:
        self.now = 1_000.0
        self.made: list[str] = []
        self.failed: list[str] = []
        self.brood: Brood[str] = Brood(
            kind="Guest",
            make=self._make,
            on_failed=self.failed.append,
            budget=Budget(intensity=intensity, period_seconds=10.0, clock=self._clock),
            capacity=capacity,
            idle_seconds=60.0,
            pause_seconds=10.0,
            metrics=metrics,
            clock=self._clock,
        )

    def _clock(self) -> float:
        return self.now

    def _make(self, name: str) -> GuestActor:
        self.made.append(name)
        return GuestActor(name)

    def actor(self, name: str) -> Any:
        return self.brood.ref(name).mailbox.actor

    async def settle(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)


async def test_a_child_is_made_when_it_is_first_needed_and_kept() -> None:
    guests = Guests()
    assert await guests.brood.ref("Ana").ask(Ask()) == "Ana"
    assert guests.brood.ref("Ana") is guests.brood.ref("Ana")
    assert guests.made == ["Ana"]
    assert list(guests.brood) == ["Ana"]
    assert len(guests.brood) == 1


async def test_the_idle_are_put_aside_and_made_again_when_needed() -> None:
    guests = Guests()
    old = guests.brood.ref("Ana")
    guests.now += 50.0
    guests.brood.ref("Bea")
    guests.now += 11.0
    guests.brood.rest()
    assert list(guests.brood) == ["Bea"]
    assert not old.is_alive()
    assert await guests.brood.ref("Ana").ask(Ask()) == "Ana"


async def test_a_child_with_a_message_in_its_mailbox_is_never_put_aside() -> None:
    guests = Guests()
    actor = guests.actor("Ana")
    guests.brood.ref("Ana").tell("hello")
    guests.now += 1_000.0
    guests.brood.rest()
    await guests.settle()
    assert actor.heard == ["hello"]
    assert list(guests.brood) == ["Ana"]


async def test_a_child_at_work_or_with_something_in_hand_is_never_put_aside() -> None:
    guests = Guests()
    working = asyncio.ensure_future(guests.brood.ref("Ana").ask(Wait()))
    guests.actor("Bea").resting = False
    await guests.settle()
    guests.now += 1_000.0
    guests.brood.rest()
    assert set(guests.brood) == {"Ana", "Bea"}
    working.cancel()


async def test_beyond_the_capacity_the_least_recently_used_go_first() -> None:
    guests = Guests(capacity=2)
    for name in ("Ana", "Bea", "Carla", "Dora"):
        guests.brood.ref(name)
    guests.brood.ref("Ana")
    guests.brood.rest()
    assert list(guests.brood) == ["Dora", "Ana"]


async def test_the_busy_are_kept_even_beyond_the_capacity() -> None:
    guests = Guests(capacity=1)
    for name in ("Ana", "Bea", "Carla"):
        guests.actor(name).resting = name != "Ana"
    guests.brood.rest()
    assert list(guests.brood) == ["Ana"]


async def test_a_failed_child_is_dropped_with_what_it_had_and_its_owner_hears_of_it() -> None:
    guests = Guests()
    ref, other = guests.brood.ref("Ana"), guests.brood.ref("Bea")
    ref.tell(LookupError())
    ref.tell("stored elsewhere")
    asked = asyncio.ensure_future(ref.ask(Ask()))
    with pytest.raises(ActorStoppedError):
        await asked
    assert guests.failed == ["Ana"]
    assert guests.brood.failures == 1
    assert list(guests.brood) == ["Bea"]
    assert dispatcher().dead_letters.count == 0
    assert await other.ask(Ask()) == "Bea"
    assert await guests.brood.ref("Ana").ask(Ask()) == "Ana"
    assert guests.made == ["Ana", "Bea", "Ana"]


async def test_too_many_failures_close_the_brood_for_a_while() -> None:
    guests = Guests(intensity=2)
    for number in range(3):
        assert not guests.brood.exhausted
        guests.brood.ref(f"guest {number}").tell(LookupError())
        await guests.settle()
    assert guests.brood.exhausted
    guests.now += 10.0
    assert not guests.brood.exhausted


async def test_an_outage_closes_nothing() -> None:
    guests = Guests(intensity=0)
    for _ in range(5):
        guests.brood.ref("Ana").tell(StorageUnavailableError("Postgres"))
        await guests.settle()
    assert guests.failed == ["Ana"] * 5
    assert not guests.brood.exhausted


async def test_dropping_all_interrupts_who_is_at_work_and_is_no_failure() -> None:
    guests = Guests()
    working = asyncio.ensure_future(guests.brood.ref("Ana").ask(Wait()))
    told = guests.brood.ref("Bea")
    told.tell(Wait())
    await guests.settle()
    guests.brood.drop_all()
    with pytest.raises(ActorStoppedError):
        await working
    await guests.settle()
    assert len(guests.brood) == 0
    assert guests.failed == []
    assert told.mailbox.task is None


async def test_the_gauge_follows_births_and_ends() -> None:
    metrics = Metrics()
    guests = Guests(metrics=metrics)
    for name in ("Ana", "Bea", "Carla"):
        guests.brood.ref(name)
    guests.brood.ref("Ana").tell(LookupError())
    await guests.settle()
    assert metrics.registry.get_sample_value("actors_alive", {"kind": "Guest"}) == 2
    guests.brood.drop_all()
    assert metrics.registry.get_sample_value("actors_alive", {"kind": "Guest"}) == 0


async def test_a_child_costs_little_more_than_its_actor() -> None:
    class Bare(AsyncioActor):
        resting = True

        def on_receive(self, message: Any) -> Any:
            return message

    brood: Brood[int] = Brood(
        kind="Bare",
        make=lambda _: Bare(),
        on_failed=lambda _: None,
        budget=Budget(intensity=1, period_seconds=1.0),
        capacity=10_000,
        idle_seconds=60.0,
    )
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(5_000):
        brood.ref(number)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / 5_000 <= 900
