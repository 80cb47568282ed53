"""Guests correct themselves, ask in between, switch languages, and walk away."""

from collections.abc import Callable

import pytest

from agente_hotelero.dialogue.effects import AskOffers
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.stays import Party
from tests.support.dialogue_guest import Guest, Turn

EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"


def at_the_offers() -> Guest:
    guest = Guest()
    guest.says("¿Tienen una habitación del 5 al 8 de mayo para 2 personas?")
    return guest


def at_the_name() -> Guest:
    guest = at_the_offers()
    guest.says("1")
    return guest


def at_the_summary() -> Guest:
    guest = Guest()
    guest.says(EVERYTHING)
    return guest


def asked(guest: Guest) -> AskOffers:
    read = guest.pms.asked[-1]
    assert isinstance(read, AskOffers)
    return read


def test_other_dates_after_the_offers_bring_other_offers() -> None:
    guest = at_the_offers()
    turn = guest.says("no, mejor del 6 al 9 de mayo")
    assert "lun 6 de may → jue 9 de may" in turn.text
    assert asked(guest).stay.check_in.day == 6


@pytest.mark.parametrize(
    "words", ["no, mejor del 6 al 9 de mayo", "na verdade de 6 a 9 de maio", "sorry, from May 6 to May 9"]
)
def test_other_dates_at_the_summary_bring_another_summary(words: str) -> None:
    guest = at_the_summary()
    turn = guest.says(words)
    assert "6" in turn.text
    assert guest.state.expecting is Expecting.YES_NO
    assert turn.booked is None
    booked = guest.says("ok").booked
    assert booked is not None
    assert booked.stay.check_in.day == 6


def test_a_yes_with_more_people_changes_the_party_and_books_nothing() -> None:
    guest = at_the_summary()
    turn = guest.says("sí, pero somos 3")
    assert turn.booked is None
    assert "3 adultos, no hay habitación doble" in turn.text
    assert turn.titles == ["Suite"]
    guest.says("sí")
    booked = guest.says("sí").booked
    assert booked is not None
    assert (booked.room_type_key, booked.party) == ("suite", Party(adults=3))


def test_a_choice_with_other_dates_names_the_type_for_them() -> None:
    guest = at_the_offers()
    turn = guest.says("la segunda, pero del 6 al 9 de mayo")
    assert turn.titles == ["Suite"]
    assert "lun 6 de may" in turn.text


@pytest.mark.parametrize("words", ["mejor la suite", "no, prefiero la suite", "melhor a suíte", "the suite instead"])
def test_another_type_at_the_summary_brings_another_summary(words: str) -> None:
    guest = at_the_summary()
    turn = guest.says(words)
    assert "Suí" in turn.text or "Suite" in turn.text
    assert "480" in turn.text
    assert guest.state.expecting is Expecting.YES_NO


@pytest.mark.parametrize("words", ["la otra", "no, mejor la otra", "a outra", "the other one"])
def test_the_other_of_two_is_the_one_not_chosen(words: str) -> None:
    guest = at_the_name()
    guest.says(words)
    chosen = guest.state.draft.chosen
    assert chosen is not None
    assert chosen.room_type.key == "suite"
    assert guest.state.expecting is Expecting.NAME


def test_another_than_the_only_one_shown_brings_all() -> None:
    guest = at_the_summary()
    turn = guest.says("la otra")
    assert turn.titles == ["Habitación doble", "Suite"]


@pytest.mark.parametrize("words", ["mejor a luis@y.com", "el correo es luis@y.com", "luis@y.com"])
def test_another_address_at_the_summary_is_taken(words: str) -> None:
    guest = at_the_summary()
    turn = guest.says(words)
    assert "A nombre de Ana Ruiz, luis@y.com" in turn.text
    booked = guest.says("sí").booked
    assert booked is not None
    assert booked.booker.email == "luis@y.com"


def test_another_name_at_the_summary_is_taken() -> None:
    turn = at_the_summary().says("no, a nombre de Luis Paz")
    assert "A nombre de Luis Paz, ana@x.com" in turn.text


def test_one_word_that_sounds_like_a_name_replaces_no_whole_one() -> None:
    guest = at_the_summary()
    guest.says("it's great")
    assert guest.state.draft.name == "Ana Ruiz"


PARTS = [
    ("Fechas", "las fechas", "¿Qué día llegas"),
    ("Personas", "las personas", "¿Cuántas personas"),
    ("Mis datos", "el nombre", "A nombre de quién"),
    ("Habitación", "la habitación", "Suite USD 480.00"),
]


