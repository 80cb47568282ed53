from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.http.limits import SlidingWindow, TokenBuckets


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait() -> None:
    clock = Clock()
    buckets = TokenBuckets(burst=2, per_second=0.5, clock=clock)

    assert [buckets.spend("a") for _ in range(3)] == [0.0, 0.0, 2.0]
    clock.seconds = 1.0
    assert buckets.spend("a") == 1.0
    clock.seconds = 2.0
    assert buckets.spend("a") == 0.0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = Clock()
    buckets = TokenBuckets(burst=2, per_second=1.0, clock=clock)
    buckets.spend("a")
    clock.seconds = 3_600.0

    assert [buckets.spend("a") > 0 for _ in range(3)] == [False, False, True]


def test_one_key_never_spends_anothers() -> None:
    buckets = TokenBuckets(burst=1, per_second=1.0, clock=Clock())
    buckets.spend("a")

    assert buckets.spend("b") == 0.0


def test_a_flood_of_keys_takes_bounded_memory_and_spares_who_is_active() -> None:
    buckets = TokenBuckets(burst=1, per_second=0.001, clock=Clock(), capacity=10)
    for number in range(1_000):
        buckets.spend(str(number))
        assert (buckets.spend("busy") > 0) == (number > 0)

    assert len(buckets) == 10


@given(st.lists(st.floats(0, 30), max_size=300))
def test_no_window_ever_holds_more_than_the_limit(steps: list[float]) -> None:
    clock = Clock()
    window = SlidingWindow(limit=5, seconds=60.0, clock=clock)
    granted: list[float] = []
    for step in steps:
        clock.seconds += step
        if window.spend("a") == 0.0:
            granted.append(clock.seconds)
        assert sum(1 for at in granted if at > clock.seconds - 60.0) <= 5


def test_the_wait_that_a_window_names_is_enough() -> None:
    clock = Clock()
    window = SlidingWindow(limit=1, seconds=60.0, clock=clock)
    window.spend("a")
    clock.seconds = 10.0
    wait = window.spend("a")

    assert wait == 50.0
    clock.seconds += wait
    assert window.spend("a") == 0.0
