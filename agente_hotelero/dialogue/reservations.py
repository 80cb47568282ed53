"""Reservations that exist: shown, cancelled, and what became of those being written."""

import unicodedata

from agente_hotelero.dialogue import booking
from agente_hotelero.dialogue.effects import (
    AskOffers,
    AskReservation,
    HandOffReason,
    IntendCancellation,
    ReservationFound,
)
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.reading import Expecting, Reading
from agente_hotelero.dialogue.state import Booking, Draft
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.events import ReservationSettled, SagaOutcome
from agente_hotelero.model.messages import Choices, Option
from agente_hotelero.model.stays import PmsReservation, ReservationStatus


def look_for(talk: Talk, purpose: str, reading: Reading) -> None:
    """Find the reservation that a guest means: one of this conversation's, or by code and surname."""
    talk.change(looking_for=purpose, cancelling=None)
    own = talk.state.bookings
    code = reading.code or talk.state.code
    if code is None and len(own) == 1:
        code = own[0].code
    identify(talk, code, reading.name)


def identify(talk: Talk, code: str | None, name: str | None) -> None:
    """Ask for code and surname until both are there; a reservation made here needs no surname."""
    talk.change(code=code or talk.state.code, surname=name or talk.state.surname)
    if talk.state.code is None:
        booking.question(talk, Expecting.CODE, "ask_code")
    elif talk.state.surname is None and not _own(talk, talk.state.code):
        booking.question(talk, Expecting.CODE, "ask_surname")
    else:
        talk.ask(AskReservation(code=talk.state.code))


def found(talk: Talk, answer: ReservationFound) -> None:
    """Show it, or ask for the yes that cancels; a wrong surname sounds just like a wrong code."""
    reservation = answer.reservation
    if reservation is None or not (_own(talk, reservation.code) or _same_surname(talk, reservation)):
        talk.change(code=None, surname=None)
        booking.question(talk, Expecting.CODE, "not_found")
    elif talk.state.looking_for != "cancel":
        _show(talk, reservation)
    elif reservation.status is ReservationStatus.CANCELLED:
        talk.say("already_cancelled", code=reservation.code, fact="pms:reservation")
        _forget(talk)
    else:
        _sum_up_cancellation(talk, reservation)


def said_yes(talk: Talk) -> None:
    """An explicit yes to the cancellation."""
    reservation = talk.state.cancelling
    if reservation is None:
        return
    if not talk.world.last_of_turn:
        _sum_up_cancellation(talk, reservation)
        return
    talk.do(IntendCancellation(client_ref=talk.world.client_ref, code=reservation.code))
    _forget(talk)
    talk.change(pending=talk.world.client_ref)
    talk.say("cancelling")


def said_no(talk: Talk) -> None:
    """It stays."""
    _forget(talk)
    talk.say("kept")


def settled(talk: Talk, news: ReservationSettled) -> None:
    """Tell what became of a write."""
    final = news.outcome is not SagaOutcome.DELAYED
    if final and talk.state.pending == news.client_ref:
        talk.change(pending=None)
    match news.outcome:
        case SagaOutcome.CONFIRMED if news.reservation is not None:
            _confirmed(talk, news.reservation, news)
        case SagaOutcome.REFUSED | SagaOutcome.LOST:
            talk.say("refused")
            if news.reservation is not None:
                _alternatives(talk, news.reservation)
        case SagaOutcome.DELAYED:
            talk.say("delayed")
        case SagaOutcome.CANCELLED:
            code = news.reservation.code if news.reservation else ""
            talk.change(bookings=tuple(one for one in talk.state.bookings if one.code != code))
            talk.say("cancelled", code=code, fact="pms:reservation")
        case SagaOutcome.CANCEL_FAILED:
            talk.say("cancel_failed", code=news.reservation.code if news.reservation else "", fact="pms:reservation")
            talk.hand_off(
                HandOffReason.RESERVATION_IN_DOUBT, "No se pudo cancelar una reserva; hay que hacerlo a mano."
            )
        case _:
            talk.say("failed")
            to_person(
                talk, HandOffReason.RESERVATION_IN_DOUBT, "Una reserva no llegó al PMS; hay que contactar al huésped."
            )


def _confirmed(talk: Talk, reservation: PmsReservation, news: ReservationSettled) -> None:
    made = Booking(code=reservation.code, client_ref=news.client_ref)
    talk.change(bookings=(*(one for one in talk.state.bookings if one.code != made.code), made))
    talk.say(
        "confirmed",
        code=reservation.code,
        room=_room(talk, reservation),
        stay=formats.stay(reservation.stay, talk.language),
        party=formats.party(reservation.party, talk.language),
        name=reservation.booker_name,
        total=formats.money(reservation.total, talk.language),
        check_in_from=formats.clock(talk.hotel.check_in_from),
        fact="pms:reservation",
    )
    policy = talk.hotel.cancellation_policy.get(talk.language.value)
    if policy:
        talk.add(policy, fact="profile:policies.cancellation")


def _alternatives(talk: Talk, reservation: PmsReservation) -> None:
    talk.change(
        draft=Draft(
            check_in=reservation.stay.check_in,
            check_out=reservation.stay.check_out,
            adults=reservation.party.adults,
            children=reservation.party.children,
            name=talk.state.name,
            email=talk.state.email,
        )
    )
    talk.ask(AskOffers(stay=reservation.stay, party=reservation.party, fresh=True))


def _show(talk: Talk, reservation: PmsReservation) -> None:
    live = reservation.status is ReservationStatus.LIVE
    talk.say(
        "reservation",
        code=reservation.code,
        room=_room(talk, reservation),
        stay=formats.stay(reservation.stay, talk.language),
        party=formats.party(reservation.party, talk.language),
        total=formats.money(reservation.total, talk.language),
        status=talk.phrase("live" if live else "cancelled_status"),
        fact="pms:reservation",
    )
    _forget(talk)


def _sum_up_cancellation(talk: Talk, reservation: PmsReservation) -> None:
    talk.change(cancelling=reservation, expecting=Expecting.YES_NO)
    body = talk.phrase(
        "cancel_summary",
        code=reservation.code,
        room=_room(talk, reservation),
        stay=formats.stay(reservation.stay, talk.language),
        policy=talk.hotel.cancellation_policy.get(talk.language.value, ""),
    )
    options = (
        Option(id=f"{booking.YES}cancel:{reservation.code}", title=talk.phrase("yes_cancel")),
        Option(id=f"{booking.NO}cancel:{reservation.code}", title=talk.phrase("no_cancel")),
    )
    talk.offer(Choices(body=body, options=options, menu_label=talk.phrase("options")), fact="pms:reservation")


def _forget(talk: Talk) -> None:
    talk.change(looking_for=None, cancelling=None, code=None, surname=None, expecting=Expecting.NOTHING)


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
