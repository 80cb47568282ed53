"""How long it takes to understand one message, without the process around it."""

import random
import time
from datetime import date
from statistics import median
from typing import Final

from agente_hotelero.config import hotels
from agente_hotelero.dialogue import policy
from agente_hotelero.dialogue.understanding.offline import understand
from benchmarks.place import HOTELS
from benchmarks.report import Row, report, say
from benchmarks.traffic import words

MESSAGES: Final = 2_000
LONG: Final = "Hola, quería consultar por una habitación doble para nosotros dos, con mi esposa llegamos en auto y "


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    return report("understanding", measure(rounds=repetitions or (3 if quick else 7)))


def measure(*, rounds: int, messages: int = MESSAGES) -> list[Row]:
    """Measure what guests usually write, and what nobody should."""
    chance = random.Random(1)
    usual = [words(chance)[1] for _ in range(messages)]
    cases = {"usual messages": usual, "two thousand letters": [(LONG * 21)[:2_000]] * max(messages // 20, 1)}
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(rounds):
        say(f"understanding: round {number + 1} of {rounds}")
        for name, texts in cases.items():
            figures[name].append(_times(texts))
    p50 = {name: median(a for a, _ in its) * 1e3 for name, its in figures.items()}
    p99 = {name: median(b for _, b in its) * 1e3 for name, its in figures.items()}
    return [
        *(Row(measure="understanding, p50", subject=name, value=value, unit="ms") for name, value in p50.items()),
        *(
            Row(measure="understanding, p99", subject=name, value=value, unit="ms", wanted="< 5 ms", met=value < 5)
            for name, value in p99.items()
        ),
    ]


def _times(texts: list[str]) -> tuple[float, float]:
    (hotel, *_) = hotels.load(HOTELS).all()
    context = policy.context_for(policy.initial(), hotel.profile, date(2026, 11, 26))
    spent = []
    for text in texts:
        begun = time.perf_counter()
        understand(text, context)
        spent.append(time.perf_counter() - begun)
    spent.sort()
    return spent[len(spent) // 2], spent[len(spent) * 99 // 100]
