"""Which language a message is in, where its own words decide it."""

import re
from collections.abc import Sequence
from typing import Final

from agente_hotelero.dialogue.reading import Language

# Words that one of the three has and the others lack, or at least one other; short ones are worth as much as long ones.
WORDS: Final = {
    Language.ES: frozenset(
        "buenas buenos buen dias tardes noches noche quiero quisiera queremos quisieramos necesito necesitamos hay tienen tiene tenes tienes"
        " habitacion habitaciones cuarto cuanto cuesta cuestan precio precios disponible disponibilidad el la los las del una uno un con y en mi mis"
        " por somos dos tres cuatro cinco seis adultos ninos nino nina personas persona mañana manana hoy pasado desde hasta listo bueno vale mejor"
        " puedo puede pueden podria podemos cuando donde estan esta aceptan mascotas desayuno estacionamiento pileta soy llamo nombre gustaria quedan"
        " viernes sabado domingo lunes martes miercoles jueves enero febrero marzo mayo junio julio agosto septiembre octubre"
        " noviembre diciembre cancelar otra otro primera quiere estoy llegamos llego ustedes tambien que cual cuales"
        " reservar reserva hacer busco tengo tenemos una este ese esa fin finde semana semanas nos vamos salgo salimos saliendo llegando entre al"
        " es muy pero porque para nada mucho muchas hotel direccion hablar alguien ayuda pareja esposa esposo hijo hija hijos solo segunda ultima"
        " cuanta cambiar quedo queda a de no se me lo yo doble individual correo telefono ya ahora siguiente proximo proxima todo todos bien"
        " dejalo dejala igual da pasa nadie siento ayudar servicio servicios cerca recepcion reservacion apellido codigo llamar pago alguno alguna necesita hasta luego aca alla eso esto cosa"
        " dale vez hora horario horarios atienden abren pago pagar tarjeta efectivo perro perros gato wifi llegar como mas tarde salir salida dejar quedarme quedarnos".split()
    ),
    Language.PT: frozenset(
        "bom boa dia tarde noite noites quero queria queremos gostaria gostariamos preciso precisamos tem voces voce quarto quartos quanto custa preco precos"
        " disponivel disponiveis disponibilidade o os as do da das dos no na nos nas um uma com e em por somos dois duas tres quatro cinco seis"
        " adultos criancas crianca pessoas pessoa amanha hoje depois ate desde melhor nao"
        " posso pode podem podemos quando onde fica ficam aceitam animais cafe manha estacionamento piscina sou chamo meu minha nome sabado domingo"
        " feira segunda terca quarta quinta sexta janeiro fevereiro marco abril maio junho julho setembro outubro novembro dezembro cancelar outra outro primeira isso"
        " tambem qual quais estou chegamos chego chegando saindo saio saida de uns umas reservar reserva fazer tenho temos este esse essa fim semana semanas"
        " nesse neste proximo proxima vem que a nosso nossa muito mas porque para nada hotel endereco falar alguem ajuda casal esposa marido filho filha filhos"
        " so ultima mudar ao aos eu ele ela se me diaria vaga vagas duplo individual telefone ja agora todo todos bem seria tudo daqui entre hora horario"
        " pago multa taxa presos atendente atende cade elevador sobrenome apelido conta piada nosso gente chama falando vou vai esqueci obrigado desculpa agua luz funciona alguma algum perto recepcao codigo"
        " pagar cartao dinheiro cachorro gato como chegar mais sair deixar deixa deixe".split()
    ),
    Language.EN: frozenset(
        "good morning afternoon evening i we want would like need do does you have has room rooms how much many price prices available"
        " availability for the a an with and please adult adults kids kid children child people person book reserve"
        " reservation tomorrow today tonight night nights from to until rather can could when where is are am was pets"
        " breakfast pool my our name i'm i'd i'll we're we'd don't it's that's friday saturday sunday monday tuesday wednesday thursday january february march"
        " april may june july august september october november december cancel other second first last one two three four five six what which time it there this next"
        " weekend week weeks day days after before arriving leaving arrive leave staying stay on at of in be speak talk someone help double twin"
        " tell show give get got can't won't there's they they're them who why let lets hiring joke essay send write call here out back check no going stuck smoke roach human agent person"
        " any free cheap cheapest wife husband couple just me us your rate cost costs looking between through never mind forget know about single late early".split()
    ),
}
# What people say in a language that is not theirs: half a word's worth, so that alone it never changes a conversation's language.
COURTESIES: Final = {
    Language.ES: frozenset("hola gracias adios chau si claro saludos favor amigo".split()),
    Language.PT: frozenset("oi ola obrigado obrigada tchau sim valeu favor claro beleza fechado".split()),
    Language.EN: frozenset(
        "hello hi hey thanks thank bye goodbye yes yeah yep sure ok okay sorry great nope fine welcome".split()
    ),
}
# English on every hotel's door, whatever the language around it.
LOANS: Final = re.compile(
    r"(?<![a-z])(?:(?:early |late )?check[- ]?(?:in|out)|wi-?fi|parking|booking|suite|spa|single|twin|king|queen|standard|deluxe|e?-?mail|online|link|web"
    r"|transfer|shuttle|lobby|room service|hotel|internet|no show|voucher|whatsapp|feedback|ok|bed and breakfast|all inclusive)(?![a-z])"
)
_WORD: Final = re.compile(r"[a-z']+")
# «ana@correo.com» is no Portuguese.
_ADDRESS: Final = re.compile(r"(?<!\S)[^\s@]{1,64}@\S+|\bwww\.\S+|\bhttps?:\S+")
_SIGNS: Final = {
    Language.ES: re.compile(
        r"[ñ¿¡]|[a-z]ción\b|\b(?:qué|cómo|dónde|cuándo|cuánt[oa]s?|cuál|cuáles|más|aquí|ahí|allí|mí)\b|[a-z]áis\b"
    ),
    Language.PT: re.compile(r"[ãõçêôàâ]"),
    Language.EN: re.compile(r"\bi'(?:m|d|ll|ve)\b|[a-z]n't\b|[a-z]'(?:re|ve|ll)\b|[a-z]ing\b"),
}
_SIGN_WEIGHT: Final = {Language.ES: 2.0, Language.PT: 2.0, Language.EN: 0.5}
SWITCH_MARGIN: Final = 1.0
SWITCH_SCORE: Final = 2.0