@pytest.mark.parametrize("number", range(4))
def test_after_a_no_the_guest_picks_what_to_change(number: int) -> None:
    title, word, question = PARTS[number]
    for answer in (title, word, str(number + 1)):
        guest = at_the_summary()
        assert "¿Qué cambiamos?" in guest.says("no").text
        assert question in guest.says(answer).text
    guest = at_the_summary()
    guest.presses("No, cambiar algo")
    assert question in guest.presses(title).text


@pytest.mark.parametrize(
    ("summary", "no", "word", "question"),
    [
        (
            "um quarto duplo de 5 a 8 de maio para 2, em nome de Ana Ruiz, ana@x.com",
            "não",
            "o quarto",
            "Suíte USD 480,00",
        ),
        (
            "a double room from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com",
            "no",
            "the dates",
            "Which day do you arrive",
        ),
    ],
)
def test_what_to_change_is_picked_in_every_language(summary: str, no: str, word: str, question: str) -> None:
    guest = Guest()
    guest.says(summary)
    guest.says(no)
    assert question in guest.says(word).text


def test_after_a_no_new_words_say_the_change_themselves() -> None:
    guest = at_the_summary()
    guest.says("no")
    assert "lun 6 de may → jue 9 de may" in guest.says("del 6 al 9 de mayo").text


def test_a_second_no_lets_it_be() -> None:
    guest = at_the_summary()
    guest.says("no")
    assert "lo dejamos ahí" in guest.says("no").text
    assert guest.state.draft == Draft()


@pytest.mark.parametrize("words", ["olvídalo", "cancelar", "deixa pra lá", "never mind", "no, gracias"])
@pytest.mark.parametrize("where", [at_the_offers, at_the_name])
def test_whoever_gives_up_is_let_go(where: Callable[[], Guest], words: str) -> None:
    guest = where()
    turn = guest.says(words)
    assert guest.state.draft == Draft()
    assert turn.booked is None
    assert len(turn.replies) == 1
    assert guest.says("sí").booked is None


def test_whoever_gives_up_and_names_other_dates_does_not_give_up() -> None:
    assert "lun 6 de may" in at_the_offers().says("olvídalo, mejor del 6 al 9 de mayo").text


def test_giving_up_a_new_booking_leaves_the_old_one_alone() -> None:
    guest = at_the_summary()
    guest.says("sí")
    guest.confirmed()
    guest.says("quiero otra habitación: una suite del 10 al 12 de mayo para 2")
    turn = guest.says("cancelar")
    assert "Tu reserva sigue vigente (DEMO-AK7001)" in turn.text
    assert turn.cancelled is None
    assert guest.state.cancelling is None
    assert "Vas a cancelar la reserva DEMO-AK7001" in guest.says("cancelar").text


@pytest.mark.parametrize(
    ("where", "again"),
    [
        (at_the_offers, "¿Con cuál te quedas?"),
        (at_the_name, "¿Qué nombre y apellido pongo en la reserva?"),
        (at_the_summary, "¿La reservo?"),
    ],
)
@pytest.mark.parametrize(
    ("question", "answer", "fact"),
    [
        ("¿hay wifi?", "Hay wifi", "profile:facts.wifi"),
        ("¿a qué hora es el check-in?", "desde las 15:00", "profile:check_in_from"),
        ("¿y el check-out?", "hasta las 11:00", "profile:check_out_until"),
        ("¿dónde queda el hotel?", "Av. Libertador 1234", "profile:address"),
        ("¿cuál es el horario de la recepción?", "lun-vie 8:00-22:00", "profile:business_hours"),
    ],
)
def test_a_question_in_between_is_answered_and_ours_asked_again(
    where: Callable[[], Guest], again: str, question: str, answer: str, fact: str
) -> None:
    turn = where().says(question)
    assert answer in turn.text
    assert again in turn.text
    assert turn.text.index(answer) < turn.text.index(again)
    assert fact in turn.facts
    assert len(turn.replies) == 1


def test_two_questions_at_once_get_two_answers() -> None:
    turn = Guest().says("¿tienen pileta y desayuno?")
    assert {"profile:facts.pool", "profile:facts.breakfast"} <= turn.facts


def test_a_question_beside_the_wish_for_a_room_gets_both() -> None:
    turn = Guest().says("¿Hay estacionamiento? Busco una doble del 5 al 8 de mayo para 2")
    assert "estacionamiento propio" in turn.text
    assert "USD 270.00" in turn.text


