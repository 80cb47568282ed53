"""Words that must not be found, in every form in which a log might hold them."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote


def found(needles: Iterable[str], *haystacks: str) -> list[str]:
    """Which of these words are in there, whoever wrote them down how."""
    lowered = [haystack.lower() for haystack in haystacks]
    return [
        needle for needle in needles if any(form.lower() in haystack for form in _forms(needle) for haystack in lowered)
    ]


def _forms(word: str) -> Iterator[str]:
    yield word
    yield json.dumps(word)[1:-1]
    yield quote(word)
    yield repr(word.encode())[2:-1]
    yield word.encode().hex()
    yield from _in_base64(word.encode())
    if word.isdigit():
        yield from (separator.join(word[at : at + 4] for at in range(0, len(word), 4)) for separator in " -")


def _in_base64(word: bytes) -> Iterator[str]:
    """Wherever in a longer text it begins: what does not depend on its neighbours."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + word)
        yield coded[-(-before * 8 // 6) : len(coded) - 4].decode()
