"""Reservations that exist: shown, and cancelled with what that costs before the yes."""

from datetime import timedelta

from agente_hotelero.dialogue import booking, fees, proof
from agente_hotelero.dialogue.asking import NO, PRICE_SECONDS, YES
from agente_hotelero.dialogue.effects import AskReservation, HandOffReason, IntendCancellation
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.on_file import POLICY, READ_FROM, begun, described
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import PmsReservation, ReservationStatus


def show(talk: Talk, reservation: PmsReservation) -> None:
    """What the PMS has of it."""
    status = talk.phrase("live" if reservation.status is ReservationStatus.LIVE else "cancelled_status")
    talk.say("reservation", status=status, fact=READ_FROM, **described(talk, reservation))
    if reservation.leaves_at is not None:
        talk.say("leaves_at", until=formats.clock(reservation.leaves_at))
    forget(talk)
    if talk.drafting:
        booking.repeat(talk)


def sum_up_cancellation(talk: Talk, reservation: PmsReservation) -> None:
    """What the yes will cancel, and what that costs."""
    if begun(talk, reservation):
        forget(talk)
        talk.say("cancel_by_team", code=reservation.code, fact=READ_FROM)
        why = f"El huésped quiere cancelar la reserva {reservation.code}, cuya estadía ya empezó."
        to_person(talk, HandOffReason.ASKED, why)
        return
    fee = fees.of_cancelling(talk.hotel, reservation, talk.world.now)
    talk.change(looking_for="cancel", cancelling=reservation, expecting=Expecting.YES_NO)
    talk.put_aside(cancelling_fee=fee)
    policy = talk.hotel.cancellation_policy.get(talk.language.value)
    terms = [line for line in (policy, fee_in_words(talk, reservation)) if line]
    body = talk.phrase("cancel_summary", terms="".join(f"{line}\n" for line in terms), **described(talk, reservation))
    options = (
        Option(id=yes_id(reservation), title=talk.phrase("yes_cancel")),
        Option(id=no_id(reservation), title=talk.phrase("no_cancel")),
    )
    sources = [(POLICY, policy), (fees.SOURCE, fee)]
    talk.offer(body, options, facts=(READ_FROM, *(source for source, said in sources if said)))


def fee_in_words(talk: Talk, reservation: PmsReservation) -> str | None:
    """What cancelling it costs now; None where the hotel does not say."""
    fee = fees.of_cancelling(talk.hotel, reservation, talk.world.now)
    if fee is None:
        return None
    return talk.phrase("fee", fee=formats.money(fee, talk.language)) if fee.amount else talk.phrase("no_fee")


def said_yes(talk: Talk, reservation: PmsReservation) -> None:
    """An explicit yes to the cancellation, and to what it costs."""
    if talk.no_yes is not None:
        talk.say(talk.no_yes)
        sum_up_cancellation(talk, reservation)
    elif proof.read_within(talk, reservation.code, timedelta(seconds=PRICE_SECONDS)):
        _cancel(talk, reservation)
    else:
        # The desk may have moved it since, and with it what cancelling costs.
        talk.change(code=reservation.code)
        talk.put_aside(agreed=True)
        talk.ask(AskReservation(code=reservation.code))


def found_to_cancel(talk: Talk, reservation: PmsReservation) -> None:
    """As the PMS has it now: summed up, or where the yes was to just this, cancelled."""
    shown, agreed = talk.state.cancelling, talk.state.aside.agreed
    talk.put_aside(agreed=False)
    if not agreed or shown is None:
        sum_up_cancellation(talk, reservation)
    elif described(talk, shown) == described(talk, reservation):
        _cancel(talk, reservation)
    else:
        talk.say("terms_changed")
        sum_up_cancellation(talk, reservation)


def _cancel(talk: Talk, reservation: PmsReservation) -> None:
    if (
        begun(talk, reservation)
        or fees.of_cancelling(talk.hotel, reservation, talk.world.now) != talk.state.aside.cancelling_fee
    ):
        # The hours went by, or the hotel changed its terms: the yes was to something else.
        talk.say("terms_changed")
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


def yes_id(reservation: PmsReservation) -> str:
    """The button that cancels it."""
    return f"{YES}cancel:{reservation.code}"


def no_id(reservation: PmsReservation) -> str:
    """The button that keeps it."""
    return f"{NO}cancel:{reservation.code}"


def forget(talk: Talk) -> None:
    """What was looked for is no question any more."""
    leave(talk)
    talk.change(expecting=Expecting.NOTHING)


def leave(talk: Talk) -> None:
    """What was looked for is left; the question that is open stays."""
    talk.change(looking_for=None, cancelling=None, code=None, surname=None)
    talk.put_aside(leaving=None, leaving_yes=None, cancelling_fee=None, agreed=False, address=None)
    talk.identify(wanted=False)
