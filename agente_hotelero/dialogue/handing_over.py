"""When a person should take it from here, and what the guest hears of that."""

from datetime import timedelta
from typing import Final, Literal

from agente_hotelero.dialogue import repeating
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats

PATIENCE: Final = 2
"""After so many misunderstandings in a row a person is asked."""

NOTICE_AGAIN: Final = timedelta(hours=1)
"""So long staff look by themselves whether more came from there."""


def to_person(talk: Talk, reason: HandOffReason, why: str) -> None:
    """Hand off, and say when it will be read; where nobody can be told, say how to reach somebody."""
    talk.hand_off(reason, why)
    promise(talk, now="person_now", later="person_later")


def promise(talk: Talk, *, now: str, later: str) -> None:
    """Say when a person reads it: `now`, or `later` with the hours; where nobody can be told, how to reach somebody."""
    hours = formats.hours(talk.hotel, talk.language)
    if not talk.hotel.person_reachable:
        _how_to_reach(talk)
    elif talk.world.open_now or not hours:
        talk.say(now)
    else:
        talk.say(later, hours=hours, fact="profile:business_hours")


def promised(talk: Talk) -> bool:
    """Whether that was the last thing of note that the guest heard, and nobody has given them back since."""
    return not repeating.PROMISES.isdisjoint(talk.state.aside.reworded)


def promise_again(talk: Talk) -> None:
    """Say once more when they read it, without telling them anything new."""
    promise(talk, now="person_now", later="person_later")


def way_to_person(talk: Talk) -> None:
    """Say how to get to a person, without calling one yet."""
    if talk.hotel.person_reachable:
        talk.say("person_hint")
    else:
        _how_to_reach(talk)


def emergency(talk: Talk) -> None:
    """At once, whatever the hour."""
    if talk.hotel.phone:
        talk.say("emergency_phone", phone=talk.hotel.phone, fact="profile:phone")
    else:
        talk.say("emergency")
    talk.hand_off(HandOffReason.EMERGENCY, "URGENTE: el huésped avisa de una emergencia.")


def paused(talk: Talk) -> None:
    """The hotel paused the agent: everything is for people; the guest hears that once."""
    why = "El asistente está en pausa y el huésped escribió."
    if talk.state.paused_told:
        talk.hand_off(HandOffReason.PAUSED, why)
        return
    talk.say("paused")
    to_person(talk, HandOffReason.PAUSED, why)
    talk.change(paused_told=True)


def unanswered(talk: Talk, why: Literal["notice", "too_many"]) -> None:
    """Let staff see mail that gets no answer, of one address once a while: a list writes every day."""
    told = talk.state.aside.notice_at
    if told is not None and talk.world.now - told < NOTICE_AGAIN:
        return
    talk.put_aside(notice_at=talk.world.now)
    if why == "notice":
        talk.hand_off(
            HandOffReason.MAIL_NOTICE, "Llegó un correo automático o de una lista; el asistente no lo contesta."
        )
    else:
        talk.hand_off(
            HandOffReason.TOO_MANY, "Esa dirección recibió demasiadas respuestas en una hora; puede ser una máquina."
        )


def not_understood(
    talk: Talk, key: str = "not_understood", *, reason: HandOffReason = HandOffReason.NOT_UNDERSTOOD
) -> bool:
    """Say so, and the second time in a row ask a person; tells whether it came to that."""
    talk.puzzled = True
    talk.say(key)
    misunderstood = talk.state.misunderstood + 1
    if misunderstood < PATIENCE:
        talk.change(misunderstood=misunderstood)
        return False
    talk.change(misunderstood=0)
    to_person(talk, reason, "El asistente no entendió al huésped dos veces seguidas.")
    return True


def _how_to_reach(talk: Talk) -> None:
    hotel = talk.hotel
    hours = formats.hours(hotel, talk.language)
    if hotel.phone and hours:
        talk.say("person_phone_hours", phone=hotel.phone, hours=hours, fact="profile:phone")
        talk.cite("profile:business_hours")
    elif hotel.phone:
        talk.say("person_phone", phone=hotel.phone, fact="profile:phone")
    elif hotel.email:
        talk.say("person_email", email=hotel.email, fact="profile:email")
    else:
        talk.say("person_desk")
