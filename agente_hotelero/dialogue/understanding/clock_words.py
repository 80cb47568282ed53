"""An hour of the day, as guests say until when they would like to stay."""

import re
from datetime import time
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS

NOON: Final = re.compile(r"(?<!\w)(?:mediodia|medio dia|meio-dia|meio dia|noon|midday)(?!\w)")
_LED: Final = r"(?:(?:hasta|a) las|(?:ate )?as|ate|until|till|til|by|at|around)"
_HALF: Final = r"(?: y media| e meia)"
_OF_THE_DAY: Final = r"(?: ?(?:am|a\.m\.|pm|p\.m\.|h|hs|hrs?|horas?|o'clock)| (?:de la|da|in the) (?:tarde|noche|noite|manana|manha|afternoon|evening|morning))"
_CLOCK: Final = re.compile(
    rf"(?<!\w)(?:(?P<led>{_LED}) )?(?P<hour>\d{{1,2}}|[a-z]{{3,6}})(?:[:h.](?P<minute>[0-5]\d))?(?P<half>{_HALF})?"
    rf"(?P<when>{_OF_THE_DAY})?(?![\w/-])"
)
EARLY: Final = 8
"""«Hasta las 2» is the afternoon's: nobody leaves late before breakfast."""
NOON_HOUR: Final = 12
HOURS: Final = 24


def read_hour(folded: str) -> time | None:
    """The first hour of a message; a bare number is none."""
    for found in _CLOCK.finditer(folded):
        hour = int(found["hour"]) if found["hour"].isdigit() else NUMBERS.get(found["hour"], HOURS)
        if hour < HOURS and (found["led"] or found["minute"] or found["when"]):
            return time(_of_the_day(hour, found["when"] or ""), 30 if found["half"] else int(found["minute"] or 0))
    return time(NOON_HOUR) if NOON.search(folded) else None


def _of_the_day(hour: int, when: str) -> int:
    morning = re.search(r"a\.?m|manana|manha|morning", when) is not None
    if morning:
        return hour % NOON_HOUR if hour == NOON_HOUR else hour
    later = re.search(r"p\.?m|tarde|noche|noite|afternoon|evening", when) is not None
    return hour + NOON_HOUR if hour < (NOON_HOUR if later else EARLY) else hour
