"""Timers become events when they are due, whatever comes in between."""

import asyncio
from datetime import datetime, timedelta

import pytest

from agente_hotelero.actors import scheduler
from agente_hotelero.actors.scheduler import LOOK_SECONDS, Arm, Rest, SchedulerActor
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.journal import DueWrite
from tests.fakes.clockwork import FakeTimers
from tests.support.stays import HOTEL
from tests.support.virtual_time import BEGINNING, in_virtual_time, now, until_idle


class Clockwork:
    """A running scheduler."""

    def __init__(self) -> None:
        self.timers = FakeTimers(now=now)
        self.bells = 0
        self.writes: list[DueWrite] = []
        self.doubts: list[datetime] = []
        self.ref = SchedulerActor.start(
            timers=self.timers,
            now=now,
            rows_stored=self._ring,
            write_due=self.writes.append,
            in_doubt=lambda: self.doubts.append(now()),
        )

    def set(self, name: str | DueWrite, *, seconds: float) -> None:
        """A turn committed a timer."""
        due = now() + timedelta(seconds=seconds)
        self.timers.timers.append((due, name))
        self.ref.tell(Arm(due_at=due))

    def fired(self) -> list[tuple[float, object]]:
        return [(round((at - BEGINNING).total_seconds(), 3), what) for at, what in self.timers.fired]

    def _ring(self) -> None:
        self.bells += 1


@in_virtual_time
async def test_timers_fire_when_they_are_due_and_wake_the_journal() -> None:
    clockwork = Clockwork()
    clockwork.set("late", seconds=100)
    clockwork.set("early", seconds=10)
    await asyncio.sleep(50)
    clockwork.set("between", seconds=20)
    await asyncio.sleep(100)
    assert clockwork.fired() == [(10, "early"), (70, "between"), (100, "late")]
    assert clockwork.bells == 3


@in_virtual_time
async def test_a_sagas_timer_wakes_the_saga() -> None:
    clockwork = Clockwork()
    write = DueWrite(hotel=HOTEL, client_ref=ClientRef("r"), step=2)
    clockwork.set(write, seconds=5)
    await asyncio.sleep(6)
    assert clockwork.writes == [write]


@in_virtual_time
async def test_timers_whose_firing_was_not_heard_of_are_in_doubt() -> None:
    clockwork = Clockwork()
    clockwork.set(DueWrite(hotel=HOTEL, client_ref=ClientRef("r"), step=2), seconds=5)
    await asyncio.sleep(4)
    clockwork.timers.lost_answers = 1
    await asyncio.sleep(3)
    assert clockwork.timers.timers == []
    assert clockwork.writes == []
    assert len(clockwork.doubts) == 1


@in_virtual_time
async def test_nothing_fires_before_the_shards_are_ours_or_after_they_were_lost() -> None:
    clockwork = Clockwork()
    clockwork.timers.timers.append((now(), "left behind"))
    await asyncio.sleep(300)
    assert clockwork.timers.looks == 0
    clockwork.ref.tell(Arm())
    await until_idle()
    assert [what for _, what in clockwork.fired()] == ["left behind"]
    clockwork.ref.tell(Rest())
    clockwork.timers.timers.append((now(), "another's"))
    await asyncio.sleep(300)
    assert [what for _, what in clockwork.fired()] == ["left behind"]


@in_virtual_time
async def test_a_timer_that_nobody_told_of_is_found_within_a_minute() -> None:
    clockwork = Clockwork()
    clockwork.ref.tell(Arm())
    await asyncio.sleep(1)
    clockwork.timers.timers.append((now() + timedelta(seconds=1), "stranger's"))
    await asyncio.sleep(LOOK_SECONDS + 1)
    assert [what for _, what in clockwork.fired()] == ["stranger's"]


@in_virtual_time
async def test_a_timer_set_while_the_scheduler_looks_is_not_overslept() -> None:
    clockwork = Clockwork()
    gate = asyncio.Event()
    original = clockwork.timers.next_due

    async def slow() -> object:
        found = await original()
        await gate.wait()
        return found

    clockwork.set("cleared later", seconds=5)
    await until_idle()
    clockwork.timers.timers.clear()
    clockwork.timers.next_due = slow  # type: ignore[method-assign, assignment]  # one look that takes long
    await asyncio.sleep(6)
    clockwork.set("new", seconds=1)
    gate.set()
    await asyncio.sleep(2)
    assert [what for _, what in clockwork.fired()] == ["new"]


@in_virtual_time
async def test_an_outage_only_delays() -> None:
    clockwork = Clockwork()
    clockwork.timers.away = True
    clockwork.set("a", seconds=5)
    await asyncio.sleep(60.25)
    clockwork.timers.away = False
    await asyncio.sleep(2)
    assert [what for _, what in clockwork.fired()] == ["a"]


@in_virtual_time
async def test_an_unexpected_failure_is_not_the_end_of_the_clock() -> None:
    clockwork = Clockwork()
    clockwork.timers.failures.extend([KeyError("odd"), StorageUnavailableError("postgres"), ValueError("odder")])
    clockwork.set("a", seconds=1)
    await asyncio.sleep(10)
    assert [what for _, what in clockwork.fired()] == ["a"]


@in_virtual_time
async def test_a_database_whose_clock_is_behind_is_asked_again_without_a_rush() -> None:
    clockwork = Clockwork()
    clockwork.timers.clock_behind = timedelta(seconds=2)
    clockwork.set("a", seconds=1)
    await asyncio.sleep(10)
    assert clockwork.fired()[0][0] == pytest.approx(3, abs=0.1)
    assert clockwork.timers.looks < 2 / scheduler.AGAIN_SECONDS + 10


@in_virtual_time
async def test_a_stop_ends_the_watch_and_strangers_messages_are_refused() -> None:
    clockwork = Clockwork()
    with pytest.raises(TypeError):
        await clockwork.ref.ask("what time is it")  # type: ignore[arg-type]  # what no actor takes
    await clockwork.ref.stop()
    await until_idle()
    assert asyncio.all_tasks() == {asyncio.current_task()}
