"""The hour of an arrival, as guests say it when they are asked for it: «tipo 11 de la noche», «umas 9h», "around 8pm"."""

import re
from datetime import time
from typing import Final, Literal

from agente_hotelero.dialogue.reading import Arrives
from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS

_LED: Final = (
    r"(?:a eso de|alrededor de|cerca de|despues de|antes de|a partir de|por volta d[ae]s?|depois d[ae]s?|hacia|tipo|como|sobre|"
    r"around|about|after|before|by|at|like|approx|pelas|umas?|unas)(?: las?| as?| a las?| os?)?|a las?|las|as"
)
_MORNING: Final = r"(?:por|en|de|a) la manana|(?:de|da|pela) manha|in the morning|temprano|early|cedo"
_AFTERNOON: Final = r"(?:por|en|de|a) la tarde|(?:de|da|a) tarde|in the afternoon|this afternoon|al atardecer"
_NIGHT: Final = r"(?:por|en|de|a) la noche|(?:de|da|a) noite|(?:in the|this) evening|(?:at|late at) night|tonight|de noche|esta noche"
_SMALL_HOURS: Final = r"(?:por|en|de|a) la madrugada|(?:de|da) madrugada"
_CLOCK: Final = re.compile(
    rf"(?<![\w/:.,-])(?:(?P<led>{_LED}) )?(?P<hour>\d{{1,2}}|[a-z]{{3,7}})(?:[:h.](?P<minute>[0-5]\d))?"
    rf"(?P<half> y media| e meia)?(?P<sign> ?(?:hs|hrs?|h|horas?|o'clock)(?![a-z]))?"
    rf"(?P<when> ?(?:am|a\.m\.?|pm|p\.m\.?)(?![a-z])| (?:{_MORNING}|{_AFTERNOON}|{_NIGHT}|{_SMALL_HOURS}))?(?![\w/:-])"
)
# «Dentro de 2 horas», «in 2 hours»: no hour of the day; «somos 2», «2 personas»: no hour at all.
_NUMBER: Final = rf"(?:\d{{1,2}}|{'|'.join(word for word in NUMBERS if len(word) > len('an'))})"
_NO_HOUR: Final = re.compile(
    rf"(?<!\w)(?:(?:dentro de|en|in|em|daqui a|somos|we are|we're) {_NUMBER}(?: horas?| hours?| h\b| minutos?)?"
    rf"|{_NUMBER} ?(?:horas?|hours?|hrs?|hs?) (?:(?:de|of) )?(?:retras\w*|atras\w*|demora\w*|delay\w*|late|later|viaje|viagem|vuelo|voo|flight)"
    rf"|{_NUMBER} (?:personas?|pessoas?|people|adultos?|adults?|ninos?|criancas?|kids|noches?|noites?|nights?|minutos?|minutes?))(?!\w)"
)
_NOON: Final = re.compile(r"(?<!\w)(?:mediodia|medio dia|meio[- ]dia|noon|midday)(?!\w)")
_MIDNIGHT: Final = re.compile(r"(?<!\w)(?:medianoche|media noche|meia[- ]noite|midnight)(?!\w)")
_UNKNOWN: Final = re.compile(
    r"(?<!\w)(?:no (?:lo )?(?:se|sabemos|sabria)|nao (?:sei|sabemos)|ainda nao|todavia no|aun no|not sure|(?:don't|dont|do not) know|no idea|ni idea)(?!\w)"
)
_HALVES: Final = re.compile(
    rf"(?<!\w)(?:(?P<morning>{_MORNING})|(?P<afternoon>{_AFTERNOON}|tarde)|(?P<night>{_NIGHT}|{_SMALL_HOURS}|noche|noite|night|evening))(?!\w)"
)
_ARRIVING: Final = re.compile(
    r"(?<!\w)(?:llega\w*|llego|llegu\w*|estar[ei]\w*|cheg\w*|arriv\w*|(?:be|get) (?:there|in)|check in|checkin|eta)(?!\w)"
)
_TRAVELLING: Final = re.compile(
    rf"{_ARRIVING.pattern}|(?<!\w)(?:aterriz\w*|vuelo|voo|pous\w*|land|lands|landing|flight|late|delay\w*|retras\w*|atras\w*|demor\w*)(?!\w)"
)
_LATE: Final = re.compile(r"(?<!la )(?<!da )(?<!\ba )\btarde\b")
"""«Llegamos tarde» is late, and not in the afternoon."""
BEHIND_A_VERB: Final = 80
"""So many letters belong to a verb: with all the rest, a text of nothing but verbs would be read once for each."""
SURE_FROM: Final = 7
"""At 1 to 6 nobody arrives in the morning who does not say so; 7 to 11 may be either."""
NOON: Final = 12
HOURS: Final = 24


