"""What became of a write to the PMS, told to the guest, or to staff where a person talks with them."""

from decimal import Decimal
from typing import Final

from agente_hotelero.dialogue import booking, confirmation, looking, on_file, reminding, reservations
from agente_hotelero.dialogue.effects import HandOffReason, IntendCancellation
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.reading import Expecting, Language, Reading
from agente_hotelero.dialogue.state import NO_DRAFT, Booking, Draft, MadeBy, State
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.events import ReservationSettled, SagaOutcome
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation

FOR_STAFF: Final = {
    SagaOutcome.CONFIRMED: "La reserva que estaba en curso quedó confirmada{code}.",
    SagaOutcome.REFUSED: "La reserva que estaba en curso no se hizo: ya no había lugar.",
    SagaOutcome.LOST: "La reserva que estaba en curso no se hizo: otra persona tomó la habitación.",
    SagaOutcome.DELAYED: "La reserva o cancelación en curso se demora: el PMS no responde.",
    SagaOutcome.FAILED: "La reserva que estaba en curso no se hizo: el PMS no respondió.",
    SagaOutcome.CANCELLED: "La cancelación que estaba en curso quedó hecha{code}.",
    SagaOutcome.CANCEL_FAILED: "La cancelación que estaba en curso no se hizo{code}; hay que hacerla a mano.",
    SagaOutcome.SOLD_TWICE: "El PMS vendió dos veces la habitación de una reserva confirmada{code}: hay que mover a uno de los dos.",
    SagaOutcome.LEFT_OVER: "Quedó en el PMS una reserva que sobra y no se pudo cancelar{code}: hay que cancelarla a mano.",
    SagaOutcome.LATE_HELD: "La salida tarde que estaba en curso quedó anotada en el PMS{code}.",
    SagaOutcome.LATE_NOTED: "El huésped pide salir más tarde{code}: la nota está en el PMS y falta contestarle.",
    SagaOutcome.LATE_FAILED: "La salida tarde que estaba en curso no se pudo anotar en el PMS{code}.",
}
REASONS: Final = {
    SagaOutcome.SOLD_TWICE: HandOffReason.SOLD_TWICE,
    SagaOutcome.LATE_NOTED: HandOffReason.LATE_CHECKOUT,
    SagaOutcome.LATE_FAILED: HandOffReason.LATE_CHECKOUT,
}
"""Where it is not a reservation in doubt."""
OF_LATE: Final = frozenset({SagaOutcome.LATE_HELD, SagaOutcome.LATE_NOTED, SagaOutcome.LATE_FAILED})
OF_THE_OLD_ONE: Final = {SagaOutcome.CANCELLED: "replaced", SagaOutcome.DELAYED: "replaced_delayed"}
OF_THE_LAST_ONE: Final = {SagaOutcome.CANCELLED: ("replaced_by_none", "también quedó cancelada")}
CENT: Final = Decimal("0.01")
LOST: Final = frozenset({SagaOutcome.REFUSED, SagaOutcome.LOST})


def settled(talk: Talk, news: ReservationSettled) -> None:
    """Remember what is booked now, and tell."""
    before = talk.state
    if news.outcome is SagaOutcome.LOST and _given_up(before, news):
        # The guest cancels it, or has: of that they hear, and of nothing else.
        return
    talk.put_aside(shown=None)
    _remember(talk, news)
    replaced = _replaced(before, news)
    if replaced is not None and news.outcome is SagaOutcome.CONFIRMED and news.reservation is not None:
        _give_up_the_old_one(
            talk, before, news.reservation, replaced, as_quoted=_as_quoted(news.reservation, news.quoted)
        )
    lost = _lost_after_all(before, news)
    if lost is not None:
        _void(talk, before, lost)
    elif talk.state.taken_over:
        # A person talks with this guest: they get the news, the guest hears it from them.
        _report(talk, news, before.cancelling_code or before.aside.late_code)
        _report_change(talk, news, replaced)
    elif news.outcome in OF_LATE:
        _late(talk, news, before.aside.late_code)
    elif before.aside.replaced_by is not None and before.pending == news.client_ref:
        _tell_of_the_old_one(talk, news, before, before.aside.replaced_by)
    else:
        _tell(talk, news, before)


