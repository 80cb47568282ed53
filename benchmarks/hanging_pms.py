"""One hotel's PMS hangs: what the guests of another hotel of the same process notice of it."""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import yaml

from benchmarks.place import HOTELS, Place, opened
from benchmarks.processes import Program
from benchmarks.report import Row, report, say
from benchmarks.traffic import NUMBER, Batch
from benchmarks.world import Errand, Outcome

HUNG: Final = "hung"
HUNG_NUMBER: Final = "100000000000002"
RATE: Final = 60.0
"""Well below what the process can do: measured is what a neighbour's trouble adds, not a queue."""
PART: Final = 10
"""One webhook in so many goes to the hotel whose PMS hangs."""
NORMAL: Final = "PMS well"
HANGING: Final = "PMS hanging"

# The demo PMS's count of free rooms, behind a switch of ours: in both phases, so that its cost is in both.
SWITCH: Final = (
    "CREATE TABLE bench_switch (hanging boolean NOT NULL)",
    "INSERT INTO bench_switch VALUES (false)",
    "ALTER FUNCTION demo_rooms_left(text, text, date, date) RENAME TO demo_rooms_left_truly",
    f"""
    CREATE FUNCTION demo_rooms_left(in_hotel text, in_key text, begins date, ends date) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        IF in_hotel = '{HUNG}' AND (SELECT hanging FROM bench_switch) THEN PERFORM pg_sleep(60); END IF;
        RETURN demo_rooms_left_truly(in_hotel, in_key, begins, ends);
    END $$
    """,
)


@dataclass(slots=True, kw_only=True)
class Figures:
    """What every round adds to."""

    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with opened() as place:
        return report("hanging_pms", measure(place, rounds=repetitions or (2 if quick else 5)))


def measure(place: Place, *, rounds: int, seconds: float = 10.0) -> list[Row]:
    """Measure in turn with the PMS well and hanging, each for so many seconds."""
    count = max(int(RATE * seconds), 2)
    figures = {NORMAL: Figures(), HANGING: Figures()}
    url = place.new_database()
    place.run(url, *SWITCH)
    with place.service(url, hotels=two_hotels(place.directory)) as service:
        service.answers("/health/ready")
        _measure(place, service, count=count, into=Figures())
        for number in range(rounds):
            for name, its in figures.items():
                say(f"hanging_pms: {name}, round {number + 1} of {rounds}")
                place.run(url, f"UPDATE bench_switch SET hanging = {name == HANGING}")
                _measure(place, service, count=count, into=its)
    return rows(figures)


def two_hotels(directory: Path) -> Path:
    """The example hotel, and its twin whose PMS will hang."""
    document = yaml.safe_load(HOTELS.read_text("utf-8"))
    (hotel,) = document["hotels"]
    twin = {**hotel, "id": HUNG, "whatsapp": [{"phone_number_id": HUNG_NUMBER}]}
    path = directory / "hotels.yaml"
    path.write_text(yaml.safe_dump({"hotels": [hotel, twin]}, allow_unicode=True), "utf-8")
    return path


def rows(figures: dict[str, Figures]) -> list[Row]:
    """The other hotel's guests, in both phases."""
    normal, hanging = figures[NORMAL], figures[HANGING]
    return [
        *_compared("CPU per turn", "ms", normal.cpu, hanging.cpu, most=1.05),
        *_compared("the others' p50, webhook to POST at Graph", "ms", normal.p50, hanging.p50, most=None),
        *_compared("the others' p99, webhook to POST at Graph", "ms", normal.p99, hanging.p99, most=1.2),
    ]


def _compared(measure: str, unit: str, normal: list[float], hanging: list[float], *, most: float | None) -> list[Row]:
    ratio = median(b / a for a, b in zip(normal, hanging, strict=True))
    return [
        Row(measure=measure, subject=NORMAL, value=median(normal) * 1e3, unit=unit, ratio=1.0),
        Row(
            measure=measure,
            subject=HANGING,
            value=median(hanging) * 1e3,
            unit=unit,
            ratio=ratio,
            wanted=f"≤ {most} ×" if most else "",
            met=ratio <= most if most else None,
        ),
    ]


def _measure(place: Place, service: Program, *, count: int, into: Figures) -> None:
    few = max(count // PART, 1)
    batches = [
        Batch(count=count - few, guests=count - few, first_guest=place.guests(count - few), account=NUMBER),
        Batch(count=few, guests=few, first_guest=place.guests(few), account=HUNG_NUMBER),
    ]
    used = service.cpu_seconds()
    outcome = place.world.do(Errand(port=service.port, batches=batches, rate=RATE, replies=True))
    into.cpu.append((service.cpu_seconds() - used) / _answers(outcome, count, service))
    into.p50.append(outcome.batches[0].answered.p50)
    into.p99.append(outcome.batches[0].answered.p99)


def _answers(outcome: Outcome, count: int, service: Program) -> int:
    answered = sum(batch.answered.count for batch in outcome.batches)
    if answered != count:
        raise RuntimeError(f"{count} sent, {answered} answered:\n{service.log()[-2000:]}")
    return answered
