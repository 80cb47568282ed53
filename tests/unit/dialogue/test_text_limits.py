"""Every phrase, as every hotel says it, fits where WhatsApp shows it, with the longest that is filled in; and every one is said."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Final

import pytest

from agente_hotelero import dialogue
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.dialogue import arriving, booking, outcomes
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.texts import formats, topics, wishes
from agente_hotelero.dialogue.texts.again import AGAIN
from agente_hotelero.dialogue.texts.phrases import PHRASES, say, say_again
from agente_hotelero.model.hotel import OpenHours, Per
from agente_hotelero.model.money import Money
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.model.stays import Party, Stay
from agente_hotelero.model.tone import Register

BUTTONS: Final = (
    *("yes_book", "no_book", "yes_cancel", "no_cancel", "yes_change", "no_change", "yes_split", "no_split"),
    *("yes_late", "no_late", "yes_heard", "no_heard", "something_else", "payment_page", "review_button"),
)
ROWS: Final = ("part_dates", "part_people", "part_details", "part_room")
BESIDE_OPTIONS: Final = (
    *("offers", "offers_other", "offer", "nearby", "summary", "change_summary", "what_to_change", "cancel_summary"),
    *("late_summary", "split", "heard", "dates_ambiguous", "which_of_them", "payment", "review_link"),
)
"""What stands above buttons, or a list."""
SEPTEMBER: Final = Stay(check_in=date(2030, 9, 18), check_out=date(2030, 10, 23))
SIESTA: Final = tuple(OpenHours(weekday=day, opens=time(7 + day % 3), closes=time(22, 30)) for day in range(7))
FEE: Final = Money.of("12345678.90", "COP")


def longest(register: Register) -> dict[str, object]:
    """The longest that may be filled in, short of what nobody calls a hotel or a person."""
    language = next(one for one in Language if register in SPOKEN[one])
    stay, party = formats.stay(SEPTEMBER, language), formats.party(Party(adults=11, children=10, rooms=3), language)
    money, room = formats.money(FEE, language), "Habitación doble superior con balcón y vista al mar"
    described = {"room": room, "stay": stay, "party": party, "total": money}
    part = f"{room}, {stay}, {money}"
    code = "DEMO-AK7001"
    return {
        **described,
        **{f"old_{name}": text for name, text in described.items()},
        "hotel": "Gran Hotel Termas de San Lorenzo de la Sierra",
        "address": "Avenida Presidente Figueroa Alcorta 12345, piso 10, Ciudad Autónoma de Buenos Aires, Argentina",
        "name": "María de los Ángeles Fernández-Villaverde Rodríguez",
        "email": f"{'nombre.apellido' * 4}@correo.hotel.example.com, +5491123456789",
        "phone": "+54 9 11 2345 6789",
        "hours": formats.spans(SIESTA, language),
        "topics": formats.several([topics.name(topic, register) for topic in topics.NAMES], language),
        "codes": formats.either([code] * 6, language),
        "code": code, "new": code, "value": "María de los Ángeles Fernández-Villaverde Rodríguez",
        "things": "\n".join(["• " + part, *["• " + stay] * 8]),
        "words": "palabras " * 120,
        "terms": "Cancelación sin cargo hasta 48 horas antes de la llegada. " * 4 + say("fee", register, fee=money) + "\n",
        "fee": money, "price": money, "first": part, "second": part,
        "where": say("code_to_number", register, digits="6789"),
        "status": say("live", register),
        "day": formats.day(SEPTEMBER.check_in, language), "month": "septiembre de 2027",
        "check_in": formats.day(SEPTEMBER.check_in, language), "check_out": formats.day(SEPTEMBER.check_out, language),
        "check_in_from": "15:00", "check_out_until": "11:00", "until": "14:00", "hour": "23:30",
        "minutes": 10, "left": 5, "digits": "123456", "count": 12, "number": 10, "capacity": 12, "rooms": 3,
    }  # fmt: skip


SPOKEN: Final = {
    Language.ES: (Register.TU, Register.VOS, Register.USTED),
    Language.PT: (Register.BRAZIL, Register.PORTUGAL),
    Language.EN: (Register.ENGLISH,),
}


def written(register: Register) -> Iterator[tuple[str, str]]:
    values = longest(register)
    yield from ((key, say(key, register, **values)) for key in PHRASES)
    yield from ((key, say_again(key, register, **values)) for key in AGAIN)


@pytest.mark.parametrize("register", Register)
def test_every_phrase_fits_with_the_longest_that_is_filled_in(register: Register) -> None:
    assert {key: len(text) for key, text in written(register) if len(text) > compose.TEXT_LIMIT} == {}
    assert {key: len(text) for key, text in written(register) if not text.strip() or "{" in text} == {}


@pytest.mark.parametrize("register", Register)
def test_what_stands_above_options_leaves_them_options(register: Register) -> None:
    too_long = {key: len(text) for key, text in written(register) if key in BESIDE_OPTIONS}
    assert {key: length for key, length in too_long.items() if length > compose.LEAST_BODY} == {}


@pytest.mark.parametrize("register", Register)
def test_what_is_pressed_fits_where_it_is_shown(register: Register) -> None:
    titles = {key: say(key, register) for key in BUTTONS}
    titles |= {str(intent): wishes.name(intent, register) for intent in wishes.NAMES}
    assert {key: title for key, title in titles.items() if len(title) > compose.BUTTON_TITLE_LIMIT} == {}
    assert [key for key in ROWS if len(say(key, register)) > compose.ROW_TITLE_LIMIT] == []
    assert len(say("options", register)) <= compose.MENU_LABEL_LIMIT
    assert all(topics.per(per, register) for per in Per)


def test_the_options_of_one_question_are_told_apart() -> None:
    for register in Register:
        for what in ("book", "cancel", "change", "split", "late", "heard"):
            assert say(f"yes_{what}", register) != say(f"no_{what}", register)
        assert len({say(key, register) for key in ROWS}) == len(ROWS)
        assert len({wishes.name(intent, register) for intent in wishes.NAMES}) == len(wishes.NAMES)


def _spelled_out() -> Iterator[str]:
    """Keys that stand in no source as they are: made of a word and what it is about."""
    for what in ("book", "change", "cancel", "late", "split"):
        yield from (f"yes_{what}", f"no_{what}")
    yield from (f"part_{part}" for part in booking.PARTS)
    yield from (f"arrival_{part}" for part in arriving.PARTS)
    yield from (f"heard_{key}" for key in ("code", "name", "email", "phone"))
    yield from (outcome.value for outcome in outcomes.OF_LATE)
    yield from (Reminder.WEEK_BEFORE.value, Reminder.DAY_BEFORE.value, Reminder.IN_STAY.value, Reminder.REVIEW.value)


def test_every_phrase_is_said_somewhere() -> None:
    rooms = [path for path in Path(dialogue.__file__).parent.rglob("*.py") if path.parent.name != "understanding"]
    texts = ("phrases.py", "again.py", "usted.py", "vos.py", "portugal.py")
    source = "\n".join(path.read_text("utf-8") for path in rooms if path.name not in texts)
    named = {*re.findall(r'"([a-z_]+)"', source), *re.findall(r"'([a-z_]+)'", source), *_spelled_out()}
    assert {*PHRASES} - named == set()