def read_notice(folded: str) -> Arrives | None:
    """The same of somebody who was not asked: what follows «llegamos», rather than when a flight lands."""
    folded = _LATE.sub(" ", folded)
    for verb in reversed(list(_ARRIVING.finditer(folded))):
        found = read_arrival(folded[verb.end() : verb.end() + BEHIND_A_VERB])
        if found is not None and found.hour is not None:
            return _in_the_small_hours(found, found.hour, folded)
    return read_arrival(folded) if _TRAVELLING.search(folded) else None


def _in_the_small_hours(found: Arrives, hour: time, folded: str) -> Arrives:
    """«A recepção funciona de madrugada? Vamos chegar 2h»: what says the half of the day may stand apart."""
    if re.search(_SMALL_HOURS, folded) is None or not NOON < hour.hour < NOON + SURE_FROM:
        return found
    return Arrives(hour=time(hour.hour - NOON, hour.minute), sure=True)


def read_arrival(folded: str) -> Arrives | None:
    """What a message says of when somebody arrives; None where it says nothing of that."""
    text = _NO_HOUR.sub(" , ", folded)
    found = list(_CLOCK.finditer(text))
    telling = [one for one in found if _is_hour(one) and (one["led"] or one["minute"] or one["when"] or one["sign"])]
    bare = [one for one in found if _is_hour(one) and one["hour"].isdigit()]
    if telling:
        return _arrives(telling[0], text)
    if _MIDNIGHT.search(text):
        return Arrives(hour=time(0), sure=True)
    if _NOON.search(text):
        return Arrives(hour=time(NOON), sure=True)
    if len(bare) == 1:
        return _arrives(bare[0], text)
    part = _part(text)
    if part is not None:
        return Arrives(part=part)
    return Arrives() if _UNKNOWN.search(text) else None


def _is_hour(found: "re.Match[str]") -> bool:
    hour = found["hour"]
    return (int(hour) if hour.isdigit() else NUMBERS.get(hour, HOURS)) < HOURS


def _arrives(found: "re.Match[str]", text: str) -> Arrives:
    said = found["hour"]
    hour = int(said) if said.isdigit() else NUMBERS[said]
    minute = 30 if found["half"] else int(found["minute"] or 0)
    when = (found["when"] or "").strip()
    part = _part(when) or _part(text)
    if re.match(r"p\.?m", when):
        return Arrives(hour=time(hour % NOON + NOON, minute), sure=True) if hour <= NOON else _as_said(hour, minute)
    if re.match(r"a\.?m", when):
        return Arrives(hour=time(hour % NOON, minute), sure=True) if hour <= NOON else _as_said(hour, minute)
    if re.search(_SMALL_HOURS, text) and hour <= NOON:
        return Arrives(hour=time(hour % NOON, minute), sure=True)
    if part is not None and 1 <= hour <= NOON:
        return Arrives(hour=_in(part, hour, minute), sure=True)
    return _as_said(hour, minute, leading_zero=said.startswith("0"))


def _as_said(hour: int, minute: int, *, leading_zero: bool = False) -> Arrives:
    if leading_zero or hour >= NOON or hour == 0:
        return Arrives(hour=time(hour, minute), sure=True)
    if hour < SURE_FROM:
        return Arrives(hour=time(hour + NOON, minute), sure=True)
    return Arrives(hour=time(hour, minute), sure=False)


def _in(part: str, hour: int, minute: int) -> time:
    if part == "morning":
        return time(hour % NOON if hour < NOON else NOON, minute)
    if part == "night" and hour in {NOON, 1, 2, 3, 4, 5}:
        # «Las 12 de la noche», «la 1 de la noche».
        return time(hour % NOON, minute)
    return time(hour % NOON + NOON, minute)


def _part(text: str) -> Literal["morning", "afternoon", "night"] | None:
    found = _HALVES.search(text)
    if found is None:
        return None
    if found["morning"]:
        return "morning"
    return "afternoon" if found["afternoon"] else "night"
