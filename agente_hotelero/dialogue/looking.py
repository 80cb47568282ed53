"""The reservation that a guest means: found by what they can prove, and handed to what they want of it."""

from typing import Literal

from agente_hotelero.dialogue import changing, leaving, proof, reservations
from agente_hotelero.dialogue.asking import question
from agente_hotelero.dialogue.effects import (
    AskGuestReservations,
    AskReservation,
    HandOffReason,
    ReservationFound,
    ReservationsFound,
)
from agente_hotelero.dialogue.handing_over import PATIENCE, to_person
from agente_hotelero.dialogue.on_file import READ_FROM
from agente_hotelero.dialogue.reading import Expecting, Reading
from agente_hotelero.dialogue.state import Shown
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.stays import PmsReservation, ReservationStatus


def look_for(talk: Talk, purpose: Literal["cancel", "show", "change", "late"], reading: Reading) -> None:
    """Find the reservation that a guest means: one of this conversation's, or what they can prove."""
    in_question, known = proof.in_question(talk), _known(talk)
    _leave_the_last(talk, purpose)
    talk.change(looking_for=purpose, cancelling=None)
    talk.put_aside(leaving=None)
    code = reading.code or talk.state.code or in_question
    if code is None and len(known) == 1:
        code = known[0]
    if code is None and known:
        _which(talk, known)
    elif code is None and reading.email is not None:
        by_address(talk, reading.email)
    else:
        identify(talk, code, reading.name)


def _known(talk: Talk) -> list[str]:
    """What a guest may mean without a code: what they booked here, and what was read for them just now."""
    own, in_hand = [one.code for one in talk.state.bookings], proof.in_hand(talk)
    return own if in_hand is None or in_hand in own else [*own, in_hand]


def _leave_the_last(talk: Talk, purpose: str) -> None:
    """Whose it is stays proved; the question that was open on it is open no more."""
    code = proof.in_hand(talk)
    if code is not None:
        talk.put_aside(shown=Shown(code=code, at=talk.world.now))
    if talk.state.looking_for == "change" and purpose != "change":
        # Days that were said for a change are no wish for one more room.
        changing.leave(talk)


def identify(talk: Talk, code: str | None, name: str | None) -> None:
    """Ask for code and surname until both are there; whoever needs no surname is not asked for it."""
    talk.change(code=code or talk.state.code, surname=name or talk.state.surname)
    talk.put_aside(address=None)
    ask_what_is_missing(talk)


def ask_what_is_missing(talk: Talk) -> None:
    """Ask the PMS if it can be asked, else for an address, the code, the surname, or both."""
    state = talk.state
    if can_ask(talk):
        ask(talk)
    elif state.expecting is Expecting.EMAIL:
        question(talk, Expecting.EMAIL, "ask_address")
    elif state.code is not None:
        question(talk, Expecting.CODE, "ask_surname")
    else:
        question(talk, Expecting.CODE, "ask_code" if state.surname is None else "ask_code_only")


def can_ask(talk: Talk) -> bool:
    """Whether there is enough to look for: of a code alone, what the guest's own number may prove."""
    state = talk.state
    if state.aside.address is not None:
        return True
    return state.code is not None and (
        state.surname is not None or talk.world.phone is not None or proof.own(talk, state.code)
    )


def ask(talk: Talk) -> None:
    """Ask the PMS."""
    if talk.state.aside.address is not None:
        talk.ask(AskGuestReservations(email=talk.state.aside.address))
    else:
        talk.ask(AskReservation(code=talk.state.code or ""))


def by_address(talk: Talk, email: str) -> None:
    """Look for what is on file for an address; only the guest's own number proves that it is theirs."""
    talk.put_aside(address=email)
    if talk.world.phone is None:
        not_here(talk)
    else:
        ask(talk)


def without_code(talk: Talk) -> None:
    """There is one more way where the guest has a number; else nothing can be proved, and a person looks."""
    if talk.world.phone is not None and talk.state.expecting is Expecting.CODE:
        question(talk, Expecting.EMAIL, "ask_address")
        return
    talk.say("no_code")
    to_person(talk, HandOffReason.ASKED, "El huésped no tiene el código de su reserva.")
    _give_up(talk)


def not_here(talk: Talk) -> None:
    """Nothing for that address, or nothing that is this guest's: it sounds the same."""
    talk.say("not_on_file")
    to_person(talk, HandOffReason.ASKED, "El huésped busca su reserva por el correo y no se le puede mostrar ninguna.")
    _give_up(talk)


def found(talk: Talk, answer: ReservationFound) -> None:
    """Do with it what the guest wants; a wrong surname sounds just like a wrong code."""
    reservation = answer.reservation
    if reservation is not None and proof.proved(talk, reservation):
        _found(talk, reservation)
    elif talk.state.surname is None and not talk.state.aside.agreed:
        # Whether there is such a reservation is not said before the surname fits it.
        question(talk, Expecting.CODE, "ask_surname")
    else:
        refused(talk)


def found_on_file(talk: Talk, answer: ReservationsFound) -> None:
    """Take the one whose number on file is the guest's own; of several, ask which."""
    own = [one for one in answer.reservations if proof.same_number(talk, one)]
    own = [one for one in own if one.status is ReservationStatus.LIVE] or own
    if len(own) == 1:
        _found(talk, own[0])
    elif own:
        talk.put_aside(address=None)
        _which(talk, [one.code for one in own])
    else:
        not_here(talk)


def refused(talk: Talk) -> None:
    """The PMS does not take that for a code at all: ask for another look; who keeps guessing is a person's."""
    talk.change(code=None, surname=None, cancelling=None, not_found=talk.state.not_found + 1)
    talk.put_aside(address=None, agreed=False)
    question(talk, Expecting.CODE, "not_found")
    if talk.state.not_found >= PATIENCE:
        talk.change(not_found=0)
        to_person(talk, HandOffReason.ASKED, "El huésped busca una reserva y los datos que da no coinciden.")


def _found(talk: Talk, reservation: PmsReservation) -> None:
    purpose = talk.state.looking_for
    talk.put_aside(shown=Shown(code=reservation.code, at=talk.world.now))
    gone = ReservationStatus.CANCELLED if purpose == "cancel" else None
    talk.change(not_found=0)
    if purpose in {None, "show"}:
        reservations.show(talk, reservation)
    elif reservation.status is gone or (gone is None and reservation.status is not ReservationStatus.LIVE):
        talk.say("already_cancelled", code=reservation.code, fact=READ_FROM)
        _give_up(talk)
    elif purpose == "cancel":
        reservations.found_to_cancel(talk, reservation)
    elif purpose == "change":
        changing.found(talk, reservation)
    else:
        leaving.found(talk, reservation)


def _which(talk: Talk, codes: list[str]) -> None:
    question(talk, Expecting.CODE, "which_own", codes=formats.either(codes, talk.language), fact=READ_FROM)


def _give_up(talk: Talk) -> None:
    changing.leave(talk)
    reservations.forget(talk)
