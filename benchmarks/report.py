"""One way to measure and to show: interleaved repetitions, a table, JSON, a bar chart."""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Final

from agente_hotelero.learning.drawing import COLOURS, Drawn, in_groups

RESULTS: Final = Path(__file__).parent / "results"
BAR_PIXELS: Final = 420
LABEL_PIXELS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure; rows of the same `measure` belong together and come one after another."""

    measure: str
    subject: str
    value: float
    unit: str
    ratio: float | None = None
    """To the subject that `measure` compares with."""
    wanted: str = ""
    """The budget in words; empty where there is none."""
    met: bool | None = None


def interleaved(
    cases: Mapping[str, Callable[[], float]], *, repetitions: int = 7, progress: Callable[[str], None] = lambda _: None
) -> dict[str, float]:
    """Run every case once a round, so that a noisy neighbour hits all alike; the median of each."""
    figures: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(repetitions):
        progress(f"round {number + 1} of {repetitions}")
        for name, case in cases.items():
            figures[name].append(case())
    return {name: median(values) for name, values in figures.items()}


def beside(measure: str, seconds: Mapping[str, Sequence[float]], *, most: float | None) -> list[Row]:
    """Compare the second of two cases, a figure a round, with the first: by the median of the rounds' ratios."""
    (usual, before), (other, after) = seconds.items()
    ratio = median(b / a for a, b in zip(before, after, strict=True))
    return [
        Row(measure=measure, subject=usual, value=median(before) * 1e3, unit="ms", ratio=1.0),
        Row(
            measure=measure,
            subject=other,
            value=median(after) * 1e3,
            unit="ms",
            ratio=ratio,
            wanted=f"≤ {most} ×" if most else "",
            met=ratio <= most if most else None,
        ),
    ]


def say(line: str) -> None:
    """Tell how far it is, beside the table."""
    print(line, file=sys.stderr, flush=True)


def report(name: str, rows: Sequence[Row], *, directory: Path = RESULTS) -> dict[str, object]:
    """Print the rows, and write `name`.json and `name`.svg; answers what the JSON holds."""
    print(table(rows))
    result: dict[str, object] = {
        "name": name,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "rows": [asdict(row) for row in rows],
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (directory / f"{name}.svg").write_text(chart(name, rows), encoding="utf-8")
    return result


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out for a terminal."""
    lines = [("", "", "", "ratio", "wanted", "")] + [
        (row.measure, row.subject, _amount(row), _times(row), row.wanted, _verdict(row)) for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    return "\n".join(_line(line, widths) for line in lines)


def chart(title: str, rows: Sequence[Row]) -> str:
    """Draw a bar for each row, scaled within its measure, as SVG."""
    groups = ((measure, _bars(list(its))) for measure, its in groupby(rows, key=lambda row: row.measure))
    return in_groups(title, groups, width=LABEL_PIXELS + BAR_PIXELS + 160)


def _bars(rows: Sequence[Row]) -> list[Drawn]:
    largest = max(row.value for row in rows) or 1.0
    return [partial(_bar, row, row.value / largest) for row in rows]


def _bar(row: Row, share: float, top: int) -> str:
    length = max(1, round(share * BAR_PIXELS))
    return (
        f'<text x="12" y="{top}">{escape(row.subject)}</text>'
        f'<rect x="{LABEL_PIXELS}" y="{top - 12}" width="{length}" height="15" fill="{COLOURS[row.met]}"/>'
        f'<text x="{LABEL_PIXELS + length + 6}" y="{top}">{escape(f"{_amount(row)} {_times(row)}")}</text>'
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = "  ".join(cell.ljust(width) for cell, width in zip(cells[:2], widths[:2], strict=True))
    right = "  ".join(cell.rjust(width) for cell, width in zip(cells[2:], widths[2:], strict=True))
    return f"{left}  {right}".rstrip()


def _amount(row: Row) -> str:
    return f"{row.value:,.0f} {row.unit}" if row.value >= 100 else f"{row.value:.3g} {row.unit}"


def _times(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f} ×"


def _verdict(row: Row) -> str:
    return {None: "", True: "met", False: "MISSED"}[row.met]
