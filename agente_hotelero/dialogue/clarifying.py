"""What was half understood: the guest is asked which of two things they mean, by name."""

from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import Expecting, Intent
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import wishes
from agente_hotelero.dialogue.texts.phrases import say
from agente_hotelero.model.messages import Option
from agente_hotelero.model.tone import Register

MEANS: Final = "means:"
NEITHER: Final = "neither"


def ask(talk: Talk, perhaps: Sequence[Intent]) -> bool:
    """Name what it may be; tells whether there was anything to name. The second time in a row nobody is asked again."""
    # A vacancy and its price are the same question.
    same = [Intent.AVAILABILITY if intent is Intent.ASK_PRICE else intent for intent in perhaps]
    named = tuple(intent for intent in dict.fromkeys(same) if intent in wishes.NAMES)
    if not named or talk.state.misunderstood:
        return False
    talk.puzzled = True
    talk.put_aside(perhaps=named)
    talk.change(expecting=Expecting.OPTION, days=(), misunderstood=1)
    options = [Option(id=f"{MEANS}{intent}", title=wishes.name(intent, talk.register)) for intent in named]
    options.append(Option(id=f"{MEANS}{NEITHER}", title=talk.phrase("something_else")))
    talk.offer(talk.phrase("which_of_them"), options)
    return True


def titles(perhaps: Sequence[Intent], register: Register) -> tuple[str, ...]:
    """What the options are called, in the order shown."""
    return (*(wishes.name(intent, register) for intent in perhaps), say("something_else", register))


def pressed(option_id: str) -> Intent | None:
    """What a button means; None for neither, or where it is none of ours."""
    named = option_id.removeprefix(MEANS)
    return Intent(named) if named in {intent.value for intent in wishes.NAMES} else None


def is_ours(option_id: str) -> bool:
    """Whether a button was offered here."""
    return option_id.startswith(MEANS)


def leave(talk: Talk) -> None:
    """Whatever comes next, it is not asked any more."""
    if talk.state.aside.perhaps:
        talk.put_aside(perhaps=())
        if talk.state.expecting is Expecting.OPTION and not talk.drafting:
            talk.change(expecting=Expecting.NOTHING)
