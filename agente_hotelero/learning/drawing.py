"""Bars in groups, as SVG; shares beside their goals, and the same as JSON for whoever compares two runs."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from agente_hotelero.model.values import value

BAR_PIXELS: Final = 420
LABEL_PIXELS: Final = 240
LINE_PIXELS: Final = 22
COLOURS: Final = {None: "#8aa4c0", True: "#5a9a68", False: "#c0605a"}
"""Of a bar by whether its goal is met; None where there is none."""
MARK: Final = "#333333"
Drawn = Callable[[int], str]
"""How far from the top → a bar there, with its words."""


@value
class Bar:
    """One share, of 1; bars of the same group stand together, one after the other."""

    group: str
    name: str
    share: float
    goal: float | None = None
    at_most: bool = False
    """The goal is not to be exceeded."""

    @property
    def met(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None:
            return None
        return self.share <= self.goal if self.at_most else self.share >= self.goal


def write(directory: Path, name: str, bars: Sequence[Bar]) -> None:
    """Write `name`.svg and `name`.json."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}.svg").write_text(chart(name, bars), "utf-8")
    rows = [{**asdict(bar), "met": bar.met} for bar in bars]
    (directory / f"{name}.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def chart(title: str, bars: Sequence[Bar]) -> str:
    """A bar as long as its share, a line where its goal is, and green or red where there is one."""
    groups = ((group, [partial(_drawn, bar) for bar in its]) for group, its in groupby(bars, key=lambda bar: bar.group))
    return in_groups(title, groups, width=LABEL_PIXELS + BAR_PIXELS + 80)


def in_groups(title: str, groups: Iterable[tuple[str, Sequence[Drawn]]], *, width: int) -> str:
    """Headings, and below each its bars, a line each."""
    parts: list[str] = []
    top = LINE_PIXELS
    for heading, bars in groups:
        parts.append(f'<text x="0" y="{top}" font-weight="bold">{escape(heading)}</text>')
        for drawn in bars:
            top += LINE_PIXELS
            parts.append(drawn(top))
        top += 2 * LINE_PIXELS
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"]) + "\n"


def _drawn(bar: Bar, top: int) -> str:
    goal = "" if bar.goal is None else _mark(LABEL_PIXELS + round(bar.goal * BAR_PIXELS), top)
    return (
        f'<text x="12" y="{top}">{escape(bar.name)}</text>'
        f'<rect x="{LABEL_PIXELS}" y="{top - 12}" width="{round(bar.share * BAR_PIXELS)}" height="15" fill="{COLOURS[bar.met]}"/>{goal}'
        f'<text x="{LABEL_PIXELS + BAR_PIXELS + 8}" y="{top}">{bar.share * 100:.1f} %</text>'
    )


def _mark(x: int, top: int) -> str:
    return f'<line x1="{x}" y1="{top - 15}" x2="{x}" y2="{top + 6}" stroke="{MARK}" stroke-width="2"/>'