def test_old_offers_are_listed_again_with_prices_of_now() -> None:
    guest = at_the_offers()
    guest.pms.reprice("double", "95.00")
    turn = guest.waits(minutes=20).says("¿hay wifi?")
    assert "USD 285.00" in turn.text
    assert all(offer.fetched_at == guest.now for offer in turn.quoted)


def test_a_switch_of_language_in_the_middle_goes_on_in_the_new_one() -> None:
    guest = at_the_name()
    guest.says("Ana Ruiz")
    turn = guest.says("Sorry, is there any parking?")
    assert "free parking" in turn.text
    assert "What e-mail address shall I note" in turn.text
    assert "Shall I make the reservation?" in guest.says("ana@x.com").text


def test_a_party_too_large_hears_the_limit_and_how_to_reach_a_person() -> None:
    turn = Guest().says("una habitación del 5 al 8 de mayo para 13 personas")
    assert "es para 4 personas" in turn.text
    assert "hasta 3 habitaciones" in turn.text
    assert "+54 11 5555 0100" in turn.text
    assert turn.facts >= {"profile:rooms", "profile:phone"}


def test_after_a_party_too_large_a_smaller_one_is_served() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 13 personas")
    assert guest.says("4").titles == ["Suite"]


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("del 5 al 8 de marzo de 2030", "ya pasaron"),
        ("del 8 al 5 de mayo", "después de la llegada"),
        ("el 31 de abril", "no existe"),
    ],
)
def test_dates_that_cannot_be_are_said_aloud_and_asked_again(words: str, reply: str) -> None:
    guest = Guest()
    turn = guest.says(f"una doble {words}")
    assert reply in turn.text
    assert guest.state.expecting is Expecting.DATES
    assert "dom 5 de may" in guest.says("del 5 al 8 de mayo, somos 2").text


@pytest.mark.parametrize(
    ("answer", "day"), [("1", "lun 6 de may"), ("the first one", "May 6"), ("May 6", "May 6"), ("!press", "May 6")]
)
def test_an_ambiguous_date_is_asked_with_both_readings(answer: str, day: str) -> None:
    guest = Guest()
    turn = guest.says("a double room on 5/6/2030 for two nights, for 2 people")
    assert turn.titles == ["Mon, May 6", "Wed, Jun 5"]
    told = guest.presses("Mon, May 6") if answer == "!press" else guest.says(answer)
    assert day.removeprefix("lun 6 de may") in told.text
    assert "2 nights" in told.text


def test_sold_out_is_said_with_the_dates_and_others_are_asked() -> None:
    guest = Guest()
    guest.pms.sell_out()
    turn = guest.says("una doble del 5 al 8 de mayo para 2")
    assert "No queda lugar para dom 5 de may → mié 8 de may" in turn.text
    assert guest.state.expecting is Expecting.DATES
    guest.pms._counts["suite"] = 1
    guest.waits(minutes=1)
    assert "2 adultos, no hay habitación doble" in guest.says("del 6 al 9 de mayo").text


def test_sold_out_between_choice_and_summary_brings_what_is_left() -> None:
    guest = at_the_name()
    guest.says("Ana Ruiz")
    guest.pms.sell_out("double")
    turn = guest.waits(seconds=40).says("ana@x.com")
    assert "no hay habitación doble" in turn.text
    assert turn.titles == ["Suite"]


def test_sold_out_between_summary_and_yes_books_nothing() -> None:
    guest = at_the_summary()
    guest.pms.sell_out("double")
    turn = guest.waits(seconds=40).says("sí")
    assert turn.booked is None
    assert turn.titles == ["Suite"]


def test_a_stay_that_the_pms_does_not_sell_is_said_so() -> None:
    guest = Guest()
    turn = guest.says("una suite para 2 personas, del 5 de mayo al 20 de agosto")
    assert "no acepta esa estadía" in turn.text
    assert guest.state.expecting is Expecting.DATES
    assert "USD 480.00" in guest.says("del 5 al 8 de mayo").text


def test_a_departure_before_the_arrival_is_asked_again() -> None:
    guest = at_the_offers()
    guest.says("mejor llego el 10 de mayo")
    assert "¿Hasta qué día te quedas?" in guest.last.text
    guest.says("llego el 5 de mayo y me voy el 8")
    assert "USD 270.00" in guest.last.text


def test_only_the_arrival_moved_behind_the_departure_asks_for_that() -> None:
    guest = Guest()
    guest.says("quiero reservar hasta el 8 de mayo, somos 2")
    assert "¿Hasta qué día te quedas?" in guest.says("desde el 10 de mayo").text


def test_nobody_is_no_party() -> None:
    guest = at_the_offers()
    assert "¿Cuántas personas" in guest.says("0 adultos").text