def read_language(text: str, folded: str, *, languages: Sequence[Language], prior: Language | None) -> Language | None:
    """The language of a message; None where its words fit several equally.

    A conversation keeps its language until a message has more than one word of another.
    """
    if "@" in folded or "www." in folded or "http" in folded:
        folded = _ADDRESS.sub(" ", folded)
    words = _WORD.findall(LOANS.sub(" ", folded))
    low = text.lower()
    signs = {Language.ES: low, Language.PT: low, Language.EN: " ".join(words)}
    # A word counts once: «no no no no» is no more English than «no».
    once = frozenset(words)
    scores = {language: _score(language, once, signs[language]) for language in languages}
    best = max(scores.values(), default=0.0)
    leaders = [language for language, score in scores.items() if score == best]
    if best <= 0:
        return None
    if len(leaders) > 1:
        return prior if prior in leaders else None
    leader = leaders[0]
    if prior in scores and leader is not prior and not _switches(best, scores[prior]):
        return None
    return leader


def _switches(best: float, prior: float) -> bool:
    return best >= SWITCH_SCORE and best - prior >= SWITCH_MARGIN


def _score(language: Language, words: frozenset[str], signs: str) -> float:
    own = len(words & WORDS[language]) + 0.5 * len(words & COURTESIES[language])
    return own + (_SIGN_WEIGHT[language] if _SIGNS[language].search(signs) else 0.0)
