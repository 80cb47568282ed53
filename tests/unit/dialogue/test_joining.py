"""Of two conversations the newer goes on, with all that was open or promised in the other."""

from dataclasses import replace
from datetime import date, time, timedelta

from agente_hotelero.dialogue.joining import Side, joined
from agente_hotelero.dialogue.reading import Expecting, Language
from agente_hotelero.dialogue.state import NO_DRAFT, Arriving, Aside, Booking, Draft, Reminded, State
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.storage import codec
from tests.support.dialogue_guest import EVERYTHING, NOON, Guest, a_reservation

CODE = "DEMO-7F3KMQ"


def two(live: State, other: State) -> State:
    return joined(Side(state=live, by="email:ana@x.com"), Side(state=other, by="webchat:1"))


def test_a_booking_in_the_making_goes_on_where_nothing_else_is_open_and_its_old_yes_counts_no_more() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    assert guest.state.expecting is Expecting.YES_NO
    guest.state = two(State(language=Language.ES), guest.state)
    assert guest.says("sí").booked is None
    assert guest.state.draft.name == "Ana Ruiz"
    assert guest.says("sí").booked is not None


def test_what_is_open_where_the_guest_is_now_is_not_replaced() -> None:
    live, other = State(draft=Draft(adults=3)), State(draft=Draft(adults=2))
    assert two(live, other).draft.adults == 3
    assert two(State(looking_for="cancel"), other).draft == NO_DRAFT


def test_a_write_that_is_under_way_is_waited_for() -> None:
    other = State(pending=ClientRef("r"), cancelling_code=CODE, kept_aside=Aside(replaced_by="NEW-1"))
    both = two(State(), other)
    assert (both.pending, both.cancelling_code, both.aside.replaced_by) == ("r", CODE, "NEW-1")


def test_reservations_are_both_s_and_each_is_good_without_proof_only_where_it_was_made() -> None:
    live = State(bookings=(Booking(code="NEW-1", client_ref=ClientRef("1")),))
    other = State(bookings=(Booking(code=CODE, client_ref=ClientRef("2")),))
    guest = Guest()
    guest.state = two(live, other)
    assert [one.code for one in guest.state.bookings] == [CODE, "NEW-1"]
    guest.pms.reservations.append(a_reservation(CODE))
    guest.writes_from = "webchat:1"
    assert f"Tu reserva {CODE}" in guest.says("¿cómo está mi reserva?").text
    guest.writes_from = "webchat:2"
    assert CODE not in guest.says("¿cómo está mi reserva?").text


def test_what_is_booked_later_is_good_where_the_guest_was_told() -> None:
    guest = Guest()
    guest.state = two(State(), State(bookings=(Booking(code=CODE, client_ref=ClientRef("2")),)))
    guest.writes_from = "email:ana@x.com"
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    guest.confirmed()
    assert guest.state.aside.identity.made[-1].by == "email:ana@x.com"


def test_a_person_who_answers_one_of_them_answers_both_and_who_said_stop_has_said_it() -> None:
    both = two(State(), State(taken_over=True, kept_aside=Aside(opted_out=True)))
    assert both.taken_over
    assert both.aside.opted_out


def test_codes_count_together() -> None:
    guest, other = Guest(), Guest()
    for one in (guest, other):
        one.ways = ("email",)
        one.pms.reservations.append(a_reservation(CODE, email="ana@x.com"))
        one.says(f"quiero cancelar mi reserva {CODE}")
        one.says("no")
        one.now = NOON + timedelta(minutes=1)
    other.says("otro código")
    guest.state = two(guest.state, other.state)
    assert len(guest.state.aside.identity.sends) == 2


def test_what_was_said_unasked_to_either_is_said_to_neither_again_and_the_hour_asked_for_is_still_awaited() -> None:
    told = Reminded(code=CODE, reminder=Reminder.WEEK_BEFORE, day=date(2030, 5, 5))
    waited = Arriving(code=CODE, day=date(2030, 5, 5))
    other = State(kept_aside=Aside(reminded=(told,), arriving=waited))
    both = two(State(kept_aside=Aside(reminded=(replace(told, code="NEW-1"),))), other)
    assert [one.code for one in both.aside.reminded] == [CODE, "NEW-1"]
    assert both.aside.arriving == waited
    assert len(two(other, other).aside.reminded) == 1


def test_a_row_from_before_reminders_reads_without_any_and_one_with_them_reads_back() -> None:
    told = Reminded(code=CODE, reminder=Reminder.WEEK_BEFORE, day=date(2030, 5, 5))
    state = State(kept_aside=Aside(reminded=(told,), arriving=Arriving(code=CODE, day=told.day, half_said=time(11))))
    assert codec.STATE.validate_json(codec.text(state)) == state
    assert "reminded" not in codec.text(State())
