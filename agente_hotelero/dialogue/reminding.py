"""Writes to guests because of their stay: before it, during it, after it, each thing once and never at night.

A reservation's timers are set when it is confirmed, also those of what its hotel has switched off: so it may be switched on
for reservations that exist. When one fires, the PMS says what the reservation is now. What moved is waited for anew; what
is cancelled, too late, already said, or a person's, is let be.
"""

from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import arriving, reservations
from agente_hotelero.dialogue.effects import AskReservation, ClearTimer, NoteReminder, SetTimer
from agente_hotelero.dialogue.on_file import READ_FROM, described
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Reminded
from agente_hotelero.dialogue.stay_times import by_day, due_at, last_at
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Link
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.model.stays import PmsReservation, ReservationStatus

PLAN: Final = "stay_plan"
"""The timer of a reservation that was made before there were any of these."""
KINDS: Final = frozenset({PLAN, *Reminder})
LEAD: Final = timedelta(hours=3)
"""Whoever has just made a reservation needs no reminder of it."""
LATER: Final = timedelta(minutes=15)
"""After which the PMS is asked again, or a write has ended."""
KEPT: Final = timedelta(days=60)


def plan(talk: Talk, reservation: PmsReservation) -> None:
    """Set the timers of a reservation that was just confirmed."""
    _set(talk, reservation, lead=LEAD)


def drop(talk: Talk, code: str) -> None:
    """There is no such reservation any more."""
    for kind in (PLAN, *Reminder):
        talk.do(ClearTimer(kind=kind, key=code))
    _forget(talk, code)


def fired(talk: Talk, kind: str, code: str) -> None:
    """The time has come, by what was known when the timer was set."""
    silence = None if kind == PLAN else _silence(talk, Reminder(kind))
    if silence is not None:
        _count(talk, kind, silence)
    elif talk.state.pending is not None:
        # What becomes of this very reservation is known in a moment.
        _later(talk, kind, code)
    else:
        talk.ask(AskReservation(code=code, reminds=kind))


def found(talk: Talk, kind: str, code: str, reservation: PmsReservation | None) -> None:
    """The reservation as the PMS has it now."""
    if reservation is None or reservation.status is not ReservationStatus.LIVE:
        drop(talk, code)
        _count(talk, kind, "gone")
    elif kind == PLAN:
        _set(talk, reservation, lead=LEAD)
    else:
        _set(talk, reservation, lead=timedelta(0))
        _in_time(talk, Reminder(kind), reservation)


def away(talk: Talk, kind: str, code: str) -> None:
    """The PMS does not say: without it nobody is reminded of anything."""
    _later(talk, kind, code)


def _silence(talk: Talk, reminder: Reminder) -> str | None:
    """Why nothing is said, whatever the reservation is."""
    if reminder not in talk.hotel.reminders.at:
        return "off"
    if talk.state.taken_over:
        # Whoever talks with this guest knows what to say; a question in between would be answered to them.
        return "person"
    if talk.world.paused:
        return "paused"
    return "opted_out" if talk.state.aside.opted_out else None


def _in_time(talk: Talk, reminder: Reminder, reservation: PmsReservation) -> None:
    now, hotel = talk.world.now, talk.hotel
    last = last_at(reminder, reservation.stay, hotel)
    if _was_told(talk, reminder, reservation):
        _count(talk, reminder, "told")
    elif now < due_at(reminder, reservation.stay, hotel):
        _count(talk, reminder, "moved")
    elif (day := by_day(now, hotel)) >= last or reservation.sold_twice:
        _count(talk, reminder, "late" if day >= last else "gone")
    elif day > now:
        talk.do(SetTimer(kind=reminder, key=reservation.code, due_at=day, not_after=last))
    else:
        _tell(talk, reminder, reservation)


