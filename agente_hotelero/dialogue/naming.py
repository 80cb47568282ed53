"""Which reservation a message means: by code and surname, by address, by its place among several, by its day."""

from typing import Final

from agente_hotelero.dialogue import booking, changing, looking, verifying
from agente_hotelero.dialogue.reading import LET_BE, POLITE, WANT_A_ROOM, DateReading, Expecting, Intent, Reading
from agente_hotelero.dialogue.taking import tells_slots
from agente_hotelero.dialogue.talk import Talk

ABOUT_ONE: Final = frozenset({Intent.CANCEL_RESERVATION, Intent.CHANGE_RESERVATION, Intent.LATE_CHECKOUT})
SEVERAL: Final = 2


def answer(talk: Talk, reading: Reading) -> bool:
    """Answer the question for a code, a surname or an address, or which of several; tells whether it was one."""
    state = talk.state
    if verifying.asked_for(talk, reading):
        verifying.wish(talk)
    elif reading.intents & LET_BE and reading.code is None and not _wants_another_thing(talk, reading):
        booking.drop(talk)
        talk.say("abandoned")
    elif reading.code is None and reading.email is not None:
        looking.by_address(talk, reading.email)
    elif state.aside.which and _which_one(talk, reading):
        pass
    elif _has_no_code(reading):
        looking.without_code(talk)
    elif reading.code is None and state.looking_for == "change" and _of_the_new_stay(talk, reading):
        changing.keep(talk, reading)
        looking.ask_what_is_missing(talk)
    elif reading.code is None and _of_something_else(reading) and not _gives_the_surname(talk, reading):
        return False
    elif reading.code is None and reading.name is None and state.aside.retry is not None and looking.can_ask(talk):
        # All is known and the PMS was away: whatever this is, it means «again».
        looking.ask(talk)
    elif reading.code is not None or reading.name is not None:
        looking.identify(talk, reading.code, reading.name)
    else:
        return False
    return True


def _gives_the_surname(talk: Talk, reading: Reading) -> bool:
    """«Soto, ¿me devuelven la plata?», where only the surname was missing: what is asked beside it is answered already."""
    given = talk.state.code is not None and reading.name is not None
    return given and not _of_a_stay(reading) and not reading.intents & (ABOUT_ONE | WANT_A_ROOM)


def _wants_another_thing(talk: Talk, reading: Reading) -> bool:
    """«Déjala, pero cambiala»; «olvida la cancelación» wants none."""
    same = {Intent.CANCEL_RESERVATION} if talk.state.looking_for == "cancel" else set()
    return bool(reading.intents & ABOUT_ONE - same)


def means_another(talk: Talk, reading: Reading) -> bool:
    """«No, la otra», «la del 20 de mayo», where one of several is about to be cancelled or left late."""
    state = talk.state
    shown = state.cancelling or state.aside.leaving
    if shown is None or state.expecting is not Expecting.YES_NO or len(state.bookings) < SEVERAL:
        return False
    if reading.intents - POLITE - {Intent.DENY, Intent.OTHER_OPTION, Intent.MY_RESERVATION}:
        return False
    of_a_stay = reading.nights or reading.people or reading.adults or reading.room_key
    return Intent.OTHER_OPTION in reading.intents or (reading.dates is not None and not of_a_stay)


def only_a_code(reading: Reading) -> bool:
    """«DEMO-7F3KMQ Ruiz»; a flight's number is none."""
    if reading.code is None or _of_something_else(reading):
        return False
    return "-" in reading.code or reading.name is not None


def _of_the_new_stay(talk: Talk, reading: Reading) -> bool:
    """What is said of it before the reservation is found; «quiero hacer una nueva» is of none."""
    return Intent.BOOK not in reading.intents and tells_slots(talk, reading)


def _which_one(talk: Talk, reading: Reading) -> bool:
    """«La segunda», «la del 20 de mayo»: one of the guest's own."""
    dates, choice = reading.dates or DateReading(), reading.choice
    new_days = talk.state.looking_for == "change" and dates.check_out is not None
    if reading.code is not None:
        return False
    if choice is not None and choice < len(talk.state.aside.which):
        looking.one_of_them(talk, choice)
    elif dates.check_in is not None and not new_days and not reading.intents & WANT_A_ROOM:
        looking.by_day(talk, dates.check_in)
    else:
        return False
    return True


def _has_no_code(reading: Reading) -> bool:
    """«No tengo el código», or a plain no; «no, la quiero cancelar» is none."""
    if reading.code is not None:
        return False
    only_no = Intent.DENY in reading.intents and not _of_something_else(reading, beside=frozenset({Intent.DENY}))
    return only_no or Intent.NO_CODE in reading.intents


def _of_something_else(reading: Reading, *, beside: frozenset[Intent] = frozenset()) -> bool:
    return _of_a_stay(reading) or bool(reading.intents - POLITE - {Intent.AFFIRM, Intent.MY_RESERVATION} - beside)


def _of_a_stay(reading: Reading) -> bool:
    return bool(reading.dates or reading.nights or reading.people or reading.adults or reading.room_key)
