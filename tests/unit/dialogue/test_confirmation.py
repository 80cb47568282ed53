"""What comes with «confirmed», in which order, and what is left out rather than guessed."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from agente_hotelero.dialogue.confirmation import payment_url
from agente_hotelero.dialogue.effects import Reply
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.hotel import PAYMENT_FIELDS
from agente_hotelero.model.messages import Choices, Link, Location, Picture, Text
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation
from tests.support.dialogue_guest import Guest, Turn, a_reservation, demo_hotel

EVERYTHING = {
    "es": ("una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com", "sí"),
    "pt": ("um quarto duplo de 5 a 8 de maio para 2, em nome de Ana Ruiz, ana@x.com", "sim"),
    "en": ("a double room from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com", "yes"),
}
PAY = "https://pay.example/{code}?amount={total}&in={currency}"
SAYS_PAID = re.compile(
    r"pagad|pagamos|cobrad[oa] con|pago recibido|recebemos|\bpaid\b|received|was charged to", re.IGNORECASE
)
SAYS_UNCHARGED = {"es": "no se cobró nada", "pt": "nada foi cobrado", "en": "nothing was charged"}


def in_flight(language: str = "es", **profile: Any) -> Guest:
    guest = Guest(hotel=replace(demo_hotel(), **{"payment_url": PAY, **profile}))
    wish, yes = EVERYTHING[language]
    guest.says(wish)
    assert guest.says(yes).booked is not None
    return guest


def kinds(turn: Turn) -> list[type]:
    return [type(reply.message) for reply in turn.replies]


def the(turn: Turn, kind: type) -> Reply:
    [found] = [reply for reply in turn.replies if isinstance(reply.message, kind)]
    return found


def booked(guest: Guest, **fields: Any) -> PmsReservation:
    assert guest.state.pending is not None
    return replace(guest.pms.book(guest.requests[guest.state.pending]), **fields)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            [
                "USD 270.00",
                "Código DEMO-AK7001",
                "Habitación doble",
                "3 noches",
                "2 adultos",
                "con impuestos",
                "sin cargo hasta",
            ],
        ),
        (
            "pt",
            [
                "USD 270,00",
                "Código DEMO-AK7001",
                "Quarto duplo",
                "3 noites",
                "2 adultos",
                "com impostos",
                "gratuito até",
            ],
        ),
        (
            "en",
            [
                "USD 270.00",
                "Code DEMO-AK7001",
                "Double room",
                "3 nights",
                "2 adults",
                "including taxes",
                "cancellation until",
            ],
        ),
    ],
)
def test_the_words_come_first_and_say_all_of_it(language: str, said: list[str]) -> None:
    turn = in_flight(language).confirmed()

    assert kinds(turn) == [Text, Location, Picture, Link]
    first = turn.replies[0].message
    assert isinstance(first, Text)
    assert [words for words in [*said, "Ana Ruiz", "15:00"] if words not in first.body] == []
    assert the(turn, Text).facts == ("pms:reservation", "profile:check_in_from", "profile:policies.cancellation")


def test_the_pin_is_the_hotels() -> None:
    hotel = demo_hotel()
    assert hotel.latitude is not None
    assert hotel.longitude is not None

    pin = the(in_flight().confirmed(), Location)

    assert pin.message == Location(
        latitude=hotel.latitude, longitude=hotel.longitude, name=hotel.name, address=hotel.address
    )
    assert pin.facts == ("profile:location", "profile:name", "profile:address")


def test_the_picture_is_of_the_code_alone() -> None:
    picture = the(in_flight().confirmed(), Picture)

    assert picture.message == Picture(
        source="/codes/DEMO-AK7001.png", caption="Código DEMO-AK7001, para mostrar al llegar."
    )
    assert picture.facts == ("pms:reservation",)


@pytest.mark.parametrize("language", EVERYTHING)
def test_the_way_to_pay_says_that_nothing_hangs_on_it(language: str) -> None:
    way = the(in_flight(language).confirmed(), Link)

    assert isinstance(way.message, Link)
    assert way.message.url == "https://pay.example/DEMO-AK7001?amount=270.00&in=USD"
    assert SAYS_UNCHARGED[language] in way.message.body
    assert "DEMO-AK7001" in way.message.body
    assert not SAYS_PAID.search(way.message.body)
    assert way.facts == ("profile:payment", "pms:reservation")


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ({"latitude": None}, [Text, Picture, Link]),
        ({"longitude": None}, [Text, Picture, Link]),
        ({"latitude": 0.0, "longitude": 0.0}, [Text, Location, Picture, Link]),
        ({"payment_url": None}, [Text, Location, Picture]),
    ],
)
def test_what_the_hotel_does_not_say_is_left_out(missing: dict[str, Any], left: list[type]) -> None:
    assert kinds(in_flight(**missing).confirmed()) == left


def test_a_code_without_a_picture_is_in_the_words_all_the_same() -> None:
    guest = in_flight()
    guest.code_picture = lambda _code: None

    turn = guest.confirmed()

    assert kinds(turn) == [Text, Location, Link]
    assert "DEMO-AK7001" in turn.text


def test_a_price_that_the_hotel_has_to_look_at_first_is_not_to_be_paid() -> None:
    guest = in_flight()

    turn = guest.hears(SagaOutcome.CONFIRMED, booked(guest), quoted=Money.of("200.00", "USD"))

    assert kinds(turn) == [Text, Location, Picture]
    assert turn.handed_off == ["price_differs"]


def test_a_room_that_was_sold_twice_is_not_to_be_paid() -> None:
    guest = in_flight()

    turn = guest.hears(SagaOutcome.CONFIRMED, booked(guest, sold_twice=True))

    assert kinds(turn) == [Text, Location, Picture]
    assert turn.handed_off == ["sold_twice"]


def test_who_wanted_out_is_asked_and_shown_nothing_more() -> None:
    guest = in_flight()
    guest.says("cancelar")

    assert kinds(guest.confirmed()) == [Choices]


CHANGE = {
    "es": "quiero cambiar mi reserva al 10 de mayo",
    "pt": "quero mudar minha reserva para 10 de maio",
    "en": "please change my booking to May 10",
}
OUT = {"es": "cancela todo", "pt": "quero cancelar", "en": "cancel it please"}


@pytest.mark.parametrize("language", list(CHANGE))
@pytest.mark.parametrize("wants_out", [True, False])
def test_who_wants_out_of_a_change_is_not_shown_where_to_pay_for_it(language: str, wants_out: bool) -> None:
    guest = in_flight(language)
    guest.confirmed()
    guest.says(CHANGE[language])
    assert guest.says(EVERYTHING[language][1]).booked is not None
    if wants_out:
        guest.says(OUT[language])
        assert guest.state.wants_out
    turn = guest.confirmed()
    assert (Link in kinds(turn)) == (not wants_out)
    assert "DEMO-AK7002" in turn.text


def test_nothing_but_a_confirmation_brings_them() -> None:
    guest = in_flight()

    assert kinds(guest.hears(SagaOutcome.DELAYED)) == [Text]
    assert {Text, Choices} >= set(kinds(guest.hears(SagaOutcome.REFUSED)))


def test_a_policy_in_another_language_is_better_than_none() -> None:
    turn = in_flight("en", cancellation_policy={"es": "Sin cargo hasta la víspera."}).confirmed()

    assert "Sin cargo hasta la víspera." in turn.text
    assert "profile:policies.cancellation" in turn.facts


@pytest.mark.parametrize("code", ["A B/C?d=e&f#g", "%2F", "Ñ{total}", "a;b,c"])
def test_no_code_can_change_where_a_payment_leads(code: str) -> None:
    made = urlsplit(payment_url("https://pay.example/r/{code}/x?ref={code}&amount={total}", a_reservation(code)))

    assert (made.hostname, made.fragment) == ("pay.example", "")
    assert made.path.count("/") == 3
    assert parse_qs(made.query) == {"ref": [code], "amount": ["300.00"]}


def test_everything_that_a_link_may_name_is_filled_in() -> None:
    template = "https://pay.example/" + "/".join(f"{{{name}}}" for name in sorted(PAYMENT_FIELDS))

    assert payment_url(template, a_reservation()) == "https://pay.example/DEMO-7F3KMQ/USD/300.00"


def test_an_amount_without_cents_has_none() -> None:
    in_yen = replace(a_reservation(), total=Money.of(40_000, "JPY"))

    assert payment_url("https://pay.example/{total}", in_yen) == "https://pay.example/40000"
