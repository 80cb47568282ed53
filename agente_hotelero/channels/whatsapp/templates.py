"""Templates in the form that WhatsApp takes: what it refuses in a blank is made harmless, or the template is not sent.

Rules: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates and error 132018.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from agente_hotelero.channels.whatsapp.limits import CONTROL, within
from agente_hotelero.model.messages import Template, TemplateButton, TemplateValue

Json = dict[str, Any]

NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
PARAMETER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
VALUE_LIMIT: Final = 1024
BUTTON_VALUE_LIMIT: Final = 128
LAST_BUTTON: Final = 9
WIDE: Final = re.compile(r" {4,}")
LINES: Final = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
BLANK: Final = re.compile(r"\{(?:text|guest|hotel|code)\}")
KEYS: Final = {"quick_reply": "payload", "url": "text"}
"""What a button's parameter is called, by its kind; so is its type."""


def squeezed(text: str) -> str:
    """Write a text in one line, as a blank of a template takes it: lines become sentences' neighbours, bullets stay."""
    in_one = LINES.sub(" ", text.strip())
    return WIDE.sub("   ", CONTROL.sub(" ", in_one)).strip()


def template(message: Template) -> Json | None:
    """Make the body of a template; None for one that Meta would refuse."""
    fits = (
        NAME.fullmatch(message.name) is not None
        and LANGUAGE.fullmatch(message.language) is not None
        and _values_fit(message.values)
        and _buttons_fit(message.buttons)
    )
    if not fits:
        return None
    components = [*_body(message.values), *(_button(button) for button in message.buttons)]
    content: Json = {"name": message.name, "language": {"code": message.language}}
    return {"type": "template", "template": {**content, "components": components} if components else content}


def _values_fit(values: Sequence[TemplateValue]) -> bool:
    names = [value.name for value in values if value.name]
    named = all(PARAMETER.fullmatch(name) for name in names) and len(names) in {0, len(values)}
    return named and len(set(names)) == len(names) and all(_fits(value.text, VALUE_LIMIT) for value in values)


def _buttons_fit(buttons: Sequence[TemplateButton]) -> bool:
    indexes = [button.index for button in buttons]
    placed = all(0 <= index <= LAST_BUTTON for index in indexes) and len(set(indexes)) == len(indexes)
    return placed and all(_fits(button.value, BUTTON_VALUE_LIMIT) for button in buttons)


def _fits(text: str, limit: int) -> bool:
    return within(text, limit) and not CONTROL.search(text) and not WIDE.search(text)


def _body(values: Sequence[TemplateValue]) -> list[Json]:
    if not values:
        return []
    return [{"type": "body", "parameters": [_parameter(value) for value in values]}]


def _parameter(value: TemplateValue) -> Json:
    name = {"parameter_name": value.name} if value.name else {}
    return {"type": "text", **name, "text": value.text}


def _button(button: TemplateButton) -> Json:
    key = KEYS[button.kind]
    return {
        "type": "button",
        "sub_type": button.kind,
        "index": str(button.index),
        "parameters": [{"type": key, key: button.value}],
    }
