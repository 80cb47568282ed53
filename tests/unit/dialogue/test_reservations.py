"""Reservations that exist: cancelled and shown, to whom they belong and to nobody else."""

import pytest

from agente_hotelero.dialogue.effects import AskReservation, PmsRefused
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from tests.support.dialogue_guest import Guest, a_reservation

CODE = "DEMO-7F3KMQ"
EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"


def with_telephone_booking(*, booker: str = "Ana María Ruiz Soto", live: bool = True) -> Guest:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(CODE, booker=booker, live=live))
    return guest


def booked(guest: Guest | None = None) -> Guest:
    guest = guest or Guest()
    guest.says(EVERYTHING)
    guest.says("sí")
    guest.confirmed()
    return guest


@pytest.mark.parametrize(
    ("wish", "question", "yes", "reply"),
    [
        ("quiero cancelar mi reserva", "¿La cancelo?", "sí", "Estoy cancelando"),
        ("quero cancelar minha reserva", "Cancelo?", "sim", "Estou cancelando"),
        ("please cancel my booking", "Shall I cancel it?", "yes", "I'm cancelling"),
    ],
)
def test_a_guest_cancels_the_booking_made_here_without_further_proof(
    wish: str, question: str, yes: str, reply: str
) -> None:
    guest = booked()
    summary = guest.says(wish)
    assert question in summary.text
    assert "DEMO-AK7001" in summary.text
    assert summary.facts == {"pms:reservation", "profile:policies.cancellation", "profile:policies.cancellation_fee"}
    turn = guest.says(yes)
    assert turn.cancelled == "DEMO-AK7001"
    assert reply in turn.text


def test_a_guest_keeps_the_booking_after_all() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.says("no")
    assert turn.cancelled is None
    assert "sigue como está" in turn.text
    assert guest.says("sí").cancelled is None


@pytest.mark.parametrize(("title", "code"), [("Sí, cancelarla", "DEMO-AK7001"), ("No, dejarla", None)])
def test_the_buttons_do_the_same(title: str, code: str | None) -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    assert guest.presses(title).cancelled == code


def test_the_written_out_button_does_too() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    assert guest.says("Sí, cancelarla").cancelled == "DEMO-AK7001"


def test_a_stale_button_cancels_nothing() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    yes = guest.button("Sí, cancelarla")
    guest.says("no")
    assert guest.presses_id(yes).cancelled is None


def test_a_yes_followed_by_more_cancels_nothing() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.says("sí", "esperen")
    assert turn.cancelled is None
    assert "prefiero preguntarlo otra vez" in turn.text


def test_a_cancellation_said_twice_is_not_yet_a_yes() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.says("cancelar la reserva por favor")
    assert turn.cancelled is None
    assert "respóndeme solo «sí»" in turn.text
    assert guest.says("sí").cancelled == "DEMO-AK7001"


def test_a_question_before_the_yes_is_answered_and_ours_asked_again() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.says("¿hay wifi?")
    assert "Hay wifi" in turn.text
    assert turn.asks("cancel_summary")


def test_what_is_not_understood_before_the_yes_asks_again() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.says("asdf qwer")
    assert "No te entendí" in turn.text
    assert turn.asks("cancel_summary")


def test_a_new_wish_leaves_the_cancellation_behind() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.says("mejor busco una suite del 10 al 12 de mayo para 2")
    assert guest.state.cancelling is None
    assert guest.says("sí").cancelled is None


@pytest.mark.parametrize("surname", ["Ruiz", "ruiz", "Soto", "Ruíz Soto", "RUIZ"])
def test_another_booking_needs_code_and_surname(surname: str) -> None:
    guest = with_telephone_booking()
    assert "código de la reserva y el apellido" in guest.says("quiero cancelar mi reserva").text
    assert "apellido" in guest.says(CODE).text
    assert f"Vas a cancelar la reserva {CODE}" in guest.says(surname).text
    assert guest.says("sí").cancelled == CODE


