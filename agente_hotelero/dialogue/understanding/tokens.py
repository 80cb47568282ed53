"""A folded message cut into words, numbers, written dates and signs: once, from left to right, never going back."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from agente_hotelero.dialogue.understanding.calendar_words import MONTHS, NUMBERS


class Kind(StrEnum):
    """What a piece of text is."""

    WORD = "word"
    NUMBER = "number"
    DATE = "date"
    """Day, month and year with signs between: 3/5/2026, 2026-05-03."""
    PAIR = "pair"
    """Two numbers with a sign between: 3/5, 3-5, 3.5."""
    OTHER = "other"
    """What must never be taken apart: a time, a price, an address, a code, a phone number."""
    DAY = "day"
    """What was already read as a date."""
    SIGN = "sign"


class Token(NamedTuple):
    """One piece. `numbers` are those of a date, a pair or a number; `suffix` is its ordinal ending or sign between."""

    kind: Kind
    text: str
    begin: int
    end: int
    numbers: tuple[int, ...] = ()
    suffix: str = ""


_CURRENCY: Final = r"(?:us\$|u\$s|r\$|\$|€|£|(?:usd|eur|ars|brl|mxn|cop)(?![a-z]))"
_MONEY_AFTER: Final = (
    r"(?:(?:us\$|u\$s|[$€£%])(?!\s?[0-9])"
    r"|(?:usd|eur|ars|brl|mxn|cop|dolar|dolares|dollars?|euros?|pesos?|reais|reales|bucks|mil)(?![a-z]))"
)
_AMOUNT: Final = r"[0-9](?:[.,]?[0-9]){0,12}"
_MONTH: Final = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![a-z])"
_HOUR: Final = r"(?:a\.m|p\.m|(?:am|pm|hs?|hrs?|horas?|hours?|o'clock|minutos?|minutes?)(?![a-z0-9]))"
# Tried in this order at every place. Every repetition is bounded or ends where no other alternative could go on.
_WORD: Final = (
    r"(?P<word>(?:[^\W_]+(?:'[^\W_]+)*))",
    # «check-in», «sexta-feira»: the words say it all.
    r"(?P<hyphen>(?<=[a-z])-(?=[a-z]))",
    r"(?P<sign>[^\w\s]|_)",
)
_TOKEN: Final = re.compile(
    "|".join(
        (
            r"(?P<address>[^\s@,;:]{1,64}@[^\s@,;]*|(?:https?://|www\.)\S*|[a-z0-9-]{2,40}\.(?:com|net|org|io|app)(?![a-z0-9])(?:/\S*)?)",
            r"(?P<iso>20[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9]))",
            r"(?P<date>[0-9]{1,2}(?P<_s>[/.-])[0-9]{1,2}(?P=_s)(?:20[0-9]{2}|[0-9]{2})(?![0-9])(?![./-][0-9]))",
            rf"(?P<time>[0-9]{{1,2}}[:h][0-9]{{2}}(?![0-9])(?:\s?{_HOUR})?|[0-9]{{1,2}}(?:[.,][0-9]{{1,2}})?\s?{_HOUR})",
            rf"(?P<money>{_CURRENCY}\s?{_AMOUNT}|{_AMOUNT}\s?{_MONEY_AFTER})",
            r"(?P<phone>\+[0-9][0-9 ().-]{6,20}[0-9])",
            r"(?P<pair>[0-9]{1,2}[/.-][0-9]{1,2}(?![0-9a-z/])(?![.,:-][0-9]))",
            # «3may» is a date, «3b» is none.
            rf"(?P<number>[0-9]{{1,4}}(?:st|nd|rd|th|ero|ro|er|o)?(?![0-9])(?:(?={_MONTH})|(?![a-z]))(?![.,][0-9]))",
            r"(?P<code>[0-9]+(?:[.,][0-9]+){0,4}|[a-z]+[0-9][a-z0-9-]*)",
            *_WORD,
        )
    )
)
# Most messages have none of what an address or a number needs, and can be nothing but words and signs.
_WORDS_ONLY: Final = re.compile("|".join(_WORD))
_MORE_THAN_WORDS: Final = re.compile(r"[0-9@]|://|www\.|\.(?:com|net|org|io|app)")
_OTHER: Final = frozenset({"address", "time", "money", "phone", "code"})


def tokenise(folded: str) -> list[Token]:
    """The pieces of a folded message, in order."""
    tokens = []
    pieces = _TOKEN if _MORE_THAN_WORDS.search(folded) else _WORDS_ONLY
    for found in pieces.finditer(folded):
        token = _token(found)
        if token is not None:
            tokens.append(token)
    return tokens


def _token(found: "re.Match[str]") -> Token | None:
    name, text = found.lastgroup or "", found.group()
    begin, end = found.span()
    if name == "word":
        return Token(Kind.WORD, text, begin, end)
    if name in _OTHER:
        return Token(Kind.OTHER, text, begin, end)
    if name in {"iso", "date"}:
        numbers = tuple(map(int, re.findall(r"[0-9]+", text)))
        return Token(Kind.DATE, text, begin, end, numbers if name == "date" else numbers[::-1])
    if name == "pair":
        first, sign, second = re.split(r"([/.-])", text)
        return Token(Kind.PAIR, text, begin, end, (int(first), int(second)), sign)
    if name == "number":
        digits = text.rstrip("strndheo")
        return Token(Kind.NUMBER, text, begin, end, (int(digits),), text[len(digits) :])
    return Token(Kind.SIGN, text, begin, end) if name == "sign" else None


def counted(token: Token) -> int | None:
    """A count in digits or in words; None for anything else, an ordinal among them."""
    if token.kind is Kind.NUMBER:
        return None if token.suffix else token.numbers[0]
    return NUMBERS.get(token.text) if token.kind is Kind.WORD else None


def words_of(tokens: Iterable[Token]) -> list[str]:
    """What phrases are matched against: the words; every sign that parts clauses is BREAK."""
    words = []
    for token in tokens:
        if token.kind is not Kind.SIGN:
            words.append(token.text)
        elif token.text in ",.;:!?¡¿()\n" and words and words[-1] != BREAK:
            words.append(BREAK)
    return words


BREAK: Final = ","
