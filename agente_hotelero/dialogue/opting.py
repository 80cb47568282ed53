"""A guest who wants no messages that they did not ask for, or wants them again.

Only a message that is nothing but such a word counts: «cancelar» is about a reservation, and «no» is an answer.
"""

import re
from collections.abc import Mapping
from typing import Final

from agente_hotelero.dialogue.effects import SetOptOut
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.understanding.folding import fold

STOP: Final[Mapping[str, Language | None]] = {
    "stop": None,
    **dict.fromkeys(("baja", "darme de baja", "dar de baja", "quiero darme de baja", "no mas mensajes"), Language.ES),
    **dict.fromkeys(("sair", "descadastrar", "parar mensagens", "nao quero mais mensagens"), Language.PT),
    **dict.fromkeys(("unsubscribe", "opt out", "stop messages"), Language.EN),
}
START: Final[Mapping[str, Language | None]] = {
    "start": None,
    **dict.fromkeys(("alta", "darme de alta", "quiero mensajes"), Language.ES),
    **dict.fromkeys(("voltar", "cadastrar", "quero mensagens"), Language.PT),
    **dict.fromkeys(("subscribe", "opt in", "unstop"), Language.EN),
}
"""Of whom did not say the other before, these are words like any other."""
LONGEST: Final = 40
SIGNS: Final = re.compile(r"^[^a-z0-9]+|[^a-z0-9]+$")


def is_word(text: str) -> bool:
    """Tell whether a message is nothing but such a word."""
    return _bare(text) in STOP.keys() | START.keys()


def heard(talk: Talk, text: str, *, may_answer: bool) -> bool:
    """Do what a message of nothing but such a word asks; answers whether it was one."""
    word = _bare(text)
    if word in STOP:
        wanted, language = True, STOP[word]
    elif word in START and talk.state.aside.opted_out:
        wanted, language = False, START[word]
    else:
        return False
    if language is not None:
        talk.change(language=language)
    told = talk.state.aside.opted_out is wanted
    put(talk, stopped=wanted)
    if may_answer and not told:
        talk.say("opted_out" if wanted else "opted_in")
    return True


def _bare(text: str) -> str:
    return SIGNS.sub("", fold(text)) if len(text) <= LONGEST else ""


def put(talk: Talk, *, stopped: bool) -> None:
    """Remember it, for the conversation and for whoever writes first."""
    talk.put_aside(opted_out=stopped)
    talk.do(SetOptOut(stopped=stopped))
