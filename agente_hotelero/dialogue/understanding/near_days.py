"""Days without a number: tomorrow, this weekend, in two weeks, Friday, Christmas."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding import country_days
from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.calendar_words import (
    FEASTS,
    MONTHS,
    MOVING_FEASTS,
    ORDINALS,
    SHORT_WEEKDAYS,
    SHORTEST_WEEKDAYS,
    WEEKDAYS,
    by_first_word,
    easter,
)
from agente_hotelero.dialogue.understanding.page import Page, Point
from agente_hotelero.dialogue.understanding.tokens import Kind, counted

FRIDAY: Final = 4
SATURDAY: Final = 5
SUNDAY: Final = 6
WEEK: Final = timedelta(days=7)
ARTICLES_OF_A_FEAST: Final = frozenset("la el los las o a".split())
MONTHS_OF_YEAR: Final = 12
_FIXED: Final = by_first_word(FEASTS)
_MOVING: Final = by_first_word(MOVING_FEASTS)
# «chegamos sexta», «salgo dom».
_BEFORE_A_SHORT_WEEKDAY: Final = said.BEFORE_A_SHORT_WEEKDAY.union(said.ARRIVING, said.LEAVING)
BEGINNINGS: Final = frozenset[str]().union(
    said.RELATIVE, said.WEEKEND, ("primera", "primeira", "segunda", "first", "second", "pasado"), said.NOW, said.WITHIN, said.A_COUPLE, _FIXED, _MOVING, WEEKDAYS, SHORT_WEEKDAYS,
    country_days.NAMED, country_days.LONG_WEEKEND,
)  # fmt: skip
"""Words that a day without a number begins with."""


def relative(page: Page, place: int, today: date, *, asked: bool) -> Point | None:
    """«mañana», «depois de amanhã», «tonight»; «ayer» only where a date was asked for."""
    if page.text(place) == "pasado" and page.text(place - 1) in said.TO and page.text(place - 2) == "manana":
        return Point(begin=place, end=place + 1, fixed=today + timedelta(days=2))
    if page.text(place) in said.NOW and page.text(place - 1) in said.FROM and page.text(place + 1) in said.TO:
        return Point(begin=place, end=place + 1, fixed=today)
    phrase = page.phrase(place, said.RELATIVE)
    days = said.RELATIVE_DAYS[" ".join(phrase)] if phrase else 0
    if phrase is None or (days < 0 and not asked):
        return None
    before = page.text(place - 1)
    if phrase == ("manana",) and (before in said.BEFORE_A_MORNING or (before == "hasta" and not asked and place == 1)):
        return None
    return Point(begin=place, end=place + len(phrase), fixed=today + timedelta(days=days))


def weekend(page: Page, place: int, today: date) -> Point | None:
    """Friday to Sunday: this one, or the following where it says so, or the one of a month or of a feast."""
    phrase = page.phrase(place, said.WEEKEND)
    if phrase is None:
        return None
    end = place + len(phrase)
    at = page.skip(end, said.OF_OR_IN)
    month = MONTHS.get(page.text(at)) if at > end or page.text(at) == "mes" else None
    if month is not None and page.kind(at + 1) is not Kind.NUMBER:
        return _weekend_of_a_month(page, place, at, month, today)
    whose = feast(page, at, today) if at > end else None
    if whose is not None:
        return replace(_made_long(whose, today), begin=place)
    return _coming_weekend(page, place, end, today)


def _coming_weekend(page: Page, place: int, end: int, today: date) -> Point:
    before = set(page.between(max(0, place - 2), place))
    after, later = page.phrase(end, said.NEXT_AFTER) or (), page.phrase(end, said.AFTER_NEXT) or ()
    following = (bool(after) and not said.THIS & before) or bool(said.NEXT_BEFORE & before)
    friday = today + timedelta(days=FRIDAY - today.weekday())
    # On a Sunday «this» and «next» weekend are the same: a night of this one is hardly meant.
    if following or later or today.weekday() == SUNDAY:
        friday += WEEK * (2 if later else 1)
    end += len(after) + len(later)
    return Point(begin=place, end=end, fixed=max(friday, today), last=friday + timedelta(days=2))


def _weekend_of_a_month(page: Page, place: int, at: int, month: int, today: date) -> Point | None:
    """«el último finde de mayo»; «un finde de mayo» names none."""
    which = said.WHICH.get(page.text(place - 1))
    if which is None:
        return None
    year, end = page.year(at + 1)
    for one in (year,) if year else (today.year, today.year + 1):
        saturdays = [day for day in _days_of(one, month) if day.weekday() == SATURDAY]
        saturday = saturdays[which if which < 0 else which - 1]
        if saturday > today or year:
            friday = saturday - timedelta(days=1)
            return Point(begin=place, end=end, fixed=friday, last=saturday + timedelta(days=1))
    return None


def _days_of(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def long_weekend(page: Page, place: int, today: date) -> Point | None:
    """«puente de diciembre», «el próximo feriado largo»: what the country's holidays make; two are asked about."""
    phrase = page.phrase(place, country_days.LONG_WEEKEND)
    if phrase is None:
        return None
    end = place + len(phrase)
    at = page.skip(end, said.OF_OR_IN)
    month = MONTHS.get(page.text(at)) if at > end else None
    if month is None and page.kind(at) in {Kind.NUMBER, Kind.PAIR}:
        return None
    whose = feast(page, page.skip(at, ARTICLES_OF_A_FEAST), today) if at > end and month is None else None
    if whose is not None:
        return replace(_made_long(whose, today), begin=place)
    found = country_days.long_weekends(today=today, country=page.country, month=month)
    if not found:
        return None
    end = end + len(page.phrase(end, said.NEXT_AFTER) or ()) if month is None else at + 1
    first, last = found[0]
    others = tuple(day for day, _ in found) if len(found) > 1 else ()
    return Point(begin=place, end=end, fixed=first, last=last, others=others)


