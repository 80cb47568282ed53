"""Names of months, weekdays, numbers and feasts in three languages, folded."""

from typing import Final

MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
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
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: Final = {
    name: day
    for day, names in enumerate(
        (
            "lunes monday mon segunda-feira",
            "martes tuesday tue tues terca-feira",
            "miercoles wednesday wed quarta-feira",
            "jueves thursday thu thurs quinta-feira",
            "viernes friday fri sexta-feira",
            "sabado saturday sat",
            "domingo sunday sun",
        )
    )
    for name in names.split()
}
# Portuguese says «sexta» for Friday; Spanish says it for the sixth. Only with a word that makes it a day.
SHORT_WEEKDAYS: Final = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4}
NUMBERS: Final = {
    "un": 1, "una": 1, "uno": 1, "um": 1, "uma": 1, "one": 1, "a": 1, "an": 1, "dos": 2, "dois": 2, "duas": 2, "two": 2,
    "tres": 3, "three": 3, "cuatro": 4, "quatro": 4, "four": 4, "cinco": 5, "five": 5, "seis": 6, "six": 6, "siete": 7,
    "sete": 7, "seven": 7, "ocho": 8, "oito": 8, "eight": 8, "nueve": 9, "nove": 9, "nine": 9, "diez": 10, "dez": 10,
    "ten": 10, "once": 11, "onze": 11, "doce": 12, "doze": 12, "catorce": 14, "quince": 15, "quinze": 15,
}  # fmt: skip
COUNT: Final = r"(?:\d{1,2}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")"
# Feasts with a day of their own: (month, day).
FEASTS: Final = {
    "nochebuena": (12, 24), "vispera de navidad": (12, 24), "vespera de natal": (12, 24), "christmas eve": (12, 24),
    "navidad": (12, 25), "natal": (12, 25), "christmas": (12, 25), "nochevieja": (12, 31), "fin de ano": (12, 31),
    "reveillon": (12, 31), "new year's eve": (12, 31), "new years eve": (12, 31), "ano nuevo": (1, 1), "ano novo": (1, 1),
    "new year's day": (1, 1), "new year": (1, 1), "san valentin": (2, 14), "valentine's day": (2, 14),
}  # fmt: skip


def number(word: str) -> int:
    """Read a count in digits or words."""
    return int(word) if word.isdigit() else NUMBERS[word]
