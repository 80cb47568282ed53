"""Dates, times, money and people, as each language writes them."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.model.hotel import HotelProfile, OpenHours
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, Stay

LOCALES: Final = {Language.ES: "es_419", Language.PT: "pt_BR", Language.EN: "en_US"}
DAY: Final = {Language.ES: "EEE d 'de' MMM", Language.PT: "EEE, d 'de' MMM", Language.EN: "EEE, MMM d"}
NIGHTS: Final = {Language.ES: ("noche", "noches"), Language.PT: ("noite", "noites"), Language.EN: ("night", "nights")}
ADULTS: Final = {
    Language.ES: ("adulto", "adultos"),
    Language.PT: ("adulto", "adultos"),
    Language.EN: ("adult", "adults"),
}
CHILDREN: Final = {
    Language.ES: ("niño", "niños"),
    Language.PT: ("criança", "crianças"),
    Language.EN: ("child", "children"),
}
IN_ROOMS: Final = {
    Language.ES: "en {rooms} habitaciones",
    Language.PT: "em {rooms} quartos",
    Language.EN: "in {rooms} rooms",
}
OR: Final = {Language.ES: "o", Language.PT: "ou", Language.EN: "or"}
BUTTON_LETTERS: Final = 20
"""What fits on WhatsApp's buttons; a channel shows a longer title in a list, or as text."""
NO_TELLING_WORDS: Final = frozenset({"habitación", "cuarto", "quarto", "room"})
AND: Final = {Language.ES: "y", Language.PT: "e", Language.EN: "and"}
WEEKDAYS: Final = {
    Language.ES: ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    Language.PT: ("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def day(value: date, language: Language) -> str:
    """Such as «vie 5 de jun»."""
    return format_date(value, DAY[language], locale=LOCALES[language]).replace(".", "")


def month(value: date, language: Language) -> str:
    """Such as «mayo»."""
    return format_date(value, "MMMM", locale=LOCALES[language])


def clock(value: time) -> str:
    """24 hours, as signs at receptions do."""
    return f"{value.hour}:{value.minute:02}"


def money(value: Money, language: Language) -> str:
    """Such as «USD 270.00»: the code says which dollars, which the sign does not."""
    places = -int(value.amount.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places > 0 else "")
    return f"{value.currency} {format_decimal(value.amount, pattern, locale=LOCALES[language])}"


def nights(count: int, language: Language) -> str:
    """Such as «3 noches»."""
    return f"{count} {NIGHTS[language][count != 1]}"


def party(value: Party, language: Language) -> str:
    """Such as «2 adultos y 1 niño», or «5 adultos en 3 habitaciones»."""
    text = f"{value.adults} {ADULTS[language][value.adults != 1]}"
    if value.children:
        text += f" {AND[language]} {value.children} {CHILDREN[language][value.children != 1]}"
    return text if value.rooms == 1 else f"{text} {IN_ROOMS[language].format(rooms=value.rooms)}"


def stay(value: Stay, language: Language) -> str:
    """Such as «vie 5 de jun → dom 7 de jun (2 noches)»."""
    return f"{day(value.check_in, language)} → {day(value.check_out, language)} ({nights(value.nights, language)})"


def hours(hotel: HotelProfile, language: Language) -> str:
    """When a person answers, a line for each run of days with the same hours."""
    return spans(hotel.business_hours, language)


def spans(hours: Sequence[OpenHours], language: Language, *, all_week: bool = True) -> str:
    """Hours by runs of days; without `all_week`, what is the same every day names none."""
    lines: list[tuple[int, int, str]] = []
    for span in hours:
        text = "24 h" if span.opens == span.closes else f"{clock(span.opens)}-{clock(span.closes)}"
        if lines and lines[-1][2] == text and lines[-1][1] == span.weekday - 1:
            lines[-1] = (lines[-1][0], span.weekday, text)
        else:
            lines.append((span.weekday, span.weekday, text))
    names = WEEKDAYS[language]
    if not all_week and [line[:2] for line in lines] == [(0, 6)]:
        return lines[0][2]
    return ", ".join(f"{names[a]}{f'-{names[b]}' if b != a else ''} {text}" for a, b, text in lines)


def several(values: Sequence[str], language: Language) -> str:
    """Such as «desayuno, wifi y piscina»."""
    *first, last = values
    return f"{', '.join(first)} {AND[language]} {last}" if first else last


def either(values: Sequence[str], language: Language) -> str:
    """Such as «DEMO-1, DEMO-2 o DEMO-3»."""
    *first, last = values
    return f"{', '.join(first)} {OR[language]} {last}" if first else last


def room_title(hotel: HotelProfile, key: str, fallback: str, language: Language) -> str:
    """A room type's name where there is little room for it: «Individual» for «Habitación individual»."""
    name = room(hotel, key, fallback, language)
    if len(name) <= BUTTON_LETTERS:
        return name
    telling = " ".join(word for word in name.split() if word.lower() not in NO_TELLING_WORDS)
    return telling[:1].upper() + telling[1:] if telling else name


def room(hotel: HotelProfile, key: str, fallback: str, language: Language) -> str:
    """The hotel's own name of a room type."""
    for profile in hotel.rooms:
        if profile.key == key:
            name = profile.names.get(language.value) or profile.names.get(hotel.languages[0]) or fallback
            return name[:1].upper() + name[1:]
    return fallback
