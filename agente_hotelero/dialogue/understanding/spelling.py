"""Slips of the finger in the names that dates are made of, and numbers that are stuck to their words."""

import re
from functools import lru_cache
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import MONTHS, NUMBERS, ORDINALS, WEEKDAYS
from agente_hotelero.dialogue.understanding.phrases import REMEMBERED
from agente_hotelero.dialogue.understanding.slips import one_slip_apart

SHORTEST: Final = 6
"""Shorter names are a slip away from too many words: julio and julia, junio and junior, abril and abrir."""
_NAMES: Final = [
    name for name in (*MONTHS, *WEEKDAYS, "manana", "amanha", "tomorrow", "weekend") if len(name) >= SHORTEST
]
# One slip away from a name, and other words: when do you come («vienes»), mate, manzana, Amanda, on Sundays.
_OTHERS: Final = frozenset(
    "vienes mates marte marta martin cartes mantes sabados domingos sabido salado sacado sanado augusto augusta angosto gosto manzana mananas amanda amanhas amanhece"
    " mondays tuesdays wednesdays thursdays fridays saturdays sundays sundae weekends weekdays invierno dominga jueces nueves martel".split()
)
# Two slips, or in a name too short for one: how people do write them.
_USUAL: Final = {
    "lunez": "lunes", "lnues": "lunes", "luens": "lunes", "wensday": "wednesday", "wendsday": "wednesday", "wedensday": "wednesday", "tommorow": "tomorrow",
    "tommorrow": "tomorrow", "tomoz": "tomorrow", "2moro": "tomorrow", "enreo": "enero", "enro": "enero", "enerp": "enero", "jnio": "junio", "juino": "junio", "junoi": "junio", "jullio": "julio",
    "juilo": "julio", "jluio": "julio", "mazro": "marzo", "marso": "marzo", "abrl": "abril", "arbil": "abril", "avril": "abril", "abirl": "abril", "aprl": "april",
    "nobienbre": "noviembre", "novienbre": "noviembre", "disienbre": "diciembre", "dicienbre": "diciembre", "desembre": "dezembro", "setienbre": "septiembre", "septienbre": "septiembre",
    "jully": "july", "jnue": "june", "miercole": "miercoles", "mierc": "miercoles", "vierns": "viernes", "juebes": "jueves", "jueve": "jueves", "savado": "sabado",
}  # fmt: skip
_KNOWN: Final = frozenset({*MONTHS, *WEEKDAYS, *NUMBERS, *ORDINALS})
_DAY_WORD: Final = r"(?:dia|dias|del|de|el|al|desde|hasta|do|ao|ate|from|to)"
_TO: Final = r"(?:hasta|ate|al|ao|a|to)"
_MONTH: Final = "|".join(sorted((name for name in MONTHS if name != "set"), key=len, reverse=True))
_WRITTEN: Final = r"[0-9]{1,2}[/.][0-9]{1,2}(?:[/.](?:20)?[0-9]{2})?"
# «5al7», «del5», «7demayo», «may4», «5/12-7/12», «4 / 5».
_STUCK: Final = (
    (re.compile(r"(?<![\w.,/:-])([0-9]{1,2})(?=(?:ads?|adts?|adult\w{0,2}|pax|pers\w{0,5}|pesso\w{1,2}|people|nin[oa]s?|crian\w{1,3}|kids?|menor(?:es)?|noches?|noites?|nights?|diarias?|dias?|days?|hab\w{0,9}|quartos?|cuartos?|rooms?)(?![a-z0-9]))"), r"\1 "),
    (re.compile(r"(?<!\w)1a quin(?=[cz]ena)"), "primera quin"),
    (re.compile(r"(?<!\w)2a quin(?=[cz]ena)"), "segunda quin"),
    (re.compile(rf"(?<![a-z0-9])({_DAY_WORD})(?=[0-9]{{1,2}}(?![0-9]))"), r"\1 "),
    (re.compile(rf"(?<![\w.,/:-])([0-9]{{1,2}})({_TO})(?=[0-9]{{1,2}}(?![0-9:]))"), r"\1 \2 "),
    (re.compile(rf"(?<![\w.,/:])([0-9]{{1,2}})(de|del)(?={_MONTH})"), r"\1 \2 "),
    (re.compile(rf"(?<![a-z0-9])({_MONTH})(?=[0-9]{{1,2}}(?!\w))"), r"\1 "),
    (re.compile(rf"(?<![\w/.-])({_WRITTEN})-(?={_WRITTEN}(?![\w/-]))"), r"\1 - "),
    (re.compile(r"(?<![0-9/.,] )(?<![\w/.,])([0-9]{1,2}) / ([0-9]{1,2})(?! ?[0-9/])"), r"\1/\2"),
    (re.compile(r"(?<![0-9/.,] )(?<![\w/.,])([0-9]{1,2}) / ([0-9]{1,2}) / ((?:20)?[0-9]{2})(?! ?[0-9/])"), r"\1/\2/\3"),
)  # fmt: skip
_SPACED: Final = re.compile(r"(?<!\S)([0-9]{1,2}) ([0-9]{1,2}) (20[0-9]{2})(?!\S)")
_MAY_BE_STUCK: Final = re.compile(r"[a-z][0-9]|[0-9][a-z]|[0-9]-[0-9]{1,2}[/.]|[0-9] / [0-9]")


def apart(folded: str, *, dates_asked: bool = False) -> str:
    """The same message with numbers on their own: most have nothing to part. «04 05 2026» only answers a question."""
    if dates_asked:
        folded = _SPACED.sub(r"\1/\2/\3", folded)
    if _MAY_BE_STUCK.search(folded) is None:
        return folded
    for pattern, parted in _STUCK:
        folded = pattern.sub(parted, folded)
    return folded


def meant(word: str) -> str:
    """The name of a day or a month that a word is a slip away from; else the word."""
    return word if len(word) < SHORTEST - 2 or word in _KNOWN else _meant(word)


@lru_cache(maxsize=REMEMBERED)
def _meant(word: str) -> str:
    if word in _USUAL:
        return _USUAL[word]
    if len(word) < SHORTEST - 1 or word in _OTHERS:
        return word
    return next((name for name in _NAMES if name[0] == word[0] and one_slip_apart(word, name)), word)
