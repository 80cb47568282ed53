"""Addresses, codes and choices: what guests write when they are asked for it, and sometimes before."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import Context, Expecting
from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.rooms import parts_of

EMAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}")
SPELLED_SIGNS: Final = (
    (
        re.compile(
            r"\s?\b(?:guion bajo|guión bajo|underscore|underline|sublinhado|barra baja|raya al piso)\b\s?",
            re.IGNORECASE,
        ),
        "_",
    ),
    (re.compile(r"\s\b(?:guion|guión|hifen|hífen|dash|hyphen|tra[cç]o)\b\s", re.IGNORECASE), "-"),
)
SPELLED_AT: Final = re.compile(r"\s?(?:\(at\)|\[at\]|\barroba\b|\(arroba\))\s?", re.IGNORECASE)
SAID_AT: Final = re.compile(r"\s(?:at)\s", re.IGNORECASE)
SPELLED_DOT: Final = re.compile(r"\s(?:punto|ponto|dot)\s", re.IGNORECASE)
AROUND_AT: Final = re.compile(r"\s?@\s?")
PHONE: Final = re.compile(r"(?<![\w@.])\+?\(?[0-9](?:[\s().-]{0,2}[0-9]){7,14}(?![\w@])")
# A code may have no digit at all: DEMO-KMQFTR. A shouted SEXTA-FEIRA is none.
_CODE: Final = (
    r"(?<![\w-])(?:[A-Z]{2,8}-(?!FEIRA)[A-Z0-9]{4,12}|(?=[A-Z]{0,11}[0-9])(?=[0-9]{0,11}[A-Z])[A-Z0-9]{6,12})(?![\w-])"
)
CODE: Final = re.compile(_CODE)
CODE_IN_ANY_CASE: Final = re.compile(_CODE, re.IGNORECASE)
# In small letters where nobody asked for one: only what can be no word, no date and no count of anything.
CODE_UNASKED: Final = re.compile(
    r"(?<![\w-])[a-z]{2,8}-(?=[a-z]{0,11}[0-9])(?=[0-9]{0,11}[a-z])[a-z0-9]{4,12}(?![\w-])", re.IGNORECASE
)
ORDINALS: Final = (
    r"primer[ao]?|primeir[ao]|first|1(?:ra|ro|er|st)",
    r"segund[ao]|second|2(?:da|do|nd)",
    r"tercer[ao]?|terceir[ao]|third|3(?:ra|ro|er|rd)",
    # «quarto» and «cuarto» are rooms too.
    r"cuarta|quarta|(?:cuarto|quarto)(?= (?:opc|opt))|fourth|4(?:ta|to|th)",
    r"quint[ao]|fifth|5(?:ta|to|th)",
    r"sext[ao]|sixth|6(?:ta|to|th)",
    r"septim[ao]|setim[ao]|seventh|7(?:ma|mo|th)",
    r"octav[ao]|oitav[ao]|eighth|8(?:va|vo|th)",
    r"noven[ao]|non[ao]|ninth|9(?:na|no|th)",
)
CHEAPEST: Final = re.compile(
    r"(?<!\w)(?:(?:la|el|a|o) (?:mas|mais) (?:barat[ao]|economic[ao]|em conta)|(?:la|a|el|o) barat[ao]|(?:la|el|a|o) de menor? (?:precio|preco|valor)"
    r"|the cheap(?:er|est)|cheapest(?: one)?|the least expensive|the lowest price)(?!\w)"
)
DEAREST: Final = re.compile(
    r"(?<!\w)(?:(?:la|el|a|o) (?:mas|mais) car[ao]|the most expensive|(?:la|a) de mayor precio)(?!\w)"
)
# «¿cuál es la más barata?» chooses none.
ASKS_WHICH: Final = re.compile(
    r"(?<!\w)(?:cual|qual|which|what|hay|tienen|tienes|tem|algo|cuanto|quanto|how much)(?!\w)"
)
NOT_AN_OPTION: Final = r"(?![ -](?:vez|vezes|time|floor|piso|andar|feira|semana|pregunta|pergunta|question))"
LAST: Final = re.compile(r"(?<!\w)(?:ultim[ao]|last one|the last|last option)(?!\w)" + NOT_AN_OPTION)
NEGATED: Final = re.compile(r"(?<!\w)(?:no|nao|not|menos)(?: (?:la|el|o|a|the))?,? ?$")
BARE_NUMBER: Final = re.compile(
    r"(?:(?:si|sim|yes|ok|dale|quiero|quero|i want|prefiero|prefiro|me quedo con|fico com|i'll take|take|con|por|para)[, ]{1,2}){0,2}"
    r"(?:la|el|o|a|the)? ?(?:opcion|opcao|option|numero|number|nro|habitacion|#)? ?(?:numero|number|nro)?[.: #]{0,3}"
    r"(?P<number>[0-9]{1,2}|[a-z]{2,7})[ .)!]{0,3}(?:,? ?(?:por favor|please|gracias|obrigad[oa]|thanks))?[ .!]{0,3}"
)

_SIGNS: Final = re.compile(r"[^a-z0-9]+")


def read_email(text: str, *, expecting: Expecting = Expecting.NOTHING) -> str | None:
    """An address; also one with «arroba» for the sign, and where one was asked for, with «at» and «punto»."""
    spelled = SPELLED_AT.search(text) is not None
    found = EMAIL.search(text) or EMAIL.search(
        AROUND_AT.sub("@", SPELLED_AT.sub("@", _with_signs(text) if spelled else text))
    )
    if found is None and ("@" in text or SPELLED_AT.search(text) or expecting is Expecting.EMAIL):
        spoken = SPELLED_DOT.sub(".", SPELLED_AT.sub("@", _with_signs(text)))
        found = EMAIL.search(SAID_AT.sub("@", spoken) if expecting is Expecting.EMAIL else spoken)
    return found[0].lower().lstrip("'.-+").removeprefix("mailto:") if found else None


def _with_signs(text: str) -> str:
    for pattern, sign in SPELLED_SIGNS:
        text = pattern.sub(sign, text)
    return text


def read_phone(text: str) -> str | None:
    """A phone number as digits, with plus where it was given."""
    found = PHONE.search(EMAIL.sub(" ", text))
    return re.sub(r"[^0-9+]", "", found[0]) if found else None


def read_code(text: str, *, expecting: Expecting) -> str | None:
    """A reservation code; in small letters where it was asked for, or can be nothing else."""
    found = find_code(EMAIL.sub(" ", text), expecting=expecting)
    return found[0].upper() if found else None


def find_code(text: str, *, expecting: Expecting) -> "re.Match[str] | None":
    """Where a code stands. «Gomez-Lopez» is a surname."""
    if expecting is not Expecting.CODE:
        return CODE.search(text) or CODE_UNASKED.search(text)
    return next((found for found in CODE_IN_ANY_CASE.finditer(text) if not _is_titled(found[0])), None)


def _is_titled(text: str) -> bool:
    return text.istitle() and text.replace("-", "").isalpha()


def read_choice(folded: str, *, context: Context) -> int | None:
    """Which of the options, from 0: by number, by order, or by its own words; None where two are named."""
    count = len(context.options)
    # «la 2, a nombre de Ana Ruiz»; but «2, 3» is two numbers.
    first, *more = re.split(r"[,;.]| a nombre de | em nome de | (?:y|e|and|please|por favor) ", folded)
    numbers = [number for text in (folded, first) if (number := read_number(text, count=count)) is not None]
    if numbers and not any(clause.strip(" .!").isdigit() for clause in more):
        return numbers[0]
    cheapest = _by_price(folded, context)
    if cheapest is not None:
        return cheapest
    ordered = {index for index, pattern in enumerate(ORDINALS[:count]) if _names(folded, pattern)}
    last = LAST.search(folded)
    if last is not None and not NEGATED.search(folded[: last.start()]):
        ordered.add(count - 1)
    chosen = ordered or {index for index, title in enumerate(context.options) if _says_title(folded, title)}
    return chosen.pop() if len(chosen) == 1 else None


def _by_price(folded: str, context: Context) -> int | None:
    """«la más barata» is the one, where the options have prices and no other costs the same."""
    if not context.prices or len(context.prices) != len(context.options) or ASKS_WHICH.search(folded):
        return None
    for pattern, best in ((CHEAPEST, min(context.prices)), (DEAREST, max(context.prices))):
        found = pattern.search(folded)
        if found is not None and not NEGATED.search(folded[: found.start()]) and context.prices.count(best) == 1:
            return context.prices.index(best)
    return None


def _names(folded: str, pattern: str) -> bool:
    places = re.finditer(rf"(?<!\w)(?:{pattern})(?!\w){NOT_AN_OPTION}", folded)
    return any(NEGATED.search(folded[max(0, place.start() - 12) : place.start()]) is None for place in places)


def _says_title(folded: str, title: str) -> bool:
    return any(_names(folded, re.escape(part)) for part in parts_of(title))


def read_title(folded: str, options: Sequence[str]) -> int | None:
    """Which of the options is written out, word for word and nothing else."""
    said = _SIGNS.sub(" ", folded).strip()
    return next((index for index, title in enumerate(options) if _SIGNS.sub(" ", fold(title)).strip() == said), None)


def read_number(folded: str, *, count: int, in_words: bool = True) -> int | None:
    """Which of so many options, from 0, when the message is a number and nothing else."""
    found = BARE_NUMBER.fullmatch(folded)
    if found is None:
        return None
    said = found["number"]
    if not said.isdigit() and not in_words:
        return None
    chosen = int(said) if said.isdigit() else NUMBERS.get(said, 0)
    return chosen - 1 if 1 <= chosen <= count else None
