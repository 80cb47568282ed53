"""Yes, no, and whether a message says nothing beyond it: the only form of yes that may book."""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from agente_hotelero.dialogue.reading import Intent
from agente_hotelero.dialogue.understanding.phrases import Phrasebook
from agente_hotelero.dialogue.understanding.tokens import BREAK, Kind, Token, words_of


class _Says(Enum):
    YES = auto()
    NO = auto()
    POLITE = auto()
    DOING = auto()
    """The thing that is agreed to: «sí, *resérvala*»."""
    CANCELLING = auto()
    """The same of a reservation that is to go: «sí, *cancélala*»; «no cancelar» denies nothing."""
    OTHERWISE = auto()
    """Bare beside a no only: «no, *cambiar algo*»; «sí, cambiar algo» agrees to nothing."""
    UNSURE = auto()
    """Sounds like yes or no and is neither."""


_PHRASES: Final = Phrasebook({
    _Says.YES: (
        "si|sii|sip|entao ta|si (esta/es) (bien/correcto/asi)|sale|sale y vale|orale|arre|simon|va que va|venga|venga va|(me/nos) la (llevo/llevamos)|(la/lo) (tomo/tomamos/quiero/queremos)|nos (la/lo) quedamos|nos quedamos con (ella/ese/esa)|sep|seh|dale|claro|claro que (si/sim)|por supuesto|desde luego|obvio|okay|okey|oki|oka|ok|okis|va|vale|listo|de una|perfecto|perfeito|confirmo|confirmar|confirmad*|confirma|confirmalo|confirmamos"
        "|correcto|acepto|aceptamos|de acuerdo|esta (bien/bom/bem/otimo/perfeito/perfecto)|bueno|adelante|hagale|hagamoslo|hecho|afirmativo|asi es|me parece bien|me sirve|exacto|exactamente|quiero|la quiero|lo quiero|me la quedo"
        "|sim|fico com (ele/ela/esse/essa/este/isso)|(vou/vamos) (querer/ficar_com_ele/ficar_com_ela/ficar_com_esse/ficar_com_essa)|show|isso|isso mesmo|pode ser|pode|fechado|fechou|beleza|bora|com certeza|certo|aceito|quero|combinado|ta (bom/bem/certo)|esta certo|tudo (bem/certo)|exato|exatamente"
        "|yes|yess|yep|yeah|yea|yup|sure|sure thing|of course|go ahead|go for it|sounds (good/great)|that's (right/fine/ok/correct/good/it)|thats (right/fine/ok)|that works|works for me|confirm|confirmed|i confirm|correct|do it|let's do it|lets do it"
        "|si esta perfecto|sisi|andale|andale (pues/si)|eso es|(esa/ese) (misma/mismo)|de ley|aja|joya|uhum|aham|isso ai|positivo|certinho|por mim tudo bem|esta combinado"
        "|mhm|you bet|too right|for sure|aye|spot on|go on then|okey dokey|ok for me|sounds good to me|happy with that|proceed"
        "|(looks/look) (good/great/right/correct/perfect/fine)|(that'll/that_will/it'll) do|(i'll/i_will/we'll/we_will) (take/have) (it/that/that_one/this/this_one)|(yes/yeah/yep/sure) no (worries/problem)|(we'd/i'd/we_would/i_would) like to go ahead|(let's/lets) go ahead|please do|absolutely|definitely|exactly|perfect|fine|all right|alright|i do|i agree"
    ),
    _Says.NO: (
        "no|nop|nope|noo|nah|na|nao|negativo|mejor no|melhor nao|todavia no|aun no|ainda nao|not (yet/now)|no (todavia/aun)|nao (ainda/agora)|(por)? ahora no|agora nao|por (ahora/enquanto) (no/nao)|para nada|de ninguna manera|de jeito nenhum|tampoco|incorrecto|incorreto|wrong"
        "|(claro/desde_luego/por_supuesto) que (no/nao)|of course not|no way|ninguna|ninguno|nenhum|nenhuma|none|neither|prefiero (que)? no|prefiro (que)? nao|rather not|i'd rather not|no (quiero/queremos/deseo/me_interesa)|nao (quero/queremos)|(don't/dont/do_not) want|i (don't/dont/do_not)|i (don't/dont/do_not) want (to)?"
        "|nel|nanais|ni (loco/loca/modo/de_broma)|que va|fijese que no|nem pensar|de maneira nenhuma|nada disso|nao precisa|nenhum (desses/deles)|ninguno de esos|ninguna de esas"
        "|not (really/quite/required)|not at all|(i)? (don't/dont/do_not) think so|absolutely not|afraid not|neither of (those/them)|better not|no need|(no/nah) i'm good|(no/nah) im good|nein"
        "|no es (asi/correcto)|nao e isso|espera|pera|perai|aguarda|calma|espere|esperame|wait|hold on|(un/um) momento|one moment"
    ),
    _Says.POLITE: (
        "por favor|favor|please|gracias|muchas gracias|mil gracias|obrigad*|muito obrigad*|thanks|thanks a lot|thank you|thank you (so/very) much|many thanks|todo bien|muy (bien/amable)|entonces|entao|pues|hola|ola|oi|hello|hi|(hi/hello) again|hola (de_nuevo/otra_vez)|(oi/ola) de novo|jaja|jeje|haha|kkk|amigo|amiga|senor|senora|sir|ya"
        "|buenas|buenos dias|buenas (tardes/noches)|bom dia|boa (tarde/noite)|good (morning/afternoon/evening)|and|y|e|then|so|bien|bem|muy|mucho|muito|ahora|agora|now|right now|eso|asi|assim|genial|excelente|buenisimo|barbaro|otimo|otima|great|lovely|brilliant|awesome|cool|mate|that's (lovely/great/brilliant)|me gusta|gosto"
    ),
    _Says.DOING: (
        "reservar|reservarla|reservarlo|reservalo|reservala|reservame|reservamela|reservela|reserveme|reserva|reservo|reserve|reservation|book|book it|booking|hazla|hacela|hagala|hacer|hace|haga|hagan|haz|fazer|faca|faz|make|quiero reservar*|quero reservar|i want (to)?|i'd like to"
        "|la|lo|a|o|it|that|(that/this) one|esa misma|ese mismo|(esse/essa) mesm*|esa|ese|essa|esse|this|the|habitacion|quarto|room|nada|anything|mais|more"
    ),
    _Says.CANCELLING: "cancelala|cancelarla|cancelar|cancelela|cancela|cancele|cancelen|cancelo|cancel|cancel (it/that)",
    _Says.OTHERWISE: "cambiar|mudar|change|change (it/something)|(cambiar/mudar) algo",
    _Says.UNSURE: (
        "so isso|so isso mesmo|no (hay/tengo/tenemos/veo) (problema/drama/inconveniente)|sin (problema/drama)|sem problema|no (problem/worries)|nao (tem/ha) problema|no (se/estoy_segur*/entiendo/entendi)|nao (sei/tenho_certeza/entendi)|not sure|i (don't/dont/do_not) know|i (don't/dont/do_not) understand|dudo|duvido|tal vez|talvez|quiza*|maybe|perhaps|creo|creo que (si/no)|acho|acho que (sim/nao)|i (think/guess)|depende|depends|a ver|puede ser|supongo"
        "|(si/se/if) (hay/tien*/tenes/tem/tiver/puedo/puede*/podria*/podemos/es/esta/estan/fuera/fuese/there/you/i/we/it/se/me/no/nao/el/la/los/las/o/a/quisiera/necesit*/llego/voy/pago/cancelo/reservo/der/for/eu/voce)"
        "|(esta/es) bien (si/que)|vale la pena|no va|va a|claro esta|todo (claro/menos)"
    ),
})  # fmt: skip
_BUT: Final = frozenset("pero but mas porem".split())
_YES_SIGNS: Final = frozenset("👍👌✅✔☑🆗💯")
_NO_SIGNS: Final = frozenset("👎❌✖🚫🙅")
_YES_OR_NO_SIGNS: Final = _YES_SIGNS | _NO_SIGNS
_DOUBT_SIGNS: Final = frozenset("?¿❓🤔🤷😕")


