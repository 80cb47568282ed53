"""Which language a message is in, where its own words decide it."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import Language

# Words that one of the three has and the others lack, folded; short ones are worth as much as long ones.
WORDS: Final = {
    Language.ES: frozenset(
        "hola buenas buenos dias tardes noches quiero quisiera necesito hay tienen tiene habitacion habitaciones cuanto cuesta"
        " precio disponible disponibilidad para el la los las del una uno con y en por favor gracias somos dos tres cuatro"
        " adultos ninos nino personas reservar reserva manana hoy noche desde hasta si dale claro listo bueno vale mejor"
        " puedo puede cuando donde estan aceptan mascotas desayuno estacionamiento piscina pileta soy llamo mi nombre gustaria"
        " viernes sabado domingo lunes martes miercoles jueves enero febrero marzo mayo junio julio agosto septiembre octubre"
        " noviembre diciembre cancelar otra otro segunda primera quiere estoy llegamos ustedes tambien que cual".split()
    ),
    Language.PT: frozenset(
        "ola oi bom boa dia tarde noite quero queria gostaria preciso tem voces voce quarto quartos quanto custa preco"
        " disponivel disponibilidade para o os as do da um uma com e em por favor obrigado obrigada somos dois duas quatro"
        " adultos criancas crianca pessoas reservar reserva amanha hoje noites ate desde sim claro beleza melhor nao"
        " posso pode quando onde fica aceitam animais cafe estacionamento piscina sou chamo meu nome minha"
        " sexta sabado domingo segunda terca quarta quinta janeiro fevereiro marco maio junho julho setembro outubro"
        " novembro dezembro cancelar outra outro primeira fechado isso tambem qual estou chegamos de uns umas".split()
    ),
    Language.EN: frozenset(
        "hello hi hey good morning afternoon evening i we want would like need do you have room rooms how much price available"
        " availability for the a an with and in please thanks thank adults adult kids kid children child people book booking"
        " reservation tomorrow today night nights from to until yes yeah sure ok fine rather can could when where is are pets"
        " breakfast parking pool my name i'm friday saturday sunday monday tuesday wednesday thursday january february march"
        " may june july august september october november december cancel other second first what time does it there".split()
    ),
}
_WORD: Final = re.compile(r"[a-z']+")
# «ana@correo.com» is no Portuguese.
_ADDRESS: Final = re.compile(r"\S*@\S+|\bwww\.\S+|\bhttps?:\S+")
_SURE: Final = {
    Language.ES: re.compile(r"[ñ¿¡]"),
    Language.PT: re.compile(r"[ãõç]|ção"),
}


def read_language(text: str, folded: str, *, languages: Sequence[Language], prior: Language | None) -> Language | None:
    """The language of a message; None where its words fit several equally."""
    folded = _ADDRESS.sub(" ", folded)
    scores = {language: _score(language, text, folded) for language in languages}
    best = max(scores.values(), default=0.0)
    leaders = [language for language, score in scores.items() if score == best]
    if best <= 0 or (len(leaders) > 1 and prior not in leaders):
        return None
    if len(leaders) > 1:
        return prior
    leader = leaders[0]
    # One shared word, such as «reserva», is no reason to change the language of a conversation.
    if prior is not None and prior in scores and leader is not prior and best - scores[prior] < 1:
        return None
    return leader


def _score(language: Language, text: str, folded: str) -> float:
    words = _WORD.findall(folded)
    own = sum(1 for word in words if word in WORDS[language])
    sure = _SURE.get(language)
    return own + (2 if sure is not None and sure.search(text.lower()) else 0)
