"""One hotel's PMS hangs: what guests notice of it who don't need that PMS, its own and another hotel's."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from benchmarks.hotel_pms import HotelPms
from benchmarks.metrics import total
from benchmarks.place import HOTELS, Place, opened
from benchmarks.processes import Program
from benchmarks.report import Row, beside, report, say
from benchmarks.traffic import NUMBER, STAYS, Batch
from benchmarks.world import Errand, Outcome
from tests.support.qloapps_hotel import KEY_VARIABLE, connect

HUNG: Final = "hung"
HUNG_NUMBER: Final = "100000000000002"
RATE: Final = 60.0
"""Well below what the process can do: measured is what a neighbour's trouble adds, not a queue."""
ASKING: Final = 0.2
"""Share of the webhooks that go to the unlucky hotel from guests of whom some ask for a price."""
RARE_STAYS: Final = 300
"""So many that hardly a question is answered from the gateway's memory of the phase before."""
UNCONCERNED: Final = 0.3
"""Share that goes there from guests who ask what it needs no PMS for."""
NORMAL: Final = "PMS well"
HANGING: Final = "PMS hanging"
BACK_SECONDS: Final = 60.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What every round adds to, in seconds."""

    cpu: list[float] = field(default_factory=list)
    others_p50: list[float] = field(default_factory=list)
    others_p99: list[float] = field(default_factory=list)
    same_p50: list[float] = field(default_factory=list)
    same_p99: list[float] = field(default_factory=list)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with opened() as place:
        return report("hanging_pms", measure(place, rounds=repetitions or (3 if quick else 7)))


def measure(place: Place, *, rounds: int, seconds: float = 15.0) -> list[Row]:
    """Measure in turn with the PMS well and hanging, each for so many seconds."""
    count = max(int(RATE * seconds), 10)
    figures = {NORMAL: Figures(), HANGING: Figures()}
    with HotelPms(log=place.directory / "qloapps.log") as pms:
        url = place.new_database()
        hotels = two_hotels(place.directory, pms)
        with place.service(url, hotels=hotels, more={KEY_VARIABLE: pms.key}) as service:
            service.answers("/health/ready")
            _measure(place, service, count=count, into=Figures())
            for number in range(rounds):
                for name, its in figures.items():
                    say(f"hanging_pms: {name}, round {number + 1} of {rounds}")
                    pms.hang(name == HANGING)
                    if name == NORMAL:
                        _until_back(service)
                    _measure(place, service, count=count, into=its)
    return rows(figures)


def two_hotels(directory: Path, pms: HotelPms) -> Path:
    """The example hotel, and its twin whose PMS will hang."""
    document = yaml.safe_load(HOTELS.read_text("utf-8"))
    (hotel,) = document["hotels"]
    twin = {
        **hotel,
        "id": HUNG,
        "rooms": [dict(room) for room in hotel["rooms"]],
        "whatsapp": [{"phone_number_id": HUNG_NUMBER}],
    }
    connect(twin, pms)
    path = directory / "hotels.yaml"
    path.write_text(yaml.safe_dump({"hotels": [hotel, twin]}, allow_unicode=True), "utf-8")
    return path


def rows(figures: dict[str, Figures]) -> list[Row]:
    """Who needs no hanging PMS, in both phases."""
    normal, hanging = figures[NORMAL], figures[HANGING]
    return [
        *beside("CPU per turn", {NORMAL: normal.cpu, HANGING: hanging.cpu}, most=1.05),
        *beside(
            "another hotel's p50, webhook to POST at Graph",
            {NORMAL: normal.others_p50, HANGING: hanging.others_p50},
            most=None,
        ),
        *beside(
            "another hotel's p99, webhook to POST at Graph",
            {NORMAL: normal.others_p99, HANGING: hanging.others_p99},
            most=1.2,
        ),
        *beside(
            "the same hotel's p50, webhook to POST at Graph",
            {NORMAL: normal.same_p50, HANGING: hanging.same_p50},
            most=None,
        ),
        *beside(
            "the same hotel's p99, webhook to POST at Graph",
            {NORMAL: normal.same_p99, HANGING: hanging.same_p99},
            most=1.2,
        ),
    ]


def _measure(place: Place, service: Program, *, count: int, into: Figures) -> None:
    asking, same = max(int(count * ASKING), 1), max(int(count * UNCONCERNED), 1)
    batches = [
        _batch(place, count - asking - same, NUMBER),
        _batch(place, same, HUNG_NUMBER, prices=False),
        _batch(place, asking, HUNG_NUMBER, stays=RARE_STAYS),
    ]
    turns, used = total(service.port, "turns_total"), service.cpu_seconds()
    outcome = place.world.do(Errand(port=service.port, batches=batches, rate=RATE, replies=True))
    used = service.cpu_seconds() - used
    _all_answered(outcome, count, service)
    # By its own count: who waits for the PMS is looked after in turns that nobody wrote for.
    into.cpu.append(used / (total(service.port, "turns_total") - turns))
    others, unconcerned, _ = (batch.answered for batch in outcome.batches)
    into.others_p50.append(others.p50)
    into.others_p99.append(others.p99)
    into.same_p50.append(unconcerned.p50)
    into.same_p99.append(unconcerned.p99)


def _batch(place: Place, count: int, account: str, *, prices: bool = True, stays: int = STAYS) -> Batch:
    first = place.guests(count)
    # Seeded with the guest: each round asks for other stays, the same ones in every run.
    return Batch(count=count, guests=count, first_guest=first, account=account, prices=prices, stays=stays, seed=first)


def _all_answered(outcome: Outcome, count: int, service: Program) -> None:
    answered = sum(batch.answered.count for batch in outcome.batches)
    if answered != count:
        raise RuntimeError(f"{count} sent, {answered} answered:\n{service.log()[-2000:]}")


def _until_back(service: Program) -> None:
    """Wait until the gateway trusts its PMS again, and has answered everybody who waited for it."""
    until = time.monotonic() + BACK_SECONDS
    while total(service.port, "pms_breaker_state", hotel=HUNG) or total(service.port, "pms_questions_waiting"):
        if time.monotonic() > until:
            raise RuntimeError(f"the PMS answers again, and nobody asks it:\n{service.log()[-2000:]}")
        time.sleep(0.1)
