"""How named days hang together, and which bare numbers their neighbours make days."""

from collections.abc import Sequence

from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.page import Page, Point
from agente_hotelero.dialogue.understanding.tokens import Kind


def link(page: Page, first: Point, second: Point) -> str | None:
    """How two neighbours are joined: «to», «and», «beside», or not at all."""
    if first.begin == second.begin:
        return "to"
    words = page.between(first.end, second.begin)
    at = next((place for place, word in enumerate(words) if word not in {",", "(", ")", "."}), len(words))
    if at == len(words):
        return "beside"
    # «de quinta pra sexta», «de hoje pra amanhã».
    known = all(point.weekday is not None or point.fixed is not None for point in (first, second))
    to = words[at] in said.TO or (words[at] in said.BETWEEN_WEEKDAYS and known)
    joins = "to" if to else "and" if words[at] in said.AND else None
    rest = words[at + 1 :] if joins else words[at:]
    if any(word not in said.BESIDE for word in rest):
        return None
    return joins or "beside"


def marker(page: Page, point: Point) -> str:
    """The word that introduces a day, past its article."""
    at = point.begin - 1
    while page.text(at) in {"el", "o", "the", "dia", "dias", "os", "los"} and page.text(at - 1):
        at -= 1
    return page.text(at)


def sure_ones(page: Page, found: Sequence[Point], *, asked: bool, ranges: bool) -> list[Point]:
    """Bare numbers become days beside a day, or where `ranges` are expected; the others were counts."""
    sure = [point.sure for point in found]
    for place in range(len(found) - 1):
        first, second = found[place], found[place + 1]
        how = link(page, first, second)
        before = marker(page, first)
        named = before in said.BETWEEN or second.month is not None
        # «May 5 and 6» are two days; «el 3 y 2 adultos» is one.
        named = named or (first.month is not None and second.begin == first.end + 1)
        if how not in {"to", "and"} or (how == "and" and not named):
            continue
        led = before in said.RANGE_MARKERS or "dia" in page.between(max(0, first.begin - 1), first.begin)
        if sure[place] or sure[place + 1] or led or ranges:
            sure[place] = sure[place + 1] = True
        if _are_hours(page, found, place):
            sure[place] = sure[place + 1] = False
    kept = [point for point, is_day in zip(found, sure, strict=True) if is_day]
    if not kept and asked and len(found) == 1 and _alone(page, found[0]):
        return list(found)
    return kept


def _are_hours(page: Page, found: Sequence[Point], place: int) -> bool:
    """«el domingo entre las 8 y las 10», «Sunday between 8 and 10»: beside a day that is known."""
    first, second = found[place], found[place + 1]
    bare = not (first.sure or second.sure or first.month or second.month)
    return bare and marker(page, first) in said.BETWEEN and place > 0 and found[place - 1].fixed is not None


def _alone(page: Page, point: Point) -> bool:
    """Nothing but this number and signs: an answer to «which day?»."""
    others = [place for place in range(len(page.tokens)) if not point.begin <= place < point.end]
    return all(page.kind(place) is Kind.SIGN or page.text(place) in {"por", "favor", "please"} for place in others)
