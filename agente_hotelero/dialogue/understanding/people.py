"""How many come: adults, children, or a total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.calendar_words import ARTICLES
from agente_hotelero.dialogue.understanding.counting import (
    NONE,
    count_at,
    counted_before,
    counts_a,
    counts_anything,
    filled_in,
    first,
    word,
)
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK, Kind, Token, words_of

ADULTS: Final = ("adult", "mayor", "grande", "grownup")
CHILDREN: Final = ("nin", "crianc", "kid", "child", "menor", "hijo", "hija", "hijito", "hijita", "filho", "filha", "bebe", "baby", "babies", "nene", "nena", "peque", "toddler", "infant", "chico", "sons", "daughter", "girls", "boys", "miud", "chamac", "little one", "teen", "adolesc", "chd")  # fmt: skip
# Whole words: «ad» begins others, «crío» too; a «guagua» is a bus to some, so that adults must be there.
ADULT_MARKS: Final = frozenset("ad ads adt adts adl".split())
CHILD_WORDS: Final = frozenset("crio crios".split())
CHILD_BESIDE_ADULTS: Final = frozenset("guagua guaguas wawa".split())
COUPLES: Final = ("pareja", "parejita", "casal", "casais", "couple", "matrimonio")
FRIENDS: Final = ("amig", "friend")
WITH: Final = frozenset("con com with".split())
SELF: Final = frozenset("yo eu i me".split())
US: Final = frozenset("us nosotros nosotras".split())
SHALL: Final = frozenset("vamos van iremos".split())
THAT_ARE: Final = frozenset("are son sao".split())
"""«of which two are children»."""
USUAL_CHILDREN: Final = 2
PEOPLE: Final = ("person", "pessoa", "people", "guest", "huesped", "hospede")
NIGHTS: Final = ("noche", "noite", "night", "nit", "diaria")
WEEKS: Final = ("semana", "week")
ROOMS: Final = ("bedrooms", "habitaciones", "cuartos", "quartos", "rooms", "piezas", "dobles", "singles", "suites", "duplos", "matrimoniales", "triples", "doubles", "twins")  # fmt: skip
# «para 2» is a number of people, unless one of these follows.
NO_PEOPLE: Final = (
    *NIGHTS, *WEEKS, *ROOMS, "dia", "day", "mes", "month", "habitacion", "cuarto", "quarto", "room", "cama", "bed", "auto", "coche", "car",
    "perro", "mascota", "pet", "dog", "gato", "cat", "cachorro", "hora", "hour", "minut", "ano", "year", "piso", "floor", "famil", "estrella", "star",
    "maleta", "bag", "mala", "vez", "veces", "time", "doble", "suite", "lugar", "cuadra", "quadra", "block", "km", "metro", "kilo", "kg",
    "de", "of", "do", "al", "a", "to", "hasta", "ate", "until", "o", "or", "ou", "more", "mas", "mais", "media", "meia",
)  # fmt: skip
SHORT: Final = 3
"""Words that are no longer than this are no beginnings of others."""
BEFORE_TOTAL: Final = frozenset("nosotros nosotras nos somos seremos seriamos vamos iremos iriamos viajamos vendremos para pra for are we're were".split())  # fmt: skip
BEFORE_A_BARE_NUMBER: Final = frozenset("solo so only just apenas seran serian seria son sao it's como unos".split())
JOINS: Final = frozenset("y e and mas mais plus + con com with".split())
IN_TOTAL: Final = frozenset("somos seremos seriamos are we're".split())
_PARTNER: Final = "(pareja/esposa/esposo/marido/mujer/senora/novia/novio/mulher/namorada/namorado/wife/husband/partner/girlfriend/boyfriend/fiancee)"
_OUR: Final = "(mi/nuestro/nuestra/meu/minha/nosso/nossa/my/our/un/una/um/uma/a)"
_CHILD: Final = "(hijo/hija/hijito/hijita/nene/nena/bebe/filho/filha/filhinho/filhinha/son/daughter/baby/kid/child/toddler/peque/adolescente/teenager)"
_MY: Final = "(mi/meu/minha/my/un/una/um/uma/nuestra/nuestro)"
_KIN: Final = (
    "(mama/papa/madre/padre/hermano/hermana/amigo/amiga/suegro/suegra/abuelo/abuela/tia/tio/primo/prima/cunado/cunada/mae/pai/irmao/irma/sogra/sogro/avo/cunhada/cunhado/mother/father/mom/mum/dad"
    "/brother/sister/friend/grandma/grandpa/grandmother/grandfather/cousin/aunt/uncle/colega/companero/companera/colleague/vieja/viejo/nuera/yerno/sobrino/sobrina/sobrinho/sobrinha/genro/nora"
    "/nephew/niece/boss/jefe/jefa/chefe/socio/cliente)"
)
_SELF: Final = "(yo/eu/i/me/myself)"
_GOING: Final = "(coming/going/travelling/traveling/arriving/staying)"
_PHRASES: Final = Phrasebook({
    "kin": f"{_MY} {_KIN}",
    "for kin": f"(para/pra/for) {_MY} {_KIN}",
    "self": f"(y/e/and) {_SELF} $|{_SELF} (y/e/and/con/com/with) {_OUR} {_CHILD}|(i'm/im/i_am/i_will_be/i'll_be) {_GOING} with|(voy/viajo/vengo/llego/vou/viajo/chego) .. (con/com) (mis/mi/meus/minhas/meu/minha)|i'm {_GOING} .. with my",
    "joined child": f"{_OUR} {_CHILD} (y/e/and) {_CHILD}|{_MY} {_CHILD} , {_MY} {_CHILD}",
    "child and more": f"(mi/meu/minha/my/nuestra/nuestro/our/nosso/nossa) {_CHILD} (y/e/and) (#/dos/tres/cuatro/two/three/four/duas/tres/quatro)",
    "usual family": "familia tipo",
    "with me": f"(y/e/and) (yo/eu/i/me/mi/myself) $|(yo/eu/me/i) (y/e/and/con/com/with/,) {_MY} {_KIN}|(voy/viajo/iria/ire/vou/viajamos/vengo) (con/com) {_MY} {_KIN}|(i'm/im/i_am/i_will_be/i'll_be) {_GOING} with {_MY} {_KIN}",
    "couple": f"casal (com/con)|(un/somos/somos_un/o/um) matrimonio|matrimonio (con/com/,)|una pareja|en pareja|(mi/mi_) {_PARTNER}|(minha/meu) {_PARTNER}|my {_PARTNER}|um casal|somos (um)? casal|casal $|(para/pra) casal|a couple $|we are a couple|we're a couple|couple with"
    "|nosotros dos|nos dois|(the)? two of us|los dos|as duas|ambos",
    "alone": "solo yo|yo (solo/sola/solito/solita)|yo (solo/sola)|para mi $|(mi/voy/viajo/vengo/iria/ire/estoy) (solo/sola)|so eu|(so/apenas) para mim|para mim $|so para (mim/uma)|sozinho|sozinha|just me|only me|by myself|(travelling/traveling/going/coming) alone|alone $|just myself|myself only|for (me/myself) (only)? $|para mi solamente|una sola persona|single person|for (me/myself) only|(so/somente) eu",
    "child": f"(y/e/and/con/com/with) (el/la/the/o/a/os) (nene/nena/bebe/peque/pequeno/pequena/baby/little_one/kid/chiquito/chiquita)|(y/e/and/con/com/with) {_OUR} {_CHILD}|{_OUR} {_CHILD} (y/e/and) (yo/eu/i/me/mi/minha/meu/my)|(yo/eu/me) (y/e/and/con/com/with) {_OUR} {_CHILD}",
    "no children": "(sin/sem) (ninos/chicos/criancas/hijos/filhos/bebes/menores)|(ningun/nenhuma/nenhum) (nino/menor/crianca)|(no/without) (kids/children)|(solo/so/only/just) (adultos/adults)|no (hay/llevamos/vamos_con) ninos",
    "among them": "de ellos|de las cuales|de los cuales|incluyendo|incluido*|incluida*|entre ellos|including|of them|of whom|sendo|dos quais|incluindo|deles",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What was said of people; None is not said."""

    adults: int | None = None
    children: int | None = None
    total: int | None = None
    ages: tuple[int, ...] = ()
    """Of the children, in years."""


