"""A reservation is shown to whom it belongs: made here, the number on file, or code and surname. Never by a guess."""

import pytest

from agente_hotelero.dialogue.effects import AskGuestReservations, AskReservation
from agente_hotelero.dialogue.reading import Expecting
from tests.support.dialogue_guest import Guest, Turn, a_reservation

CODE = "DEMO-7F3KMQ"
OTHER = "DEMO-9GHJKM"
NUMBER = "5491155550123"
SHOW = {"es": "tengo una reserva", "pt": "tenho uma reserva", "en": "I have a booking"}


def guest_with(*, phone: str | None = NUMBER, on_file: str | None = "+54 9 11 5555 0123") -> Guest:
    """Somebody who writes from a number, and a reservation that has one on file."""
    guest = Guest()
    guest.phone = phone
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto", email="luis@x.com", phone=on_file))
    return guest


def nothing_of_it(turn: Turn) -> bool:
    """Whether the guest learns nothing of the reservation."""
    return not any(part in turn.text for part in ("Soto", "luis@", "300.00", "dom 5 de may", "Vas a cancelar"))


def test_the_own_number_on_file_is_proof_enough_with_the_code() -> None:
    guest = guest_with()
    assert f"Tu reserva {CODE}" in guest.says(f"¿cómo está mi reserva {CODE}?").text


@pytest.mark.parametrize("on_file", [None, "+54 9 11 5555 0199", "5491155550123 x", ""])
def test_another_number_on_file_needs_the_surname_as_ever(on_file: str | None) -> None:
    guest = guest_with(on_file=on_file) if on_file != "5491155550123 x" else guest_with(phone="5491155550199")
    turn = guest.says(f"¿cómo está mi reserva {CODE}?")
    assert "apellido" in turn.text
    assert nothing_of_it(turn)
    assert f"Tu reserva {CODE}" in guest.says("Soto").text


def test_a_code_that_is_none_and_a_code_of_somebody_else_sound_the_same() -> None:
    somebody_elses, nobodys = guest_with(on_file=None), guest_with(on_file=None)
    for words in ("¿cómo está mi reserva {}?", "Pérez"):
        one, other = somebody_elses.says(words.format(CODE)), nobodys.says(words.format(OTHER))
        assert (one.text, one.facts, one.handed_off) == (other.text, other.facts, other.handed_off)
        assert nothing_of_it(one)


@pytest.mark.parametrize("surname", ["Pérez Gómez Soto", "Pérez Gómez García Soto", "García de la Soto Pérez López"])
def test_a_list_of_surnames_is_a_guess_and_opens_nothing(surname: str) -> None:
    guest = guest_with(on_file=None)
    guest.says(f"¿cómo está mi reserva {CODE}?")
    turn = guest.says(surname)
    assert "No encuentro" in turn.text
    assert nothing_of_it(turn)


@pytest.mark.parametrize(("said", "shown"), [("de la Cruz", True), ("Ana de la Cruz", True), ("de la Peña", False)])
def test_the_little_words_of_a_surname_prove_nothing(said: str, shown: bool) -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(CODE, booker="Ana de la Cruz"))
    guest.says(f"¿cómo está mi reserva {CODE}?")
    assert (f"Tu reserva {CODE}" in guest.says(said).text) == shown


@pytest.mark.parametrize(("said", "shown"), [("Ana María Ruiz", True), ("Ruiz Soto", True), ("Ana", False)])
def test_a_second_surname_or_name_more_does_no_harm(said: str, shown: bool) -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(CODE, booker="Ana Ruiz"))
    guest.says(f"¿cómo está mi reserva {CODE}?")
    assert (f"Tu reserva {CODE}" in guest.says(said).text) == shown


@pytest.mark.parametrize(
    ("language", "no", "asks", "shown"),
    [
        ("es", "no", "¿Con qué correo electrónico", "Tu reserva"),
        ("pt", "não", "Com qual e-mail", "Sua reserva"),
        ("en", "no", "Which e-mail address was", "Your reservation"),
    ],
)
def test_without_the_code_it_is_found_by_the_address_where_the_number_proves_it(
    language: str, no: str, asks: str, shown: str
) -> None:
    guest = guest_with()
    guest.says(SHOW[language])
    assert asks in guest.says(no).text
    turn = guest.says("luis@x.com")
    assert f"{shown} {CODE}" in turn.text
    assert turn.facts == {"pms:reservation"}


def test_an_address_said_instead_of_the_code_is_looked_up() -> None:
    guest = guest_with()
    guest.says("tengo una reserva")
    assert f"Tu reserva {CODE}" in guest.says("no sé, mi correo es luis@x.com").text


def test_an_address_in_the_very_wish_is_looked_up() -> None:
    assert f"Tu reserva {CODE}" in guest_with().says("quiero ver mi reserva, mi correo es luis@x.com").text


@pytest.mark.parametrize(
    ("language", "no", "words"),
    [("es", "no", "no encuentro"), ("pt", "não", "não encontro"), ("en", "no", "I find no")],
)
def test_anothers_address_shows_nothing_and_sounds_like_one_that_is_not_on_file(
    language: str, no: str, words: str
) -> None:
    thief, stranger = guest_with(phone="5491155550777"), guest_with(phone="5491155550777")
    for guest in (thief, stranger):
        guest.says(SHOW[language])
        guest.says(no)
    one, other = thief.says("luis@x.com"), stranger.says("nobody@x.com")
    assert words in one.text
    assert nothing_of_it(one)
    assert (one.text, one.facts, one.handed_off) == (other.text, other.facts, ["asked"])
    assert thief.state.looking_for is None


