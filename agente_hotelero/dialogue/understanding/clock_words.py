"""An hour of the day, as guests say when they come and until when they would like to stay."""

import re
from collections.abc import Iterator
from datetime import time
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import ARTICLES, NUMBERS

NOON: Final = re.compile(r"(?<!\w)(?:mediodia|medio dia|meio-dia|meio dia|noon|midday)(?!\w)")
MIDNIGHT: Final = re.compile(r"(?<!\w)(?:medianoche|media noche|meia-noite|meia noite|midnight)(?!\w)")
EARLY: Final = 8
"""«Hasta las 2» is the afternoon's: nobody leaves late, or comes, before breakfast."""
NOON_HOUR: Final = 12
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
    r"a eso de|by|at|around|about|until|till|til|after|before|@)"
)
_OF_THE_DAY: Final = (
    r"(?: ?(?:am|a\.m\.?|pm|p\.m\.?|hs?|hrs?|horas|o'clock)(?![a-z])(?: (?:de la|da|in the|por la|a) (?:tarde|noche|noite|manana|manha|madrugada|afternoon|evening|morning))?"
    r"| (?:de la|da|por la|de) (?:tarde|noche|noite|manana|manha|madrugada)| (?:in the )?(?:morning|afternoon|evening)(?![a-z])| (?:in the|at) night(?![a-z]))"
)
_MINUTES: Final = (
    rf"(?P<half> y media| e meia| y medio)|(?P<quarter> y cuarto| e quinze| y quince)|(?: menos (?P<less>cuarto|[0-9]{{1,2}}|{_WORDS}))"
    rf"|(?: y | e )(?P<more>[0-9]{{1,2}}|{_WORDS})(?: minutos)?(?= (?:de la|da|del))|(?: (?P<apart>[0-5][05])(?={_OF_THE_DAY}))"
)
# «after 3 days», «hasta las 2 personas».
_COUNTED: Final = r"(?! ?(?:days?|dias?|nights?|noches?|noites?|person|pesso|people|adult|weeks?|seman|month|meses|hours?|years?|anos|room|habit|kids?|nin[oa]|%|usd|euro|peso|dolar|km|min))"
_CLOCK: Final = re.compile(
    rf"(?<![\w$/.,-])(?:(?P<led>{_LED}) ?)?(?P<hour>{_NUMBER})(?:[:h](?P<minute>[0-5][0-9])(?![0-9])|(?P<dot>\.[0-5][0-9])(?![0-9])|{_MINUTES})?(?P<when>{_OF_THE_DAY})?(?![\w/%-]){_COUNTED}"
)
# «half past ten», «a quarter to 11», «25 to 7 p.m.», «quinze para as onze».
_TOLD: Final = re.compile(
    rf"(?<!\w)(?P<minutes>half|(?:a )?quarter|(?:un )?cuarto|{_NUMBER}) (?P<way>past|to|para las?|para as?|pras?) (?P<hour>{_NUMBER})(?P<when>{_OF_THE_DAY})?(?![\w/:-])"
)
# Most numbers are no hours, and the long pattern need not look at them.
_BEFORE: Final = r"(?:las?|as|at|by|until|till?|around|about|after|before|tipo|ate|past|to|pras?)"
_MAY_BE_ONE: Final = re.compile(
    rf"[0-9](?:[:h.][0-5]| ?(?:am|a\.m|pm|p\.m|hs?|hrs?|horas|o'clock)(?![a-z])| (?:de la|da|de|por la|in the|at|afternoon|evening|morning|past|y|e|menos|[0-5][05]) )"
    rf"|@ ?[0-9]|medi[ao]|mei[ao][ -]|midday|midnight|noon|(?<![a-z]){_BEFORE} (?:[0-9]|(?:{_WORDS})(?!\w))"
)
_ENGLISH: Final = frozenset("by at around about until till til after before".split())


def read_hour(folded: str) -> time | None:
    """The first hour of a message; a bare number is none."""
    if _MAY_BE_ONE.search(folded) is None:
        return None
    told = next(_told(folded), None)
    if told is not None:
        return told
    if MIDNIGHT.search(folded):
        return time(0)
    return next(_clocks(folded), time(NOON_HOUR) if NOON.search(folded) else None)


def _told(folded: str) -> Iterator[time]:
    """Hours that are told by the minutes around them; «from 3 to 5» is no clock."""
    for found in _TOLD.finditer(folded):
        said, hour, past = found["minutes"], _number(found["hour"]), found["way"] == "past"
        minutes = HALF_AN_HOUR if said == "half" else 15 if said.endswith(("quarter", "cuarto")) else _number(said)
        plain = past or found["when"] or not said.isdigit()
        if hour <= (HOURS - 1 if past else NOON_HOUR) and 0 < minutes < MINUTES and minutes % 5 == 0 and plain:
            at = _of_the_day(hour, found["when"] or "") * MINUTES + (minutes if past else -minutes)
            yield time(at // MINUTES % HOURS, at % MINUTES)


def _clocks(folded: str) -> Iterator[time]:
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
            yield _at(hour if _is_plain(found) else _of_the_day(hour, when or ""), found)


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


def _of_the_day(hour: int, when: str) -> int:
    if re.search(r"a\.?m(?![a-z])|manana|manha|morning|madrugada", when) is not None:
        return hour % NOON_HOUR if hour == NOON_HOUR else hour
    if hour == NOON_HOUR and re.search(r"noche|noite|night", when) is not None:
        return 0
    later = re.search(r"p\.?m|tarde|noche|noite|afternoon|evening|night", when) is not None
    # «23hs», «3 horas»: 24 hours, unless nothing tells.
    return hour + NOON_HOUR if hour < (NOON_HOUR if later else EARLY) else hour
