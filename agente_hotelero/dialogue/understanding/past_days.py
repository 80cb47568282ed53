"""Days gone by that a message tells a story of: no dates of a stay, and no lengths of one."""

from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding import near_days
from agente_hotelero.dialogue.understanding.calendar_words import by_first_word
from agente_hotelero.dialogue.understanding.date_words import LENGTHS, MONTH_LENGTHS
from agente_hotelero.dialogue.understanding.page import Page, Point

_NAMED: Final = {
    "ayer": 1, "ontem": 1, "yesterday": 1, "anoche": 1, "last night": 1, "anteayer": 2, "antier": 2, "antes de ayer": 2, "antiayer": 2,
    "anteontem": 2, "the day before yesterday": 2, "day before yesterday": 2,
}  # fmt: skip
_PHRASES: Final = by_first_word(_NAMED)
# «hace 3 días», «há uma semana», «faz 2 dias».
_SINCE: Final = by_first_word(("hace como", "hace unos", "hace", "hace ya", "ha", "faz", "faz uns"))
_AGO: Final = by_first_word(("ago", "atras", "back"))
_TELLING: Final = frozenset[str]().union(_PHRASES, _SINCE, _AGO)
"""Without one of these words nothing is told of days gone by."""
MOST: Final = 999


def past_days(page: Page, today: date) -> list[Point]:
    """All of them, in order."""
    words = page.between(0, len(page.tokens))
    if _TELLING.isdisjoint(words):
        return []
    found: list[Point] = []
    place = 0
    while place < len(page.tokens):
        point = _named(page, place, today) or _since(page, place, today) or _ago(page, place, today)
        if point is not None:
            found.append(point)
        place = place + 1 if point is None else point.end
    return found


def _named(page: Page, place: int, today: date) -> Point | None:
    phrase = page.phrase(place, _PHRASES)
    if phrase is None:
        return None
    return Point(begin=place, end=place + len(phrase), fixed=today - timedelta(days=_NAMED[" ".join(phrase)]))


def _since(page: Page, place: int, today: date) -> Point | None:
    phrase = page.phrase(place, _SINCE)
    return None if phrase is None else _so_long_before(page, place, place + len(phrase), today)


def _ago(page: Page, place: int, today: date) -> Point | None:
    point = _so_long_before(page, place, place, today)
    after = None if point is None else page.phrase(point.end, _AGO)
    return None if point is None or after is None else Point(begin=place, end=point.end + len(after), fixed=point.fixed)


def _so_long_before(page: Page, begin: int, place: int, today: date) -> Point | None:
    count, end = near_days.count(page, place)
    unit = page.text(end)
    if count is None or not 0 < count <= MOST:
        return None
    if unit in LENGTHS:
        return Point(begin=begin, end=end + 1, fixed=today - timedelta(days=count * LENGTHS[unit]))
    if unit in MONTH_LENGTHS:
        return Point(begin=begin, end=end + 1, fixed=near_days.months_later(today, -min(count, 99)))
    return None
