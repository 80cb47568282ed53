"""A person's name: where one was asked for, or where it is said plainly."""

import re
from typing import Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.first_names import FIRST_NAMES
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.language import WORDS
from agente_hotelero.dialogue.understanding.lexicon import concepts_of
from agente_hotelero.dialogue.understanding.slots import EMAIL, find_code

# «a nombre de mi esposo Juan Pérez», «Sra. Ana Ruiz».
_TITLE: Final = r"(?:(?:señora?|senhora?|sra?|dra?|mrs?|ms|don|doña|dona)\.?\s)?"
_KIN: Final = rf"(?:(?:mi|meu|minha|my)\s\w{{2,12}},?\s)?{_TITLE}"


def _said(*openings: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<!\w)(?:{'|'.join(openings)})\s{_KIN}(?=(?P<name>.{{1,120}}))", re.IGNORECASE | re.DOTALL)


PLAIN: Final = _said(
    r"me llamo", r"mi nombre(?: completo)? es", r"a nombre de", r"meu nome(?: completo)? [ée]", r"me chamo", r"em nome de", r"no nome d[aoe]",
    r"(?:book\w{0,8}|reserv\w{0,8}|table|appointment|slot|it'?s|is)\b[^.!?\n]{0,40}?,? under(?: the (?:sur|last )?name)?", r"on behalf of", r"en nombre de",
    r"my (?:full )?name(?:'s| is)", r"name is", r"under the name(?: of)?", r"in the name of", r"(?:nombre|nome|name|titular):", r"el titular es",
    r"(?:el|o) (?:nombre|nome)(?: correcto| correto| certo)? (?:es|é)",
)  # fmt: skip
SURNAME: Final = _said(r"(?:apellido|apelido|sobrenome|surname|last name)(?::| es| é| is)?")
# «Ann Lee here, I need …»: at the beginning of what is said.
HERE: Final = re.compile(
    r"\A\s?(?:(?:hi|hello|hey|hola|good \w{3,9})\b[,.!]?\s)?(?P<name>[^\W\d_]{2,20}(?:\s[^\W\d_]{2,20})?) here\s?[,.;!-]",
    re.IGNORECASE,
)
# «soy celíaca», «I'm late»: after these only a word with a capital letter, or a well-known name, is one, unless it was asked for.
VAGUE: Final = _said(
    r"soy", r"sou(?: [oa])?", r"i'm", r"i am", r"this is", r"it's(?: for)?", r"será", r"ser[ií]a", r"es para", r"é para"
)
# Only where a name was asked for, and only with a capital letter.
HINTS: Final = _said(r"es", r"é", r"para", r"for", r"es el", r"es la")
LINK_WORDS: Final = frozenset("de del da do dos das di la las los van von der e y".split())
NO_FIRST_WORDS: Final = LINK_WORDS - frozenset("de di da van von".split())
# Where one of these stands, a message is no name, or its name has ended.
NO_NAMES: Final = frozenset(
    "si no ok dale sim nao yes hola ola hello hi gracias obrigado obrigada thanks quiero quero want reservar book habitacion quarto room una un uno uma um"
    " the my mi meu minha para for grupo viajero turista cliente huesped solo sola sozinho interested interesado interesada here aqui cancelar cancel cuanto quanto how"
    " que what cual donde onde where when cuando quando persona person humano correo mail email tel telefono con com with tengo tenho i we you me te se le lo les nos"
    " es esta estoy soy somos hay mejor prefiero manana amanha hoy hoje luego despues depois digo aviso paso pero mas but pues not late looking going not is are was"
    " precio preco price disponibilidad fechas datas dates noches noites nights personas pessoas people adultos adults ninos desde hasta del_dia espera wait momento"
    " buenas buenos bom boa good dia dias tarde noche noite morning por favor please esposa esposo marido wife husband pareja su sua your tu and also tambien tambem"
    " nombre nome name apellido sobrenome surname codigo reserva reservation booking todavia ainda yet ya ja cambiar mudar change ayuda ajuda help cuesta custa puedo posso can"
    " claro vale listo perfecto bueno bien bem nada nothing nadie ninguno otro otra mismo misma same which this that it segunda primera primero tardes noches hotel suite spelled misspelled spelt wrong incorrect incorrecto errado mal escrito".split()
)
ANDS: Final = frozenset("y e".split())
NOT_HERE: Final = frozenset(
    "anyone anybody someone somebody everyone nobody over right staying guest guests up down in out still already back again out customer new being arrived arriving currently first from people".split()
)
_COMMON: Final = frozenset[str]().union(*WORDS.values())
"""Words that one of the languages is known by."""
_ALSO_A_SURNAME: Final = frozenset({"Dias"})
_TITLES: Final = re.compile(rf"^\s?{_TITLE}", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_INVOICE: Final = re.compile(r"factura|fatura|nota fiscal|invoice", re.IGNORECASE)
_ENDS: Final = re.compile(r"[,;:!?¿¡\n()/]|\s-\s|\.\s|\.$")
MOST_WORDS: Final = 6
SMALL_WORDS: Final = 3
MOST_BEHIND_A_CODE: Final = 4


def read_name(text: str, *, expecting: Expecting) -> str | None:
    """A person's name, where one was asked for or is said plainly."""
    address = EMAIL.search(text)
    before = "" if address is None else text[: address.start()]
    text = EMAIL.sub(" , ", text)
    asked = expecting is Expecting.NAME
    said = _said_in(text, asked=asked) or _here(text)
    if said is not None:
        return said
    if asked:
        return _before_a_question(text) if "?" in text else _whole(text)
    code = find_code(text, expecting=expecting)
    if expecting is Expecting.CODE:
        return _whole(text.replace(code[0], " , ") if code else text)
    return _behind(text[code.end() :]) if code else _before_an_address(before)


def begins_as_many_do(name: str) -> bool:
    """Whether several words were taken for a name, the first of which is one to many: «Oliver Pool»."""
    words = fold(name).split()
    return len(words) > 1 and words[0] in FIRST_NAMES


def is_a_name_only(name: str) -> bool:
    """Whether some word of what was taken for a name means nothing else: «próximo domingo» has none such."""
    return not all(word in _COMMON or concepts_of(word) for word in fold(name).split())


def _behind(text: str) -> str | None:
    """What follows a code that nobody asked for: «DEMO-7F3KMQ, Ruiz», «DEMO-7F3KMQ Ruiz, para el 5», «… Ruiz y …»."""
    words: list[str] = []
    rest = _ENDS.split(text.strip(" ,.;:-"), maxsplit=1)[0].split()
    for word in rest:
        if not _may_be_one(word) or not (word[0].isupper() or fold(word) in LINK_WORDS):
            break
        words.append(word)
    while words and fold(words[-1]) in LINK_WORDS:
        words.pop()
    if not words or len(words) > MOST_BEHIND_A_CODE or not words[0][0].isupper() or fold(words[0]) in _COMMON:
        return None
    # «DEMO-7F3KMQ Quisiera cambiarla» begins a sentence.
    behind = rest[len(words) : len(words) + 1]
    return _written(words) if not behind or fold(behind[0]) in NO_NAMES | LINK_WORDS else None


def _before_an_address(text: str) -> str | None:
    """«… para 2, Juan Rojas, jrojas@x.com»: the words with capital letters right before it, where there are several."""
    clause = [part.split() for part in _ENDS.split(text.rstrip(" ,;:(<-\n"))][-1]
    words: list[str] = []
    while (
        clause and _may_be_one(clause[-1]) and (clause[-1][0].isupper() or (words and fold(clause[-1]) in LINK_WORDS))
    ):
        words.insert(0, clause.pop())
    while words and fold(words[0]) in LINK_WORDS:
        words.pop(0)
    return _written(words) if 2 <= len(words) <= MOST_BEHIND_A_CODE else None  # noqa: PLR2004 - one alone begins a sentence


def _said_in(text: str, *, asked: bool) -> str | None:
    """The name that a sentence goes on with."""
    surname = SURNAME.search(text)
    if surname is not None and (name := _first_words(surname["name"], capitals=False)) is not None:
        # «Soy Alejandro, apellido Niño de Guzmán».
        given = _said_in(text[: surname.start()], asked=asked)
        return name if given is None or " " in given else f"{given} {name}"
    for pattern, capitals in ((PLAIN, False), (VAGUE, not asked), *(((HINTS, True),) if asked else ())):
        for found in pattern.finditer(text):
            # A company's name on the bill is not the guest's.
            name = (
                None
                if _INVOICE.search(text[max(0, found.start() - 60) : found.start()])
                else _first_words(found["name"], capitals=capitals)
            )
            if name is not None:
                return name
    return None


def _here(text: str) -> str | None:
    """Two words with capital letters, or a name to many: «Parking here, please» names nobody."""
    found = HERE.match(text)
    words = found["name"].split() if found else []
    if not words or not all(_may_be_one(word) and fold(word) not in NOT_HERE for word in words):
        return None
    return _written(words) if len(words) > 1 and all(word.istitle() for word in words) else _known(words)


def _first_words(text: str, *, capitals: bool) -> str | None:
    """The name that a sentence goes on with, up to the first word that can't be one."""
    words: list[str] = []
    told = _ENDS.split(text, maxsplit=1)[0].split()[: MOST_WORDS + 1]
    for place, word in enumerate(told):
        small = fold(word) in LINK_WORDS
        # «ana ruiz y necesito …» goes on with something else; «Ortega y Gasset» is one name.
        if fold(word) in ANDS and place + 1 < len(told) and told[place + 1].islower():
            break
        if not small and (not _may_be_one(word) or (_has_capitals(words) and word.islower())):
            break
        words.append(word)
    while words and fold(words[-1]) in LINK_WORDS:
        words.pop()
    if not words or len(words) > MOST_WORDS:
        return None
    if capitals and not words[0][0].isupper():
        return _known(words)
    return None if fold(words[0]) in LINK_WORDS else _written(words)


def _known(words: list[str]) -> str | None:
    """«hola soy ana», «i'm john smith from room 12»: in small letters only what is a name to many, and a surname."""
    if fold(words[0]) not in FIRST_NAMES:
        return None
    return _written(words[:1] if len(words) > SMALL_WORDS else words)


def _whole(text: str) -> str | None:
    """A message, or its first line, that is a name and nothing else."""
    text = _TITLES.sub("", text)
    words = next((part for part in _ENDS.split(text) if part.strip(" .\"'")), "").strip(" .\"'").split()
    if not 1 <= len(words) <= MOST_WORDS or not all(_may_be_one(word) or fold(word) in LINK_WORDS for word in words):
        return None
    if fold(words[0]) in NO_FIRST_WORDS or len(words[0]) == 1 or all(fold(word) in LINK_WORDS for word in words):
        return None
    return _written(words)


def _before_a_question(text: str) -> str | None:
    """«Ana Ruiz. ¿Hay ascensor?»: a name to many, or words with capital letters that mean nothing to a hotel, and then what is asked."""
    parts = [part for part in _ENDS.split(text.partition("?")[0]) if part.strip()]
    name = _whole(parts[0]) if len(parts) > 1 else None
    words = parts[0].split() if name is not None else []
    capitals = len(words) > 1 and all(word[0].isupper() and not concepts_of(fold(word)) for word in words)
    return name if capitals or begins_as_many_do(" ".join(words)) else None


def _may_be_one(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and (fold(word) not in NO_NAMES or word in _ALSO_A_SURNAME)


def _has_capitals(words: list[str]) -> bool:
    return bool(words) and words[0][0].isupper()


def _written(words: list[str]) -> str:
    return " ".join(word if not (word.islower() or word.isupper()) else _title(word) for word in words)


def _title(word: str) -> str:
    low = word.lower()
    return low if fold(low) in LINK_WORDS else "-".join(part.capitalize() for part in low.split("-"))
