"""Proof by a code of six digits, which is sent to what a reservation has on file and typed wherever its guest writes.

A guest who knows of the reservation (its surname, or they read the booker's mail) is told where the code goes, in part. To all
others everything sounds the same whether there is such a reservation or not, whether a code went out or not.
"""

from datetime import datetime, timedelta
from typing import Final

from agente_hotelero.dialogue import changing, masking, proof, reservations
from agente_hotelero.dialogue.asking import question
from agente_hotelero.dialogue.effects import (
    AskCodes,
    AskReservation,
    AskToSend,
    AskToTry,
    HandOffReason,
    MaySend,
    MayTry,
    SameGuest,
    SendCode,
)
from agente_hotelero.dialogue.handing_over import to_person, way_to_person
from agente_hotelero.dialogue.reading import Expecting, Intent, Reading
from agente_hotelero.dialogue.state import Proved, SentCode, Way
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model import phones
from agente_hotelero.model.messages import HIDDEN, OneTimeCode
from agente_hotelero.model.stays import PmsReservation

GOOD_FOR: Final = timedelta(minutes=10)
PROVED_FOR: Final = timedelta(hours=1)
"""So long nobody has to prove again whose it is; a guest who writes mails is slower than one who chats."""
HOUR: Final = timedelta(hours=1)
MOST_SENDS: Final = 3
"""In an hour: of one guest here, of one reservation where all guests are counted."""


def waits(talk: Talk) -> bool:
    """Whether the question is the code that was sent for the reservation that is looked for."""
    sent = talk.state.aside.identity.sent
    if sent is None or talk.state.code != sent.code or talk.world.now >= sent.until:
        return False
    # In a chat the surname is another way, and may come after all.
    return talk.state.surname is None or not talk.world.vouched


def ask_again(talk: Talk) -> None:
    """The same question."""
    question(talk, Expecting.CODE, "ask_one_time_code")


def asked_for(talk: Talk, reading: Reading) -> bool:
    """Whether a code is wanted, or another one."""
    sent = talk.state.aside.identity.sent
    if not talk.world.ways or (talk.state.code is None and sent is None) or reading.code is not None:
        return False
    return reading.asks_code or (sent is not None and Intent.NO_CODE in reading.intents)


def wish(talk: Talk) -> None:
    """Read the reservation that it is for; what becomes of it the guest does not hear."""
    sent = talk.state.aside.identity.sent
    code = talk.state.code or (sent.code if sent is not None else "")
    talk.change(code=code, looking_for=talk.state.looking_for or (sent.purpose if sent is not None else None) or "show")
    talk.identify(wanted=True)
    talk.ask(AskReservation(code=code))


def begin(talk: Talk, reservation: PmsReservation) -> None:
    """The guest knows of it, and has to prove that it is theirs."""
    ways = _ways(talk, reservation)
    if waits(talk):
        ask_again(talk)
    elif ways:
        _ask_to_send(talk, reservation.code, ways[0], named=True)
    else:
        talk.say("code_no_way")
        _to_person(
            talk,
            f"El huésped no pudo probar que la reserva {reservation.code} es suya y no hay adónde enviarle un código.",
        )


def send(talk: Talk, reservation: PmsReservation | None) -> None:
    """A code was asked for: the next way each time, where there are two."""
    talk.identify(wanted=False)
    code = talk.state.code or ""
    ways = () if reservation is None else _ways(talk, reservation)
    sent = talk.state.aside.identity.sent
    before = sent.way if sent is not None and sent.code == code else None
    others = [way for way in ways if way != before]
    if reservation is not None and not ways:
        talk.hand_off(
            HandOffReason.NOT_PROVED, f"El huésped pidió un código para la reserva {code} y no hay adónde enviarlo."
        )
    named = reservation is not None and not talk.world.vouched and proof.may_hear_of(talk, reservation)
    _ask_to_send(talk, code, next(iter((*others, *ways)), None), named=named)


