"""Which room of the house a guest writes from: «estoy en la 304», «hab 12», «room 21B»."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.understanding.tokens import Kind, Token, counted

A_DOOR: Final = 3
"""Digits of one: floor and door. Shorter ones may count rooms or people."""
_DOOR: Final = frozenset("habitacion cuarto quarto room apartamento apto recamara pieza rm unit".split())
_AT: Final = frozenset("en in no na at de desde from la el o a the do da".split())
_AM_IN: Final = frozenset(
    "estoy estamos estou estamos i'm im we're am are hospedado hospedada hospedados alojado alojada alojados".split()
)
_NUMBER_SIGN: Final = frozenset("numero nro num n no number # º n° . :".split())
_DOOR_NUMBER: Final = re.compile(r"[0-9]{1,4}[a-z]?|[a-z]-?[0-9]{2,4}")
# «habitación 2 personas», «room 2 nights», «quarto 3 a 5».
_JOINS: Final = frozenset("y e and o or ou".split())
_COUNTED: Final = ("person", "pesso", "people", "adult", "noch", "noit", "night", "cama", "bed", "hues", "guest", "nin", "kid", "dia", "day", "pax", "hora", "mil", "usd", "al", "a", "to", "ate", "hasta", "/", "-", "%")  # fmt: skip


def read_room_number(tokens: Sequence[Token]) -> str | None:
    """«estoy en la 304», «hab 12», «room 21B»: not what counts rooms or people."""
    for place, token in enumerate(tokens):
        if token.kind is not Kind.NUMBER and token.kind is not Kind.OTHER:
            continue
        if _DOOR_NUMBER.fullmatch(token.text) is None:
            continue
        text, after = token.text, tokens[place + 1] if place + 1 < len(tokens) else None
        if after is not None and after.begin == token.end and len(after.text) == 1 and after.text.isalpha():
            text, after = text + after.text, None
        counts = after is not None and (_counts(after.text) or (after.text in _JOINS and len(text) < A_DOOR))
        if not token.suffix and not counts and _leads_to_a_door(tokens, place, text):
            return text.upper()
    return None


def _counts(after: str) -> bool:
    return any(after == one or (len(one) > 2 and after.startswith(one)) for one in _COUNTED)  # noqa: PLR2004 - «al», «a» whole


def _leads_to_a_door(tokens: Sequence[Token], place: int, number: str) -> bool:
    at = place - 1
    while at >= 0 and tokens[at].text in _NUMBER_SIGN:
        at -= 1
    if at >= 0 and tokens[at].text in _DOOR:
        return (
            at == 0
            or counted(tokens[at - 1]) is None
            or (tokens[at - 1].text in {"un", "una", "uma", "um", "a"} and len(number) > 1)
        )
    # Without the word for a room: only where they are, and no small number.
    steps = 0
    while at >= 0 and tokens[at].text in _AT and steps < 3:  # noqa: PLR2004 - «de aquí de la»
        at, steps = at - 1, steps + 1
    alone = (
        at < 0 and steps > 0 and tokens[place - 1].text in {"la", "the"} and tokens[0].text in {"de", "desde", "from"}
    )
    return len(number) >= A_DOOR and steps > 0 and (alone or (at >= 0 and tokens[at].text in _AM_IN))
