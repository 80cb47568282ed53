"""An hour of the day, as guests say when they come and until when they would like to stay."""

import re
from collections.abc import Iterator
from datetime import time
from typing import Final, NamedTuple

from agente_hotelero.dialogue.understanding.calendar_words import ARTICLES, NUMBERS

NOON: Final = re.compile(r"(?<!\w)(?:mediodia|medio dia|meio-dia|meio dia|noon|midday)(?!\w)")
MIDNIGHT: Final = re.compile(r"(?<!\w)(?:medianoche|media noche|meia-noite|meia noite|midnight)(?!\w)")
EARLY: Final = 8
"""«Hasta las 2» is the afternoon's: nobody leaves late, or comes, before breakfast."""
NOON_HOUR: Final = 12
SMALL_HOURS: Final = 6
"""«Las 2 de la noche» are those before that."""
HOURS: Final = 24
HALF_AN_HOUR: Final = 30
MINUTES: Final = 60
# «a» and «un» count hours, and name none.
_COUNTING: Final = [
    word for word, number in NUMBERS.items() if 0 < number <= HALF_AN_HOUR and word not in ARTICLES - {"una"}
]
_WORDS: Final = "|".join(sorted(_COUNTING, key=len, reverse=True))
_NUMBER: Final = rf"(?:[0-9]{{1,2}}|{_WORDS})"
_LED: Final = (
    r"(?:(?:hasta|a|sobre|hacia|como a|tipo|para|desde|entre|despues de|antes de|a eso de|cerca de|alrededor de) las?|(?:ate|depois d|antes d|por volta d|la pel|pel)? ?as|ate|tipo|"
    r"a eso de|by|at|around|about|until|till|til|after|before|(?:later|earlier) than|@)"
)
_OF_THE_DAY: Final = (
    r"(?: ?(?:am|a\.m\.?|pm|p\.m\.?|hs?|hrs?|horas|o'clock)(?![a-z])(?: (?:de la|da|in the|por la|a) (?:tarde|noche|noite|manana|manha|madrugada|afternoon|evening|morning))?"
    r"| (?:de la|da|por la|de|del|do) (?:tarde|noche|noite|manana|manha|madrugada|mediodia|medio dia|meio dia|meio-dia)| (?:in the )?(?:morning|afternoon|evening)(?![a-z])| (?:in the|at) night(?![a-z]))"
)
_MINUTES: Final = (
    rf"(?P<half> y media| e meia| y medio)|(?P<quarter> y (?:un )?cuarto| e quinze| e um quarto| y quince)|(?: menos (?P<less>cuarto|[0-9]{{1,2}}|{_WORDS}))"
    rf"|(?: y | e )(?P<more>[0-9]{{1,2}}|{_WORDS})(?: minutos)?(?= (?:de la|da|del))|(?: (?P<apart>[0-5][05])(?={_OF_THE_DAY}| ·| ?[.,?!]|$))"
)
# «after 3 days», «hasta las 2 personas».
_COUNTED: Final = r"(?! ?(?:days?|dias?|nights?|noches?|noites?|person|pesso|people|adult|weeks?|seman|month|meses|hours?|years?|anos|room|habit|kids?|nin[oa]|%|usd|euro|peso|dolar|km|min))"
_CLOCK: Final = re.compile(
    rf"(?<![\w$/.,-])(?:(?P<led>{_LED}) ?)?(?P<hour>{_NUMBER})(?:[:h](?P<minute>[0-5][0-9])(?![0-9])|(?P<dot>\.[0-5][0-9])(?![0-9])|{_MINUTES})?(?P<when>{_OF_THE_DAY}|(?<=[:h.][0-9]{{2}}) night(?![a-z]))?(?![\w/%-]){_COUNTED}"
)
# «half past ten», «a quarter to 11», «25 to 7 p.m.», «quinze para as onze».
_TOLD: Final = re.compile(
    rf"(?<!\w)(?P<minutes>half|(?:a )?quarter|(?:un )?cuarto|{_NUMBER}) (?P<way>past|to|para las?|para as?|pras?) (?P<hour>{_NUMBER})(?P<when>{_OF_THE_DAY}| night(?![a-z]))?(?![\w/:-])"
)
# «entre las 2 y las 4 de la tarde», «das 14h às 18h», «from 9 to 11 pm»; «between 8 and 10» where they are no days.
_DIAL: Final = rf"(?P<NAME>{_NUMBER})(?:[:h.](?P<NAME_minute>[0-5][0-9]))?(?P<NAME_when>{_OF_THE_DAY})?"
_SPAN: Final = re.compile(
    rf"(?<!\w)(?P<how>entre|between|from|desde|de|das|dalle)(?P<led> las?| as)? {_DIAL.replace('NAME', 'first')}"
    rf" ?(?:y|e|and|a las?|as|a|ao|to|-|till?|until|hasta|ate)(?P<led2> las?| as)? {_DIAL.replace('NAME', 'last')}(?![\w/%-]){_COUNTED}"
)
_MAY_BE_A_SPAN: Final = re.compile(r"(?<!\w)(?:entre|between|from|desde|de|das)(?: las?| as)? (?:[0-9]|[a-z])")
# Most numbers are no hours, and the long pattern need not look at them.
_BEFORE: Final = r"(?:las?|as|at|by|until|till?|around|about|after|before|than|tipo|ate|past|to|pras?)"
_MAY_BE_ONE: Final = re.compile(
    rf"[0-9](?:[:h.][0-5]| ?(?:am|a\.m|pm|p\.m|hs?|hrs?|horas|o'clock)(?![a-z])| (?:de la|da|de|por la|in the|at|afternoon|evening|morning|past|y|e|menos|[0-5][05]) )"
    rf"|@ ?[0-9]|medi[ao]|mei[ao][ -]|midday|midnight|noon|(?<![a-z]){_BEFORE} (?:[0-9]|(?:{_WORDS})(?!\w))"
)
_ENGLISH: Final = frozenset("by at around about until till til after before".split())


