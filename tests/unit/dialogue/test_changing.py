"""A change of dates: the new reservation first, the old one only after it, and nothing lost on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from agente_hotelero.dialogue.effects import AskOffers, HandOff, IntendCancellation, IntendReservation
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, Stay
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest, Turn, a_reservation

CHANGE = {"es": "quiero cambiar mi reserva", "pt": "quero mudar minha reserva", "en": "I want to change my booking"}
DATES = {"es": "del 10 al 14 de mayo", "pt": "de 10 a 14 de maio", "en": "from May 10 to May 14"}
OLD, NEW = "DEMO-AK7001", "DEMO-AK7002"


def booked(language: str = "es") -> Guest:
    guest = Guest()
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest.waits(minutes=5)


def at_the_summary(language: str = "es") -> Guest:
    guest = booked(language)
    guest.says(CHANGE[language])
    guest.says(DATES[language])
    return guest


def in_flight(language: str = "es") -> Guest:
    guest = at_the_summary(language)
    assert guest.says(YES[language]).booked is not None
    return guest


def half_done(language: str = "es") -> Guest:
    """The new one is confirmed, the old one is being cancelled."""
    guest = in_flight(language)
    guest.confirmed()
    return guest


def asked(guest: Guest) -> AskOffers:
    return next(read for read in reversed(guest.pms.asked) if isinstance(read, AskOffers))


def writes(turn: Turn) -> int:
    return len(turn.of(IntendReservation)) + len(turn.of(IntendCancellation))


@pytest.mark.parametrize(
    ("language", "asks", "now", "new"),
    [
        ("es", "¿Para qué fechas la cambiamos?", "Ahora: Habitación doble", "USD 360.00 en total"),
        ("pt", "Para quais datas mudamos?", "Agora: Quarto duplo", "USD 360,00 no total"),
        ("en", "Which dates shall we change it to?", "Now: Double room", "USD 360.00 in total"),
    ],
)
def test_a_change_shows_old_and_new_with_both_totals_before_the_yes(
    language: str, asks: str, now: str, new: str
) -> None:
    guest = booked(language)
    assert asks in guest.says(CHANGE[language]).text
    turn = guest.says(DATES[language])
    for part in (OLD, now, "270", new):
        assert part in turn.text
    assert writes(turn) == 0
    assert turn.facts == {"pms:offers", "pms:reservation"}
    assert [offer.total.amount for offer in turn.quoted] == [360]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_yes_books_the_new_one_and_names_the_old_one_that_it_replaces(language: str) -> None:
    guest = at_the_summary(language)
    request = guest.says(YES[language]).booked
    assert request is not None
    assert request.replaces == OLD
    assert (request.stay, request.room_type_key) == (
        Stay(check_in=date(2030, 5, 10), check_out=date(2030, 5, 14)),
        "double",
    )
    assert (request.booker.name, request.booker.email) == ("Ana Ruiz", "ana@x.com")
    assert OLD in guest.last.text
    assert guest.last.cancelled is None


@pytest.mark.parametrize("title", ["Sí, cambiarla", "Sim, mudar", "Yes, change it"])
@pytest.mark.parametrize("pressed", [True, False])
def test_the_button_does_the_same_pressed_or_written_out(title: str, pressed: bool) -> None:
    language = LANGUAGES[["Sí, cambiarla", "Sim, mudar", "Yes, change it"].index(title)]
    guest = at_the_summary(language)
    turn = guest.presses(title) if pressed else guest.says(title)
    assert turn.booked is not None


@pytest.mark.parametrize(
    ("language", "going", "gone"),
    [
        ("es", "Ahora cancelo la anterior", "quedó cancelada; la que vale es la DEMO-AK7002"),
        ("pt", "Agora cancelo a anterior", "foi cancelada; a que vale é a DEMO-AK7002"),
        ("en", "Now I'm cancelling the old one", "is cancelled; the one that counts is DEMO-AK7002"),
    ],
)
def test_once_the_new_one_is_confirmed_the_old_one_goes_in_the_same_turn(language: str, going: str, gone: str) -> None:
    guest = in_flight(language)
    turn = guest.confirmed()
    assert NEW in turn.text
    assert going in turn.text
    assert turn.cancelled == OLD
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(OLD))
    assert gone in turn.text
    assert [one.code for one in guest.state.bookings] == [NEW]
    assert guest.state.pending is None


def test_the_second_write_has_a_reference_of_its_own_and_the_same_when_decided_again() -> None:
    guest = in_flight()
    first = guest.state.pending
    again = guest.state
    [cancellation] = guest.confirmed().of(IntendCancellation)
    assert cancellation.client_ref not in {first, None}
    assert guest.state.pending == cancellation.client_ref
    guest.state, guest._events = again, guest._events - 1
    guest.pms.reservations.pop()
    guest.state = replace(guest.state, pending=first)
    assert guest.confirmed().of(IntendCancellation) == [cancellation]


def test_without_a_yes_nothing_is_booked_and_the_old_one_stays() -> None:
    guest = at_the_summary()
    turn = guest.says("no")
    assert writes(turn) == 0
    assert "tu reserva sigue como está" in turn.text
    assert guest.state.draft == Draft()
    assert guest.says("sí").booked is None


@pytest.mark.parametrize("words", ["sí, pero para 3", "sí si hay wifi", "ok, cambiar", "olvídalo", "cancelar"])
def test_a_yes_that_says_more_changes_nothing(words: str) -> None:
    assert writes(at_the_summary().says(words)) == 0


def test_a_yes_followed_by_more_changes_nothing() -> None:
    turn = at_the_summary().says("sí", "esperen")
    assert writes(turn) == 0
    assert "prefiero preguntarlo otra vez" in turn.text


def test_whoever_lets_it_be_keeps_the_old_one() -> None:
    guest = at_the_summary()
    assert "sigue como está" in guest.says("olvídalo").text
    assert [one.code for one in guest.state.bookings] == [OLD]


@pytest.mark.parametrize(
    ("words", "stay", "key", "party"),
    [
        ("quiero cambiar mi reserva al 10 de mayo", ((5, 10), (5, 13)), "double", Party(adults=2)),
        ("quiero cambiar mi reserva para el 10 al 12 de mayo", ((5, 10), (5, 12)), "double", Party(adults=2)),
        ("quiero cambiar mi reserva a la suite", ((5, 5), (5, 8)), "suite", Party(adults=2)),
        ("quiero modificar mi reserva: somos 3", ((5, 5), (5, 8)), "suite", Party(adults=3)),
        ("quiero cambiar mi reserva a la suite, del 10 al 12 de mayo", ((5, 10), (5, 12)), "suite", Party(adults=2)),
        ("extender mi reserva hasta el 10 de mayo", ((5, 5), (5, 10)), "double", Party(adults=2)),
    ],
)
def test_what_is_said_at_once_is_changed_and_the_rest_stays_as_it_is(
    words: str, stay: tuple[tuple[int, int], tuple[int, int]], key: str, party: Party
) -> None:
    guest = booked()
    guest.says(words)
    (arrives, leaves) = stay
    wanted = Stay(check_in=date(2030, *arrives), check_out=date(2030, *leaves))
    assert (asked(guest).stay, asked(guest).party) == (wanted, party)
    assert [offer.room_type.key for offer in guest.last.quoted] == [key]


@pytest.mark.parametrize("words", ["agregar una noche a mi reserva", "quiero cambiar mi reserva a 4 noches"])
def test_nights_alone_may_mean_two_things_so_the_days_are_asked_for(words: str) -> None:
    turn = booked().says(words)
    assert "¿Para qué fechas la cambiamos?" in turn.text
    assert turn.quoted == []


EXTEND = {
    "es": "quiero extender mi estadía una noche",
    "pt": "quero estender minha estadia uma noite",
    "en": "extend our stay by one night",
}
UNTIL = {"es": "hasta el 9 de mayo", "pt": "até 9 de maio", "en": "until May 9"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_asked_for_the_days_of_a_longer_stay_until_when_is_enough(language: str) -> None:
    guest = booked(language)
    guest.says(EXTEND[language])
    guest.says(UNTIL[language])
    request = guest.says(YES[language]).booked
    assert request is not None
    assert request.stay == Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 9))
    assert request.replaces == OLD


@pytest.mark.parametrize(
    ("language", "words", "asks"),
    [
        ("es", "2 noches más", "Llegas el dom 5 de may. ¿Hasta qué día te quedas?"),
        ("pt", "2 noites a mais", "Chegada em dom, 5 de mai. Até que dia você fica?"),
        ("en", "2 nights", "Arriving on Sun, May 5. Until which day are you staying?"),
    ],
)
def test_nights_said_to_the_question_for_the_days_leave_only_the_last_day_open(
    language: str, words: str, asks: str
) -> None:
    guest = booked(language)
    guest.says(CHANGE[language])
    assert asks in guest.says(words).text
    guest.says(UNTIL[language])
    request = guest.says(YES[language]).booked
    assert request is not None
    assert request.stay == Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 9))


@pytest.mark.parametrize(
    ("language", "words", "days", "key", "party"),
    [
        ("es", "a una suite, mismas fechas", (5, 8), "suite", Party(adults=2)),
        ("pt", "para uma suíte, mesmas datas", (5, 8), "suite", Party(adults=2)),
        ("en", "same dates but a suite", (5, 8), "suite", Party(adults=2)),
        ("es", "somos 3", (5, 8), "suite", Party(adults=3)),
        ("pt", "somos 3", (5, 8), "suite", Party(adults=3)),
        ("en", "we are 3", (5, 8), "suite", Party(adults=3)),
        ("es", "en dos habitaciones", (5, 8), "double", Party(adults=2, rooms=2)),
        ("es", "el 10 de mayo", (10, 13), "double", Party(adults=2)),
        ("pt", "10 de maio", (10, 13), "double", Party(adults=2)),
        ("en", "May 10", (10, 13), "double", Party(adults=2)),
    ],
)
def test_what_is_said_to_the_question_for_the_days_is_changed_and_the_rest_stays_as_it_is(
    language: str, words: str, days: tuple[int, int], key: str, party: Party
) -> None:
    guest = booked(language)
    guest.says(CHANGE[language])
    guest.says(words)
    (arrives, leaves) = days
    assert asked(guest).stay == Stay(check_in=date(2030, 5, arrives), check_out=date(2030, 5, leaves))
    assert asked(guest).party == party
    assert [offer.room_type.key for offer in guest.last.quoted] == [key]


def test_a_change_to_what_it_already_is_changes_nothing() -> None:
    guest = booked()
    turn = guest.says("quiero cambiar mi reserva: del 5 al 8 de mayo")
    assert "no hay nada que cambiar" in turn.text
    assert guest.says("sí").booked is None


def test_other_dates_at_the_summary_bring_another_summary_of_the_same_change() -> None:
    guest = at_the_summary()
    stale = guest.button("Sí, cambiarla")
    turn = guest.says("mejor del 11 al 14 de mayo")
    assert f"cambio de tu reserva {OLD}" in turn.text
    assert guest.presses_id(stale).booked is None
    booked_now = guest.says("sí").booked
    assert booked_now is not None
    assert (booked_now.replaces, booked_now.stay.check_in.day) == (OLD, 11)


def test_the_old_button_of_a_booking_of_the_same_offer_changes_nothing() -> None:
    guest = booked()
    guest.says("otra reserva: una doble del 10 al 14 de mayo para 2")
    stale = guest.button("Sí, reservar")
    guest.says("olvídalo")
    guest.says(CHANGE["es"])
    guest.says(DATES["es"])
    turn = guest.presses_id(stale)
    assert turn.booked is None
    assert "ya no está vigente" in turn.text


def test_a_price_that_changed_before_the_yes_is_summed_up_anew_and_asked_again() -> None:
    guest = at_the_summary()
    guest.pms.reprice("double", "100.00")
    turn = guest.waits(minutes=10).says("sí")
    assert turn.booked is None
    assert "El precio cambió" in turn.text
    assert "USD 400.00" in turn.text
    assert "USD 270.00" in turn.text
    request = guest.says("sí").booked
    assert request is not None
    assert request.total == Money.of(400, "USD")


def test_a_change_near_the_arrival_says_what_giving_up_the_old_one_costs() -> None:
    guest = booked()
    guest.now = datetime(2030, 5, 4, 15, tzinfo=UTC)
    guest.says(CHANGE["es"])
    turn = guest.says(DATES["es"])
    assert "Cancelar la anterior tiene un cargo de USD 90.00." in turn.text
    assert "profile:policies.cancellation_fee" in turn.facts


def test_a_stay_that_has_begun_is_changed_by_a_person() -> None:
    guest = booked()
    guest.now = datetime(2030, 5, 6, 15, tzinfo=UTC)
    turn = guest.says(CHANGE["es"])
    assert turn.handed_off == ["asked"]
    assert "lo hace el equipo" in turn.text
    assert guest.state.draft == Draft()


# Somebody else's, or made by telephone.


def by_telephone() -> Guest:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto", email="luis@x.com", phone="+54 9 11 5555 0199"))
    return guest


def test_a_reservation_made_elsewhere_needs_code_and_surname_and_keeps_its_booker() -> None:
    guest = by_telephone()
    assert "código de la reserva y el apellido" in guest.says("quiero cambiar mi reserva al 10 de mayo").text
    assert "apellido" in guest.says("DEMO-7F3KMQ").text
    assert "cambio de tu reserva DEMO-7F3KMQ" in guest.says("Soto").text
    request = guest.says("sí").booked
    assert request is not None
    assert (request.booker.name, request.booker.email) == ("Luis Soto", "luis@x.com")
    assert request.booker.phone == "+54 9 11 5555 0199"
    assert request.stay.check_in.day == 10


def test_what_is_on_file_is_neither_shown_nor_kept_as_the_guests_own() -> None:
    guest = by_telephone()
    guest.says("quiero cambiar la reserva DEMO-7F3KMQ de Soto al 10 de mayo")
    guest.says("Soto")
    assert "luis@x.com" not in guest.last.text
    guest.says("sí")
    assert (guest.state.name, guest.state.email) == (None, None)


def test_a_name_or_address_said_on_the_way_does_not_make_it_another_bookers() -> None:
    guest = at_the_summary()
    guest.says("a nombre de Luis Paz, luis@y.com")
    request = guest.says("sí").booked
    assert request is not None
    assert (request.booker.name, request.booker.email) == ("Ana Ruiz", "ana@x.com")


def test_an_address_that_is_not_on_file_is_asked_for() -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto"))
    guest.says("quiero cambiar la reserva DEMO-7F3KMQ al 10 de mayo")
    guest.says("Soto")
    guest.says("1")
    assert "correo" in guest.last.text
    assert "cambio de tu reserva" in guest.says("luis@y.com").text


def test_days_said_while_the_code_is_asked_for_are_kept_for_the_change() -> None:
    guest = by_telephone()
    guest.says("quiero cambiar mi reserva")
    assert "código" in guest.says("es para el 10 de mayo").text
    guest.says("DEMO-7F3KMQ")
    guest.says("Soto")
    assert asked(guest).stay == Stay(check_in=date(2030, 5, 10), check_out=date(2030, 5, 13))


def test_the_bookers_own_details_are_changed_by_a_person() -> None:
    guest = booked()
    guest.says("quiero cambiar mi reserva a la suite")
    guest.state = replace(guest.state, expecting=Expecting.OPTION, days=())
    assert guest.says("mis datos").handed_off == ["asked"]


# «It» is the reservation that is talked about.
CODE_AND_SURNAME = {
    "es": "mi reserva es DEMO-7F3KMQ a nombre de Luis Soto",
    "pt": "minha reserva é DEMO-7F3KMQ em nome de Luis Soto",
    "en": "my reservation is DEMO-7F3KMQ under the name Luis Soto",
}
SHOW = {"es": "quiero ver mi reserva", "pt": "quero ver minha reserva", "en": "show me my reservation please"}
CANCEL = {"es": "cancelar mi reserva", "pt": "cancelar minha reserva", "en": "cancel my reservation"}
TWELFTH = {
    "es": "mejor cambiar las fechas: del 12 al 15 de mayo",
    "pt": "melhor mudar as datas para 12 a 15 de maio",
    "en": "better change the dates: May 12 to May 15",
}


def of_the_twelfth(turn: Turn, code: str) -> bool:
    request = turn.booked
    assert request is not None
    return (request.replaces, request.stay.check_in, request.stay.nights) == (code, date(2030, 5, 12), 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reservation_that_was_shown_just_now_is_the_one_that_is_changed(language: str) -> None:
    guest = by_telephone()
    assert "DEMO-7F3KMQ" in guest.says(CODE_AND_SURNAME[language]).text
    guest.waits(minutes=5).says(TWELFTH[language])
    assert of_the_twelfth(guest.says(YES[language]), "DEMO-7F3KMQ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("own", [True, False])
def test_at_the_question_whether_to_cancel_it_may_be_changed_instead(language: str, own: bool) -> None:
    guest = booked(language) if own else by_telephone()
    guest.says(CANCEL[language] if own else f"{CANCEL[language]} DEMO-7F3KMQ Soto")
    guest.says("Soto")
    assert guest.state.cancelling is not None
    guest.waits(hours=5).says(TWELFTH[language])
    assert of_the_twelfth(guest.says(YES[language]), OLD if own else "DEMO-7F3KMQ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_only_one_of_this_conversation_is_changed_whenever_that_is(language: str) -> None:
    guest = booked(language)
    guest.waits(days=3).says(TWELFTH[language])
    assert of_the_twelfth(guest.says(YES[language]), OLD)


def test_of_two_one_is_asked_for_also_where_one_was_shown_just_now() -> None:
    guest = booked()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto", email="luis@x.com"))
    assert "DEMO-7F3KMQ" in guest.says(CODE_AND_SURNAME["es"]).text
    assert f"{OLD} o DEMO-7F3KMQ" in guest.says(TWELFTH["es"]).text
    assert "cambio de tu reserva DEMO-7F3KMQ" in guest.says("DEMO-7F3KMQ").text


def test_of_two_the_one_that_is_about_to_be_cancelled_is_changed_instead() -> None:
    guest = booked()
    guest.says("otra reserva: una doble del 20 al 22 de mayo para 2")
    guest.says("sí")
    guest.confirmed()
    assert "¿Cuál de tus reservas" in guest.says(CANCEL["es"]).text
    guest.says(NEW)
    guest.says(TWELFTH["es"])
    assert of_the_twelfth(guest.says("sí"), NEW)


def test_whose_a_reservation_is_must_be_proved_again_after_a_quarter_of_an_hour() -> None:
    guest = by_telephone()
    guest.says(CODE_AND_SURNAME["es"])
    assert "código de la reserva" in guest.waits(minutes=16).says(TWELFTH["es"]).text
    assert "apellido" in guest.says("DEMO-7F3KMQ").text


def test_a_reservation_in_hand_proves_no_other() -> None:
    guest = by_telephone()
    guest.pms.reservations.append(a_reservation("DEMO-9XXXXX", booker="Eva Paz"))
    guest.says(CODE_AND_SURNAME["es"])
    assert "apellido" in guest.says("quiero cambiar la reserva DEMO-9XXXXX").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_said_for_a_change_that_waits_for_its_code_are_no_new_booking_after_a_person_talked(language: str) -> None:
    guest = by_telephone()
    guest.says(CHANGE[language])
    guest.taken_over()
    guest.given_back()
    assert guest.says(f"{DATES[language]}, 2").quoted == []
    guest.says("DEMO-7F3KMQ")
    guest.says("Soto")
    request = guest.says(YES[language]).booked
    assert request is not None
    assert (request.replaces, request.stay.check_in.day) == ("DEMO-7F3KMQ", 10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_said_for_a_change_are_no_new_booking_where_the_guest_then_only_looks_at_it(language: str) -> None:
    guest = by_telephone()
    guest.says(CHANGE[language])
    guest.says(DATES[language])
    guest.says(SHOW[language])
    guest.says("DEMO-7F3KMQ")
    turn = guest.says("Soto")
    assert "DEMO-7F3KMQ" in turn.text
    assert turn.quoted == []
    assert guest.state.draft == Draft()


# Where the PMS has nothing.


def test_where_the_own_room_is_what_fills_the_house_it_is_not_let_go_and_a_person_sees() -> None:
    guest = booked()
    guest.pms._counts = {"single": 0, "double": 1, "suite": 0}
    turn = guest.says("quiero cambiar mi reserva del 6 al 9 de mayo")
    assert "Tu reserva sigue como está" in turn.text
    assert turn.handed_off == ["asked"]
    assert writes(turn) == 0
    [hand_off] = [effect for effect in turn.effects if type(effect).__name__ == "HandOff"]
    assert all(part in str(hand_off) for part in (OLD, "5 de may", "6 de may", "2 adultos"))


@pytest.mark.parametrize(
    ("language", "full", "others"),
    [
        ("es", "del 6 al 9 de mayo", "entonces del 20 al 23 de mayo"),
        ("pt", "de 6 a 9 de maio", "então de 20 a 23 de maio"),
        ("en", "from May 6 to May 9", "then May 20 to May 23"),
    ],
)
def test_other_days_said_after_that_are_still_of_the_change(language: str, full: str, others: str) -> None:
    guest = booked(language)
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day < 10 else left(key, stay)  # type: ignore[method-assign]  # full until then
    guest.says(CHANGE[language])
    assert guest.says(full).handed_off == ["asked"]
    assert OLD in guest.says(others).text
    request = guest.says(YES[language]).booked
    assert request is not None
    assert (request.replaces, request.stay.check_in.day) == (OLD, 20)


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "Tu reserva sigue como está"), ("pt", "Sua reserva continua como está"), ("en", "stays as it is")],
)
def test_that_is_said_in_three_languages(language: str, words: str) -> None:
    guest = booked(language)
    guest.pms.sell_out()
    guest.says(CHANGE[language])
    say = {"es": "del 6 al 9 de mayo", "pt": "de 6 a 9 de maio", "en": "from May 6 to May 9"}
    assert words in guest.says(say[language]).text


def test_other_types_are_offered_with_a_word_on_the_own_room() -> None:
    guest = booked()
    guest.pms._counts["double"] = 1
    turn = guest.says("quiero cambiar mi reserva del 6 al 9 de mayo")
    assert "tu propia reserva" in turn.text
    assert "+54 11 5555 0100" in turn.text
    assert turn.titles == ["Suite"]
    turn = guest.says("sí")
    assert f"cambio de tu reserva {OLD}" in turn.text
    request = guest.says("sí").booked
    assert request is not None
    assert (request.room_type_key, request.replaces) == ("suite", OLD)


@pytest.mark.parametrize(
    ("language", "words", "own_room"),
    [
        ("es", "somos 3", "tu propia reserva"),
        ("pt", "somos 3", "sua própria reserva"),
        ("en", "we are 3", "your own reservation"),
    ],
)
def test_a_room_that_is_too_small_is_not_said_to_be_held_by_the_own_reservation(
    language: str, words: str, own_room: str
) -> None:
    guest = booked(language)
    guest.says(CHANGE[language])
    turn = guest.says(words)
    assert own_room not in turn.text
    assert "+54 11 5555 0100" not in turn.text
    assert [offer.room_type.key for offer in turn.quoted] == ["suite"]


def test_two_rooms_that_hold_them_may_be_short_of_the_own_one() -> None:
    guest = Guest()
    guest.says("2 habitaciones dobles del 5 al 8 de mayo para 4 personas, a nombre de Ana Ruiz ana@x.com")
    guest.says("sí")
    guest.confirmed()
    guest.pms._counts |= {"double": 3, "suite": 2}
    assert "tu propia reserva" in guest.says("quiero cambiar mi reserva del 6 al 9 de mayo").text


def test_where_it_is_full_on_other_days_the_nearest_free_ones_are_shown() -> None:
    guest = booked()
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day < 11 else left(key, stay)  # type: ignore[method-assign]  # full until then
    guest.says(CHANGE["es"])
    turn = guest.says("del 10 al 12 de mayo")
    assert turn.titles == ["sáb 11 de may", "dom 12 de may"]
    assert f"cambio de tu reserva {OLD}" in guest.presses("sáb 11 de may").text


@pytest.mark.parametrize("words", ["somos 3", "una noche"])
def test_what_is_said_to_the_nearest_free_days_is_not_of_the_booked_ones(words: str) -> None:
    guest = booked()
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day < 11 else left(key, stay)  # type: ignore[method-assign]  # full until then
    guest.says(CHANGE["es"])
    guest.says("del 10 al 12 de mayo")
    assert "Llegas el dom 5" not in guest.says(words).text
    assert asked(guest).stay.check_in.day >= 10


SUITE = {"es": "¿y la suite?", "pt": "e a suíte?", "en": "and the suite?"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [(10, 14), (6, 9)], ids=["other nights", "some of the own"])
def test_another_room_after_it_was_sold_out_is_of_the_days_that_were_wanted(
    language: str, days: tuple[int, int]
) -> None:
    guest = booked(language)
    left = guest.pms._left
    wanted = Stay(check_in=date(2030, 5, days[0]), check_out=date(2030, 5, days[1]))
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day != 5 else left(key, stay)  # type: ignore[method-assign]  # only the booked days are free
    guest.says(CHANGE[language])
    first, last = days
    guest.says(
        {"es": f"del {first} al {last} de mayo", "pt": f"de {first} a {last} de maio", "en": f"May {first}-{last}"}[
            language
        ]
    )
    guest.pms.asked.clear()
    turn = guest.says(SUITE[language])
    assert guest.pms.asked[0] == AskOffers(stay=wanted, party=Party(adults=2))
    assert turn.quoted == []


def test_until_when_after_it_was_sold_out_is_of_the_booked_stay() -> None:
    guest = booked()
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day != 5 else left(key, stay)  # type: ignore[method-assign]  # only the booked days are free
    guest.says("quiero cambiar mi reserva del 13 al 16 de mayo")
    guest.says(UNTIL["es"])
    assert asked(guest).stay == Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 9))


# While a write is under way, and what becomes of it.


@pytest.mark.parametrize("flight", [in_flight, half_done])
@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("sí", "Sigo confirmando"),
        ("no", "no puedo cambiarlo a mitad de camino"),
        ("quiero cambiar mi reserva al 20 de mayo", "no puedo cambiarlo a mitad de camino"),
        ("¿puedo salir más tarde?", "no puedo cambiarlo a mitad de camino"),
        ("cancelar", "te pregunto si la cancelo"),
        ("¿hay wifi?", "Hay wifi"),
    ],
)
def test_while_a_change_is_under_way_every_message_has_its_answer_and_none_writes(
    flight: object, words: str, reply: str
) -> None:
    guest: Guest = flight()  # type: ignore[operator]  # one of the two above
    turn = guest.says(words)
    assert reply in turn.text
    assert writes(turn) == 0


@pytest.mark.parametrize("flight", [in_flight, half_done])
def test_while_a_change_is_under_way_a_person_can_be_had(flight: object) -> None:
    guest: Guest = flight()  # type: ignore[operator]  # one of the two above
    assert guest.says("quiero hablar con una persona").handed_off == ["asked"]
    assert guest.state.pending is not None


def test_a_second_press_of_the_yes_changes_nothing_twice() -> None:
    guest = at_the_summary()
    yes = guest.button("Sí, cambiarla")
    assert guest.presses_id(yes).booked is not None
    assert writes(guest.presses_id(yes)) == 0
    guest.confirmed()
    assert writes(guest.presses_id(yes)) == 0


@pytest.mark.parametrize("outcome", [SagaOutcome.REFUSED, SagaOutcome.LOST, SagaOutcome.FAILED])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", f"Tu reserva {OLD} sigue como estaba"),
        ("pt", f"Sua reserva {OLD} continua como estava"),
        ("en", f"Your reservation {OLD} stays as it was"),
    ],
)
def test_a_change_that_comes_to_nothing_leaves_the_old_one_and_says_so(
    outcome: SagaOutcome, language: str, words: str
) -> None:
    guest = in_flight(language)
    turn = guest.hears(outcome, a_reservation(live=False) if outcome is SagaOutcome.LOST else None)
    assert words in turn.text
    assert turn.cancelled is None
    assert [one.code for one in guest.state.bookings] == [OLD]
    assert guest.state.pending is None


def test_after_a_refusal_the_change_goes_on_with_what_is_left() -> None:
    guest = in_flight()
    guest.pms.sell_out("double")
    turn = guest.waits(minutes=1).hears(SagaOutcome.REFUSED)
    assert turn.titles == ["Suite"]
    guest.says("1")
    request = guest.says("sí").booked
    assert request is not None
    assert (request.room_type_key, request.replaces) == ("suite", OLD)


def test_who_wanted_out_meanwhile_is_asked_about_the_old_one_when_the_new_one_came_to_nothing() -> None:
    guest = in_flight()
    guest.says("cancelar")
    turn = guest.hears(SagaOutcome.REFUSED)
    assert f"Vas a cancelar la reserva {OLD}" in turn.text
    assert guest.says("sí").cancelled == OLD


def test_who_wanted_out_meanwhile_is_asked_about_the_new_one_once_the_old_one_is_gone() -> None:
    guest = in_flight()
    guest.says("cancelar")
    assert guest.confirmed().cancelled == OLD
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(OLD))
    assert f"Vas a cancelar la reserva {NEW}" in turn.text
    assert guest.says("sí").cancelled == NEW


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "no pude cancelar la anterior"), ("pt", "não consegui cancelar a anterior"), ("en", "couldn't cancel the")],
)
def test_an_old_one_that_cannot_be_cancelled_is_a_persons_and_the_new_one_stands(language: str, words: str) -> None:
    guest = half_done(language)
    turn = guest.hears(SagaOutcome.CANCEL_FAILED)
    assert words in turn.text
    assert OLD in turn.text
    assert NEW in turn.text
    assert turn.handed_off == ["reservation_in_doubt"]
    assert {one.code for one in guest.state.bookings} == {OLD, NEW}


def lost_after_all(guest: Guest) -> Turn:
    """The new one, confirmed a moment ago, turns out to be somebody else's."""
    made = guest.state.bookings[-1]
    assert made.code == NEW
    return guest.hears(SagaOutcome.LOST, guest.pms.drop(NEW), ref=made.client_ref)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_one_that_is_lost_while_the_old_one_goes_is_a_persons_who_hears_of_both(language: str) -> None:
    turn = lost_after_all(half_done(language))
    assert NEW in turn.text
    [hand_off] = turn.of(HandOff)
    assert hand_off.reason.value == "sold_twice"
    assert f"la anterior {OLD} se está cancelando" in hand_off.summary


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "ahora no tienes ninguna de las dos"),
        ("pt", "agora você não tem nenhuma das duas"),
        ("en", "you now have neither of the two"),
    ],
)
def test_a_lost_new_one_does_not_count_once_the_old_one_is_gone(language: str, words: str) -> None:
    guest = half_done(language)
    lost_after_all(guest)
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(OLD))
    assert words in turn.text
    assert NEW not in turn.text
    assert turn.handed_off == ["sold_twice"]
    assert guest.state.bookings == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", f"Tu reserva {OLD} sigue como estaba"),
        ("pt", f"Sua reserva {OLD} continua como estava"),
        ("en", f"Your reservation {OLD} stays as it was"),
    ],
)
def test_where_the_new_one_is_lost_an_old_one_that_could_not_be_cancelled_is_good_news(
    language: str, words: str
) -> None:
    guest = half_done(language)
    lost_after_all(guest)
    assert NEW not in guest.hears(SagaOutcome.DELAYED).text
    turn = guest.hears(SagaOutcome.CANCEL_FAILED)
    assert words in turn.text
    assert NEW not in turn.text
    assert turn.handed_off == ["sold_twice"]
    assert [one.code for one in guest.state.bookings] == [OLD]


