"""Pins, pictures and links: what Meta takes, and what a guest gets where it would not."""

import math
from typing import Any

import pytest

from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp.compose import parts, payload, response_type
from agente_hotelero.model.messages import (
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    OutboundMessage,
    Picture,
    Reaction,
    Text,
)
from tests.fakes.graph_schema import refusal

SITE = "https://chat.hotel.example"
PAGE = "https://pay.example/DEMO-1?amount=270.00"


def pin(
    latitude: float = -34.5875, longitude: float = -58.4053, name: str = "Hotel", address: str = "Calle 1"
) -> Location:
    return Location(latitude=latitude, longitude=longitude, name=name, address=address)


def picture(source: str = "/codes/a.b.png", caption: str = "Código DEMO-1") -> Picture:
    return Picture(source=source, caption=caption)


def link(body: str = "Puedes pagar aquí.", title: str = "Página de pago", url: str = PAGE) -> Link:
    return Link(body=body, title=title, url=url)


def composed(message: OutboundMessage, *, interactive: bool = True) -> dict[str, Any]:
    body = payload(Outgoing(outbox_id=42, address="5491150001234", message=message, interactive=interactive))
    assert refusal(body) is None
    return body


@pytest.mark.parametrize("interactive", [True, False])
def test_a_pin_is_a_pin_whatever_the_flag(interactive: bool) -> None:
    [part] = parts(pin())
    body = composed(part, interactive=interactive)

    assert (body["type"], body["location"]) == (
        "location",
        {"latitude": -34.5875, "longitude": -58.4053, "name": "Hotel", "address": "Calle 1"},
    )
    assert response_type(part, interactive) == "location"


def test_a_pin_without_words_is_a_pin() -> None:
    assert composed(pin(name=" ", address=""))["location"] == {"latitude": -34.5875, "longitude": -58.4053}


@pytest.mark.parametrize(
    "off", [pin(latitude=90.1), pin(latitude=math.nan), pin(longitude=-180.5), pin(longitude=math.inf)]
)
def test_a_pin_off_the_globe_is_left_out_and_never_posted(off: Location) -> None:
    assert parts(off) == ()
    with pytest.raises(SendFailedError) as failed:
        composed(off)
    assert failed.value.failure is FailureClass.OUR_BUG


@pytest.mark.parametrize("interactive", [True, False])
def test_a_picture_of_ours_begins_with_our_site(interactive: bool) -> None:
    [part] = parts(picture(), site=SITE)
    body = composed(part, interactive=interactive)

    assert (body["type"], body["image"]) == (
        "image",
        {"link": "https://chat.hotel.example/codes/a.b.png", "caption": "Código DEMO-1"},
    )
    assert response_type(part, interactive) == "image"


@pytest.mark.parametrize("site", [None, "http://chat.hotel.example", "https://"])
def test_a_picture_that_meta_cant_fetch_is_left_out(site: str | None) -> None:
    assert parts(picture(), site=site) == ()


def test_a_picture_that_was_not_made_public_is_refused_before_it_is_sent() -> None:
    with pytest.raises(SendFailedError) as failed:
        composed(picture())
    assert failed.value.failure is FailureClass.OUR_BUG


def test_a_picture_needs_no_words_and_words_that_are_too_long_follow_it() -> None:
    assert parts(picture(caption="c" * 1024), site=SITE) == (picture(f"{SITE}/codes/a.b.png", "c" * 1024),)
    assert parts(picture(caption="c" * 1025), site=SITE) == (
        picture(f"{SITE}/codes/a.b.png", ""),
        Text(body="c" * 1025),
    )
    assert "caption" not in composed(picture(f"{SITE}/a.png", ""))["image"]


def test_a_link_is_a_button_where_the_flag_allows() -> None:
    body = composed(link())

    assert body["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Puedes pagar aquí."},
        "action": {"name": "cta_url", "parameters": {"display_text": "Página de pago", "url": PAGE}},
    }
    assert response_type(link(), True) == "interactive_buttons"


