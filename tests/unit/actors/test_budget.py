import pytest

from agente_hotelero.actors.budget import Backoff, Budget


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_as_many_failures_as_the_intensity_are_allowed_within_a_period() -> None:
    budget = Budget(intensity=3, period_seconds=60.0, clock=Clock())
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]


def test_failures_older_than_the_period_are_forgotten() -> None:
    clock = Clock()
    budget = Budget(intensity=1, period_seconds=60.0, clock=clock)
    assert budget.spend()
    clock.now += 60.0
    assert budget.spend()
    clock.now += 59.0
    assert not budget.spend()


def test_a_refilled_budget_is_as_new() -> None:
    budget = Budget(intensity=1, period_seconds=60.0, clock=Clock())
    budget.spend()
    budget.refill()
    assert budget.spend()


def test_waiting_doubles_up_to_the_cap() -> None:
    backoff = Backoff(first_seconds=0.1, cap_seconds=1.0, jitter=lambda _, most: most)
    assert [backoff.seconds(n) for n in (1, 2, 3, 4, 5, 1_000_000)] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


def test_those_that_failed_together_do_not_come_back_together() -> None:
    backoff = Backoff(first_seconds=1.0)
    waits = {backoff.seconds(1) for _ in range(100)}
    assert len(waits) > 1
    assert all(0.5 <= wait <= 1.0 for wait in waits)
