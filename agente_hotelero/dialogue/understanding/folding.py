"""Chat spelling to something that rules can read: lower case, no accents, no stretched letters, nothing invisible."""

import re
import unicodedata
from typing import Final

READ_AT_MOST: Final = 2_000

# Chat forms → words, whole words only, after folding.
SPELLINGS: Final = {
    "q": "que", "k": "que", "xq": "porque", "pq": "porque", "tb": "tambien", "tmb": "tambien", "tbm": "tambem",
    "vc": "voce", "vcs": "voces", "obg": "obrigado", "blz": "beleza", "pls": "please", "plz": "please", "thx": "thanks",
    "ty": "thanks", "u": "you", "r": "are", "2morrow": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "hab": "habitacion",
    "habit": "habitacion", "pers": "personas", "pax": "personas", "finde": "fin de semana", "fds": "fim de semana",
    "wknd": "weekend", "xfa": "por favor", "porfavor": "por favor", "plis": "please", "pa": "para", "d": "de", "kiero": "quiero", "qiero": "quiero", "qero": "quero", "ke": "que", "aki": "aqui", "qto": "quanto",
    "qtos": "quantos", "qarto": "quarto", "quato": "quarto", "dulpo": "duplo", "maoi": "maio", "doubel": "double", "duoble": "double", "fro": "for", "ned": "need", "peple": "people", "poeple": "people", "avitacion": "habitacion",
    "porfa": "por favor", "porfis": "por favor", "pfv": "por favor",
    "pf": "por favor", "dsd": "desde", "hta": "hasta", "mnn": "manana", "amnh": "amanha", "hj": "hoje",
    "findi": "fin de semana", "findes": "fin de semana", "findesemana": "fin de semana", "prox": "proximo", "2moro": "tomorrow", "mna": "manana", "amn": "amanha",
    "1ra": "primera", "2da": "segunda", "pal": "para el", "noxes": "noches", "nohces": "noches", "nochs": "noches", "nigths": "nights", "nigth": "night", "nites": "nights", "noits": "noites", "adlutos": "adultos", "asultos": "adultos", "adutos": "adultos",
    "presonas": "personas", "perosnas": "personas", "peronas": "personas", "pesoas": "pessoas", "ppl": "people", "ninios": "ninos", "ninio": "nino", "bbe": "bebe", "bb": "bebe",
    "habitasion": "habitacion", "abitacion": "habitacion", "habitacio": "habitacion", "havitacion": "habitacion", "habitaciom": "habitacion", "habs": "habitaciones", "apto": "apartamento", "sgte": "siguiente",
}  # fmt: skip
# «r$», «u$s»: no word; nor is what follows an apostrophe.
_WORD: Final = re.compile(r"(?<![a-z0-9'])[a-z0-9]+(?![a-z0-9$])")
# «holaaa»; no word stretches the w of www.
_STRETCHED: Final = re.compile(r"([a-vx-z])\1{2,}")
_SPACES: Final = re.compile(r"\s+")
_SIGNS: Final = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "–": "-", "—": "-", "−": "-", "°": "º"})


def fold(text: str) -> str:
    """Fold the first part of a message; digits, signs and e-mail addresses keep their form."""
    # NFKD may make one character many, so the limit is applied again.
    text = text[:READ_AT_MOST]
    if text.isascii() and text.isprintable():
        plain = text.replace("`", "'").lower()
    else:
        spread = unicodedata.normalize("NFKD", text.translate(_SIGNS).lower())[:READ_AT_MOST]
        plain = "".join([letter if "\x20" <= letter <= "\x7e" else _letter(letter) for letter in spread])
    plain = _STRETCHED.sub(r"\1", plain)
    if not SPELLINGS.keys().isdisjoint(_WORD.findall(plain)):
        plain = _WORD.sub(lambda found: SPELLINGS.get(found.group(), found.group()), plain)
    return _SPACES.sub(" ", plain).strip()


def _letter(letter: str) -> str:
    """A letter without what hangs on it; accents and zero-width signs vanish, control characters part words."""
    if letter.isascii():
        return letter if letter.isprintable() else " "
    kind = unicodedata.category(letter)
    if kind in {"Mn", "Me", "Cf"}:
        return ""
    return " " if kind[0] in "CZ" else letter