def test_a_link_is_its_address_below_the_words_where_it_does_not() -> None:
    body = composed(link(), interactive=False)

    assert body["text"] == {"preview_url": False, "body": f"Puedes pagar aquí.\n{PAGE}"}
    assert response_type(link(), False) == "text"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (link(title="t" * 20), "interactive_buttons"),
        (link(title="t" * 21), "text"),
        (link(title=""), "text"),
        (link(title=" t"), "text"),
        (link(body="b" * 1024), "interactive_buttons"),
        (link(body="b" * 1025), "text"),
        (link(body=""), "text"),
        (link(url="http://pay.example/"), "text"),
        (link(url="https://pay.example/a b"), "text"),
        (link(url="https://pay.example/" + "x" * 2_100), "text"),
        (link(url="https:///nowhere"), "text"),
    ],
)
def test_a_link_that_is_no_button_is_text(message: Link, expected: str) -> None:
    [part] = parts(message)

    assert composed(part)["type"] == ("text" if expected == "text" else "interactive")
    assert response_type(part, True) == expected


def test_a_long_text_before_a_link_is_cut_and_the_link_stays_whole() -> None:
    *head, last = parts(link(body="Larga historia. " * 400 + "Aquí:"))

    assert len(head) == 1
    assert all(isinstance(part, Text) for part in head)
    assert isinstance(last, Link)
    assert last.body.endswith("Aquí:")
    assert composed(last, interactive=False)["text"]["body"].endswith(f"Aquí:\n{PAGE}")


def test_an_address_that_fills_a_post_is_text_of_its_own() -> None:
    posts = parts(link(body="b" * 2000, url="https://pay.example/" + "x" * 3_500))

    assert all(isinstance(post, Text) for post in posts)
    assert "https://pay.example/" in "".join(post.body for post in posts if isinstance(post, Text))
    assert [composed(post)["type"] for post in posts] == ["text"] * len(posts)


@pytest.mark.parametrize("nothing", [link(body="", url=""), link(body=" ", url="")])
def test_a_link_of_nothing_to_nowhere_is_no_message(nothing: Link) -> None:
    assert parts(nothing) == ()


def document(source: str = "/files/a.ics", filename: str = "reserva.ics", caption: str = "Tu reserva") -> Document:
    return Document(source=source, filename=filename, caption=caption)


@pytest.mark.parametrize("interactive", [True, False])
def test_a_file_of_ours_begins_with_our_site_and_keeps_its_name(interactive: bool) -> None:
    [part] = parts(document(), site=SITE)
    body = composed(part, interactive=interactive)

    assert (body["type"], body["document"]) == (
        "document",
        {"link": f"{SITE}/files/a.ics", "filename": "reserva.ics", "caption": "Tu reserva"},
    )
    assert response_type(part, interactive) == "document"


@pytest.mark.parametrize("name", ["", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", "x" * 241])
def test_a_file_that_cant_be_sent_leaves_its_words(name: str) -> None:
    assert parts(document(filename=name), site=SITE) == (Text(body="Tu reserva"),)
    assert parts(document(), site=None) == (Text(body="Tu reserva"),)


def test_a_files_long_words_follow_it() -> None:
    bare, *words = parts(document(caption="palabra " * 200), site=SITE)
    assert (composed(bare)["document"].get("caption"), [type(one) for one in words]) == (None, [Text])


@pytest.mark.parametrize(
    ("asked", "kind", "action"),
    [
        (LocationRequest(body="¿Dónde estás?"), "location_request_message", "send_location"),
        (ContactRequest(body="¿Me das tu número?"), "request_contact_info", "request_contact_info"),
    ],
)
def test_a_question_for_the_guests_place_or_number_is_a_button_where_the_flag_allows(
    asked: LocationRequest | ContactRequest, kind: str, action: str
) -> None:
    [part] = parts(asked)
    body = composed(part)
    assert (body["interactive"]["type"], body["interactive"]["action"]) == (kind, {"name": action})
    assert composed(part, interactive=False)["text"]["body"] == asked.body


def test_a_question_that_is_too_long_for_a_button_is_text() -> None:
    [part] = parts(LocationRequest(body="palabra " * 200))
    assert composed(part)["type"] == "text"


@pytest.mark.parametrize("emoji", ["👍", ""])
def test_a_sign_is_put_on_a_message_or_taken_away(emoji: str) -> None:
    [part] = parts(Reaction(message_id="wamid.X", emoji=emoji))
    assert composed(part)["reaction"] == {"message_id": "wamid.X", "emoji": emoji}


def test_a_sign_on_nothing_is_left_out() -> None:
    assert parts(Reaction(message_id=" ", emoji="👍")) == ()
