import pytest

from agente_hotelero.channels.webchat.render import render
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Reaction,
    Template,
    Text,
)

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


def test_a_pin_is_the_hotels_name_and_address_with_a_map_to_open() -> None:
    pin = Location(latitude=-34.5875, longitude=0.00001, name="Hotel", address="Calle 1")

    assert render(pin, interactive=False) == {
        "body": "Hotel\nCalle 1",
        "options": [],
        "photo": None,
        "map": "https://www.google.com/maps/search/?api=1&query=-34.587500%2C0.000010",
    }


def test_a_picture_is_shown_with_its_words() -> None:
    shown = render(Picture(source="/codes/a.b.png", caption="Código DEMO-1"), interactive=False)

    assert shown == {"body": "Código DEMO-1", "options": [], "photo": None, "picture": "/codes/a.b.png"}


@pytest.mark.parametrize(("interactive", "title"), [(True, "Página de pago"), (False, "https://pay.example/1")])
def test_a_link_is_a_button_or_its_address(interactive: bool, title: str) -> None:
    link = Link(body="Puedes pagar aquí.", title="Página de pago", url="https://pay.example/1")

    assert render(link, interactive=interactive) == {
        "body": "Puedes pagar aquí.",
        "options": [],
        "photo": None,
        "link": {"title": title, "url": "https://pay.example/1"},
    }


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://pay.example/", "//pay.example", " https://x.example"])
def test_what_is_not_https_is_no_link(url: str) -> None:
    assert "link" not in render(Link(body="Paga", title="Pagar", url=url), interactive=True)


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://hotel.example/a.pdf", {"title": "a.pdf", "url": "https://hotel.example/a.pdf"}),
        ("javascript:alert(1)", None),
        ("http://hotel.example/a.pdf", None),
    ],
)
def test_a_file_is_a_link_where_it_is_safe_to_follow(source: str, link: dict[str, str] | None) -> None:
    rendered = render(Document(source=source, filename="a.pdf", caption="Tu reserva"), interactive=True)
    assert (rendered["body"], rendered.get("link")) == ("Tu reserva", link)


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (LocationRequest(body="¿Dónde estás?"), "¿Dónde estás?"),
        (ContactRequest(body="¿Tu número?"), "¿Tu número?"),
        (Template(name="novedades", language="es", words="Tenemos novedades."), "Tenemos novedades."),
        (Reaction(message_id="1", emoji="👍"), "👍"),
    ],
)
def test_what_only_other_channels_have_a_form_for_is_words(message: OutboundMessage, body: str) -> None:
    assert render(message, interactive=True) == {"body": body, "options": [], "photo": None}
