"""Reservations that exist: found, shown, and cancelled."""

import unicodedata
from typing import Final, Literal

from agente_hotelero.dialogue import booking
from agente_hotelero.dialogue.asking import NO, YES, question
from agente_hotelero.dialogue.effects import (
    AskReservation,
    HandOffReason,
    IntendCancellation,
    ReservationFound,
    ReservationsFound,
)
from agente_hotelero.dialogue.handing_over import PATIENCE, to_person, way_to_person
from agente_hotelero.dialogue.reading import Expecting, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model import phones
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import PmsReservation, ReservationStatus

READ_FROM: Final = "pms:reservation"
POLICY: Final = "profile:policies.cancellation"


def look_for(talk: Talk, purpose: Literal["cancel", "show"], reading: Reading) -> None:
    """Find the reservation that a guest means: one of this conversation's, or by code and surname."""
    talk.change(looking_for=purpose, cancelling=None)
    own = talk.state.bookings
    code = reading.code or talk.state.code
    if code is None and len(own) == 1:
        code = own[0].code
    if code is None and own:
        codes = formats.either([one.code for one in own], talk.language)
        question(talk, Expecting.CODE, "which_own", codes=codes, fact=READ_FROM)
    else:
        identify(talk, code, reading.name)


def identify(talk: Talk, code: str | None, name: str | None) -> None:
    """Ask for code and surname until both are there; a reservation made here needs no surname."""
    talk.change(code=code or talk.state.code, surname=name or talk.state.surname)
    if talk.state.code is not None and (talk.state.surname is not None or _own(talk, talk.state.code)):
        talk.ask(AskReservation(code=talk.state.code))
    else:
        ask_what_is_missing(talk)


def ask_what_is_missing(talk: Talk) -> None:
    """Code, surname, or both."""
    if talk.state.code is not None:
        question(talk, Expecting.CODE, "ask_surname")
    else:
        question(talk, Expecting.CODE, "ask_code" if talk.state.surname is None else "ask_code_only")


def without_code(talk: Talk) -> None:
    """Nothing can be proved: a person looks."""
    talk.say("no_code")
    to_person(talk, HandOffReason.ASKED, "El huésped no tiene el código de su reserva.")
    forget(talk)


def found(talk: Talk, answer: ReservationFound) -> None:
    """Show it, or ask for the yes that cancels; a wrong surname sounds just like a wrong code."""
    reservation = answer.reservation
    if reservation is None or not _proved(talk, reservation):
        refused(talk)
        return
    talk.change(not_found=0)
    if talk.state.looking_for != "cancel":
        _show(talk, reservation)
    elif reservation.status is ReservationStatus.CANCELLED:
        talk.say("already_cancelled", code=reservation.code, fact=READ_FROM)
        forget(talk)
    else:
        sum_up_cancellation(talk, reservation)


def found_on_file(talk: Talk, answer: ReservationsFound) -> None:
    """Show or cancel the one whose number on file is the guest's own; of several, ask which."""
    own = [one for one in answer.reservations if _same_number(talk, one)]
    if len(own) == 1:
        found(talk, ReservationFound(asked=AskReservation(code=own[0].code), reservation=own[0]))
    elif own:
        codes = formats.either([one.code for one in own], talk.language)
        question(talk, Expecting.CODE, "which_own", codes=codes, fact=READ_FROM)
    else:
        refused(talk)


def refused(talk: Talk) -> None:
    """The PMS does not take that for a code at all: ask for another look; who keeps guessing is a person's."""
    talk.change(code=None, surname=None, not_found=talk.state.not_found + 1)
    question(talk, Expecting.CODE, "not_found")
    if talk.state.not_found >= PATIENCE:
        talk.change(not_found=0)
        to_person(talk, HandOffReason.ASKED, "El huésped busca una reserva y los datos que da no coinciden.")


def pms_away(talk: Talk) -> None:
    """The PMS can't be asked; the question stays open, so that the code is not asked for again."""
    talk.change(expecting=Expecting.CODE)
    talk.say("pms_away")
    way_to_person(talk)


