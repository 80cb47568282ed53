"""How a hotel speaks to its guests: «tú», «vos» or «usted», and the Portuguese of Brazil or of Portugal."""

from enum import StrEnum
from typing import Final

from agente_hotelero.model.values import value


class Register(StrEnum):
    """A language, and how «you» is said in it; its value is what the hotels file calls it."""

    TU = "tú"
    VOS = "vos"
    USTED = "usted"
    BRAZIL = "pt-BR"
    PORTUGAL = "pt-PT"
    ENGLISH = "en"


@value
class Tone:
    """One register for each language that has several."""

    es: Register = Register.TU
    pt: Register = Register.BRAZIL

    def of(self, language: str) -> Register:
        """The one that guests of a language read."""
        return self.es if language == "es" else self.pt if language == "pt" else Register.ENGLISH


USUAL: Final = Tone()
