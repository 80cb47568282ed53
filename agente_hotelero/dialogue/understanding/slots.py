"""Names, addresses, codes and choices: what guests write when they are asked for it, and sometimes before."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from agente_hotelero.dialogue.reading import Context, Expecting
from agente_hotelero.dialogue.understanding.folding import fold

EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
SPELLED_AT: Final = re.compile(r"\s*(?:\(at\)|\[at\]| arroba | at )\s*", re.IGNORECASE)
PHONE: Final = re.compile(r"\+?\d[\d\s().-]{7,18}\d")
CODE: Final = re.compile(r"\b(?:[A-Z]{2,8}-[A-Z0-9]{4,12}|(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{6,12})\b")
NAME_SAID: Final = re.compile(
    r"(?:me llamo|mi nombre es|a nombre de|soy|meu nome e|me chamo|em nome de|sou (?:o|a)?|my name is|i'm|i am|name is|this is|it's|under the name(?: of)?|en nome de)\s+(?P<name>.+)",
    re.IGNORECASE,
)
NAME_WORD: Final = re.compile(r"^[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?$")
NAME_END: Final = re.compile(
    r"[,;:!?\n]|\s(?:y mi|e meu|and my|mi correo|mi mail|mi email|email|e-mail|correo|mail|con|quiero|quero|para|tel)\b|\S+@\S+",
    re.IGNORECASE,
)
NO_NAMES: Final = frozenset(
    "si no ok dale sim nao yes hola ola hello gracias obrigado thanks quiero quero want reservar book habitacion quarto room"
    " de una un uma the my mi meu para for del grupo viajero turista cliente huesped solo sola vegetariano interested interesado"
    " here aqui cancelar cancel cuanto quanto how que what cual donde where when cuando persona person humano".split()
)
MOST_NAME_WORDS: Final = 6
ORDINALS: Final = (
    r"primer[ao]?|primeir[ao]|first|1(?:ra|ro|er|a|o|st)",
    r"segund[ao]|second|2(?:da|do|a|o|nd)",
    r"tercer[ao]?|terceir[ao]|third|3(?:ra|ro|er|a|o|rd)",
    r"cuart[ao]|quart[ao](?!s)|fourth|4(?:ta|to|a|o|th)",
    r"quint[ao]|fifth|5(?:ta|to|a|o|th)",
)
LAST: Final = re.compile(r"(?<!\w)(?:ultim[ao]|last one|the last)(?!\w)")
BARE_NUMBER: Final = re.compile(
    r"^\W*(?:la|el|o|a|the|opcion|opcao|option|numero|number|nro|n°|#)?\W*(?:opcion|opcao|option|numero|number)?\W*(\d{1,2}|una?|dos|tres|uma?|dois|duas|one|two|three)\W*(?:por favor|please)?\W*$"
)
NUMBER_WORDS: Final = {
    "un": 1,
    "una": 1,
    "um": 1,
    "uma": 1,
    "one": 1,
    "dos": 2,
    "dois": 2,
    "duas": 2,
    "two": 2,
    "tres": 3,
    "three": 3,
}
TYPO: Final = 0.84


def read_email(text: str) -> str | None:
    """An address; also one with «arroba» for the sign."""
    found = EMAIL.search(text) or EMAIL.search(SPELLED_AT.sub("@", text))
    return found[0].lower().rstrip(".") if found else None


def read_phone(text: str) -> str | None:
    """A phone number as digits, with plus where it was given."""
    found = PHONE.search(EMAIL.sub(" ", text))
    return re.sub(r"[^\d+]", "", found[0]) if found else None


def read_code(text: str, *, expecting: Expecting) -> str | None:
    """A reservation code; in small letters only when it was asked for."""
    found = CODE.search(text) or (CODE.search(text.upper()) if expecting is Expecting.CODE or "-" in text else None)
    return found[0] if found else None


def read_name(text: str, *, expecting: Expecting) -> str | None:
    """A person's name, where one was asked for or is said plainly."""
    said = NAME_SAID.search(text)
    if said is not None:
        return _clean(said["name"])
    if expecting is Expecting.NAME:
        return _clean(text)
    if expecting is Expecting.CODE:
        return _clean(CODE.sub(" ", text.upper()).title())
    return None


def _clean(text: str) -> str | None:
    words = NAME_END.split(text.strip(), maxsplit=1)[0].strip(" .\"'").split()
    if not 1 <= len(words) <= MOST_NAME_WORDS or any(NAME_WORD.match(word) is None for word in words):
        return None
    if fold(words[0]) in NO_NAMES:
        return None
    return " ".join(word if any(letter.isupper() for letter in word) else _title(word) for word in words)


def _title(word: str) -> str:
    return word if word in {"de", "del", "da", "do", "dos", "las", "los", "la", "y", "e"} else word.capitalize()


def read_choice(folded: str, *, context: Context) -> int | None:
    """Which of the options, from 0: by number, by order, or by its own words."""
    count = len(context.options)
    if not count or BARE_NUMBER.match(folded):
        return read_number(folded, count=count)
    for index, pattern in enumerate(ORDINALS[:count]):
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", folded):
            return index
    if LAST.search(folded):
        return count - 1
    named = [index for index, title in enumerate(context.options) if len(fold(title)) > 1 and fold(title) in folded]
    return named[0] if len(named) == 1 else None


def read_number(folded: str, *, count: int) -> int | None:
    """Which of so many options, from 0, when the message is a number and nothing else."""
    found = BARE_NUMBER.match(folded)
    if found is None:
        return None
    chosen = NUMBER_WORDS.get(found[1]) or int(found[1])
    return chosen - 1 if 1 <= chosen <= count else None


def read_room(folded: str, names: Sequence[tuple[str, str]]) -> str | None:
    """The room type that is named, up to a typo; the longest name wins."""
    words = folded.split()
    best: tuple[int, str] | None = None
    for key, name in names:
        for part in _parts_of(name):
            if _says(words, folded, part) and (best is None or len(part) > best[0]):
                best = (len(part), key)
    return best[1] if best else None


def _parts_of(name: str) -> list[str]:
    """A name whole, and its telling words: «doble» of «habitación doble»."""
    whole = fold(name)
    telling = [
        word
        for word in whole.split()
        if word not in {"habitacion", "cuarto", "quarto", "room", "de", "con", "com", "with", "the"}
    ]
    return [whole, *telling]


def _says(words: Sequence[str], folded: str, part: str) -> bool:
    if re.search(rf"(?<!\w){re.escape(part)}(?!\w)", folded):
        return True
    if " " in part or len(part) < 5:  # noqa: PLR2004 - short words are too like others
        return False
    return any(SequenceMatcher(None, word, part).ratio() >= TYPO for word in words if abs(len(word) - len(part)) <= 2)  # noqa: PLR2004 - as above
