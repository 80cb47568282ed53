"""What a message says, by its type: each becomes an event of its own, or one that says only which type it was."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import (
    NAME_LIMIT_BYTES,
    identifier,
    listing,
    mapping,
    storable,
    word,
)
from agente_hotelero.channels.whatsapp.who import phone_or_id
from agente_hotelero.model.events import (
    ChoiceReceived,
    ContactsReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OtherReceived,
    TextReceived,
)

Json = dict[str, Any]

FORM_LIMIT_BYTES: Final = 4_096
MOST_DEGREES_NORTH: Final = 90
MOST_DEGREES_EAST: Final = 180
INSIDE_A_FORM: Final = "flow_token"
"""Ours, and nothing that the guest filled in."""


def content(message: Json) -> Event:
    """Read it; what can't be read says at least what it was."""
    if message.get("group_id"):
        # What others can read and answer is no place for bookings.
        return OtherReceived(what="group")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        kind = _kind(message)
    read = _READERS.get(kind)
    return (read(message) if read else None) or OtherReceived(what=_other(kind, message))


def words(message: Json) -> str:
    """What a person said in it, or in brackets what they sent."""
    match content(message):
        case TextReceived(text=said) | MessageEdited(text=said) | FormReceived(text=said) if said:
            return said
        case MediaReceived(what=what, caption=caption):
            return f"({what}) {caption}".strip()
        case OtherReceived(what=what):
            return f"({what})"
        case event:
            return f"({event.type})"


def _kind(message: Json) -> str:
    # Some senders leave the type out; then the content's own key tells.
    return word(message.get("type")) or next((key for key in _READERS if key in message), "unknown")


def _other(kind: str, message: Json) -> str:
    return word(mapping(message.get("interactive")).get("type")) or kind


def _text(message: Json) -> Event | None:
    text = storable(mapping(message.get("text")).get("body"))
    return TextReceived(text=text) if text.strip() else None


def _interactive(message: Json) -> Event | None:
    interactive = mapping(message.get("interactive"))
    if interactive.get("type") == "nfm_reply":
        return _form(mapping(interactive.get("nfm_reply")))
    reply = mapping(interactive.get("button_reply")) or mapping(interactive.get("list_reply"))
    return _choice(reply.get("id"), reply.get("title"))


def _button(message: Json) -> Event | None:
    """Read a template's quick reply, whose payload is its text unless the template says otherwise."""
    button = mapping(message.get("button"))
    return _choice(button.get("payload"), button.get("text")) or _choice(button.get("text"), button.get("text"))


def _choice(option_id: object, title: object) -> Event | None:
    name = identifier(option_id)
    return ChoiceReceived(option_id=name, title=storable(title, NAME_LIMIT_BYTES)) if name else None


def _media(what: str) -> Callable[[Json], Event | None]:
    def read(message: Json) -> Event | None:
        media = mapping(message.get(what))
        media_id = identifier(media.get("id"))
        if not media_id:
            # Too large, or lost on Meta's side: `errors` says so.
            return None
        return MediaReceived(
            what=what,
            media_id=media_id,
            mime=storable(media.get("mime_type"), NAME_LIMIT_BYTES),
            sha256=storable(media.get("sha256"), NAME_LIMIT_BYTES),
            filename=storable(media.get("filename"), NAME_LIMIT_BYTES),
            caption=storable(media.get("caption")).strip(),
            voice=media.get("voice") is True,
        )

    return read


def _location(message: Json) -> Event | None:
    place = mapping(message.get("location"))
    north, east = (
        _degrees(place.get("latitude"), MOST_DEGREES_NORTH),
        _degrees(place.get("longitude"), MOST_DEGREES_EAST),
    )
    if north is None or east is None:
        return None
    name, address = (storable(place.get(key), NAME_LIMIT_BYTES) for key in ("name", "address"))
    return LocationReceived(latitude=north, longitude=east, name=name, address=address)


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) <= most else None


def _contacts(message: Json) -> Event:
    """Read the guest's own number: it was asked for and shared, or stands on a card that has the number they write from."""
    cards = [mapping(card) for card in listing(message.get("contacts"))]
    numbers = [number for card in cards for phone in listing(card.get("phones")) if (number := _number(mapping(phone)))]
    said = phone_or_id(message.get("from"))
    if said and said in numbers:
        return ContactsReceived(own_phone=said)
    asked_for = _origin(message) == "contact_request" or any(_origin(card) == "contact_request" for card in cards)
    return ContactsReceived(own_phone=numbers[0] if asked_for and len(cards) == 1 and numbers else None)


def _origin(holder: Json) -> str:
    origin = holder.get("origin")
    return word(origin) or word(mapping(origin).get("type"))


def _number(phone: Json) -> str:
    """Take the digits that WhatsApp knows the number by, else those on the card."""
    written = phone_or_id(phone.get("wa_id")) or identifier(phone.get("phone"))
    return "".join(sign for sign in written if sign.isdecimal() and sign.isascii())


def _form(reply: Json) -> Event | None:
    """Read what was filled in; Meta has left `response_json` out, and has sent it as something else than JSON."""
    response = reply.get("response_json")
    try:
        answers = mapping(json.loads(response) if isinstance(response, str) else response)
    except (ValueError, RecursionError):
        answers = {}
    lines = [f"{name}: {_said(answer)}" for name, answer in answers.items() if name != INSIDE_A_FORM]
    text = "\n".join(lines) or storable(reply.get("body"))
    return FormReceived(what="nfm_reply", text=storable(text, FORM_LIMIT_BYTES))


def _said(answer: object) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _order(message: Json) -> Event:
    order = mapping(message.get("order"))
    items = [mapping(item) for item in listing(order.get("product_items"))]
    lines = [f"{item.get('quantity', 1)} × {item.get('product_retailer_id', '?')}" for item in items]
    text = storable(order.get("text"))
    return FormReceived(what="order", text=storable("\n".join([text, *lines]).strip(), FORM_LIMIT_BYTES))


def _edit(message: Json) -> Event | None:
    edit = mapping(message.get("edit"))
    original = identifier(edit.get("original_message_id"))
    if not original:
        return None
    match content({key: value for key, value in mapping(edit.get("message")).items() if key not in {"edit", "revoke"}}):
        case TextReceived(text=text):
            return MessageEdited(original=original, text=text)
        case MediaReceived(what=what, caption=caption):
            return MessageEdited(original=original, text=caption, what=what)
        case OtherReceived(what=what):
            return MessageEdited(original=original, text="", what=what)
        case event:
            return MessageEdited(original=original, text="", what=event.type)


def _revoke(message: Json) -> Event | None:
    original = identifier(mapping(message.get("revoke")).get("original_message_id"))
    return MessageRevoked(original=original) if original else None


MEDIA: Final = ("image", "audio", "video", "document", "sticker")
_READERS: Final[Mapping[str, Callable[[Json], Event | None]]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    **{what: _media(what) for what in MEDIA},
    "contacts": _contacts,
    "reaction": lambda _: None,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}
