"""What else of a stay is said in passing: the bed, what there is to eat, how to pay, who comes on four legs, which door."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agente_hotelero.dialogue.reading import Animal, Bed, Board, Payment, Pets
from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS
from agente_hotelero.dialogue.understanding.phrases import Found, Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK, Kind, Token, counted

_Detail = Found[Bed | Board | Payment | Animal | None]
_PHRASES: Final = Phrasebook[Bed | Board | Payment | Animal | None]({
    Bed.DOUBLE: "cama (matrimonial/doble/grande/de_matrimonio/de_dos_plazas/de_2_plazas/de_casal/casal)|matrimonial|quarto (de)? casal|double bed|full bed|cama dupla|una (sola)? cama $|one bed|de casal",
    Bed.QUEEN: "queen|queen size", Bed.KING: "king|king size|cama king", Bed.BUNK: "litera*|cucheta*|beliche*|bunk|bunks",
    Bed.TWIN: "twin|twins|(dos/2) camas|(camas/cama) (separadas/individuales/gemelas/twin)|(two/2) beds|(separate/single/twin) beds|(duas/2) camas|camas (de)? solteiro|(two/2) (single/twin) beds|(dos/2) (camas)? individuales",
    Bed.SINGLE: "cama (individual/simple/sencilla/de_una_plaza/de_1_plaza/de_solteiro)|single bed",
    Bed.EXTRA: "cama (extra/adicional/supletoria)|extra bed|rollaway*|cama auxiliar",
    Bed.CRIB: "cuna|cunas|practicuna|berco|crib|cot|baby bed|moises",
    Board.ROOM_ONLY: "(sin/sem/without/no) (desayuno/cafe_da_manha/breakfast/comidas/pequeno_almoco)|solo (alojamiento/habitacion/hospedaje)|room only|so (hospedagem/o_quarto)|solo la habitacion",
    Board.BREAKFAST: "desayuno*|desayunar|cafe da manha|pequeno almoco|breakfast|bed and breakfast|b&b|bnb",
    Board.HALF: "media pension|1/2 pension|meia pensao|half board|map $|(en/con/plan/regimen) map|(desayuno/cafe_da_manha) y cena|breakfast and dinner|cafe da manha e jantar",
    Board.FULL: "pension completa|pensao completa|full board|fap|(con/con_las) (todas_las_comidas/tres_comidas/3_comidas)",
    Board.ALL_INCLUSIVE: "all inclusive|todo incluido|all-inclusive|tudo incluido|tudo incluso|todo incluido",
    Payment.CARD: "tarjeta*|tarj|(tarjeta/cartao/cartoes/card/cards)|credit card*|debit card*|debito|(credito/visa/mastercard/master_card/amex/american_express)|debit|cuotas|parcelad*",
    Payment.TRANSFER: "transferencia*|transferir|transfiero|transferir|wire transfer|bank transfer|deposito bancario|ted|cbu|clabe|iban|(por/con/via) deposito",
    Payment.CASH: "efectivo|cash|dinheiro|al contado|em especie|a vista",
    Payment.PIX: "pix", Payment.YAPE: "yape|yapear|yapeo", Payment.PLIN: "plin", Payment.NEQUI: "nequi|daviplata", Payment.BIZUM: "bizum|mbway|mb way", Payment.MERCADO_PAGO: "mercado pago|mercadopago|mp $",
    Payment.PAYPAL: "paypal|pay pal", Payment.LINK: "(link/enlace) (de)? (pago/pagamento)|payment link", Payment.BOLETO: "boleto|oxxo", Payment.CHEQUE: "cheque|cheques", Payment.CRYPTO: "bitcoin|cripto*|crypto|usdt|btc",
    Animal.DOG: "perro|perra|perrito|perrita|perros|perras|perritos|perritas|perrhijo*|dog|dogs|doggy|doggie|puppy|puppies|cachorro|cachorra|cachorros|cachorrinho*|cao|caes|caozinho|caniche|chihuahua|labrador",
    Animal.CAT: "gato|gata|gatos|gatas|gatito*|gatita*|gatinho*|cat|cats|kitten*|kitty",
    Animal.OTHER: "mascota|mascotas|mascotita|pet|pets|animal|animales|animais|(animal/animalzinho) de estimacao|conejo|coelho|rabbit|loro|papagaio|parrot|hamster|huron|ferret|tortuga|bichon",
    None: "hot dog*|perros? caliente*|cartao (do/da) (quarto/porta)|key card*|tarjeta (de)? (embarque/acceso)|(tarjeta/llave) (de/para) la (habitacion/puerta)|room key*|boarding card|tarjeta llave|cama de gato|transferencia (al/del) aeropuerto|business card"
    "|(animal/animais) (print/silvestre*)|dog friendly|king room|queen room",
})  # fmt: skip
_KILOS: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?) ?(kilos?|kgs?|quilos?|lbs?|libras|pounds?)(?![a-z])")
_POUND: Final = Decimal("0.4536")
_POUNDS: Final = ("lb", "libra", "pound")
_DOOR: Final = frozenset("habitacion cuarto quarto room apartamento apto recamara pieza rm unit".split())
_AT: Final = frozenset("en in no na at de desde from la el o a the do da".split())
_AM_IN: Final = frozenset(
    "estoy estamos estou estamos i'm im we're am are hospedado hospedada hospedados alojado alojada alojados".split()
)
_NUMBER_SIGN: Final = frozenset("numero nro num n no number # º n° . :".split())
_DOOR_NUMBER: Final = re.compile(r"[0-9]{1,4}[a-z]?|[a-z]-?[0-9]{2,4}")
# «habitación 2 personas», «room 2 nights», «quarto 3 a 5».
_COUNTED: Final = ("person", "pesso", "people", "adult", "noch", "noit", "night", "cama", "bed", "hues", "guest", "nin", "kid", "dia", "day", "pax", "hora", "mil", "usd", "al", "a", "to", "y", "e", "and", "ate", "hasta", "/", "-", "o", "or", "ou", "%")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was said of each; None or empty is not said."""

    bed: Bed | None = None
    board: Board | None = None
    payments: tuple[Payment, ...] = ()
    pets: tuple[Pets, ...] = ()