class _Said:
    """A message as its phrases and its counts tell it."""

    def __init__(self, tokens: Sequence[Token], labels: Sequence[str]) -> None:
        self.tokens = tokens
        self.labels = labels
        self.counts = counts_anything(tokens)

    def __contains__(self, label: str) -> bool:
        return label in self.labels

    def times(self, label: str) -> int:
        return self.labels.count(label)

    def count(self, beginnings: tuple[str, ...], *, whole: frozenset[str], past: frozenset[str] = NONE) -> int | None:
        if not self.counts:
            return None
        count = counted_before(self.tokens, beginnings, whole=whole, past=past)
        return filled_in(self.tokens, beginnings) if count is None and beginnings else count


def read_people(tokens: Sequence[Token], *, expecting: Expecting, ages: tuple[int, ...] = ()) -> People:
    """Read a message, its dates taken out; `ages` are the children's."""
    people = _read(tokens, expecting, ages)
    return replace(people, ages=ages) if ages else people


def _read(tokens: Sequence[Token], expecting: Expecting, ages: tuple[int, ...]) -> People:
    asked = expecting is Expecting.PEOPLE
    two = _two_counts(tokens) if asked else None
    if two is not None:
        return two
    # «a nombre de mi esposo»: while names are asked for, only numbers say who comes.
    names_asked = expecting in {Expecting.NAME, Expecting.EMAIL, Expecting.CODE}
    labels = [] if names_asked else [found.label for found in _PHRASES.find(words_of(tokens))]
    said = _Said(tokens, labels)
    counted = said.count(ADULTS, whole=ADULT_MARKS)
    children = _children(said, ages, adults=counted)
    adults = _adults(said, counted, children)
    total = _total(tokens, asked=asked) if said.counts else None
    if adults is None and total is None:
        adults = 1 if "alone" in said else said.times("for kin") or None
    if adults is not None or children is None:
        return People(adults=adults, children=children, total=total if adults is None else None)
    if total is None:
        return People(children=children)
    return People(adults=_adults_of(tokens, total, children, among="among them" in said), children=children)


