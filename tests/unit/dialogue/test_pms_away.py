"""While the PMS is away: the truth once, the answer as soon as there is one, and a person where none comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agente_hotelero.dialogue.effects import AskOffers, ClearTimer, HandOff, IntendReservation, SetTimer
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.model.events import SagaOutcome, TimerFired
from agente_hotelero.storage import codec
from tests.support.dialogue_guest import LANGUAGES, YES, Guest, a_reservation, demo_hotel

ASKED = {
    "es": "¿Tienen una habitación del 5 al 8 de mayo para 2 personas?",
    "pt": "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
    "en": "Do you have a room from May 5 to May 8 for 2 people?",
}
AWAY = {
    "es": "Ahora no puedo consultar el sistema del hotel",
    "pt": "No momento não consigo consultar o sistema do hotel",
    "en": "I can't reach the hotel's system right now",
}
PROMISE = {"es": "te escribo apenas pueda", "pt": "escrevo assim que puder", "en": "write to you as soon as I can"}
BACK = {"es": "¡Ya pude consultar!", "pt": "Já consegui consultar!", "en": "I could look it up now!"}
EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"
CODE = "DEMO-7F3KMQ"


def waiting(language: str = "es") -> Guest:
    guest = Guest()
    guest.pms.away = True
    guest.says(ASKED[language])
    return guest


def waits(guest: Guest) -> bool:
    """Whether an answer is promised, and a timer there that keeps it."""
    assert (guest.state.aside.retry is not None) == (("pms_retry", "") in guest.timers)
    return ("pms_retry", "") in guest.timers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guest_hears_the_truth_what_is_still_possible_and_that_they_will_be_written_to(language: str) -> None:
    guest = waiting(language)
    text = guest.last.text
    assert text.startswith(AWAY[language])
    assert PROMISE[language] in text
    assert "+54 11 5555 0100" in text
    assert guest.last.quoted == []
    [timer] = guest.last.of(SetTimer)
    assert (timer.kind, timer.due_at - guest.now) == ("pms_retry", timedelta(seconds=30))


@pytest.mark.parametrize("language", LANGUAGES)
def test_once_the_pms_is_back_the_question_is_answered_with_prices_of_now(language: str) -> None:
    guest = waiting(language)
    guest.pms.away = False
    guest.pms.reprice("double", "95.00")
    turn = guest.is_woken()
    assert turn.text.startswith(BACK[language])
    assert "285" in turn.text
    assert [offer.fetched_at for offer in turn.quoted] == [guest.now] * 2
    assert len(turn.replies) == 1
    assert not waits(guest)


def test_as_long_as_it_is_away_nothing_more_is_said_and_the_pauses_grow_to_five_minutes() -> None:
    guest = waiting()
    pauses = []
    for _ in range(6):
        turn = guest.is_woken()
        assert turn.replies == []
        assert turn.handed_off == []
        [timer] = turn.of(SetTimer)
        pauses.append((timer.due_at - guest.now).total_seconds())
    assert pauses == [60, 120, 240, 300, 300, 300]


def test_before_the_channels_window_closes_a_person_gets_the_question_and_the_guest_hears_it() -> None:
    guest = waiting()
    asked_at = guest.now
    while waits(guest):
        assert not guest.last.handed_off
        guest.is_woken()
    assert guest.last.handed_off == ["pms_away"]
    assert "En todo este tiempo no pude consultar" in guest.last.text
    assert timedelta(hours=21) < guest.now - asked_at <= timedelta(hours=23)
    [hand_off] = guest.last.of(HandOff)
    assert "dom 5 de may → mié 8 de may" in hand_off.summary


def test_a_timer_that_fires_after_the_window_tells_only_staff() -> None:
    guest = waiting().waits(hours=30)
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.replies == []
    assert turn.handed_off == ["pms_away"]
    assert not waits(guest)


def test_dates_that_have_passed_meanwhile_are_a_persons() -> None:
    guest = Guest()
    guest.pms.away = True
    guest.says("¿Tienen una habitación hoy, una noche, para 2?")
    turn = guest.waits(hours=15).is_woken()
    assert turn.handed_off == ["pms_away"]
    assert turn.quoted == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reservation_that_could_not_be_looked_up_is_shown_later(language: str) -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto"))
    wish = {"es": "quiero ver mi reserva", "pt": "quero ver minha reserva", "en": "show me my reservation please"}
    guest.says(wish[language])
    guest.pms.away = True
    assert AWAY[language] in guest.says(f"{CODE} Soto").text
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.text.startswith(BACK[language])
    assert CODE in turn.text
    assert not waits(guest)


def test_what_is_looked_up_by_address_is_looked_up_later_too() -> None:
    guest = Guest()
    guest.phone = "5491155550123"
    guest.pms.reservations.append(a_reservation(CODE, email="ana@x.com", phone=guest.phone))
    guest.pms.away = True
    guest.says("quiero ver mi reserva, mi correo es ana@x.com")
    assert guest.is_woken().replies == []
    guest.pms.away = False
    assert f"¡Ya pude consultar!\n\nTu reserva {CODE}" in guest.is_woken().text


def test_a_cancellation_looked_up_later_still_needs_its_yes() -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto"))
    guest.says("cancelar mi reserva")
    guest.pms.away = True
    guest.says(f"{CODE} Soto")
    guest.pms.away = False
    turn = guest.is_woken()
    assert "¿La cancelo?" in turn.text
    assert turn.cancelled is None
    assert guest.says("sí").cancelled == CODE


def test_a_yes_that_the_pms_did_not_hear_is_asked_again_and_never_booked_by_the_clock() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    guest.pms.away = True
    turn = guest.waits(minutes=1).says("sí")
    assert turn.handed_off == ["reservation_in_doubt"]
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.of(IntendReservation) == []
    assert "¿Confirmo la reserva?" in turn.text
    assert guest.says("sí").booked is not None


def test_nothing_free_once_it_is_back_shows_other_days_with_the_news_first() -> None:
    guest = waiting()
    guest.pms.away = False
    left = guest.pms._left
    guest.pms._left = lambda key, stay: 0 if stay.check_in.day < 6 else left(key, stay)  # type: ignore[method-assign]  # full until then
    turn = guest.is_woken()
    assert turn.text.startswith("¡Ya pude consultar!\n\nNo queda lugar")
    assert turn.titles == ["lun 6 de may", "mar 7 de may"]
    assert not waits(guest)


def test_a_pms_that_goes_again_on_the_way_to_other_days_has_answered_all_the_same() -> None:
    guest = waiting()
    guest.pms.away = False
    guest.pms.sell_out()
    answer = guest.pms.answer

    def answers_once(read: object) -> object:
        found = answer(read)  # type: ignore[arg-type]  # handed on
        guest.pms.away = True
        return found

    guest.pms.answer = answers_once  # type: ignore[assignment,method-assign]  # this PMS answers once
    turn = guest.is_woken()
    assert turn.text.startswith("¡Ya pude consultar!\n\nNo queda lugar")
    assert not waits(guest)


@pytest.mark.parametrize("again", ["otra vez", "hola", "¿hay lugar?"])
def test_who_asks_again_while_it_is_away_hears_that_it_still_is_and_the_clock_goes_on(again: str) -> None:
    guest = waiting()
    due = dict(guest.timers)
    turn = guest.says(again)
    assert "Sigo sin poder consultar" in turn.text
    assert guest.timers == due


def test_a_question_that_needs_no_pms_is_answered_and_the_promise_kept() -> None:
    guest = waiting()
    assert "Hay wifi" in guest.says("¿hay wifi?").text
    guest.pms.away = False
    assert "USD 270.00" in guest.is_woken().text


def test_who_asks_again_once_it_is_back_is_answered_and_waits_no_more() -> None:
    guest = waiting()
    guest.pms.away = False
    turn = guest.says("otra vez")
    assert "USD 270.00" in turn.text
    assert "Ya pude consultar" not in turn.text
    assert len(turn.of(ClearTimer)) == 1
    assert not waits(guest)


@pytest.mark.parametrize("words", ["olvídalo", "deixa pra lá", "never mind", "no, gracias"])
def test_never_mind_ends_the_waiting(words: str) -> None:
    guest = waiting()
    turn = guest.says(words)
    assert len(turn.of(ClearTimer)) == 1
    assert not waits(guest)
    assert guest.state.draft == Draft()


def test_other_dates_that_are_answered_meanwhile_end_the_waiting_for_the_first() -> None:
    guest = waiting()
    guest.pms.away = False
    guest.says("mejor del 10 al 12 de mayo")
    assert not waits(guest)


def test_a_person_who_takes_over_ends_the_waiting() -> None:
    guest = waiting()
    guest.taken_over()
    assert not waits(guest)


def test_a_hotel_that_pauses_the_agent_ends_it_too() -> None:
    guest = waiting()
    guest.paused = True
    guest.says("¿y?")
    assert not waits(guest)


def test_a_timer_in_a_pause_tells_staff_whom_an_answer_was_promised_to() -> None:
    guest = waiting()
    guest.paused = True
    turn = guest.is_woken()
    assert turn.replies == []
    assert turn.handed_off == ["pms_away"]


@pytest.mark.parametrize("kind", ["pms_retry", "something_newer"])
def test_a_timer_of_nothing_does_nothing(kind: str) -> None:
    guest = Guest()
    guest.says("hola")
    before = guest.state
    assert guest.turn(TimerFired(kind=kind, key="")).effects == []
    assert guest.state == before


TOO = {
    "es": "y también quiero ver mi reserva",
    "pt": "e também quero ver minha reserva",
    "en": "also I'd like to see my reservation",
}
BOOKED = {"es": "¿A nombre de quién", "pt": "Em nome de quem", "en": "In whose name"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promise_is_kept_also_where_the_guest_asked_for_something_else_since(language: str) -> None:
    guest = waiting(language)
    guest.says(TOO[language])
    assert guest.is_woken().replies == []
    guest.pms.away = False
    guest.pms.sell_out("suite")
    turn = guest.is_woken()
    assert turn.text.startswith(BACK[language])
    assert [offer.room_type.key for offer in turn.quoted] == ["double"]
    assert BOOKED[language] in guest.says(YES[language]).text
    assert not waits(guest)


def test_until_then_what_was_asked_since_stays_the_question() -> None:
    guest = waiting()
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto"))
    guest.says(TOO["es"])
    guest.is_woken()
    guest.pms.away = False
    assert CODE in guest.says(f"{CODE} Soto").text


def test_a_promise_that_nothing_is_left_of_is_a_persons() -> None:
    guest = waiting()
    guest.says("quiero cambiar mi reserva, del 10 al 12 de mayo")
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.replies == []
    assert turn.handed_off == ["pms_away"]
    assert not waits(guest)
    assert "código" in guest.says("hola").text


def test_a_room_that_was_lost_while_the_pms_is_away_is_looked_for_again_later() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    guest.says("sí")
    guest.pms.away = True
    turn = guest.waits(minutes=1).hears(SagaOutcome.REFUSED)
    assert "no se hizo ninguna reserva" in turn.text
    assert AWAY["es"] in turn.text
    guest.pms.away = False
    assert "¡Ya pude consultar!" in guest.is_woken().text


def test_where_somebody_can_be_told_the_giving_up_says_when_it_will_be_read() -> None:
    guest = Guest(hotel=replace(demo_hotel(), person_reachable=True))
    guest.pms.away = True
    guest.says(ASKED["es"])
    while waits(guest):
        guest.is_woken()
    assert "Le avisé al equipo del hotel" in guest.last.text


def test_a_conversation_that_waits_is_stored_and_read_back() -> None:
    guest = waiting()
    assert codec.STATE.validate_json(codec.text(guest.state)) == guest.state


def test_while_it_waits_the_pms_is_asked_once_a_timer() -> None:
    guest = waiting()
    guest.pms.asked.clear()
    guest.is_woken()
    assert [type(read) for read in guest.pms.asked] == [AskOffers]


def test_details_that_were_taken_back_meanwhile_are_asked_for_before_anything_is_read_back() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    no = guest.button("No, cambiar algo")
    guest.pms.away = True
    guest.waits(minutes=10).says("sí")
    assert waits(guest)
    guest.presses_id(no)
    guest.presses("Mis datos")
    guest.pms.away = False
    turn = guest.is_woken()
    assert not guest.state.draft.summarised
    assert "nombre y apellido" in turn.text
    assert guest.says("sí").of(IntendReservation) == []
    guest.says("Luis Paz")
    assert "A nombre de Luis Paz, luis@x.com" in guest.says("luis@x.com").text


def test_a_number_that_was_taken_back_with_them_is_asked_for_too() -> None:
    guest = Guest()
    guest.asks_phone = True
    guest.says(EVERYTHING)
    guest.says("+34 600 111 222")
    no = guest.button("No, cambiar algo")
    guest.pms.away = True
    guest.waits(minutes=10).says("sí")
    guest.presses_id(no)
    guest.presses("Mis datos")
    guest.says("Luis Paz")
    guest.says("luis@x.com")
    guest.pms.away = False
    guest.is_woken()
    assert not guest.state.draft.summarised
    assert "luis@x.com, +34600111222" in guest.says("+34 600 111 222").text
