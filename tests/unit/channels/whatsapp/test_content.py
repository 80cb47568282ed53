"""What each type of message says, with payloads of our own."""

from typing import Any

import pytest

from agente_hotelero.channels.whatsapp.fields import NAME_LIMIT_BYTES
from agente_hotelero.model.events import (
    ContactsReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OtherReceived,
    kind_of,
    starts_turn,
    words_of,
)
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import content_of, read_one

Json = dict[str, Any]


def media(kind: str, **fields: Any) -> Json:
    return {"type": kind, kind: {"id": "m1", "mime_type": "x/y", "sha256": "abc=", **fields}}


@pytest.mark.parametrize(
    ("content", "event"),
    [
        (media("image"), MediaReceived(what="image", media_id="m1", mime="x/y", sha256="abc=")),
        (
            media("video", caption=" ¿Es esta la pileta? "),
            MediaReceived(what="video", media_id="m1", mime="x/y", sha256="abc=", caption="¿Es esta la pileta?"),
        ),
        (
            media("document", filename="Ana Pérez – pasaporte.pdf"),
            MediaReceived(
                what="document", media_id="m1", mime="x/y", sha256="abc=", filename="Ana Pérez – pasaporte.pdf"
            ),
        ),
        (
            media("audio", voice=True),
            MediaReceived(what="audio", media_id="m1", mime="x/y", sha256="abc=", voice=True),
        ),
        (media("audio", voice="yes"), MediaReceived(what="audio", media_id="m1", mime="x/y", sha256="abc=")),
        (media("sticker", animated=True), MediaReceived(what="sticker", media_id="m1", mime="x/y", sha256="abc=")),
        ({"type": "video", "errors": [{"code": 131052}]}, OtherReceived(what="video")),
        (media("image", id=7), OtherReceived(what="image")),
    ],
)
def test_media_are_read_with_all_that_is_needed_to_fetch_and_check_them(content: Json, event: Event) -> None:
    assert content_of(content) == event


def test_a_media_of_odd_names_is_made_fit_to_store() -> None:
    event = content_of(media("document", filename="a\0" * 9_000, mime_type=["x"]))
    assert isinstance(event, MediaReceived)
    assert (len(event.filename), event.mime) == (NAME_LIMIT_BYTES, "")


@pytest.mark.parametrize(
    ("place", "event"),
    [
        (
            {"latitude": -34.6, "longitude": -58.4, "name": "Obelisco", "address": "9 de Julio", "url": "https://x"},
            LocationReceived(latitude=-34.6, longitude=-58.4, name="Obelisco", address="9 de Julio"),
        ),
        ({"latitude": 90, "longitude": -180}, LocationReceived(latitude=90, longitude=-180)),
        ({"latitude": 91, "longitude": 0}, OtherReceived(what="location")),
        ({"latitude": "1", "longitude": 0}, OtherReceived(what="location")),
        ({"latitude": True, "longitude": 0}, OtherReceived(what="location")),
        (None, OtherReceived(what="location")),
    ],
)
def test_a_pin_is_one_only_on_the_globe(place: Any, event: Event) -> None:
    assert content_of({"type": "location", "location": place}) == event


def card(*phones: Json, **more: Any) -> Json:
    return {"name": {"formatted_name": "Nora"}, "phones": list(phones), **more}


OWN = {"phone": "+54 9 11 5000-1234", "wa_id": webhooks.GUEST}
OTHER = {"phone": "+34 600 111 222", "type": "CELL"}


@pytest.mark.parametrize(
    ("cards", "origin", "number"),
    [
        ([card(OWN)], None, webhooks.GUEST),
        ([card({"phone": f"+{webhooks.GUEST}"})], None, webhooks.GUEST),
        ([card(OTHER)], None, None),
        ([card(OTHER)], "contact_request", "34600111222"),
        ([card(OTHER)], {"type": "contact_request"}, "34600111222"),
        ([card(OTHER, origin="contact_request")], None, "34600111222"),
        ([card(OTHER)], "other", None),
        ([card(OTHER), card(OTHER)], "contact_request", None),
        ([card()], "contact_request", None),
        ([card({"phone": 7})], "contact_request", None),
        ([None, 7], "contact_request", None),
        ("x", None, None),
    ],
)
def test_of_a_card_only_the_guests_own_number_is_kept(cards: Any, origin: Any, number: str | None) -> None:
    assert content_of({"type": "contacts", "contacts": cards, "origin": origin}) == ContactsReceived(own_phone=number)


