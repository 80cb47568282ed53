"""What is said to a guest unasked, because of their stay: once, by day, and only what is still so."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agente_hotelero.dialogue import purposes, reminding
from agente_hotelero.dialogue.effects import NoteReminder
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.stay_times import by_day, due_at
from agente_hotelero.model.events import SagaOutcome, TimerFired
from agente_hotelero.model.lines import Purpose
from agente_hotelero.model.messages import Link
from agente_hotelero.model.reminders import USUAL_HOURS, Reminder, Reminders
from agente_hotelero.model.stays import PmsReservation, ReservationStatus, Stay
from tests.fakes.pms import Fault
from tests.support.dialogue_guest import EVERYTHING, NOON, STAY, YES, Guest, Turn, demo_hotel

REVIEW = "https://g.page/r/demo/review"
ALL = Reminders(at=USUAL_HOURS, review_url=REVIEW)
WITHOUT_THE_QUESTION = replace(ALL, at={one: at for one, at in USUAL_HOURS.items() if one is not Reminder.ARRIVAL_TIME})
BUENOS_AIRES = ZoneInfo("America/Argentina/Buenos_Aires")


def a_guest(reminders: Reminders = ALL, *, now: datetime = NOON) -> Guest:
    return Guest(hotel=replace(demo_hotel(), reminders=reminders), now=now)


def booked(guest: Guest, language: str = "es") -> PmsReservation:
    """They have a double from 5 to 8 May."""
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest.pms.reservations[-1]


def outcomes(turn: Turn) -> list[tuple[str, str]]:
    return [(one.reminder, one.outcome) for one in turn.of(NoteReminder)]


def local(guest: Guest) -> str:
    return f"{guest.now.astimezone(BUENOS_AIRES):%d.%m. %H:%M}"


def move(guest: Guest, reservation: PmsReservation, stay: Stay) -> None:
    """Somebody changes it in the PMS itself."""
    guest.pms.reservations[-1] = replace(reservation, stay=stay)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("Falta poco", "Te esperamos el dom 5 de may", "Cómo va todo", "Gracias por haberte")),
        ("pt", ("Falta pouco", "Esperamos você", "Como está tudo", "Obrigado por ter ficado")),
        ("en", ("is coming up", "We look forward", "How is everything", "Thank you for staying")),
    ],
)
def test_a_stay_brings_each_message_once_at_its_hour_in_the_guests_language(
    language: str, words: tuple[str, ...]
) -> None:
    guest = a_guest(WITHOUT_THE_QUESTION)
    booked(guest, language)
    said = []
    while guest.reminders:
        turn = guest.is_reminded()
        if turn.replies:
            said.append((local(guest), turn.text))
    assert [at for at, _ in said] == ["28.04. 10:00", "04.05. 10:00", "05.05. 19:00", "09.05. 11:00"]
    assert [beginning in text for beginning, (_, text) in zip(words, said, strict=True)] == [True] * 4
    assert "Ana" in said[0][1]
    assert REVIEW in said[3][1]


def test_the_day_before_and_the_question_are_one_message_where_a_hotel_wants_both() -> None:
    guest = a_guest()
    booked(guest)
    guest.is_reminded()
    turn = guest.is_reminded()
    assert len(turn.replies) == 1
    assert "Te esperamos el dom 5 de may" in turn.text
    assert "¿A qué hora calculas llegar el dom 5 de may?" in turn.text
    assert (Reminder.ARRIVAL_TIME, guest.pms.reservations[-1].code) not in guest.reminders


def test_where_the_question_goes_first_the_reminder_does_not_ask_again() -> None:
    hours = {Reminder.ARRIVAL_TIME: time(10), Reminder.DAY_BEFORE: time(18)}
    guest = a_guest(Reminders(at=hours))
    booked(guest)
    texts = [turn.text for _ in range(3) if (turn := guest.is_reminded()).replies]
    assert ["A qué hora" in text for text in texts] == [True, False]


def test_how_not_to_get_them_is_said_the_first_time() -> None:
    guest = a_guest()
    booked(guest)
    hinted = ["BAJA" in guest.is_reminded().text for _ in range(4)]
    assert hinted == [True, False, False, False]


def test_the_review_has_its_link_as_a_button() -> None:
    guest = a_guest(Reminders(at={Reminder.REVIEW: time(11)}, review_url=REVIEW))
    booked(guest)
    while not (turn := guest.is_reminded()).replies:
        pass
    [link] = [one.message for one in turn.replies if isinstance(one.message, Link)]
    assert (link.url, link.title) == (REVIEW, "Dejar una opinión")


# What is switched off, and on later.


def test_a_hotel_that_wants_none_says_none_and_asks_its_pms_nothing() -> None:
    guest = a_guest(Reminders())
    booked(guest)
    asked = len(guest.pms.asked)
    turns = [guest.is_reminded() for _ in range(5)]
    assert [turn.replies for turn in turns] == [[]] * 5
    assert [outcomes(turn)[0][1] for turn in turns] == ["off"] * 5
    assert len(guest.pms.asked) == asked


def test_one_that_is_switched_on_later_is_sent_for_reservations_that_exist() -> None:
    guest = a_guest(Reminders())
    booked(guest)
    guest.is_reminded()
    guest.hotel = replace(guest.hotel, reminders=Reminders(at={Reminder.DAY_BEFORE: time(10)}))
    assert "Te esperamos" in guest.is_reminded().text


def test_an_hour_that_was_moved_meanwhile_is_waited_for() -> None:
    guest = a_guest(Reminders())
    booked(guest)
    guest.is_reminded()
    guest.hotel = replace(guest.hotel, reminders=Reminders(at={Reminder.DAY_BEFORE: time(18)}))
    assert outcomes(guest.is_reminded()) == [("day_before", "moved")]
    while not (turn := guest.is_reminded()).replies:
        pass
    assert (local(guest), outcomes(turn)) == ("04.05. 18:00", [("day_before", "sent")])


def test_an_hour_that_was_moved_after_it_was_sent_sends_nothing_again() -> None:
    guest = a_guest(Reminders(at={Reminder.WEEK_BEFORE: time(10), Reminder.DAY_BEFORE: time(10)}))
    booked(guest)
    guest.is_reminded()
    guest.hotel = replace(guest.hotel, reminders=Reminders(at={Reminder.WEEK_BEFORE: time(20)}))
    code = guest.pms.reservations[-1].code
    guest.turn(TimerFired(kind=Reminder.WEEK_BEFORE, key=code))
    assert (Reminder.WEEK_BEFORE, code) not in guest.reminders
    guest.waits(hours=10.5)
    turn = guest.turn(TimerFired(kind=Reminder.WEEK_BEFORE, key=code))
    assert (turn.replies, outcomes(turn)) == ([], [("week_before", "told")])


# What the reservation became.


def test_a_reservation_made_shortly_before_brings_only_what_is_still_to_come() -> None:
    guest = a_guest(now=datetime(2030, 5, 5, 17, 0, tzinfo=UTC))
    booked(guest)
    assert [kind for kind, _ in guest.reminders] == [Reminder.IN_STAY, Reminder.REVIEW]


def test_one_made_an_hour_before_a_reminder_is_not_reminded_of() -> None:
    guest = a_guest(now=datetime(2030, 5, 4, 12, 0, tzinfo=UTC))
    booked(guest)
    assert Reminder.DAY_BEFORE not in {kind for kind, _ in guest.reminders}


def test_a_cancelled_reservation_takes_its_timers_along() -> None:
    guest = a_guest()
    reservation = booked(guest)
    guest.says("quiero cancelar mi reserva")
    guest.says("sí")
    guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(reservation.code))
    assert guest.reminders == {}


def test_one_that_somebody_cancelled_in_the_pms_is_not_reminded_of() -> None:
    guest = a_guest()
    reservation = booked(guest)
    guest.pms.reservations[-1] = replace(reservation, status=ReservationStatus.CANCELLED)
    turn = guest.is_reminded()
    assert (turn.replies, outcomes(turn), guest.reminders) == ([], [("week_before", "gone")], {})


def test_a_lost_room_takes_its_timers_along() -> None:
    guest = a_guest()
    reservation = booked(guest)
    ref = next(one.client_ref for one in guest.state.bookings)
    guest.hears(SagaOutcome.LOST, reservation, ref=ref)
    assert guest.reminders == {}


def test_timers_follow_a_stay_that_was_moved_in_the_pms() -> None:
    guest = a_guest(Reminders(at={Reminder.WEEK_BEFORE: time(10), Reminder.DAY_BEFORE: time(10)}))
    reservation = booked(guest)
    move(guest, reservation, Stay(check_in=date(2030, 6, 5), check_out=date(2030, 6, 8)))
    assert outcomes(guest.is_reminded()) == [("week_before", "moved")]
    assert "mié 5 de jun" in guest.is_reminded().text
    assert local(guest) == "29.05. 10:00"


def test_a_stay_that_moved_forward_has_what_is_past_left_out() -> None:
    guest = a_guest()
    reservation = booked(guest)
    move(guest, reservation, Stay(check_in=date(2030, 4, 28), check_out=date(2030, 4, 30)))
    assert outcomes(guest.is_reminded()) == [("week_before", "late")]
    assert {kind for kind, _ in guest.reminders} & {Reminder.IN_STAY, Reminder.REVIEW} == {
        Reminder.IN_STAY,
        Reminder.REVIEW,
    }
    assert guest.reminders[Reminder.IN_STAY, reservation.code].astimezone(BUENOS_AIRES).day == 28


def test_a_change_of_dates_leaves_one_reservation_to_be_reminded_of() -> None:
    guest = a_guest()
    old = booked(guest)
    guest.says("quiero cambiar las fechas de mi reserva")
    guest.says("del 10 al 12 de mayo")
    while guest.state.pending is None:
        guest.says("sí")
    guest.confirmed()
    new = guest.pms.reservations[-1]
    guest.hears(SagaOutcome.CANCELLED, guest.pms.drop(old.code))
    assert {code for _, code in guest.reminders} == {new.code}


def test_one_made_before_there_were_reminders_gets_its_timers() -> None:
    guest = a_guest()
    reservation = booked(guest)
    usual, guest.reminders = guest.reminders, {}
    guest.turn(TimerFired(kind=reminding.PLAN, key=reservation.code))
    assert guest.reminders == usual


# By day only, and only in time.


def test_a_timer_that_fires_at_night_waits_for_the_morning() -> None:
    guest = a_guest(Reminders(at={Reminder.WEEK_BEFORE: time(20)}))
    reservation = booked(guest)
    guest.now = datetime(2030, 4, 29, 1, 30, tzinfo=UTC)
    assert guest.turn(TimerFired(kind=Reminder.WEEK_BEFORE, key=reservation.code)).replies == []
    del guest.reminders[Reminder.WEEK_BEFORE, reservation.code]
    guest.reminders[Reminder.WEEK_BEFORE, reservation.code] = by_day(guest.now, guest.hotel)
    assert guest.is_reminded().replies
    assert local(guest) == "29.04. 09:00"


def test_what_comes_too_late_is_not_said() -> None:
    guest = a_guest()
    reservation = booked(guest)
    guest.now = datetime(2030, 5, 6, 15, 0, tzinfo=UTC)
    for kind in (Reminder.WEEK_BEFORE, Reminder.DAY_BEFORE, Reminder.ARRIVAL_TIME):
        turn = guest.turn(TimerFired(kind=kind, key=reservation.code))
        assert (turn.replies, outcomes(turn)) == ([], [(kind, "late")])


@pytest.mark.parametrize(
    ("hour", "night"), [(time(20, 59), False), (time(21), True), (time(3), True), (time(8, 59), True), (time(9), False)]
)
def test_the_night_is_the_hotels_own(hour: time, night: bool) -> None:
    hotel = demo_hotel()
    moment = datetime.combine(date(2030, 4, 1), hour, hotel.zone)
    day = by_day(moment, hotel)
    assert (day != moment) is night
    assert day - moment < timedelta(hours=13)
    assert not night or day.time() == time(9)


def test_hours_are_of_where_the_guest_is_going() -> None:
    tokyo = replace(demo_hotel(), zone=ZoneInfo("Asia/Tokyo"))
    assert due_at(Reminder.DAY_BEFORE, STAY, tokyo).astimezone(UTC).hour == 1


def test_next_days_check_of_a_guest_who_leaves_then_is_left_out_once_they_pack() -> None:
    guest = a_guest(Reminders(at={Reminder.IN_STAY: time(10)}, in_stay_day=1))
    guest.says("una doble del 5 al 6 de mayo para 2, a nombre de Ana Ruiz ana@x.com")
    guest.says("sí")
    guest.confirmed()
    assert Reminder.IN_STAY not in {kind for kind, _ in guest.reminders}


# Not to everybody.


def test_a_guest_who_said_stop_gets_none() -> None:
    guest = a_guest()
    booked(guest)
    guest.says("BAJA")
    turn = guest.is_reminded()
    assert (turn.replies, outcomes(turn)) == ([], [("week_before", "opted_out")])
    guest.says("ALTA")
    assert guest.is_reminded().replies


def test_a_guest_whom_a_person_talks_with_gets_none() -> None:
    guest = a_guest()
    booked(guest)
    guest.taken_over()
    turn = guest.is_reminded()
    assert (turn.replies, turn.handed_off, outcomes(turn)) == ([], [], [("week_before", "person")])


def test_a_paused_hotel_says_nothing_unasked() -> None:
    guest = a_guest()
    booked(guest)
    guest.paused = True
    assert outcomes(guest.is_reminded()) == [("week_before", "paused")]


def test_while_the_pms_is_away_the_reminder_waits_for_it() -> None:
    guest = a_guest()
    reservation = booked(guest)
    guest.pms.read_faults.append(Fault.FAIL_BEFORE)
    turn = guest.is_reminded()
    assert (turn.replies, turn.handed_off) == ([], [])
    assert guest.reminders[Reminder.WEEK_BEFORE, reservation.code] == guest.now + reminding.LATER
    assert guest.is_reminded().replies


def test_while_a_write_is_under_way_it_waits_for_its_end() -> None:
    guest = a_guest()
    booked(guest)
    guest.says("quiero cancelar mi reserva")
    guest.says("sí")
    assert guest.state.pending is not None
    assert guest.is_reminded().replies == []
    assert (Reminder.WEEK_BEFORE, guest.pms.reservations[-1].code) in guest.reminders


@pytest.mark.parametrize("before", ["quiero cancelar mi reserva", "otra doble del 20 al 22 de mayo para 2"])
@pytest.mark.parametrize("word", ["sí", "sí, todo bien", "ok gracias"])
def test_a_yes_to_it_is_no_yes_to_what_was_on_the_table_before(before: str, word: str) -> None:
    guest = a_guest(Reminders(at={Reminder.WEEK_BEFORE: time(10)}))
    booked(guest)
    guest.says(before)
    while not guest.is_reminded().replies:
        pass
    turn = guest.says(word)
    assert (turn.booked, turn.cancelled) == (None, None)


def test_what_it_says_is_the_pms_s_and_the_profiles() -> None:
    guest = a_guest()
    booked(guest)
    assert {"pms:reservation", "profile:check_in_from", "profile:address"} <= guest.is_reminded().facts


def test_its_language_is_the_hotels_where_the_guest_never_said_theirs() -> None:
    guest = a_guest()
    booked(guest)
    guest.state = replace(guest.state, language=None)
    assert guest.hotel.languages[0] == Language.ES
    assert "Falta poco" in guest.is_reminded().text


def test_each_has_its_purpose_and_may_be_refused() -> None:
    found = {kind: purposes.named("timer", kind) for kind in Reminder}
    assert found == {
        Reminder.WEEK_BEFORE: Purpose.PRE_ARRIVAL,
        Reminder.DAY_BEFORE: Purpose.PRE_ARRIVAL,
        Reminder.ARRIVAL_TIME: Purpose.ARRIVAL_TIME,
        Reminder.IN_STAY: Purpose.IN_STAY,
        Reminder.REVIEW: Purpose.REVIEW,
    }
    assert all(purpose.unasked for purpose in found.values())
