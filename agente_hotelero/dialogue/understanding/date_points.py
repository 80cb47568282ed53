"""Finds the places in a message that name a day, before anybody asks what they mean together."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import (
    COUNT,
    FEASTS,
    MONTHS,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    number,
)

FRIDAY: Final = 4
SUNDAY: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One named day. What it leaves open (month, year) is None; `fixed` is one that is known at once.

    `last` makes it a range in itself, such as a weekend. `swapped` is the month-first reading of 5/6.
    """

    begin: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    fixed: date | None = None
    last: date | None = None
    swapped: bool = False


def _names(table: object) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))  # type: ignore[call-overload]  # any mapping of names


_MONTH: Final = rf"(?:{_names(MONTHS)})"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL: Final = r"(?:st|nd|rd|th|o|°|ro|er)?"
_YEAR: Final = r"(?:\s*(?:,|de|del|do|of)?\s*(20\d\d))?"
# A bare number is a day only where something says so, and never before a word that makes it something else.
_NOT_A_DAY: Final = (
    r"(?!\s*(?:adult|nin[oa]|crianc|kid|child|person|pessoa|people|guest|huesped|hospede|noche|noite|night|habitac|quarto|room"
    r"|hs\b|hora|h\b|am\b|pm\b|a\.m|p\.m|:|%|usd|dolar|euro|peso|real|reais|anos|years|dias?\b|days?\b|semanas?\b|weeks?\b|mes|m2|kg))"
)
_NO_MONTH: Final = rf"(?!\s*(?:de|do|of|-)?\s*{_MONTH}\b)"
_PATTERNS: Final = re.compile(
    "|".join(
        (
            r"(?P<iso>\b(20\d\d)-(\d{1,2})-(\d{1,2})\b)",
            r"(?P<numeric>\b(\d{1,2})(?:/|\.)(\d{1,2})(?:(?:/|\.)(20\d\d|\d\d))?\b(?!\s*(?:hs|h|am|pm|usd|\$)\b)|\b(\d{1,2})-(\d{1,2})-(20\d\d)\b)",
            rf"(?P<day_month>\b({_DAY}){_ORDINAL}\s*(?:de|do|of|-)?\s*({_MONTH})\b\.?{_YEAR})",
            rf"(?P<month_day>\b({_MONTH})\.?\s*(?:the\s*)?({_DAY})(?:st|nd|rd|th)?\b(?!\s*(?:de\s)?(?:{_MONTH}))(?!:){_YEAR})",
            r"(?P<overmorrow>\bpasado\s+manana\b|\bdepois\s+de\s+amanha\b|\b(?:the\s+)?day\s+after\s+tomorrow\b)",
            r"(?P<tomorrow>(?<!la )(?<!por la )(?<!de la )(?<!esta )\bmanana\b|\bamanha\b|\btomorrow\b)",
            r"(?P<today>\bhoy\b|\bhoje\b|\btoday\b|\besta\s+(?:misma\s+)?noche\b|\besta\s+noite\b|\btonight\b)",
            r"(?P<yesterday>\bayer\b|\bontem\b|\byesterday\b)",
            (
                r"(?P<weekend>(?:\b(proximo|siguiente|next|que\s+vem)\s+)?(?:\b(?:este|neste|nesse|this|the|el|o)\s+)?"
                r"(?:\b(prox\w*|next)\s+)?\b(?:fin\s+de\s+semana|fim\s+de\s+semana|weekend)\b(\s+que\s+v(?:iene|em)|\s+proximo)?)"
            ),
            rf"(?P<within>\b(?:dentro\s+de|en|in|daqui\s+a|em)\s+({COUNT})\s+(dias?|days?|semanas?|weeks?)\b)",
            rf"(?P<weekday>\b({_names(WEEKDAYS)})\b)",
            (
                rf"(?P<short_weekday>\b(?:na|nesta|nessa|proxima|ate|desde|da|essa|para)\s+({_names(SHORT_WEEKDAYS)})\b(?!\s+(?:opc|habit|opt))"
                rf"|\b({_names(SHORT_WEEKDAYS)})\s+que\s+vem\b|\bde\s+({_names(SHORT_WEEKDAYS)})(?=\s+(?:a|ate)\s))"
            ),
            rf"(?P<feast>\b({_names(FEASTS)})\b)",
            (
                rf"(?P<day>\b(?:el|del|al|dia|dias|desde|hasta|ate|a partir de|the|on|no)\s+(?:dia\s+|el\s+|the\s+)?({_DAY})(?:st|nd|rd|th)?\b(?![/.:]\d){_NO_MONTH}{_NOT_A_DAY}"
                rf"|\b({_DAY})(?:st|nd|rd|th)\b{_NO_MONTH})"
            ),
        )
    )
)
# «del 3 al 5», «from 3 to 5», «3-5», «entre el 10 y el 12», «de 3 a 5»: the first day has no name of its own.
_FIRST_OF_RANGE: Final = re.compile(
    rf"\b(?P<marker>del|desde(?:\s+el)?|de|do|dia|from(?:\s+the)?|entre(?:\s+el|\s+o)?|between(?:\s+the)?)?\s*\b(?P<day>{_DAY})(?:st|nd|rd|th)?"
    rf"\s*(?P<link>al?|ao?|hasta(?:\s+el)?|ate(?:\s+o)?|to(?:\s+the)?|till|until|through|-|y(?:\s+el)?|e(?:\s+o)?|and(?:\s+the)?)"
    rf"\s*(?:dia\s+)?(?P<second>{_DAY})(?:st|nd|rd|th)?\b(?![/.:]\d){_NOT_A_DAY}"
)
_MONTH_FIRST: Final = re.compile(
    rf"\b({_MONTH})\.?\s*({_DAY})(?:st|nd|rd|th)?\s*(?:-|to|al|a|ate|until|and|y|e|through)\s*(?:the\s+)?({_DAY})(?:st|nd|rd|th)?\b(?![/.:]\d){_YEAR}{_NOT_A_DAY}"
)