def test_nothing_of_somebody_elses_card_is_stored() -> None:
    event = read_one(webhooks.message({"type": "contacts", "contacts": [card(OTHER)]}))
    assert "600" not in repr(event)
    assert "Nora" not in repr(event)


def form(response: Any, **more: Any) -> Json:
    reply = {"name": "flow", "body": "Sent", "response_json": response, **more}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (form('{"flow_token": "t", "llegada": "18:00", "personas": 2}'), "llegada: 18:00\npersonas: 2"),
        (form({"llegada": "18:00"}), "llegada: 18:00"),
        (form("{no json"), "Sent"),
        (form("[" * 100_000), "Sent"),
        (form("[1]"), "Sent"),
        (form(None, body=None), ""),
        (form('{"a": "\\u0000b"}'), "a: b"),
    ],
)
def test_what_was_filled_in_is_read_whatever_meta_makes_of_it(content: Json, text: str) -> None:
    assert content_of(content) == FormReceived(what="nfm_reply", text=text)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ({"text": "Gracias", "product_items": [{"product_retailer_id": "SPA", "quantity": 2}]}, "Gracias\n2 × SPA"),
        ({"product_items": [{}, None]}, "1 × ?\n1 × ?"),
        (None, ""),
    ],
)
def test_an_order_says_what_was_ordered(order: Any, text: str) -> None:
    assert content_of({"type": "order", "order": order}) == FormReceived(what="order", text=text)


def edit(message: Any, original: Any = "wamid.O") -> Json:
    return {"type": "edit", "edit": {"original_message_id": original, "message": message}}


@pytest.mark.parametrize(
    ("content", "event"),
    [
        (
            edit({"type": "text", "text": {"body": "del 6 al 9"}}),
            MessageEdited(original="wamid.O", text="del 6 al 9"),
        ),
        (edit(media("image", caption="dos camas")), MessageEdited(original="wamid.O", text="dos camas", what="image")),
        (edit(media("image")), MessageEdited(original="wamid.O", text="", what="image")),
        (edit({"type": "hologram"}), MessageEdited(original="wamid.O", text="", what="hologram")),
        (edit({"type": "location", "location": {"latitude": 1, "longitude": 1}}), MessageEdited(original="wamid.O", text="", what="location")),
        (edit({"type": "edit", "edit": {"original_message_id": "x", "message": {}}}), MessageEdited(original="wamid.O", text="", what="edit")),
        (edit(None), MessageEdited(original="wamid.O", text="", what="unknown")),
        (edit({}, original=None), OtherReceived(what="edit")),
        ({"type": "revoke", "revoke": {"original_message_id": "wamid.O"}}, MessageRevoked(original="wamid.O")),
        ({"type": "revoke", "revoke": {}}, OtherReceived(what="revoke")),
        ({"type": "revoke"}, OtherReceived(what="revoke")),
    ],
)  # fmt: skip
def test_what_changes_or_takes_back_names_the_message_that_it_is_about(content: Json, event: Event) -> None:
    assert content_of(content) == event


@pytest.mark.parametrize("kind", ["request_welcome", "unsupported", "call_permission_reply"])
def test_what_says_only_its_type_is_told_by_it(kind: str) -> None:
    content = (
        {"type": kind} if kind != "call_permission_reply" else {"type": "interactive", "interactive": {"type": kind}}
    )
    assert content_of(content) == OtherReceived(what=kind)
    assert kind_of(content_of(content)) == kind


@pytest.mark.parametrize(
    "content",
    [
        {"type": "reaction", "reaction": {"message_id": "wamid.O", "emoji": "❤️"}},
        {"reaction": {"message_id": "wamid.O"}},
        {"type": "text", "text": {"body": "cancelar mi reserva"}, "group_id": "G1"},
        edit({"type": "text", "text": {"body": "cancelar mi reserva"}}) | {"group_id": "G1"},
        {"type": "system", "system": {"type": "customer_identity_changed"}},
    ],
)
def test_a_reaction_a_group_and_a_new_device_start_no_turn(content: Json) -> None:
    event = content_of(content)
    assert not starts_turn(event)
    assert words_of(event) is None


def test_kinds_that_only_a_stranger_could_invent_are_counted_as_one() -> None:
    assert kind_of(OtherReceived(what="hologram_2031")) == "other"
    assert kind_of(MediaReceived(what="audio", media_id="1")) == "audio"
    assert kind_of(MessageRevoked(original="x")) == "revoked"