class YesNo(NamedTuple):
    """AFFIRM, DENY or neither, and whether nothing else was said."""

    intent: Intent | None
    bare: bool


class _Clause(NamedTuple):
    """What is said between two signs or «but»."""

    said: frozenset[_Says]
    whole: bool
    """No word of it is left over."""


def read_yes_no(tokens: Sequence[Token]) -> YesNo:
    """Read a whole message as yes or no.

    A yes or no must fill its clause: «no tengo auto» denies nothing. Bare means that every clause is filled, and
    that nothing says the contrary, asks, or doubts.
    """
    signs = {token.text for token in tokens if token.kind is Kind.SIGN}
    parts = list(_clauses(words_of(tokens)))
    if not (signs & _YES_OR_NO_SIGNS or any(_PHRASES.begins_with(part[0]) for part in parts)):
        # No clause is filled by what it begins with.
        return YesNo(None, bare=False)
    clauses = [_clause(part) for part in parts]
    said = frozenset[_Says]().union(*(clause.said for clause in clauses))
    whole = frozenset[_Says]().union(*(clause.said for clause in clauses if clause.whole))
    yes = _Says.YES in whole or bool(signs & _YES_SIGNS)
    no = _Says.NO in whole or bool(signs & _NO_SIGNS)
    if _Says.UNSURE in said or not (yes or no):
        return YesNo(None, bare=False)
    one_sided = not (yes and (no or _Says.NO in said))
    agrees = no or _Says.OTHERWISE not in said
    bare = one_sided and agrees and not signs & _DOUBT_SIGNS and all(clause.whole for clause in clauses)
    return YesNo(Intent.DENY if no else Intent.AFFIRM, bare=bare)


def _clauses(words: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = 0
    for place in range(len(words) + 1):
        if place == len(words) or words[place] == BREAK or words[place] in _BUT:
            # «pero» stays with what follows it, so that «sí, pero» is no bare yes.
            if place > begin:
                yield words[begin:place]
            begin = place if place < len(words) and words[place] in _BUT else place + 1


def _clause(words: Sequence[str]) -> _Clause:
    """The longest phrases from left to right."""
    said, whole, place = set(), True, 0
    while place < len(words):
        found = _PHRASES.longest(words, place)
        whole = whole and found is not None
        if found is not None:
            said.add(found.label)
        place = found.end if found is not None else place + 1
    return _Clause(frozenset(said), whole and not said >= {_Says.NO, _Says.CANCELLING})
