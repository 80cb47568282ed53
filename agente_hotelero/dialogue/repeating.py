"""Which questions were asked just now: asked once more, they are asked in other words.

Nothing is noted of a question that is asked for the first time: what the conversation waits for tells what the guest read
last. Only the second wording leaves a note, so that a third asking is in the first words again.
"""

from collections.abc import Callable, Mapping
from typing import Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import NO_DRAFT, State

COUNTED: Final = frozenset(
    {
        *("not_understood", "bad_email", "bad_name", "bad_phone", "cant_read", "no_cards"),
        *("voice_off", "voice_not_now", "voice_too_long", "voice_unclear"),
    }
)
"""What is said where the guest was not understood; that is counted already."""
PROMISES: Final = frozenset({"person_now", "person_later"})
"""That a person reads it: said twice in a row it is said in other words."""
TRACELESS: Final = frozenset({"anything_else", "tell_me_more", "ask_one_time_code"}) | PROMISES
"""Nothing tells that these were said but a note, also of the first time."""


def in_other_words(key: str, before: State) -> bool:
    """Whether it is to be said in its second wording; `before` is what the guest's message found."""
    if key in COUNTED:
        return before.misunderstood > 0
    if key in TRACELESS:
        return key in before.aside.reworded
    question = OF.get(key)
    return question is not None and ASKED[question](before) and question not in before.aside.reworded


def notes(asked: Mapping[str, bool]) -> tuple[str, ...]:
    """What to remember of questions that were asked, each in its second wording or not."""
    return tuple(dict.fromkeys(OF.get(key, key) for key, again in asked.items() if again != (key in TRACELESS)))


def leaves_a_note(key: str) -> bool:
    """Whether it is a question whose wording is remembered."""
    return key in TRACELESS or key in OF


OF: Final[Mapping[str, str]] = {
    "hello_again": "what",
    "ask_dates": "dates",
    "ask_days": "dates",
    "ask_new_dates": "dates",
    "change_same": "dates",
    "dates_past": "dates",
    "dates_reversed": "dates",
    "dates_impossible": "dates",
    "sold_out": "other_dates",
    "stay_refused": "dates",
    "dates_ambiguous": "which_day",
    "ask_check_out": "check_out",
    "ask_people": "people",
    "too_many": "people",
    "rooms_and_people": "people",
    "offers": "choice",
    "offers_other": "choice",
    "offer": "choice",
    "which": "choice",
    "suits": "choice",
    "nearby": "choice",
    "ask_name": "name",
    "ask_email": "email",
    "ask_phone": "phone",
    "summary": "booking",
    "change_summary": "booking",
    "what_to_change": "part",
    "split": "split",
    "cancel_summary": "cancelling",
    "late_summary": "late",
    "ask_code": "code",
    "ask_code_only": "code_only",
    "ask_surname": "surname",
    "ask_surname_or_code": "surname",
    "which_own": "which",
    "not_found": "not_found",
    "ask_address": "address",
    "heard": "heard",
    "arrival_which_half": "half",
}
"""Which question a phrase asks: two phrases that may use the same words ask the same one."""


def _waits_for(expecting: Expecting) -> Callable[[State], bool]:
    return lambda state: state.expecting is expecting


def _asked_for_dates(state: State) -> bool:
    """A greeting waits for them too, and asks no question."""
    return state.expecting is Expecting.DATES and state.draft != NO_DRAFT


def _greeted(state: State) -> bool:
    return state.expecting is Expecting.DATES and state.draft == NO_DRAFT


def _chooses(state: State) -> bool:
    return state.expecting is Expecting.OFFER or (state.expecting is Expecting.OPTION and bool(state.draft.nearby))


def _chooses_a_part(state: State) -> bool:
    of_something_else = state.days or state.aside.perhaps or state.draft.nearby
    return state.expecting is Expecting.OPTION and not of_something_else


def _tells_code(state: State) -> bool:
    return state.expecting is Expecting.CODE and state.looking_for is not None and state.code is None


ASKED: Final[Mapping[str, Callable[[State], bool]]] = {
    "what": _greeted,
    "dates": _asked_for_dates,
    "other_dates": lambda state: _asked_for_dates(state) and state.aside.sold_out is not None,
    "which_day": lambda state: state.expecting is Expecting.OPTION and bool(state.days),
    "check_out": _waits_for(Expecting.CHECK_OUT),
    "people": _waits_for(Expecting.PEOPLE),
    "choice": _chooses,
    "name": _waits_for(Expecting.NAME),
    "email": lambda state: state.expecting is Expecting.EMAIL and state.draft != NO_DRAFT,
    "phone": _waits_for(Expecting.PHONE),
    "booking": lambda state: state.expecting is Expecting.YES_NO and state.draft.summarised,
    "part": _chooses_a_part,
    "split": lambda state: state.expecting is Expecting.YES_NO and state.aside.split is not None,
    "cancelling": lambda state: state.expecting is Expecting.YES_NO and state.cancelling is not None,
    "late": lambda state: state.expecting is Expecting.YES_NO and state.aside.leaving is not None,
    "code": lambda state: _tells_code(state) and state.surname is None and not state.aside.which,
    "code_only": lambda state: _tells_code(state) and state.surname is not None,
    "surname": lambda state: state.expecting is Expecting.CODE and state.code is not None,
    "which": lambda state: _tells_code(state) and bool(state.aside.which),
    "not_found": lambda state: _tells_code(state) and state.not_found > 0,
    "address": lambda state: state.expecting is Expecting.EMAIL and state.looking_for is not None,
    "heard": lambda state: state.aside.spoken is not None,
    "half": lambda state: state.aside.arriving is not None and state.aside.arriving.half_said is not None,
}
"""Whether the guest read it last, as far as what is waited for tells."""
