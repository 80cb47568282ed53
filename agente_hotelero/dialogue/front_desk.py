"""What one message asks of a front desk: what the profile answers, and what a person has to see to, told once."""

from typing import Final

from agente_hotelero.dialogue import arriving, facts, faq, proof
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.handing_over import promise
from agente_hotelero.dialogue.reading import WANT_A_ROOM, Intent, Language, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats, topics
from agente_hotelero.model.hotel import Topic
from agente_hotelero.model.stays import Stay
from agente_hotelero.model.tone import USUAL
from agente_hotelero.model.values import value


@value
class Request:
    """What only a person can do: what the guest hears, and what staff read in Spanish."""

    reason: HandOffReason
    words: str
    summary: str
    topic: Topic | None = None
    """What the profile may say of it."""
    answered: bool = False
    """Whether what it says is enough."""


REQUESTS: Final = {
    Intent.REPORT_PROBLEM: Request(
        reason=HandOffReason.COMPLAINT, words="got_problem", summary="El huésped avisa de un problema o se queja."
    ),
    Intent.REFUND: Request(
        reason=HandOffReason.REFUND, words="got_refund", summary="El huésped pregunta por un reembolso o lo pide."
    ),
    Intent.DISPUTED_CHARGE: Request(
        reason=HandOffReason.PAYMENT_DISPUTE,
        words="got_dispute",
        summary="El huésped no está de acuerdo con un cobro.",
    ),
    Intent.LOST_ITEM: Request(
        reason=HandOffReason.LOST_ITEM, words="got_lost", summary="El huésped perdió u olvidó algo."
    ),
    Intent.SPECIAL_REQUEST: Request(
        reason=HandOffReason.SPECIAL_REQUEST, words="got_request", summary="El huésped tiene un pedido especial."
    ),
    Intent.EVENT_GROUP: Request(
        reason=HandOffReason.EVENT_GROUP,
        words="got_group",
        summary="El huésped pregunta por un grupo o un evento.",
        topic=Topic.EVENTS,
    ),
    Intent.DISCOUNT: Request(
        reason=HandOffReason.DISCOUNT,
        words="got_discount",
        summary="El huésped pide un descuento o una promoción.",
        topic=Topic.DISCOUNTS,
        answered=True,
    ),
    Intent.HOUSEKEEPING: Request(
        reason=HandOffReason.HOUSEKEEPING,
        words="got_request",
        summary="El huésped pide algo de limpieza o de ropa blanca.",
        topic=Topic.HOUSEKEEPING,
        answered=True,
    ),
    Intent.ROOM_SERVICE: Request(
        reason=HandOffReason.ROOM_SERVICE,
        words="got_request",
        summary="El huésped pide algo a la habitación.",
        topic=Topic.ROOM_SERVICE,
        answered=True,
    ),
    Intent.ARRIVAL_NOTICE: Request(
        reason=HandOffReason.ARRIVAL, words="got_arrival", summary="El huésped avisa cuándo llega."
    ),
}
ORDERED: Final = frozenset({Topic.HOUSEKEEPING, Topic.ROOM_SERVICE})
"""Asked about, or wanted now: what is wanted goes to staff, whatever the profile says."""
UPSET: Final = frozenset({Intent.REPORT_PROBLEM, Intent.REFUND, Intent.DISPUTED_CHARGE, Intent.LOST_ITEM})
"""Nobody wants to be asked for their dates after that."""
OF_ITS_OWN: Final = UPSET | {Intent.EVENT_GROUP, Intent.HOUSEKEEPING, Intent.ROOM_SERVICE, Intent.ARRIVAL_NOTICE}
"""Their days, rooms and people are not those of a stay that is looked for."""
FLOWS: Final = WANT_A_ROOM | {
    Intent.CANCEL_RESERVATION,
    Intent.CHANGE_RESERVATION,
    Intent.MY_RESERVATION,
    Intent.LATE_CHECKOUT,
    Intent.SPLIT_STAY,
}


