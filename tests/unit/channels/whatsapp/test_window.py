"""Which template goes in whose place, and with which words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agente_hotelero.channels.whatsapp.window import SPOILED_SECONDS, TemplateWindow
from agente_hotelero.model.lines import ButtonForm, Line, Purpose, TemplateForm
from agente_hotelero.model.messages import HIDDEN, Choices, OneTimeCode, Option, Template, Text
from agente_hotelero.model.reach import Reach
from tests.fakes.graph_schema import refusal
from tests.unit.channels.whatsapp.test_templates import composed

FORM = TemplateForm(
    name="novedades",
    language="es_AR",
    values=(("huesped", "{guest}"), ("texto", "De {hotel}: {text}")),
    buttons=(ButtonForm(index=0, kind="url", value="{hotel}"),),
)
NOBODY = Reach(heard_at=None, language="es")


def window(form: TemplateForm = FORM, *, clock: list[float] | None = None) -> TemplateWindow:
    line = Line(templates={Purpose.ANSWER: {"es": form}})
    times = clock or [0.0]
    return TemplateWindow(line, hotel="Hotel Demo", language="es", clock=lambda: times[0])


def filled(words: str, reach: Reach = NOBODY) -> Template:
    found = window().instead(Text(body=words), reach)
    assert found is not None
    assert found.tells_all
    assert refusal(composed(found.template)) is None
    return found.template


def test_blanks_are_filled_with_the_guest_the_hotel_and_the_words() -> None:
    template = filled("Ya está", Reach(heard_at=None, language="es", guest_name="Ana"))
    assert [value.text for value in template.values] == ["Ana", "De Hotel Demo: Ya está"]
    assert template.buttons[0].value == "Hotel Demo"
    assert template.words == "«novedades» Ana; De Hotel Demo: Ya está"


def test_a_guest_who_calls_themselves_a_blank_is_called_that() -> None:
    template = filled("Ya está", Reach(heard_at=None, language="es", guest_name="{text}\n{hotel}"))
    assert template.values[0].text == "{text} {hotel}"


def test_a_question_is_told_with_its_options_in_one_line() -> None:
    options = (Option(id="a", title="Doble"), Option(id="b", title="Suite"))
    found = window().instead(Choices(body="¿Cuál?", options=options, menu_label="Opciones"), NOBODY)
    assert found is not None
    assert found.template.values[1].text == "De Hotel Demo: ¿Cuál? 1. Doble 2. Suite"


@pytest.mark.parametrize("words", ["x" * 1024, ""])
def test_what_does_not_fit_a_blank_whole_is_not_sent(words: str) -> None:
    form = TemplateForm(name="n", language="es", values=(("", "{text}!"),)) if words else None
    empty = TemplateForm(name="n", language="es", values=(("", "{text}"),))
    assert window(form or empty).instead(Text(body=words), NOBODY) is None


def test_a_template_without_the_words_does_not_tell_all() -> None:
    found = window(TemplateForm(name="llamada", language="es")).instead(Text(body="Ya está"), NOBODY)
    assert found is not None
    assert not found.tells_all


def test_a_spoiled_template_is_tried_again_later() -> None:
    clock = [100.0]
    templates = window(clock=clock)
    templates.spoiled(filled("hola"))
    assert templates.instead(Text(body="hola"), NOBODY) is None
    clock[0] += SPOILED_SECONDS
    assert templates.instead(Text(body="hola"), NOBODY) is not None


CODE = OneTimeCode(
    body=f"{HIDDEN} es tu código", seed="s", reservation="A-1", language="pt", until=datetime(2030, 5, 6, tzinfo=UTC)
)
VERIFIES = TemplateForm(
    name="codigo",
    language="es",
    values=(("", "{code}"),),
    buttons=(ButtonForm(index=0, kind="url", value="{code}"),),
)


def verifying(*languages: str) -> TemplateWindow:
    forms = {language: replace(VERIFIES, language=language) for language in languages}
    line = Line(templates={Purpose.VERIFICATION: forms})
    return TemplateWindow(line, hotel="Hotel Demo", language="es", clock=lambda: 0.0)


@pytest.mark.parametrize(("has", "used"), [(("es", "pt"), "pt"), (("en", "es"), "es"), (("en",), "en")])
def test_a_code_goes_out_in_the_guests_language_or_in_any_and_no_words_repeat_it(has: list[str], used: str) -> None:
    template = verifying(*has).code(CODE, "482913")
    assert template is not None
    assert (template.language, template.words) == (used, f"«codigo» {HIDDEN}")
    assert [template.values[0].text, template.buttons[0].value] == ["482913", "482913"]
    assert refusal(composed(template)) is None


def test_a_code_whose_template_was_refused_or_never_was_goes_nowhere() -> None:
    assert verifying().code(CODE, "482913") is None
    one = verifying("es")
    template = one.code(CODE, "482913")
    assert template is not None
    one.spoiled(template)
    assert one.code(CODE, "482913") is None
