"""From the first question to the intent, in three languages."""

from datetime import date
from decimal import Decimal

import pytest

from agente_hotelero.dialogue import policy
from agente_hotelero.dialogue.effects import AskOffers, RecordQuote
from agente_hotelero.model import countries
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.messages import Choices
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Booker, Party, ReservationRequest
from tests.support.dialogue_guest import LANGUAGES, STAY, YES, Guest

ASKED = {
    "es": "¿Tienen una habitación del 5 al 8 de mayo para 2 personas?",
    "pt": "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
    "en": "Do you have a room from May 5 to May 8 for 2 people?",
}
CHOSEN = {
    "es": ["1", "la primera", "la doble"],
    "pt": ["1", "a primeira", "o quarto duplo"],
    "en": ["1", "the first one", "the double room"],
}
PRICE = {"es": "USD 270.00 en total", "pt": "USD 270,00 no total", "en": "USD 270.00 in total"}
ASKS = {
    "es": ("A nombre de quién", "correo", "¿Confirmo la reserva?"),
    "pt": ("Em nome de quem", "e-mail", "Confirmo a reserva?"),
    "en": ("In whose name", "e-mail", "Shall I make the reservation?"),
}
YES_TITLE = {"es": "Sí, reservar", "pt": "Sim, reservar", "en": "Yes, book it"}
CONFIRMING = {"es": "te aviso enseguida", "pt": "já aviso", "en": "I'll tell you in a moment"}
CONFIRMED = {
    "es": "¡Reserva confirmada! Código DEMO-AK7001",
    "pt": "Reserva confirmada! Código DEMO-AK7001",
    "en": "Reservation confirmed! Code DEMO-AK7001",
}
AT_ONCE = {
    "es": "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com",
    "pt": "um quarto duplo de 5 a 8 de maio para 2, em nome de Ana Ruiz, ana@x.com",
    "en": "a double room from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com",
}


def the_double(ref: str) -> ReservationRequest:
    return ReservationRequest(
        client_ref=ClientRef(ref),
        room_type_key="double",
        stay=STAY,
        party=Party(adults=2),
        total=Money.of("270.00", "USD"),
        booker=Booker(name="Ana Ruiz", email="ana@x.com"),
    )


@pytest.mark.parametrize(
    ("choice", "room"),
    [("la más barata", "double"), ("a mais barata", "double"), ("the cheapest", "double"), ("la más cara", "suite")],
)
def test_a_room_is_chosen_by_its_price(choice: str, room: str) -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says(choice)
    chosen = guest.state.draft.chosen
    assert chosen is not None
    assert chosen.room_type.key == room


def test_whether_there_is_anything_cheaper_chooses_nothing() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says("¿cuál es la más barata?")
    assert guest.state.draft.chosen is None


def test_a_feast_is_the_one_of_the_hotels_country() -> None:
    guest = Guest()
    context = policy.context_for(guest.state, guest.hotel, guest.now.date())
    assert context.country == countries.of_zone(guest.hotel.zone.key) is not None


