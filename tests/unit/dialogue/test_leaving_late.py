"""A late check-out: an hour and a price before the yes, and what the PMS made of it after it."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from agente_hotelero.dialogue.effects import IntendLateCheckout
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.hotel import HotelProfile, LateCheckoutTerms
from agente_hotelero.model.money import Money
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest, a_reservation, demo_hotel

LATE = {"es": "¿puedo salir más tarde?", "pt": "posso sair mais tarde?", "en": "can I have a late check-out?"}
CODE = "DEMO-AK7001"


def booked(language: str = "es", *, hotel: HotelProfile | None = None) -> Guest:
    guest = Guest(hotel=hotel)
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest


def in_flight(language: str = "es") -> Guest:
    guest = booked(language)
    guest.says(LATE[language])
    guest.says(YES[language])
    assert guest.state.aside.late_code == CODE
    return guest


@pytest.mark.parametrize(
    ("language", "question", "price", "day"),
    [
        ("es", "¿La pido?", "USD 20.00", "mié 8 de may, hasta las 14:00"),
        ("pt", "Peço?", "USD 20,00", "qua, 8 de mai, até as 14:00"),
        ("en", "Shall I ask for it?", "USD 20.00", "Wed, May 8, until 14:00"),
    ],
)
def test_it_is_offered_with_its_hour_and_price_and_asked_for_after_the_yes(
    language: str, question: str, price: str, day: str
) -> None:
    guest = booked(language)
    offer = guest.says(LATE[language])
    for part in (question, price, day, CODE):
        assert part in offer.text
    assert offer.facts == {"profile:late_checkout", "pms:reservation"}
    assert offer.of(IntendLateCheckout) == []
    [asked] = guest.says(YES[language]).of(IntendLateCheckout)
    assert (asked.code, asked.until, asked.client_ref) == (CODE, time(14), guest.state.pending)


@pytest.mark.parametrize("title", ["Sí, pedirla", "No, gracias"])
@pytest.mark.parametrize("pressed", [True, False])
def test_the_buttons_do_the_same_pressed_or_written_out(title: str, pressed: bool) -> None:
    guest = booked()
    guest.says(LATE["es"])
    turn = guest.presses(title) if pressed else guest.says(title)
    assert len(turn.of(IntendLateCheckout)) == (title == "Sí, pedirla")


@pytest.mark.parametrize("words", ["no", "sí si es gratis", "sí, pero a las 16", "¿cuánto es?", "gracias", "asdf"])
def test_nothing_but_a_yes_asks_for_it(words: str) -> None:
    guest = booked()
    guest.says(LATE["es"])
    turn = guest.says(words)
    assert turn.of(IntendLateCheckout) == []
    assert turn.replies


def test_a_yes_followed_by_more_asks_for_nothing() -> None:
    guest = booked()
    guest.says(LATE["es"])
    turn = guest.says("sí", "esperen")
    assert turn.of(IntendLateCheckout) == []
    assert "¿La pido?" in turn.text


def test_a_price_that_the_hotel_changed_before_the_yes_is_shown_first() -> None:
    guest = booked()
    guest.says(LATE["es"])
    stale = guest.button("Sí, pedirla")
    guest.hotel = replace(demo_hotel(), late_checkout=LateCheckoutTerms(until=time(14), price=Money.of("35.00", "USD")))
    turn = guest.says("sí")
    assert turn.of(IntendLateCheckout) == []
    assert "Las condiciones cambiaron" in turn.text
    assert "USD 35.00" in turn.text
    assert guest.presses_id(stale).of(IntendLateCheckout) == []
    assert len(guest.says("sí").of(IntendLateCheckout)) == 1


def test_a_stale_button_asks_for_nothing() -> None:
    guest = booked()
    guest.says(LATE["es"])
    yes = guest.button("Sí, pedirla")
    guest.says("no")
    assert guest.presses_id(yes).of(IntendLateCheckout) == []


def test_a_question_in_between_is_answered_and_ours_asked_again() -> None:
    guest = booked()
    guest.says(LATE["es"])
    turn = guest.says("¿hay wifi?")
    assert "Hay wifi" in turn.text
    assert turn.asks("late_summary")


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "la decide el equipo"), ("pt", "decidida pela equipe"), ("en", "up to the hotel's team")],
)
def test_a_hotel_that_has_no_terms_decides_on_each(language: str, words: str) -> None:
    guest = booked(language, hotel=replace(demo_hotel(), late_checkout=None))
    turn = guest.says(LATE[language])
    assert words in turn.text
    assert turn.handed_off == ["late_checkout"]
    assert "USD" not in turn.text


@pytest.mark.parametrize(
    ("words", "offered", "hint"),
    [
        ("¿puedo salir más tarde, a las 13?", True, False),
        ("late check out hasta las 2 de la tarde", True, False),
        ("¿puedo salir más tarde, a las 18 hs?", True, True),
        ("¿puedo salir a las 10?", False, False),
    ],
)
def test_the_hour_that_is_wished_for_is_heard(words: str, offered: bool, hint: bool) -> None:
    turn = booked().says(words)
    assert ("¿La pido?" in turn.text) == offered
    assert ("+54 11 5555 0100" in turn.text) == hint
    assert offered or "La salida es hasta las 11:00" in turn.text


def test_somebody_elses_needs_code_and_surname() -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto"))
    assert "código de la reserva" in guest.says(LATE["es"]).text
    assert "apellido" in guest.says("DEMO-7F3KMQ").text
    assert "No encuentro" in guest.says("Pérez").text
    guest.says("DEMO-7F3KMQ")
    assert "¿La pido?" in guest.says("Soto").text


def test_who_only_looks_for_a_room_hears_the_terms_and_goes_on() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    turn = guest.says("¿se puede pedir late check out?")
    assert "USD 20.00" in turn.text
    assert turn.facts == {"profile:late_checkout"}
    assert turn.asks("which")


@pytest.mark.parametrize(
    "now", [datetime(2030, 5, 8, 17, 0, tzinfo=UTC), datetime(2030, 5, 9, 12, tzinfo=UTC)], ids=["the hour", "the day"]
)
def test_when_it_is_too_late_for_it_a_person_decides(now: datetime) -> None:
    guest = booked()
    guest.now = now
    turn = guest.says(LATE["es"])
    assert turn.handed_off == ["late_checkout"]
    assert "¿La pido?" not in turn.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "la decide el equipo"), ("pt", "decidida pela equipe"), ("en", "up to the hotel's team")],
)
@pytest.mark.parametrize(
    "now", [datetime(2030, 5, 8, 17, 0, tzinfo=UTC), datetime(2030, 6, 10, 12, tzinfo=UTC)], ids=["the hour", "weeks"]
)
def test_a_yes_that_comes_when_its_hour_has_passed_asks_for_nothing(language: str, words: str, now: datetime) -> None:
    guest = booked(language)
    guest.says(LATE[language])
    guest.now = now
    turn = guest.says(YES[language])
    assert turn.of(IntendLateCheckout) == []
    assert words in turn.text
    assert turn.handed_off == ["late_checkout"]
    assert guest.says(YES[language]).of(IntendLateCheckout) == []


def test_on_the_last_morning_it_can_still_be_asked_for() -> None:
    guest = booked()
    guest.now = datetime(2030, 5, 8, 16, 59, tzinfo=UTC)
    assert "¿La pido?" in guest.says(LATE["es"]).text


def test_one_that_the_pms_already_holds_is_not_sold_twice() -> None:
    guest = booked()
    guest.pms.reservations[0] = replace(guest.pms.reservations[0], leaves_at=time(14))
    turn = guest.says(LATE["es"])
    assert "ya tiene salida tarde hasta las 14:00" in turn.text
    assert guest.says("sí").of(IntendLateCheckout) == []
    assert "Salida tarde: hasta las 14:00" in guest.says("¿cómo está mi reserva?").text


def test_a_cancelled_reservation_has_none() -> None:
    guest = booked()
    guest.pms.drop(CODE)
    assert "ya está cancelada" in guest.says(LATE["es"]).text


@pytest.mark.parametrize("read_back", [True, False])
@pytest.mark.parametrize(
    ("outcome", "words", "reasons"),
    [
        (SagaOutcome.LATE_HELD, ("quedó anotada", "ficou registrada", "is in the hotel's system"), []),
        (SagaOutcome.LATE_NOTED, ("todavía tiene que confirmarlo", "ainda precisa", "still has to"), ["late_checkout"]),
        (SagaOutcome.LATE_FAILED, ("No pude anotar", "Não consegui registrar", "I couldn't"), ["late_checkout"]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_pms_made_of_it_is_told_with_the_code(
    language: str, outcome: SagaOutcome, words: tuple[str, str, str], reasons: list[str], read_back: bool
) -> None:
    guest = in_flight(language)
    turn = guest.hears(outcome, guest.pms.reservations[0] if read_back else None)
    assert words[LANGUAGES.index(language)] in turn.text
    assert CODE in turn.text
    assert turn.handed_off == reasons
    assert (guest.state.pending, guest.state.aside.late_code) == (None, None)


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "todavía no está anotada"), ("pt", "ainda não está registrada"), ("en", "not recorded yet")],
)
def test_a_delay_of_it_is_told_as_what_it_is(language: str, words: str) -> None:
    guest = in_flight(language)
    assert words in guest.hears(SagaOutcome.DELAYED).text
    assert guest.state.pending is not None


@pytest.mark.parametrize("words", ["sí", "cancelar", "¿puedo salir más tarde?", "quiero cambiar mi reserva"])
def test_while_it_is_written_nothing_else_is(words: str) -> None:
    turn = in_flight().says(words)
    assert turn.replies
    assert "si la cancelo" not in turn.text
    assert turn.of(IntendLateCheckout) == []
    assert turn.cancelled is None


def test_with_a_person_talking_its_outcome_goes_to_staff_with_its_code() -> None:
    guest = in_flight()
    guest.taken_over()
    turn = guest.hears(SagaOutcome.LATE_NOTED)
    assert turn.replies == []
    assert any(CODE in str(effect) for effect in turn.effects)
