"""A message that was answered is taken back: what its guest told of themselves is let go, and asked for where it is needed."""

from dataclasses import replace

from agente_hotelero.model.events import MessageRevoked, TextReceived
from tests.support.dialogue_guest import EVERYTHING, YES, Guest, a_reservation

REVOKED = MessageRevoked(original="wamid.O")


def test_name_and_address_are_forgotten_without_a_word_and_asked_for_again() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    assert guest.turn(REVOKED).effects == []
    assert (guest.state.draft.name, guest.state.draft.email) == (None, None)
    asked = guest.says(YES["es"])
    assert asked.booked is None
    assert "nombre" in asked.text
    guest.says("Luis Soto")
    assert "dom 5 de may" in guest.says("luis@y.com").text, "the stay was kept"
    booked = guest.says(YES["es"]).booked
    assert booked is not None
    assert (booked.booker.name, booked.booker.email) == ("Luis Soto", "luis@y.com")


def test_what_is_remembered_for_the_next_booking_is_forgotten_and_the_booking_stays() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says(YES["es"])
    guest.confirmed()
    before = guest.state
    assert (before.name, before.email) == ("Ana Ruiz", "ana@x.com")
    guest.turn(REVOKED)
    assert guest.state == replace(before, name=None, email=None)


def test_a_number_and_a_surname_are_forgotten() -> None:
    guest = Guest()
    guest.asks_phone = True
    guest.says(EVERYTHING["es"])
    guest.says("+34 600 111 222")
    guest.turn(REVOKED)
    assert guest.state.kept_aside is None
    assert "34600111222" not in repr(guest.state)

    other = Guest()
    other.says("quiero ver mi reserva, apellido Soto")
    other.turn(REVOKED)
    assert other.state.surname is None


def test_whose_a_reservation_is_that_is_being_changed_the_pms_knows() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says(YES["es"])
    guest.confirmed()
    guest.pms.reservations.append(a_reservation("DEMO-7F3KMQ", booker="Ana Ruiz"))
    guest.says("quiero cambiar mi reserva DEMO-7F3KMQ, apellido Ruiz")
    assert guest.state.draft.replaces is not None
    before = guest.state.draft
    guest.turn(REVOKED)
    assert guest.state.draft == before


def test_a_yes_in_the_same_turn_books_nothing() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    assert guest.turn(TextReceived(text="sí"), REVOKED).booked is None


def test_who_told_nothing_has_nothing_to_be_forgotten() -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation("DEMO-7F3KMQ", booker="Luis Soto"))
    guest.says("¿hay wifi?")
    before = guest.state
    guest.turn(REVOKED)
    assert guest.state == before
