"""While a write to the PMS is under way, and what becomes of it."""

import re
from dataclasses import replace

import pytest

from agente_hotelero.dialogue.effects import HandOff, IntendCancellation, IntendReservation
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.model.events import ReservationSettled, SagaOutcome
from agente_hotelero.model.money import Money
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest, Turn, a_reservation, demo_hotel, written

HANDED_AS = {
    SagaOutcome.SOLD_TWICE: "sold_twice",
    SagaOutcome.LATE_NOTED: "late_checkout",
    SagaOutcome.LATE_FAILED: "late_checkout",
}


def in_flight(language: str = "es") -> Guest:
    guest = Guest()
    guest.says(EVERYTHING[language])
    assert guest.says(YES[language]).booked is not None
    return guest


def cancelling(language: str = "es") -> Guest:
    guest = in_flight(language)
    guest.confirmed()
    guest.says({"es": "cancelar mi reserva", "pt": "cancelar minha reserva", "en": "cancel my reservation"}[language])
    assert guest.says(YES[language]).cancelled == "DEMO-AK7001"
    return guest


def writes(turn: Turn) -> int:
    return len(turn.of(IntendReservation)) + len(turn.of(IntendCancellation))


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("sí", "Sigo confirmando"),
        ("hola", "Sigo confirmando"),
        ("asdf", "Sigo confirmando"),
        ("gracias", "¡Con gusto!"),
        ("¿hay wifi?", "Hay wifi"),
        ("no", "no puedo cambiarlo a mitad de camino"),
        ("mejor del 6 al 9 de mayo", "no puedo cambiarlo a mitad de camino"),
        ("mejor la suite", "no puedo cambiarlo a mitad de camino"),
        ("quiero cambiar la reserva", "no puedo cambiarlo a mitad de camino"),
        ("quiero cancelar la reserva", "te pregunto si la cancelo"),
        ("olvídalo", "te pregunto si la cancelo"),
        ("otra habitación por favor", "Sigo confirmando"),
    ],
)
def test_while_it_is_being_confirmed_every_message_has_its_answer_and_none_writes(words: str, reply: str) -> None:
    guest = in_flight()
    turn = guest.says(words)
    assert reply in turn.text
    assert writes(turn) == 0
    assert guest.state.pending is not None


def test_while_it_is_being_confirmed_a_person_can_be_had() -> None:
    turn = in_flight().says("quiero hablar con una persona")
    assert turn.handed_off == ["asked"]
    assert "+54 11 5555 0100" in turn.text


def test_while_it_is_being_confirmed_an_emergency_comes_first() -> None:
    assert in_flight().says("¡hay un incendio!").handed_off == ["emergency"]


@pytest.mark.parametrize("words", ["sí", "cancelar", "olvídalo"])
def test_while_it_is_being_cancelled_nothing_is_written_twice(words: str) -> None:
    turn = cancelling().says(words)
    assert writes(turn) == 0
    assert "Sigo confirmando" in turn.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "¡Reserva confirmada! Código DEMO-AK7001"),
        ("pt", "Reserva confirmada! Código DEMO-AK7001"),
        ("en", "Reservation confirmed! Code DEMO-AK7001"),
    ],
)
def test_confirmed_is_told_with_what_was_read_back(language: str, words: str) -> None:
    guest = in_flight(language)
    turn = guest.confirmed()
    assert words in turn.text
    assert "Ana Ruiz" in turn.text
    assert turn.replies[0].facts == ("pms:reservation", "profile:check_in_from", "profile:policies.cancellation")
    assert guest.state.pending is None
    assert [one.code for one in guest.state.bookings] == ["DEMO-AK7001"]
    assert guest.state.draft == Draft()


@pytest.mark.parametrize("outcome", [SagaOutcome.REFUSED, SagaOutcome.LOST])
@pytest.mark.parametrize(
    ("language", "sorry", "other"),
    [
        ("es", "no se hizo ninguna reserva", "no hay habitación doble"),
        ("pt", "nenhuma reserva foi feita", "não há quarto duplo"),
        ("en", "nothing was booked", "there is no double room"),
    ],
)
def test_a_lost_room_is_told_with_alternatives_asked_anew(
    outcome: SagaOutcome, language: str, sorry: str, other: str
) -> None:
    guest = in_flight(language)
    guest.pms.sell_out("double")
    lost = a_reservation(live=False) if outcome is SagaOutcome.LOST else None
    turn = guest.waits(minutes=1).hears(outcome, lost)
    assert sorry in turn.text
    assert other in turn.text
    assert [offer.room_type.key for offer in turn.quoted] == ["suite"]
    guest.says("1")
    booked = guest.says(YES[language]).booked
    assert booked is not None
    assert booked.room_type_key == "suite"
    assert booked.booker.email == "ana@x.com"