def may_send(talk: Talk, answer: MaySend) -> None:
    """Send it, or say that there were enough."""
    asked, now = answer.asked, talk.world.now
    if not answer.may:
        _too_many(talk, asked.code)
        return
    sends = (*_recent(talk), now)
    seed, until = talk.world.make_seed(), now + GOOD_FOR
    sent = SentCode(code=asked.code, seed=seed, until=until, way=asked.way, purpose=talk.state.looking_for)
    talk.identify(sent=sent, sends=sends, wanted=False)
    if asked.way is not None:
        talk.do(SendCode(way=asked.way, message=_message(talk, sent)))
    if asked.way is not None and asked.named:
        where = _where(talk, asked.way)
        question(talk, Expecting.CODE, "code_sent", where=where, minutes=GOOD_FOR // timedelta(minutes=1))
    else:
        question(talk, Expecting.CODE, "code_sent_if", minutes=GOOD_FOR // timedelta(minutes=1))
        way_to_person(talk)


def typed(talk: Talk, reading: Reading) -> bool:
    """Try six digits, if a code is waited for or was sent to here; tells whether anything was done about them."""
    digits, sent = reading.digits, talk.state.aside.identity.sent
    if digits is None:
        return False
    if sent is None:
        return reading.only_digits and _sent_to_here(talk, digits)
    if talk.world.now >= sent.until:
        if talk.world.now - sent.until > HOUR:
            talk.identify(sent=None)
            return False
        talk.change(code=sent.code, looking_for=talk.state.looking_for or sent.purpose)
        question(talk, Expecting.CODE, "code_expired")
        return True
    talk.ask(AskToTry(sent=sent, ref=talk.world.client_ref, digits=digits))
    return True


def tried(talk: Talk, answer: MayTry) -> SentCode | None:
    """Answer the code with which the guest proved that its reservation is theirs; None where they did not."""
    sent = answer.asked.sent
    if answer.may and talk.world.fits(sent.seed, answer.asked.digits):
        _prove(talk, sent)
        return sent
    if answer.may and answer.left:
        question(talk, Expecting.CODE, "code_wrong", left=answer.left)
        return None
    talk.say("code_locked")
    _to_person(
        talk, f"Se escribieron demasiados códigos equivocados para la reserva {sent.code}: queda cerrada una hora."
    )
    return None


def _prove(talk: Talk, sent: SentCode) -> None:
    identity, now = talk.state.aside.identity, talk.world.now
    others = tuple(one for one in identity.proved if one.code != sent.code and one.until > now)
    talk.identify(sent=None, wanted=False, proved=(*others, Proved(code=sent.code, until=now + PROVED_FOR)))
    if sent.way is not None:
        talk.do(SameGuest(way=sent.way, code=sent.code))


def _sent_to_here(talk: Talk, digits: str) -> bool:
    """The guest may answer the very message that brought the code, which another conversation asked for."""
    world = talk.world
    if world.answers_to is not None:
        way = Way(channel="email", address=world.answers_to)
    elif world.phone is not None:
        way = Way(channel="whatsapp", address=phones.digits(world.phone))
    else:
        return False
    if way.channel not in world.ways:
        return False
    talk.ask(AskCodes(way=way, digits=digits))
    return True


def _ask_to_send(talk: Talk, code: str, way: Way | None, *, named: bool) -> None:
    if len(_recent(talk)) >= MOST_SENDS:
        _too_many(talk, code)
        return
    talk.ask(AskToSend(code=code, ref=talk.world.client_ref, way=way, named=named))


def _recent(talk: Talk) -> tuple[datetime, ...]:
    return tuple(at for at in talk.state.aside.identity.sends if talk.world.now - at < HOUR)


def _too_many(talk: Talk, code: str) -> None:
    talk.say("code_too_many")
    _to_person(talk, f"Ya se pidieron demasiados códigos en la última hora, para la reserva {code} o por este huésped.")


def _to_person(talk: Talk, why: str) -> None:
    to_person(talk, HandOffReason.NOT_PROVED, why)
    talk.identify(sent=None, wanted=False)
    changing.leave(talk)
    reservations.forget(talk)


def _ways(talk: Talk, reservation: PmsReservation) -> tuple[Way, ...]:
    """Where the booker can be reached by what this hotel has: by mail first, which costs nothing."""
    found: list[Way] = []
    if reservation.booker_email and "email" in talk.world.ways:
        found.append(Way(channel="email", address=reservation.booker_email.strip().lower()))
    number = phones.typed(reservation.booker_phone or "", region=phones.region_of(talk.hotel.phone))
    if number is not None and "whatsapp" in talk.world.ways:
        found.append(Way(channel="whatsapp", address=number))
    return tuple(found)


def _message(talk: Talk, sent: SentCode) -> OneTimeCode:
    body = talk.phrase(
        "code_message",
        hotel=talk.hotel.name,
        code=sent.code,
        digits=HIDDEN,
        minutes=GOOD_FOR // timedelta(minutes=1),
    )
    return OneTimeCode(body=body, seed=sent.seed, reservation=sent.code, language=talk.language.value, until=sent.until)


def _where(talk: Talk, way: Way) -> str:
    if way.channel == "email":
        return masking.masked_address(way.address)
    return talk.phrase("code_to_number", digits=masking.last_digits(way.address))
