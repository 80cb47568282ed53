"""What the hotels file says of writing first: the pace of a number, and the templates that Meta approved for the hotel."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from agente_hotelero.config import fields
from agente_hotelero.model.lines import ButtonForm, Line, Purpose, TemplateForm

PER_SECOND: Final = 80.0
SHARED_PER_SECOND: Final = 20.0
"""Of a number that the hotel's phone uses too; Meta never raises it."""
CODE: Final = "{code}"
BLANKS: Final = ("{text}", "{guest}", "{hotel}", CODE)


def _value(text: str) -> str:
    if not text.strip() or re.search(r"[\r\n\t]| {4,}", text):
        raise ValueError("Meta takes no empty value, and none with line breaks, tabs or four blanks in a row")
    if re.search(r"[{}]", re.sub("|".join(map(re.escape, BLANKS)), "", text)):
        raise ValueError("a value may name {text}, {guest} and {hotel}, or {code}, and nothing else in braces")
    return text


def _parameter(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError("a parameter's name is written as in the template: small letters, digits and _")
    return name


Value = Annotated[str, AfterValidator(_value)]
Parameter = Annotated[str, AfterValidator(_parameter)]


class _Button(fields.Strict):
    index: int = Field(ge=0, le=9)
    kind: Literal["quick_reply", "url"]
    value: Value


class _Template(fields.Strict):
    name: str = Field(pattern=r"^[a-z0-9_]{1,512}$")
    language: str = Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")
    parameters: tuple[Value, ...] | Mapping[Parameter, Value] = ()
    buttons: tuple[_Button, ...] = ()

    @property
    def blanks(self) -> frozenset[str]:
        """What its values and buttons name."""
        given = self.parameters
        values = [*(given.values() if isinstance(given, Mapping) else given), *(one.value for one in self.buttons)]
        return frozenset(blank for blank in BLANKS for value in values if blank in value)


def _codes_where_they_belong(
    templates: Mapping[Purpose, Mapping[fields.LANGUAGES, _Template]],
) -> Mapping[Purpose, Mapping[fields.LANGUAGES, _Template]]:
    for purpose, by_language in templates.items():
        for template in by_language.values():
            of_a_code = purpose is Purpose.VERIFICATION
            if (CODE in template.blanks) != of_a_code or (of_a_code and template.blanks & {"{text}", "{guest}"}):
                raise ValueError(
                    "a template of verification names {code}, and no {text} or {guest}; no other names {code}"
                )
    return templates


Templates = Annotated[Mapping[Purpose, Mapping[fields.LANGUAGES, _Template]], AfterValidator(_codes_where_they_belong)]
MODELS: Final = (_Template, _Button)


def line(*, per_second: int | None, coexistence: bool, templates: Templates) -> Line:
    """Put together the terms of one account."""
    return Line(
        messages_per_second=SHARED_PER_SECOND if coexistence else float(per_second or PER_SECOND),
        may_grow=not coexistence,
        templates={
            purpose: {str(language): _form(template) for language, template in by_language.items()}
            for purpose, by_language in templates.items()
        },
    )


def _form(template: _Template) -> TemplateForm:
    given = template.parameters
    named = given.items() if isinstance(given, Mapping) else [("", value) for value in given]
    return TemplateForm(
        name=template.name,
        language=template.language,
        values=tuple(named),
        buttons=tuple(ButtonForm(index=one.index, kind=one.kind, value=one.value) for one in template.buttons),
    )