def _report(talk: Talk, news: ReservationSettled, known: str | None) -> None:
    code = _code(news, known)
    report = FOR_STAFF[news.outcome].format(code=f" (código {code})" if code else "")
    talk.hand_off(REASONS.get(news.outcome, HandOffReason.RESERVATION_IN_DOUBT), report)


def _lost_after_all(before: State, news: ReservationSettled) -> str | None:
    """The code of a reservation that was confirmed once, where somebody who came first turned out to have its room."""
    if news.outcome is not SagaOutcome.LOST:
        return None
    return next((one.code for one in before.bookings if one.client_ref == news.client_ref), None)


def _given_up(before: State, news: ReservationSettled) -> bool:
    cancelling = before.cancelling_code is not None and before.cancelling_code == _code(news, None)
    return before.pending != news.client_ref and (cancelling or _lost_after_all(before, news) is None)


def _void(talk: Talk, before: State, code: str) -> None:
    """A person makes it good."""
    why = f"La reserva confirmada {code} de este huésped ya no tiene habitación en el PMS: la vendió dos veces, o la anularon allí."
    if code == before.aside.replaced_by:
        why += f" Era un cambio: la anterior {before.cancelling_code} se está cancelando."
    if talk.state.taken_over:
        talk.hand_off(HandOffReason.SOLD_TWICE, why)
        return
    talk.say("lost_after_all", code=code, fact=on_file.READ_FROM)
    to_person(talk, HandOffReason.SOLD_TWICE, why)


def _late(talk: Talk, news: ReservationSettled, known: str | None) -> None:
    code = _code(news, known)
    talk.say(news.outcome.value, code=code, fact=on_file.READ_FROM)
    if news.outcome is not SagaOutcome.LATE_HELD:
        to_person(talk, HandOffReason.LATE_CHECKOUT, FOR_STAFF[news.outcome].format(code=f" ({code})"))


def _tell(talk: Talk, news: ReservationSettled, before: State) -> None:
    match news.outcome:
        case SagaOutcome.SOLD_TWICE | SagaOutcome.LEFT_OVER:
            _report(talk, news, None)
        case SagaOutcome.CONFIRMED if news.reservation is not None:
            replaced = _replaced(before, news)
            _confirmed(talk, news.reservation, news.quoted, wants_out=before.wants_out, replaces=replaced is not None)
            _tell_change(talk, news.reservation, news.quoted, replaced)
        case SagaOutcome.REFUSED | SagaOutcome.LOST:
            talk.say("refused")
            _again(talk, _replaced(before, news), wants_out=before.wants_out)
        case SagaOutcome.CANCELLED:
            talk.say("cancelled", code=_code(news, before.cancelling_code), fact=on_file.READ_FROM)
        case SagaOutcome.CANCEL_FAILED:
            talk.say("cancel_failed", code=_code(news, before.cancelling_code), fact=on_file.READ_FROM)
            to_person(
                talk, HandOffReason.RESERVATION_IN_DOUBT, "No se pudo cancelar una reserva; hay que hacerlo a mano."
            )
        case SagaOutcome.FAILED:
            talk.say("failed")
            _old_one_stands(talk, _replaced(before, news))
            why = "Una reserva no llegó al PMS; hay que contactar al huésped."
            to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, why)
        case SagaOutcome.DELAYED:
            talk.say(_delay(before))
        case _:
            # Confirmed, and nothing to show for it: nobody is told «confirmed» without what was read back.
            talk.say("delayed")
            to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, "Una reserva se confirmó sin datos; hay que revisarla.")