def test_code_and_surname_may_come_in_one_message_or_the_other_way_round() -> None:
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    assert "¿La cancelo?" in guest.says(f"{CODE} Ruiz").text
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    assert guest.says("Ruiz").text == "¿Cuál es el código de la reserva?"
    assert "¿La cancelo?" in guest.says(CODE.lower()).text


def test_a_wrong_surname_sounds_like_a_wrong_code() -> None:
    wrong_name, wrong_code = with_telephone_booking(), with_telephone_booking()
    for guest in (wrong_name, wrong_code):
        guest.says("quiero cancelar mi reserva")
    said = wrong_name.says(f"{CODE} Pérez")
    assert said.text == wrong_code.says("DEMO-9XXXXX Ruiz").text
    assert "No encuentro una reserva con ese código y ese apellido" in said.text
    assert said.facts == set()


def test_a_first_name_proves_nothing() -> None:
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    assert "No encuentro" in guest.says(f"{CODE} Ana").text


def test_a_booker_of_one_name_is_known_by_it() -> None:
    guest = with_telephone_booking(booker="Ruiz")
    guest.says("quiero cancelar mi reserva")
    assert "¿La cancelo?" in guest.says(f"{CODE} Ruiz").text


def test_whoever_keeps_guessing_gets_a_person() -> None:
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    assert guest.says("DEMO-9XXXXX Ruiz").handed_off == []
    turn = guest.says("DEMO-9YYYYY Ruiz")
    assert turn.handed_off == ["asked"]
    assert "+54 11 5555 0100" in turn.text


def test_the_booking_of_this_conversation_does_not_prove_another() -> None:
    guest = booked(with_telephone_booking(booker="Luis Paz"))
    turn = guest.says(f"quiero cancelar la reserva {CODE}")
    assert "apellido" in turn.text
    assert guest.state.cancelling is None


def test_a_cancelled_reservation_is_not_cancelled_again() -> None:
    guest = with_telephone_booking(live=False)
    guest.says("quiero cancelar mi reserva")
    turn = guest.says(f"{CODE} Ruiz")
    assert turn.text == f"La reserva {CODE} ya está cancelada."
    assert guest.says("sí").cancelled is None


def test_of_several_own_bookings_one_is_asked_for() -> None:
    guest = booked()
    guest.says("una suite del 10 al 12 de mayo para 2")
    guest.says("sí")
    guest.confirmed()
    assert guest.says("cancelar mi reserva").text == "¿Cuál de tus reservas: DEMO-AK7001 o DEMO-AK7002?"
    assert "Vas a cancelar la reserva DEMO-AK7002" in guest.says("DEMO-AK7002").text


@pytest.mark.parametrize(("live", "status"), [(True, "Estado: vigente"), (False, "Estado: cancelada")])
def test_a_reservation_is_shown(live: bool, status: str) -> None:
    guest = with_telephone_booking(live=live)
    guest.says("tengo una reserva")
    turn = guest.says(f"{CODE} Ruiz")
    for part in (CODE, "Habitación doble", "dom 5 de may", "USD 300.00", status):
        assert part in turn.text
    assert turn.facts == {"pms:reservation"}


def test_the_own_booking_is_shown_at_once() -> None:
    assert "Tu reserva DEMO-AK7001" in booked().says("¿cómo está mi reserva?").text


def test_a_question_about_my_reservation_that_the_hotel_answers_needs_no_code() -> None:
    turn = Guest().says("¿mi reserva incluye desayuno?")
    assert "desayuno está incluido" in turn.text
    assert "código" not in turn.text


def test_keeping_a_reservation_in_the_middle_of_a_new_one_goes_on_afterwards() -> None:
    guest = booked()
    guest.says("una habitación del 10 al 12 de mayo para 2")
    guest.says("cancelar mi reserva DEMO-AK7001")
    turn = guest.says("no")
    assert "sigue como está" in turn.text
    assert "USD 180.00" in turn.text