def test_on_the_web_where_nobody_has_a_number_an_address_opens_nothing_and_is_not_even_asked() -> None:
    guest = guest_with(phone=None)
    guest.says("tengo una reserva")
    turn = guest.says("mi correo es luis@x.com")
    assert nothing_of_it(turn)
    assert turn.handed_off == ["asked"]
    assert not any(isinstance(read, AskGuestReservations) for read in guest.pms.asked)


def test_of_several_on_file_only_the_own_ones_are_named() -> None:
    guest = guest_with()
    guest.pms.reservations += [
        a_reservation("DEMO-OWN222", email="luis@x.com", phone=NUMBER),
        a_reservation("DEMO-NOT333", email="luis@x.com", phone="+54 9 11 5555 0199"),
    ]
    turn = guest.says("quiero cancelar mi reserva, mi correo es luis@x.com")
    assert turn.text == f"¿Cuál de tus reservas: {CODE} o DEMO-OWN222?"
    assert "Vas a cancelar la reserva DEMO-OWN222" in guest.says("DEMO-OWN222").text


def test_one_that_is_cancelled_does_not_stand_in_the_way_of_the_one_that_lives() -> None:
    guest = guest_with()
    guest.pms.reservations.append(a_reservation("DEMO-OLD222", email="luis@x.com", phone=NUMBER, live=False))
    assert f"Vas a cancelar la reserva {CODE}" in guest.says("cancelar mi reserva, mi correo es luis@x.com").text


def test_neither_code_nor_address_is_a_persons() -> None:
    guest = guest_with()
    guest.says("tengo una reserva")
    guest.says("no")
    turn = guest.says("no")
    assert "Sin el código" in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.state.looking_for is None


def test_the_code_after_all_is_taken_where_the_address_was_asked_for() -> None:
    guest = guest_with(on_file=None)
    guest.says("tengo una reserva")
    guest.says("no")
    assert "apellido" in guest.says(CODE).text
    assert guest.state.expecting is Expecting.CODE


def test_what_is_no_address_is_asked_again_and_a_question_in_between_answered() -> None:
    guest = guest_with()
    guest.says("tengo una reserva")
    guest.says("no")
    assert "No reconozco un correo" in guest.says("asdf qwer").text
    turn = guest.says("¿hay wifi?")
    assert "Hay wifi" in turn.text
    assert turn.asks("ask_address")


def test_a_wrong_guess_at_the_surname_twice_calls_a_person_also_with_a_number() -> None:
    guest = guest_with(on_file=None)
    guest.says(f"¿cómo está mi reserva {CODE}?")
    assert guest.says("Pérez").handed_off == []
    guest.says(CODE)
    assert guest.says("Gómez").handed_off == ["asked"]


def test_the_pms_is_asked_for_a_code_alone_only_where_a_number_could_prove_it() -> None:
    guest = guest_with(phone=None)
    guest.says(f"¿cómo está mi reserva {CODE}?")
    assert guest.pms.asked == []
    guest = guest_with()
    guest.says(f"¿cómo está mi reserva {CODE}?")
    assert guest.pms.asked == [AskReservation(code=CODE)]


def guest_by_mail(*, vouched: bool, address: str = "luis@x.com") -> Guest:
    """Somebody who writes from an address, and a reservation that has one on file."""
    guest = guest_with(phone=None)
    guest.vouched = vouched
    guest.email = address if vouched else None
    guest.answers_to, guest.ways = address, ("email",)
    return guest


def test_the_own_address_on_file_is_proof_enough_with_the_code_where_our_server_vouches_for_it() -> None:
    assert f"Tu reserva {CODE}" in guest_by_mail(vouched=True).says(f"¿cómo está mi reserva {CODE}?").text


@pytest.mark.parametrize("address", ["ana@x.com", "luis@x.com.evil.example", "xluis@x.com"])
def test_another_address_needs_the_surname_as_ever(address: str) -> None:
    turn = guest_by_mail(vouched=True, address=address).says(f"¿cómo está mi reserva {CODE}?")
    assert "apellido" in turn.text
    assert nothing_of_it(turn)


def test_an_address_that_nobody_vouches_for_proves_nothing() -> None:
    guest = guest_by_mail(vouched=False, address="thief@x.com")
    turn = guest.says(f"¿cómo está mi reserva {CODE}?")
    assert "apellido" in turn.text
    assert nothing_of_it(turn)
    assert nothing_of_it(guest.says("no tengo el código, mi correo es luis@x.com"))


def test_who_writes_from_the_address_on_file_needs_no_code() -> None:
    guest = guest_by_mail(vouched=True)
    guest.says("quiero ver mi reserva")
    assert f"Tu reserva {CODE}" in guest.says("no tengo el código").text


def test_what_was_proved_in_one_mail_is_not_proved_in_the_next_one_that_nobody_vouches_for() -> None:
    guest = guest_by_mail(vouched=True)
    guest.says(f"¿cómo está mi reserva {CODE}?")
    guest.vouched, guest.email = False, None
    turn = guest.says("cancélala")
    assert turn.cancelled is None
    assert nothing_of_it(turn)
    assert guest.says("sí").cancelled is None


def test_what_was_booked_here_is_not_cancelled_by_a_forged_mail() -> None:
    guest = Guest()
    guest.vouched = False
    guest.says("una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com")
    guest.says("sí")
    assert "confirmada" in guest.confirmed().text
    assert "apellido" in guest.says("quiero cancelar mi reserva").text
    assert guest.says("sí").cancelled is None


def test_who_is_not_vouched_for_does_not_cancel_with_the_surname() -> None:
    guest = guest_by_mail(vouched=False, address="thief@x.com")
    turn = guest.says(f"quiero cancelar mi reserva {CODE}, apellido Soto")
    assert "envié un código de 6 dígitos a l•••@x•••.com" in turn.text
    assert nothing_of_it(turn)
    assert guest.says("sí").cancelled is None
