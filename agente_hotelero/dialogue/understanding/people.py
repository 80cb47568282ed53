"""How many come and for how long: adults, children, or a total; nights; rooms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.calendar_words import ARTICLES
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK, Kind, Token, counted, words_of

ADULTS: Final = ("adult", "mayor", "grande", "grownup")
CHILDREN: Final = ("nin", "crianc", "kid", "child", "menor", "hijo", "hija", "hijito", "hijita", "filho", "filha", "bebe", "baby", "babies", "nene", "nena", "peque", "toddler", "infant", "chico", "sons", "daughter", "girls", "boys")  # fmt: skip
ADJECTIVES: Final = frozenset(
    "minor small little young pequeno pequena pequenos pequenas double single twin triple".split()
)
COUPLES: Final = ("pareja", "casais", "couple", "matrimonios")
FRIENDS: Final = ("amig", "friend")
WITH: Final = frozenset("con com with".split())
PEOPLE: Final = ("person", "pessoa", "people", "guest", "huesped", "hospede")
NIGHTS: Final = ("noche", "noite", "night", "nit")
NOT_AFTER_A: Final = ("noite", "noche", "semana", "crianc", "pesso", "person")
WEEKS: Final = ("semana", "week")
ROOMS: Final = ("habitaciones", "cuartos", "quartos", "rooms", "piezas", "dobles", "singles", "suites", "duplos", "matrimoniales", "triples", "doubles", "twins")  # fmt: skip
# «para 2» is a number of people, unless one of these follows.
NO_PEOPLE: Final = (
    *NIGHTS, *WEEKS, *ROOMS, "dia", "day", "mes", "month", "habitacion", "cuarto", "quarto", "room", "cama", "bed", "auto", "coche", "car",
    "perro", "mascota", "pet", "dog", "gato", "cat", "cachorro", "hora", "hour", "minut", "ano", "year", "piso", "floor", "estrella", "star",
    "maleta", "bag", "mala", "vez", "veces", "time", "doble", "suite", "lugar", "cuadra", "quadra", "block", "km", "metro", "kilo", "kg",
    "de", "of", "do", "al", "a", "to", "hasta", "ate", "until", "o", "or", "ou", "more", "mas", "mais", "media", "meia",
)  # fmt: skip
SHORT: Final = 3
"""Words that are no longer than this are no beginnings of others."""
BEFORE_TOTAL: Final = frozenset("nosotros nosotras nos somos seremos seriamos vamos iremos iriamos viajamos vendremos para pra for are we're were".split())  # fmt: skip
BEFORE_A_BARE_NUMBER: Final = frozenset("solo so only just apenas seran serian seria son sao it's como unos".split())
JOINS: Final = frozenset("y e and mas mais plus + con com with".split())
IN_TOTAL: Final = frozenset("somos seremos seriamos are we're".split())
BEFORE_A_WHEN: Final = frozenset("en in dentro de within daqui a em de da cada every by".split())
_PARTNER: Final = "(pareja/esposa/esposo/marido/mujer/senora/novia/novio/mulher/namorada/namorado/wife/husband/partner/girlfriend/boyfriend/fiancee)"
_OUR: Final = "(mi/nuestro/nuestra/meu/minha/nosso/nossa/my/our/un/una/um/uma/a)"
_CHILD: Final = (
    "(hijo/hija/hijito/hijita/nene/nena/bebe/filho/filha/filhinho/filhinha/son/daughter/baby/kid/child/toddler/peque)"
)
_MY: Final = "(mi/meu/minha/my/un/una/um/uma/nuestra/nuestro)"
_KIN: Final = (
    "(mama/papa/madre/padre/hermano/hermana/amigo/amiga/suegro/suegra/abuelo/abuela/tia/tio/primo/prima/cunado/cunada/mae/pai/irmao/irma/sogra/sogro/avo/cunhada/cunhado/mother/father/mom/mum/dad"
    "/brother/sister/friend/grandma/grandpa/grandmother/grandfather/cousin/aunt/uncle/colega/companero/companera/colleague)"
)
_PHRASES: Final = Phrasebook({
    "kin": f"{_MY} {_KIN}",
    "with me": f"(y/e/and) (yo/eu/i/me/mi/myself) $|(yo/eu/me/i) (y/e/and/con/com/with/,) {_MY} {_KIN}|(voy/viajo/iria/ire/vou/viajamos/vengo) (con/com) {_MY} {_KIN}",
    "couple": f"casal (com/con)|(un/somos/somos_un/o/um) matrimonio|matrimonio (con/com/,)|una pareja|en pareja|(mi/mi_) {_PARTNER}|(minha/meu) {_PARTNER}|my {_PARTNER}|um casal|somos (um)? casal|casal $|(para/pra) casal|a couple $|we are a couple|we're a couple|couple with"
    "|nosotros dos|nos dois|(the)? two of us|los dos|as duas|ambos",
    "alone": "solo yo|yo (solo/sola)|para mi $|(mi/voy/viajo/vengo/iria/ire/estoy) (solo/sola)|so eu|(so/apenas) para mim|para mim $|so para (mim/uma)|sozinho|sozinha|just me|only me|by myself|(travelling/traveling/going/coming) alone|alone $|just myself|myself only|for (me/myself) (only)? $|para mi solamente|una sola persona|single person",
    "child": f"(y/e/and/con/com/with) {_OUR} {_CHILD}|{_OUR} {_CHILD} (y/e/and) (yo/eu/i/me/mi/minha/meu/my)|(yo/eu/me) (y/e/and/con/com/with) {_OUR} {_CHILD}",
    "no children": "(sin/sem) (ninos/chicos/criancas/hijos/filhos/bebes/menores)|(ningun/nenhuma/nenhum) (nino/menor/crianca)|(no/without) (kids/children)|(solo/so/only/just) (adultos/adults)|no (hay/llevamos/vamos_con) ninos",
    "one room": "(una/un) (sola/solo/unica/unico) (habitacion/cuarto)|(una/un) (habitacion/cuarto) (sola/solo/nada_mas)|(um/um_so) (so/unico)? quarto (so/apenas)|um (so/unico) quarto|(so/apenas) um quarto|(just/only) (one/a_single) room|one room (only/is_enough/is_fine)",
    "next day": "(al/el) dia siguiente|no dia seguinte|the next day|the following day",
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
    said = set(labels)
    counts = _counts_anything(tokens)
    adults, children = (_counted_before(tokens, ADULTS), _counted_before(tokens, CHILDREN)) if counts else (None, None)
    if counts:
        adults = _filled_in(tokens, ADULTS) if adults is None else adults
        children = _filled_in(tokens, CHILDREN) if children is None else children
    if children is None and (ages or "child" in said):
        children = len(ages) or 1
    if children is None and "no children" in said:
        children = 0
    couples = _counted_before(tokens, COUPLES) if counts else None
    if adults is None and (couples or "couple" in said):
        adults = 2 * (couples or 1)
    if "kin" in said and "with me" in said and adults in {None, 2}:
        adults = (adults or 1) + labels.count("kin")
    total = _total(tokens, asked=asked) if counts else None
    if adults is None and total is None and "alone" in said:
        adults = 1
    if adults is not None or children is None:
        return People(adults=adults, children=children, total=total if adults is None else None)
    if total is None:
        return People(children=children)
    return People(adults=_adults_of(tokens, total, children, among="among them" in said), children=children)


def _adults_of(tokens: Sequence[Token], total: int, children: int, *, among: bool) -> int:
    """«2 personas y 1 niño» are three; «somos 4, 2 niños» are four."""
    words = words_of(tokens)
    whole = among or any(word in IN_TOTAL for word in words)
    joined = any(
        word in JOINS - {"con", "com", "with"} and _count_at(tokens, CHILDREN, after=token.end)
        for token, word in ((token, token.text) for token in tokens)
    )
    return total - children if whole and (among or not joined) and total > children else total


def read_nights(tokens: Sequence[Token]) -> int | None:
    """How long, when it is said as a length."""
    counts = _counts_anything(tokens)
    nights = _first(tokens, NIGHTS) if counts else None
    if nights is not None:
        return nights
    if any(found.label == "next day" for found in _PHRASES.find(words_of(tokens))):
        return 1
    weeks = _first(tokens, WEEKS, unless=lambda before: before in BEFORE_A_WHEN) if counts else None
    return None if weeks is None else weeks * 7


def read_rooms(tokens: Sequence[Token]) -> int | None:
    """How many rooms, where it is more than one, or one is said to be enough."""
    rooms = _counted_before(tokens, ROOMS)
    if rooms is None and any(found.label == "one room" for found in _PHRASES.find(words_of(tokens))):
        return 1
    return rooms


def _total(tokens: Sequence[Token], *, asked: bool) -> int | None:
    """A number of people, of whatever age: «4 personas», «somos 4», «para 2», and a bare «2» where it was asked."""
    people = _first(tokens, PEOPLE) or _filled_in(tokens, PEOPLE) or _no_more_than(tokens)
    if people is not None:
        return people
    friends = _first(tokens, FRIENDS)
    if friends is not None and not any(token.text in IN_TOTAL for token in tokens):
        # «4 amigas»; but «voy con 2 amigos» are three.
        return friends + any(
            _counts_a(tokens, place, FRIENDS) and _text(tokens, place - 1) in WITH for place in range(len(tokens))
        )
    for place, token in enumerate(tokens):
        count = _count(tokens, place)
        if count is None or (token.text in ARTICLES and token.text not in {"uno", "um", "one"}):
            continue
        before, after = _text(tokens, place - 1), _text(tokens, place + 1)
        led = (
            before in BEFORE_TOTAL
            or (asked and before in {"los", "all"})
            or (before in {"of", "de"} and _text(tokens, place - 2) in {"party", "family", "familia"})
        )
        if after == "of" and _text(tokens, place + 2) == "us":
            return count
        if led and not after.startswith((*ADULTS, *CHILDREN)) and not _of_something_else(tokens, place + 1):
            return count
    return _bare(tokens) if asked else None


def _filled_in(tokens: Sequence[Token], beginnings: tuple[str, ...]) -> int | None:
    """«Personas: 2», as in a form."""
    places = (place for place, token in enumerate(tokens) if token.text.startswith(beginnings))
    return next((_count(tokens, place + 2) for place in places if _text(tokens, place + 1) == ":"), None)


def _no_more_than(tokens: Sequence[Token]) -> int | None:
    """«dos nomás», «solo dos», and nothing that they would be of."""
    for place in range(len(tokens)):
        count = _count(tokens, place)
        if count is None or tokens[place].text in ARTICLES:
            continue
        after = _text(tokens, place + 1)
        if after in {"nomas", "nomás"} or (
            _text(tokens, place - 1) in {"solo", "only", "just", "apenas"} and after == BREAK
        ):
            return count
    return None


def _of_something_else(tokens: Sequence[Token], place: int) -> bool:
    if place >= len(tokens):
        return False
    token = tokens[place]
    if Kind.DAY in {
        token.kind,
        *([tokens[place + 1].kind] if token.text in {"de", "from"} and place + 1 < len(tokens) else []),
    }:
        # «para 2 de 5 a 8 de maio», «for 2 tonight»: were it a day, it would have been read with the others.
        return False
    if token.text in {"a", "en"} and _text(tokens, place + 1) == "nombre":
        return False
    if token.kind in {Kind.NUMBER, Kind.OTHER, Kind.PAIR} or token.text in {"/", "-", ":", "%"}:
        return True
    # «car» and «cars», and no «caramba».
    return any(
        token.text in {word, f"{word}s"} or (len(word) > SHORT and token.text.startswith(word)) for word in NO_PEOPLE
    )


def _bare(tokens: Sequence[Token]) -> int | None:
    """The number that a short answer begins with: «2», «solo dos», «4 por favor»; «una» only when it is all."""
    words = [token for token in tokens if token.kind is not Kind.SIGN or token.text == "+"]
    while words and words[0].text in BEFORE_A_BARE_NUMBER:
        words = words[1:]
    first = _count(words, 0)
    if first is None or (_of_something_else(words, 1) and _text(words, 1) not in JOINS):
        return None
    return first if words[0].text not in ARTICLES or len(words) == 1 else None


def _two_counts(tokens: Sequence[Token]) -> People | None:
    """«2 + 2», «dos y uno»: adults and children, where people were asked for."""
    if len(tokens) == 3 and tokens[1].text in JOINS:  # noqa: PLR2004 - a number, a join, a number
        adults, children = _count(tokens, 0), _count(tokens, 2)
        if adults is not None and children is not None:
            return People(adults=adults, children=children)
    return None


def _first(
    tokens: Sequence[Token], beginnings: tuple[str, ...], *, unless: Callable[[str], bool] = lambda _: False
) -> int | None:
    for place in range(len(tokens) - 1):
        count = _counts_a(tokens, place, beginnings)
        if count is not None and not unless(_text(tokens, place - 1)):
            return count
    return None


def _counts_anything(tokens: Sequence[Token]) -> bool:
    """Whether there is a number at all: most messages have none, and none of the questions below need be asked of them."""
    return any(counted(token) is not None for token in tokens)


def _count_at(tokens: Sequence[Token], beginnings: tuple[str, ...], *, after: int) -> bool:
    """Whether such a count begins right after this place of the text."""
    place = next((place for place, token in enumerate(tokens) if token.begin >= after), len(tokens))
    return _counts_a(tokens, place, beginnings) is not None


def _counted_before(tokens: Sequence[Token], beginnings: tuple[str, ...]) -> int | None:
    counts = [count for place in range(len(tokens)) if (count := _counts_a(tokens, place, beginnings)) is not None]
    return sum(counts) if counts else None


def _counts_a(tokens: Sequence[Token], place: int, beginnings: tuple[str, ...]) -> int | None:
    """The count at a place, if it counts such things; «dos o tres adultos» counts nothing for sure."""
    count = _count(tokens, place)
    if count is None:
        return None
    after = _text(tokens, place + 1)
    # «hoje à noite», «à semana».
    if tokens[place].text == "a" and after.startswith(NOT_AFTER_A):
        return None
    if after == "-" or after in ADJECTIVES:
        after = _text(tokens, place + 2)
    if after.startswith("weekend"):
        return None
    return count if after.startswith(beginnings) else None


def _count(tokens: Sequence[Token], place: int) -> int | None:
    count = counted(tokens[place]) if 0 <= place < len(tokens) else None
    return count if count is not None and count < 100 else None  # noqa: PLR2004 - a year, a room or a price


def _text(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].text if 0 <= place < len(tokens) else BREAK