def _remember(talk: Talk, news: ReservationSettled) -> None:
    if news.outcome in {SagaOutcome.DELAYED, SagaOutcome.SOLD_TWICE, SagaOutcome.LEFT_OVER}:
        return
    state = talk.state
    if state.pending == news.client_ref:
        talk.change(pending=None, in_flight=None, cancelling_code=None, wants_out=False)
        talk.put_aside(replaced_by=None, late_code=None)
        if news.outcome is not SagaOutcome.CONFIRMED:
            talk.change(pressed=None)
        if news.outcome in LOST or news.outcome is SagaOutcome.FAILED:
            _lay_back(talk, state.in_flight)
    code = _lost_after_all(state, news) or _code(news, state.cancelling_code)
    if news.outcome in {SagaOutcome.CANCELLED, SagaOutcome.LOST} and code:
        reminding.drop(talk, code)
    if news.outcome is SagaOutcome.CONFIRMED and news.reservation is not None:
        reminding.plan(talk, news.reservation)
    if news.outcome in {SagaOutcome.CONFIRMED, SagaOutcome.CANCELLED, SagaOutcome.LOST} and code:
        talk.change(bookings=tuple(one for one in talk.state.bookings if one.code != code))
    if news.outcome is SagaOutcome.CONFIRMED and code:
        made = Booking(code=code, client_ref=news.client_ref)
        talk.change(bookings=(*talk.state.bookings, made))
        if talk.state.aside.identity.made:
            here = MadeBy(code=code, by=talk.world.writes_from)
            talk.identify(made=(*talk.state.aside.identity.made, here))


def _lay_back(talk: Talk, draft: Draft | None) -> None:
    """What was wanted is a wish again."""
    if draft is not None and talk.draft == NO_DRAFT:
        talk.change(draft=draft, expecting=Expecting.NOTHING)


def _again(talk: Talk, replaced: PmsReservation | None, *, wants_out: bool) -> None:
    _old_one_stands(talk, replaced)
    if wants_out and replaced is not None:
        booking.drop(talk)
        reservations.sum_up_cancellation(talk, replaced)
    elif wants_out:
        booking.drop(talk)
    elif talk.drafting:
        booking.advance(talk)


def _confirmed(
    talk: Talk, reservation: PmsReservation, quoted: Money | None, *, wants_out: bool, replaces: bool
) -> None:
    as_quoted = _as_quoted(reservation, quoted)
    talk.say(
        "confirmed" if as_quoted else "confirmed_unpriced",
        name=reservation.booker_name,
        check_in_from=formats.clock(talk.hotel.check_in_from),
        fact=on_file.READ_FROM,
        **on_file.described(talk, reservation),
    )
    talk.cite("profile:check_in_from")
    _what_staff_must_see(talk, reservation, quoted if not as_quoted else None)
    if wants_out and not replaces:
        reservations.sum_up_cancellation(talk, reservation)
        return
    # Who wants out of a change is asked once the old one is gone; until then nothing is there to be paid.
    confirmation.follow(talk, reservation, payable=as_quoted and not reservation.sold_twice and not wants_out)


def _what_staff_must_see(talk: Talk, reservation: PmsReservation, quoted: Money | None) -> None:
    if reservation.sold_twice:
        why = FOR_STAFF[SagaOutcome.SOLD_TWICE].format(code=f" (código {reservation.code})")
        talk.hand_off(HandOffReason.SOLD_TWICE, why)
    if quoted is not None:
        prices = f"aceptó {formats.money(quoted, Language.ES)}, el PMS registró {formats.money(reservation.total, Language.ES)}"
        to_person(talk, HandOffReason.PRICE_DIFFERS, f"Reserva {reservation.code}: el huésped {prices}.")


def _code(news: ReservationSettled, known: str | None) -> str:
    return news.reservation.code if news.reservation is not None else known or ""


