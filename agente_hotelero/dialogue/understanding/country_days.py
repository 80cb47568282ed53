"""Feasts that are another day in another country, and the long weekends that its holidays make.

The law's holidays come from the package `holidays`, which takes a third of a second to load: only a message that names
one needs it, and `may_name_a_holiday` tells beforehand, so that whoever calls may let another thread wait for it.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import by_first_word

Rule = tuple[int, ...]
"""Month and day; or month, weekday (0 is Monday) and which one of the month, -1 being the last."""
MONDAY, TUESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 3, 4, 5, 6
DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=400)
SOON: Final = timedelta(days=200)
"""How far away «el próximo feriado largo» may lie."""

_SECOND_OF_MAY: Final = (5, SUNDAY, 2)
_MOTHERS: Final[dict[str, Rule]] = {
    "AR": (10, SUNDAY, 3), "MX": (5, 10), "GT": (5, 10), "SV": (5, 10), "ES": (5, SUNDAY, 1), "PT": (5, SUNDAY, 1), "PY": (5, 15), "BO": (5, 27), "DO": (5, SUNDAY, -1),
    "NI": (5, 30), "CR": (8, 15), "PA": (12, 8), "FR": (5, SUNDAY, -1),
} | dict.fromkeys("US CA BR CO PE CL UY EC VE HN PR IT DE AU".split(), _SECOND_OF_MAY)  # fmt: skip
_FATHERS: Final[dict[str, Rule]] = {
    "ES": (3, 19), "PT": (3, 19), "IT": (3, 19), "BR": (8, SUNDAY, 2), "UY": (7, SUNDAY, 2), "DO": (7, SUNDAY, -1), "BO": (3, 19), "HN": (3, 19), "GT": (6, 17), "SV": (6, 17), "NI": (6, 23),
} | dict.fromkeys("AR US CA CO PE CL EC VE MX PY CR PA PR FR".split(), (6, SUNDAY, 3))  # fmt: skip
_LOVERS: Final[dict[str, Rule]] = {"BR": (6, 12), "CO": (9, SATURDAY, 3)} | dict.fromkeys(
    "PT AR MX ES US CA PE CL UY EC PR".split(), (2, 14)
)
_AMERICAN: Final[dict[str, Rule]] = {
    "thanksgiving": (11, THURSDAY, 4),
    "memorial day": (5, MONDAY, -1),
    "labor day": (9, MONDAY, 1),
    "independence day": (7, 4),
}
"""What guests of the United States mean wherever they go."""
_OF_PROVINCES: Final[dict[tuple[str, str], Rule]] = {("CA", "Thanksgiving Day"): (10, MONDAY, 2)}
"""What most of a country keeps, and the package knows of its parts only."""

# What they are called, and in which names of the package, in English, they are found.
_RULED: Final = {
    phrase: rules
    for phrases, rules in (
        ("dia de la madre|dia de las madres|dia de la mama|dia das maes|dia da mae|mother's day|mothers day", _MOTHERS),
        ("dia del padre|dia de los padres|dia del papa|dia dos pais|dia do pai|father's day|fathers day", _FATHERS),
        ("dia dos namorados|dia de los enamorados|dia de los novios|dia del amor y la amistad|dia del amor", _LOVERS),
    )
    for phrase in phrases.split("|")
}
_LAWFUL: Final = {
    phrase: names
    for phrases, names in (
        ("thanksgiving|thanksgiving day|accion de gracias|dia de accion de gracias|acao de gracas|dia de acao de gracas", "Thanksgiving Day"),
        ("independence day|dia de la independencia|dia da independencia|fiestas patrias|fiesta patria|fiestas de independencia", "Independence Day|National Independence Day|Independence Declaration Day|Declaration of Independence"),
        ("dia del trabajo|dia del trabajador|dia de los trabajadores|dia do trabalho|dia do trabalhador|labor day|labour day|may day", "Labor Day|International Labor Day|Worker's Day|Workers' Day|International Worker's Day|May Day"),
        ("memorial day", "Memorial Day"), ("presidents day|presidents' day|president's day", "Washington's Birthday"), ("mlk day|martin luther king day|mlk", "Martin Luther King Jr. Day"),
        ("columbus day|dia de la raza|dia de la hispanidad|dia de la diversidad cultural", "Columbus Day|National Day|Respect for Cultural Diversity Day|Meeting of Two Worlds' Day"),
        ("veterans day|veteran's day", "Veterans Day"), ("canada day", "Canada Day"), ("tiradentes", "Tiradentes' Day"), ("nossa senhora aparecida|dia das criancas", "Our Lady of Aparecida"),
        ("proclamacao da republica", "Republic Proclamation Day"), ("consciencia negra|dia da consciencia negra|dia de zumbi", "National Day of Zumbi and Black Awareness"),
        ("inmaculada|dia de la inmaculada|inmaculada concepcion|dia de la virgen|imaculada conceicao", "Immaculate Conception"), ("dia de la constitucion", "Constitution Day"),
        ("dia de la revolucion|revolucion mexicana", "Revolution Day"), ("natalicio de benito juarez|benito juarez", "Benito Juárez's birthday"), ("san pedro y san pablo", "Saint Peter and Saint Paul's Day"),
        ("asuncion de la virgen|dia de la asuncion|assuncao", "Assumption Day"), ("batalla de boyaca", "Battle of Boyacá"), ("santa rosa", "Rose of Lima Day"), ("virgen del carmen", "Our Lady of Mount Carmel"),
        ("dia de la soberania", "National Sovereignty Day"), ("dia de la memoria", "National Day of Remembrance for Truth and Justice"), ("glorias navales", "Navy Day"), ("dia de portugal", "Day of Portugal, Camões, and the Portuguese Communities"),
        ("dia de la bandera", "Pass to the Immortality of General Don Manuel Belgrano"),
    )
    for phrase in phrases.split("|")
}  # fmt: skip
NAMED: Final = by_first_word((*_RULED, *_LAWFUL))
LONG_WEEKEND: Final = by_first_word(
    "puente|puentes|puente festivo|final de semana prolongado|fin de semana largo|fin de semana puente|finde largo|feriado largo|feriado puente|feriado prolongado|feriadao|long weekend|bank holiday weekend|holiday weekend|fim de semana prolongado"
    "|ponte|proximo feriado|proximo festivo|next holiday".split("|")
)  # fmt: skip
_TRAVELLED: Final = frozenset({(12, 24), (12, 25), (12, 31), (1, 1)})
"""Feasts that go by their own names: «el puente de diciembre» is another."""
_MAY_NAME_ONE: Final = re.compile(
    r"puente|feriad|festivo|ponte|largo|prolongad|long weekend|holiday|d[ií]as? d|\bday\b|thanksgiving|de gracias|de gra[cç]as|patria|tiradentes|aparecida|proclama|consci|in?maculada|revoluci|ju[aá]rez|independencia"
    r"|san pedro|asunci|assun|boyac|santa rosa|virgen|glorias|\bmlk",
    re.IGNORECASE,
)


def may_name_a_holiday(text: str) -> bool:
    """Whether reading a message might have to wait for the package; not once it is there."""
    return not _is_loaded() and _MAY_NAME_ONE.search(text) is not None


def _is_loaded() -> bool:
    return _holidays.cache_info().currsize > 0


def named(phrase: tuple[str, ...], *, today: date, country: str | None) -> tuple[date, ...]:
    """The next such days: none where the country does not tell, two where a guest of another might mean another."""
    said = " ".join(phrase)
    if said in _RULED:
        rule = _RULED[said].get(country or "")
        return () if rule is None else (_next_by_rule(rule, today),)
    kept = _OF_PROVINCES.get((country or "", _LAWFUL[said]))
    here = _next_by_rule(kept, today) if kept else _next_lawful(_LAWFUL[said].split("|"), today, country)
    american = _AMERICAN.get(said.removesuffix(" day") if said.startswith("thanks") else said)
    abroad = None if american is None else _next_by_rule(american, today)
    return tuple(sorted({day for day in (here, abroad) if day is not None}))


def around(day: date) -> tuple[date, date]:
    """The weekend that a holiday makes: the evening before the first free day, and the last one."""
    first, last = {
        MONDAY: (-3, 0), TUESDAY: (-4, 0), THURSDAY: (0, 3), FRIDAY: (-1, 2), SATURDAY: (-1, 1), SUNDAY: (-2, 0),
    }.get(day.weekday(), (0, 1))  # fmt: skip
    return day + first * DAY, day + last * DAY


def long_weekends(*, today: date, country: str | None, month: int | None) -> tuple[tuple[date, date], ...]:
    """Those of the next such month, or the very next one."""
    ahead = [one for one in _long_weekends(today, country) if one[0] >= today]
    if month is None:
        return tuple(one for one in ahead[:1] if one[0] - today <= SOON)
    of_month = [one for one in ahead if month in {one[0].month, one[1].month}]
    return tuple(one for one in of_month if one[0] - of_month[0][0] < timedelta(days=60))


def _long_weekends(today: date, country: str | None) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for day in (day for day, _ in _ahead(today, country)):
        if (day.month, day.day) in _TRAVELLED or day.weekday() not in {MONDAY, TUESDAY, THURSDAY, FRIDAY}:
            continue
        first, last = around(day)
        if joined and first <= joined[-1][1]:
            first, last = joined[-1][0], max(last, joined[-1][1])
            joined.pop()
        joined.append((first, last))
    return joined


def _next_lawful(names: Sequence[str], today: date, country: str | None) -> date | None:
    wanted = {name.casefold() for name in names}
    found = {
        part.strip().casefold(): day for day, name in reversed(list(_ahead(today, country))) for part in name.split(";")
    }
    # «Epiphany (observed)» is the day that is free, where the feast itself moves; «Independence Day (observed)» is another.
    days = [found[name] for name in wanted if name in found] or [
        found[f"{name} (observed)"] for name in wanted if f"{name} (observed)" in found
    ]
    return min(days, default=None)


def _ahead(today: date, country: str | None) -> Iterator[tuple[date, str]]:
    if country is None:
        return
    for year in (today.year, today.year + 1):
        yield from ((day, name) for day, name in _holidays(country, year) if today <= day <= today + AHEAD)


@cache
def _holidays(country: str, year: int) -> tuple[tuple[date, str], ...]:
    """Days without work, in order; none of a country that the package does not know."""
    import holidays  # noqa: PLC0415 - a third of a second that few messages need

    try:
        found = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return ()
    return tuple(sorted(found.items()))


def _next_by_rule(rule: Rule, today: date) -> date:
    days = (_by_rule(rule, today.year + more) for more in (0, 1))
    return next(day for day in days if day >= today)


def _by_rule(rule: Rule, year: int) -> date:
    if len(rule) == 2:  # noqa: PLR2004 - month and day
        return date(year, rule[0], rule[1])
    month, weekday, which = rule
    if which < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - (last.weekday() - weekday) % 7 * DAY
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (which - 1)) * DAY
