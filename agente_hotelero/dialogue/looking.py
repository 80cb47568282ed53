"""The reservation that a guest means: found by what they can prove, and handed to what they want of it."""

from dataclasses import replace
from datetime import date
from typing import Literal

from agente_hotelero.dialogue import changing, leaving, proof, reservations, verifying
from agente_hotelero.dialogue.asking import question
from agente_hotelero.dialogue.effects import (
    AskGuestReservations,
    AskReservation,
    AskToTry,
    CodesSent,
    HandOffReason,
    MayTry,
    ReservationFound,
    ReservationsFound,
    SameGuest,
)
from agente_hotelero.dialogue.handing_over import PATIENCE, to_person
from agente_hotelero.dialogue.on_file import READ_FROM
from agente_hotelero.dialogue.reading import Expecting, Intent, Reading
from agente_hotelero.dialogue.state import Shown, Way
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.stays import PmsReservation, ReservationStatus


def look_for(talk: Talk, purpose: Literal["cancel", "show", "change", "late"], reading: Reading) -> None:
    """Find the reservation that a guest means: one of this conversation's, or what they can prove."""
    in_question, known = proof.in_question(talk), _known(talk)
    _leave_the_last(talk, purpose, reading)
    talk.change(looking_for=purpose, cancelling=None)
    talk.put_aside(leaving=None, which=(), which_day=None)
    talk.identify(wanted=False)
    code = reading.code or talk.state.code or in_question
    if code is None and len(known) == 1:
        code = known[0]
    if code is None and known:
        _one_of_the_known(talk, known, reading)
    elif code is None and reading.email is not None:
        by_address(talk, reading.email)
    elif code is None and Intent.NO_CODE in reading.intents:
        talk.change(expecting=Expecting.CODE)
        without_code(talk)
    else:
        identify(talk, code, reading.name)


def _known(talk: Talk) -> tuple[str, ...]:
    """What a guest may mean without a code: what they booked here, and what was read for them just now."""
    own, in_hand = proof.bookings(talk), proof.in_hand(talk)
    return own if in_hand is None or in_hand in own else (*own, in_hand)


def _leave_the_last(talk: Talk, purpose: str, reading: Reading) -> None:
    """Whose it is stays proved; the question that was open on it is open no more."""
    code, old = proof.in_hand(talk), talk.draft.replaces
    if code is not None:
        talk.put_aside(shown=Shown(code=code, at=talk.world.now))
    of_its_change = purpose == "cancel" and old is not None and reading.code in {None, old.code}
    if of_its_change or (talk.state.looking_for == "change" and purpose != "change"):
        # Days that were said for a change are no wish for one more room.
        changing.leave(talk)


def _one_of_the_known(talk: Talk, known: tuple[str, ...], reading: Reading) -> None:
    """«Cancela la del 20 de mayo» says which; of a change it is rather the new day."""
    day = reading.dates.check_in if reading.dates is not None and talk.state.looking_for != "change" else None
    if day is None:
        _which(talk, known)
    else:
        talk.put_aside(which=known)
        by_day(talk, day)


def one_of_them(talk: Talk, place: int) -> None:
    """«La segunda»."""
    identify(talk, talk.state.aside.which[place], None)


def another(talk: Talk, reading: Reading) -> None:
    """Not the one that was shown: the other of two, or the one of that day."""
    shown, purpose = proof.in_question(talk), talk.state.looking_for
    others = [one.code for one in talk.state.bookings if one.code != shown]
    talk.change(cancelling=None, code=others[0] if len(others) == 1 and reading.dates is None else None)
    talk.put_aside(leaving=None)
    look_for(talk, purpose or "show", reading)


def by_day(talk: Talk, day: date) -> None:
    """«La del 20 de mayo»: look at one after the other."""
    first = talk.state.aside.which[0]
    talk.put_aside(which_day=day)
    talk.change(code=first)
    ask(talk)


def identify(talk: Talk, code: str | None, name: str | None) -> None:
    """Ask for code and surname until both are there; whoever needs no surname is not asked for it."""
    talk.change(code=code or talk.state.code, surname=name or talk.state.surname)
    talk.put_aside(address=None, which=(), which_day=None)
    ask_what_is_missing(talk)


def ask_what_is_missing(talk: Talk) -> None:
    """Ask the PMS if it can be asked, else for an address, the code, the surname, or both."""
    state = talk.state
    if verifying.waits(talk):
        verifying.ask_again(talk)
    elif can_ask(talk):
        ask(talk)
    elif state.expecting is Expecting.EMAIL:
        question(talk, Expecting.EMAIL, "ask_address")
    elif state.code is not None:
        _ask_surname(talk)
    elif state.aside.which:
        _which(talk, state.aside.which)
    else:
        question(talk, Expecting.CODE, "ask_code" if state.surname is None else "ask_code_only")


def can_ask(talk: Talk) -> bool:
    """Whether there is enough to look for: of a code alone, what the guest's own number or address may prove."""
    state = talk.state
    if state.aside.address is not None:
        return True
    of_a_mail = talk.world.answers_to is not None
    known = state.surname is not None or proof.is_known(talk) or of_a_mail or state.aside.identity.wanted
    return state.code is not None and (known or proof.own(talk, state.code))


def ask(talk: Talk) -> None:
    """Ask the PMS."""
    if talk.state.aside.address is not None:
        talk.ask(AskGuestReservations(email=talk.state.aside.address))
    else:
        talk.ask(AskReservation(code=talk.state.code or ""))


def by_address(talk: Talk, email: str) -> None:
    """Look for what is on file for an address; only where the guest writes from proves that it is theirs."""
    talk.put_aside(address=email)
    if not proof.is_known(talk) and email != talk.world.answers_to:
        not_here(talk)
    else:
        ask(talk)


