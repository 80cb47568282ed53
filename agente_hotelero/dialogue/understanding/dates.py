"""What the named days of a message mean together: an arrival, a departure, or trouble that is said aloud."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from agente_hotelero.dialogue.reading import Context, DateReading, DateTrouble, Expecting, Language
from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.date_points import named_month, points
from agente_hotelero.dialogue.understanding.links import link, marker
from agente_hotelero.dialogue.understanding.occurrences import ImpossibleDayError, beside, resolve
from agente_hotelero.dialogue.understanding.page import Page, Point
from agente_hotelero.dialogue.understanding.past_days import past_days
from agente_hotelero.dialogue.understanding.roles import Role, roles_of
from agente_hotelero.dialogue.understanding.tokens import Kind, Token

TURN_OF_MONTH_DAYS: Final = 15
FAR_DAYS: Final = 3 * 366
LONGEST_NIGHTS: Final = 180
"""A longer stay was hardly meant where no year was said: «del 10 de junio al 5 de mayo»."""
LIST: Final = 3
"""So many days in a row are a list, and no arrival and departure."""
LIKELY_NIGHTS: Final = 31
"""Between two readings of 5/3 – 5/6, the one that is no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The named days of a message, and the message with them taken out, for whoever counts people."""

    page: Page
    points: tuple[Point, ...]
    past: tuple[Point, ...]
    """Days gone by that are only told of; none of `points`."""
    rest: tuple[Token, ...]

    def gone(self, today: date) -> tuple[date, ...]:
        """All days before today."""
        told = [point.fixed for point in self.past if point.fixed is not None]
        return (*told, *(day for point in self.points if (day := _written(point)) is not None and day < today))


def find_days(tokens: Sequence[Token], *, context: Context) -> Days:
    """Find the days that a message names."""
    page = Page(tokens, country=context.country)
    asked = context.expecting in {Expecting.DATES, Expecting.CHECK_OUT}
    known = (context.check_in or context.near) is not None and context.expecting is not Expecting.PEOPLE
    found = points(page, today=context.today, asked=asked, known=known, of_month=context.month)
    before = {place for point in found for place in range(point.begin, point.end)}
    past = [point for point in past_days(page, context.today) if before.isdisjoint(range(point.begin, point.end))]
    taken = before.union(*(range(point.begin, point.end) for point in past))
    rest = tuple(token._replace(kind=Kind.DAY) if place in taken else token for place, token in enumerate(tokens))
    return Days(page=page, points=tuple(found), past=tuple(past), rest=rest)


def _written(point: Point) -> date | None:
    """A day that says its year."""
    if point.year is None or point.month is None or point.day is None:
        return None
    try:
        return date(point.year, point.month, point.day)
    except ValueError:
        return None


def read_month(days: Days, *, context: Context) -> date | None:
    """Read the month that a message names without a day."""
    if days.points or days.past:
        return None
    return named_month(days.page, today=context.today, asked=context.expecting is Expecting.DATES)


def read_dates(days: Days, *, context: Context, language: Language | None, nights: int | None) -> DateReading | None:
    """Read the days of a message together; None when it names none."""
    found = _meant(days.page, days.points)
    if not found:
        return None
    try:
        found = _once(days.page, found, context.today)
        together = _together(days.page, found, context, language, nights)
        return replace(together, month_unsaid=_month_unsaid(found, context))
    except (ImpossibleDayError, OverflowError):
        return DateReading(trouble=DateTrouble.IMPOSSIBLE)


def _month_unsaid(found: Sequence[Point], context: Context) -> bool:
    told = context.days or context.check_in or context.near or context.month
    return not told and all(point.month is None and point.fixed is None for point in found)


def _meant(page: Page, found: Sequence[Point]) -> list[Point]:
    """Without what was taken back: «el 3, no, mejor el 5», «el 5 en vez del 3»."""
    kept = [point for point in found if not _taken_back(page, point)] or list(found)
    corrected = [
        place + 1
        for place, (first, second) in enumerate(pairwise(kept))
        if said.CORRECTIONS & set(page.between(first.end, second.begin))
    ]
    return kept[corrected[-1] :] if corrected else kept


def _once(page: Page, found: Sequence[Point], today: date) -> list[Point]:
    """«el 10 de mayo, día de las madres» is one day, whatever the number of its names."""
    once = list(found[:1])
    for first, second in pairwise(found):
        whole = {first.last, second.last} == {None} and not first.others + second.others and first.month is not None
        same = whole and link(page, first, second) == "beside" and second.fixed == resolve(first, after=today)
        if not same:
            once.append(second)
    return once


def _taken_back(page: Page, point: Point) -> bool:
    at = point.begin - 1
    while page.text(at) in {"el", "del", "de", "the", "on", "dia", "do", "o"}:
        at -= 1
    starts = (at - 1, at)
    before = any(start + len(page.phrase(start, said.INSTEAD_OF) or ()) == at + 1 for start in starts)
    return before or (page.text(point.end) in {"no", "nao"} and page.text(point.end + 1) in {",", ".", ";"})


def _together(
    page: Page, found: Sequence[Point], context: Context, language: Language | None, nights: int | None
) -> DateReading:
    doubtful = next((point for point in found if point.others), None)
    if doubtful is not None:
        return DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=doubtful.others)
    roles = roles_of(page, found)
    listed = _listed(page, found)
    pair = _pair(page, found, roles) if len(listed) < LIST or any(roles) else None
    if pair is not None:
        return _range(*_in_one_order(pair, language, context.today), context)
    by_night = _is_by_night(page, found[0]) and not any(roles)
    if len(listed) >= LIST or (by_night and not nights and len(listed) == len(found)):
        return _all_of(listed, context, nights=nights, by_night=by_night)
    span = next((point for point in found if point.last is not None), None)
    if span is not None:
        return _span(span, found, context, nights)
    twice = _named_twice(page, found, context.today)
    return twice or _one_day(found[0], roles[0], context, language, nights)


def _one_day(
    point: Point, role: Role | None, context: Context, language: Language | None, nights: int | None
) -> DateReading:
    if role is Role.LEAVES or (context.expecting is Expecting.CHECK_OUT and role is None):
        return _departure(_month_first_if_nearer(point, language, context), context, nights)
    if point.swapped and language is Language.EN:
        return _ambiguous(point, context)
    return _arrival(point, context, nights)


def _pair(page: Page, found: Sequence[Point], roles: Sequence[Role | None]) -> tuple[Point, Point] | None:
    """Two days that belong together as arrival and departure."""
    for place, (first, second) in enumerate(pairwise(found)):
        if first.last is not None or second.last is not None:
            continue
        if roles[place] is Role.LEAVES and roles[place + 1] is Role.ARRIVES:
            return second, first
        how = link(page, first, second)
        if how == "and" and marker(page, first) in said.BETWEEN:
            how = "to"
        leaves = roles[place + 1] is Role.LEAVES and roles[place] is not Role.LEAVES
        if how == "to" or leaves or (how == "beside" and not _same_day(first)):
            return first, second
    return None


def _same_day(first: Point) -> bool:
    """«mañana jueves», «mañana, 16 de abril»: after a relative name, another right beside it names the same day."""
    return first.fixed is not None and first.weekday is None


def _listed(page: Page, found: Sequence[Point]) -> Sequence[Point]:
    """The days that are named one after the other: «viernes, sábado y domingo», «el 5, 6 y 7 de mayo»."""
    count = 1
    for first, second in pairwise(found):
        if link(page, first, second) not in {"and", "beside"} or (_same_day(first) and second.fixed is None):
            break
        count += 1
    return found[:count] if all(point.last is None for point in found[:count]) else ()


def _is_by_night(page: Page, first: Point) -> bool:
    """«la noche del sábado», «the nights of May 5 and 6»; not «dos noches del 5 de mayo»."""
    at = first.begin - 1
    while page.text(at) in said.OF_OR_IN | {"el", "dia", "dias"}:
        at -= 1
    return at < first.begin - 1 and page.text(at) in said.NIGHT_OF


def _all_of(listed: Sequence[Point], context: Context, *, nights: int | None, by_night: bool) -> DateReading:
    """Whether the last of several days is a night or the departure is asked, unless they are nights."""
    first, last = listed[0], listed[-1]
    if first.month is None and first.fixed is None:
        first = replace(first, month=last.month, year=last.year)
    arrives = resolve(_dated(first, context), after=context.today)
    leaves = resolve(_after(last, arrives) if last is not first else first, after=arrives) + timedelta(days=1)
    if nights:
        leaves = arrives + timedelta(days=nights)
    return replace(_checked(arrives, leaves if nights or by_night else None, context), counted="check_out")


def _named_twice(page: Page, found: Sequence[Point], today: date) -> DateReading | None:
    """One day by two names that disagree: «sábado 17» when it is a Friday."""
    first = found[0]
    day = resolve(first, after=today)
    other: date | None = None
    if _slip(first, day):
        other = day + _slip(first, day)
    elif len(found) > 1 and link(page, first, found[1]) == "beside" and _same_day(first):
        other = resolve(found[1], after=today)
    if other is None or other == day or min(day, other) < today:
        return None
    return DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=tuple(sorted((day, other))))


def _span(span: Point, found: Sequence[Point], context: Context, nights: int | None) -> DateReading:
    """A weekend or a feast of several days; another day beside it tells when in it, or which one."""
    first, last = span.fixed or context.today, span.last
    for point in found:
        day = resolve(point, after=context.today) if point is not span else first
        if last is not None and first < day < last:
            first = day
        elif day != first and point.fixed is None:
            first = day - timedelta(days=(day.weekday() - 4) % 7)
            last = first + timedelta(days=2)
    if nights:
        return replace(_checked(first, first + timedelta(days=nights), context), counted="check_out")
    return _checked(first, last, context)


def _in_one_order(pair: tuple[Point, Point], language: Language | None, today: date) -> tuple[Point, Point]:
    """Both of 05/03 – 05/06 are written the same way round; English also puts the month first."""
    first, second = pair
    month_first = (_month_first(first), _month_first(second))
    if first.swapped and second.month_first:
        return month_first[0], second
    if second.swapped and first.month_first:
        return first, month_first[1]
    if language is not Language.EN or not (first.swapped or second.swapped):
        return pair
    usual, other = _length(pair, today), _length(month_first, today)
    return month_first if other <= LIKELY_NIGHTS < usual else pair


def _month_first(point: Point) -> Point:
    return replace(point, day=point.month, month=point.day) if point.swapped else point


def _length(pair: tuple[Point, Point], today: date) -> int:
    """Nights between two days, or very many."""
    try:
        first = resolve(pair[0], after=today)
        return (resolve(pair[1], after=first + timedelta(days=1)) - first).days
    except ImpossibleDayError:
        return FAR_DAYS


def _range(first: Point, second: Point, context: Context) -> DateReading:
    if first.month is None and first.fixed is None and second.month is not None:
        # «del 3 al 5 de mayo»; «del 28 al 2 de mayo» begins the month before.
        month, year = second.month, second.year
        if (first.day or 0) - (second.day or 0) > TURN_OF_MONTH_DAYS:
            month, year = (12, year - 1 if year else None) if month == 1 else (month - 1, year)
        first = replace(first, month=month, year=year)
    if first.year is None and second.year is not None and first.month is not None:
        first = replace(first, year=second.year if first.month <= (second.month or 0) else second.year - 1)
    check_in = resolve(_dated(first, context), after=context.today)
    if second.month is not None and first.month == second.month and (first.day or 0) >= (second.day or 0):
        same_year = second.year is None or second.year == check_in.year
        if same_year:
            return DateReading(trouble=DateTrouble.REVERSED)
    check_out = resolve(_after(second, check_in), after=check_in + timedelta(days=1))
    if second.year is None and (check_out - check_in).days > LONGEST_NIGHTS:
        return DateReading(trouble=DateTrouble.REVERSED)
    return _doubted((first, check_in), (second, check_out), context) or _checked(check_in, check_out, context)


def _doubted(arrival: tuple[Point, date], departure: tuple[Point, date], context: Context) -> DateReading | None:
    """«viernes 5 al domingo 7» when the 5th is a Thursday: the weekday or the number is a slip, and which one is asked."""
    (_, check_in), (last, check_out) = arrival, departure
    moved, moved_last = _slip(*arrival), _slip(*departure)
    days = sorted({check_in, check_in + moved})
    if days[0] < context.today or not (moved or moved_last):
        return None
    if not moved:
        # Until which day is the next question.
        return DateReading(check_in=check_in)
    return DateReading(
        trouble=DateTrouble.AMBIGUOUS,
        alternatives=tuple(days),
        check_out=check_out if last.weekday is None and check_out > days[-1] else None,
        nights=(check_out - check_in).days if moved_last == moved else None,
    )


def _slip(point: Point, day: date) -> timedelta:
    """From the number's day to the nearest of its weekday."""
    if point.weekday is None or point.day is None:
        return timedelta(0)
    return timedelta(days=(point.weekday - day.weekday() + 3) % 7 - 3)


