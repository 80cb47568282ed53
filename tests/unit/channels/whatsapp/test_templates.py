"""What goes into a template, and what would make Meta refuse it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp.compose import parts, payload, plain, response_type
from agente_hotelero.channels.whatsapp.templates import squeezed
from agente_hotelero.model.messages import OutboundMessage, Template, TemplateButton, TemplateValue, Text
from tests.fakes.graph_schema import refusal


def template(*values: TemplateValue | str, **more: Any) -> Template:
    filled = tuple(TemplateValue(text=value) if isinstance(value, str) else value for value in values)
    whole = {"name": "novedades", "language": "es_AR", "words": "Tenemos novedades.", "values": filled, **more}
    return Template(**whole)


def composed(message: OutboundMessage) -> dict[str, Any]:
    body = payload(Outgoing(outbox_id=7, address="5491150001234", message=message, interactive=False))
    assert refusal(body) is None
    return body


def test_a_template_without_blanks_is_its_name_and_language() -> None:
    body = composed(template())
    assert (body["type"], body["template"]) == ("template", {"name": "novedades", "language": {"code": "es_AR"}})
    assert response_type(template(), False) == "template"
    assert plain(template()) == "Tenemos novedades."


def test_blanks_are_filled_in_order() -> None:
    [body] = composed(template("Ana", "DEMO-1"))["template"]["components"]
    assert body == {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "DEMO-1"}]}


def test_blanks_with_names_are_filled_by_name() -> None:
    [body] = composed(template(TemplateValue(name="huesped", text="Ana")))["template"]["components"]
    assert body["parameters"] == [{"type": "text", "parameter_name": "huesped", "text": "Ana"}]


def test_a_button_has_its_place_as_a_digit_in_quotes() -> None:
    buttons = (
        TemplateButton(index=0, kind="quick_reply", value="sí"),
        TemplateButton(index=1, kind="url", value="DEMO-1"),
    )
    quick, page = composed(template(buttons=buttons))["template"]["components"]
    assert (quick["sub_type"], quick["index"], quick["parameters"]) == (
        "quick_reply",
        "0",
        [{"type": "payload", "payload": "sí"}],
    )
    assert (page["sub_type"], page["index"], page["parameters"]) == ("url", "1", [{"type": "text", "text": "DEMO-1"}])


@pytest.mark.parametrize(
    "wrong",
    [
        template(""),
        template(" "),
        template("una\nlínea"),
        template("una\ttabla"),
        template("cuatro    blancos"),
        template("x" * 1025),
        template(TemplateValue(name="huesped", text="Ana"), "sin nombre"),
        template(TemplateValue(name="a", text="Ana"), TemplateValue(name="a", text="Eva")),
        template(TemplateValue(name="Con Blancos", text="Ana")),
        template(name="Con Mayúsculas"),
        template(language="español"),
        template(buttons=(TemplateButton(index=10, kind="url", value="x"),)),
        template(buttons=(TemplateButton(index=0, kind="url", value=""),)),
        template(
            buttons=(TemplateButton(index=0, kind="url", value="a"), TemplateButton(index=0, kind="url", value="b"))
        ),
    ],
)
def test_what_meta_would_refuse_is_not_posted_and_degrades_to_its_words(wrong: Template) -> None:
    assert parts(wrong) == (Text(body="Tenemos novedades."),)
    with pytest.raises(SendFailedError) as failed:
        composed(wrong)
    assert failed.value.failure is FailureClass.OUR_BUG


def test_lines_become_one_line() -> None:
    assert squeezed("Reserva confirmada.\n\n• Doble\t2 noches\r\n  Total:     90 €\n") == (
        "Reserva confirmada. • Doble 2 noches Total:   90 €"
    )


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_was_said_fits_a_blank_once_it_is_squeezed(words: str) -> None:
    if text := squeezed(words):
        composed(template(text))