def test_a_no_to_the_very_first_question_lets_it_be() -> None:
    guest = Guest()
    guest.says("quiero reservar una habitación")
    assert "lo dejamos ahí" in guest.says("no").text
    assert guest.state.draft == Draft()


@pytest.mark.parametrize("question", ["¿hay lugar?", "5 de mayo"])
def test_a_goodbye_in_between_keeps_everything_for_later(question: str) -> None:
    guest = Guest()
    guest.says(question)
    assert guest.says("chau").text == "¡Hasta pronto!"
    assert guest.state.draft.begun


def test_a_no_to_the_offers_asks_what_to_change() -> None:
    assert "¿Qué cambiamos?" in at_the_offers().says("no").text


AWAY = "Ahora no puedo consultar el sistema del hotel"


def away(guest: Guest, *, minutes: float = 1) -> Guest:
    guest.pms.away = True
    return guest.waits(minutes=minutes)


def back(guest: Guest) -> Guest:
    guest.pms.away = False
    return guest


def lists(guest: Guest) -> Turn:
    return guest.says("una habitación del 5 al 8 de mayo para 2")


@pytest.mark.parametrize("again", ["probemos ahora", "otra vez", "hola", "sí", "¿hay lugar?"])
def test_the_pms_away_at_the_offers_leaves_the_wish_for_later(again: str) -> None:
    guest = away(Guest())
    turn = lists(guest)
    assert turn.text.startswith(AWAY + ". Guardo tu pregunta")
    assert "+54 11 5555 0100" in turn.text
    assert turn.quoted == []
    later = back(guest).says(again)
    assert "USD 270.00" in later.text
    assert "No te entendí" not in later.text


def test_the_pms_away_at_the_summary_leaves_everything_for_later() -> None:
    guest = at_the_name()
    guest.says("Ana Ruiz")
    assert AWAY in away(guest).says("ana@x.com").text
    assert "¿Confirmo la reserva?" in back(guest).says("otra vez").text


def test_the_pms_away_at_the_yes_books_nothing_and_tells_a_person() -> None:
    guest = at_the_summary()
    turn = away(guest).says("sí")
    assert AWAY in turn.text
    assert turn.booked is None
    assert turn.handed_off == ["reservation_in_doubt"]
    summary = back(guest).says("sí")
    assert summary.booked is None
    assert "¿Confirmo la reserva?" in summary.text
    assert guest.says("sí").booked is not None


def test_the_pms_away_at_a_repeated_summary_is_no_doubt_about_a_booking() -> None:
    guest = at_the_summary()
    turn = away(guest).says("¿hay wifi?")
    assert "Hay wifi" in turn.text
    assert AWAY in turn.text
    assert turn.handed_off == []


def test_the_pms_away_at_the_price_asks_on_later() -> None:
    guest = at_the_name()
    assert AWAY in away(guest).says("¿cuánto cuesta?").text
    assert "A nombre de quién" in back(guest).says("hola").text


def test_dates_that_passed_while_the_guest_was_away_are_asked_again() -> None:
    guest = at_the_summary()
    turn = guest.waits(days=60).says("sí")
    assert turn.booked is None
    assert "Las fechas que veíamos ya pasaron." in turn.text
    assert "¿Qué día llegas" in turn.text


def test_new_dates_after_old_ones_passed_are_simply_taken() -> None:
    turn = at_the_summary().waits(days=60).says("del 5 al 8 de agosto")
    assert "ya pasaron" not in turn.text
    assert "Ana Ruiz, ana@x.com" in turn.text


def with_a_cancellation_looked_up() -> Guest:
    guest = at_the_offers()
    for words in ("la segunda", "Ana Ruiz", "ana@x.com", "quiero cancelar mi reserva DEMO-7F3KMQ"):
        guest.says(words)
    assert guest.state.looking_for == "cancel"
    return guest


def test_another_room_in_the_middle_of_a_cancellation_is_about_the_room_again() -> None:
    guest = with_a_cancellation_looked_up()
    assert "¿Confirmo la reserva?" in guest.says("la otra").text
    assert guest.state.looking_for is None


def test_who_looked_up_a_reservation_before_booking_is_asked_on_when_the_room_is_gone() -> None:
    guest = with_a_cancellation_looked_up()
    guest.says("la otra")
    assert guest.says("sí").booked is not None
    refused = guest.waits(minutes=1).hears(SagaOutcome.REFUSED)
    assert refused.text.count("\n") > 1
    assert guest.says("ok pero otra fecha").text