def _set(talk: Talk, reservation: PmsReservation, *, lead: timedelta) -> None:
    """Set what is still to come, wherever it was before; what is past is not made up for."""
    for reminder in Reminder:
        due = due_at(reminder, reservation.stay, talk.hotel)
        last = last_at(reminder, reservation.stay, talk.hotel)
        if talk.world.now + lead < due < last and not _was_told(talk, reminder, reservation):
            talk.do(SetTimer(kind=reminder, key=reservation.code, due_at=due, not_after=last))


def _later(talk: Talk, kind: str, code: str) -> None:
    talk.do(SetTimer(kind=kind, key=code, due_at=talk.world.now + LATER))


def _tell(talk: Talk, reminder: Reminder, reservation: PmsReservation) -> None:
    _close_questions(talk)
    first = not talk.state.aside.reminded
    _say(talk, reminder, reservation)
    _remember(talk, reminder, reservation)
    if reminder is Reminder.DAY_BEFORE and _asks_too(talk, reservation):
        # One message, and one template, where both would go on the same day.
        arriving.ask(talk, reservation)
        _remember(talk, Reminder.ARRIVAL_TIME, reservation)
        talk.do(ClearTimer(kind=Reminder.ARRIVAL_TIME, key=reservation.code))
    if first:
        talk.say("unasked_hint")
    if reminder is Reminder.REVIEW:
        url, title = talk.hotel.reminders.review_url, talk.phrase("review_button")
        talk.show(Link(body=talk.phrase("review_link"), title=title, url=url), facts=("profile:reminders.review",))
    _count(talk, reminder, "sent")


def _asks_too(talk: Talk, reservation: PmsReservation) -> bool:
    wanted = Reminder.ARRIVAL_TIME in talk.hotel.reminders.at
    return wanted and not _was_told(talk, Reminder.ARRIVAL_TIME, reservation)


def _say(talk: Talk, reminder: Reminder, reservation: PmsReservation) -> None:
    talk.say("unasked_hello", name=reservation.booker_name.split()[0] if reservation.booker_name.split() else "")
    about = described(talk, reservation) | {"hotel": talk.hotel.name}
    match reminder:
        case Reminder.WEEK_BEFORE | Reminder.DAY_BEFORE:
            about["day"] = formats.day(reservation.stay.check_in, talk.language)
            check_in = formats.clock(talk.hotel.check_in_from)
            talk.say(reminder.value, **about, check_in_from=check_in, address=talk.hotel.address, fact=READ_FROM)
            talk.cite("profile:check_in_from")
            talk.cite("profile:address")
        case Reminder.ARRIVAL_TIME:
            arriving.ask(talk, reservation)
        case Reminder.IN_STAY | Reminder.REVIEW:
            talk.say(reminder.value, hotel=talk.hotel.name, fact="profile:name")


def _close_questions(talk: Talk) -> None:
    """A «sí» to what we say now must not be the yes to what was on the table days ago."""
    if talk.state.looking_for != "change":
        reservations.forget(talk)
    if talk.draft.summarised:
        talk.edit(summarised=False)
    if talk.state.aside.split is not None:
        talk.put_aside(split=None)
    talk.change(expecting=Expecting.NOTHING)


def _was_told(talk: Talk, reminder: Reminder, reservation: PmsReservation) -> bool:
    return _note(reminder, reservation) in talk.state.aside.reminded


def _remember(talk: Talk, reminder: Reminder, reservation: PmsReservation) -> None:
    kept = [one for one in talk.state.aside.reminded if one.day > talk.today - KEPT]
    talk.put_aside(reminded=(*kept, _note(reminder, reservation)))


def _note(reminder: Reminder, reservation: PmsReservation) -> Reminded:
    return Reminded(code=reservation.code, reminder=reminder, day=reservation.stay.check_in)


def _forget(talk: Talk, code: str) -> None:
    reminded = talk.state.aside.reminded
    if any(one.code == code for one in reminded):
        talk.put_aside(reminded=tuple(one for one in reminded if one.code != code))
    arriving.forget(talk, code)


def _count(talk: Talk, kind: str, outcome: str) -> None:
    talk.do(NoteReminder(reminder=kind, outcome=outcome))
