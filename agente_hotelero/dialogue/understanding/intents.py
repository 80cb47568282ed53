"""What a guest may want, by the words that say so in three languages; a message may want several things."""

import re
from typing import Final

from agente_hotelero.dialogue.reading import Intent

_NEGATION: Final = r"(?:no|nao|don't|dont|do not|not|nunca|never|sin|sem)\s+(?:\w+\s+){0,3}"


def _words(*patterns: str) -> "re.Pattern[str]":
    return re.compile(r"(?<![a-z])(?:" + "|".join(patterns) + r")(?![a-z])")


PATTERNS: Final = {
    Intent.GREET: _words(
        "hola+", "buenas", r"buen(?:os)? dias?", r"buenas (?:tardes|noches)", "ola", "oi+", r"bom dia", r"boa (?:tarde|noite)",
        "hello", "hi+", "hey", r"good (?:morning|afternoon|evening)", "saludos",
    ),
    Intent.THANK: _words("gracias", "muchas gracias", "obrigad[oa]", "valeu", "thanks?", r"thank you", "cheers", "agradecid[oa]"),
    Intent.GOODBYE: _words("adios", "chau", "chao", r"hasta luego", r"hasta pronto", "tchau", r"ate logo", "bye", "goodbye", r"see you"),
    Intent.AVAILABILITY: _words(
        "disponibilidad", "disponibles?", "disponibilidade", "disponivel", "disponiveis", "availability", "available", "vacanc(?:y|ies)",
        r"hay (?:lugar|habitacion(?:es)?|algo|cuartos?)", r"tien[e]?[ns]? (?:lugar|habitacion(?:es)?|algo|cuartos?)", r"tem (?:vaga|quartos?|lugar|algo)",
        r"(?:do you have|have you got|any) (?:\w+ ){0,2}rooms?", "vagas?", r"cuanto (?:cuesta|sale|vale|cobran|es|sería|seria)", r"quanto (?:custa|sai|fica|e)",
        r"how much", "precios?", "precos?", "prices?", "rates?", "tarifas?", "diaria", "valores", "costo", "cotizacion", "cotizar", "orcamento", "quote",
    ),
    Intent.BOOK: _words(
        r"reserv(?:ar|o|amos|e|aria|arla|armos)", r"(?:una|hacer|fazer|uma) reserva", r"reservation for", r"to (?:make|do) a reservation",
        r"(?:to|would like to|can i|i'd like to) (?:book|reserve)", "booking", r"book (?:a|an|the|it|two|one)", "hospedar(?:me|nos)?", "alojar(?:me|nos)?",
        r"(?:quiero|quisiera|necesito|busco|queria|quero|preciso|need|want|looking for|like)(?: de)? (?:\w+ ){0,3}(?:habitacion(?:es)?|cuartos?|quartos?|rooms?|doble|suite|single|individual)",
    ),
    Intent.CANCEL_RESERVATION: _words(
        r"(?:cancel(?:ar|o|e|en|arla|aria)?|anular|anulen|desmarcar)(?: \w+){0,3} (?:reserva(?:cion|s)?|reservation|booking|estadia|room|habitacion|quarto)",
        r"cancel(?:ar|o|e|en|arla|la|ling)?", "cancelacion", "cancelamento", "cancellation", "anular(?:la)?",
    ),
    Intent.MY_RESERVATION: _words(
        r"mi reserva", r"minha reserva", r"my (?:reservation|booking)", r"tengo una reserva", r"tenho uma reserva", r"i have a (?:reservation|booking)",
        r"ya reserve", r"ja reservei", r"i (?:already )?booked", r"estado de la reserva",
    ),
    Intent.CHANGE_RESERVATION: _words(
        r"(?:cambiar|modificar|mover|alterar|mudar|remarcar|change|modify|move)(?: \w+){0,3} (?:reserva(?:cion)?|reservation|booking)",
        r"late check[- ]?out", r"salir mas tarde", r"sair mais tarde",
    ),
    Intent.ABANDON: _words(
        r"olvida(?:lo|te)", r"deja(?:lo)?(?: asi)?", r"dejemoslo", r"no importa", r"ya no(?: quiero| hace falta)?", r"deixa(?: pra la| para la)?", r"esquece(?: isso)?",
        r"never ?mind", r"forget (?:it|about it)", r"no (?:quiero|gracias) nada", r"empezar de nuevo", r"start over", r"comecar de novo",
    ),
    Intent.HOURS: _words(
        r"(?:horarios?|horas?) (?:de (?:atencion|recepcion|la recepcion)|da recepcao)", r"(?:recepcion|recepcao|reception)(?: \w+){0,3} (?:abierta|abierto|abre|aberta|open|24)",
        r"(?:abren|abre|atienden|atendem|open|close)(?: \w+){0,2} (?:recepcion|recepcao|reception)", r"reception hours", r"opening hours", r"a que hora (?:abren|atienden|cierran)", r"horario de atencion", "horarios",
    ),
    Intent.CHECK_IN_TIME: _words(
        r"check[- ]?in", r"hora (?:de )?(?:llegada|entrada|ingreso|chegada)", r"a que hora (?:puedo|podemos|se puede) (?:llegar|entrar|ingresar)", r"que horas? (?:posso|podemos) (?:chegar|entrar)",
        r"what time can (?:i|we) (?:arrive|check in)",
    ),
    Intent.CHECK_OUT_TIME: _words(
        r"check[- ]?out", r"hora (?:de )?(?:salida|saida)", r"a que hora (?:hay que|tengo que|tenemos que|debemos|debo) (?:salir|dejar|irnos|desocupar)", r"que horas? (?:tenho|temos|preciso) (?:que |de )?sair",
        r"what time do (?:i|we) have to leave",
    ),
    Intent.ADDRESS: _words(
        "direccion", r"donde (?:estan|queda|quedan|esta|se encuentran)", "ubicacion", "ubicados", r"como (?:llego|llegar|llegamos|chegar|chego)", "endereco", r"onde (?:fica|ficam|voces ficam)", "localizacao",
        "address", r"where (?:are you|is the hotel|is it)", r"how (?:do|can) (?:i|we) get (?:there|to)", "location",
    ),
    Intent.PERSON: _words(
        r"(?:hablar|comunicarme|contactar)(?: \w+){0,3} (?:persona|alguien|humano|recepcion|agente|operador|encargado)", r"(?:una )?persona real", "humano", "recepcionista", "operador",
        r"falar(?: \w+){0,3} (?:pessoa|alguem|humano|atendente|recepcao)", "atendente", r"(?:talk|speak)(?: \w+){0,3} (?:person|someone|somebody|human|agent|reception|staff|manager)",
        r"real person", r"human", "gerente", "manager", r"me pueden llamar", r"call me", r"que me llamen",
    ),
    Intent.EMERGENCY: _words(
        "emergencia", "emergency", "incendio", r"fuego", "fogo", r"(?:there is|there's) (?:a )?fire", "ambulancia", "ambulance", r"un medico", r"um medico", r"a doctor", "policia", "police",
        r"no (?:puedo|puede) respirar", r"nao consigo respirar", r"can't breathe", "infarto", r"heart attack", "socorro", "auxilio", r"me robaron", r"fui roubad[oa]", r"i was robbed", "sangrando", "bleeding",
    ),
    Intent.PARKING: _words("estacionamiento", "estacionar", "parqueo", "parqueadero", "cochera", "garaje", "garage", "estacionamento", "garagem", "parking", r"park (?:my|our|the|a) car"),
    Intent.PETS: _words("mascotas?", "perr(?:o|a|ito|ita)s?", "gat(?:o|a|ito|ita)s?", "animal(?:es)?", "animais", "cachorr(?:o|a|inho|inha)s?", "pets?", "pet[- ]friendly", "dogs?", "cats?"),
    Intent.BREAKFAST: _words("desayunos?", r"cafe da manha", "breakfast"),
    Intent.WIFI: _words("wi-?fi", "internet"),
    Intent.POOL: _words("piscina", "pileta", "alberca", r"swimming pool", "pool"),
    Intent.HELP: _words(
        r"que (?:puedes|podes|puede|sabes) hacer", r"(?:en que|como) (?:me )?(?:puedes|podes|pueden) ayudar(?:me)?", r"o que (?:voce|vc) (?:faz|pode fazer)", r"what can you do", "ayuda", "ajuda", "help", "menu", "opciones",
    ),
}  # fmt: skip

