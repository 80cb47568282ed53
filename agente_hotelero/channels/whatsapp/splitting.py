"""A long text in pieces that WhatsApp takes, cut where a reader would pause."""

import re
from typing import Final

PAUSES: Final = (
    (re.compile(r"\n\s*\n"), 0.5),
    (re.compile(r"\n"), 0.5),
    (re.compile(r"(?<=[.!?…])\s"), 0.5),
    (re.compile(r"\s"), 0.0),
)
"""From a paragraph's end to a mere space, which is never inside a URL; and how full a piece must be for it."""


def size(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> tuple[str, ...]:
    """Cut into pieces of at most `limit` units, without the blanks at the cuts; nothing else is lost."""
    pieces: list[str] = []
    rest = text.strip()
    while rest:
        end = _cut(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(pieces)


def _cut(text: str, limit: int) -> int:
    hard = _fitting(text, limit)
    if hard == len(text):
        return hard
    # One character more: a piece may end exactly where the pause begins.
    window = text[: hard + 1]
    for pause, least_share in PAUSES:
        ends = [found.start() for found in pause.finditer(window) if found.start() >= hard * least_share]
        if ends:
            return ends[-1]
    return hard


def _fitting(text: str, limit: int) -> int:
    """How many characters fit: every one outside the BMP takes two units."""
    count = min(len(text), limit)
    while (excess := size(text[:count]) - limit) > 0:
        count -= (excess + 1) // 2
    return count
