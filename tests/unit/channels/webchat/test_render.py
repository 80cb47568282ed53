import pytest

from agente_hotelero.channels.webchat.render import render
from agente_hotelero.model.messages import Choices, Option, Text

QUESTION = Choices(
    body="¿Cuál prefiere?",
    options=(Option(id="room:1", title="Doble", description="90,00 €"), Option(id="room:2", title="Suite")),
    menu_label="Opciones",
    photo="static/rooms/double.jpg",
)


def test_words_are_words() -> None:
    assert render(Text(body="<b>Hola</b>"), interactive=True) == {"body": "<b>Hola</b>", "options": [], "photo": None}
    assert render("Hola", interactive=True) == {"body": "Hola", "options": [], "photo": None}


def test_options_are_buttons_where_the_flag_allows() -> None:
    assert render(QUESTION, interactive=True) == {
        "body": "¿Cuál prefiere?",
        "options": [
            {"id": "room:1", "title": "Doble", "description": "90,00 €"},
            {"id": "room:2", "title": "Suite", "description": ""},
        ],
        "photo": "/static/rooms/double.jpg",
    }


def test_else_options_are_numbered_lines() -> None:
    rendered = render(QUESTION, interactive=False)

    assert rendered["body"] == "¿Cuál prefiere?\n\n1. Doble — 90,00 €\n2. Suite"
    assert rendered["options"] == []
    assert rendered["photo"] == "/static/rooms/double.jpg"


@pytest.mark.parametrize(
    ("photo", "address"),
    [
        ("https://hotel.example/a.jpg", "https://hotel.example/a.jpg"),
        ("/static/a.jpg", "/static/a.jpg"),
        ("//evil.example/a.jpg", "/evil.example/a.jpg"),
        ("javascript:alert(1)", "/javascript:alert(1)"),
        (None, None),
    ],
)
def test_a_photo_is_a_web_address_or_a_path_of_ours(photo: str | None, address: str | None) -> None:
    question = Choices(body="¿?", options=(), menu_label="Opciones", photo=photo)

    assert render(question, interactive=True)["photo"] == address
