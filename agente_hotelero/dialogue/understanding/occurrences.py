"""When a named day is: what it leaves open is filled with its next occurrence."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding.page import Point

SOON: Final = timedelta(days=92)
"""How far ahead «viernes 29» may lie."""
LONG_BEFORE: Final = timedelta(days=15)
"""Instead of the 30th, «del 2 al 5» is rather of the month after."""


class ImpossibleDayError(Exception):
    """No calendar has that day."""


def resolve(point: Point, *, after: date) -> date:
    """The day itself, or its next occurrence from `after` on."""
    if point.fixed is not None:
        return point.fixed
    day = point.day or 0
    if point.year is not None and point.month is not None:
        return _date(point.year, point.month, day)
    if point.month is not None:
        return _next_year_with(after, point.month, day)
    ahead = _days_ahead(after, day)
    if not ahead:
        raise ImpossibleDayError
    # «viernes 29» is the next 29th that is a Friday, if it comes soon.
    same = [one for one in ahead if one.weekday() == point.weekday]
    return next((one for one in same if one - after <= SOON), ahead[0])


def beside(day: int, arrival: date, *, today: date) -> date | None:
    """That day in the month of an arrival; where it lies long before the arrival, or is past, in a month after."""
    months = [divmod(arrival.year * 12 + arrival.month - 1 + more, 12) for more in range(3)]
    days = [date(year, month + 1, day) for year, month in months if 1 <= day <= monthrange(year, month + 1)[1]]
    return next((one for one in days if one >= today and arrival - one <= LONG_BEFORE), None)


def _days_ahead(after: date, day: int) -> list[date]:
    """The next dates with that day of the month."""
    months = [divmod(after.year * 12 + after.month - 1 + more, 12) for more in range(4)]
    days = [date(year, month + 1, day) for year, month in months if 1 <= day <= monthrange(year, month + 1)[1]]
    return [one for one in days if one >= after]


def _next_year_with(after: date, month: int, day: int) -> date:
    # 29 February may be years away; 31 April never comes.
    for year in range(after.year, after.year + 9):
        if month <= 12 and 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= after:  # noqa: PLR2004 - months
            return date(year, month, day)
    raise ImpossibleDayError


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ImpossibleDayError from None