AFFIRM: Final = _words(
    "si+", r"si,? por favor", "sip", "dale", "claro(?: que si)?", "por supuesto", "okay", "okey", "oki?", "va", "listo", "de una", "perfecto", "confirmo", "confirmad[oa]", "correcto",
    "acepto", "de acuerdo", "vale", "esta bien", "bueno", "adelante", "hagale", "sim", "isso", "pode ser", "pode(?: reservar| confirmar)?", "fechado", "beleza", "com certeza", "certo", "aceito", "confirma", "quero sim",
    "yes+", "yep", "yeah", "yup", "sure", r"go ahead", r"sounds good", r"that's (?:right|fine|ok)", "confirm(?:ed)?", "correct", "do it", "please do", "absolutely", "exacto", "exato", "ta bom", "tudo bem", "ok",
)  # fmt: skip
DENY: Final = _words(
    "no+", "nop", "nope", "nah", "na", "nao", "negativo", "mejor no", "melhor nao", "todavia no", "ainda nao", "not yet", "espera", "espere", "wait", "para nada", "tampoco", "incorrecto", "ninguna?", "nenhuma?", "cancela",
)  # fmt: skip
# A yes that is no yes: «si hay lugar», «no sé si …», «se tiver».
_CONDITIONAL: Final = re.compile(
    r"(?<![a-z])(?:si|se|if)\s+(?:hay|tienen?|tem|tiver|puedo|puede|pueden|es|esta|fuera|there|you|se|me|no|el|la|quiero|quisiera)(?![a-z])"
)
_UNSURE: Final = re.compile(
    r"(?<![a-z])(?:no se|nao sei|not sure|i don't know|dudo|tal vez|quizas|talvez|maybe)(?![a-z])"
)
_FILLER: Final = re.compile(
    r"(?<![a-z])(?:por favor|please|gracias|muchas gracias|obrigad[oa]|thanks|thank you|muy|todo|bien|bom|tudo|entonces|entao|pues|ya|ja|si+|ok|la reserva|a reserva|the reservation|reservar?|reservala?|reserve|it|lo|la|el|o|a|es|e|eso|isso|asi|assim|that|quiero|quero|i do|do|gusta|me|favor|por|mas)(?![a-z])"
)
_SIGNS: Final = re.compile(r"[^a-z0-9]+")


