"""A whole turn: signed webhook → stored → understood → decided (demo PMS) → committed → POST at a loopback Graph."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from benchmarks.metrics import total
from benchmarks.place import Place, opened, resident_bytes
from benchmarks.processes import Program, grown
from benchmarks.report import Row, report, say
from benchmarks.traffic import Batch
from benchmarks.world import Errand, Outcome

RATE: Final = 200.0
"""Half of what a process must be able to do."""
WRITES: Final = 3
"""Messages of each guest: the first finds nobody, the others a conversation that is alive."""
IN_FLIGHT: Final = 64
SERVICE: Final = "the service"
WITH_STATUSES: Final = "… and Meta's statuses"


@dataclass(slots=True, kw_only=True)
class Figures:
    """What every round adds to."""

    per_second: list[float] = field(default_factory=list)
    per_cpu_second: list[float] = field(default_factory=list)
    with_statuses: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    offers: list[float] = field(default_factory=list)
    ack_p50: list[float] = field(default_factory=list)
    ack_p99: list[float] = field(default_factory=list)
    reply_p50: list[float] = field(default_factory=list)
    reply_p99: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with opened() as place:
        return report("turns", measure(place, rounds=repetitions or (3 if quick else 7), share=0.3 if quick else 1.0))


def measure(place: Place, *, rounds: int, share: float = 1.0) -> list[Row]:
    """Measure; `share` makes every measurement that much smaller."""
    figures = Figures()

    def part(count: float) -> int:
        return max(int(count * share), 1)

    with serving(place) as service:
        say("turns: warming up")
        _at_most(place, service, figures=Figures(), count=part(1_200))
        for number in range(rounds):
            say(f"turns: round {number + 1} of {rounds}")
            _at_most(place, service, figures=figures, count=part(1_200))
            _with_statuses(place, service, figures=figures, count=part(800))
            _at_half(place, service, figures=figures, count=part(RATE * 5))
        return rows(figures, conversation_bytes(place, service, guests=part(6_000)))


@contextmanager
def serving(place: Place) -> Iterator[Program]:
    """One service over one new database."""
    with place.service(place.new_database()) as service:
        service.answers("/health/ready")
        yield service


def rows(figures: Figures, memory: float) -> list[Row]:
    """All figures, with their budgets."""
    turns = median(figures.per_second)
    p50, p99 = median(figures.reply_p50) * 1e3, median(figures.reply_p99) * 1e3
    at = f"webhook to POST at Graph, {RATE:.0f}/s"
    return [
        Row(
            measure="turns a second, 64 guests at a time",
            subject=SERVICE,
            value=turns,
            unit="/s",
            wanted="≥ 400 /s",
            met=turns >= 400,
        ),
        _plain("turns per CPU second", SERVICE, median(figures.per_cpu_second), "/s"),
        _plain("turns per CPU second", WITH_STATUSES, median(figures.with_statuses), "/s"),
        _plain("Postgres' CPU per turn", SERVICE, median(figures.database) * 1e3, "ms"),
        _plain("answers that name a price", SERVICE, median(figures.offers) * 100, "%"),
        Row(measure=at, subject="p50", value=p50, unit="ms", wanted="< 10 ms", met=p50 < 10),
        Row(measure=at, subject="p99", value=p99, unit="ms", wanted="< 100 ms", met=p99 < 100),
        _plain(f"webhook to 200, {RATE:.0f}/s, turns and all", "p50", median(figures.ack_p50) * 1e3, "ms"),
        _plain(f"webhook to 200, {RATE:.0f}/s, turns and all", "p99", median(figures.ack_p99) * 1e3, "ms"),
        _plain(f"CPU of one core, {RATE:.0f}/s", SERVICE, median(figures.busy) * 100, "%"),
        Row(
            measure="memory of a live idle conversation",
            subject=SERVICE,
            value=memory,
            unit="B",
            wanted="≤ 3 kB",
            met=memory <= 3_000,
        ),
    ]


def _plain(measure: str, subject: str, value: float, unit: str) -> Row:
    return Row(measure=measure, subject=subject, value=value, unit=unit)


def _at_most(place: Place, service: Program, *, figures: Figures, count: int) -> None:
    place.world.prepare(_errand(place, service, count))
    used, database, before = service.cpu_seconds(), place.postgres_cpu_seconds(), total(service.port, "turns_total")
    outcome = place.world.go()
    used = service.cpu_seconds() - used
    database_used = grown(database, place.postgres_cpu_seconds())
    turns = total(service.port, "turns_total") - before
    answered = checked(outcome, count, service)
    figures.per_second.append(turns / outcome.seconds)
    figures.per_cpu_second.append(turns / used)
    figures.database.append(database_used / turns)
    figures.offers.append(outcome.all.offers / answered)


def _with_statuses(place: Place, service: Program, *, figures: Figures, count: int) -> None:
    used = service.cpu_seconds()
    checked(place.world.do(_errand(place, service, count, statuses=True)), count, service)
    figures.with_statuses.append(count / (service.cpu_seconds() - used))


def _at_half(place: Place, service: Program, *, figures: Figures, count: int) -> None:
    place.world.prepare(_errand(place, service, count, rate=RATE))
    used = service.cpu_seconds()
    outcome = place.world.go()
    figures.busy.append((service.cpu_seconds() - used) / outcome.seconds)
    checked(outcome, count, service)
    figures.ack_p50.append(outcome.all.acknowledged.p50)
    figures.ack_p99.append(outcome.all.acknowledged.p99)
    figures.reply_p50.append(outcome.all.answered.p50)
    figures.reply_p99.append(outcome.all.answered.p99)


def conversation_bytes(place: Place, service: Program, *, guests: int) -> float:
    """How much the process grows with each guest who has written once: all that is kept of them, counted together."""
    before = resident_bytes(service.pid)
    batch = Batch(count=guests, guests=guests, first_guest=place.guests(guests))
    checked(place.world.do(Errand(port=service.port, batches=[batch], replies=True)), guests, service)
    return (resident_bytes(service.pid) - before) / guests


def checked(outcome: Outcome, count: int, service: Program) -> int:
    """Nothing refused and every answer arrived, or the figures are worth nothing."""
    answered = outcome.all.answered.count
    if outcome.all.refused or answered != count:
        raise RuntimeError(
            f"{count} sent, {outcome.all.refused} refused, {answered} answered:\n{service.log()[-2000:]}"
        )
    return answered


def _errand(place: Place, service: Program, count: int, *, rate: float | None = None, statuses: bool = False) -> Errand:
    guests = max(count // WRITES, 1)
    batch = Batch(count=count, guests=guests, first_guest=place.guests(guests))
    return Errand(port=service.port, batches=[batch], rate=rate, replies=True, in_flight=IN_FLIGHT, statuses=statuses)
