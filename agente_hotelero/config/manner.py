"""What the hotels file says of how guests are spoken to: `tone`."""

import unicodedata
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator

from agente_hotelero.config import fields
from agente_hotelero.model.tone import Register, Tone


def _accented(value: Any) -> Any:
    """«tu» is «tú», and so is one whose accent is a letter of its own, as some keyboards write it."""
    written = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
    return "tú" if written == "tu" else written


class ToneEntry(fields.Strict):
    """`tone` of one hotel."""

    es: Annotated[Literal["tú", "vos", "usted"], BeforeValidator(_accented)] = "tú"
    pt: Literal["pt-BR", "pt-PT"] = "pt-BR"


MODELS: Final = (ToneEntry,)


def tone(entry: ToneEntry) -> Tone:
    """As the dialogue takes it."""
    return Tone(es=Register(entry.es), pt=Register(entry.pt))
