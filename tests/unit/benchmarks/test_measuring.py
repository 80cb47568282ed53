"""Each benchmark once, as small as it gets, against real servers: the figures are real and every budget is judged."""

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks import ack, actors, hanging_pms, size, start, tracing, turns, understanding
from benchmarks.metrics import total
from benchmarks.place import Place, opened
from benchmarks.report import Row

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("benchmarks")]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with opened() as place:
        yield place


def judged(rows: Sequence[Row]) -> int:
    """How many budgets were judged; every figure must be one."""
    assert all(row.value > 0 for row in rows), [row for row in rows if row.value <= 0]
    assert all((row.met is None) == (row.wanted == "") for row in rows)
    return sum(row.met is not None for row in rows)


@pytest.mark.long
def test_acknowledging_is_measured_beside_a_handler_that_only_reads(place: Place) -> None:
    with ack.subjects(place, 0.01, inserting=False) as found:
        rows = ack.measured(place, found, rounds=1, seconds=0.1)
        port = found[ack.SERVICE].server.port
        assert total(port, "inbound_messages_total") == total(port, "webhook_ack_seconds_count") > 80
        # It stood by: the figure is that of storing alone.
        assert total(port, "turns_total") == 0
    assert judged(rows) == 2
    capacity = {row.subject: row.value for row in rows if row.measure == ack.CAPACITY}
    # Whatever the machine does: storing costs more than not storing, and a turn more than storing.
    assert capacity[ack.READING] > capacity[ack.SERVICE] > capacity[ack.WHOLE]


@pytest.mark.skipif(
    importlib.util.find_spec("fastapi") is None, reason="no FastAPI here; pip install -r requirements-bench.lock"
)
def test_fastapi_is_measured_with_a_row_in_the_database_for_each_webhook(place: Place) -> None:
    assert judged(ack.measure(place, rounds=1, share=0.01)) == 3


@pytest.mark.long
def test_turns_are_measured_from_webhook_to_graph(place: Place) -> None:
    assert judged(turns.measure(place, rounds=1, share=0.02)) == 4


@pytest.mark.long
def test_starting_is_measured(tmp_path: Path) -> None:
    assert judged(start.measure(tmp_path, rounds=1)) == 1


@pytest.mark.long
def test_a_hanging_pms_is_measured_beside_one_that_is_well(place: Place) -> None:
    assert judged(hanging_pms.measure(place, rounds=1, seconds=0.5)) == 3


@pytest.mark.long
def test_tracing_is_measured_beside_none_and_beside_collectors_that_are_away(place: Place) -> None:
    assert judged(tracing.measure(place, lives=1, rounds=1, count=10)) == 4


@pytest.mark.long
def test_a_large_database_and_a_backlog_are_measured(place: Place) -> None:
    assert judged(size.measure(place, rounds=1, large=2_000, undone=100, active=20, newcomers=5)) == 4


def test_understanding_is_measured() -> None:
    assert judged(understanding.measure(rounds=1, messages=20)) == 4


def test_actors_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACTORS": 50, "ROUNDS": 2, "ASKS": 40, "THREADS": 3, "IDLE": 200}.items():
        monkeypatch.setattr(actors, name, value)
    assert judged(actors.measure(rounds=1)) == 4