def _after(second: Point, check_in: date) -> Point:
    """«del viernes 8 al domingo»: the first such weekday after the arrival."""
    if second.fixed is None or second.fixed > check_in or second.weekday is None:
        return second
    return replace(second, fixed=check_in + timedelta(days=(second.weekday - check_in.weekday() - 1) % 7 + 1))


def _month_first_if_nearer(point: Point, language: Language | None, context: Context) -> Point:
    """A departure written 5/6 in English is the one that makes a likely stay."""
    if not point.swapped or language is not Language.EN or context.check_in is None:
        return point
    readings = (point, _month_first(point))
    return min(readings, key=lambda one: resolve(one, after=(context.check_in or context.today) + timedelta(days=1)))


def _departure(point: Point, context: Context, nights: int | None) -> DateReading:
    bare = point.month is None and point.fixed is None
    after = (context.check_in or (bare and context.near) or context.today) + timedelta(days=1)
    check_out = resolve(_after(point, context.check_in) if context.check_in else point, after=after)
    if context.check_in is not None and check_out <= context.check_in:
        return DateReading(trouble=DateTrouble.REVERSED)
    if check_out <= context.today:
        return DateReading(trouble=DateTrouble.PAST)
    if context.check_in is None and nights:
        return replace(_checked(check_out - timedelta(days=nights), check_out, context), counted="check_in")
    return DateReading(check_out=check_out)


