"""Shares as bars, beside their goals, as SVG; and the same as JSON for whoever compares two runs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from agente_hotelero.model.values import value

BAR_PIXELS: Final = 420
LABEL_PIXELS: Final = 240
LINE_PIXELS: Final = 22
PLAIN, MET, MISSED, MARK = "#8aa4c0", "#5a9a68", "#c0605a", "#333333"


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
    parts: list[str] = []
    top = LINE_PIXELS
    for group, its in groupby(bars, key=lambda bar: bar.group):
        parts.append(f'<text x="0" y="{top}" font-weight="bold">{escape(group)}</text>')
        for bar in its:
            top += LINE_PIXELS
            parts.append(_drawn(bar, top))
        top += 2 * LINE_PIXELS
    width = LABEL_PIXELS + BAR_PIXELS + 80
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"]) + "\n"


def _drawn(bar: Bar, top: int) -> str:
    colour = {None: PLAIN, True: MET, False: MISSED}[bar.met]
    goal = "" if bar.goal is None else _mark(LABEL_PIXELS + round(bar.goal * BAR_PIXELS), top)
    return (
        f'<text x="12" y="{top}">{escape(bar.name)}</text>'
        f'<rect x="{LABEL_PIXELS}" y="{top - 12}" width="{round(bar.share * BAR_PIXELS)}" height="15" fill="{colour}"/>{goal}'
        f'<text x="{LABEL_PIXELS + BAR_PIXELS + 8}" y="{top}">{bar.share * 100:.1f} %</text>'
    )


def _mark(x: int, top: int) -> str:
    return f'<line x1="{x}" y1="{top - 15}" x2="{x}" y2="{top + 6}" stroke="{MARK}" stroke-width="2"/>'
