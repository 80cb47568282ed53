"""A question that the PMS could not answer is kept, and answered by itself when it can be, or handed to a person."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import booking, looking, reservations
from agente_hotelero.dialogue.effects import ClearTimer, HandOffReason, SetTimer
from agente_hotelero.dialogue.handing_over import to_person, way_to_person
from agente_hotelero.dialogue.reading import Expecting, Language
from agente_hotelero.dialogue.state import Draft, Retry
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.stays import Stay

KIND: Final = "pms_retry"
FIRST_SECONDS: Final = 30
LONGEST_SECONDS: Final = 300
GIVE_UP: Final = timedelta(hours=22)
"""WhatsApp lets us write for 24 hours after the guest's last words, which may be an hour old where a saga's end was what asked."""


def away(talk: Talk, *, expecting: Expecting) -> None:
    """Promise an answer and set the clock for it; a second apology only to who asks a second time.

    The question stays open, so that «again» is enough: `expecting` is what else is an answer to it.
    """
    retry, agreed = talk.state.aside.retry, talk.state.aside.agreed
    # A yes counts once: by the clock nothing is cancelled.
    talk.put_aside(agreed=False)
    if retry is not None and retry.due:
        _again_later(talk, retry)
        return
    # A yes that could not be looked at is a question still: it may be said again, or taken back.
    talk.change(expecting=Expecting.YES_NO if agreed else expecting)
    talk.say("pms_away" if retry is None else "pms_still_away")
    if agreed:
        why = f"El huésped quiso cancelar la reserva {talk.state.code} y el PMS no responde."
        to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, why)
    elif talk.drafting and talk.draft.purpose == "book":
        to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, "El huésped quiso confirmar y el PMS no responde.")
    else:
        way_to_person(talk)
    if retry is None:
        _wait(talk, Retry(tries=0, until=talk.world.now + GIVE_UP))


def back(talk: Talk) -> None:
    """The PMS answered: who waits for it hears that first; who asked anew waits no more."""
    retry = talk.state.aside.retry
    if retry is None:
        return
    if retry.due:
        talk.open_later("pms_back")
        if talk.state.looking_for is not None and not looking.can_ask(talk):
            # It is the draft that is answered, and what the guest says next is of that.
            reservations.leave(talk)
    else:
        forget(talk)


def forget(talk: Talk) -> None:
    """Nothing is waited for any more."""
    if talk.state.aside.retry is not None:
        talk.put_aside(retry=None)
        talk.do(ClearTimer(kind=KIND, key=""))


def tidy(talk: Talk) -> None:
    """After the guest's words: without a question there is nothing to answer later."""
    if not talk.drafting and talk.state.looking_for is None:
        forget(talk)


def fired(talk: Talk) -> None:
    """The time has come to ask again."""
    retry = talk.state.aside.retry
    if retry is None or talk.state.taken_over or talk.state.pending is not None:
        talk.put_aside(retry=None)
    elif talk.world.paused or talk.world.now > retry.until or _past(talk):
        # Too late to write by ourselves, or not ours to: whoever was promised an answer gets it from a person.
        talk.put_aside(retry=None)
        talk.hand_off(HandOffReason.PMS_AWAY, _for_staff(talk))
    else:
        talk.put_aside(retry=replace(retry, due=True))
        if not _ask_again(talk):
            # The guest asked something else since, which waits for them: a person knows what was promised.
            talk.put_aside(retry=None)
            talk.hand_off(HandOffReason.PMS_AWAY, _for_staff(talk))


def _ask_again(talk: Talk) -> bool:
    if _of_the_draft(talk):
        return booking.ask_again(talk)
    if not looking.can_ask(talk):
        return False
    looking.ask(talk)
    return True


def _of_the_draft(talk: Talk) -> bool:
    """Whether it is a room that is waited for, also where the guest asked for something else since.

    Days that were said for a change are no question before it is known what they change.
    """
    looking_for = talk.state.looking_for
    return looking_for is None or (looking_for != "change" and not looking.can_ask(talk))


def _again_later(talk: Talk, retry: Retry) -> None:
    """Silently, until it makes no sense any more."""
    later = replace(retry, tries=retry.tries + 1, due=False)
    if talk.world.now + _pause(later) <= retry.until:
        _wait(talk, later)
        return
    talk.put_aside(retry=None)
    talk.say("pms_gave_up")
    to_person(talk, HandOffReason.PMS_AWAY, _for_staff(talk))


def _wait(talk: Talk, retry: Retry) -> None:
    talk.put_aside(retry=retry)
    # No `not_after`: a timer that fires too late still tells a person, and says nothing to the guest.
    talk.do(SetTimer(kind=KIND, key="", due_at=talk.world.now + _pause(retry)))


def _pause(retry: Retry) -> timedelta:
    return timedelta(seconds=min(FIRST_SECONDS * 2 ** min(retry.tries, 10), LONGEST_SECONDS))


def _past(talk: Talk) -> bool:
    check_in = talk.draft.check_in
    return _of_the_draft(talk) and check_in is not None and check_in < talk.today


def _for_staff(talk: Talk) -> str:
    question = _question(talk.draft, looks=not _of_the_draft(talk))
    split = ", aunque sea cambiando de habitación" if talk.state.aside.would_change_rooms else ""
    return f"El PMS no respondió y el huésped quedó sin respuesta: {question}{split}."


def _question(draft: Draft, *, looks: bool) -> str:
    if looks or draft.check_in is None or draft.check_out is None:
        return "busca una reserva suya"
    stay = Stay(check_in=draft.check_in, check_out=draft.check_out)
    return f"quiere una habitación para {formats.stay(stay, Language.ES)}"
