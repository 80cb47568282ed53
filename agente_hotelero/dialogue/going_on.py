"""Whether a guest may be about to write more: people on a phone write one thought in three messages."""

from typing import Final

from agente_hotelero.dialogue.opting import is_word
from agente_hotelero.dialogue.understanding.urgent import sounds_urgent
from agente_hotelero.model.events import Event, MessageEdited, MessageRevoked, TextReceived

WHOLE: Final = 160
"""So many letters are a thought that was written to its end."""


def may_go_on(event: Event) -> bool:
    """Tell a short message that more may follow from what is whole: a press, a long text, an emergency, a word to stop."""
    match event:
        case TextReceived(text=text, mail=None):
            return len(text) <= WHOLE and not is_word(text) and not sounds_urgent(text)
        case MessageEdited() | MessageRevoked():
            # Whoever corrects a message has it in hand.
            return True
        case _:
            return False
