"""A late check-out: its hour and its price before the yes, and a note in the PMS after it."""

from typing import Final

from agente_hotelero.dialogue import facts, reservations
from agente_hotelero.dialogue.asking import NO, YES
from agente_hotelero.dialogue.effects import HandOffReason, IntendLateCheckout
from agente_hotelero.dialogue.handing_over import to_person, way_to_person
from agente_hotelero.dialogue.on_file import READ_FROM, described
from agente_hotelero.dialogue.reading import Expecting, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.hotel import LateCheckoutTerms
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import PmsReservation

TERMS: Final = "profile:late_checkout"


def wished(talk: Talk, reading: Reading) -> bool:
    """Whether it is worth looking for the reservation; who has none here hears the hotel's terms first."""
    terms, hour = talk.hotel.late_checkout, reading.hour
    if terms is None:
        _by_team(talk, "late_by_team", "El huésped pide salir más tarde.")
    elif hour is not None and hour <= talk.hotel.check_out_until:
        facts.check_out(talk)
    else:
        too_late = hour is not None and hour > terms.until
        if too_late or not talk.state.bookings:
            talk.say("late_terms", fact=TERMS, **_said(talk, terms))
        if too_late:
            way_to_person(talk)
        return True
    return False


def found(talk: Talk, reservation: PmsReservation) -> None:
    """Whose late check-out it is; where it is too late for one, a person decides."""
    terms = talk.hotel.late_checkout
    if terms is None or _over(talk, reservation, terms):
        _by_team(talk, "late_by_team", f"El huésped pide salir más tarde (reserva {reservation.code}).")
    elif reservation.leaves_at is not None and reservation.leaves_at >= terms.until:
        until = formats.clock(reservation.leaves_at)
        talk.say("late_already", code=reservation.code, until=until, fact=READ_FROM)
        reservations.forget(talk)
    else:
        _sum_up(talk, reservation, terms)


def said_yes(talk: Talk, reservation: PmsReservation) -> None:
    """An explicit yes to the hour and its price."""
    terms = talk.hotel.late_checkout
    if talk.no_yes is not None:
        talk.say(talk.no_yes)
        found(talk, reservation)
    elif terms is None or yes_id(reservation, terms) != talk.state.aside.leaving_yes:
        # The hotel's file changed in between: the yes was to something else.
        talk.say("terms_changed")
        found(talk, reservation)
    elif _over(talk, reservation, terms):
        found(talk, reservation)
    else:
        _intend(talk, reservation, terms)


def no_id(reservation: PmsReservation, terms: LateCheckoutTerms) -> str:
    """The button that leaves it as it is."""
    return f"{NO}{_about(reservation, terms)}"


def yes_id(reservation: PmsReservation, terms: LateCheckoutTerms) -> str:
    """The button that asks for it: of another hour or price it is another."""
    return f"{YES}{_about(reservation, terms)}"


def _over(talk: Talk, reservation: PmsReservation, terms: LateCheckoutTerms) -> bool:
    """Whether the hour of a late check-out has passed already."""
    local = talk.world.now.astimezone(talk.hotel.zone)
    return (reservation.stay.check_out, terms.until) <= (local.date(), local.time())


def _sum_up(talk: Talk, reservation: PmsReservation, terms: LateCheckoutTerms) -> None:
    yes = yes_id(reservation, terms)
    talk.change(looking_for="late", expecting=Expecting.YES_NO)
    talk.put_aside(leaving=reservation, leaving_yes=yes)
    day = formats.day(reservation.stay.check_out, talk.language)
    body = talk.phrase("late_summary", day=day, **_said(talk, terms), **described(talk, reservation))
    options = (
        Option(id=yes, title=talk.phrase("yes_late")),
        Option(id=no_id(reservation, terms), title=talk.phrase("no_late")),
    )
    talk.offer(body, options, facts=(READ_FROM, TERMS))


def _intend(talk: Talk, reservation: PmsReservation, terms: LateCheckoutTerms) -> None:
    talk.do(IntendLateCheckout(client_ref=talk.world.client_ref, code=reservation.code, until=terms.until))
    reservations.forget(talk)
    talk.change(pending=talk.world.client_ref, in_flight=None, pressed=None)
    talk.put_aside(late_code=reservation.code)
    talk.say("late_asking")


def _said(talk: Talk, terms: LateCheckoutTerms) -> dict[str, str]:
    return {"until": formats.clock(terms.until), "price": formats.money(terms.price, talk.language)}


def _about(reservation: PmsReservation, terms: LateCheckoutTerms) -> str:
    return f"late:{reservation.code}:{terms.until:%H:%M}:{terms.price.amount}"


def _by_team(talk: Talk, key: str, why: str) -> None:
    talk.say(key)
    to_person(talk, HandOffReason.LATE_CHECKOUT, why)
    reservations.forget(talk)