def test_a_lost_room_with_nothing_left_asks_for_other_dates() -> None:
    guest = in_flight()
    guest.pms.sell_out()
    turn = guest.waits(minutes=1).hears(SagaOutcome.REFUSED)
    assert "No queda lugar" in turn.text
    assert guest.state.expecting is Expecting.DATES


def test_a_lost_room_while_the_pms_is_away_says_both() -> None:
    guest = in_flight()
    guest.pms.away = True
    turn = guest.waits(minutes=1).hears(SagaOutcome.LOST, a_reservation(live=False))
    assert "no se hizo ninguna reserva" in turn.text
    assert "Ahora no puedo consultar" in turn.text


@pytest.mark.parametrize(
    ("language", "booking", "cancellation"),
    [
        ("es", "todavía no está confirmada", "cancelación todavía no está hecha"),
        ("pt", "ainda não está confirmada", "cancelamento ainda não foi feito"),
        ("en", "not confirmed yet", "cancellation is not done yet"),
    ],
)
def test_a_delay_is_told_as_what_it_is(language: str, booking: str, cancellation: str) -> None:
    guest = in_flight(language)
    assert booking in guest.hears(SagaOutcome.DELAYED).text
    assert guest.state.pending is not None
    assert "DEMO-AK7001" in guest.confirmed().text
    guest = cancelling(language)
    assert cancellation in guest.hears(SagaOutcome.DELAYED).text
    assert guest.state.pending is not None


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "No quedó nada reservado"), ("pt", "Nada ficou reservado"), ("en", "Nothing is booked")],
)
def test_a_failure_is_told_and_a_person_takes_it(language: str, words: str) -> None:
    guest = in_flight(language)
    turn = guest.hears(SagaOutcome.FAILED)
    assert words in turn.text
    assert turn.handed_off == ["reservation_in_doubt"]
    assert guest.state.pending is None


def test_after_a_failure_again_is_enough() -> None:
    guest = in_flight()
    guest.hears(SagaOutcome.FAILED)
    assert "¿Confirmo la reserva?" in guest.waits(minutes=1).says("probemos ahora").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Tu reserva DEMO-AK7001 quedó cancelada"),
        ("pt", "Sua reserva DEMO-AK7001 foi cancelada"),
        ("en", "Your reservation DEMO-AK7001 is cancelled"),
    ],
)
def test_a_cancellation_that_was_read_back_is_told(language: str, words: str) -> None:
    guest = cancelling(language)
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop("DEMO-AK7001"))
    assert words in turn.text
    assert guest.state.bookings == ()
    assert guest.state.pending is None


@pytest.mark.parametrize("read_back", [True, False])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "No pude cancelar la reserva DEMO-AK7001"),
        ("pt", "Não consegui cancelar a reserva DEMO-AK7001"),
        ("en", "I couldn't cancel reservation DEMO-AK7001"),
    ],
)
def test_a_cancellation_that_failed_is_told_with_its_code(language: str, words: str, read_back: bool) -> None:
    guest = cancelling(language)
    turn = guest.hears(SagaOutcome.CANCEL_FAILED, guest.pms.reservations[0] if read_back else None)
    assert words in turn.text
    assert turn.handed_off == ["reservation_in_doubt"]
    assert [one.code for one in guest.state.bookings] == ["DEMO-AK7001"]


def test_who_wanted_out_meanwhile_is_asked_as_soon_as_it_is_confirmed() -> None:
    guest = in_flight()
    guest.says("cancelar")
    turn = guest.confirmed()
    assert "¡Reserva confirmada!" in turn.text
    assert "¿La cancelo?" in turn.text
    assert guest.says("sí").cancelled == "DEMO-AK7001"


def test_who_wanted_out_meanwhile_is_offered_nothing_when_it_was_refused() -> None:
    guest = in_flight()
    guest.says("cancelar")
    turn = guest.hears(SagaOutcome.REFUSED)
    assert turn.quoted == []
    assert guest.state.draft == Draft()


def test_confirmed_without_a_reservation_is_never_told_as_confirmed() -> None:
    turn = in_flight().hears(SagaOutcome.CONFIRMED)
    assert "onfirmada!" not in turn.text
    assert turn.handed_off == ["reservation_in_doubt"]


@pytest.mark.parametrize("outcome", list(SagaOutcome))
def test_with_a_person_talking_every_outcome_goes_to_staff_and_not_to_the_guest(outcome: SagaOutcome) -> None:
    guest = in_flight() if "cancel" not in outcome else cancelling()
    guest.taken_over()
    booked = guest.pms.reservations[0] if "cancel" in outcome else a_reservation("DEMO-AK7001")
    turn = guest.hears(outcome, booked)
    assert turn.replies == []
    assert turn.handed_off == [HANDED_AS.get(outcome, "reservation_in_doubt")]
    assert (guest.state.pending is None) == (
        outcome not in {SagaOutcome.DELAYED, SagaOutcome.SOLD_TWICE, SagaOutcome.LEFT_OVER}
    )


