"""What the named days of a message mean together: an arrival, a departure, or trouble that is said aloud."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from agente_hotelero.dialogue.reading import Context, DateReading, DateTrouble, Expecting, Language
from agente_hotelero.dialogue.understanding.date_points import Point, points

LINK: Final = re.compile(
    r"^\W*(?:al?|ao?|hasta|ate|to|till|til|until|thru|through|-|y|e|and|leaving|out|saliendo|salgo|salimos|saindo|saio|salida|saida|con salida|returning)\b"
    r"|^\s*-\s*$|^\W*(?:y|e|and)?\s*(?:nos vamos|me voy|leav\w+|sal\w+|sai\w+|depart\w+)"
)
DEPARTURE: Final = re.compile(
    r"(?:hasta|ate|until|till?|leav\w+|depart\w+|salida|sal(?:go|imos|iendo)|saida|sai(?:o|mos|ndo)|nos vamos|me voy)[\s\w]{0,12}$"
)
CHECK_IN: Final = re.compile(r"check[- ]?in")
CHECK_OUT: Final = re.compile(r"check[- ]?out")
TURN_OF_MONTH_DAYS: Final = 15
FAR_DAYS: Final = 3 * 366


class _ImpossibleError(Exception):
    """No such day."""


def read_dates(text: str, *, context: Context, language: Language | None, nights: int | None) -> DateReading | None:
    """Read a folded message; None when it names no day."""
    # «check out 5 may» must not read «out» as outubro.
    text = CHECK_OUT.sub("salida", CHECK_IN.sub("llegada", text))
    asked = context.expecting in {Expecting.DATES, Expecting.CHECK_OUT}
    found = points(text, today=context.today, bare=asked)
    if not found:
        return None
    try:
        return _together(text, found, context, language, nights)
    except _ImpossibleError:
        return DateReading(trouble=DateTrouble.IMPOSSIBLE)


def _together(
    text: str, found: Sequence[Point], context: Context, language: Language | None, nights: int | None
) -> DateReading:
    first = found[0]
    if first.last is not None and first.fixed is not None:
        return _checked(first.fixed, first.last, context)
    pair = _pair(text, found)
    if pair is not None:
        return _range(*pair, context)
    if first.swapped and language is Language.EN:
        return _ambiguous(first, context)
    if _is_departure(text, first, context):
        return _departure(first, context)
    check_in = _resolve(first, after=context.today)
    check_out = check_in + timedelta(days=nights) if nights else None
    return _checked(check_in, check_out, context)


def _pair(text: str, found: Sequence[Point]) -> tuple[Point, Point] | None:
    """Two days that belong together: a link between them, and nothing else much."""
    for first, second in pairwise(found):
        between = text[first.end : second.begin + 4] if second.begin - first.end <= 40 else "|"  # noqa: PLR2004 - a short clause
        if LINK.search(between) or re.match(r"^[\s,]*$", text[first.end : second.begin]):
            return first, second
        # The pattern of the second may have eaten the link: «5 de mayo al 8».
        if LINK.search(" " + text[second.begin : second.end]):
            return first, second
    return None


def _range(first: Point, second: Point, context: Context) -> DateReading:
    if first.month is None and first.fixed is None and second.month is not None:
        # «del 3 al 5 de mayo»; «del 28 al 2 de mayo» begins the month before.
        month, year = second.month, second.year
        if first.day is not None and second.day is not None and first.day - second.day > TURN_OF_MONTH_DAYS:
            month, year = (12, year - 1 if year else None) if month == 1 else (month - 1, year)
        first = replace(first, month=month, year=year)
    if first.year is None and second.year is not None:
        first = replace(first, year=second.year if (first.month or 0) <= (second.month or 0) else second.year - 1)
    check_in = _resolve(first, after=context.today)
    if second.month is not None and first.month == second.month and (first.day or 0) >= (second.day or 0):
        return DateReading(trouble=DateTrouble.REVERSED)
    return _checked(check_in, _resolve(second, after=check_in + timedelta(days=1)), context)


def _is_departure(text: str, point: Point, context: Context) -> bool:
    if context.expecting is Expecting.CHECK_OUT:
        return True
    return bool(DEPARTURE.search(text[: point.begin] + text[point.begin : point.end].split(maxsplit=1)[0]))


def _departure(point: Point, context: Context) -> DateReading:
    after = (context.check_in or context.today) + timedelta(days=1)
    check_out = _resolve(point, after=after)
    if context.check_in is not None and check_out <= context.check_in:
        return DateReading(trouble=DateTrouble.REVERSED)
    if check_out <= context.today:
        return DateReading(trouble=DateTrouble.PAST)
    return DateReading(check_out=check_out)


def _ambiguous(point: Point, context: Context) -> DateReading:
    day_first = _resolve(point, after=context.today)
    month_first = _resolve(replace(point, day=point.month, month=point.day), after=context.today)
    return DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=tuple(sorted((day_first, month_first))))


def _checked(check_in: date, check_out: date | None, context: Context) -> DateReading:
    if check_in < context.today:
        return DateReading(trouble=DateTrouble.PAST)
    if check_out is not None and check_out <= check_in:
        return DateReading(trouble=DateTrouble.REVERSED)
    if (check_in - context.today).days > FAR_DAYS:
        return DateReading(trouble=DateTrouble.IMPOSSIBLE)
    return DateReading(check_in=check_in, check_out=check_out)


def _resolve(point: Point, *, after: date) -> date:
    """The day itself, or its next occurrence from `after` on."""
    if point.fixed is not None:
        return point.fixed
    day = point.day or 0
    if point.year is not None and point.month is not None:
        return _date(point.year, point.month, day)
    if point.month is not None:
        return _next_year_with(after, point.month, day)
    for months in range(14):
        year, month = divmod(after.year * 12 + after.month - 1 + months, 12)
        if day <= monthrange(year, month + 1)[1] and date(year, month + 1, day) >= after:
            return date(year, month + 1, day)
    raise _ImpossibleError


def _next_year_with(after: date, month: int, day: int) -> date:
    # 29 February may be years away; 31 April never comes.
    for year in range(after.year, after.year + 9):
        if month <= 12 and 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= after:  # noqa: PLR2004 - months
            return date(year, month, day)
    raise _ImpossibleError


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _ImpossibleError from None