def test_another_button_leaves_the_cancellation_as_it_is() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = guest.presses_id("no:cancel:DEMO-9XXXXX")
    assert "ya no está vigente" in turn.text
    assert turn.asks("cancel_summary")


def test_showing_a_reservation_in_the_middle_of_a_new_one_goes_on_afterwards() -> None:
    guest = booked()
    guest.says("una habitación del 10 al 12 de mayo para 2")
    turn = guest.says("¿cómo está mi reserva?")
    assert "Tu reserva DEMO-AK7001" in turn.text
    assert "USD" in turn.text
    assert guest.state.draft.begun


def test_a_change_of_what_is_not_booked_yet_is_ours() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    turn = guest.says("quiero cambiar la reserva")
    assert turn.handed_off == []
    assert "¿Qué cambiamos?" in turn.text


def test_without_the_code_a_person_looks() -> None:
    guest = Guest()
    guest.says("quiero cancelar mi reserva")
    turn = guest.says("no")
    assert "Sin el código" in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.state.looking_for is None


def test_whoever_lets_it_be_is_not_asked_for_the_code_again() -> None:
    guest = Guest()
    guest.says("quiero cancelar mi reserva")
    assert "lo dejamos ahí" in guest.says("olvídalo").text
    assert guest.state.looking_for is None


def test_in_the_middle_of_a_search_politeness_is_returned_and_the_question_asked_again() -> None:
    guest = Guest()
    guest.says("quiero cancelar mi reserva")
    for words in ("gracias", "hola", "¿qué puedes hacer?", "¿hay wifi?"):
        assert "código de la reserva" in guest.says(words).text


def test_in_the_middle_of_a_search_a_room_may_be_wanted_instead() -> None:
    guest = Guest()
    guest.says("quiero cancelar mi reserva")
    turn = guest.says("busco una suite del 10 al 12 de mayo para 2")
    assert turn.titles == ["Suite"]
    assert guest.state.looking_for is None


@pytest.mark.parametrize(("title", "books"), [("Sí, reservar", True), ("No, cambiar algo", False)])
def test_an_answer_to_the_summary_ends_a_search_begun_after_it(title: str, books: bool) -> None:
    guest = with_telephone_booking()
    guest.says(EVERYTHING)
    button = guest.button(title)
    guest.says(f"cancelar {CODE}")
    guest.says("Ruiz")
    assert (guest.presses_id(button).booked is not None) == books
    assert guest.state.looking_for is None
    assert guest.state.cancelling is None


def test_an_offer_pressed_in_the_middle_of_a_search_is_taken() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    suite = guest.button("Suite")
    guest.says("tengo una reserva")
    assert "A nombre de quién" in guest.presses_id(suite).text
    assert guest.state.looking_for is None


def test_the_pms_away_at_the_code_asks_for_it_only_once() -> None:
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    guest.pms.away = True
    assert "Ahora no puedo consultar" in guest.says(f"{CODE} Ruiz").text
    guest.pms.away = False
    assert "¿La cancelo?" in guest.says("otra vez").text


def test_a_code_that_the_pms_refuses_is_not_found() -> None:
    guest = with_telephone_booking()
    guest.says("quiero cancelar mi reserva")
    guest.pms.answer = lambda read: PmsRefused(asked=read)  # type: ignore[method-assign]  # this PMS refuses
    assert "No encuentro" in guest.says(f"{CODE} Ruiz").text


def test_giving_up_after_a_look_at_the_own_booking_changes_nothing() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.says("olvídalo")
    assert guest.state.cancelling is None
    assert guest.state.draft == Draft()
    assert [one.code for one in guest.state.bookings] == ["DEMO-AK7001"]


def test_a_reservation_is_never_read_from_memory() -> None:
    guest = booked()
    guest.says("¿cómo está mi reserva?")
    guest.says("¿cómo está mi reserva?")
    assert guest.pms.asked[-2:] == [AskReservation(code="DEMO-AK7001"), AskReservation(code="DEMO-AK7001")]
    assert guest.state.expecting is Expecting.NOTHING