def _as_quoted(reservation: PmsReservation, quoted: Money | None) -> bool:
    """To the cent, and another for each room: a PMS may round before it adds up."""
    if quoted is None or quoted.currency != reservation.total.currency:
        return quoted is None
    return abs(quoted.amount - reservation.total.amount) <= CENT * reservation.party.rooms


def _delay(before: State) -> str:
    if before.aside.late_code is not None:
        return "late_delayed"
    return "delayed" if before.cancelling_code is None else "cancel_delayed"


# A change: the new reservation is there, and the old one goes; or it is not, and the old one stands.


def _replaced(before: State, news: ReservationSettled) -> PmsReservation | None:
    """The reservation that this write was to take the place of."""
    if before.pending != news.client_ref or before.in_flight is None:
        return None
    return before.in_flight.replaces


def _give_up_the_old_one(
    talk: Talk, before: State, made: PmsReservation, replaced: PmsReservation, *, as_quoted: bool
) -> None:
    """In the same turn, also while a person talks: two reservations would be the guest's to pay."""
    if not as_quoted:
        # The yes was to another price: nothing is given up for it.
        why = (
            f"Cambio de reserva: la nueva {made.code} quedó a otro precio y la anterior {replaced.code} sigue vigente."
        )
        talk.hand_off(HandOffReason.PRICE_DIFFERS, f"{why} Hay que cancelar una de las dos.")
        return
    talk.do(IntendCancellation(client_ref=talk.world.client_ref, code=replaced.code))
    talk.change(
        pending=talk.world.client_ref,
        cancelling_code=replaced.code,
        wants_out=before.wants_out,
    )
    talk.put_aside(replaced_by=made.code)


def _tell_change(talk: Talk, made: PmsReservation, quoted: Money | None, replaced: PmsReservation | None) -> None:
    if replaced is not None:
        key = "replacing" if _as_quoted(made, quoted) else "old_stands_for_now"
        talk.say(key, code=replaced.code, fact=on_file.READ_FROM)


def _old_one_stands(talk: Talk, replaced: PmsReservation | None) -> None:
    if replaced is not None:
        talk.say("old_stands", code=replaced.code, fact=on_file.READ_FROM)


def _tell_of_the_old_one(talk: Talk, news: ReservationSettled, before: State, new: str) -> None:
    old = _code(news, before.cancelling_code)
    if all(one.code != new for one in talk.state.bookings):
        _tell_of_neither(talk, news.outcome, old)
        return
    key = OF_THE_OLD_ONE.get(news.outcome, "replaced_failed")
    talk.say(key, code=old, new=new, fact=on_file.READ_FROM)
    if key == "replaced_failed":
        why = f"La reserva {new} reemplaza a la {old}, que no se pudo cancelar; hay que hacerlo a mano."
        to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, why)
    elif before.wants_out and news.outcome is SagaOutcome.CANCELLED:
        looking.look_for(talk, "cancel", Reading(code=new))


def _tell_of_neither(talk: Talk, outcome: SagaOutcome, old: str) -> None:
    """The new one was lost meanwhile: what becomes of the old one is all that the guest has."""
    if outcome is SagaOutcome.DELAYED:
        talk.say("cancel_delayed")
        return
    key, what = OF_THE_LAST_ONE.get(outcome, ("old_stands", "no se pudo cancelar y sigue vigente"))
    talk.say(key, code=old, fact=on_file.READ_FROM)
    why = f"Un cambio quedó sin la reserva nueva, que se anuló; la anterior {old} {what}."
    to_person(talk, HandOffReason.SOLD_TWICE, why)


def _report_change(talk: Talk, news: ReservationSettled, replaced: PmsReservation | None) -> None:
    if replaced is None or news.outcome is SagaOutcome.DELAYED:
        return
    goes = talk.state.cancelling_code == replaced.code
    what = "se está cancelando" if goes else "sigue vigente"
    talk.hand_off(HandOffReason.RESERVATION_IN_DOUBT, f"Era un cambio: la reserva anterior {replaced.code} {what}.")