def points(text: str, *, today: date, bare: bool) -> list[Point]:
    """Every named day of a folded message, in order; `bare` says that dates were asked for, so that a number may be one."""
    taken: list[Point] = []
    for found in _MONTH_FIRST.finditer(text):
        month, year = MONTHS[found[1]], int(found[4]) if found[4] else None
        taken.append(Point(begin=found.start(1), end=found.start(3) - 1, day=int(found[2]), month=month, year=year))
        taken.append(Point(begin=found.start(3), end=found.end(), day=int(found[3]), month=month, year=year))
    spans = [(point.begin, point.end) for point in taken]
    taken += [
        _point(found, today) for found in _PATTERNS.finditer(text) if not _overlaps(found.start(), found.end(), spans)
    ]
    spans = [(point.begin, point.end) for point in taken]
    for found in _FIRST_OF_RANGE.finditer(text):
        taken += _range_starts(found, spans, bare=bare)
    if not taken and bare:
        taken += [Point(begin=m.start(), end=m.end(), day=int(m[0])) for m in re.finditer(rf"^{_DAY}$", text)]
    return sorted(taken, key=lambda point: point.begin)


def _overlaps(begin: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(begin < taken_end and taken_begin < end for taken_begin, taken_end in spans)


def _range_starts(found: "re.Match[str]", spans: list[tuple[int, int]], *, bare: bool) -> list[Point]:
    starts = []
    second_taken = _overlaps(found.start("second"), found.end("second"), spans)
    sure = found["marker"] in {"del", "dia"} or "el" in (found["marker"] or "").split() or second_taken or bare
    if found["link"] in {"y", "e", "and"} and not (found["marker"] or "").startswith(("entre", "between")):
        return []
    sure = sure or (found["marker"] or "").startswith(("from", "entre", "between", "desde"))
    if not sure:
        return []
    if not _overlaps(found.start("day"), found.end("day"), spans):
        starts.append(Point(begin=found.start("day"), end=found.end("day"), day=int(found["day"])))
    if not second_taken:
        starts.append(Point(begin=found.start("second"), end=found.end("second"), day=int(found["second"])))
    return starts


def _point(found: "re.Match[str]", today: date) -> Point:  # noqa: PLR0911 - a table of patterns
    kind = found.lastgroup or ""
    begin, end = found.span()
    parts = [part for part in found.groups()[_OFFSET[kind] :][: _PATTERNS.groups] if part is not None]
    match kind:
        case "iso":
            return Point(begin=begin, end=end, year=int(parts[0]), month=int(parts[1]), day=int(parts[2]))
        case "numeric":
            return _numeric(begin, end, parts)
        case "day_month":
            return Point(begin=begin, end=end, day=int(parts[0]), month=MONTHS[parts[1]], year=_year(parts[2:]))
        case "month_day":
            return Point(begin=begin, end=end, day=int(parts[1]), month=MONTHS[parts[0]], year=_year(parts[2:]))
        case "feast":
            month, day = FEASTS[parts[0]]
            return Point(begin=begin, end=end, day=day, month=month)
        case "day":
            return Point(begin=begin, end=end, day=int(parts[0]))
        case "weekend":
            first, last = _weekend(today, following=bool(parts))
            return Point(begin=begin, end=end, fixed=first, last=last)
        case _:
            return Point(begin=begin, end=end, fixed=_relative(kind, parts, today))


_OFFSET: Final = dict(_PATTERNS.groupindex)


def _relative(kind: str, parts: list[str], today: date) -> date:
    match kind:
        case "within":
            days = number(parts[0]) * (7 if parts[1][0] in "sw" else 1)
            return today + timedelta(days=days)
        case "weekday":
            return _next_weekday(today, WEEKDAYS[parts[0]])
        case "short_weekday":
            return _next_weekday(today, SHORT_WEEKDAYS[parts[0]])
        case _:
            return today + timedelta(days={"overmorrow": 2, "tomorrow": 1, "today": 0, "yesterday": -1}[kind])


def _next_weekday(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weekend(today: date, *, following: bool) -> tuple[date, date]:
    friday = today + timedelta(days=FRIDAY - today.weekday())
    if today.weekday() == SUNDAY:
        friday += timedelta(days=7)
    if following:
        friday += timedelta(days=7)
    return max(friday, today), friday + timedelta(days=2)


def _numeric(begin: int, end: int, parts: list[str]) -> Point:
    day, month = int(parts[0]), int(parts[1])
    swapped = day <= 12 and month <= 12 and day != month  # noqa: PLR2004 - months of a year
    if month > 12 >= day:  # noqa: PLR2004 - as above
        day, month = month, day
    return Point(begin=begin, end=end, day=day, month=month, year=_year(parts[2:]), swapped=swapped)


def _year(parts: list[str]) -> int | None:
    if not parts:
        return None
    year = int(parts[0])
    return year + 2000 if year < 100 else year  # noqa: PLR2004 - two digits
