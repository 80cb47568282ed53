"""Signed webhook → durable commit → 200, beside a handler that only reads the body and beside an INSERT per request.

Judged is the acknowledging itself: the service as it is started in production, all features on, while the shards
are held by somebody else. So it does everything that stands between a webhook and its 200 (and tells the owner of the
shards), and no turns, whose cost `turns.py` measures. What both cost together is measured here too, without a budget.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Final

from benchmarks.place import Place, opened, shards_taken
from benchmarks.processes import Program, free_port, grown
from benchmarks.report import Row, report, say
from benchmarks.traffic import SECRET, Batch
from benchmarks.world import Errand, Outcome

READING: Final = "aiohttp, reads the body"
INSERTING: Final = "FastAPI, an INSERT each"
SERVICE: Final = "the service, acknowledging"
WHOLE: Final = "the service, turns and all"
GUESTS: Final = 5_000
CONNECTIONS: Final = 64
CAPACITY: Final = "webhooks per CPU second"
PEAK: Final = "webhooks a second, 64 at a time"
DATABASE: Final = "Postgres' CPU per webhook"
HALF_P50: Final = "p50 at half its own peak"
HALF_P99: Final = "p99 at half its own peak"


@dataclass(slots=True, kw_only=True)
class Subject:
    """One server, and what was measured of it."""

    server: Program
    count: int
    """Webhooks in one measurement: each takes about as long as the others'."""
    tidy: Callable[[], None] = lambda: None
    """What is done after each measurement, outside of it."""
    whole: bool = False
    """Whether a webhook is over when its answer arrived at Graph, rather than with the 200."""
    capacity: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def errand(self, place: Place, *, count: int, rate: float | None) -> Errand:
        """What the guests are to do."""
        batch = Batch(count=count, guests=GUESTS, first_guest=place.guests(GUESTS) if self.whole else 0)
        return Errand(port=self.server.port, batches=[batch], connections=CONNECTIONS, rate=rate, replies=self.whole)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with opened() as place:
        return report("ack", measure(place, rounds=repetitions or (3 if quick else 7), share=0.3 if quick else 1.0))


def measure(place: Place, *, rounds: int, share: float) -> list[Row]:
    """Measure; `share` makes every measurement that much smaller."""
    with subjects(place, share) as found:
        return measured(place, found, rounds=rounds, seconds=4.0 * share)


def measured(place: Place, found: "dict[str, Subject]", *, rounds: int, seconds: float) -> list[Row]:
    """All at their peak in turn, then each at half of its own."""
    for number in range(rounds + 1):
        say(f"ack: {'warming up' if not number else f'round {number} of {rounds}'}")
        for subject in found.values():
            _at_most(place, subject, keep=number > 0)
    for number in range(rounds):
        say(f"ack: latency, round {number + 1} of {rounds}")
        for subject in found.values():
            _at_half(place, subject, seconds=seconds)
    return rows(found)


@contextmanager
def subjects(place: Place, share: float, *, inserting: bool = True) -> Iterator[dict[str, Subject]]:
    """All servers, running at the same time; those that are not measured rest. `inserting`: where there is FastAPI."""
    standing_by, owning = place.new_database(), place.new_database()
    with ExitStack() as stack:
        stack.enter_context(shards_taken(standing_by))
        started = {
            READING: _baseline(place, "reading"),
            SERVICE: place.service(standing_by),
            WHOLE: place.service(owning),
        }
        if inserting:
            url = place.new_database(migrated=False)
            started[INSERTING] = _baseline(place, "inserting", DATABASE_URL=url)
        for server in started.values():
            stack.enter_context(server)
            server.answers("/health/ready")
        counts = {READING: 12_000, INSERTING: 2_000, SERVICE: 8_000, WHOLE: 600}
        found = {
            name: Subject(server=server, count=max(int(counts[name] * share), 1), whole=name == WHOLE)
            for name, server in started.items()
        }
        found[SERVICE].tidy = partial(_finish_rows, place, standing_by)
        yield found


