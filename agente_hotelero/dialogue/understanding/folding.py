"""Chat spelling to something that patterns can read: lower case, no accents, no stretched letters."""

import re
import unicodedata
from typing import Final

READ_AT_MOST: Final = 2_000

# Chat forms → words, whole words only, after folding.
SPELLINGS: Final = {
    "q": "que", "k": "que", "xq": "porque", "pq": "porque", "tb": "tambien", "tmb": "tambien", "tbm": "tambem",
    "vc": "voce", "vcs": "voces", "obg": "obrigado", "blz": "beleza", "pls": "please", "plz": "please", "thx": "thanks",
    "ty": "thanks", "u": "you", "r": "are", "2morrow": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "hab": "habitacion",
    "habit": "habitacion", "pers": "personas", "pax": "personas", "finde": "fin de semana", "fds": "fin de semana",
    "wknd": "weekend", "xfa": "por favor", "porfa": "por favor", "pfv": "por favor", "dsd": "desde", "hta": "hasta",
    "manana": "manana", "mñn": "manana", "noite(s)": "noites",
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9ñ()]+")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_SPACES: Final = re.compile(r"\s+")


def fold(text: str) -> str:
    """Fold the first part of a message; digits, signs and e-mail addresses keep their form."""
    lowered = unicodedata.normalize("NFKD", text[:READ_AT_MOST].lower())
    plain = "".join(letter for letter in lowered if not unicodedata.combining(letter))
    plain = plain.replace("’", "'").replace("–", "-").replace("—", "-").replace("´", "'")
    plain = _STRETCHED.sub(r"\1", plain)
    plain = _WORD.sub(lambda found: SPELLINGS.get(found.group(), found.group()), plain)
    return _SPACES.sub(" ", plain).strip()
