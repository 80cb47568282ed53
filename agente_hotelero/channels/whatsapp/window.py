"""What goes out after a guest's 24 hours: a template that the hotel had approved for it, or nothing but a person's word."""

from collections.abc import Callable, Mapping
from typing import Final

from agente_hotelero.channels.port import Instead
from agente_hotelero.channels.whatsapp import compose, templates
from agente_hotelero.model.lines import Line, Purpose, TemplateForm
from agente_hotelero.model.messages import (
    HIDDEN,
    OneTimeCode,
    OutboundMessage,
    Several,
    Template,
    TemplateButton,
    TemplateValue,
    parts_of,
)
from agente_hotelero.model.reach import Reach

SPOILED_SECONDS: Final = 3600.0
"""How long a template that Meta paused or disabled is not tried again; a reload of the hotels file tries it at once."""
TEXT: Final = "{text}"
CODE: Final = "{code}"
HOTEL: Final = "{hotel}"
NAMELESS: Final[Mapping[str, str]] = {"es": "huésped", "pt": "hóspede", "en": "guest"}
"""Who has no name in WhatsApp: an empty blank is refused."""


class TemplateWindow:
    """Of one account of one hotel; `language` is the hotel's own, for guests who never said theirs."""

    def __init__(self, line: Line, *, hotel: str, language: str, clock: Callable[[], float]) -> None:
        """`hotel` is its name; `clock` tells monotonic seconds."""
        self._templates = line.templates
        self._hotel = hotel
        self._language = language
        self._clock = clock
        self._spoiled: dict[tuple[str, str], float] = {}

    def instead(self, message: OutboundMessage | Several, reach: Reach) -> Instead | None:
        """Fill the template of this purpose in the guest's language; None where there is none, or it would be refused."""
        language = reach.language or self._language
        form = self._form(reach.purpose, language)
        if form is None:
            return None
        filled = self._filled(form, message, reach, language)
        if templates.template(filled) is None:
            return None
        return Instead(template=filled, tells_all=any(TEXT in value for _, value in form.values))

    def _form(self, purpose: Purpose, language: str) -> TemplateForm | None:
        """Its own, or that of reminders of any kind."""
        purposes = [purpose] if purpose.stand_in is None else [purpose, purpose.stand_in]
        forms = [form for one in purposes if (form := self._templates.get(one, {}).get(language)) is not None]
        return next((form for form in forms if not self._is_spoiled(form)), None)

    def code(self, message: OneTimeCode, digits: str) -> Template | None:
        """Write it in the guest's language, the hotel's own, or any: digits are the same in all."""
        forms = self._templates.get(Purpose.VERIFICATION, {})
        form = next((forms[one] for one in (message.language, self._language, *forms) if one in forms), None)
        if form is None or self._is_spoiled(form):
            return None
        made = self._made(form, {CODE: digits, HOTEL: self._hotel}, words=f"«{form.name}» {HIDDEN}")
        return made if templates.template(made) is not None else None

    def words(self, message: OutboundMessage | Several) -> str:
        """Write it as a person reads it."""
        return "\n\n".join(compose.plain(part) for part in parts_of(message))

    def spoiled(self, template: Template) -> None:
        """Leave it for a while."""
        self._spoiled[template.name, template.language] = self._clock() + SPOILED_SECONDS

    def _is_spoiled(self, form: TemplateForm) -> bool:
        return self._spoiled.get((form.name, form.language), 0.0) > self._clock()

    def _filled(self, form: TemplateForm, message: OutboundMessage | Several, reach: Reach, language: str) -> Template:
        fields = {
            TEXT: self.words(message),
            "{guest}": reach.guest_name or NAMELESS.get(language, NAMELESS["es"]),
            HOTEL: self._hotel,
        }
        return self._made(form, fields)

    def _made(self, form: TemplateForm, fields: Mapping[str, str], *, words: str | None = None) -> Template:
        values = tuple(TemplateValue(name=name, text=_fill(value, fields)) for name, value in form.values)
        buttons = tuple(
            TemplateButton(index=button.index, kind=button.kind, value=_fill(button.value, fields))
            for button in form.buttons
        )
        told = "; ".join(value.text for value in values)
        return Template(
            name=form.name,
            language=form.language,
            words=words or f"«{form.name}» {told}".strip(),
            values=values,
            buttons=buttons,
        )


def _fill(value: str, fields: Mapping[str, str]) -> str:
    """Fill blanks in one pass: what a guest calls themselves is not a blank again."""
    return templates.squeezed(templates.BLANK.sub(lambda found: fields.get(found[0], ""), value))
