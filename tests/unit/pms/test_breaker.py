"""aiobreaker's pitfalls, each as a promise of the wrapper."""

import os
import time
from collections.abc import Iterator

import pytest

from agente_hotelero.circuits import Permit
from agente_hotelero.pms.breaker import Breaker, Outcome
from agente_hotelero.pms.limiter import KeptBackError

SLOW = 3.0


class Clock:
    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states() -> list[str]:
    return []


@pytest.fixture
def breaker(clock: Clock, states: list[str]) -> Breaker:
    return Breaker(clock=clock, slow_seconds=SLOW, on_change=states.append, jitter=lambda: 1.0)


@pytest.fixture
def far_from_utc() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def call(breaker: Breaker, outcome: Outcome = Outcome.OK, *, seconds: float = 0.1) -> bool:
    return breaker.report(breaker.permission(), outcome, seconds=seconds)


def is_ready(breaker: Breaker) -> bool:
    return breaker.ready


def trip(breaker: Breaker) -> None:
    for _ in range(5):
        call(breaker, Outcome.TIMEOUT)


def test_five_failures_in_a_row_open_it(breaker: Breaker, states: list[str]) -> None:
    for _ in range(4):
        call(breaker, Outcome.UNAVAILABLE)
    assert breaker.state == "closed"

    call(breaker, Outcome.UNAVAILABLE)

    assert breaker.state == "open"
    assert states == ["open"]
    with pytest.raises(KeptBackError) as refused:
        breaker.permission()
    assert refused.value.retry_after_seconds == 2.0


def test_half_of_ten_calls_failing_opens_it_though_every_other_succeeds(breaker: Breaker) -> None:
    for n in range(9):
        call(breaker, Outcome.OK if n % 2 else Outcome.ERROR)
        assert breaker.state == "closed"
    call(breaker, Outcome.OK)
    assert breaker.state == "closed"

    call(breaker, Outcome.ERROR)

    assert breaker.state == "open"


def test_four_failures_in_ten_leave_it_closed_for_ever(breaker: Breaker, clock: Clock) -> None:
    for n in range(1_000):
        clock.at += 0.1
        call(breaker, Outcome.UNAVAILABLE if n % 10 in {1, 4, 6, 9} else Outcome.OK)
    assert breaker.state == "closed"


def test_failures_older_than_the_window_do_not_count_for_the_share(breaker: Breaker, clock: Clock) -> None:
    for outcome in (Outcome.ERROR, Outcome.ERROR, Outcome.ERROR, Outcome.ERROR, Outcome.OK):
        call(breaker, outcome)
    clock.at += 11
    for outcome in (Outcome.OK, Outcome.ERROR) * 4:
        call(breaker, outcome)
    assert breaker.state == "closed"


def test_slow_calls_count_as_failures_even_if_they_succeed(breaker: Breaker) -> None:
    counted = [call(breaker, Outcome.OK, seconds=SLOW + 0.01) for _ in range(5)]
    assert counted == [True] * 5
    assert breaker.state == "open"


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.BUSY])
def test_an_answer_that_says_no_is_the_answer_of_a_healthy_pms(breaker: Breaker, outcome: Outcome) -> None:
    for _ in range(50):
        assert not call(breaker, outcome)
    assert breaker.state == "closed"


def test_after_its_time_one_trial_goes_through_and_everybody_else_waits(
    breaker: Breaker, clock: Clock, states: list[str]
) -> None:
    trip(breaker)
    clock.at += 2.0
    assert is_ready(breaker)

    trial = breaker.permission()

    assert trial.trial
    assert not is_ready(breaker)
    for _ in range(50):
        with pytest.raises(KeptBackError):
            breaker.permission()
    breaker.report(trial, Outcome.OK, seconds=0.1)
    assert states == ["open", "half_open", "closed"]
    assert is_ready(breaker)


def test_a_closed_breaker_forgets_what_opened_it(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    clock.at += 2.0
    call(breaker)

    for _ in range(4):
        call(breaker, Outcome.ERROR)

    assert breaker.state == "closed"


def test_each_failed_trial_doubles_the_time_up_to_ten_seconds(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    waits = []
    for _ in range(5):
        with pytest.raises(KeptBackError) as refused:
            breaker.permission()
        waits.append(refused.value.retry_after_seconds)
        clock.at += waits[-1]
        call(breaker, Outcome.TIMEOUT)
    assert waits == [2.0, 4.0, 8.0, 10.0, 10.0]

    clock.at += 10.0
    call(breaker)
    trip(breaker)
    clock.at += 2.0
    assert is_ready(breaker)


def test_a_slow_trial_is_a_failed_one(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    clock.at += 2.0
    call(breaker, Outcome.OK, seconds=SLOW * 2)
    assert breaker.state == "open"


def test_a_cancelled_trial_gives_its_permit_back(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    clock.at += 2.0

    breaker.give_back(breaker.permission())

    assert breaker.permission().trial


def test_a_late_success_from_before_does_not_close_it(breaker: Breaker, clock: Clock) -> None:
    slow = breaker.permission()
    trip(breaker)
    clock.at += 2.0
    trial = breaker.permission()

    breaker.report(slow, Outcome.OK, seconds=0.1)

    assert breaker.state == "half_open"
    breaker.report(trial, Outcome.TIMEOUT, seconds=5)
    assert breaker.state == "open"


def test_late_failures_from_before_do_not_keep_it_open_longer(breaker: Breaker, clock: Clock) -> None:
    late = [breaker.permission() for _ in range(5)]
    trip(breaker)
    clock.at += 1.9
    for permit in late:
        breaker.report(permit, Outcome.TIMEOUT, seconds=5)
    clock.at += 0.1
    assert is_ready(breaker)


def test_a_permit_of_an_earlier_life_can_not_free_the_place_of_the_trial(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    clock.at += 2.0
    breaker.permission()

    breaker.give_back(Permit(epoch=0, trial=True))

    assert not is_ready(breaker)


def test_jitter_spreads_the_return_of_many_processes(clock: Clock) -> None:
    waits = set()
    for _ in range(20):
        breaker = Breaker(clock=clock, slow_seconds=SLOW, on_change=lambda _: None)
        trip(breaker)
        with pytest.raises(KeptBackError) as refused:
            breaker.permission()
        waits.add(refused.value.retry_after_seconds)
    assert len(waits) > 10
    assert all(1.6 <= wait <= 2.4 for wait in waits)


@pytest.mark.usefixtures("far_from_utc")
def test_the_time_zone_of_the_machine_changes_nothing(breaker: Breaker, clock: Clock) -> None:
    trip(breaker)
    clock.at += 2.0
    call(breaker)
    assert breaker.state == "closed"
