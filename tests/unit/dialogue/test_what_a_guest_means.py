"""What guests say of a reservation that exists, in the words that they use: none is lost, and none does more than it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from tests.support.dialogue_guest import EVERYTHING, YES, Guest, Turn, a_reservation, demo_hotel

CODE = "DEMO-7F3KMQ"
NUMBER = "5491155550123"
CANCEL = {"es": "quiero cancelar mi reserva", "pt": "quero cancelar minha reserva", "en": "cancel my booking"}
LATE = {"es": "quiero salir más tarde", "pt": "posso sair mais tarde?", "en": "late checkout please"}
CHANGE = {
    "es": "quiero cambiar mi reserva del 10 al 14 de mayo",
    "pt": "quero mudar minha reserva de 10 a 14 de maio",
    "en": "change my booking to May 10 to May 14",
}
KEPT = {"es": "tu reserva sigue como está", "pt": "sua reserva continua como está", "en": "your reservation stays"}


def booked(language: str = "es") -> Guest:
    guest = Guest()
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest.waits(minutes=5)


def by_telephone(*, phone: str | None = None, booker: str = "Ana Ruiz") -> Guest:
    guest = Guest()
    guest.phone = phone
    guest.pms.reservations.append(a_reservation(CODE, booker=booker, email="ana@x.com", phone=f"+{NUMBER}"))
    return guest


def asked_for_the_code(wish: str = "quiero ver mi reserva", *, phone: str | None = None) -> Guest:
    guest = by_telephone(phone=phone)
    guest.says(wish)
    return guest


def at(guest: Guest, wish: str) -> Guest:
    guest.says(wish)
    assert guest.state.expecting is Expecting.YES_NO
    return guest


def nothing_done(turn: Turn) -> bool:
    return turn.cancelled is None and turn.booked is None


# Who has no code.


@pytest.mark.parametrize(
    ("wish", "words", "reply"),
    [
        ("quiero ver mi reserva", "no tengo el código", "Sin el código"),
        ("quiero ver mi reserva", "no lo tengo", "Sin el código"),
        ("quero ver minha reserva", "não tenho o código", "Sem o código"),
        ("quero ver minha reserva", "esqueci o código", "Sem o código"),
        ("I want to see my booking", "I don't have the code", "Without the code"),
        ("I want to see my booking", "I lost the code", "Without the code"),
    ],
)
def test_without_the_code_a_person_looks_whatever_it_is_called(wish: str, words: str, reply: str) -> None:
    guest = asked_for_the_code(wish)
    turn = guest.says(words)
    assert reply in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.state.looking_for is None


@pytest.mark.parametrize("words", ["no tengo el código", "no me acuerdo"])
def test_who_writes_from_a_number_and_has_no_code_is_asked_for_the_address(words: str) -> None:
    guest = asked_for_the_code(phone=NUMBER)
    assert "¿Con qué correo electrónico" in guest.says(words).text
    assert f"Tu reserva {CODE}" in guest.says("ana@x.com").text


def test_who_has_neither_code_nor_address_gets_a_person() -> None:
    guest = asked_for_the_code(phone=NUMBER)
    guest.says("no tengo el código")
    assert guest.says("tampoco lo tengo, no me acuerdo").handed_off == ["asked"]


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("quiero cancelar mi reserva pero no tengo el código", "Sin el código"),
        ("I want to cancel my booking but I lost the code", "Without the code"),
    ],
)
def test_who_says_so_in_the_very_wish_is_not_asked_for_it(words: str, reply: str) -> None:
    turn = by_telephone().says(words)
    assert reply in turn.text
    assert turn.handed_off == ["asked"]


# What it costs, at a question that says so.


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "¿cuánto cuesta?"),
        ("es", "¿tiene multa?"),
        ("es", "¿cuál es la política de cancelación?"),
        ("pt", "quanto custa?"),
        ("pt", "tem multa?"),
        ("en", "how much would it cost?"),
        ("en", "is it refundable?"),
    ],
)
def test_what_a_cancellation_costs_is_said_again_and_its_yes_still_counts(language: str, words: str) -> None:
    guest = at(booked(language), CANCEL[language])
    summary = guest.last.text.splitlines()
    # The question is asked in other words; its price and its buttons are the same.
    said = guest.says(words).text.splitlines()
    assert (said[2:-3], said[-2:]) == (summary[1:-3], summary[-2:])
    assert guest.says(YES[language]).cancelled == "DEMO-AK7001"


@pytest.mark.parametrize(("language", "words"), [("es", "¿cuánto sale?"), ("pt", "quanto custa?"), ("en", "how much?")])
def test_what_a_late_check_out_costs_is_said_again(language: str, words: str) -> None:
    guest = at(booked(language), LATE[language])
    summary = guest.last.text.splitlines()
    said = guest.says(words).text.splitlines()
    assert (said[:-3], said[-2:]) == (summary[:-3], summary[-2:])
    assert guest.says(YES[language]).effects
    assert guest.state.aside.late_code == "DEMO-AK7001"


@pytest.mark.parametrize(
    "words", ["sí, pero ¿me devuelven la plata?", "¿cuánto me cobran?", "sí, pero ¿cuánto cuesta?"]
)
def test_a_yes_with_that_question_is_asked_again_without_a_puzzled_word(words: str) -> None:
    guest = at(booked(), CANCEL["es"])
    turn = guest.says(words)
    assert turn.cancelled is None
    assert "No te entendí" not in turn.text
    assert turn.asks("cancel_summary")


def test_the_price_of_a_room_named_at_that_question_is_a_wish_of_its_own() -> None:
    guest = at(booked(), CANCEL["es"])
    assert "USD 480.00" in guest.says("¿cuánto cuesta la suite del 5 al 8 de mayo para 2?").text
    assert guest.state.cancelling is None


# Keeping it.


KEEPS = [
    ("es", "no la canceles"),
    ("es", "mejor no la canceles"),
    ("es", "déjala"),
    ("es", "no, me la quedo"),
    ("es", "me la quedo"),
    ("pt", "não cancela não"),
    ("pt", "melhor manter"),
    ("pt", "deixa como está"),
    ("en", "don't cancel it"),
    ("en", "keep it"),
    ("en", "actually no, leave it"),
    ("en", "I'd rather keep my booking"),
]


@pytest.mark.parametrize(("language", "words"), KEEPS)
def test_who_keeps_a_reservation_is_understood(language: str, words: str) -> None:
    guest = at(booked(language), CANCEL[language])
    turn = guest.says(words)
    assert KEPT[language] in turn.text
    assert nothing_done(turn)
    assert guest.says(YES[language]).cancelled is None


@pytest.mark.parametrize(("language", "words"), [("es", "déjalo así"), ("pt", "deixa como está"), ("en", "leave it")])
@pytest.mark.parametrize("wish", [LATE, CHANGE])
def test_who_leaves_it_as_it_is_gets_no_change_and_no_late_check_out(
    language: str, words: str, wish: dict[str, str]
) -> None:
    guest = at(booked(language), wish[language])
    assert nothing_done(guest.says(words))
    assert guest.state.expecting is Expecting.NOTHING
    assert guest.says(YES[language]).booked is None


def test_a_late_check_out_that_is_wanted_is_no_reservation_that_is_kept() -> None:
    guest = at(booked(), LATE["es"])
    guest.says("la quiero")
    assert guest.state.aside.late_code == "DEMO-AK7001"


@pytest.mark.parametrize("words", ["no la canceles", "keep it", "melhor manter"])
def test_who_says_so_where_nothing_would_be_done_is_not_misunderstood(words: str) -> None:
    turn = booked().says(words)
    assert "Aquí estoy" in turn.text
    assert "No te entendí" not in turn.text


def test_a_cancellation_under_way_is_not_held_up_by_it() -> None:
    guest = at(booked(), CANCEL["es"])
    guest.says("sí")
    assert "no puedo cambiarlo a mitad de camino" in guest.says("no la canceles").text


@pytest.mark.parametrize("words", ["mejor no la canceles", "déjala", "olvida la cancelación"])
def test_who_is_asked_for_the_code_may_let_it_be(words: str) -> None:
    guest = asked_for_the_code("quiero cancelar mi reserva")
    assert "lo dejamos ahí" in guest.says(words).text
    assert guest.state.looking_for is None


# Wishes while the code is asked for.


@pytest.mark.parametrize(
    ("wish", "words", "question"),
    [
        ("mi reserva", "la quiero cancelar", "¿La cancelo?"),
        ("mi reserva", "no, la quiero cancelar", "¿La cancelo?"),
        ("quiero cancelar mi reserva", "¿la puedo cancelar?", "¿La cancelo?"),
        ("minha reserva", "quero cancelar", "Cancelo?"),
        ("my booking", "can I cancel it?", "Shall I cancel it?"),
    ],
)
def test_who_wants_to_cancel_while_the_code_is_asked_for_still_does(wish: str, words: str, question: str) -> None:
    guest = asked_for_the_code(wish)
    guest.says(words)
    assert guest.state.looking_for == "cancel"
    assert question in guest.says(f"{CODE} Ruiz").text


def test_a_change_that_became_a_cancellation_before_the_code_was_said_leaves_no_draft() -> None:
    guest = asked_for_the_code("quiero cambiar mi reserva al 10 de mayo")
    guest.says("mejor la quiero cancelar")
    assert guest.state.draft == Draft()
    guest.says(f"{CODE} Ruiz")
    assert guest.says("no").text == "De acuerdo, tu reserva sigue como está."


def test_who_wants_a_new_one_instead_is_asked_for_no_code_any_more() -> None:
    guest = asked_for_the_code("quiero cambiar mi reserva")
    turn = guest.says("no, mejor quiero hacer una reserva nueva del 10 al 14 de mayo para 2")
    assert "USD 360.00" in turn.text
    assert guest.state.draft.replaces is None


# Changing what is booked, and what is not booked yet.


@pytest.mark.parametrize("words", ["quiero cambiar las fechas", "quero mudar as datas", "I want to change the dates"])
def test_a_part_that_changes_while_a_room_is_looked_for_is_the_drafts(words: str) -> None:
    guest = Guest()
    guest.says("hola, quiero una doble del 5 al 8 de mayo")
    guest.says(words)
    assert guest.state.looking_for is None
    assert guest.state.draft.room_key == "double"
    assert guest.state.expecting is Expecting.OPTION


def test_days_said_with_it_are_taken() -> None:
    guest = Guest()
    guest.says("hola, quiero una doble del 5 al 8 de mayo")
    guest.says("perdón, quiero cambiar las fechas: del 6 al 9 de mayo")
    assert guest.state.draft.check_in == date(2030, 5, 6)
    assert guest.state.expecting is Expecting.PEOPLE


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "quiero cambiarla del 12 al 15 de mayo"),
        ("pt", "quero mudar ela de 12 a 15 de maio"),
        ("pt", "dá para mudá-la de 12 a 15 de maio?"),
        ("en", "can you move it to May 12 to May 15?"),
    ],
)
def test_it_is_the_reservation_that_was_made(language: str, words: str) -> None:
    guest = at(booked(language), words)
    assert guest.state.draft.replaces is not None
    assert guest.state.draft.check_in == date(2030, 5, 12)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "no, mejor dejala, pero cambiala al 12 de mayo"),
        ("pt", "não, deixa ela, mas muda ela para 12 de maio"),
        ("en", "no, keep it, but change it to May 12"),
    ],
)
def test_a_cancellation_may_become_a_change(language: str, words: str) -> None:
    guest = at(booked(language), CANCEL[language])
    guest.says(words)
    assert guest.state.cancelling is None
    assert guest.state.draft.replaces is not None
    assert guest.state.draft.check_in == date(2030, 5, 12)


@pytest.mark.parametrize(
    ("language", "words"), [("es", "sí, cámbiala"), ("pt", "sim, muda ela"), ("en", "yes, move it")]
)
def test_a_yes_to_a_change_that_says_more_is_asked_for_alone(language: str, words: str) -> None:
    guest = at(booked(language), CHANGE[language])
    turn = guest.says(words)
    assert nothing_done(turn)
    assert f"«{YES[language]}»" in turn.text or f"“{YES[language]}”" in turn.text
    assert guest.says(YES[language]).booked is not None


@pytest.mark.parametrize(
    ("language", "words", "question"),
    [
        ("es", "mejor cancela la reserva", "¿La cancelo?"),
        ("pt", "melhor cancelar a reserva", "Cancelo?"),
        ("en", "I'd rather cancel the booking", "Shall I cancel it?"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_change_may_become_a_cancellation(language: str, words: str, question: str, own: bool) -> None:
    if own:
        guest = booked(language)
    else:
        guest = by_telephone()
        guest.says(f"{CANCEL[language]} {CODE}")
        guest.says("Ruiz")
        guest.says("no")
        guest.says(f"{CHANGE[language]} {CODE}")
        guest.says("Ruiz")
    if own:
        guest.says(CHANGE[language])
    assert guest.state.draft.replaces is not None
    assert question in guest.says(words).text
    assert guest.state.draft == Draft()
    assert guest.says(YES[language]).cancelled == ("DEMO-AK7001" if own else CODE)


def test_giving_up_a_change_cancels_nothing() -> None:
    guest = at(booked(), CHANGE["es"])
    assert "tu reserva sigue como está" in guest.says("cancelar").text
    assert guest.state.cancelling is None


BOOKER = {"es": "lo hace el equipo del hotel", "pt": "feita pela equipe", "en": "by the hotel's team"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "quiero cambiar el nombre de mi reserva"),
        ("es", "¿pueden corregir el apellido de mi reserva?"),
        ("pt", "quero mudar o nome da minha reserva"),
        ("en", "can you change the name on my booking?"),
    ],
)
def test_another_name_on_a_reservation_is_a_persons(language: str, words: str) -> None:
    guest = booked(language)
    turn = guest.says(words)
    assert BOOKER[language] in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.state.draft == Draft()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "a nombre de Luis Soto"),
        ("pt", "em nome de Luis Soto"),
        ("en", "in the name of Luis Soto"),
        ("es", "mejor al correo luis@y.com"),
    ],
)
def test_another_name_in_the_middle_of_a_change_is_not_lost(language: str, words: str) -> None:
    guest = at(booked(language), CHANGE[language])
    turn = guest.says(words)
    assert BOOKER[language] in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.state.draft.name == "Ana Ruiz"


def test_other_days_said_with_another_name_are_taken_all_the_same() -> None:
    guest = at(booked(), CHANGE["es"])
    turn = guest.says("del 11 al 13 de mayo a nombre de Luis Soto")
    assert BOOKER["es"] in turn.text
    assert "sáb 11 de may" in turn.text


def test_the_bookers_own_name_is_no_other_one() -> None:
    turn = at(booked(), CHANGE["es"]).says("soy Ana Ruiz, mejor del 11 al 13 de mayo")
    assert turn.handed_off == []
    assert "sáb 11 de may" in turn.text


def test_a_name_that_a_reservation_is_found_by_is_no_other_one_either() -> None:
    turn = by_telephone().says(f"quiero cambiar mi reserva {CODE} a nombre de Ana Ruiz al 10 de mayo")
    assert turn.handed_off == []
    assert f"Revisa el cambio de tu reserva {CODE}" in turn.text


# Which of two.


def with_two(language: str = "es") -> Guest:
    guest = booked(language)
    second = {
        "es": "quiero otra reserva: una doble del 20 al 22 de mayo para 2",
        "pt": "quero outra reserva: um quarto duplo de 20 a 22 de maio para 2",
        "en": "I want another reservation: a double from May 20 to May 22 for 2",
    }
    guest.says(second[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest.waits(minutes=5)


@pytest.mark.parametrize(
    ("language", "words", "code"),
    [
        ("es", "la segunda", "DEMO-AK7002"),
        ("es", "la primera", "DEMO-AK7001"),
        ("es", "la última", "DEMO-AK7002"),
        ("es", "2", "DEMO-AK7002"),
        ("es", "la del 20 de mayo", "DEMO-AK7002"),
        ("es", "la del 5 al 8 de mayo", "DEMO-AK7001"),
        ("pt", "a segunda", "DEMO-AK7002"),
        ("pt", "a de 20 de maio", "DEMO-AK7002"),
        ("en", "the second one", "DEMO-AK7002"),
        ("en", "the one on May 5", "DEMO-AK7001"),
    ],
)
def test_which_of_two_may_be_said_by_its_place_or_its_day(language: str, words: str, code: str) -> None:
    guest = with_two(language)
    guest.says(CANCEL[language])
    turn = guest.says(words)
    assert code in turn.text
    assert guest.state.cancelling is not None
    assert guest.says(YES[language]).cancelled == code


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "quiero cancelar la reserva del 20 de mayo"),
        ("pt", "quero cancelar a reserva de 20 de maio"),
        ("en", "cancel the booking of May 20"),
    ],
)
def test_which_of_two_may_be_said_in_the_very_wish(language: str, words: str) -> None:
    guest = with_two(language)
    assert "DEMO-AK7002" in guest.says(words).text
    assert guest.state.cancelling is not None


def test_a_day_that_none_of_them_has_is_said_and_asked_again() -> None:
    guest = with_two()
    guest.says(CANCEL["es"])
    turn = guest.says("la del 28 de mayo")
    assert "Ninguna de tus reservas es para el mar 28 de may" in turn.text
    assert "¿De cuál hablamos: DEMO-AK7001 o DEMO-AK7002?" in turn.text
    assert "¿Cuál de tus reservas" in guest.says("gracias").text
    assert "Vas a cancelar la reserva DEMO-AK7001" in guest.says("la primera").text


def test_a_day_that_none_of_them_has_is_the_new_one_of_a_change() -> None:
    guest = with_two()
    guest.says("quiero cambiar mi reserva")
    assert "¿De cuál hablamos" in guest.says("al 10 de mayo").text
    assert "Revisa el cambio de tu reserva DEMO-AK7001" in guest.says("la primera").text
    assert guest.state.draft.check_in == date(2030, 5, 10)


def test_a_room_wanted_at_that_question_is_a_room() -> None:
    guest = with_two()
    guest.says(CANCEL["es"])
    turn = guest.says("no, quiero reservar una suite del 25 al 27 de mayo para 2")
    assert "USD 320.00" in turn.text
    assert guest.state.looking_for is None


def test_of_several_on_file_the_second_is_taken_by_its_place() -> None:
    guest = by_telephone(phone=NUMBER)
    guest.pms.reservations.append(a_reservation("DEMO-OWN222", booker="Ana Ruiz", email="ana@x.com", phone=NUMBER))
    guest.says("quiero cancelar mi reserva, mi correo es ana@x.com")
    assert "Vas a cancelar la reserva DEMO-OWN222" in guest.says("la segunda").text


def test_the_pms_away_at_the_second_look_goes_on_where_it_was() -> None:
    guest = with_two()
    guest.says(CANCEL["es"])
    guest.pms.away = True
    guest.says("la del 20 de mayo")
    guest.pms.away = False
    assert "Vas a cancelar la reserva DEMO-AK7002" in guest.says("otra vez").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "no, la otra"),
        ("es", "no, la del 5 de mayo"),
        ("pt", "não, a outra"),
        ("pt", "não, a de 5 de maio"),
        ("en", "no, the other one"),
        ("en", "no, the one on May 5"),
    ],
)
@pytest.mark.parametrize("wish", [CANCEL, LATE])
def test_not_this_one_but_the_other(language: str, words: str, wish: dict[str, str]) -> None:
    guest = with_two(language)
    guest.says(wish[language])
    assert "DEMO-AK7002" in guest.says({"es": "la segunda", "pt": "a segunda", "en": "the second"}[language]).text
    assert "DEMO-AK7001" in guest.says(words).text
    assert guest.state.expecting is Expecting.YES_NO


# What was shown is known.


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("es", "cancélala", "¿La cancelo?"),
        ("es", "la quiero cancelar", "¿La cancelo?"),
        ("es", "quiero cambiarla al 12 de mayo", "¿La cambio?"),
        ("pt", "quero cancelar", "Cancelo?"),
        ("en", "can you cancel it?", "Shall I cancel it?"),
        ("en", "move it to May 12", "Shall I change it?"),
    ],
)
def test_who_was_shown_a_reservation_needs_not_prove_it_again(language: str, words: str, expected: str) -> None:
    guest = by_telephone()
    show = {"es": "mi reserva es {} a nombre de Ana Ruiz", "pt": "quero ver minha reserva {}, sobrenome Ruiz"}
    guest.says(show.get(language, "show my booking {}, surname Ruiz").format(CODE))
    assert expected in guest.says(words).text


def test_another_code_still_needs_its_surname() -> None:
    guest = by_telephone()
    guest.pms.reservations.append(a_reservation("DEMO-9GHJKM", booker="Luis Soto"))
    guest.says(f"{CODE} Ruiz")
    turn = guest.says("cancelar la reserva DEMO-9GHJKM")
    assert "apellido" in turn.text
    assert guest.state.cancelling is None


# Whose it is.


@pytest.mark.parametrize(
    ("booker", "said", "shown"),
    [
        ("Ana María Ruiz Soto", "María", False),
        ("Ana María Ruiz", "María", False),
        ("João Pedro Souza Lima", "Pedro", False),
        ("Mary Jane Watson", "Jane", False),
        ("Ana María Ruiz", "Ruiz", True),
        ("Ana Ruiz Soto", "Ruiz", True),
        ("Ana Ruiz Soto", "Soto", True),
        ("Juan Carlos de la Cruz", "de la Cruz", True),
        ("Ana María", "María", True),
    ],
)
def test_a_second_name_proves_as_little_as_a_first_one(booker: str, said: str, shown: bool) -> None:
    guest = by_telephone(booker=booker)
    guest.says(f"ver mi reserva {CODE}")
    assert (f"Tu reserva {CODE}" in guest.says(said).text) == shown


# What the hotel says of cancelling.


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("¿cuál es la política de cancelación?", "hasta 48 horas antes"),
        ("si cancelo, ¿me cobran?", "hasta 48 horas antes"),
        ("qual é a política de cancelamento?", "até 48 horas antes"),
        ("what is the cancellation policy?", "until 48 hours before"),
        ("what happens if I cancel?", "until 48 hours before"),
    ],
)
@pytest.mark.parametrize("guests", [Guest, booked])
def test_the_hotels_policy_is_told_in_its_own_words(guests: Callable[[], Guest], words: str, reply: str) -> None:
    guest = guests()
    turn = guest.says(words)
    assert reply in turn.text
    assert turn.facts == {"profile:policies.cancellation"}
    assert guest.state.cancelling is None


def test_a_hotel_that_names_no_policy_has_none_told() -> None:
    guest = Guest(hotel=replace(demo_hotel(), cancellation_policy={}))
    assert "No tengo ese dato del hotel" in guest.says("¿cuál es la política de cancelación?").text


def test_the_policy_asked_in_the_middle_of_a_booking_leaves_it_where_it_was() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    turn = guest.says("¿y la política de cancelación?")
    assert "hasta 48 horas antes" in turn.text
    assert turn.asks("summary")


# Code and surname that nobody asked for.


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (f"{CODE} Ruiz", "Tu reserva"),
        (f"Hola! {CODE}, Ruiz", "Tu reserva"),
        ("demo-7f3kmq Ruiz", "Tu reserva"),
        ("ver mi reserva demo-7f3kmq, Ruiz", "Tu reserva"),
        (f"oi, {CODE}, sobrenome Ruiz", "Sua reserva"),
        ("quero ver a reserva demo-7f3kmq em nome de Ana Ruiz", "Sua reserva"),
        ("please show my booking demo-7f3kmq, surname Ruiz", "Your reservation"),
    ],
)
def test_a_code_with_its_surname_is_enough(words: str, shown: str) -> None:
    assert f"{shown} {CODE}" in by_telephone().says(words).text


@pytest.mark.parametrize("words", [CODE, CODE.lower(), f"mi código es {CODE}"])
def test_a_code_alone_asks_for_its_surname(words: str) -> None:
    guest = by_telephone()
    assert "apellido" in guest.says(words).text
    assert f"Tu reserva {CODE}" in guest.says("Ruiz").text


def test_the_number_of_a_flight_is_no_code() -> None:
    guest = by_telephone()
    guest.says("AR1132")
    assert guest.state.looking_for is None


def test_a_code_at_the_question_is_of_what_was_asked() -> None:
    guest = with_two()
    guest.says(CANCEL["es"])
    guest.says("la segunda")
    assert "lo que cancelaría:\nReserva DEMO-AK7001" in guest.says("DEMO-AK7001").text
    assert guest.says("sí").cancelled == "DEMO-AK7001"


def test_a_code_in_the_middle_of_a_booking_leaves_it_where_it_was() -> None:
    guest = by_telephone()
    guest.says(EVERYTHING["es"])
    guest.says(f"{CODE} Ruiz")
    assert guest.state.draft.name == "Ana Ruiz"
    assert guest.state.expecting is Expecting.YES_NO


def test_for_how_many_it_is_and_in_whose_name_are_two_things() -> None:
    guest = Guest()
    turn = guest.says("una doble del 5 al 8 de mayo para 2 a nombre de Ana Ruiz ana@x.com")
    assert "¿Confirmo la reserva?" in turn.text
    assert guest.state.draft.adults == 2


# The month that nobody says twice.


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "no, mejor del 6 al 9"),
        ("pt", "não, melhor do dia 6 ao dia 9"),
        ("en", "actually from the 6th to the 9th"),
    ],
)
@pytest.mark.parametrize("a_change", [True, False])
def test_other_days_are_of_the_month_that_is_talked_about(language: str, words: str, a_change: bool) -> None:
    guest = Guest()
    if a_change:
        guest = at(booked(language), CHANGE[language])
    else:
        guest.says(EVERYTHING[language])
    guest.says(words)
    assert (guest.state.draft.check_in, guest.state.draft.check_out) == (date(2030, 5, 6), date(2030, 5, 9))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "quiero cambiar mi reserva, llegamos el 6"),
        ("pt", "quero mudar minha reserva, chegamos no dia 6"),
        ("en", "I need to change my booking, we arrive on the 6th"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_change_to_a_day_is_of_the_month_that_was_booked(language: str, words: str, own: bool) -> None:
    guest = booked(language) if own else by_telephone()
    guest.says(words if own else f"{words}. {CODE}")
    if not own:
        guest.says("Ruiz")
    assert guest.state.expecting is Expecting.YES_NO
    assert (guest.state.draft.check_in, guest.state.draft.check_out) == (date(2030, 5, 6), date(2030, 5, 9))


@pytest.mark.parametrize("words", ["quiero extender mi estadía hasta el 10", "extend my stay until the 10th"])
def test_a_longer_stay_ends_in_the_month_that_was_booked(words: str) -> None:
    guest = at(booked("es" if "quiero" in words else "en"), words)
    assert (guest.state.draft.check_in, guest.state.draft.check_out) == (date(2030, 5, 5), date(2030, 5, 10))


def test_days_asked_for_a_change_are_of_the_month_that_was_booked() -> None:
    guest = booked()
    guest.says("quiero cambiar mi reserva")
    guest.says("del 10 al 14")
    assert guest.state.draft.check_in == date(2030, 5, 10)


@pytest.mark.parametrize(("words", "day"), [("el 7", 7), ("el 6", 6), ("el lunes", 6), ("la del martes", 7)])
def test_one_of_the_days_that_are_free_is_taken_by_its_name(words: str, day: int) -> None:
    guest = Guest()
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in <= date(2030, 5, 5) < stay.check_out else left(key, stay)  # type: ignore[method-assign]  # full on the fifth
    guest.says("¿Tienen una habitación del 5 al 8 de mayo para 2 personas?")
    assert guest.last.titles == ["lun 6 de may", "mar 7 de may"]
    guest.says(words)
    assert guest.state.draft.check_in == date(2030, 5, day)
