"""What is somebody's own stays here: it is taken out of a message before anybody else reads it.

Rather too much than too little: what our own rules read, they read in the message as it was.
"""

import re
from typing import Final

from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.slots import EMAIL, find_code

ADDRESS: Final = "[address]"
NUMBER: Final = "[number]"
CODE: Final = "[code]"
NAME: Final = "[name]"
LINK: Final = "[link]"
MOST_CODES: Final = 20
FEW_VOWELS: Final = 2
_VOWEL: Final = re.compile(r"[AEIOU]", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_DOT: Final = r"(?:punto|ponto|dot|gui[oó]n(?: bajo)?|underscore|underline|h[ií]fen)"
_AT: Final = r"(?:@|\(at\)|\[at\]|\(arroba\)|\barroba\b)"
_SPELLED_ADDRESSES: Final = (
    re.compile(
        rf"(?:[^\s,;:@]{{1,64}}\s{_DOT}\s){{0,3}}[^\s,;:@]{{1,64}}\s?{_AT}\s?[^\s,;:]{{1,80}}(?:\s{_DOT}\s\w{{1,24}}){{0,3}}",
        re.IGNORECASE,
    ),
    re.compile(rf"[^\s,;:]{{1,64}}\sat\s[^\s,;:]{{1,80}}(?:\s{_DOT}\s\w{{1,24}}){{1,3}}", re.IGNORECASE),
)
# Phones, cards, documents, one-time codes: six digits or more, however they are parted, also other alphabets' and emoji's;
# a document may end in a letter.
_NUMBER: Final = re.compile(r"\+?\(?\d(?:[\W_]{0,3}\d){5,40}(?:-?[A-Za-z](?![A-Za-z]))?")
# A passport, a reservation: letters and digits in one.
_MIXED: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z-]{0,11}[0-9])(?=[0-9-]{0,11}[A-Za-z])(?:[A-Za-z]{1,8}-)?[A-Za-z0-9]{5,14}(?![A-Za-z0-9])"
)
_PARTED: Final = re.compile(r"(?<![\w-])[A-Za-z]{2,8}-[A-Za-z]{6}(?![\w-])")
# QloApps' references.
_NINE_LETTERS: Final = re.compile(r"(?<![^\W_])[A-Z]{9}(?![^\W_])")


def masked(text: str, reading: Reading, context: Context) -> str:
    """The message without addresses, numbers, codes and the name that was read in it."""
    text = _LINK.sub(LINK, text)
    for pattern in (EMAIL, *_SPELLED_ADDRESSES):
        text = pattern.sub(ADDRESS, text)
    text = _MIXED.sub(CODE, _NUMBER.sub(NUMBER, text))
    text = _PARTED.sub(_unless_a_word, _NINE_LETTERS.sub(_unless_a_word, text))
    for _ in range(MOST_CODES):
        found = find_code(text, expecting=context.expecting)
        if found is None:
            break
        text = text[: found.start()] + CODE + text[found.end() :]
    return _without_name(text, reading.name)


def _unless_a_word(found: "re.Match[str]") -> str:
    """Nine capitals among small letters are no word, and neither is what has hardly a vowel."""
    letters = found[0].rpartition("-")[2]
    shouted = found[0].isupper() and not found.string.isupper()
    return CODE if shouted or len(_VOWEL.findall(letters)) < FEW_VOWELS else found[0]


def _without_name(text: str, name: str | None) -> str:
    for part in (name or "").split():
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text
