"""The number that a hotel can call: asked for where the guest's channel gives none, and never a proof of who they are."""

from agente_hotelero.dialogue.reading import Expecting, Intent, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model import phones

RATHER_NOT = ""
"""What is kept of a guest who would rather not say."""


def is_asked_for(talk: Talk) -> bool:
    """Tell whether the reservation in the making still needs it; one that is changed stays its booker's."""
    return talk.world.asks_phone and talk.state.aside.phone is None and talk.draft.replaces is None


def told(talk: Talk, reading: Reading) -> str | None:
    """The number in a message, as digits with the country's: where none is said, it is one of the hotel's country."""
    if reading.phone is None or not talk.world.asks_phone:
        return None
    return phones.typed(reading.phone, region=phones.region_of(talk.hotel.phone))


def declined(talk: Talk, reading: Reading) -> bool:
    """Tell whether the question for it was answered with a no."""
    no = reading.intents & {Intent.DENY, Intent.NO_CODE}
    return talk.state.expecting is Expecting.PHONE and bool(no) and not reading.intents - no - {Intent.THANK}


def take(talk: Talk, number: str) -> None:
    """Keep it, for this reservation and later ones."""
    talk.put_aside(phone=number)
    talk.edit(summarised=False)


def shown(talk: Talk) -> str | None:
    """As it is read back in the summary."""
    number = talk.state.aside.phone
    return f"+{number}" if number and talk.world.asks_phone else None


def number(talk: Talk) -> str | None:
    """The one that goes with the reservation: the channel's, else what was told."""
    return talk.world.phone or talk.state.aside.phone or None
