"""What is said is said in three languages, and fits where it is shown."""

import unicodedata
from dataclasses import replace
from datetime import date, time, timedelta
from string import Formatter

import pytest

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.texts.phrases import PHRASES, say
from agente_hotelero.model.hotel import OpenHours, RoomProfile
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, Stay
from agente_hotelero.model.tone import USUAL
from tests.support.dialogue_guest import STAY, demo_hotel

BUTTON, ROW, MENU, DESCRIPTION = 20, 24, 20, 72
BUTTONS = ("yes_book", "no_book", "yes_cancel", "no_cancel", "yes_split", "no_split", "payment_page")
ROWS = ("part_dates", "part_people", "part_details", "part_room")
# Typed by hand, these stay as they are: no-break spaces look like spaces and are none.
ODD_SPACES = {"\u00a0", "\u202f", "\u2009", "\u200b"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_has_three_languages_with_the_same_variables(key: str) -> None:
    texts = PHRASES[key]
    assert len(texts) == len(Language)
    assert all(text.strip() for text in texts)
    assert len({frozenset(placeholders(text)) for text in texts}) == 1


@pytest.mark.parametrize("key", PHRASES)
def test_no_phrase_hides_an_odd_space(key: str) -> None:
    assert not ODD_SPACES & set("".join(PHRASES[key]))


@pytest.mark.parametrize("key", PHRASES)
def test_spanish_is_neutral_and_says_tu(key: str) -> None:
    words = {word.strip("¿?¡!.,:;«»()").lower() for word in PHRASES[key][0].split()}
    assert not words & {
        "vos",
        "podés",
        "querés",
        "tenés",
        "usted",
        "ustedes",
        "vosotros",
        "vuestra",
        "decime",
        "escribime",
    }


@pytest.mark.parametrize("key", PHRASES)
def test_portuguese_is_brazilian(key: str) -> None:
    words = {word.strip("¿?¡!.,:;«»()").lower() for word in PHRASES[key][1].split()}
    assert not words & {"tu", "teu", "tua", "telemóvel", "pequeno-almoço", "contacto", "vosso", "está-se"}


@pytest.mark.parametrize("language", Language)
def test_buttons_rows_and_the_menu_fit_whatsapp(language: Language) -> None:
    assert all(len(say(key, USUAL.of(language))) <= BUTTON for key in BUTTONS)
    assert all(len(say(key, USUAL.of(language))) <= ROW for key in ROWS)
    assert len(say("options", USUAL.of(language))) <= MENU


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("room", demo_hotel().rooms, ids=lambda room: room.key)
def test_the_demo_hotels_rooms_fit_on_a_button_with_their_price_below(language: Language, room: RoomProfile) -> None:
    title = formats.room_title(demo_hotel(), room.key, room.key, language)
    assert 0 < len(title) <= BUTTON
    price = formats.money(Money.of("99999999.99", "USD"), language)
    assert len(say("for_total", USUAL.of(language), total=price)) <= DESCRIPTION
    until = say(
        "until_for_total", USUAL.of(language), check_out=formats.day(STAY.check_out, language), room=title, total=price
    )
    assert len(until) <= DESCRIPTION


@pytest.mark.parametrize("language", Language)
def test_every_day_of_a_year_fits_on_a_button(language: Language) -> None:
    days = [date(2030, 1, 1) + timedelta(days=n) for n in range(365)]
    assert all(len(formats.day(day, language)) <= BUTTON for day in days)


@pytest.mark.parametrize("language", Language)
def test_no_date_or_amount_hides_an_odd_space_or_a_dot_too_many(language: Language) -> None:
    for n in range(365):
        text = formats.day(date(2030, 1, 1) + timedelta(days=n), language)
        assert not ODD_SPACES & set(text)
        assert "." not in text
    assert not ODD_SPACES & set(formats.money(Money.of("1234567.89", "USD"), language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ES, "dom 5 de may → mié 8 de may (3 noches)"),
        (Language.PT, "dom, 5 de mai → qua, 8 de mai (3 noites)"),
        (Language.EN, "Sun, May 5 → Wed, May 8 (3 nights)"),
    ],
)
def test_a_stay_is_written_as_each_language_does(language: Language, text: str) -> None:
    assert formats.stay(STAY, language) == text