def test_a_lost_new_one_leaves_the_old_one_known_where_the_pms_has_nothing_to_show() -> None:
    guest = half_done()
    turn = guest.hears(SagaOutcome.LOST, ref=guest.state.bookings[-1].client_ref)
    assert NEW in turn.text
    assert [one.code for one in guest.state.bookings] == [OLD]


def test_who_wanted_out_is_not_asked_about_a_new_one_that_is_lost() -> None:
    guest = half_done()
    guest.says("cancelar")
    lost_after_all(guest)
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(OLD))
    assert "Vas a cancelar" not in turn.text
    assert guest.state.looking_for is None


def test_a_delay_of_the_second_half_says_that_the_new_one_stands() -> None:
    turn = half_done().hears(SagaOutcome.DELAYED)
    assert f"Tu reserva nueva {NEW} está hecha" in turn.text
    assert OLD in turn.text


def test_a_new_one_at_another_price_than_was_agreed_gives_up_nothing() -> None:
    guest = in_flight()
    pending = guest.state.pending
    assert pending is not None
    turn = guest.hears(SagaOutcome.CONFIRMED, guest.pms.book(guest.requests[pending]), quoted=Money.of("1.00", "USD"))
    assert turn.cancelled is None
    assert f"La anterior, {OLD}, sigue en pie" in turn.text
    assert set(turn.handed_off) == {"price_differs"}
    assert {one.code for one in guest.state.bookings} == {OLD, NEW}