def _arrival(point: Point, context: Context, nights: int | None) -> DateReading:
    check_in = resolve(_dated(point, context), after=context.today)
    if nights:
        return replace(_checked(check_in, check_in + timedelta(days=nights), context), counted="check_out")
    return _checked(check_in, None, context)


def _dated(point: Point, context: Context) -> Point:
    """A day without a month is one that was offered, or else of the month that is talked about."""
    if point.month is not None or point.last is not None or (point.day is None and point.weekday is None):
        return point
    offered = [day for day in context.days if _fits(point, day)]
    if len(offered) == 1:
        return replace(point, fixed=offered[0])
    near = context.check_in or context.near
    day = None if near is None or point.day is None else beside(point.day, near, today=context.today)
    return point if day is None or point.weekday not in {None, day.weekday()} else replace(point, fixed=day)


def _fits(point: Point, day: date) -> bool:
    return point.day in {None, day.day} and point.weekday in {None, day.weekday()}


def _ambiguous(point: Point, context: Context) -> DateReading:
    readings = {resolve(one, after=context.today) for one in (point, _month_first(point))}
    ahead = sorted(day for day in readings if day >= context.today)
    if len(ahead) < 2:  # noqa: PLR2004 - two readings
        return _checked(ahead[0] if ahead else max(readings), None, context)
    return DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=tuple(ahead))


def _checked(check_in: date, check_out: date | None, context: Context) -> DateReading:
    if check_in < context.today:
        return DateReading(trouble=DateTrouble.PAST)
    if check_out is not None and check_out <= check_in:
        return DateReading(trouble=DateTrouble.REVERSED)
    if (check_in - context.today).days > FAR_DAYS:
        return DateReading(trouble=DateTrouble.IMPOSSIBLE)
    return DateReading(check_in=check_in, check_out=check_out)
