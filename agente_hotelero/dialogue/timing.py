"""Messages that come hours after they were sent: Meta tries for days to hand over what it could not.

A lone one is answered, with a word about the delay, and its yes is asked for again: never ignored, never taken for new. Where
the guest has written since, and had an answer, the late one is kept and shown to staff, and nothing is done about it: what it
asks for has been talked about without it.
"""

from datetime import datetime, timedelta
from typing import Final

from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.events import Arrival

LATE: Final = timedelta(hours=2)
"""Beyond what a slow network or a restart of ours explains, and far below the day within which guests may be answered."""
ONCE_IN: Final = timedelta(minutes=10)
"""A guest whose messages come late all at once reads of it once."""


def is_late(*, sent_at: datetime, now: datetime) -> bool:
    """Tell whether a message came so late that it can't be taken for new."""
    return now - sent_at > LATE


def show_to_staff(talk: Talk) -> None:
    """Nothing is done about it."""
    why = f"Llegó con más de {LATE // timedelta(hours=1)} horas de retraso un mensaje anterior a la conversación: no se actuó."
    talk.hand_off(HandOffReason.CAME_LATE, why)


def own_up(talk: Talk, arrival: Arrival) -> None:
    """Say that it came late, if it did."""
    apologised = talk.state.aside.apologised
    if not is_late(sent_at=arrival.sent_at, now=arrival.now):
        if apologised is not None:
            talk.put_aside(apologised=None)
        return
    talk.unsure = True
    if apologised is None or arrival.now - apologised > ONCE_IN:
        talk.say("came_late")
        talk.put_aside(apologised=arrival.now)