@pytest.mark.parametrize("read_back", [True, False])
def test_with_a_person_talking_a_confirmed_room_that_is_lost_is_named_to_staff_as_what_it_is(read_back: bool) -> None:
    guest = in_flight()
    guest.confirmed()
    [made] = guest.state.bookings
    guest.taken_over()
    turn = guest.hears(SagaOutcome.LOST, a_reservation(made.code) if read_back else None, ref=made.client_ref)
    assert turn.replies == []
    [hand_off] = turn.of(HandOff)
    assert hand_off.reason.value == "sold_twice"
    assert f"La reserva confirmada {made.code} de este huésped ya no tiene habitación" in hand_off.summary
    assert guest.state.bookings == ()


def test_what_was_confirmed_while_a_person_talked_is_known_afterwards() -> None:
    guest = in_flight()
    guest.taken_over()
    guest.confirmed()
    guest.given_back()
    assert "Vas a cancelar la reserva DEMO-AK7001" in guest.says("cancelar mi reserva").text


def test_news_of_an_older_write_leaves_the_newer_one_pending() -> None:
    guest = in_flight()
    older = guest.state.pending
    assert older is not None
    guest.confirmed()
    guest.says("una suite del 10 al 12 de mayo para 2")
    guest.says("sí")
    newer = guest.state.pending
    turn = guest.turn(
        ReservationSettled(client_ref=older, outcome=SagaOutcome.CONFIRMED, reservation=guest.pms.reservations[0])
    )
    assert "DEMO-AK7001" in turn.text
    assert guest.state.pending == newer
    assert guest.state.in_flight is not None
    assert [one.code for one in guest.state.bookings] == ["DEMO-AK7001"]


def test_a_refusal_of_what_is_not_remembered_is_told_all_the_same() -> None:
    guest = in_flight()
    guest.state = replace(guest.state, in_flight=None)
    assert guest.hears(SagaOutcome.REFUSED).text.startswith("Lo siento")


def test_a_hotel_without_a_policy_confirms_without_one() -> None:
    guest = Guest(hotel=replace(demo_hotel(), cancellation_policy={}, cancellation_fee=None))
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    assert written(guest.confirmed().replies[0]).endswith("desde las 15:00.")
    turn = guest.says("cancelar mi reserva")
    assert "(3 noches)\n¿La cancelo?" in turn.text
    assert turn.facts == {"pms:reservation"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmed_room_that_is_lost_after_all_is_told_and_a_person_makes_it_good(language: str) -> None:
    guest = in_flight(language)
    reference = guest.state.pending
    assert reference is not None
    guest.confirmed()
    code = guest.state.bookings[0].code

    turn = guest.hears(SagaOutcome.LOST, a_reservation(code), ref=reference)

    assert code in turn.text
    assert turn.handed_off == ["sold_twice"]
    assert guest.state.bookings == ()


def test_a_room_that_was_sold_twice_is_the_staff_s_matter_and_not_the_guest_s() -> None:
    guest = in_flight()
    reference = guest.state.pending
    assert reference is not None
    guest.confirmed()

    turn = guest.hears(SagaOutcome.SOLD_TWICE, a_reservation(guest.state.bookings[0].code), ref=reference)

    assert (turn.replies, turn.handed_off) == ([], ["sold_twice"])
    assert len(guest.state.bookings) == 1


def test_a_price_that_the_pms_booked_otherwise_is_not_named_and_staff_are_told() -> None:
    guest = in_flight()
    booked = a_reservation("DEMO-AK7001")

    turn = guest.hears(SagaOutcome.CONFIRMED, booked, quoted=Money.of("1.00", "USD"))

    assert "DEMO-AK7001" in turn.text
    assert not re.search(r"\d+,\d\d", turn.text)
    assert turn.handed_off == ["price_differs"]


def test_a_cent_a_room_is_rounding_and_no_other_price() -> None:
    guest = in_flight()
    turn = guest.hears(SagaOutcome.CONFIRMED, a_reservation("DEMO-AK7001"), quoted=Money.of("300.01", "USD"))
    assert (turn.handed_off, "300.00" in turn.text) == ([], True)
    guest = in_flight()
    turn = guest.hears(SagaOutcome.CONFIRMED, a_reservation("DEMO-AK7001"), quoted=Money.of("300.02", "USD"))
    assert turn.handed_off == ["price_differs"]


def test_what_the_guest_cancelled_is_not_told_as_lost() -> None:
    guest = in_flight()
    reference = guest.state.pending
    guest.confirmed()
    booked = guest.pms.reservations[0]
    guest.says("cancelar mi reserva")
    guest.says("sí")

    while_it_is_cancelled = guest.hears(SagaOutcome.LOST, booked, ref=reference)
    guest.hears(SagaOutcome.CANCELLED, booked)
    afterwards = guest.hears(SagaOutcome.LOST, booked, ref=reference)

    for turn in (while_it_is_cancelled, afterwards):
        assert (turn.replies, turn.handed_off) == ([], [])