NO_DETAILS: Final = Details()


def read_details(words: Sequence[str], folded: str) -> Details:
    """Read a message; most say nothing of all this."""
    found = _longest(list(_PHRASES.find(words)))
    if not found:
        return NO_DETAILS
    beds = [one.label for one in found if isinstance(one.label, Bed)]
    boards = [one.label for one in found if isinstance(one.label, Board)]
    payments = [one.label for one in found if isinstance(one.label, Payment)]
    animals = [
        one
        for one in found
        if isinstance(one.label, Animal) and words[one.begin - 1 : one.begin] not in (["sin"], ["sem"], ["no"])
    ]
    return Details(
        bed=beds[0] if beds else None,
        board=max(boards, key=list(Board).index)
        if boards and Board.ROOM_ONLY not in boards
        else min(boards, default=None, key=list(Board).index),
        payments=tuple(dict.fromkeys(payments)),
        pets=_pets(animals, words, folded) if animals else (),
    )


def _longest(found: list[_Detail]) -> list[_Detail]:
    """Without what lies inside another: «cama» of «cama extra», the dog of a hot dog."""
    return [
        one
        for one in found
        if not any(
            other.begin <= one.begin
            and one.end <= other.end
            and (other.end - other.begin, other.label is None) > (one.end - one.begin, one.label is None)
            for other in found
        )
    ]


def _pets(found: Sequence[_Detail], words: Sequence[str], folded: str) -> tuple[Pets, ...]:
    """One entry for each kind; «un perro y un gato» are two, «mi mascota, un perro» is one."""
    kinds = {one.label: _count_before(words, one.begin) for one in reversed(found)}
    if len(kinds) > 1:
        kinds.pop(Animal.OTHER, None)
    weighed = _KILOS.search(folded)
    kilos = None if weighed is None else Decimal(weighed[1].replace(",", "."))
    if kilos is not None and weighed is not None and weighed[2].startswith(_POUNDS):
        kilos = (kilos * _POUND).quantize(Decimal("0.1"))
    return tuple(
        Pets(animal=kind, count=count, kilos=kilos)
        for kind, count in reversed(kinds.items())
        if isinstance(kind, Animal)
    )


def _count_before(words: Sequence[str], place: int) -> int:
    for word in reversed(words[max(0, place - 2) : place]):
        count = int(word) if word.isdecimal() and len(word) == 1 else NUMBERS.get(word)
        if count:
            return count
        if word == BREAK:
            break
    return 1


def read_room_number(tokens: Sequence[Token]) -> str | None:
    """«estoy en la 304», «hab 12», «room 21B»: not what counts rooms or people."""
    for place, token in enumerate(tokens):
        if token.kind is not Kind.NUMBER and token.kind is not Kind.OTHER:
            continue
        if _DOOR_NUMBER.fullmatch(token.text) is None:
            continue
        text, after = token.text, tokens[place + 1] if place + 1 < len(tokens) else None
        if after is not None and after.begin == token.end and len(after.text) == 1 and after.text.isalpha():
            text, after = text + after.text, None
        if not token.suffix and not (after and _counts(after.text)) and _leads_to_a_door(tokens, place, text):
            return text.upper()
    return None


def _counts(after: str) -> bool:
    return any(after == one or (len(one) > 2 and after.startswith(one)) for one in _COUNTED)  # noqa: PLR2004 - «al», «a» whole


def _leads_to_a_door(tokens: Sequence[Token], place: int, number: str) -> bool:
    at = place - 1
    while at >= 0 and tokens[at].text in _NUMBER_SIGN:
        at -= 1
    if at >= 0 and tokens[at].text in _DOOR:
        return (
            at == 0
            or counted(tokens[at - 1]) is None
            or (tokens[at - 1].text in {"un", "una", "uma", "um", "a"} and len(number) > 1)
        )
    # Without the word for a room: only where they are, and no small number.
    steps = 0
    while at >= 0 and tokens[at].text in _AT and steps < 3:  # noqa: PLR2004 - «de aquí de la»
        at, steps = at - 1, steps + 1
    alone = (
        at < 0 and steps > 0 and tokens[place - 1].text in {"la", "the"} and tokens[0].text in {"de", "desde", "from"}
    )
    return len(number) >= 3 and steps > 0 and (alone or (at >= 0 and tokens[at].text in _AM_IN))  # noqa: PLR2004 - floor and door
