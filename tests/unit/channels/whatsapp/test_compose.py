from typing import Any

import pytest

from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp.compose import parts, payload, plain, response_type
from agente_hotelero.model.messages import Choices, Option, OutboundMessage, Text
from tests.fakes.graph_schema import refusal

PHOTO = "https://hotel.example/double.jpg"


def options(count: int, title: str = "Doble {}", description: str = "") -> tuple[Option, ...]:
    return tuple(Option(id=f"room:{n}", title=title.format(n), description=description) for n in range(1, count + 1))


def choices(
    of: int | tuple[Option, ...] = 3, *, body: str = "¿Cuál?", photo: str | None = None, menu_label: str = "Opciones"
) -> Choices:
    return Choices(body=body, options=options(of) if isinstance(of, int) else of, menu_label=menu_label, photo=photo)


def composed(message: OutboundMessage, *, interactive: bool = True, address: str = "5491150001234") -> dict[str, Any]:
    return payload(Outgoing(outbox_id=42, address=address, message=message, interactive=interactive))


def test_a_photo_of_our_own_begins_with_our_site() -> None:
    (question,) = parts(choices(2, photo="/static/rooms/double.png"), site="https://chat.hotel.example")

    assert isinstance(question, Choices)
    assert question.photo == "https://chat.hotel.example/static/rooms/double.png"
    assert response_type(question, True) == "interactive_buttons_with_image"


@pytest.mark.parametrize("photo", [PHOTO, "https://elsewhere.example/a.png", None])
def test_other_photos_stay_as_they_are(photo: str | None) -> None:
    (question,) = parts(choices(2, photo=photo), site="https://chat.hotel.example")
    assert isinstance(question, Choices)
    assert question.photo == photo


def test_a_photo_of_our_own_is_left_out_where_nobody_could_fetch_it() -> None:
    (question,) = parts(choices(2, photo="/static/rooms/double.png"))
    assert response_type(question, True) == "interactive_buttons"


def test_a_text_is_one_post_with_our_outbox_id() -> None:
    assert composed(Text(body="Hola"), interactive=False) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5491150001234",
        "type": "text",
        "text": {"preview_url": False, "body": "Hola"},
        "biz_opaque_callback_data": "42",
    }


def test_a_guest_without_phone_is_named_by_user_id() -> None:
    body = composed(Text(body="Hola"), address="US.13491208655302741918")
    assert body["recipient"] == "US.13491208655302741918"
    assert "to" not in body


def test_up_to_three_options_are_buttons() -> None:
    assert composed(choices(2))["interactive"] == {
        "type": "button",
        "body": {"text": "¿Cuál?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "room:1", "title": "Doble 1"}},
                {"type": "reply", "reply": {"id": "room:2", "title": "Doble 2"}},
            ]
        },
    }


def test_what_a_button_has_no_room_for_is_told_in_the_body() -> None:
    content = composed(choices(options(2, description="desde 90 €")))["interactive"]
    assert content["body"]["text"] == "¿Cuál?\n\n• Doble 1: desde 90 €\n• Doble 2: desde 90 €"


def test_a_picture_heads_the_buttons() -> None:
    content = composed(choices(photo=PHOTO))["interactive"]
    assert (content["type"], content["header"]) == ("button", {"type": "image", "image": {"link": PHOTO}})


def test_up_to_ten_options_are_a_list() -> None:
    of = (*options(4), Option(id="more", title="Más", description="Ver otras"))
    content = composed(choices(of))["interactive"]
    assert (content["type"], content["action"]["button"]) == ("list", "Opciones")
    (section,) = content["action"]["sections"]
    assert section["rows"][0] == {"id": "room:1", "title": "Doble 1"}
    assert section["rows"][4] == {"id": "more", "title": "Más", "description": "Ver otras"}


def test_numbered_text_counts_the_options() -> None:
    of = (Option(id="a", title="Doble", description="90 €"), Option(id="b", title="Suite"))
    assert plain(choices(of)) == "¿Cuál?\n\n1. Doble — 90 €\n2. Suite"


def test_without_the_flag_options_are_numbered_text() -> None:
    body = composed(choices(photo=PHOTO), interactive=False)
    assert body["text"]["body"] == plain(choices())


