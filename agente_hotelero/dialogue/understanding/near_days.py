"""Days without a number: tomorrow, this weekend, in two weeks, Friday, Christmas."""

from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.calendar_words import (
    FEASTS,
    MOVING_FEASTS,
    ORDINALS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    by_first_word,
    easter,
)
from agente_hotelero.dialogue.understanding.page import Page, Point
from agente_hotelero.dialogue.understanding.tokens import Kind, counted

FRIDAY: Final = 4
SUNDAY: Final = 6
MONTHS_OF_YEAR: Final = 12
_FIXED: Final = by_first_word(FEASTS)
_MOVING: Final = by_first_word(MOVING_FEASTS)
BEGINNINGS: Final = frozenset[str]().union(
    said.RELATIVE, said.WEEKEND, said.WITHIN, _FIXED, _MOVING, WEEKDAYS, SHORT_WEEKDAYS
)
"""Words that a day without a number begins with."""


def relative(page: Page, place: int, today: date, *, asked: bool) -> Point | None:
    """«mañana», «depois de amanhã», «tonight»; «ayer» only where a date was asked for."""
    phrase = page.phrase(place, said.RELATIVE)
    days = said.RELATIVE_DAYS[" ".join(phrase)] if phrase else 0
    if phrase is None or (days < 0 and not asked):
        return None
    before = page.text(place - 1)
    if phrase == ("manana",) and (before in said.BEFORE_A_MORNING or (before == "hasta" and not asked and place == 1)):
        return None
    return Point(begin=place, end=place + len(phrase), fixed=today + timedelta(days=days))


def weekend(page: Page, place: int, today: date) -> Point | None:
    """Friday to Sunday: this one, or the following where it says so."""
    phrase = page.phrase(place, said.WEEKEND)
    if phrase is None:
        return None
    end = place + len(phrase)
    after = page.phrase(end, said.NEXT_AFTER)
    following = after is not None or bool(said.NEXT_BEFORE & set(page.between(max(0, place - 2), place)))
    friday = today + timedelta(days=FRIDAY - today.weekday())
    # On a Sunday «this» and «next» weekend are the same: a night of this one is hardly meant.
    if following or today.weekday() == SUNDAY:
        friday += timedelta(days=7)
    return Point(begin=place, end=end + len(after or ()), fixed=max(friday, today), last=friday + timedelta(days=2))


def within(page: Page, place: int, today: date) -> Point | None:
    """«dentro de 10 días», «in two weeks», «daqui a um mês»."""
    phrase = page.phrase(place, said.WITHIN)
    if phrase is None:
        return None
    at = place + len(phrase)
    count = counted(page.tokens[at]) if at < len(page.tokens) else None
    unit = page.text(at + 1)
    if count is None or page.text(at + 2) == "santa":
        return None
    if unit in said.LENGTHS:
        return Point(begin=place, end=at + 2, fixed=today + timedelta(days=min(count, 999) * said.LENGTHS[unit]))
    if unit in said.MONTH_LENGTHS:
        return Point(begin=place, end=at + 2, fixed=_months_later(today, min(count, 99)))
    return None


def _months_later(today: date, months: int) -> date:
    years, month = divmod(today.month - 1 + months, MONTHS_OF_YEAR)
    first = date(today.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))


def feast(page: Page, place: int, today: date) -> Point | None:
    """«Navidad», «new year's eve 2027», and those that move with Easter."""
    moving = page.phrase(place, _MOVING)
    if moving is not None:
        first, last = (timedelta(days=days) for days in MOVING_FEASTS[" ".join(moving)])
        sunday = next(one for year in (0, 1) if (one := easter(today.year + year)) + last > today)
        return Point(begin=place, end=place + len(moving), fixed=max(sunday + first, today), last=sunday + last)
    phrase = page.phrase(place, _FIXED)
    if phrase is None:
        return None
    month, day = FEASTS[" ".join(phrase)]
    year, end = page.year(place + len(phrase))
    return Point(begin=place, end=end, day=day, month=month, year=year)


def weekday_at(page: Page, place: int) -> int | None:
    """Which weekday is named there, 0 being Monday; names that are other words too need help from their neighbours."""
    text, before, after = page.text(place), page.text(place - 1), page.text(place + 1)
    if text in WEEKDAYS:
        return None if before in {"santo", "los", "todos", "every"} else WEEKDAYS[text]
    weekday = SHORT_WEEKDAYS.get(text)
    if weekday is None or after.startswith(("opc", "opt", "habit")):
        return None
    led = before in said.BEFORE_A_SHORT_WEEKDAY or after == "feira" or page.phrase(place + 1, said.NEXT_AFTER)
    dated = page.kind(place + 1) in {Kind.NUMBER, Kind.PAIR} and text not in ORDINALS
    return weekday if led or dated or _in_a_range_of_weekdays(page, place) else None


def _in_a_range_of_weekdays(page: Page, place: int) -> bool:
    names = WEEKDAYS.keys() | SHORT_WEEKDAYS.keys()
    for step in (1, -1):
        beyond = place + 2 * step
        if page.text(place + step) in said.TO | {"e", "y"} and page.text(beyond) in names | {"feira"}:
            return True
    # «vie-dom»: a hyphen between letters is no sign of its own.
    return page.text(place + 1) in names or page.text(place - 1) in names


def next_weekday(today: date, weekday: int) -> date:
    """The next such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