def _children(said: _Said, ages: tuple[int, ...], *, adults: int | None) -> int | None:
    children = said.count(CHILDREN, whole=CHILD_WORDS, past=THAT_ARE)
    if children is None and adults is not None:
        children = said.count((), whole=CHILD_BESIDE_ADULTS)
    if children is None and (ages or "child" in said):
        return len(ages) or 1 + said.times("joined child")
    if children is not None:
        return children + ("child and more" in said)
    return USUAL_CHILDREN if "usual family" in said else 0 if "no children" in said else None


def _adults(said: _Said, adults: int | None, children: int | None) -> int | None:
    couples = said.count(COUPLES, whole=NONE)
    if adults is None and (couples or "couple" in said):
        adults = 2 * (couples or 1)
    if "kin" in said and "with me" in said and adults in {None, 2}:
        return (adults or 1) + said.times("kin")
    if adults is None and "usual family" in said:
        return 2
    # «nuestros dos chicos y yo».
    return 1 if adults is None and children and "self" in said else adults


def _adults_of(tokens: Sequence[Token], total: int, children: int, *, among: bool) -> int:
    """«2 personas y 1 niño» are three; «somos 4, 2 niños» are four."""
    whole = among or any(token.text in IN_TOTAL for token in tokens)
    joined = any(
        token.text in JOINS - {"con", "com", "with"} and _counts_right_after(tokens, CHILDREN, after=token.end)
        for token in tokens
    )
    return total - children if whole and (among or not joined) and total > children else total


def _total(tokens: Sequence[Token], *, asked: bool) -> int | None:
    """A number of people, of whatever age: «4 personas», «somos 4», «para 2», and a bare «2» where it was asked."""
    people = first(tokens, PEOPLE) or filled_in(tokens, PEOPLE) or _no_more_than(tokens)
    if people is not None:
        return people
    friends = first(tokens, FRIENDS)
    if friends is not None and not any(token.text in IN_TOTAL for token in tokens):
        return friends + _is_one_more(tokens)
    for place, token in enumerate(tokens):
        count = count_at(tokens, place)
        if count is None or (token.text in ARTICLES and token.text not in {"uno", "um", "one"}):
            continue
        after = word(tokens, place + 1)
        if after in {"of", "de"} and word(tokens, place + 2) in US:
            return count
        led = _leads_to_people(tokens, place, asked=asked)
        if led and not after.startswith((*ADULTS, *CHILDREN)) and not _of_something_else(tokens, place + 1):
            return count
    return _bare(tokens) if asked else None


