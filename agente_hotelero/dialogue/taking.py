"""What a message adds to the reservation in the making, or changes in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agente_hotelero.dialogue import calling
from agente_hotelero.dialogue.asking import choose, question
from agente_hotelero.dialogue.reading import (
    POLITE,
    WANT_A_ROOM,
    DateReading,
    DateTrouble,
    Expecting,
    Reading,
)
from agente_hotelero.dialogue.state import NO_DRAFT, Draft
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import Stay

DAY: Final = "day:"
TROUBLES: Final = {
    DateTrouble.PAST: "dates_past",
    DateTrouble.REVERSED: "dates_reversed",
    DateTrouble.IMPOSSIBLE: "dates_impossible",
}


def tells_slots(talk: Talk, reading: Reading) -> bool:
    """Tell whether a message says something of the stay, the party, the room or the booker."""
    people = (reading.adults, reading.children, reading.people, reading.rooms)
    slots = (reading.dates, reading.nights, reading.email, *people)
    return (
        any(slot is not None for slot in slots)
        or reading.room_key is not None
        or _names_its_month(talk, reading)
        or (reading.choice is not None and talk.state.expecting is Expecting.OFFER)
        or _name(talk, reading) is not None
        or (talk.drafting and calling.told(talk, reading) is not None)
    )


def take(talk: Talk, reading: Reading) -> bool:
    """Put what was said into the draft; tells whether the dates were usable."""
    if talk.draft == NO_DRAFT:
        talk.put_aside(month=None)
        talk.edit(begun=True, name=talk.state.name, email=talk.state.email)
    before = talk.draft
    name = _name(talk, reading)
    usable = _take_dates(talk, reading)
    of_other_days = talk.state.aside.sold_out is not None and reading.dates is None
    if before.replaces is not None and before.check_in is None and usable and not of_other_days:
        _take_from_the_booked_stay(talk, reading, before.replaces.stay)
    _take_people(talk, reading)
    _take_rooms(talk, reading)
    if reading.choice is not None and talk.state.expecting is Expecting.OFFER and reading.choice < len(before.offers):
        # With other dates in the same breath («la segunda, pero del 6 al 9») it names a type, no longer an offer.
        _take_room(talk, before.offers[reading.choice].room_type.key)
    elif reading.room_key is not None:
        _take_room(talk, reading.room_key)
    _take_booker(talk, name, reading.email)
    number = calling.told(talk, reading)
    if number is not None and number != talk.state.aside.phone:
        calling.take(talk, number)
    return usable


def take_day(talk: Talk, arrival: date) -> None:
    """The guest told which of two days was meant."""
    _set_stay(talk, _Stay(check_in=arrival, check_out=talk.draft.check_out, nights=talk.draft.nights))


def days_of_a_change(draft: Draft, booked: Stay, *, only_the_room: bool) -> dict[str, date | None]:
    """What was said of the new stay, and the rest as booked.

    Nights alone («una noche más», «4 noches») may mean two things: the days are asked for.
    """
    if draft.check_in is not None:
        nights = draft.nights or booked.nights
        check_out = draft.check_out or draft.check_in + (booked.check_out - booked.check_in) * nights // booked.nights
        return {"check_in": draft.check_in, "check_out": check_out}
    if draft.check_out is not None and draft.check_out > booked.check_in:
        return {"check_in": booked.check_in, "check_out": draft.check_out}
    if only_the_room and draft.nights is None:
        return {"check_in": booked.check_in, "check_out": booked.check_out}
    return {"check_in": None, "check_out": None}


def forget_dates(talk: Talk) -> None:
    """Ask for them anew, and keep the rest."""
    talk.edit(check_in=None, check_out=None, nights=None, chosen=None, offers=(), nearby=(), summarised=False)
    talk.put_aside(sold_out=None, split=None)


def _names_its_month(talk: Talk, reading: Reading) -> bool:
    """A month alone is that of the stay where one is wanted: «¿abre la pileta en mayo?» asks for none."""
    if reading.month is None or talk.draft.check_in is not None:
        return False
    wanted = talk.drafting or bool(reading.intents & WANT_A_ROOM)
    return wanted or (talk.state.expecting is Expecting.DATES and reading.intents <= POLITE)


def _name(talk: Talk, reading: Reading) -> str | None:
    if reading.name is None:
        return None
    if talk.state.expecting is Expecting.NAME:
        return reading.name if reading.room_key is None else None
    # Elsewhere «it's fine» looks like one, too: a name that is known gives way only to a whole one.
    return reading.name if talk.drafting and (talk.draft.name is None or " " in reading.name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """What is known of one so far."""

    check_in: date | None
    check_out: date | None
    nights: int | None


def _take_dates(talk: Talk, reading: Reading) -> bool:
    dates = reading.dates
    if dates is not None and dates.trouble is not None:
        talk.edit(nights=reading.nights or dates.nights or talk.draft.nights)
        if dates.trouble is DateTrouble.AMBIGUOUS and (dates.check_out or dates.nights):
            talk.edit(check_in=None, check_out=dates.check_out, chosen=None, offers=(), nearby=(), summarised=False)
        _tell_trouble(talk, dates, dates.trouble)
        return False
    if dates is None and _names_its_month(talk, reading):
        talk.put_aside(month=reading.month)
    if dates is not None or reading.nights is not None:
        _set_stay(talk, _together(talk.draft, dates or DateReading(), reading.nights))
    return True


def _together(draft: Draft, dates: DateReading, nights: int | None) -> _Stay:
    """Lay new dates over the old: a new arrival leaves only a departure that was said alone, or a length."""
    check_in = dates.check_in or draft.check_in
    check_out = dates.check_out
    if check_out is None and nights is None and (dates.check_in is None or draft.check_in is None):
        check_out = draft.check_out
    return _Stay(check_in=check_in, check_out=check_out, nights=nights or draft.nights)


def _set_stay(talk: Talk, stay: _Stay) -> None:
    check_in, check_out, nights = stay.check_in, stay.check_out, stay.nights
    if check_in is not None and check_out is None and nights is not None:
        check_out = check_in + timedelta(days=nights)
    if check_in is not None and check_out is not None and check_out <= check_in:
        check_out = None
    if (check_in, check_out) != (talk.draft.check_in, talk.draft.check_out):
        talk.edit(check_in=check_in, check_out=check_out, chosen=None, offers=(), nearby=(), summarised=False)
    talk.edit(nights=nights if check_in is None else None)
    if check_in is not None and talk.state.aside.month is not None:
        talk.put_aside(month=None)


def _take_from_the_booked_stay(talk: Talk, reading: Reading, booked: Stay) -> None:
    """Asked for the new days, guests say «hasta el 9», or what else is to change, or how many nights."""
    if reading.dates is None and reading.nights is not None:
        # Asked again it would be said again: until which day tells more or fewer.
        talk.edit(check_in=booked.check_in, nights=None)
        return
    of_the_room = (reading.room_key, reading.rooms, reading.people, reading.adults, reading.children)
    talk.edit(**days_of_a_change(talk.draft, booked, only_the_room=any(said is not None for said in of_the_room)))


def _tell_trouble(talk: Talk, dates: DateReading, trouble: DateTrouble) -> None:
    if trouble is DateTrouble.AMBIGUOUS:
        talk.change(expecting=Expecting.OPTION, days=dates.alternatives)
        options = [Option(id=f"{DAY}{day}", title=formats.day(day, talk.language)) for day in dates.alternatives]
        talk.offer(talk.phrase("dates_ambiguous"), options)
    else:
        question(talk, Expecting.DATES, TROUBLES[trouble])


def _take_people(talk: Talk, reading: Reading) -> None:
    draft = talk.draft
    adults, children = _people(draft, reading)
    if adults is not None and adults < 1:
        adults = None
    if (adults, children) != (draft.adults, draft.children):
        talk.edit(adults=adults, children=children, chosen=None, offers=(), summarised=False)


def _people(draft: Draft, reading: Reading) -> tuple[int | None, int | None]:
    adults, children = draft.adults, draft.children
    if reading.people is not None:
        known = children or 0
        if adults is None and 0 < known < reading.people:
            # «con un niño», and then «somos 3».
            return reading.people - known, known
        if reading.people != (adults or 0) + known:
            adults, children = reading.people, 0
    if reading.adults is not None:
        adults = reading.adults
        children = reading.children if reading.children is not None else (children or 0)
    elif reading.children is not None:
        children = reading.children
    return adults, children


def _take_booker(talk: Talk, name: str | None, email: str | None) -> None:
    """In whose name; a reservation that is changed stays its booker's."""
    of_a_change = talk.draft.replaces is not None
    if name is not None and not of_a_change:
        talk.edit(name=name, summarised=False)
    if email is not None and not (of_a_change and talk.draft.email is not None):
        talk.edit(email=email, summarised=False)


def _take_rooms(talk: Talk, reading: Reading) -> None:
    """«Dos habitaciones»; «una sola habitación» is as few as hold them."""
    if reading.rooms is None:
        return
    rooms = reading.rooms if reading.rooms > 1 else None
    if rooms != talk.draft.rooms:
        talk.edit(rooms=rooms, chosen=None, offers=(), summarised=False)


def _take_room(talk: Talk, key: str) -> None:
    offer = next((one for one in talk.draft.offers if one.room_type.key == key), None)
    if offer is not None:
        choose(talk, offer)
    elif key != talk.draft.room_key:
        talk.edit(room_key=key, chosen=None, offers=(), summarised=False)
