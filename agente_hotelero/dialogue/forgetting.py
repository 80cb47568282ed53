"""What a guest told of themselves is let go when they take back a message that was answered.

Which message said it is not kept, and its words are erased by now: so all of it goes that is no reservation's, and is asked
for again where it is needed. Dates, people and rooms say nothing of anybody; who a reservation is for, the PMS knows.
"""

from dataclasses import replace

from agente_hotelero.dialogue.talk import Talk


def taken_back(talk: Talk) -> None:
    """Forget it, without a word."""
    state, draft = talk.state, talk.draft
    if draft.replaces is None and (draft.name or draft.email):
        talk.edit(name=None, email=None, summarised=False)
    if state.name or state.email:
        talk.change(name=None, email=None)
    if state.surname is not None:
        talk.change(surname=None)
    if replace(state.aside, phone=None, address=None) != state.aside:
        talk.put_aside(phone=None, address=None)
        if draft.replaces is None:
            talk.edit(summarised=False)