def _is_one_more(tokens: Sequence[Token]) -> bool:
    """«4 amigas» are four, but «voy con 2 amigos» are three, as are «eu e mais 2 amigos»."""
    for place in range(len(tokens)):
        if counts_a(tokens, place, FRIENDS) is not None:
            more = word(tokens, place - 1) in WITH
            return more or any(word(tokens, place - back) in SELF for back in (2, 3))
    return False


def _leads_to_people(tokens: Sequence[Token], place: int, *, asked: bool) -> bool:
    """«somos 4», «somos em 4», «vamos a ser 4», «all 4», «family of 4»."""
    before, earlier = word(tokens, place - 1), word(tokens, place - 2)
    if before in BEFORE_TOTAL or (asked and before in {"los", "all"}):
        return True
    if before in {"of", "de"}:
        return earlier in {"party", "family", "familia"}
    if before in {"en", "em"}:
        return earlier in IN_TOTAL | {"vamos", "iremos"}
    return before == "ser" and (word(tokens, place - 3) if earlier == "a" else earlier) in SHALL


def _no_more_than(tokens: Sequence[Token]) -> int | None:
    """«dos nomás», «solo dos», and nothing that they would be of."""
    for place in range(len(tokens)):
        count = count_at(tokens, place)
        if count is None or tokens[place].text in ARTICLES:
            continue
        before, after = word(tokens, place - 1), word(tokens, place + 1)
        if after == "nomas" or (before in {"solo", "only", "just", "apenas"} and after == BREAK):
            return count
    return None


def _of_something_else(tokens: Sequence[Token], place: int) -> bool:
    if place >= len(tokens):
        return False
    token, after = tokens[place], word(tokens, place + 1)
    day = place + (token.text in {"de", "from"})
    if day < len(tokens) and tokens[day].kind is Kind.DAY:
        # «para 2 de 5 a 8 de maio», «for 2 tonight»: were it a day, it would have been read with the others.
        return False
    if token.text in {"a", "en"} and after in {"nombre", "las", "la"}:
        return False
    if token.kind in {Kind.NUMBER, Kind.OTHER, Kind.PAIR} or token.text in {"/", "-", ":", "%"}:
        return True
    # «car» and «cars», and no «caramba».
    return any(token.text in {one, f"{one}s"} or (len(one) > SHORT and token.text.startswith(one)) for one in NO_PEOPLE)


def _bare(tokens: Sequence[Token]) -> int | None:
    """The number that a short answer begins with: «2», «solo dos», «4 por favor»; «una» only when it is all."""
    words = [token for token in tokens if token.kind is not Kind.SIGN or token.text == "+"]
    while words and words[0].text in BEFORE_A_BARE_NUMBER:
        words = words[1:]
    count = count_at(words, 0)
    if count is None or (_of_something_else(words, 1) and word(words, 1) not in JOINS):
        return None
    return count if words[0].text not in ARTICLES or len(words) == 1 else None


def _two_counts(tokens: Sequence[Token]) -> People | None:
    """«2 + 2», «dos y uno»: adults and children, where people were asked for."""
    if len(tokens) == 3 and tokens[1].text in JOINS:  # noqa: PLR2004 - a number, a join, a number
        adults, children = count_at(tokens, 0), count_at(tokens, 2)
        if adults is not None and children is not None:
            return People(adults=adults, children=children)
    return None


def _counts_right_after(tokens: Sequence[Token], beginnings: tuple[str, ...], *, after: int) -> bool:
    """Whether such a count begins right after this place of the text."""
    place = next((place for place, token in enumerate(tokens) if token.begin >= after), len(tokens))
    return counts_a(tokens, place, beginnings) is not None