def without_code(talk: Talk) -> None:
    """There is one more way where the guest has a number or an address; else nothing can be proved, and a person looks."""
    if talk.state.code is not None and talk.world.ways:
        verifying.wish(talk)
        return
    if talk.world.answers_to is not None:
        by_address(talk, talk.world.answers_to)
        return
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
    if talk.state.aside.which_day is not None and not _of_that_day(talk, reservation, talk.state.aside.which_day):
        _look_at_the_next(talk, talk.state.aside.which_day)
    elif reservation is not None and proof.proved(talk, reservation):
        _found(talk, reservation)
    elif talk.state.aside.identity.wanted:
        verifying.send(talk, reservation)
    elif reservation is not None and not talk.world.vouched and proof.may_hear_of(talk, reservation):
        verifying.begin(talk, reservation)
    elif talk.state.surname is None and not talk.state.aside.agreed:
        # Whether there is such a reservation is not said before the surname fits it.
        _ask_surname(talk)
    else:
        refused(talk)


def _ask_surname(talk: Talk) -> None:
    """Who does not know it may have a code sent, where one can be."""
    question(talk, Expecting.CODE, "ask_surname_or_code" if talk.world.ways else "ask_surname")


def tried(talk: Talk, answer: MayTry) -> None:
    """Go on with what the guest wanted, if they typed the right code."""
    sent = verifying.tried(talk, answer)
    if sent is None:
        return
    talk.put_aside(shown=Shown(code=sent.code, at=talk.world.now), address=None, which=(), which_day=None)
    talk.change(code=sent.code, surname=None, looking_for=sent.purpose, cancelling=None)
    ask(talk)


def codes_found(talk: Talk, answer: CodesSent) -> bool:
    """The digits may be of a code that another conversation asked for: its message is what this one answers."""
    fitting = [one for one in answer.codes if talk.world.fits(one.seed, answer.asked.digits)]
    sent = next(iter(fitting or answer.codes), None)
    if sent is None:
        return False
    talk.ask(AskToTry(sent=replace(sent, purpose="show"), ref=talk.world.client_ref, digits=answer.asked.digits))
    return True


def _of_that_day(talk: Talk, reservation: PmsReservation | None, day: date) -> bool:
    if reservation is None or not proof.proved(talk, reservation):
        return False
    return reservation.stay.check_in <= day < reservation.stay.check_out


def _look_at_the_next(talk: Talk, day: date) -> None:
    which = talk.state.aside.which
    left = which[which.index(talk.state.code) + 1 :] if talk.state.code in which else ()
    if left:
        talk.change(code=left[0])
        ask(talk)
        return
    talk.change(code=None)
    if talk.state.looking_for == "change":
        # Then it was the new day that was said.
        talk.edit(begun=True, check_in=day)
    else:
        talk.say("none_that_day", day=formats.day(day, talk.language), fact=READ_FROM)
    _which(talk, which)


def found_on_file(talk: Talk, answer: ReservationsFound) -> None:
    """Take the one with the guest's own number or address on file; of several, ask which."""
    own = [one for one in answer.reservations if proof.on_file(talk, one)]
    own = [one for one in own if one.status is ReservationStatus.LIVE] or own
    if not talk.world.vouched:
        _read_by_the_booker(talk, answer)
    elif len(own) == 1:
        _found(talk, own[0])
    elif own:
        talk.put_aside(address=None)
        _which(talk, tuple(one.code for one in own))
    else:
        not_here(talk)


def _read_by_the_booker(talk: Talk, answer: ReservationsFound) -> None:
    """Whoever really wrote, the answer goes to the address on file: a code may, too."""
    live = [one for one in answer.reservations if one.status is ReservationStatus.LIVE]
    theirs = [one for one in live if proof.may_hear_of(talk, one)]
    if theirs:
        talk.put_aside(address=None)
        talk.change(code=theirs[0].code)
        verifying.begin(talk, theirs[0])
    else:
        not_here(talk)


def refused(talk: Talk) -> None:
    """The PMS does not take that for a code at all: ask for another look; who keeps guessing is a person's."""
    talk.change(code=None, surname=None, cancelling=None, not_found=talk.state.not_found + 1)
    talk.put_aside(address=None, agreed=False)
    talk.identify(wanted=False)
    question(talk, Expecting.CODE, "not_found")
    if talk.state.not_found >= PATIENCE:
        talk.change(not_found=0)
        to_person(talk, HandOffReason.ASKED, "El huésped busca una reserva y los datos que da no coinciden.")


def _found(talk: Talk, reservation: PmsReservation) -> None:
    purpose = talk.state.looking_for
    talk.put_aside(shown=Shown(code=reservation.code, at=talk.world.now))
    gone = ReservationStatus.CANCELLED if purpose == "cancel" else None
    talk.change(not_found=0)
    talk.put_aside(which=(), which_day=None)
    talk.identify(wanted=False)
    _may_be_known_elsewhere(talk, reservation)
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


def _may_be_known_elsewhere(talk: Talk, reservation: PmsReservation) -> None:
    """A mail from the address on file, that our own server vouches for, is from whoever once typed a code from there."""
    ours = talk.world.email
    if ours is not None and proof.same_address(talk, reservation) and not talk.state.bookings:
        talk.do(SameGuest(way=Way(channel="email", address=ours.lower()), code=None))


def _which(talk: Talk, codes: tuple[str, ...]) -> None:
    talk.put_aside(which=codes, which_day=None)
    question(talk, Expecting.CODE, "which_own", codes=formats.either(codes, talk.language), fact=READ_FROM)


def _give_up(talk: Talk) -> None:
    changing.leave(talk)
    reservations.forget(talk)