def rows(found: dict[str, Subject]) -> list[Row]:
    """All figures, with their budgets."""
    return [
        *_capacity(found),
        *(_plain(PEAK, name, median(s.peak), "/s") for name, s in found.items()),
        *(_plain(DATABASE, name, median(s.database) * 1e6, "µs") for name, s in found.items() if name != READING),
        *(_plain(HALF_P50, name, median(s.p50) * 1e3, "ms") for name, s in found.items()),
        *(_half_p99(name, median(s.p99) * 1e3) for name, s in found.items()),
    ]


def _capacity(found: dict[str, Subject]) -> Iterator[Row]:
    for name, subject in found.items():
        ratio = paired(subject.capacity, found[READING].capacity)
        judged = name == SERVICE
        yield Row(
            measure=CAPACITY,
            subject=name,
            value=median(subject.capacity),
            unit="/s",
            ratio=ratio,
            wanted="≥ 0.45 × (0.55)" if judged else "",
            met=ratio >= 0.45 if judged else None,
        )
    if INSERTING in found:
        mine, theirs = found[SERVICE].capacity, found[INSERTING].capacity
        ratio = paired(mine, theirs)
        measure = "the same beside FastAPI"
        yield Row(measure=measure, subject=INSERTING, value=median(theirs), unit="/s", ratio=1.0)
        yield Row(
            measure=measure, subject=SERVICE, value=median(mine), unit="/s", ratio=ratio, wanted="≥ 4 ×", met=ratio >= 4
        )


def _half_p99(name: str, value: float) -> Row:
    if name != SERVICE:
        return _plain(HALF_P99, name, value, "ms")
    return Row(measure=HALF_P99, subject=name, value=value, unit="ms", wanted="< 50 ms", met=value < 50)


def paired(mine: list[float], theirs: list[float]) -> float:
    """The median of the ratios within each round: what disturbs a round disturbs both."""
    return median(a / b for a, b in zip(mine, theirs, strict=True))


def _plain(measure: str, subject: str, value: float, unit: str) -> Row:
    return Row(measure=measure, subject=subject, value=value, unit=unit)


def _at_most(place: Place, subject: Subject, *, keep: bool) -> None:
    place.world.prepare(subject.errand(place, count=subject.count, rate=None))
    used, database = subject.server.cpu_seconds(), place.postgres_cpu_seconds()
    outcome = place.world.go()
    used = subject.server.cpu_seconds() - used
    done = _done(outcome, subject)
    if keep:
        subject.capacity.append(done / used)
        subject.peak.append(done / outcome.seconds)
        subject.database.append(grown(database, place.postgres_cpu_seconds()) / done)
    subject.tidy()


def _at_half(place: Place, subject: Subject, *, seconds: float) -> None:
    rate = median(subject.peak) / 2
    outcome = place.world.do(subject.errand(place, count=max(int(rate * seconds), 1), rate=rate))
    _done(outcome, subject)
    subject.p50.append(outcome.all.acknowledged.p50)
    subject.p99.append(outcome.all.acknowledged.p99)
    subject.tidy()


def _done(outcome: Outcome, subject: Subject) -> int:
    """How many were done; a refused or lost one makes the figure worthless."""
    times = outcome.all.answered if subject.whole else outcome.all.acknowledged
    if outcome.all.refused or not times.count:
        raise RuntimeError(
            f"{outcome.all.refused} webhooks refused, {times.count} done:\n{subject.server.log()[-2000:]}"
        )
    return times.count


def _baseline(place: Place, module: str, **settings: str) -> Program:
    port = free_port()
    return Program(
        (f"benchmarks.baselines.{module}", str(port)),
        log=place.directory / f"{module}.log",
        settings={"APP_SECRET": SECRET.decode(), **settings},
        port=port,
    )


def _finish_rows(place: Place, url: str) -> None:
    """Do as the owner of the shards would, so that each measurement begins alike."""
    place.run(url, "UPDATE inbox SET done = true WHERE NOT done", "VACUUM inbox")