@pytest.mark.parametrize(
    ("language", "text"), [(Language.ES, "1 noche"), (Language.PT, "1 noite"), (Language.EN, "1 night")]
)
def test_one_night_is_one(language: Language, text: str) -> None:
    one = Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 6))
    assert text in formats.stay(one, language)


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        (Language.ES, "1234.5", "USD", "USD 1,234.50"),
        (Language.PT, "1234.5", "BRL", "BRL 1.234,50"),
        (Language.EN, "1234.5", "USD", "USD 1,234.50"),
        (Language.ES, "45000", "CLP", "CLP 45,000"),
        (Language.PT, "1.2345", "KWD", "KWD 1,235"),
        (Language.EN, "0", "USD", "USD 0.00"),
    ],
)
def test_money_names_its_currency_at_its_own_exponent(
    language: Language, amount: str, currency: str, text: str
) -> None:
    assert formats.money(Money.of(amount, currency), language) == text


@pytest.mark.parametrize(
    ("party", "texts"),
    [
        (Party(adults=1), ("1 adulto", "1 adulto", "1 adult")),
        (Party(adults=2, children=1), ("2 adultos y 1 niño", "2 adultos e 1 criança", "2 adults and 1 child")),
        (Party(adults=5, rooms=2), ("5 adultos en 2 habitaciones", "5 adultos em 2 quartos", "5 adults in 2 rooms")),
        (Party(adults=1, children=2), ("1 adulto y 2 niños", "1 adulto e 2 crianças", "1 adult and 2 children")),
    ],
)
def test_a_party_is_counted(party: Party, texts: tuple[str, str, str]) -> None:
    assert tuple(formats.party(party, language) for language in (Language.ES, Language.PT, Language.EN)) == texts


def test_hours_are_grouped_by_runs_of_days() -> None:
    eight, noon, four = time(8), time(12), time(16)
    siesta = [OpenHours(weekday=day, opens=eight, closes=noon) for day in range(5)]
    siesta += [OpenHours(weekday=day, opens=four, closes=time(20, 30)) for day in range(5)]
    always = OpenHours(weekday=5, opens=time(0), closes=time(0))
    hotel = replace(demo_hotel(), business_hours=(*siesta, always))
    assert formats.hours(hotel, Language.ES) == "lun-vie 8:00-12:00, lun-vie 16:00-20:30, sáb 24 h"
    assert formats.hours(hotel, Language.EN) == "Mon-Fri 8:00-12:00, Mon-Fri 16:00-20:30, Sat 24 h"


def test_a_room_has_the_hotels_own_name_in_the_guests_language() -> None:
    hotel = demo_hotel()
    assert formats.room(hotel, "double", "PMS", Language.PT) == "Quarto duplo"
    assert formats.room(hotel, "attic", "Attic (PMS)", Language.PT) == "Attic (PMS)"
    only_spanish = replace(hotel, rooms=(replace(hotel.rooms[1], names={"es": "habitación doble"}),))
    assert formats.room(only_spanish, "double", "PMS", Language.EN) == "Habitación doble"
    nameless = replace(hotel, rooms=(replace(hotel.rooms[1], names={}),))
    assert formats.room(nameless, "double", "PMS", Language.EN) == "PMS"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("habitación individual", "Individual"),
        ("suite", "Suite"),
        ("habitación habitación cuarto", "Habitación habitación cuarto"),
    ],
)
def test_a_long_room_name_is_shortened_to_its_telling_words(name: str, title: str) -> None:
    hotel = demo_hotel()
    hotel = replace(hotel, rooms=(replace(hotel.rooms[0], names={"es": name}),))
    assert formats.room_title(hotel, hotel.rooms[0].key, "", Language.ES) == title


@pytest.mark.parametrize(("values", "text"), [(["a"], "a"), (["a", "b"], "a o b"), (["a", "b", "c"], "a, b o c")])
def test_alternatives_are_joined_by_or(values: list[str], text: str) -> None:
    assert formats.either(values, Language.ES) == text


def test_texts_are_composed_letters() -> None:
    # A decomposed «ñ» counts twice against WhatsApp's limits.
    everything = "".join(text for texts in PHRASES.values() for text in texts)
    assert unicodedata.is_normalized("NFC", everything)
