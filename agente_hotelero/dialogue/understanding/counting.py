"""What numbers count: «3 noches», «dos adultos», «2 double rooms»."""

from collections.abc import Callable, Sequence
from typing import Final

from agente_hotelero.dialogue.understanding.tokens import BREAK, Token, counted

ADJECTIVES: Final = frozenset(
    "minor small little young pequeno pequena pequenos pequenas double single twin triple".split()
)
NOT_AFTER_A: Final = ("diaria", "noite", "noche", "semana", "crianc", "pesso", "person")
NONE: Final[frozenset[str]] = frozenset()


def first(
    tokens: Sequence[Token], beginnings: tuple[str, ...], *, unless: Callable[[str], bool] = lambda _: False
) -> int | None:
    """The first count of what begins so; `unless` looks at the word before it."""
    for place in range(len(tokens) - 1):
        count = counts_a(tokens, place, beginnings)
        if count is not None and not unless(word(tokens, place - 1)):
            return count
    return None


def counts_anything(tokens: Sequence[Token]) -> bool:
    """Whether there is a number at all: most messages have none, and none of the questions below need be asked of them."""
    return any(counted(token) is not None for token in tokens)


def counted_before(
    tokens: Sequence[Token], beginnings: tuple[str, ...], *, whole: frozenset[str] = NONE, past: frozenset[str] = NONE
) -> int | None:
    """All counts of what begins so, or is one of the `whole` words, together."""
    counts = [
        count
        for place in range(len(tokens))
        if (count := counts_a(tokens, place, beginnings, whole=whole, past=past)) is not None
    ]
    return sum(counts) if counts else None


def counts_a(
    tokens: Sequence[Token],
    place: int,
    beginnings: tuple[str, ...],
    *,
    whole: frozenset[str] = NONE,
    past: frozenset[str] = NONE,
) -> int | None:
    """The count at a place, if it counts such things; one or two of the words `past` may stand between.

    «dos o tres adultos» counts nothing for sure.
    """
    count = count_at(tokens, place)
    if count is None:
        return None
    at = place + 1
    after = word(tokens, at)
    # «hoje à noite», «à semana».
    if tokens[place].text == "a" and after.startswith(NOT_AFTER_A):
        return None
    if after == "-" or after in ADJECTIVES:
        at += 1
    while word(tokens, at) in past and at - place <= 2:  # noqa: PLR2004 - «2 big double rooms»
        at += 1
    after = word(tokens, at)
    # «a couple of days», «three weekends».
    if after.startswith("weekend") or (after == "couple" and word(tokens, at + 1) == "of"):
        return None
    return count if after.startswith(beginnings) or after in whole else None


def filled_in(tokens: Sequence[Token], beginnings: tuple[str, ...]) -> int | None:
    """«Personas: 2», as in a form."""
    places = (place for place, token in enumerate(tokens) if token.text.startswith(beginnings))
    return next((count_at(tokens, place + 2) for place in places if word(tokens, place + 1) == ":"), None)


def count_at(tokens: Sequence[Token], place: int) -> int | None:
    """The number there; no year, no room and no price."""
    count = counted(tokens[place]) if 0 <= place < len(tokens) else None
    return count if count is not None and count < 100 else None  # noqa: PLR2004 - three digits


def word(tokens: Sequence[Token], place: int) -> str:
    """What stands there; a break outside of the message."""
    return tokens[place].text if 0 <= place < len(tokens) else BREAK
