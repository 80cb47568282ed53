"""Another stay instead of the one that is booked: the new one is made first, and only then the old one goes."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from agente_hotelero.dialogue import booking, reservations
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.on_file import begun
from agente_hotelero.dialogue.reading import DateReading, Reading
from agente_hotelero.dialogue.state import NO_DRAFT, Draft
from agente_hotelero.dialogue.taking import days_of_a_change, take
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.understanding.occurrences import beside
from agente_hotelero.model.stays import PmsReservation, Stay


def begin(talk: Talk, reading: Reading) -> None:
    """A wish for another stay; what is said of it is kept until the reservation is found."""
    talk.change(draft=Draft(begun=True), days=())
    _forget_the_last_one(talk)
    keep(talk, reading)


def keep(talk: Talk, reading: Reading) -> None:
    """What a message says of the new stay, as far as it can be used; days that can't be are asked for later."""
    dates = reading.dates or DateReading()
    if dates.trouble is None:
        take(talk, reading)
        talk.put_aside(month_unsaid=dates.month_unsaid or (reading.dates is None and talk.state.aside.month_unsaid))


def found(talk: Talk, reservation: PmsReservation) -> None:
    """The reservation that is to be changed: what was not said stays as it is."""
    if begun(talk, reservation):
        by_team(talk, f"El huésped quiere cambiar la reserva {reservation.code}, cuya estadía ya empezó.")
        return
    reservations.forget(talk)
    if talk.state.aside.month_unsaid:
        talk.change(draft=_in_its_month(talk.draft, reservation.stay, today=talk.today))
        talk.put_aside(month_unsaid=False)
    talk.edit(**_as_booked(talk.draft, reservation))
    booking.advance(talk)


def by_team(talk: Talk, why: str) -> None:
    """A person changes it."""
    talk.say("change_by_team")
    to_person(talk, HandOffReason.ASKED, why)
    leave(talk)
    reservations.forget(talk)


def leave(talk: Talk) -> None:
    """The wish for another stay is dropped, where it was one."""
    if talk.state.looking_for == "change" or talk.draft.replaces is not None:
        talk.change(draft=NO_DRAFT)
        _forget_the_last_one(talk)


def _forget_the_last_one(talk: Talk) -> None:
    talk.put_aside(sold_out=None, would_change_rooms=False, split=None, month_unsaid=False, giving_up=None)


def _as_booked(draft: Draft, reservation: PmsReservation) -> dict[str, Any]:
    party, said_who = reservation.party, draft.adults is not None or draft.children is not None
    rooms = draft.rooms if said_who or draft.rooms is not None else _several(party.rooms)
    return {
        "replaces": reservation,
        "name": reservation.booker_name,
        "email": reservation.booker_email,
        "room_key": draft.room_key or reservation.room_type_key,
        "adults": draft.adults if draft.adults is not None else party.adults,
        "children": draft.children if said_who else party.children,
        "rooms": rooms,
        "nights": None,
        **days_of_a_change(draft, reservation.stay, only_the_room=said_who or bool(draft.room_key or draft.rooms)),
    }


def _in_its_month(draft: Draft, booked: Stay, *, today: date) -> Draft:
    """«Cambiar mi reserva, llegamos el 6»: the 6th of the month that was booked, which is known only now."""
    check_in = draft.check_in and (beside(draft.check_in.day, booked.check_in, today=today) or draft.check_in)
    after = (check_in or booked.check_in) + timedelta(days=1)
    check_out = draft.check_out and beside(draft.check_out.day, after, today=after)
    return replace(draft, check_in=check_in, check_out=check_out or draft.check_out)


def _several(rooms: int) -> int | None:
    return rooms if rooms > 1 else None