@pytest.mark.parametrize(("language", "choice"), [(one, choice) for one in LANGUAGES for choice in CHOSEN[one]])
def test_a_guest_books_step_by_step(language: str, choice: str) -> None:
    guest = Guest()
    assert PRICE[language] in guest.says(ASKED[language]).text
    ask_name, ask_email, ask_yes = ASKS[language]
    assert ask_name in guest.says(choice).text
    assert ask_email in guest.says("Ana Ruiz").text
    summary = guest.says("ana@x.com")
    assert ask_yes in summary.text
    assert summary.booked is None
    said = guest.says(YES[language])
    assert said.booked == the_double("ref-5")
    assert CONFIRMING[language] in said.text
    assert CONFIRMED[language] in guest.confirmed().text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guest_books_by_buttons(language: str) -> None:
    guest = Guest()
    offers = guest.says(ASKED[language])
    guest.presses(offers.titles[0])
    guest.says("Ana Ruiz")
    guest.says("ana@x.com")
    assert guest.presses(YES_TITLE[language]).booked == the_double("ref-5")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_says_everything_at_once_is_asked_for_nothing_but_the_yes(language: str) -> None:
    guest = Guest()
    summary = guest.says(AT_ONCE[language])
    assert ASKS[language][2] in summary.text
    assert guest.says(YES[language]).booked == the_double("ref-2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_written_out_button_counts_as_pressed(language: str) -> None:
    guest = Guest()
    guest.says(AT_ONCE[language])
    assert guest.says(YES_TITLE[language]).booked == the_double("ref-2")


def test_the_summary_says_everything_that_the_yes_books() -> None:
    text = Guest().says(AT_ONCE["es"]).text
    for part in (
        "Habitación doble",
        "dom 5 de may → mié 8 de may",
        "3 noches",
        "2 adultos",
        "Ana Ruiz",
        "ana@x.com",
        "USD 270.00",
    ):
        assert part in text


def test_what_is_missing_is_asked_one_by_one() -> None:
    guest = Guest()
    assert "¿Qué día llegas" in guest.says("quiero reservar una habitación").text
    assert "¿Hasta qué día te quedas?" in guest.says("llego el 5 de mayo").text
    assert "¿Cuántas personas" in guest.says("hasta el 8").text
    assert "Habitación doble" in guest.says("2 adultos").text


def test_a_departure_named_first_is_kept() -> None:
    guest = Guest()
    guest.says("quiero reservar una habitación hasta el 8 de mayo, somos 2")
    guest.says("el 5 de mayo")
    assert guest.pms.asked == [AskOffers(stay=STAY, party=Party(adults=2))]


def test_nights_named_first_make_the_departure() -> None:
    guest = Guest()
    guest.says("quiero una habitación doble por 3 noches para 2")
    guest.says("el 5 de mayo")
    assert guest.pms.asked == [AskOffers(stay=STAY, party=Party(adults=2))]


def test_other_nights_move_the_departure() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says("mejor 4 noches")
    assert guest.state.draft.check_out == date(2030, 5, 9)


@pytest.mark.parametrize(
    ("words", "party"),
    [
        ("2 adultos y 1 niño", Party(adults=2, children=1)),
        ("somos 3", Party(adults=3)),
        ("una pareja", Party(adults=2)),
        ("con 1 niño / somos 3", Party(adults=2, children=1)),
        ("2 adultos / con 1 niño", Party(adults=2, children=1)),
        ("2 adultos y 1 niño / somos 3", Party(adults=2, children=1)),
        ("2 adultos y 1 niño / 3 adultos", Party(adults=3, children=1)),
        ("2 adultos y 1 niño / somos 4", Party(adults=4)),
    ],
)
def test_a_party_is_put_together_from_what_was_said(words: str, party: Party) -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo")
    for one in words.split(" / "):
        guest.says(one)
    asked = guest.pms.asked[-1]
    assert isinstance(asked, AskOffers)
    assert asked.party == party


def test_offers_are_cheapest_first_with_their_prices_and_recorded() -> None:
    guest = Guest()
    turn = guest.says(ASKED["es"])
    assert turn.titles == ["Habitación doble", "Suite"]
    [record] = turn.of(RecordQuote)
    assert [offer.total.amount for offer in record.offers] == [Decimal("270.00"), Decimal("480.00")]
    assert record.shown_at == guest.now
    assert turn.facts == {"pms:offers"}


def test_the_wanted_type_is_shown_alone_with_its_picture() -> None:
    [reply] = Guest().says("una doble del 5 al 8 de mayo para 2").replies
    assert isinstance(reply.message, Choices)
    assert [option.title for option in reply.message.options] == ["Habitación doble"]
    assert reply.message.photo == "/static/rooms/double.png"
    assert "¿Te sirve?" in reply.message.body


@pytest.mark.parametrize("yes", ["sí", "dale", "quiero reservar"])
def test_yes_to_the_only_offer_takes_it_and_books_nothing(yes: str) -> None:
    guest = Guest()
    guest.says("una doble del 5 al 8 de mayo para 2")
    turn = guest.says(yes)
    assert "Perfecto, habitación doble." in turn.text
    assert "A nombre de quién" in turn.text
    assert turn.booked is None


def test_yes_to_several_offers_asks_which() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    assert guest.says("sí").text == "¿Con cuál te quedas?"


def test_a_second_booking_asks_neither_name_nor_address_again() -> None:
    guest = Guest()
    guest.says(AT_ONCE["es"])
    guest.says("sí")
    guest.confirmed()
    summary = guest.says("otra habitación: una suite del 10 al 12 de mayo para 2")
    assert "A nombre de Ana Ruiz, ana@x.com" in summary.text


def test_the_price_can_be_asked_again_at_any_question() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says("1")
    turn = guest.waits(seconds=40).says("¿cuánto cuesta?")
    assert "USD 270.00" in turn.text
    assert turn.asks("ask_name")
    assert [offer.fetched_at for offer in turn.quoted] == [guest.now]


def test_a_name_is_not_taken_from_a_question() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says("1")
    turn = guest.says("wifi")
    assert "Hay wifi" in turn.text
    assert guest.state.draft.name is None


def test_one_greeting_is_answered_by_one() -> None:
    guest = Guest()
    assert guest.says("Hola, ¿tienen habitación?").text.startswith("¡Hola!\n\n¿Qué día llegas")
    assert "¡Hola!" not in guest.says("del 5 al 8 de mayo").text


def test_the_hotel_is_introduced_once() -> None:
    guest = Guest()
    first = guest.says("hola")
    assert "Soy el asistente de Hotel Demo del Parque" in first.text
    assert first.facts == {"profile:name"}
    assert guest.says("hola").text == "¡Hola otra vez! ¿Qué necesitas?"
    assert guest.says("hola").text == "¡Hola! ¿En qué te ayudo?"


def test_after_a_greeting_a_question_gets_its_answer_and_no_more() -> None:
    guest = Guest()
    guest.says("hola")
    assert guest.says("¿hay wifi?").text == "Hay wifi sin cargo en todo el hotel."
    assert "¡Con gusto!" in guest.says("gracias").text
    assert guest.says("no, gracias").text.startswith("¡Perfecto!")
    assert guest.says("chau").text == "¡Hasta pronto!"


def test_help_says_what_it_can_do_and_asks_the_open_question_again() -> None:
    guest = Guest()
    guest.says("quiero reservar")
    turn = guest.says("¿qué puedes hacer?")
    assert "Puedo buscar disponibilidad" in turn.text
    assert turn.asks("ask_dates")


def test_a_hotel_of_one_language_writes_it() -> None:
    guest = Guest()
    turn = guest.sends("image")
    assert turn.text.startswith("Todavía no puedo leer")
