import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pykka
import pytest

from agente_hotelero.actors.mailbox import dispatcher
from agente_hotelero.actors.runtime import ActorStoppedError, AsyncioActor, Ref, Request
from agente_hotelero.actors.supervision import (
    Backoff,
    ChildNeverStartedError,
    ChildSpec,
    ChildState,
    Snapshot,
    Supervisor,
)
from agente_hotelero.errors import PmsUnavailableError, StorageUnavailableError
from agente_hotelero.telemetry.metrics import Metrics

AT_ONCE = Backoff(first_seconds=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """Fails whoever hears it."""

    error: BaseException


class WhichIncarnation(Request[int]):
    """Asks for the number of the incarnation that answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keeps the actor at work until the gate opens."""

    gate: asyncio.Event


class Hotel:
    """Makes incarnations of one actor, and fails those that it was told to fail."""

    def __init__(self, name: str, life: list[str] | None = None) -> None:
        self.name = name
        self.life: list[str] = [] if life is None else life
        self.made = 0
        self.heard: list[tuple[int, object]] = []
        self.start_errors: list[BaseException] = []
        self.init_errors: list[BaseException] = []
        self.start_gate: asyncio.Event | None = None
        self.stop_gate: asyncio.Event | None = None

    def __call__(self) -> AsyncioActor:
        return ClerkActor(self)

    @property
    def spec(self) -> ChildSpec:
        return ChildSpec(name=self.name, factory=self)


class ClerkActor(AsyncioActor):
    """Works for one hotel."""

    def __init__(self, hotel: Hotel) -> None:
        super().__init__()
        self.hotel = hotel
        hotel.made += 1
        self.number = hotel.made
        if hotel.init_errors:
            raise hotel.init_errors.pop(0)

    async def started(self) -> None:
        if self.hotel.start_gate is not None:
            await self.hotel.start_gate.wait()
        if self.hotel.start_errors:
            raise self.hotel.start_errors.pop(0)
        self.hotel.life.append(f"{self.hotel.name} started")

    async def stopped(self) -> None:
        if self.hotel.stop_gate is not None:
            await self.hotel.stop_gate.wait()
        self.hotel.life.append(f"{self.hotel.name} stopped")

    def on_receive(self, message: Any) -> Any:
        match message:
            case WhichIncarnation():
                return self.number
            case Fail(error=error):
                raise error
            case Hold(gate=gate):
                return gate.wait()
            case _:
                self.hotel.heard.append((self.number, message))
                return None


def supervisor(
    *,
    intensity: int = 3,
    on_exhausted: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = lambda: 0.0,
    metrics: Metrics | None = None,
) -> Supervisor:
    return Supervisor(intensity=intensity, backoff=AT_ONCE, on_exhausted=on_exhausted, clock=clock, metrics=metrics)


def child(of: Supervisor, name: str) -> Snapshot:
    return next(snapshot for snapshot in of.snapshot().children if snapshot.name == name)


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - the loop's own turns are what is waited for
        await asyncio.sleep(0)


async def incarnation(ref: Ref) -> int:
    return await ref.ask(WhichIncarnation())


# Beginning.


async def test_children_start_in_order_each_after_the_one_before_runs() -> None:
    life: list[str] = []
    root = supervisor()
    for name in "abc":
        await root.start_child(Hotel(name, life).spec)
    assert life == ["a started", "b started", "c started"]
    assert [snapshot.name for snapshot in root.snapshot().children] == ["a", "b", "c"]
    await root.stop()


async def test_two_children_cannot_have_one_name() -> None:
    root = supervisor()
    await root.start_child(Hotel("a").spec)
    with pytest.raises(ValueError, match="a child named a"):
        await root.start_child(Hotel("a").spec)
    await root.stop()


async def test_nobody_is_started_by_a_supervisor_that_stops() -> None:
    root = supervisor()
    await root.stop()
    with pytest.raises(RuntimeError, match="stopping"):
        await root.start_child(Hotel("a").spec)


@pytest.mark.parametrize("where", ["init_errors", "start_errors"])
async def test_a_child_that_fails_at_its_start_is_tried_again(where: str) -> None:
    hotel = Hotel("a")
    getattr(hotel, where).extend([LookupError(), LookupError()])
    root = supervisor()
    ref = await root.start_child(hotel.spec)
    assert await incarnation(ref) == 3
    assert child(root, "a").restarts == 2
    await root.stop()


@pytest.mark.parametrize("where", ["init_errors", "start_errors"])
async def test_a_child_that_never_starts_is_given_up_and_the_root_hears_of_it(where: str) -> None:
    hotel = Hotel("a")
    getattr(hotel, where).extend(LookupError() for _ in range(10))
    exhausted: list[str] = []
    root = supervisor(intensity=2, on_exhausted=exhausted.append)
    with pytest.raises(ChildNeverStartedError, match="a never started: LookupError"):
        await root.start_child(hotel.spec)
    assert exhausted == ["a"]
    assert hotel.made == 3
    assert child(root, "a").state is ChildState.EXHAUSTED
    await root.stop()


async def test_an_outage_at_the_start_is_waited_out() -> None:
    hotel = Hotel("a")
    hotel.start_errors.extend(StorageUnavailableError("Postgres") for _ in range(50))
    exhausted: list[str] = []
    root = supervisor(intensity=1, on_exhausted=exhausted.append)
    ref = await root.start_child(hotel.spec)
    assert await incarnation(ref) == 51
    assert exhausted == []
    await root.stop()


# Those that can be done without.


@pytest.mark.parametrize("where", ["init_errors", "start_errors"])
async def test_one_on_trial_that_fails_at_its_start_is_gone_at_no_cost(where: str) -> None:
    exhausted: list[str] = []
    root = supervisor(intensity=1, on_exhausted=exhausted.append)
    hotel = Hotel("a")
    getattr(hotel, where).append(LookupError())
    with pytest.raises(ChildNeverStartedError, match="a never started: LookupError"):
        await root.try_child(hotel.spec)
    assert (hotel.made, exhausted, root.snapshot().children) == (1, [], ())
    assert root.snapshot().state is ChildState.RUNNING
    # Its name is free again.
    assert await incarnation(await root.try_child(hotel.spec)) == 2
    await root.stop()


async def test_one_that_passed_its_trial_is_a_child_like_any_other() -> None:
    hotel = Hotel("a")
    exhausted: list[str] = []
    root = supervisor(intensity=1, on_exhausted=exhausted.append)
    ref = await root.try_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    assert await incarnation(ref) == 2
    ref.tell(Fail(error=LookupError()))
    await until(lambda: exhausted)
    await root.stop()


async def test_an_outage_on_trial_is_waited_out_until_nobody_waits_any_more() -> None:
    hotel = Hotel("a")
    hotel.start_errors.extend(StorageUnavailableError("Postgres") for _ in range(3))
    root = supervisor(intensity=0)
    assert await incarnation(await root.try_child(hotel.spec)) == 4

    other = Hotel("b")
    other.start_gate = asyncio.Event()
    trial = asyncio.ensure_future(root.try_child(other.spec))
    await until(lambda: other.made)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    assert [snapshot.name for snapshot in root.snapshot().children] == ["a"]
    await root.stop()


async def test_the_eldest_is_stopped_last_whenever_it_came() -> None:
    life: list[str] = []
    root = supervisor()
    await root.start_child(Hotel("a", life).spec)
    await root.try_child(Hotel("b", life).spec)
    await root.try_child(Hotel("c", life).spec, eldest=True)
    await root.stop()
    assert life[3:] == ["b stopped", "a stopped", "c stopped"]


async def test_one_child_is_stopped_and_forgotten_and_the_others_go_on() -> None:
    life: list[str] = []
    metrics = Metrics()
    root = supervisor(metrics=metrics)
    first = await root.start_child(Hotel("a", life).spec)
    second = await root.start_child(Hotel("b", life).spec)
    await root.stop_child("a")
    assert life[2:] == ["a stopped"]
    assert [snapshot.name for snapshot in root.snapshot().children] == ["b"]
    assert (first.is_alive(), await incarnation(second)) == (False, 1)
    assert metrics.registry.get_sample_value("actors_alive", {"kind": "Clerk"}) == 1
    await root.stop()


async def test_a_supervisor_that_stops_while_a_child_is_stopped_ends_all_the_same() -> None:
    hotel = Hotel("a")
    hotel.stop_gate = asyncio.Event()
    root = supervisor()
    await root.start_child(hotel.spec)
    goodbye = asyncio.ensure_future(root.stop_child("a"))
    await asyncio.sleep(0)
    goodbye.cancel()
    stopping = asyncio.ensure_future(root.stop())
    await asyncio.sleep(0)
    hotel.stop_gate.set()
    await stopping
    assert root.snapshot().state is ChildState.STOPPED


# Failures.


async def test_a_failed_child_begins_again_behind_the_same_ref() -> None:
    hotel = Hotel("a")
    root = supervisor()
    ref = await root.start_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    ref.tell("next")
    assert await incarnation(ref) == 2
    assert hotel.heard == [(2, "next")]
    await root.stop()


async def test_the_message_that_failed_is_not_handled_again() -> None:
    root = supervisor()
    ref = await root.start_child(Hotel("a").spec)
    ref.tell(Fail(error=LookupError()))
    assert await incarnation(ref) == 2
    assert child(root, "a").restarts == 1
    await root.stop()


async def test_the_failed_incarnation_is_cleaned_up_before_the_next_one_is_made() -> None:
    hotel = Hotel("a")
    root = supervisor()
    ref = await root.start_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    await incarnation(ref)
    assert hotel.life == ["a started", "a stopped", "a started"]
    await root.stop()


async def test_one_childs_failure_is_nobody_elses() -> None:
    hotel, other = Hotel("a"), Hotel("b")
    root = supervisor()
    ref, other_ref = await root.start_child(hotel.spec), await root.start_child(other.spec)
    ref.tell(Fail(error=LookupError()))
    assert await incarnation(ref) == 2
    assert await incarnation(other_ref) == 1
    await root.stop()


async def test_a_failed_ask_restarts_nobody() -> None:
    root = supervisor()
    ref = await root.start_child(Hotel("a").spec)
    with pytest.raises(LookupError):
        await ref.ask(Fail(error=LookupError()))  # type: ignore[arg-type]  # asked on purpose
    assert await incarnation(ref) == 1
    await root.stop()


async def test_too_many_failures_within_the_period_are_the_end_of_a_child() -> None:
    exhausted: list[str] = []
    root = supervisor(intensity=2, on_exhausted=exhausted.append)
    ref = await root.start_child(Hotel("a").spec)
    other = await root.start_child(Hotel("b").spec)
    for _ in range(3):
        ref.tell(Fail(error=LookupError()))
    with pytest.raises(ActorStoppedError):
        await incarnation(ref)
    assert exhausted == ["a"]
    assert root.snapshot().state is ChildState.EXHAUSTED
    assert child(root, "a") == Snapshot(
        name="a", kind="Clerk", state=ChildState.EXHAUSTED, restarts=2, mailbox_depth=0, last_error="LookupError"
    )
    assert await incarnation(other) == 1
    await root.stop()


async def test_failures_far_enough_apart_are_forgiven() -> None:
    now = [0.0]
    exhausted: list[str] = []
    root = supervisor(intensity=1, on_exhausted=exhausted.append, clock=lambda: now[0])
    ref = await root.start_child(Hotel("a").spec)
    for number in range(5):
        ref.tell(Fail(error=LookupError()))
        assert await incarnation(ref) == number + 2
        now[0] += 61.0
    assert exhausted == []
    await root.stop()


async def test_the_root_hears_only_once_that_it_is_no_use() -> None:
    exhausted: list[str] = []
    root = supervisor(intensity=0, on_exhausted=exhausted.append)
    refs = [await root.start_child(Hotel(name).spec) for name in "ab"]
    for ref in refs:
        ref.tell(Fail(error=LookupError()))
    await until(lambda: not any(ref.is_alive() for ref in refs))
    assert exhausted == ["a"]
    await root.stop()


async def test_an_outage_never_spends_the_budget() -> None:
    exhausted: list[str] = []
    root = supervisor(intensity=1, on_exhausted=exhausted.append)
    ref = await root.start_child(Hotel("a").spec)
    for number in range(20):
        ref.tell(Fail(error=PmsUnavailableError("the PMS")))
        assert await incarnation(ref) == number + 2
    assert exhausted == []
    assert child(root, "a").last_error == "PmsUnavailableError"
    await root.stop()


async def test_a_cancelled_handler_is_a_failure_of_its_actor() -> None:
    root = supervisor()
    ref = await root.start_child(Hotel("a").spec)
    ref.tell(Hold(gate=asyncio.Event()))
    await until(lambda: ref.mailbox.task)
    ref.mailbox.interrupt()
    assert await incarnation(ref) == 2
    assert child(root, "a").last_error == "CancelledError"
    await root.stop()


async def test_waiting_grows_with_failures_in_a_row_and_begins_anew_after_a_good_while() -> None:
    now = [0.0]
    in_a_row: list[int] = []

    class Noting(Backoff):
        def seconds(self, failures_in_a_row: int) -> float:
            in_a_row.append(failures_in_a_row)
            return 0.0

    root = Supervisor(backoff=Noting(), clock=lambda: now[0], intensity=100)
    ref = await root.start_child(Hotel("a").spec)
    for number, pause in enumerate((0.0, 0.0, 100.0)):
        now[0] += pause
        ref.tell(Fail(error=LookupError()))
        assert await incarnation(ref) == number + 2
    assert in_a_row == [1, 2, 1]
    await root.stop()


async def test_what_comes_while_a_child_backs_off_waits_for_it() -> None:
    hotel = Hotel("a")
    root = Supervisor(backoff=Backoff(first_seconds=60.0))
    ref = await root.start_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    await until(lambda: child(root, "a").state is ChildState.BACKING_OFF)
    ref.tell("patience")
    assert child(root, "a").mailbox_depth == 1
    await root.stop()
    assert child(root, "a").state is ChildState.STOPPED
    assert dispatcher().dead_letters.count == 1


# End.


async def test_children_stop_in_reverse_each_after_what_it_has() -> None:
    life: list[str] = []
    root = supervisor()
    hotels = [Hotel(name, life) for name in "abc"]
    refs = [await root.start_child(hotel.spec) for hotel in hotels]
    for ref in refs:
        ref.tell("last words")
    del life[:]
    await root.stop()
    assert life == ["c stopped", "b stopped", "a stopped"]
    assert all(hotel.heard == [(1, "last words")] for hotel in hotels)
    assert root.snapshot().state is ChildState.STOPPED
    assert {snapshot.state for snapshot in root.snapshot().children} == {ChildState.STOPPED}


async def test_a_child_that_does_not_stop_in_time_is_cut_off_and_its_askers_hear_so() -> None:
    root = supervisor()
    stubborn = await root.start_child(Hotel("stubborn").spec)
    hold: asyncio.Future[Any] = asyncio.ensure_future(stubborn.ask(Hold(gate=asyncio.Event())))  # type: ignore[arg-type]  # asked on purpose
    waiting = asyncio.ensure_future(incarnation(stubborn))
    await asyncio.sleep(0)
    await root.stop(seconds=0.01)
    for reply in (hold, waiting):
        with pytest.raises(ActorStoppedError):
            await reply
    assert child(root, "stubborn").state is ChildState.STOPPED


async def test_a_child_that_hangs_at_its_start_can_be_stopped() -> None:
    hotel = Hotel("a")
    hotel.start_gate = asyncio.Event()
    root = supervisor()
    starting = asyncio.ensure_future(root.start_child(hotel.spec))
    await until(lambda: hotel.made)
    await root.stop(seconds=0.01)
    with pytest.raises(ChildNeverStartedError):
        await starting


async def test_a_child_that_fails_while_everybody_stops_is_not_started_again() -> None:
    exhausted: list[str] = []
    hotel = Hotel("a")
    root = supervisor(intensity=0, on_exhausted=exhausted.append)
    ref = await root.start_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    await root.stop()
    assert hotel.made == 1
    assert exhausted == []
    assert child(root, "a").state is ChildState.STOPPED


async def test_a_child_that_stops_itself_stays_stopped() -> None:
    hotel = Hotel("a")
    root = supervisor()
    ref = await root.start_child(hotel.spec)
    await ref.stop()
    assert child(root, "a").state is ChildState.STOPPED
    await root.stop()
    assert hotel.made == 1


async def test_pykkas_registry_knows_singletons_while_they_live() -> None:
    root = supervisor()
    ref = await root.start_child(Hotel("a").spec)
    assert pykka.ActorRegistry.get_by_class_name("ClerkActor") == [ref]
    ref.tell(Fail(error=LookupError()))
    await incarnation(ref)
    assert pykka.ActorRegistry.get_by_class_name("ClerkActor") == [ref]
    await root.stop()
    assert pykka.ActorRegistry.get_by_class_name("ClerkActor") == []


async def test_metrics_tell_who_is_alive_and_how_often_somebody_began_again() -> None:
    metrics = Metrics()

    def sample(name: str) -> float | None:
        return metrics.registry.get_sample_value(name, {"kind": "Clerk"})

    root = supervisor(metrics=metrics)
    ref = await root.start_child(Hotel("a").spec)
    await root.start_child(Hotel("b").spec)
    assert sample("actors_alive") == 2
    ref.tell(Fail(error=LookupError()))
    await incarnation(ref)
    assert sample("actors_alive") == 2
    assert sample("actor_restarts_total") == 1
    await ref.stop()
    assert sample("actors_alive") == 1
    await root.stop()
    assert sample("actors_alive") == 0


async def test_a_spec_may_name_the_kind_itself() -> None:
    root = supervisor()
    await root.start_child(ChildSpec(name="a", factory=Hotel("a"), kind="Receptionist"))
    assert child(root, "a").kind == "Receptionist"
    await root.stop()


async def test_a_snapshot_is_read_without_asking_even_a_wedged_actor() -> None:
    root = supervisor()
    ref = await root.start_child(Hotel("a").spec)
    ref.tell(Hold(gate=asyncio.Event()))
    await until(lambda: ref.mailbox.task)
    for _ in range(3):
        ref.tell("waits")
    assert child(root, "a").mailbox_depth == 3
    assert child(root, "a").state is ChildState.RUNNING
    await root.stop(seconds=0.01)


# Supervisors below supervisors.


async def test_a_nested_supervisor_whose_budget_is_spent_begins_again_with_all_its_children() -> None:
    life: list[str] = []
    exhausted: list[str] = []
    root = supervisor(on_exhausted=exhausted.append)
    outside = await root.start_child(Hotel("outside", life).spec)
    nested = root.nest(name="nested", intensity=1)
    first, second = [await nested.start_child(Hotel(name, life).spec) for name in ("first", "second")]
    del life[:]
    for _ in range(2):
        second.tell(Fail(error=LookupError()))
    second.tell("kept")
    assert await incarnation(second) == 3
    assert await incarnation(first) == 2
    assert await incarnation(outside) == 1
    assert exhausted == []
    # The second's own failures, then everybody below the nested supervisor, the youngest first and then in order.
    assert life == [
        "second stopped", "second started", "second stopped",
        "first stopped", "first started", "second started",
    ]  # fmt: skip
    await until(lambda: child(root, "nested").state is ChildState.RUNNING)
    assert child(root, "nested").restarts == 1
    assert child(root, "nested").last_error == "BudgetSpentError"
    await root.stop()


async def test_a_nested_supervisor_that_never_recovers_is_the_roots_failure() -> None:
    exhausted: list[str] = []
    hotel = Hotel("a")
    root = supervisor(intensity=2, on_exhausted=exhausted.append)
    nested = root.nest(name="nested", intensity=1)
    ref = await nested.start_child(hotel.spec)
    waiting = asyncio.ensure_future(incarnation(ref))
    await waiting
    hotel.start_errors.extend(LookupError() for _ in range(100))
    ref.tell(Fail(error=LookupError()))
    reply = asyncio.ensure_future(incarnation(ref))
    with pytest.raises(ActorStoppedError):
        await reply
    assert exhausted == ["nested"]
    assert root.snapshot().children[0].state is ChildState.EXHAUSTED
    # One life, and intensity + 1 failures on each of the root's intensity + 1 attempts.
    assert hotel.made == 1 + 1 + 2 * 2
    await root.stop()


async def test_a_constructor_that_fails_for_ever_escalates_just_the_same() -> None:
    exhausted: list[str] = []
    hotel = Hotel("a")
    root = supervisor(intensity=1, on_exhausted=exhausted.append)
    nested = root.nest(name="nested", intensity=1)
    ref = await nested.start_child(hotel.spec)
    hotel.init_errors.extend(LookupError() for _ in range(100))
    ref.tell(Fail(error=LookupError()))
    with pytest.raises(ActorStoppedError):
        await incarnation(ref)
    assert exhausted == ["nested"]
    await root.stop()


async def test_starting_below_a_nested_supervisor_is_retried_by_those_above() -> None:
    hotel = Hotel("a")
    hotel.start_errors.extend(LookupError() for _ in range(5))
    root = supervisor(intensity=5)
    ref = await root.nest(name="nested", intensity=1).start_child(hotel.spec)
    assert await incarnation(ref) == 6
    await root.stop()


async def test_a_child_that_had_stopped_itself_stays_so_when_its_family_begins_again() -> None:
    root = supervisor()
    nested = root.nest(name="nested", intensity=0)
    quiet, failing = Hotel("quiet"), Hotel("failing")
    await (await nested.start_child(quiet.spec)).stop()
    ref = await nested.start_child(failing.spec)
    ref.tell(Fail(error=LookupError()))
    assert await incarnation(ref) == 2
    assert quiet.made == 1
    await root.stop()


async def test_a_family_of_families_begins_again_as_a_whole() -> None:
    root = supervisor()
    outer = root.nest(name="outer", intensity=0)
    inner = outer.nest(name="inner", intensity=0)
    hotel, neighbour = Hotel("a"), Hotel("b")
    ref = await inner.start_child(hotel.spec)
    other = await outer.start_child(neighbour.spec)
    ref.tell(Fail(error=LookupError()))
    assert await incarnation(ref) == 2
    assert await incarnation(other) == 2
    await until(lambda: child(root, "outer").state is ChildState.RUNNING)
    assert child(root, "outer").children[0].state is ChildState.RUNNING
    await root.stop()


async def test_everybody_stops_even_while_a_family_begins_again() -> None:
    hotel = Hotel("a")
    root = Supervisor(backoff=Backoff(first_seconds=60.0))
    nested = root.nest(name="nested", intensity=0)
    ref = await nested.start_child(hotel.spec)
    ref.tell(Fail(error=LookupError()))
    await until(lambda: child(root, "nested").state is ChildState.BACKING_OFF)
    await root.stop()
    assert not ref.is_alive()
    assert hotel.made == 1