def half_month(page: Page, place: int, today: date) -> Point | None:
    """«primera quincena de enero»: as holidays are let, from the 1st to the 15th, or from the 16th to the last."""
    half, at = said.WHICH.get(page.text(place)), place + 2
    if half not in {1, 2} or page.text(place + 1) not in said.HALF_MONTHS:
        return None
    month = MONTHS.get(page.text(page.skip(at, said.OF_OR_IN)))
    if month is None:
        return None
    year, end = page.year(page.skip(at, said.OF_OR_IN) + 1)
    for one in (year,) if year else (today.year, today.year + 1):
        days = _days_of(one, month)
        first, last = (days[0], days[14]) if half == 1 else (days[15], days[-1])
        if last > today or year:
            return Point(begin=place, end=end, fixed=first if year else max(first, today), last=last)
    return None


def _made_long(point: Point, today: date) -> Point:
    """A feast with its weekend: «labor day weekend», «el finde de navidad»."""
    if point.last is not None or point.others:
        return point
    first, last = country_days.around(point.fixed or next_day(today, point.month or 1, point.day or 1))
    return replace(point, fixed=first, last=last, day=None, month=None)


def within(page: Page, place: int, today: date) -> Point | None:
    """«dentro de 10 días», «in two weeks», «daqui a um mês»."""
    phrase = page.phrase(place, said.WITHIN)
    if phrase is None:
        return None
    at = place + len(phrase)
    number, end = count(page, at)
    unit = page.text(end)
    if number is None or page.text(end + 1) == "santa":
        return None
    if unit in said.LENGTHS:
        return Point(begin=place, end=end + 1, fixed=today + timedelta(days=min(number, 999) * said.LENGTHS[unit]))
    if unit in said.MONTH_LENGTHS:
        return Point(begin=place, end=end + 1, fixed=months_later(today, min(number, 99)))
    return None


def count(page: Page, place: int) -> tuple[int | None, int]:
    """A number and where it ends; a couple is two."""
    couple = page.phrase(place, said.A_COUPLE)
    if couple is not None:
        return 2, place + len(couple)
    return (counted(page.tokens[place]) if place < len(page.tokens) else None), place + 1


def counted_from(page: Page, place: int, today: date) -> Point | None:
    """«a week from Friday», «two weeks from today»: no length of a stay, unless it is said «for» so long."""
    number, end = count(page, place)
    days = said.LENGTHS.get(page.text(end)) if number is not None else None
    link = page.phrase(end + 1, said.FROM_THEN) if days else None
    if number is None or days is None or link is None or page.text(place - 1) in said.STAYED:
        return None
    at = page.skip(end + 1 + len(link), frozenset({"el", "the", "del", "now"}))
    day = Point(begin=at, end=at, fixed=today) if page.text(at - 1) == "now" else _named(page, at, today)
    if day is None or day.fixed is None:
        return None
    return Point(begin=place, end=day.end, fixed=day.fixed + timedelta(days=min(number, 99) * days))


def _named(page: Page, place: int, today: date) -> Point | None:
    """A day that is known at once: tomorrow, Friday."""
    if page.text(place) in WEEKDAYS:
        return Point(begin=place, end=place + 1, fixed=next_weekday(today, WEEKDAYS[page.text(place)]))
    return relative(page, place, today, asked=False)