def test_with_a_person_talking_the_old_one_goes_all_the_same_and_staff_hear_of_both() -> None:
    guest = in_flight()
    guest.taken_over()
    turn = guest.confirmed()
    assert turn.replies == []
    assert turn.cancelled == OLD
    assert len(turn.handed_off) == 2
    turn = guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(OLD))
    assert turn.replies == []
    assert len(turn.handed_off) == 1
    assert [one.code for one in guest.state.bookings] == [NEW]


def test_with_a_person_talking_a_change_that_came_to_nothing_says_that_the_old_one_stands() -> None:
    guest = in_flight()
    guest.taken_over()
    turn = guest.hears(SagaOutcome.REFUSED)
    assert turn.cancelled is None
    assert any(OLD in str(effect) and "sigue vigente" in str(effect) for effect in turn.effects)


def test_confirmed_without_a_reservation_gives_up_nothing() -> None:
    turn = in_flight().hears(SagaOutcome.CONFIRMED)
    assert turn.cancelled is None
    assert turn.handed_off == ["reservation_in_doubt"]


def test_two_rooms_are_changed_as_two_rooms() -> None:
    guest = Guest()
    guest.says("2 habitaciones dobles del 5 al 8 de mayo para 4 personas, a nombre de Ana Ruiz ana@x.com")
    guest.says("sí")
    guest.confirmed()
    turn = guest.says("quiero cambiar mi reserva al 10 de mayo")
    assert turn.text.count("4 adultos en 2 habitaciones") == 2
    request = guest.says("sí").booked
    assert request is not None
    assert request.party == Party(adults=4, rooms=2)
