"""How many rooms a message names, and whether it names one at all."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.understanding.counting import counted_before
from agente_hotelero.dialogue.understanding.people import ROOMS
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import Token, words_of

ROOM_LIKE: Final = frozenset(
    "single double twin triple family big bigger biggest large larger small joined joint connecting connected adjoining adjacent separate standard deluxe superior king queen"
    " accessible cheap cheapest quiet nice different more other hotel bed comfortable".split()
)
"""What may stand between a number and the rooms that it counts."""
_PHRASES: Final = Phrasebook({
    "one room": "(una/un) (sola/solo/unica/unico) (habitacion/cuarto)|(una/un) (habitacion/cuarto) (sola/solo/nada_mas)|(um/um_so) (so/unico)? quarto (so/apenas)|um (so/unico) quarto|(so/apenas) um quarto|(just/only) (one/a_single) room|one room (only/is_enough/is_fine)",
    "another room": "(una/un) (habitacion/cuarto/pieza) y (otra/otro)|(a/one) room and (then)? another|um quarto e outro|(una/un) (doble/simple/single/triple) y (una/un/otra/otro) (doble/simple/single/triple)",
})  # fmt: skip
_NOT_BETWEEN: Final = (
    r"(?:of|in|for|to|the|with|and|or|from|at|on|by|my|your|our|is|as|table|book|booking|about|that|problem"
    r"|steam|meeting|dining|living|changing|conference|luggage|waiting|massage|treatment|games?|board)\b"
)
_KIND: Final = r"(?:doble|dobles?|double|twin|triple|single|simple|sencilla|individual|matrimonial|familiar|family|suite|cuadruple|duplo|casal|king|queen)"
# «un cuarto para las 8» is an hour; «a room service» is none.
_NO_ROOM: Final = r"(?! (?:service|key|keys|number|card|rate|rates|price|prices|de hora|para las?|for improvement))"
_A_ROOM: Final = re.compile(
    rf"(?<![\w$.,/-])(?:un|una|um|uma|1) (?:(?:linda|bonita|buena|bom|boa|gran|sola|solo|so|unica|unico|nueva|pequena|sencilla|simple) )?(?<!y un )(?<!e um )"
    rf"(?:hab\w{{5,8}}|cuarto|quarto|pieza|recamara|suite|doble|matrimonial|triple|duplo)(?!\w){_NO_ROOM}"
    rf"|(?<![\w$.,/-])(?:a|an|one|1) (?:(?!{_NOT_BETWEEN})[a-z-]+ ){{0,3}}(?:room|bedroom|suite)(?!\w){_NO_ROOM}"
    rf"|^(?:{_KIND} (?:room|bedroom)|(?:habitacion|quarto|cuarto) (?:de )?{_KIND})(?!\w)"
)


def read_rooms(tokens: Sequence[Token]) -> int | None:
    """How many rooms, where it is more than one, or one is said to be enough."""
    rooms = counted_before(tokens, ROOMS, past=ROOM_LIKE)
    if rooms is not None:
        return rooms
    said = {found.label for found in _PHRASES.find(words_of(tokens))}
    if "another room" in said:
        return 2
    return 1 if said else None


def names_a_room(folded: str) -> bool:
    """«una habitación», «a double room», and «doble para dos» at the beginning: one, said in passing."""
    return _A_ROOM.search(folded) is not None