def answer(talk: Talk, reading: Reading) -> bool:
    """Answer and hand on whatever is asked; tells whether anything was."""
    asked, missing = facts.answer(talk, reading)
    wanted = [one for intent, one in REQUESTS.items() if intent in reading.intents and not _told(talk, one, reading)]
    arrival = REQUESTS[Intent.ARRIVAL_NOTICE]
    if arrival in wanted and arriving.notice(talk, reading):
        wanted.remove(arrival)
    own = faq.answer(talk, reading) if asked or wanted or reading.faq_beside else False
    if own and reading.faq is not None and not wanted:
        # What a topic lacks, the hotel's own answer to just this question says.
        return True
    for one in wanted:
        _take(talk, reading, one)
    news = _own_up(talk, missing)
    if wanted:
        promise(talk, now="person_now", later="person_later")
    elif news:
        promise(talk, now="asking_now", later="asking_later")
    return asked or own or not reading.intents.isdisjoint(REQUESTS)


def tell(talk: Talk, reading: Reading) -> None:
    """Only what the profile says: what it lacks, the person who is asked for will say."""
    facts.answer(talk, reading)
    faq.answer(talk, reading)


def is_all(talk: Talk, reading: Reading) -> bool:
    """Whether what else is said belongs to such a request, and to no stay that is looked for."""
    intents = reading.intents
    if not intents & OF_ITS_OWN:
        return False
    flows = FLOWS - WANT_A_ROOM if Intent.EVENT_GROUP in intents else FLOWS
    return not (intents & flows or (talk.drafting and not intents & UPSET))


def is_upset(reading: Reading) -> bool:
    """Whether the open question can wait."""
    return bool(reading.intents & UPSET)


def _told(talk: Talk, request: Request, reading: Reading) -> bool:
    """Say what the profile says of it; tells whether that is all there is to it."""
    fact = None if request.topic is None else talk.hotel.facts.get(request.topic)
    if request.topic is None or fact is None or (fact.offered and request.topic in ORDERED and reading.orders):
        return False
    facts.tell(talk, request.topic)
    return request.answered or not fact.offered


def _take(talk: Talk, reading: Reading, request: Request) -> None:
    known = request.topic is not None and request.topic in talk.hotel.facts
    if not known or request.topic in ORDERED:
        talk.say(request.words)
    if request.topic is not None and not known and not (request.topic in ORDERED and reading.orders):
        facts.note_gap(talk, request.topic)
    talk.hand_off(request.reason, " ".join([request.summary, *_entities(talk, reading)]))


def _own_up(talk: Talk, missing: tuple[Topic, ...]) -> bool:
    """Say what the profile lacks, and ask staff once; tells whether there is anything new for them."""
    if not missing:
        return False
    names = formats.several([topics.name(topic, talk.register) for topic in missing], talk.language)
    if len(missing) == 1:
        talk.say("fact_unknown")
    else:
        talk.say("facts_unknown", topics=names)
    for topic in missing:
        facts.note_gap(talk, topic)
    return _ask_staff(talk, missing)


def _ask_staff(talk: Talk, missing: tuple[Topic, ...]) -> bool:
    known = talk.state.aside.asked_team
    new = [topic for topic in missing if topic not in known]
    if not new and talk.hotel.person_reachable:
        talk.say("asked_already")
        return False
    if talk.hotel.person_reachable:
        talk.put_aside(asked_team=(*known, *new))
        names = formats.several([topics.name(topic, USUAL.es) for topic in new], Language.ES)
        talk.hand_off(HandOffReason.QUESTION, f"El huésped preguntó y el perfil del hotel no lo dice: {names}.")
    return True


def _entities(talk: Talk, reading: Reading) -> list[str]:
    """What was said of it, for staff; nothing that was not."""
    lines = []
    codes = [*proof.bookings(talk), *([reading.code] if reading.code else [])]
    if codes:
        lines.append(f"Reserva: {', '.join(dict.fromkeys(codes))}.")
    dates = reading.dates
    if dates is not None and dates.check_in is not None and dates.check_out is not None:
        stay = Stay(check_in=dates.check_in, check_out=dates.check_out)
        lines.append(f"Fechas: {formats.stay(stay, Language.ES)}.")
    elif dates is not None and dates.check_in is not None:
        lines.append(f"Fecha: {formats.day(dates.check_in, Language.ES)}.")
    if (people := reading.people or reading.adults) is not None:
        lines.append(f"Personas: {people}{f' y {reading.children} niños' if reading.children else ''}.")
    if reading.room_key is not None:
        room = formats.room(talk.hotel, reading.room_key, reading.room_key, Language.ES)
        lines.append(f"Habitación: {room}.")
    return lines