class Hours(NamedTuple):
    """What a message says of the time of day."""

    meant: time | None = None
    """The first hour: of the half of the day that a guest of a hotel means, where no word tells."""
    said: time | None = None
    """The same as it was said: «a las 5» is 5:00."""
    to: time | None = None
    """Where it is a time from one hour to another."""


def read_hours(folded: str) -> Hours:
    """The first hour of a message, or the first two where they belong together; a bare number is none."""
    span = next(_spans(folded), None) if _MAY_BE_A_SPAN.search(folded) else None
    if span is not None:
        return span
    if _MAY_BE_ONE.search(folded) is None:
        return Hours()
    told = next(_told(folded), None)
    if told is not None:
        return told
    if MIDNIGHT.search(folded):
        return Hours(time(0), time(0))
    noon = time(NOON_HOUR) if NOON.search(folded) else None
    return next(_clocks(folded), Hours(noon, noon))


def _spans(folded: str) -> Iterator[Hours]:
    for found in _SPAN.finditer(folded):
        first, last = _number(found["first"]), _number(found["last"])
        when = found["last_when"] or ""
        plain = found["how"] in {"entre", "between"} or found["led"] or found["led2"] or when or found["first_when"]
        if not plain or max(first, last) >= HOURS or when.strip() == "horas" or "mil" in when:
            continue
        to = _of_the_day(last, when)
        # «from 11 to 2 pm» begins in the morning.
        begun = found["first_when"] or when
        meant = _of_the_day(first, begun)
        meant, said = (meant if meant < to or found["first_when"] else first), _of_the_day(first, begun, early=0)
        minute, to_minute = (int(found[name] or 0) for name in ("first_minute", "last_minute"))
        yield Hours(time(meant, minute), time(min(said, meant), minute), time(to, to_minute))


def _told(folded: str) -> Iterator[Hours]:
    """Hours that are told by the minutes around them; «from 3 to 5» is no clock."""
    for found in _TOLD.finditer(folded):
        said, hour, past = found["minutes"], _number(found["hour"]), found["way"] == "past"
        minutes = HALF_AN_HOUR if said == "half" else 15 if said.endswith(("quarter", "cuarto")) else _number(said)
        when = found["when"] or ""
        plain = past or when or not said.isdigit()
        if hour <= (HOURS - 1 if past or when else NOON_HOUR) and 0 < minutes < MINUTES and minutes % 5 == 0 and plain:
            yield Hours(
                *(_moved(_of_the_day(hour, when, early=early), minutes if past else -minutes) for early in (EARLY, 0))
            )


def _moved(hour: int, minutes: int) -> time:
    at = hour * MINUTES + minutes
    return time(at // MINUTES % HOURS, at % MINUTES)


def _clocks(folded: str) -> Iterator[Hours]:
    for found in _CLOCK.finditer(folded):
        hour, led, when = _number(found["hour"]), found["led"], found["when"]
        # «at once» is no eleven; «12.50» may be a price; «para la una».
        if (
            hour >= HOURS
            or (led in _ENGLISH and found["hour"] == "once")
            or (found["hour"] == "una" and not (when or (led or "").endswith("la")))
        ):
            continue
        # «3 horas» is a length, «a las 15 horas» is none.
        if led or found["minute"] or found["quarter"] or found["less"] or (when and when.strip() != "horas"):
            early = 0 if _is_plain(found) else EARLY
            yield Hours(*(_at(_of_the_day(hour, when or "", early=one), found) for one in (early, 0)))


def _is_plain(found: "re.Match[str]") -> bool:
    """«02:00», «0:10»: of 24 hours."""
    return found["hour"].startswith("0") and found["minute"] is not None and found["when"] is None


def _at(hour: int, found: "re.Match[str]") -> time:
    if found["half"]:
        return time(hour, 30)
    if found["quarter"]:
        return time(hour, 15)
    if found["less"]:
        return time(
            (hour - 1) % HOURS, MINUTES - (15 if found["less"] == "cuarto" else _number(found["less"]) % MINUTES or 1)
        )
    minutes = found["minute"] or found["apart"] or (found["dot"] or "").removeprefix(".")
    more = _number(found["more"]) if found["more"] else 0
    return time(hour, int(minutes) if minutes else more % MINUTES)


def _number(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS.get(said, HOURS * MINUTES)


def _of_the_day(hour: int, when: str, *, early: int = EARLY) -> int:
    """The hour of 24; before `early` it is the afternoon's, where no word tells."""
    if re.search(r"a\.?m(?![a-z])|manana|manha|morning|madrugada", when) is not None:
        return hour % NOON_HOUR if hour == NOON_HOUR else hour
    if re.search(r"noche|noite|night", when) is not None and (hour == NOON_HOUR or hour < SMALL_HOURS):
        return hour % NOON_HOUR
    later = re.search(r"p\.?m|tarde|noche|noite|afternoon|evening|night", when) is not None
    noon = re.search(r"mediodia|medio dia|meio.dia", when) is not None
    # «23hs», «3 horas»: 24 hours, unless nothing tells.
    return hour + NOON_HOUR if hour < (NOON_HOUR if later else SMALL_HOURS if noon else early) else hour
