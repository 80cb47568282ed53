"""How long somebody stays, when it is said as a length."""

from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.understanding.calendar_words import ARTICLES
from agente_hotelero.dialogue.understanding.counting import count_at, counts_anything, first, word
from agente_hotelero.dialogue.understanding.people import NIGHTS, WEEKS
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import Token, words_of

DAYS: Final = ("dia", "day")
FORTNIGHTS: Final = ("fortnight",)
HALF_MONTHS: Final = ("quincena", "quinzena")
BEFORE_A_WHEN: Final = frozenset("en in dentro de within daqui a em de da cada every by".split())
# «por 3 días», «stay for 9 days»: whoever counts days counts nights.
LED: Final = frozenset(
    "por x for durante stay staying quedarnos quedarme quedamos quedar ficar ficamos ficaremos hospedarnos hospedarme alojarnos alojarme unos uns".split()
)
_BEFORE_A_LENGTH: Final = frozenset("por durante x de una uma un um a for solo so only just".split())
_STARTS: Final = frozenset("desde from a starting beginning partir iniciando empezando".split())
_PHRASES: Final = Phrasebook({
    "next day": "(al/el) dia siguiente|no dia seguinte|the next day|the following day",
    "one night": "(una/uma) (sola/unica/so) (noche/noite/diaria)|(noche/noite) (sola/unica/so)|una nochecita|(a/one) single night|(just/only) (the/one/a) night|overnight stay",
})  # fmt: skip


def read_nights(tokens: Sequence[Token]) -> int | None:
    """Nights, weeks, or days where they are the length of a stay."""
    if counts_anything(tokens):
        nights = first(tokens, NIGHTS)
        if nights is not None:
            return nights
    said = {found.label for found in _PHRASES.find(words_of(tokens))}
    if said:
        return 1
    return _weeks(tokens) or _days(tokens) if counts_anything(tokens) else None


def _weeks(tokens: Sequence[Token]) -> int | None:
    for names, days in ((WEEKS, 7), (FORTNIGHTS, 14), (HALF_MONTHS, 15)):
        count = first(tokens, names, unless=lambda before: before in BEFORE_A_WHEN)
        if count is not None:
            return count * days
    return None


def _days(tokens: Sequence[Token]) -> int | None:
    """«por 3 días», «8 dias a partir del 5»; not «en 3 días», «3 días antes»."""
    for place in range(len(tokens) - 1):
        count = count_at(tokens, place)
        if count is None or word(tokens, place + 1) not in {"dia", "dias", "day", "days"}:
            continue
        before = place - 1
        while word(tokens, before) in ARTICLES | {"unos", "uns", "solo", "so", "only", "just", "about"}:
            before -= 1
        led = word(tokens, before) in LED
        if led or word(tokens, place + 2) in _STARTS:
            return count
    return None
