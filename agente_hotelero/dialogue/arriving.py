"""When a guest arrives: asked for, understood, and told to staff."""

from datetime import date, time
from typing import Final

from agente_hotelero.dialogue import handing_over, proof
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.on_file import READ_FROM
from agente_hotelero.dialogue.reading import Arrives, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.state import Arriving, State
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.stays import PmsReservation

SOMETHING_ELSE: Final = frozenset(
    {
        Intent.CANCEL_RESERVATION,
        Intent.CHANGE_RESERVATION,
        Intent.BOOK,
        Intent.AVAILABILITY,
        Intent.LATE_CHECKOUT,
        Intent.EARLY_CHECK_IN,
    }
)
EARLY: Final = time(6)
"""Before this it is still the night of the day before."""
NOON: Final = 12
PARTS: Final = {"morning": "por la mañana", "afternoon": "por la tarde", "night": "por la noche"}


def ask(talk: Talk, reservation: PmsReservation) -> None:
    """Ask, and know which reservation an hour is of."""
    day = reservation.stay.check_in
    talk.say("arrival_time", day=formats.day(day, talk.language), fact=READ_FROM)
    talk.put_aside(arriving=Arriving(code=reservation.code, day=day))
    talk.change(expecting=Expecting.NOTHING)


def expecting(state: State, sent_on: date) -> Expecting:
    """What the last question asked for: this one, until something else is asked, or the day is over."""
    asked = state.aside.arriving
    if asked is None or state.expecting is not Expecting.NOTHING or sent_on > asked.day:
        return state.expecting
    return Expecting.ARRIVAL


def tells(talk: Talk, reading: Reading) -> bool:
    """Whether an hour in this message is that of the arrival."""
    return Intent.ARRIVAL_NOTICE in reading.intents or expecting(talk.state, talk.today) is Expecting.ARRIVAL


def notice(talk: Talk, reading: Reading) -> bool:
    """Take what a guest says of it unasked; tells whether they said when, and nobody has to ask them."""
    if answer(talk, reading):
        return True
    arrives, day = reading.arrives, reading.dates.check_in if reading.dates is not None else None
    if arrives is None or (arrives.hour is None and arrives.part is None):
        return False
    if arrives.hour is None:
        talk.say("got_arrival")
        _tell_staff_unasked(talk, reading, day, PARTS[str(arrives.part)])
    else:
        hour = _hour(arrives, None) or arrives.hour
        talk.say("arrival_unasked", hour=formats.clock(hour), fact="guest:arrival")
        _say_if_early(talk, hour)
        half = "" if arrives.sure or arrives.part else " (no dijo si de la mañana o de la noche)"
        _tell_staff_unasked(talk, reading, day, f"{_about(hour)}{half}")
    if not talk.world.open_now:
        # They may be on their way, and nobody reads it before they are here.
        handing_over.promise(talk, now="person_now", later="person_later")
    return True


def answer(talk: Talk, reading: Reading) -> bool:
    """Take an hour; tells whether this was an answer to the question."""
    asked, arrives = talk.state.aside.arriving, reading.arrives
    if asked is None or arrives is None or reading.intents & SOMETHING_ELSE:
        return False
    if expecting(talk.state, talk.today) is not Expecting.ARRIVAL:
        return False
    if _of_another_day(reading, asked):
        return False
    hour = _hour(arrives, asked.half_said)
    if hour is not None:
        _take(talk, asked, hour)
    elif arrives.hour is not None:
        talk.put_aside(arriving=Arriving(code=asked.code, day=asked.day, half_said=arrives.hour))
        talk.say("arrival_which_half", hour=arrives.hour.hour)
    elif arrives.part is not None:
        _take_part(talk, asked, arrives.part)
    else:
        _done(talk)
        talk.say("arrival_not_known")
    return True


def forget(talk: Talk, code: str) -> None:
    """The reservation that was asked about is gone."""
    asked = talk.state.aside.arriving
    if asked is not None and asked.code == code:
        _done(talk)


def _of_another_day(reading: Reading, asked: Arriving) -> bool:
    return reading.dates is not None and reading.dates.check_in not in {None, asked.day}


def _hour(arrives: Arrives, half_said: time | None) -> time | None:
    """None where it may be the morning's or the evening's."""
    hour = arrives.hour or half_said
    if hour is None or (arrives.hour is not None and arrives.sure):
        return hour
    if arrives.part is None:
        return None
    return hour if arrives.part == "morning" else time(hour.hour % NOON + NOON, hour.minute)


def _take(talk: Talk, asked: Arriving, hour: time) -> None:
    words = {"day": formats.day(asked.day, talk.language), "hour": formats.clock(hour)}
    talk.say("arrival_noted", fact="guest:arrival", **words)
    _say_if_early(talk, hour)
    _tell_staff(talk, asked, _about(hour))


def _say_if_early(talk: Talk, hour: time) -> None:
    if EARLY <= hour < talk.hotel.check_in_from:
        check_in = formats.clock(talk.hotel.check_in_from)
        talk.say("arrival_early", check_in_from=check_in, fact="profile:check_in_from")


def _about(hour: time) -> str:
    night = " (de madrugada, la noche que sigue a ese día)" if hour < EARLY else ""
    return f"hacia las {formats.clock(hour)}{night}"


def _take_part(talk: Talk, asked: Arriving, part: str) -> None:
    talk.say(f"arrival_{part}", day=formats.day(asked.day, talk.language), fact=READ_FROM)
    _tell_staff(talk, asked, PARTS[part])


def _tell_staff(talk: Talk, asked: Arriving, when: str) -> None:
    day = formats.day(asked.day, Language.ES)
    talk.hand_off(HandOffReason.ARRIVAL, f"Reserva {asked.code}: el huésped dice que llega el {day} {when}.")
    _done(talk)


def _tell_staff_unasked(talk: Talk, reading: Reading, day: date | None, when: str) -> None:
    codes = [reading.code] if reading.code else proof.bookings(talk)
    whose = f"Reserva {', '.join(codes)}" if codes else "Sin código de reserva"
    on = f" el {formats.day(day, Language.ES)}" if day is not None else ""
    talk.hand_off(HandOffReason.ARRIVAL, f"{whose}: el huésped avisa que llega{on} {when}.")


def _done(talk: Talk) -> None:
    talk.put_aside(arriving=None)
