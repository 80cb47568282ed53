"""What tracing costs a turn: off, to a collector that takes it, and to collectors that refuse, hang, or answer 500."""

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Final

from benchmarks.metrics import total
from benchmarks.place import Place, opened
from benchmarks.processes import Program, free_port
from benchmarks.report import Row, report, say
from benchmarks.traffic import Batch
from benchmarks.turns import checked
from benchmarks.world import Errand

OFF: Final = "off"
LIVE: Final = "to a collector that takes it"
REFUSING: Final = "to one that refuses"
HANGING: Final = "to one that hangs"
NONE: Final = "none is sampled"
DEAD: Final = (REFUSING, HANGING)
MOST: Final = 1.05
COUNT: Final = 240
"""Few, and many rounds: what is compared are differences of a few per cent, and a machine's speed does not stay for long.
Nor is one process as fast as its twin, for as long as both live: so each is started anew several times."""
LOST: Final = "traces_not_exported"
LOST_SECONDS: Final = 30.0

Cpu = Mapping[str, list[float]]


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with opened() as place:
        return report("tracing", measure(place, lives=2 if quick else 5, rounds=repetitions or 5, count=COUNT))


def measure(place: Place, *, lives: int, rounds: int, count: int) -> list[Row]:
    """A service of each kind, all at once; guests write to one after the other."""
    figures: dict[str, list[float]] = {name: [] for name in (OFF, LIVE, NONE, *DEAD)}
    for life in range(lives):
        with services(place) as found:
            for number in range(rounds + 1):
                say(f"tracing: life {life + 1} of {lives}, {f'round {number} of {rounds}' if number else 'warming up'}")
                # Another one first each time: a neighbour who wakes every so often finds no favourite.
                for name in _turned(list(found), number):
                    cpu = _cpu_per_turn(place, found[name], count=count)
                    if number:
                        figures[name].append(cpu)
            _check(found)
    return rows(figures)


@contextmanager
def services(place: Place) -> Iterator[dict[str, Program]]:
    """Each over a database of its own; who cannot be reached is known to be away."""
    with ExitStack() as stack:
        settings = _settings(stack, place)
        found = {
            name: stack.enter_context(place.service(place.new_database(), more=more)) for name, more in settings.items()
        }
        for service in found.values():
            service.answers("/health/ready")
        for name in DEAD:
            _until_lost(found[name])
        yield found


def rows(figures: Cpu) -> list[Row]:
    """CPU per turn beside the service that does not trace, and beside the one whose collector is well."""
    return [
        *(_compared("CPU per turn", name, figures, beside=OFF, judged=name in DEAD) for name in figures),
        *(_compared("CPU per turn, beside a live collector", name, figures, beside=LIVE, judged=True) for name in DEAD),
    ]


def _settings(stack: ExitStack, place: Place) -> dict[str, Mapping[str, str]]:
    collector = stack.enter_context(
        Program(("benchmarks.baselines.reading", str(port := free_port())), log=place.directory / "collector.log")
    )
    collector.port = port
    collector.answers("/health/ready")
    deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    nobody = stack.enter_context(socket.socket())
    nobody.bind(("127.0.0.1", 0))
    live = {"AGENTE_OTEL__ENDPOINT": f"http://127.0.0.1:{port}/webhooks/whatsapp"}
    return {
        OFF: {},
        LIVE: live,
        NONE: {**live, "AGENTE_OTEL__SAMPLE_RATIO": "0"},
        REFUSING: {"AGENTE_OTEL__ENDPOINT": f"http://127.0.0.1:{nobody.getsockname()[1]}"},
        HANGING: {"AGENTE_OTEL__ENDPOINT": f"http://127.0.0.1:{deaf.getsockname()[1]}"},
    }


def _until_lost(service: Program) -> None:
    end = time.monotonic() + LOST_SECONDS
    while LOST not in service.log():
        if time.monotonic() > end:
            raise RuntimeError(f"nobody said that the collector is away:\n{service.log()[-2000:]}")
        time.sleep(0.1)


def _turned(names: Sequence[str], by: int) -> list[str]:
    at = by % len(names)
    return [*names[at:], *names[:at]]


def _cpu_per_turn(place: Place, service: Program, *, count: int) -> float:
    guests = max(count // 3, 1)
    batch = Batch(count=count, guests=guests, first_guest=place.guests(guests))
    place.world.prepare(Errand(port=service.port, batches=[batch], replies=True))
    used, turns = service.cpu_seconds(), total(service.port, "turns_total")
    outcome = place.world.go()
    used = service.cpu_seconds() - used
    checked(outcome, count, service)
    return used / (total(service.port, "turns_total") - turns)


def _check(found: Mapping[str, Program]) -> None:
    """It was measured what was meant: nothing lost where somebody collects, and nothing recorded where nobody does."""
    dropped = {name: total(service.port, "spans_dropped_total") for name, service in found.items()}
    if any((count > 0) != (name in DEAD) for name, count in dropped.items()):
        raise RuntimeError(f"spans dropped: {dropped}")


def _compared(measure: str, name: str, figures: Cpu, *, beside: str, judged: bool) -> Row:
    ratio = median(its / other for its, other in zip(figures[name], figures[beside], strict=True))
    return Row(
        measure=measure,
        subject=name,
        value=median(figures[name]) * 1e3,
        unit="ms",
        ratio=ratio,
        wanted=f"≤ {MOST} ×" if judged else "",
        met=ratio <= MOST if judged else None,
    )