def read_intents(folded: str, text: str) -> tuple[frozenset[Intent], bool]:
    """The intents of a message, and whether it says nothing beyond yes or no."""
    intents = {intent for intent, pattern in PATTERNS.items() if _wanted(pattern, folded, intent)}
    yes, no = _affirms(folded, text), _denies(folded, text)
    if yes and not no:
        intents.add(Intent.AFFIRM)
    if no:
        intents.add(Intent.DENY)
    bare = (yes != no) and not (intents - {Intent.AFFIRM, Intent.DENY, Intent.THANK}) and not _rest(folded)
    return frozenset(_sharpened(intents)), bare


def _wanted(pattern: "re.Pattern[str]", folded: str, intent: Intent) -> bool:
    found = pattern.search(folded)
    if found is None:
        return False
    if intent not in {Intent.CANCEL_RESERVATION, Intent.BOOK, Intent.EMERGENCY, Intent.PERSON}:
        return True
    return re.search(_NEGATION + r"$", folded[: found.start()]) is None


def _sharpened(intents: set[Intent]) -> set[Intent]:
    if Intent.CANCEL_RESERVATION in intents or Intent.CHANGE_RESERVATION in intents:
        intents -= {Intent.BOOK, Intent.MY_RESERVATION}
    if Intent.CHANGE_RESERVATION in intents:
        intents -= {Intent.CHECK_OUT_TIME}
    if Intent.MY_RESERVATION in intents:
        intents -= {Intent.BOOK}
    return intents


def _affirms(folded: str, text: str) -> bool:
    if "👍" in text or "👌" in text or "✅" in text:
        return True
    return AFFIRM.search(_CONDITIONAL.sub(" ", folded)) is not None and _UNSURE.search(folded) is None


def _denies(folded: str, text: str) -> bool:
    return "👎" in text or (DENY.search(folded) is not None and _UNSURE.search(folded) is None)


def _rest(folded: str) -> str:
    """What is left when yes, no and politeness are taken away."""
    left = DENY.sub(" ", AFFIRM.sub(" ", folded))
    return _SIGNS.sub("", _FILLER.sub(" ", left))
