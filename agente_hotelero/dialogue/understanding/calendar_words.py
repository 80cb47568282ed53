"""Names of months, weekdays, numbers and feasts in three languages, folded."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word, longest first."""


def by_first_word(phrases: Iterable[str]) -> Phrases:
    """An index of phrases."""
    cut = sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True)
    return {first: tuple(phrase for phrase in cut if phrase[0] == first) for first in {phrase[0] for phrase in cut}}


def _numbered(*names: str, start: int) -> dict[str, int]:
    return {name: number for number, line in enumerate(names, start=start) for name in line.split()}


MONTHS: Final = _numbered(
    "enero ene janeiro january jan",
    "febrero feb fevereiro fev february",
    "marzo mar marco march",
    "abril abr april apr",
    "mayo may maio mai",
    "junio jun junho june",
    "julio jul julho july",
    "agosto ago august aug",
    "septiembre setiembre sep set sept setembro september",
    "octubre oct outubro out october",
    "noviembre nov novembro november",
    "diciembre dic dezembro dez december dec",
    start=1,
)
# Also other words: the sea, Spanish for «since», «out of order», May I. They are months only beside a day.
UNSURE_MONTHS: Final = frozenset(
    "mar may set sep out ago dec oct jan jun jul ene abr feb fev nov dic dez mai apr aug".split()
)
WEEKDAYS: Final = _numbered(
    "lunes monday",
    "martes tuesday",
    "miercoles wednesday",
    "jueves thursday",
    "viernes friday",
    "sabado saturday",
    "domingo sunday",
    start=0,
)
# Weekdays only beside a word that makes them one: «sexta» is Friday to a Brazilian and the sixth to others, «sun» shines.
SHORT_WEEKDAYS: Final = _numbered(
    "segunda lun mon seg",
    "terca tue tues ter",
    "quarta mie wed qua",
    "quinta jue thu thur thurs qui",
    "sexta vie fri sex",
    "sab sat",
    "dom sun",
    start=0,
)
NUMBERS: Final = {
    "cero": 0, "zero": 0, "un": 1, "una": 1, "uno": 1, "um": 1, "uma": 1, "one": 1, "a": 1, "an": 1,
    "veintiun": 21, "veintiuna": 21, "dois": 2, "duas": 2, "two": 2,
} | _numbered(
    "dos", "tres three", "cuatro quatro four", "cinco five", "seis six", "siete sete seven", "ocho oito eight",
    "nueve nove nine", "diez dez ten", "once onze eleven", "doce doze twelve", "trece treze thirteen",
    "catorce quatorze fourteen", "quince quinze fifteen", "dieciseis dezesseis dezasseis sixteen",
    "diecisiete dezessete dezassete seventeen", "dieciocho dezoito eighteen", "diecinueve dezenove dezanove nineteen",
    "veinte vinte twenty", "veintiuno", "veintidos", "veintitres", "veinticuatro", "veinticinco", "veintiseis",
    "veintisiete", "veintiocho", "veintinueve", "treinta trinta thirty",
    start=2,
)  # fmt: skip
# «May the first», «primero de mayo».
ORDINALS: Final = _numbered(
    "first primero primeiro", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
    start=1,
) | {"thirtieth": 30}  # fmt: skip
# Also other words (to have, sex, here): weekdays only beside another.
SHORTEST_WEEKDAYS: Final = frozenset("seg ter qua qui sex".split())
# «a» and «una» count rooms and people; they never name a day of a month.
ARTICLES: Final = frozenset("a an un una um uma".split())
# Feasts with a day of their own: (month, day).
FEASTS: Final = {
    "nochebuena": (12, 24), "vispera de navidad": (12, 24), "vespera de natal": (12, 24),
    "christmas eve": (12, 24), "navidad": (12, 25), "natal": (12, 25), "christmas": (12, 25),
    "nochevieja": (12, 31), "fin de ano": (12, 31), "reveillon": (12, 31), "new year's eve": (12, 31),
    "new years eve": (12, 31), "vispera de ano nuevo": (12, 31), "vespera de ano novo": (12, 31), "ano nuevo": (1, 1), "ano novo": (1, 1), "new year's day": (1, 1),
    "new year's": (1, 1), "new year": (1, 1), "san valentin": (2, 14), "valentine's day": (2, 14),
    "noche buena": (12, 24), "xmas eve": (12, 24), "xmas": (12, 25), "navidades": (12, 25), "boxing day": (12, 26),
    "noche vieja": (12, 31), "passagem de ano": (12, 31), "passagem do ano": (12, 31), "virada de ano": (12, 31), "fim de ano": (12, 31), "virada do ano": (12, 31), "nye": (12, 31), "ano viejo": (12, 31),
    "dia de reyes": (1, 6), "noche de reyes": (1, 5), "dia de reis": (1, 6), "valentines day": (2, 14), "valentines": (2, 14), "valentine's": (2, 14),
    "halloween": (10, 31), "noche de brujas": (10, 31), "dia de muertos": (11, 2), "dia de los muertos": (11, 2), "finados": (11, 2),
    "dia dos finados": (11, 2), "todos los santos": (11, 1), "todos os santos": (11, 1), "fourth of july": (7, 4), "july fourth": (7, 4),
    "st patrick's day": (3, 17), "st patricks day": (3, 17), "juneteenth": (6, 19), "noche de san juan": (6, 23), "noite de sao joao": (6, 23),
}  # fmt: skip
# Feasts that move with Easter: days from Easter Sunday to the first night and to the morning of leaving; None where it
# is one day, and no time to go away for.
MOVING_FEASTS: Final[Mapping[str, tuple[int, int | None]]] = {
    "semana santa": (-3, 0), "holy week": (-3, 0), "easter": (-2, 1), "pascua": (-2, 1),
    "pascuas": (-2, 1), "pascoa": (-2, 1), "carnaval": (-50, -46), "carnival": (-50, -46), "carnavales": (-50, -46),
    "jueves santo": (-3, None), "quinta feira santa": (-3, None), "maundy thursday": (-3, None), "viernes santo": (-2, None),
    "sexta feira santa": (-2, None), "sexta santa": (-2, None), "good friday": (-2, None), "sabado santo": (-1, None), "sabado de gloria": (-1, None),
    "sabado de aleluia": (-1, None), "domingo de pascua": (0, None), "domingo de pascoa": (0, None), "domingo de resurreccion": (0, None), "easter sunday": (0, None),
    "easter monday": (1, None), "lunes de pascua": (1, None), "domingo de ramos": (-7, None), "palm sunday": (-7, None), "corpus christi": (60, None), "corpus": (60, None),
    "mardi gras": (-47, None), "martes de carnaval": (-47, None), "lunes de carnaval": (-48, None), "miercoles de ceniza": (-46, None),
    "quarta feira de cinzas": (-46, None), "ash wednesday": (-46, None), "lunes de carnavales": (-48, None), "sabado de carnaval": (-50, None), "segunda de carnaval": (-48, None),
}  # fmt: skip


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, ch. 8)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    return date(year, 3, 22) + timedelta(days=epact + weekday - 7 * late)
