"""How long it takes to understand one message, rules and model, without the process around it; and what that takes.

In CPU time of the thread, all but the training: a neighbour who takes the core for a while is no part of it. Where the extra `semantic` is
installed, sentences are told by their meaning too, and the budgets are those of that.
"""

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Final

from agente_hotelero.config import hotels
from agente_hotelero.dialogue import policy
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.wiring.understanding import reader
from benchmarks.place import HOTELS
from benchmarks.report import Row, report, say
from benchmarks.traffic import words

MESSAGES: Final = 2_000
LONG: Final = "Hola, quería consultar por una habitación doble para nosotros dos, con mi esposa llegamos en auto y "
MEGABYTE: Final = 1_000_000
TRAINED: Final = re.compile(r"^(\S+)\.npz: .* in ([\d.]+) s", re.MULTILINE)
USUAL: Final = "usual messages"
RULES: Final = "usual messages, rules alone"
LETTERS: Final = "two thousand letters"
Read = Callable[[str, Context], Reading]


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    rows = measure(rounds=repetitions or (3 if quick else 7))
    return report("understanding", [*rows, *trained()])


def measure(*, rounds: int, messages: int = MESSAGES) -> list[Row]:
    """Measure what guests usually write, and what nobody should."""
    chance = random.Random(1)
    usual = [words(chance)[1] for _ in range(messages)]
    long = [(LONG * 21)[:2_000]] * max(messages // 20, 1)
    whole = reader()
    cases: dict[str, tuple[Read, list[str]]] = {
        USUAL: (whole, usual),
        RULES: (understand, usual),
        LETTERS: (whole, long),
    }
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(rounds):
        say(f"understanding: round {number + 1} of {rounds}")
        for name, (read, texts) in cases.items():
            figures[name].append(_times(read, texts))
    p50 = {name: median(a for a, _ in its) * 1e3 for name, its in figures.items()}
    p99 = {name: median(b for _, b in its) * 1e3 for name, its in figures.items()}
    return [
        *(Row(measure="understanding, p50", subject=name, value=value, unit="ms") for name, value in p50.items()),
        *(
            _judged("understanding, p99", name, value, unit="ms", most=20 if whole.takes_long and name != RULES else 5)
            for name, value in p99.items()
        ),
        _weighed(most=200 if whole.takes_long else 60),
    ]


def trained() -> list[Row]:
    """Training from the phrase files, by the clock, by what `make model` runs: on every core, in a process of its own."""
    making = [sys.executable, "-m", "agente_hotelero.learning", "--force"]
    told = subprocess.run(making, check=True, capture_output=True, text=True).stdout
    return [_judged("training", name, float(value), unit="s", most=10) for name, value in TRAINED.findall(told)]


def _judged(measure: str, subject: str, value: float, *, unit: str, most: int) -> Row:
    return Row(measure=measure, subject=subject, value=value, unit=unit, wanted=f"< {most} {unit}", met=value < most)


def _weighed(*, most: int) -> Row:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading_memory"], check=True, capture_output=True, text=True
    )
    value = int(told.stdout) / MEGABYTE
    return Row(
        measure="memory", subject="to read messages", value=value, unit="MB", wanted=f"≤ {most} MB", met=value <= most
    )


def _times(read: Read, texts: list[str]) -> tuple[float, float]:
    (hotel, *_) = hotels.load(HOTELS).all()
    context = policy.context_for(policy.initial(), hotel.profile, date(2026, 11, 26))
    spent = []
    for text in texts:
        begun = time.thread_time()
        read(text, context)
        spent.append(time.thread_time() - begun)
    spent.sort()
    return spent[len(spent) // 2], spent[len(spent) * 99 // 100]
