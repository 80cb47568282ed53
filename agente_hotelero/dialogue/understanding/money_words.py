"""Money that a guest names: «$ 45.000», «usd 90», «R$ 300», «90 euros», «45 mil pesos»."""

import re
from decimal import Decimal
from typing import Final

from agente_hotelero.dialogue.reading import Amount

_SIGNS: Final = {
    "us$": "USD", "u$s": "USD", "u$d": "USD", "usd": "USD", "r$": "BRL", "brl": "BRL", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "ars": "ARS", "ar$": "ARS", "mxn": "MXN", "mx$": "MXN",
    "cop": "COP", "clp": "CLP", "pen": "PEN", "s/": "PEN", "s/.": "PEN", "uyu": "UYU", "$": None,
}  # fmt: skip
_WORDS: Final = {
    "dolar": "USD", "dolares": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "euro": "EUR", "euros": "EUR", "real": "BRL", "reais": "BRL", "reales": "BRL", "sol": "PEN", "soles": "PEN",
    "peso": None, "pesos": None, "libras": "GBP", "pounds": "GBP", "pesos mexicanos": "MXN", "pesos argentinos": "ARS", "pesos colombianos": "COP", "pesos chilenos": "CLP", "pesos uruguayos": "UYU",
}  # fmt: skip
_NUMBER: Final = r"[0-9]{1,3}(?:[.,' ][0-9]{3}){1,4}(?:[.,][0-9]{1,2})?|[0-9]{1,9}(?:[.,][0-9]{1,2})?"
_BEFORE: Final = "|".join(sorted(map(re.escape, _SIGNS), key=len, reverse=True))
_AFTER: Final = "|".join(
    sorted(
        (*(word for word in _WORDS), "usd", "eur", "brl", "ars", "mxn", "cop", "clp", "pen", "uyu", "gbp"),
        key=len,
        reverse=True,
    )
)
_MONEY: Final = re.compile(
    rf"(?<![a-z0-9])(?P<sign>{_BEFORE}) ?(?P<number>{_NUMBER})(?P<thousand> ?(?:mil|k))?(?![a-z0-9])(?: ?(?P<word>{_AFTER})(?![a-z]))?"
    rf"|(?<![\w.,/$-])(?P<number2>{_NUMBER})(?P<thousand2> ?(?:mil|k))? ?(?P<word2>{_AFTER}|us\$|u\$s|r\$|\$|€|£)(?![a-z0-9])"
)  # fmt: skip
_MAY_BE_ONE: Final = re.compile(
    rf"[$€£]|s/|(?<![a-z])(?:usd|eur|brl|ars|mxn|cop|clp|pen|uyu|gbp|{'|'.join(_WORDS)})(?![a-z])"
)


def read_amount(folded: str) -> Amount | None:
    """The first amount; what a hotel's own currency is, the sign alone does not say."""
    found = _MONEY.search(folded) if _MAY_BE_ONE.search(folded) else None
    if found is None:
        return None
    value = _value(found["number"] or found["number2"])
    if found["thousand"] or found["thousand2"]:
        value *= 1_000
    word = found["word"] or found["word2"] or ""
    sign = found["sign"]
    currency = (_SIGNS.get(sign) if sign else None) or _WORDS.get(word) or _SIGNS.get(word)
    return Amount(value=value, currency=currency)


def _value(number: str) -> Decimal:
    """«45.000» and «45,000» are thousands, «45,50» has cents."""
    whole, cents = number, ""
    tail = re.search(r"[.,]([0-9]{1,2})$", number)
    if tail is not None:
        whole, cents = number[: tail.start()], tail[1]
    return Decimal(re.sub(r"[^0-9]", "", whole) + (f".{cents}" if cents else ""))
