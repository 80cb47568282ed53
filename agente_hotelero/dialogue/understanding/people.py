"""How many come: adults, children, or a total."""

import re
from dataclasses import dataclass
from typing import Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.calendar_words import COUNT, number

ADULTS: Final = re.compile(rf"(?<!\w)({COUNT})\s+(?:adult\w*|mayores|grandes|grown ?ups)")
CHILDREN: Final = re.compile(
    rf"(?<!\w)({COUNT})\s+(?:nin[oa]s?|chic[oa]s?|criancas?|kids?|child(?:ren)?|menor(?:es)?|hij[oa]s?|filh[oa]s?|bebes?|bab(?:y|ies)|nen[ea]s?|peques?)"
)
TOTAL: Final = re.compile(
    rf"(?<!\w)({COUNT})\s+(?:personas?|pessoas?|people|persons?|guests?|huespedes|hospedes)|(?:somos|seremos|seriamos|vamos|we are|we're|there are|para|for|party of)\s+({COUNT})(?![\w/.:-])(?!\s+(?:noches?|noites?|nights?|dias?|days?|semanas?|weeks?|habitac|quartos?|rooms?|de\s+[a-z]{{3}}|al?\s+\d|adult|nin|crian|kids?|child))"
)
COUPLE: Final = re.compile(
    r"(?<!\w)(?:una pareja|mi (?:pareja|esposa|esposo|marido|mujer|novi[oa]) y yo|con mi (?:pareja|esposa|esposo|marido|mujer|novi[oa])|um casal|casal|minha (?:esposa|mulher|namorada) e eu|meu (?:marido|namorado) e eu|com minha (?:esposa|namorada|mulher)|com meu (?:marido|namorado)|a couple|my (?:wife|husband|partner|girlfriend|boyfriend) and (?:i|me)|me and my (?:wife|husband|partner|girlfriend|boyfriend)|with my (?:wife|husband|partner|girlfriend|boyfriend)|nosotros dos|nos dois|the two of us|los dos)(?!\w)"
)
ALONE: Final = re.compile(
    r"(?<!\w)(?:solo yo|yo sol[oa]|para mi sol[oa]|voy sol[oa]|viajo sol[oa]|so eu|so para mim|sozinh[oa]|just me|only me|by myself|alone|one person)(?!\w)"
)
BARE: Final = re.compile(rf"^\W*({COUNT})\W*$")
NIGHTS: Final = re.compile(rf"(?<!\w)({COUNT})\s+(?:noches?|noites?|nights?)(?!\w)")
WEEKS: Final = re.compile(rf"(?<!en )(?<!in )(?<!a )(?<!de )(?<!\w)({COUNT})\s+(?:semanas?|weeks?)(?!\w)")
ROOMS: Final = re.compile(rf"(?<!\w)({COUNT})\s+(?:habitaciones|cuartos|quartos|rooms)(?!\w)")
PLUS: Final = re.compile(
    rf"^\W*({COUNT})\s*(?:\+|y|e|and|con|com|with)\s*({COUNT})\s+(?:nin|crian|kid|child|bebe|bab|menor)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What was said of people; None is not said."""

    adults: int | None = None
    children: int | None = None
    total: int | None = None


def read_people(folded: str, *, expecting: Expecting) -> People:
    """Read a folded message."""
    asked = expecting is Expecting.PEOPLE
    if asked and (plus := PLUS.search(folded)):
        return People(adults=number(plus[1]), children=number(plus[2]))
    adults = _sum(ADULTS, folded)
    children = _sum(CHILDREN, folded)
    if adults is None and COUPLE.search(folded):
        adults = 2
    if adults is None and children is None and ALONE.search(folded):
        adults = 1
    if adults is not None or children is not None:
        return People(adults=adults, children=children)
    total = TOTAL.search(folded) or (BARE.search(folded) if asked else None)
    if total is None:
        return People()
    return People(total=number(next(group for group in total.groups() if group)))


def read_nights(folded: str) -> int | None:
    """How long, when it is said as a length."""
    if found := NIGHTS.search(folded):
        return number(found[1])
    found = WEEKS.search(folded)
    return number(found[1]) * 7 if found else None


def read_rooms(folded: str) -> int | None:
    """How many rooms."""
    found = ROOMS.search(folded)
    return number(found[1]) if found else None


def _sum(pattern: "re.Pattern[str]", folded: str) -> int | None:
    counts = [number(found) for found in pattern.findall(folded)]
    return sum(counts) if counts else None
