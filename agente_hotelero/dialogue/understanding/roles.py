"""Which of the named days somebody comes, and which one they leave."""

from collections.abc import Sequence
from enum import Enum, auto

from agente_hotelero.dialogue.understanding import date_words as said
from agente_hotelero.dialogue.understanding.page import Page, Point


class Role(Enum):
    """What a day is to a stay."""

    ARRIVES = auto()
    LEAVES = auto()


def roles_of(page: Page, found: Sequence[Point]) -> list[Role | None]:
    """Who says of which day that one comes or goes: mostly the words before it, sometimes the words after it."""
    events = _events(page, found)
    roles: list[Role | None] = [None] * len(found)
    after = [kind for kind, _, _ in events] == ["day", "role"] * len(found)
    waiting: Role | None = None
    day = -1
    for kind, role, preposition in events:
        if kind == "day":
            day += 1
            roles[day], waiting = waiting, None
        elif after and not preposition:
            roles[day] = roles[day] or role
        else:
            waiting = role
    return roles


def _events(page: Page, found: Sequence[Point]) -> list[tuple[str, Role | None, bool]]:
    events: list[tuple[str, Role | None, bool]] = []
    ends: dict[int, list[int]] = {}
    for point in found:
        ends.setdefault(point.begin, []).append(point.end)
    place = 0
    while place < len(page.tokens):
        if place in ends:
            events += [("day", None, False)] * len(ends[place])
            place = max(ends[place])
            continue
        leaving, arriving = page.phrase(place, said.LEAVING), page.phrase(place, said.ARRIVING)
        phrase = leaving or arriving
        if phrase is not None and page.phrase(place, said.WEEKEND) is not None:
            # «el fin de semana» ends nothing.
            phrase = None
        costs = (
            phrase is not None
            and phrase[0].startswith(said.MAY_COST)
            and said.COSTS & set(page.between(max(0, place - 4), place))
        )
        if phrase is not None and not costs:
            role = Role.LEAVES if leaving else Role.ARRIVES
            events.append(("role", role, phrase[0] in said.PREPOSITIONS))
        place += len(phrase or (1,))
    return events
