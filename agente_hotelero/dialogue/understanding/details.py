"""What else of a stay is said in passing: the bed, what there is to eat, how to pay, who comes on four legs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from agente_hotelero.dialogue.reading import Animal, Bed, Board, Payment, Pets
from agente_hotelero.dialogue.understanding.calendar_words import NUMBERS
from agente_hotelero.dialogue.understanding.phrases import Found, Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK

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
    Animal.DOG: "perro|perra|perrito|perrita|perros|perras|perritos|perritas|perrhijo*|dog|dogs|doggy|doggie|puppy|puppies|cachorro|cachorra|cachorros|cachorrinh*|cao|caes|caozinho|caniche|chihuahua|labrador",
    Animal.CAT: "gato|gata|gatos|gatas|gatito*|gatita*|gatinho*|cat|cats|kitten*|kitty",
    Animal.OTHER: "mascota|mascotas|mascotita|pet|pets|animal|animales|animais|(animal/animalzinho) de estimacao|conejo|coelho|rabbit|loro|papagaio|parrot|hamster|huron|ferret|tortuga|bichon",
    None: "hot dog*|perros? caliente*|cartao (do/da) (quarto/porta)|key card*|tarjeta (de)? (embarque/acceso)|(tarjeta/llave) (de/para) la (habitacion/puerta)|room key*|boarding card|tarjeta llave|cama de gato|transferencia (al/del) aeropuerto|business card"
    "|(animal/animais) (print/silvestre*)|dog friendly|king room|queen room",
})  # fmt: skip
_KILOS: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?) ?(kilos?|kgs?|quilos?|lbs?|libras|pounds?)(?![a-z])")
_POUND: Final = Decimal("0.4536")
_POUNDS: Final = ("lb", "libra", "pound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was said of each; None or empty is not said."""

    bed: Bed | None = None
    board: Board | None = None
    payments: tuple[Payment, ...] = ()
    pets: tuple[Pets, ...] = ()


NO_DETAILS: Final = Details()
NONE: Final = (["sin"], ["sem"], ["no"], ["without"])
Kind = TypeVar("Kind", Bed, Board)


def read_details(words: Sequence[str], folded: str) -> Details:
    """Read a message; most say nothing of all this."""
    found = _longest(list(_PHRASES.find(words)))
    if not found:
        return NO_DETAILS
    animals = [one for one in found if isinstance(one.label, Animal) and words[one.begin - 1 : one.begin] not in NONE]
    return Details(
        bed=_only([one.label for one in found if isinstance(one.label, Bed)]),
        board=_only([one.label for one in found if isinstance(one.label, Board)]),
        payments=tuple(dict.fromkeys(one.label for one in found if isinstance(one.label, Payment))),
        pets=_pets(animals, words, folded) if animals else (),
    )


def _only(said: Sequence[Kind]) -> Kind | None:
    """Of several, none is said: «¿media pensión o completa?»."""
    return said[0] if len(set(said)) == 1 else None


def _longest(found: list[_Detail]) -> list[_Detail]:
    """Without what lies inside another: «cama» of «cama extra», the dog of a hot dog."""
    longest: list[_Detail] = []
    reached = 0
    for one in sorted(found, key=lambda one: (one.begin, -one.end, one.label is not None)):
        if one.end > reached:
            longest.append(one)
            reached = one.end
    return longest


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