def said_yes(talk: Talk, reservation: PmsReservation) -> None:
    """An explicit yes to the cancellation."""
    if not talk.world.last_of_turn:
        talk.say("yes_and_more")
        sum_up_cancellation(talk, reservation)
        return
    talk.do(IntendCancellation(client_ref=talk.world.client_ref, code=reservation.code))
    forget(talk)
    talk.change(
        pending=talk.world.client_ref,
        in_flight=None,
        cancelling_code=reservation.code,
        pressed=None,
    )
    talk.say("cancelling")


def said_no(talk: Talk) -> None:
    """It stays."""
    forget(talk)
    talk.say("kept")
    if talk.drafting:
        booking.repeat(talk)


def sum_up_cancellation(talk: Talk, reservation: PmsReservation) -> None:
    """What the yes will cancel, and what that costs."""
    talk.change(looking_for="cancel", cancelling=reservation, expecting=Expecting.YES_NO)
    policy = talk.hotel.cancellation_policy.get(talk.language.value)
    body = talk.phrase(
        "cancel_summary",
        code=reservation.code,
        room=_room(talk, reservation),
        stay=formats.stay(reservation.stay, talk.language),
        policy=f"{policy}\n" if policy else "",
    )
    options = (
        Option(id=yes_id(reservation), title=talk.phrase("yes_cancel")),
        Option(id=no_id(reservation), title=talk.phrase("no_cancel")),
    )
    talk.offer(body, options, facts=(READ_FROM, *([POLICY] if policy else [])))


def yes_id(reservation: PmsReservation) -> str:
    """The button that cancels it."""
    return f"{YES}cancel:{reservation.code}"


def no_id(reservation: PmsReservation) -> str:
    """The button that keeps it."""
    return f"{NO}cancel:{reservation.code}"


def described(talk: Talk, reservation: PmsReservation) -> dict[str, str]:
    """What every text on a reservation may use."""
    return {
        "code": reservation.code,
        "room": _room(talk, reservation),
        "stay": formats.stay(reservation.stay, talk.language),
        "party": formats.party(reservation.party, talk.language),
        "total": formats.money(reservation.total, talk.language),
    }


def forget(talk: Talk) -> None:
    """What was looked for is no question any more."""
    leave(talk)
    talk.change(expecting=Expecting.NOTHING)


def leave(talk: Talk) -> None:
    """What was looked for is left; the question that is open stays."""
    talk.change(looking_for=None, cancelling=None, code=None, surname=None)


def _show(talk: Talk, reservation: PmsReservation) -> None:
    status = talk.phrase("live" if reservation.status is ReservationStatus.LIVE else "cancelled_status")
    talk.say("reservation", status=status, fact=READ_FROM, **described(talk, reservation))
    forget(talk)
    if talk.drafting:
        booking.repeat(talk)


def _proved(talk: Talk, reservation: PmsReservation) -> bool:
    """Made in this conversation, or the guest's number is the one on file, or they know code and surname."""
    return _own(talk, reservation.code) or _same_number(talk, reservation) or _same_surname(talk, reservation)


def _same_number(talk: Talk, reservation: PmsReservation) -> bool:
    ours, on_file = talk.world.phone, reservation.booker_phone
    region = phones.region_of(talk.hotel.phone)
    return ours is not None and on_file is not None and phones.same(ours, on_file, region=region, advanced=True)


def _own(talk: Talk, code: str) -> bool:
    return any(one.code == code for one in talk.state.bookings)


def _same_surname(talk: Talk, reservation: PmsReservation) -> bool:
    said = set(_plain(talk.state.surname or "").split())
    # The booker's last words: «Ana María Ruiz Soto» is Ruiz, or Soto, or both; never Ana.
    surnames = _plain(reservation.booker_name).split()[1:] or _plain(reservation.booker_name).split()
    return bool(said & set(surnames))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _room(talk: Talk, reservation: PmsReservation) -> str:
    return formats.room(talk.hotel, reservation.room_type_key, reservation.room_type_name, talk.language)
