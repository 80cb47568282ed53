"""A code of six digits that we sent, as people type it: bare, in two halves, or in a sentence."""

import re
from typing import Final

MOST_LETTERS: Final = 40
# Not part of a reservation's code, a longer number, a date or a price.
_ALONE: Final = re.compile(
    r"(?<![\w.,/+$€-])(?<![+$€] )(?<![0-9][ -])(?<!usd )(?<!eur )(?<!ars )(?<!brl )(?<!mxn )"
    r"[0-9]{3}[ -]?[0-9]{3}(?![\w/]|[ .,-][0-9])",
    re.ASCII,
)
_BARE: Final = re.compile(r"\W{0,5}[0-9](?: ?[0-9]){5}\W{0,5}", re.ASCII)
_ANY_DIGIT: Final = re.compile(r"[0-9]", re.ASCII)
_ASKS: Final = re.compile(
    r"(?:envi|mand|reenvi|pas[ea]|manda|send|resend|mail|text)[a-z]* .{0,30}(?:codigo|code)"
    r"|(?:otro|nuevo|outro|novo|another|new) (?:codigo|code)|^\W*(?:el |o |the |un |um |a )?(?:codigo|code)\W*$"
    r"|(?:reenvi|resend|send (?:it )?again|(?:envi|mand)\w* (?:otra vez|de novo|de nuevo|lo de nuevo|outra vez))"
    r"|(?:no|nao|nunca) (?:me |lo |la |o )?(?:llego|llega|recibi|recebi|chegou|chega)\b|(?:didn'?t|did not|haven'?t|never) (?:get|got|receive|received|arrive|arrived)"
)


def read_digits(folded: str) -> tuple[str | None, bool]:
    """Six digits, and whether nothing else was said; none where more than one group could be meant."""
    if _ANY_DIGIT.search(folded) is None:
        return None, False
    if len(folded) <= MOST_LETTERS and _BARE.fullmatch(folded):
        return _digits(folded), True
    found = {_digits(one) for one in _ALONE.findall(folded)}
    return (found.pop(), False) if len(found) == 1 else (None, False)


def asks_for_code(folded: str) -> bool:
    """Tell whether a message asks for a code to be sent, or says that none came."""
    return _ASKS.search(folded) is not None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
