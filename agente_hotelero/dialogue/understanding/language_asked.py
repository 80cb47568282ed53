"""Who asks to be written to in a language: «can we speak English?», «¿hablan español?», «não falo inglês»."""

import re
from typing import Final

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.model.values import value

_ANY: Final = (
    r"(?:english|ingles|spanish|espanol|espanhol|castellano|castelhano|portuguese|portugues|brazilian|brasileiro)"
)
_NAMES: Final = {
    Language.EN: re.compile(r"english|ingles"),
    Language.ES: re.compile(r"spanish|espan|castel"),
    Language.PT: re.compile(r"portugu|bra[sz]il"),
}
_NAMED: Final = re.compile("|".join(name.pattern for name in _NAMES.values()))
_TO_TALK: Final = (
    r"(?:(?:can|could|may|shall) (?:we|you|i) (?:please )?)?(?:speak|talk|write|chat|continue|switch|change|reply|answer|go on)(?: (?:to me|with me))?(?: (?:in|to))?",
    r"(?:is there |do you have |hay |tem |tienen |e )?(?:someone|somebody|anyone|anybody|alguien|alguem) (?:who|that|que) (?:can |pueda |possa )?(?:speaks?|talks?|habla|hable|hablar|fala|fale|falar)",
    r"(?:do|does) (?:you|anyone|somebody|someone) (?:speak|talk|know|understand)",
    r"(?:in|to|en|a|em)",
    r"(?:i|we) (?:only )?speak|(?:yo )?(?:solo )?hablo|(?:eu )?(?:so )?falo",
    r"(?:me |nos )?(?:(?:podemos|puedes|podes|podrias|podria|podriamos|puede|pueden|se puede) )?(?:habl|escrib|segu|continu|cambi|atend|respond|contest)[aei]r?(?:me|nos)?(?: (?:en|a|al))?",
    r"(?:ustedes |usted |alguien |me )?(?:habla|hablan|hablas|hablais|entienden|entiende)",
    r"(?:voce |voces )?(?:(?:podemos|pode|podem|podes|poderia|poderiamos|da para) )?(?:me |nos )?(?:fal|escrev|continu|segu|mud|respond)[aei]r?(?: (?:em|para o|para))?",
    r"(?:voces |voce |alguem |me )?(?:falam|fala|falas|entendem|entende)",
)
_NOT: Final = {
    Language.EN: r"i? ?(?:don't|dont|do not|can't|cant|cannot) (?:speak|understand|read)(?: (?:much|any|good|well))?|(?:my|sorry my)",
    Language.ES: r"(?:yo )?no (?:hablo|entiendo|se|leo)(?: (?:mucho|bien|nada de))?|mi",
    Language.PT: r"(?:eu )?nao (?:falo|entendo|sei|leio)(?: (?:muito|bem|nada de))?|(?:o )?meu",
}
_HOW_WELL: Final = r"(?:(?:is|es|e)? ?(?:not|isn't|isnt|no|nao)?(?: es| is| e)?(?: (?:so|very|too|muy|muito|tan|tao))?(?: (?:good|bad|great|bueno|malo|bom|ruim|well|bien|bem)))"
_POLITE: Final = r"(?: (?:please|por favor|instead|mejor|melhor|then|entonces|entao|with you|contigo|com voce))*"
_ASKED: Final = re.compile(rf"(?:{'|'.join(_TO_TALK)}) {_ANY}{_POLITE}|{_ANY}{_POLITE}")
_NOT_MINE: Final = {own: re.compile(rf"(?:{start}) {_ANY}(?: {_HOW_WELL})?") for own, start in _NOT.items()}
_PART: Final = re.compile(r"[a-z' ]*[a-z][a-z' ]*")
_DIGIT: Final = re.compile(r"[0-9]")
_AND: Final = re.compile(
    r"^(?:but|pero|mas|and|so|y|e|sorry|perdon|disculpa|disculpe|desculpa|desculpe|hi|hello|hola|ola|oi) "
)
_SAYS_NOTHING: Final = frozenset(
    "hola ola oi hi hello hey gracias obrigado obrigada thanks thank you sorry perdon disculpa disculpe desculpa desculpe por favor please"
    " buenas buenos buen dias tardes noches bom boa dia tarde noite good morning afternoon evening".split()
)
"""A yes is no courtesy here: where one was asked for, it is asked for again."""


@value
class LanguageAsked:
    """What was asked for."""

    language: Language
    alone: bool
    """Nothing else was said."""
    others: str
    """The rest of the folded message."""


def read_language_asked(folded: str) -> LanguageAsked | None:
    """Which language a folded message asks for, the last that it names; None where it asks for none."""
    if _NAMED.search(folded) is None:
        return None
    asked: Language | None = None
    alone, others = True, folded
    for part in _PART.findall(folded):
        said = _bare(part)
        found = _asked_by(said)
        if found is not None:
            asked = found
            others = others.replace(part, " ", 1)
        alone = alone and (found is not None or _SAYS_NOTHING.issuperset(said.split()))
    if asked is None:
        return None
    return LanguageAsked(language=asked, alone=alone and not _DIGIT.search(folded), others=others.strip(" ,.;:!?"))


def without_language_asked(text: str) -> str:
    """A message without what asks for a language; as it is where nothing does."""
    asked = read_language_asked(fold(text))
    return text if asked is None else asked.others


def _bare(part: str) -> str:
    bare = " ".join(part.split())
    while (shorter := _AND.sub("", bare)) != bare:
        bare = shorter
    return bare


def _asked_by(part: str) -> Language | None:
    if _ASKED.fullmatch(part):
        return next(language for language, name in _NAMES.items() if name.search(part))
    return next((own for own, pattern in _NOT_MINE.items() if pattern.fullmatch(part)), None)
