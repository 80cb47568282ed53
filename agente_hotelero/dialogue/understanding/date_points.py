"""Finds the places in a message that name a day, before anybody asks what they mean together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding import near_days
from agente_hotelero.dialogue.understanding.calendar_words import (
    ARTICLES,
    MONTHS,
    NUMBERS,
    ORDINALS,
    UNSURE_MONTHS,
)
from agente_hotelero.dialogue.understanding.links import sure_ones
from agente_hotelero.dialogue.understanding.page import Page, Point
from agente_hotelero.dialogue.understanding.tokens import Kind, counted

MONTHS_OF_YEAR: Final = 12
LAST_DAY: Final = 31
BEGINNINGS: Final = frozenset().union(near_days.BEGINNINGS, MONTHS, NUMBERS, ORDINALS)
"""Words that a day may begin with: no rule need look at the others."""


def points(page: Page, *, today: date, asked: bool, known: bool = False, of_month: date | None = None) -> list[Point]:
    """Every named day of a message, in order.

    `asked`: dates were asked for, so that a bare number may be one. `known`: there are some, which may be corrected.
    `of_month`: the one that was named before them.
    """
    found: list[Point] = []
    place = 0
    while place < len(page.tokens):
        here = _at(page, place, today, asked=asked)
        found += here
        place = here[-1].end if here else place + 1
    found = [point for point in found if not _is_a_week(page, point)]
    month = None if any(point.month for point in found) else _loose_month(page, found, today)
    # «Na verdade de 6 a 9».
    corrected = known and any(page.text(place) in said.OTHER_DAYS for place in range(len(page.tokens)))
    ranges = asked or month is not None or corrected or page.has(said.THIS_MONTH)
    days = sure_ones(page, found, asked=asked, ranges=ranges)
    days = [point if point.fixed or month is None else replace(point, month=month) for point in days]
    if month is None and of_month is not None:
        days = _of_month(days, of_month)
    return _in_a_year(page, days, today)


def named_month(page: Page, *, today: date, asked: bool) -> date | None:
    """The first of the month that is named where no day is: «en mayo», and where dates were asked for «mayo»."""
    found = [place for place in range(len(page.tokens)) if _names_a_month(page, place, asked=asked)]
    months = {MONTHS[page.text(place)] for place in found}
    if found:
        # «En mayo o junio» names none of them.
        words = {page.text(place) for place in range(len(page.tokens))}
        months |= {MONTHS[word] for word in words - UNSURE_MONTHS if word in MONTHS}
    if not found and any(page.phrase(place, said.NEXT_MONTH) for place in range(len(page.tokens))):
        months = {today.month % MONTHS_OF_YEAR + 1}
    if len(months) != 1:
        return None
    [month] = months
    year = (page.year(found[-1] + 1)[0] if found else None) or _loose_year(page, today)
    first = date(year or today.year + (month < today.month), month, 1)
    return first if first >= today.replace(day=1) else None


def _names_a_month(page: Page, place: int, *, asked: bool) -> bool:
    text, before = page.text(place), page.text(place - 1)
    if text not in MONTHS or page.text(place - 2) in said.NAME_WORDS:
        return False
    led = before in said.BEFORE_A_MONTH and (asked or before not in said.OF)
    return led if text in UNSURE_MONTHS and len(page.tokens) > 1 else led or asked


def _of_month(days: list[Point], first: date) -> list[Point]:
    """Days without a month, of that one; those after its turn follow from them."""
    if any(point.month for point in days):
        return days
    turns = next((at for at in range(1, len(days)) if (days[at].day or 0) < (days[at - 1].day or 0)), len(days))
    return [
        replace(point, month=first.month, year=first.year) if point.fixed is None and at < turns else point
        for at, point in enumerate(days)
    ]


def _in_a_year(page: Page, days: list[Point], today: date) -> list[Point]:
    """The last one with a month is of the year that stands apart; those before it follow from it."""
    last = max((place for place, point in enumerate(days) if point.month), default=None)
    year = _loose_year(page, today) if last is not None else None
    if last is None or year is None or days[last].year:
        return days
    return [*days[:last], replace(days[last], year=year), *days[last + 1 :]]


def _at(page: Page, place: int, today: date, *, asked: bool) -> Sequence[Point]:
    """The days that are named there: one, or two by «3-5 de mayo»."""
    kind = page.tokens[place].kind
    if kind is Kind.OTHER or kind is Kind.SIGN or (kind is Kind.WORD and page.text(place) not in BEGINNINGS):
        return ()
    one = (
        _written(page, place, asked=asked)
        or near_days.relative(page, place, today, asked=asked)
        or near_days.half_month(page, place, today)
        or near_days.long_weekend(page, place, today)
        or near_days.weekend(page, place, today)
        or near_days.within(page, place, today)
        or near_days.counted_from(page, place, today)
        or near_days.feast(page, place, today)
        or _weekday(page, place, today, asked=asked)
        or _day_and_month(page, place)
        or _day_of_a_numbered_month(page, place)
    )
    if one is not None:
        return (near_days.and_so_many_days(page, one),)
    return _month_and_day(page, place) or _dashed(page, place) or _bare(page, place)


def _written(page: Page, place: int, *, asked: bool) -> Point | None:
    """3/5/2026, 2026-05-03, 3/5, and 3.5 where it can be nothing else."""
    token = page.tokens[place]
    if token.kind is Kind.DATE:
        day, month, year = token.numbers
        iso = token.text.startswith("20") and len(token.text) > len("20.5.26")
        return _numeric(place, day, month, year + 2000 if year < 100 else year, may_swap=not iso)  # noqa: PLR2004 - two digits
    if (
        token.kind is not Kind.PAIR
        or page.counts_something(place + 1)
        or not _is_day_and_month(page, place, asked=asked)
    ):
        return None
    day, month = token.numbers
    return _numeric(place, day, month, None, may_swap=True)


def _is_day_and_month(page: Page, place: int, *, asked: bool) -> bool:
    """3/5 mostly is; 3-5 is rather two days; 3.5 may be a price; 24/7 means always."""
    token, before = page.tokens[place], page.text(place - 1)
    day, month = token.numbers
    if not (0 < day <= LAST_DAY and 0 < month <= LAST_DAY and min(day, month) <= MONTHS_OF_YEAR):
        return False
    if token.suffix == "-":
        return "-0" in token.text and (before in said.BEFORE_A_DOTTED_DAY or _linked(page, place))
    if token.suffix == ".":
        return (
            asked
            or before in said.BEFORE_A_DOTTED_DAY
            or (month <= MONTHS_OF_YEAR and _linked_to_its_like(page, place))
        )
    return token.text != "24/7" or asked or before in said.BEFORE_A_DAY


def _linked(page: Page, place: int) -> bool:
    return page.text(place + 1) in said.TO or page.text(place - 1) in said.TO


def _linked_to_its_like(page: Page, place: int) -> bool:
    """«5.12 - 7.12»."""
    return any(
        page.text(place + step) in {"-", "al", "ao"}
        and page.kind(place + 2 * step) is Kind.PAIR
        and page.tokens[place + 2 * step].suffix == "."
        for step in (1, -1)
    )


def _numeric(place: int, day: int, month: int, year: int | None, *, may_swap: bool) -> Point:
    swapped = may_swap and day <= MONTHS_OF_YEAR and month <= MONTHS_OF_YEAR and day != month
    month_first = may_swap and month > MONTHS_OF_YEAR >= day
    if month_first:
        day, month = month, day
    return Point(begin=place, end=place + 1, day=day, month=month, year=year, swapped=swapped, month_first=month_first)


def _weekday(page: Page, place: int, today: date, *, asked: bool) -> Point | None:
    """«viernes», «sexta-feira que vem», «viernes 8 de mayo»."""
    weekday = near_days.weekday_at(page, place)
    if weekday is None:
        return None
    end = place + 2 if page.text(place + 1) == "feira" else place + 1
    dated = page.skip(end, said.BESIDE_A_WEEKDAY)
    if dated < len(page.tokens):
        date_ = _written(page, dated, asked=asked) or _day_and_month(page, dated) or _number_beside(page, dated)
        date_ = date_ or next(iter(_month_and_day(page, dated)), None)
        if date_ is not None:
            return replace(date_, begin=place, weekday=weekday)
    next_week = page.phrase(end, said.NEXT_WEEK)
    if next_week is not None:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
        return Point(begin=place, end=end + len(next_week), fixed=monday + timedelta(days=weekday), weekday=weekday)
    after, later = page.phrase(end, said.NEXT_AFTER) or (), page.phrase(end, said.AFTER_NEXT) or ()
    day, before = near_days.next_weekday(today, weekday), page.text(place - 1)
    if later or before in said.NOT_THIS_ONE:
        day += near_days.WEEK
    # Said on its eve, «next Friday» is tomorrow to few.
    maybe = before in said.MAYBE_NEXT and day == today + timedelta(days=1)
    others = (day, day + near_days.WEEK) if maybe else ()
    return Point(begin=place, end=end + len(after) + len(later), fixed=day, weekday=weekday, others=others)


def _number_beside(page: Page, place: int) -> Point | None:
    """«viernes 17», where nothing else can be meant."""
    token = page.tokens[place]
    if token.kind is not Kind.NUMBER or not _may_be_a_day(page, place, place + 1, token.numbers[0]):
        return None
    return Point(begin=place, end=place + 1, day=token.numbers[0])


def _day_and_month(page: Page, place: int) -> Point | None:
    """«3 de mayo de 2027», «3rd of May», «treinta y uno de mayo»."""
    number = _number_at(page, place)
    before = place - 2 if page.text(place - 1) == "." else place - 1
    if number is None or page.text(before) in said.BEFORE_NO_DATE:
        return None
    day, end = number
    of = page.skip(end, said.OF | {"-", "."})
    month = MONTHS.get(page.text(of))
    # «3 out of 5»; «un mayo»; 300 of something.
    if month is None or (page.text(of) == "out" and page.text(of + 1) == "of"):
        return None
    if (
        page.text(place - 1) == "for"
        and of == end
        and page.kind(of + 1) is Kind.NUMBER
        and page.text(of + 2) in said.TO
    ):
        # «a room for 2 May 5 to 8».
        return None
    if (page.text(place) in ARTICLES and of == end) or day >= 100:  # noqa: PLR2004 - two digits
        return None
    year, end = page.year(of + 1)
    # «vivo en 25 de mayo 1234»: a street and its number.
    if year is None and page.kind(end) is Kind.NUMBER and page.tokens[end].numbers[0] >= 100:  # noqa: PLR2004 - no day
        return None
    return Point(begin=place, end=end, day=day, month=month, year=year)


def _day_of_a_numbered_month(page: Page, place: int) -> Point | None:
    """«el 5 del 12», «dia 5 do 12»: a month by its number."""
    token, month = page.tokens[place], place + 2
    if (
        token.kind is not Kind.NUMBER
        or page.text(place + 1) not in {"del", "do"}
        or page.kind(month) is not Kind.NUMBER
    ):
        return None
    day, number = token.numbers[0], page.tokens[month].numbers[0]
    if not 1 <= day <= LAST_DAY or not 1 <= number <= MONTHS_OF_YEAR or page.counts_something(month + 1):
        return None
    goes_on = page.text(month + 1) in said.TO and page.text(month + 3) in {"del", "do"}
    whole = place == 0 and (goes_on or page.kind(month + 1) in {None, Kind.SIGN})
    if not whole and page.text(place - 1) not in said.BEFORE_A_DOTTED_DAY:
        return None
    year, end = page.year(month + 1)
    return Point(begin=place, end=end, day=day, month=number, year=year)


def _month_and_day(page: Page, place: int) -> Sequence[Point]:
    """«May 3rd, 2027», «mayo 3-5», «mayo del 3»."""
    month = MONTHS.get(page.text(place))
    before = page.text(place - 1)
    # «frente al mar»; «check out»; «dos de mayo» was read before.
    if month is None or before == "check" or (page.text(place) == "mar" and before in {"al", "el", "do", "ao", "o"}):
        return ()
    at = page.skip(place + 1, frozenset({"the", "dia", "del", "."}))
    if page.kind(at) is Kind.PAIR and page.tokens[at].suffix == "-":
        return _dashed(page, at, month=month)
    number = _number_at(page, at)
    if number is None or number[0] > LAST_DAY or page.counts_something(number[1]) or page.text(number[1]) == "of":
        return ()
    if page.kind(at) is Kind.WORD and page.text(at) not in ORDINALS:
        return ()
    year, end = page.year(number[1])
    return (Point(begin=place, end=end, day=number[0], month=month, year=year),)


def _dashed(page: Page, place: int, *, month: int | None = None) -> Sequence[Point]:
    """«3-5 de mayo» in one piece."""
    token = page.tokens[place]
    if token.kind is not Kind.PAIR or token.suffix != "-" or page.text(place - 1) in said.BEFORE_NO_DATE:
        return ()
    first, second = token.numbers
    of = page.skip(place + 1, said.OF)
    year, end = None, place + 1
    if month is None and page.text(of) in MONTHS:
        month = MONTHS[page.text(of)]
        year, end = page.year(of + 1)
    elif month is not None:
        year, end = page.year(place + 1)
    if page.counts_something(end) or not (0 < first <= LAST_DAY and 0 < second <= LAST_DAY):
        return ()
    sure = month is not None or page.text(place - 1) in said.RANGE_MARKERS
    begin = Point(begin=place, end=place + 1, day=first, month=None, sure=sure)
    return (begin, Point(begin=place, end=end, day=second, month=month, year=year, sure=sure))


def _bare(page: Page, place: int) -> Sequence[Point]:
    """A number that may be a day: «el 3», «the 3rd», the first of «del 3 al 5 de mayo»."""
    number = _number_at(page, place)
    if number is None or not _may_be_a_day(page, place, number[1], number[0]):
        return ()
    day, end = number
    token, before, after = page.tokens[place], page.text(place - 1), page.text(end)
    if token.kind is Kind.WORD and not (after in said.TO | said.AND or before in said.TO | said.BEFORE_A_DAY):
        return ()
    sure = token.kind is Kind.NUMBER and before in said.BEFORE_A_DAY
    if token.suffix in {"st", "nd", "rd", "th"}:
        alone = page.kind(end) in {None, Kind.SIGN} or after in said.TO | said.AND | {"for", "in"}
        sure = before in said.BEFORE_AN_ORDINAL or alone
    return (Point(begin=place, end=end, day=day, sure=sure),)


def _may_be_a_day(page: Page, place: int, end: int, day: int) -> bool:
    """No count, no house number, no piece of a longer number."""
    if not 1 <= day <= LAST_DAY or page.text(place - 1) in said.BEFORE_NO_DATE or page.counts_something(end):
        return False
    if page.phrase(end, said.OF_THE_DAY) is not None:
        return False
    if page.kind(place) is Kind.WORD:
        return page.text(place) not in ARTICLES or page.text(place) in {"uno", "um"}
    if page.tokens[place].suffix:
        return True
    return page.text(end) not in {"%", "/", "+", "of"} and not any(_goes_on(page, place, step) for step in (1, -1))


def _goes_on(page: Page, place: int, step: int) -> bool:
    """Whether a number belongs to a longer one: «600 12 34», «11-5555-0100»."""
    beside, beyond = place + step, place + 2 * step
    if page.kind(beside) in {Kind.NUMBER, Kind.PAIR, Kind.OTHER}:
        return page.kind(beside) is not Kind.OTHER or page.text(beside)[:1].isdigit() or page.text(beside)[:1] == "+"
    in_one_piece = page.text(beside) == "-" and page.kind(beyond) in {Kind.NUMBER, Kind.OTHER}
    return in_one_piece and not (page.kind(beyond) is Kind.NUMBER and page.tokens[beyond].numbers[0] <= LAST_DAY)


def _number_at(page: Page, place: int) -> tuple[int, int] | None:
    """A number in digits or words, and where it ends: «3», «3rd», «tres», «treinta y uno», «twenty-first»."""
    if page.kind(place) is Kind.NUMBER:
        return page.tokens[place].numbers[0], place + 1
    tens = NUMBERS.get(page.text(place))
    if tens in {20, 30}:
        ones_at = place + 2 if page.text(place + 1) in said.AND else place + 1
        ones = ORDINALS.get(page.text(ones_at)) or NUMBERS.get(page.text(ones_at), 10)
        if ones < 10:  # noqa: PLR2004 - a single digit
            return tens + ones, ones_at + 1
    number = ORDINALS.get(page.text(place), tens)
    return None if number is None else (number, place + 1)


def _is_a_week(page: Page, point: Point) -> bool:
    """«la semana del 5 de mayo» names no day to arrive on."""
    at = point.begin - 1
    while page.text(at) in said.OF_OR_IN:
        at -= 1
    if at == point.begin - 1 or page.text(at) not in said.WEEK or page.text(point.end) in said.TO:
        return False
    # «fin de semana del 5»; «una semana del 5» is a length.
    return page.text(at - 1) != "de" and (at == 0 or counted(page.tokens[at - 1]) is None)


def _loose_year(page: Page, today: date) -> int | None:
    """The year that stands apart: «next year, May 5», «5 de mayo del año que viene»."""
    if page.has(said.NEXT_YEAR):
        return today.year + 1
    return today.year if page.has(said.THIS_YEAR) else None


def _loose_month(page: Page, found: Sequence[Point], today: date) -> int | None:
    """The month that stands apart from its days: «en mayo, del 3 al 5»."""
    taken = {place for point in found for place in range(point.begin, point.end)}
    for place in range(len(page.tokens)):
        text = page.text(place)
        if page.phrase(place, said.NEXT_MONTH) is not None:
            return today.month % MONTHS_OF_YEAR + 1
        if text not in MONTHS:
            continue
        before = page.text(place - 1)
        led = before in said.BEFORE_A_MONTH and page.text(place - 2) not in said.NAME_WORDS
        if place not in taken and led and (text == "may" or text not in UNSURE_MONTHS):
            return MONTHS[text]
    return None
