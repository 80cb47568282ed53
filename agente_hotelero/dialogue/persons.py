"""What a person of the hotel does to a conversation: takes it, answers in it, gives it back."""

from typing import Final

from agente_hotelero.dialogue import reservations, retrying
from agente_hotelero.dialogue.effects import (
    CancelPendingReplies,
    ClearTimer,
    CloseHandOffs,
    HandOffReason,
    Reply,
    SetTimer,
)
from agente_hotelero.dialogue.reading import Intent, Reading
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.journal import FROM_STAFF
from agente_hotelero.model.messages import Text

KIND: Final = "give_back"
"""The timer of who took over and says nothing more."""
ENDING: Final = frozenset({Intent.THANK, Intent.GOODBYE, Intent.AFFIRM})


def took_over(talk: Talk, *, from_phone: bool) -> None:
    """A person answers from here on; who does so from the hotel's phone finds the guest at the desk, to give them back."""
    if from_phone and not talk.state.taken_over:
        talk.hand_off(
            HandOffReason.ANSWERED, "Una persona le contestó desde el teléfono del hotel; el asistente calla."
        )
    talk.put_aside(answered=from_phone)
    _taken(talk)


def replied(talk: Talk, text: str) -> None:
    """Pass a person's own words on; who answers has taken over."""
    if talk.state.taken_over:
        _keep_quiet(talk)
    else:
        _taken(talk)
    talk.put_aside(answered=True)
    talk.do(Reply(message=Text(body=text), facts=(FROM_STAFF,)))


def heard(talk: Talk, reading: Reading) -> None:
    """The guest says something to a person; thanks wait for no answer."""
    if not reading.intents or reading.intents - ENDING:
        talk.put_aside(answered=False)


def given_back(talk: Talk) -> None:
    """The agent answers again; what it never gave away stays as it is."""
    talk.put_aside(asked_team=(), answered=False, reworded=())
    if not talk.state.taken_over:
        return
    if talk.state.aside.quiet_until is not None:
        talk.put_aside(quiet_until=None)
        talk.do(ClearTimer(kind=KIND, key=""))
    # What a person agreed on meanwhile is not known here: no old yes counts any more.
    if talk.state.looking_for != "change":
        # A change still waits for its code: days said now are its own, and no wish for one more room.
        reservations.forget(talk)
    talk.edit(summarised=False)
    talk.put_aside(split=None)
    talk.change(taken_over=False)


def fired(talk: Talk) -> None:
    """Nobody said anything for as long as the hotel allows: what the guest writes next is the agent's to answer.

    Whom nobody answered still waits at the desk.
    """
    quiet_until = talk.state.aside.quiet_until
    # One that fired while somebody answered is overtaken by the next.
    if quiet_until is not None and talk.world.now >= quiet_until:
        if talk.state.aside.answered:
            talk.do(CloseHandOffs())
        given_back(talk)


def _keep_quiet(talk: Talk) -> None:
    """From the last thing that a person did on."""
    after = talk.hotel.gives_back_after
    if after is not None:
        talk.put_aside(quiet_until=talk.world.now + after)
        talk.do(SetTimer(kind=KIND, key="", due_at=talk.world.now + after))


def _taken(talk: Talk) -> None:
    """What the agent was about to say is not said."""
    talk.change(taken_over=True)
    retrying.forget(talk)
    _keep_quiet(talk)
    talk.do(CancelPendingReplies())