TEXT, BUTTONS, IMAGE, LIST = "text", "interactive_buttons", "interactive_buttons_with_image", "interactive_list"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Text(body="x"), TEXT),
        (choices(1), BUTTONS),
        (choices(3), BUTTONS),
        (choices(4), LIST),
        (choices(10), LIST),
        (choices(11), TEXT),
        (choices(()), TEXT),
        (choices(options(3, "x" * 19 + "{}")), BUTTONS),
        (choices(options(3, "x" * 20 + "{}")), LIST),
        (choices(options(3, "x" * 23 + "{}")), LIST),
        (choices(options(3, "x" * 24 + "{}")), TEXT),
        (choices(options(3, "😀" * 10 + "{}")), LIST),
        (choices(options(3, "90\xa0€ {}")), BUTTONS),
        (choices(options(3, "a\n{}")), TEXT),
        (choices(options(3, "{} ")), TEXT),
        (choices(options(2, "same")), TEXT),
        (choices(options(1, " ")), TEXT),
        (choices((Option(id="a", title="x"), Option(id="a", title="y"))), TEXT),
        (choices((Option(id="", title="x"),)), TEXT),
        (choices((Option(id=" a", title="x"),)), TEXT),
        (choices((Option(id="i" * 200, title="x"),)), BUTTONS),
        (choices((Option(id="i" * 256, title="x"),)), BUTTONS),
        (choices((Option(id="i" * 257, title="x"),)), TEXT),
        (choices((*options(3), Option(id="i" * 201, title="x"))), TEXT),
        (choices(options(4, description="d" * 72)), LIST),
        (choices(options(4, description="d" * 73)), TEXT),
        (choices(options(3, description="d" * 300)), BUTTONS),
        (choices(options(3, description="d" * 400)), TEXT),
        (choices(3, body="b" * 1024), BUTTONS),
        (choices(3, body="b" * 1025), TEXT),
        (choices(4, body="b" * 1024), LIST),
        (choices(4, body="b" * 1025), TEXT),
        (choices(3, body=" "), TEXT),
        (choices(4, menu_label="l" * 20), LIST),
        (choices(4, menu_label="l" * 21), TEXT),
        (choices(4, menu_label=""), TEXT),
        (choices(3, photo=PHOTO), IMAGE),
        (choices(4, photo=PHOTO), LIST),
        (choices(3, photo="/photos/double.jpg"), BUTTONS),
        (choices(3, photo="http://hotel.example/double.jpg"), BUTTONS),
        (choices(3, photo="https:///double.jpg"), BUTTONS),
        (choices(3, photo="https://[/double.jpg"), BUTTONS),
        (choices(3, photo="https://hotel.example/a b.jpg"), BUTTONS),
        (choices(3, photo="https://hotel.example/" + "x" * 2_100), BUTTONS),
        (choices(3, photo=""), BUTTONS),
    ],
)
def test_the_nicest_form_that_fits_is_taken(message: OutboundMessage, expected: str) -> None:
    body = composed(message)
    assert response_type(message, interactive=True) == expected
    assert response_type(message, interactive=False) == TEXT
    assert body["type"] == ("text" if expected == TEXT else "interactive")
    assert refusal(body) is None


def test_short_messages_are_one_part() -> None:
    assert parts(Text(body="Hola")) == (Text(body="Hola"),)
    assert parts(choices(10)) == (choices(10),)


@pytest.mark.parametrize("nothing", [Text(body=""), Text(body=" \n"), choices((), body="")])
def test_blank_words_are_no_message(nothing: OutboundMessage) -> None:
    assert parts(nothing) == ()


def test_a_long_text_is_cut_into_posts() -> None:
    paragraphs = [f"{n} " + "palabra " * 300 + "fin." for n in range(5)]
    posts = parts(Text(body="\n\n".join(paragraphs)))
    assert posts == tuple(Text(body=paragraph) for paragraph in paragraphs)
    assert all(refusal(composed(post)) is None for post in posts)


def test_a_long_question_keeps_its_options_with_its_end() -> None:
    *head, question = parts(choices(3, body="Larga historia. " * 400 + "¿Cuál?", photo=PHOTO))
    assert all(isinstance(part, Text) for part in head)
    assert isinstance(question, Choices)
    assert (question.options, question.photo) == (options(3), PHOTO)
    assert question.body.endswith("¿Cuál?")
    assert refusal(composed(question, interactive=False)) is None


def test_options_that_fill_a_post_alone_become_numbered_texts() -> None:
    posts = parts(choices(options(100, description="d" * 72)))
    assert all(isinstance(post, Text) and refusal(composed(post)) is None for post in posts)
    assert sum(post.body.count("Doble") for post in posts if isinstance(post, Text)) == 100


@pytest.mark.parametrize("unsendable", [Text(body="x" * 4097), Text(body=""), choices(0, body=" ")])
def test_what_was_not_split_before_is_refused_before_it_is_sent(unsendable: OutboundMessage) -> None:
    with pytest.raises(SendFailedError) as failed:
        composed(unsendable)
    assert failed.value.failure is FailureClass.OUR_BUG