def and_so_many_days(page: Page, point: Point) -> Point:
    """«de hoy en 8», «del viernes en una semana»; and the British «Friday week»."""
    if point.fixed is None or point.last is not None:
        return point
    if page.text(point.end) == "week" and point.weekday is not None:
        return replace(point, end=point.end + 1, fixed=point.fixed + WEEK)
    if page.text(point.end) not in said.IN_THEN or page.text(point.begin - 1) not in {"de", "del"}:
        return point
    number, end = count(page, point.end + 1)
    days = said.LENGTHS.get(page.text(end))
    if number == 8 and days is None and page.kind(end) in {None, Kind.SIGN}:  # noqa: PLR2004 - «en 8» counts the day itself
        return replace(point, end=end, fixed=point.fixed + WEEK)
    if number is None or days is None:
        return point
    return replace(point, end=end + 1, fixed=point.fixed + timedelta(days=min(number, 99) * days))


def months_later(today: date, months: int) -> date:
    """The same day of a later month, or its last; of an earlier one where `months` is less than nothing."""
    years, month = divmod(today.month - 1 + months, MONTHS_OF_YEAR)
    first = date(today.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))


def feast(page: Page, place: int, today: date) -> Point | None:
    """«Navidad», «new year's eve 2027», those that move with Easter, and those of a country; «… weekend» with its weekend."""
    found = _moving(page, place, today) or _of_the_country(page, place, today) or _with_a_day(page, place)
    weekend_ = None if found is None else page.phrase(found.end, said.WEEKEND)
    if found is None or weekend_ is None or page.text(found.end) != "weekend":
        return found
    return replace(_made_long(found, today), end=found.end + len(weekend_))


def _moving(page: Page, place: int, today: date) -> Point | None:
    phrase = page.phrase(place, _MOVING)
    if phrase is None:
        return None
    first, last = MOVING_FEASTS[" ".join(phrase)]
    year, end = page.year(place + len(phrase))
    years = (year,) if year else (today.year, today.year + 1)
    ends = timedelta(days=first if last is None else last - 1)
    sunday = next((one for at in years if (one := easter(at)) + ends >= today), easter(years[-1]))
    begins = sunday + timedelta(days=first)
    if last is None:
        return Point(begin=place, end=end, fixed=begins)
    last_day = sunday + timedelta(days=last)
    return Point(begin=place, end=end, fixed=max(begins, today) if last_day > today else begins, last=last_day)


def _of_the_country(page: Page, place: int, today: date) -> Point | None:
    phrase = page.phrase(place, country_days.NAMED)
    days = country_days.named(phrase, today=today, country=page.country) if phrase else ()
    if phrase is None or not days:
        return None
    return Point(begin=place, end=place + len(phrase), fixed=days[0], others=days if len(days) > 1 else ())


def _with_a_day(page: Page, place: int) -> Point | None:
    phrase = page.phrase(place, _FIXED)
    if phrase is None:
        return None
    month, day = FEASTS[" ".join(phrase)]
    year, end = page.year(place + len(phrase))
    return Point(begin=place, end=end, day=day, month=month, year=year)


def next_day(today: date, month: int, day: int) -> date:
    """The next such day of any year."""
    this = date(today.year, month, day)
    return this if this >= today else date(today.year + 1, month, day)


def weekday_at(page: Page, place: int) -> int | None:
    """Which weekday is named there, 0 being Monday; names that are other words too need help from their neighbours."""
    text, before, after = page.text(place), page.text(place - 1), page.text(place + 1)
    if text in WEEKDAYS:
        return None if before in {"santo", "los", "todos", "every"} else WEEKDAYS[text]
    weekday = SHORT_WEEKDAYS.get(text)
    if weekday is None or after.startswith(("opc", "opt", "habit")):
        return None
    if text in SHORTEST_WEEKDAYS:
        return weekday if _in_a_range_of_weekdays(page, place) else None
    led = (
        (before == "de" and page.text(place - 2) == "partir")
        or before in _BEFORE_A_SHORT_WEEKDAY
        or after in {"feira", "agora"}
        or (place == 0 and after == "," and page.kind(place + 2) is Kind.NUMBER and text != "segunda")
        or page.phrase(place + 1, said.NEXT_AFTER)
    )
    dated = page.kind(place + 1) in {Kind.NUMBER, Kind.PAIR} and text not in ORDINALS
    return weekday if led or dated or _in_a_range_of_weekdays(page, place) else None


def _in_a_range_of_weekdays(page: Page, place: int) -> bool:
    names = WEEKDAYS.keys() | SHORT_WEEKDAYS.keys()
    for step in (1, -1):
        beyond = place + 2 * step
        if page.text(place + step) in said.TO | said.BETWEEN_WEEKDAYS | {"e", "y"} and page.text(beyond) in names | {
            "feira"
        }:
            return True
    # «vie-dom»: a hyphen between letters is no sign of its own.
    return page.text(place + 1) in names or page.text(place - 1) in names


def next_weekday(today: date, weekday: int) -> date:
    """The next such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
