"""When a person should take it from here, and what the guest hears of that."""

from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats


def to_person(talk: Talk, reason: HandOffReason, why: str) -> None:
    """Hand off, and say when it will be read; where nobody can be told, say how to reach somebody."""
    talk.hand_off(reason, why)
    hotel = talk.hotel
    hours = formats.hours(hotel, talk.language)
    if hotel.person_reachable and (talk.world.open_now or not hours):
        talk.say("person_now")
    elif hotel.person_reachable:
        talk.say("person_later", hours=hours, fact="profile:business_hours")
    elif hotel.phone:
        talk.say("person_phone", phone=hotel.phone, hours=hours or "24 h", fact="profile:phone")
    elif hotel.email:
        talk.say("person_email", email=hotel.email, fact="profile:email")
    else:
        talk.say("person_desk")


def emergency(talk: Talk) -> None:
    """At once, whatever the hour."""
    phone = f" ({talk.hotel.phone})" if talk.hotel.phone else ""
    talk.say("emergency", phone=phone, fact="profile:phone")
    talk.hand_off(HandOffReason.EMERGENCY, "URGENTE: el huésped avisa de una emergencia.")


def paused(talk: Talk) -> None:
    """The hotel paused the agent: everything is for people; the guest hears that once."""
    talk.hand_off(HandOffReason.PAUSED, "El asistente está en pausa y el huésped escribió.")
    if not talk.state.paused_told:
        talk.say("paused")
        talk.change(paused_told=True)


def not_understood(talk: Talk) -> None:
    """The first time say what helps; the second time offer a person."""
    talk.change(misunderstood=talk.state.misunderstood + 1)
    talk.say("not_understood")
    if talk.state.misunderstood > 1:
        to_person(talk, HandOffReason.NOT_UNDERSTOOD, "El asistente no entendió al huésped dos veces seguidas.")
        talk.change(misunderstood=0)
    else:
        talk.say("can_do")
