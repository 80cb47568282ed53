"""What a guest sends beside words: pictures, pins, cards, forms. Nothing that can't be read is left without an answer."""

import re
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import booking, calling, confirmation, facts, handing_over, words
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.reading import TALK, Expecting, Intent, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.model.events import (
    Arrival,
    ContactsReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    OtherReceived,
    is_spoken,
)

TOGETHER: Final = timedelta(seconds=60)
"""Pictures that follow one another so closely are one message to whoever sends them, and get one answer."""
FOR_PEOPLE: Final = "document"
"""A passport, a slip of a payment: a person looks at it, and nothing is called paid or proved by it."""
PAPERS: Final = frozenset(
    "comprobante comprobantes transferencia deposito pago recibo factura pasaporte pasaportes dni cedula "
    "comprovante comprovantes pagamento passaporte passaportes rg cpf pix "
    "payment receipt transfer deposit slip invoice passport passports".split()
)
"""What people call a picture of one, below it or in its name."""
SAYS_NOTHING: Final = TALK | {Intent.PERSON}
"""Of what is below a paper that goes to a person anyway."""


def answer(talk: Talk, arrival: Arrival, reading: Reading) -> None:
    """Answer what is no text and no button."""
    event = arrival.event
    together = _together(talk, arrival)
    match event:
        case MediaReceived() if _is_paper(event):
            _paper(talk, event, reading)
        case MediaReceived(caption=caption) if caption:
            talk.say("caption_read")
            _words_in_passing(talk, reading)
        case MediaReceived() if together:
            talk.puzzled = True
        case MessageEdited(text=text) if text:
            talk.say("edit_read")
            _words_in_passing(talk, reading)
        case LocationReceived():
            facts.answer(talk, Reading(intents=frozenset({Intent.ADDRESS})))
            confirmation.pin(talk)
            words.repeat(talk)
        case ContactsReceived(own_phone=number):
            _card(talk, number)
        case FormReceived(what=what):
            _to_the_team(talk, f"El huésped envió {'un pedido' if what == 'order' else 'un formulario'}.")
        case OtherReceived(what="request_welcome"):
            words.greet(talk)
            talk.change(greeted=True)
        case OtherReceived(what="call_permission_reply"):
            talk.say("in_writing")
            words.repeat(talk)
        case _:
            _cant_read(talk)


def is_bare_media(event: Event) -> bool:
    """Tell a picture that says nothing from one with words below it, and from what is spoken."""
    return isinstance(event, MediaReceived) and not event.caption and not is_spoken(event)


def _is_paper(media: MediaReceived) -> bool:
    if media.what == FOR_PEOPLE:
        return True
    called = fold(f"{media.caption} {media.filename}").replace("_", " ")
    return not PAPERS.isdisjoint(re.findall(r"[a-z]+", called))


def _paper(talk: Talk, media: MediaReceived, reading: Reading) -> None:
    """A person looks at it; what is asked below it is answered beside that."""
    what = "un documento" if media.what == FOR_PEOPLE else "algo que parece un comprobante o un documento"
    _to_the_team(talk, f"El huésped envió {what}.")
    if media.caption and reading.intents - SAYS_NOTHING:
        _words_in_passing(talk, reading)


def _together(talk: Talk, arrival: Arrival) -> bool:
    """Note a picture; tells whether it only goes on a row of them that was answered."""
    before = talk.state.aside.attached
    if is_bare_media(arrival.event):
        talk.put_aside(attached=arrival.sent_at)
        return before is not None and abs(arrival.sent_at - before) <= TOGETHER
    return False


def _words_in_passing(talk: Talk, reading: Reading) -> None:
    """Words that are not a message of their own: they say what they say, but no yes of theirs counts."""
    talk.unsure = True
    words.answer(talk, reading)


def _to_the_team(talk: Talk, why: str) -> None:
    talk.say("for_the_team")
    handing_over.to_person(talk, HandOffReason.RECEIVED, why)


def _card(talk: Talk, number: str | None) -> None:
    """The guest's own number answers the question for it; of others nothing is kept."""
    if number is not None and talk.drafting and calling.is_asked_for(talk):
        calling.take(talk, number)
        if talk.state.expecting is Expecting.PHONE:
            booking.advance(talk)
        else:
            words.repeat(talk)
    elif not handing_over.not_understood(talk, "no_cards", reason=HandOffReason.UNREADABLE):
        words.repeat(talk)


def _cant_read(talk: Talk) -> None:
    if not handing_over.not_understood(talk, "cant_read", reason=HandOffReason.UNREADABLE):
        words.repeat(talk)
