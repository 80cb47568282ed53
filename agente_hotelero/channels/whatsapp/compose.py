"""What we say, in the form that WhatsApp takes: its limits are checked here, and what does not fit becomes numbered text.

Lengths are counted in UTF-16 units: Meta does not say what a character is, and nobody's count is larger.
Where Meta's pages and its OpenAPI file disagree (a list's body: 4096 or 1024) the smaller limit holds.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp.splitting import size, split
from agente_hotelero.model.messages import Choices, Option, OutboundMessage, Text

Json = dict[str, Any]

TEXT_LIMIT: Final = 4096
BODY_LIMIT: Final = 1024
BUTTONS_LIMIT: Final = 3
BUTTON_TITLE_LIMIT: Final = 20
BUTTON_ID_LIMIT: Final = 256
ROWS_LIMIT: Final = 10
ROW_TITLE_LIMIT: Final = 24
ROW_DESCRIPTION_LIMIT: Final = 72
ROW_ID_LIMIT: Final = 200
MENU_LABEL_LIMIT: Final = 20
LINK: Final = re.compile(r"(?:https://|http://127\.0\.0\.1:)[!-~]{1,2040}")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
LEAST_BODY: Final = 1024
"""How much of a question must fit beside its options for them to stay options."""


class ResponseType(StrEnum):
    """What a guest gets to see."""

    TEXT = "text"
    BUTTONS = "interactive_buttons"
    BUTTONS_WITH_IMAGE = "interactive_buttons_with_image"
    LIST = "interactive_list"


def parts(message: OutboundMessage, *, site: str | None = None) -> tuple[OutboundMessage, ...]:
    """Split what exceeds one POST, so that each part has an outbox row of its own; blank words are no message.

    `site` is where Meta reaches us: a photo that is a path of ours begins with it from here on.
    """
    match _with_photo_at(site, message):
        case Text(body=body):
            return tuple(Text(body=piece) for piece in split(body, TEXT_LIMIT))
        case Choices() as choices if size(words := numbered(choices)) <= TEXT_LIMIT:
            return (choices,) if words else ()
        case Choices() as choices:
            return _choices_parts(choices)


def _with_photo_at(site: str | None, message: OutboundMessage) -> OutboundMessage:
    if site is None or not isinstance(message, Choices) or message.photo is None or not message.photo.startswith("/"):
        return message
    return replace(message, photo=site + message.photo)


def payload(outgoing: Outgoing) -> Json:
    """Build the body of the POST; raises SendFailedError(OUR_BUG) for words that no POST can hold (see `parts`)."""
    _, content = _form(outgoing.message, outgoing.interactive)
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(outgoing.address),
        **content,
        "biz_opaque_callback_data": str(outgoing.outbox_id),
    }


def response_type(message: OutboundMessage, interactive: bool) -> str:
    """Say in which form `payload` would send it."""
    kind, _ = _form(message, interactive)
    return kind


def numbered(choices: Choices) -> str:
    """Write a question with counted lines; the guest answers with the number, or in words."""
    return "\n".join([choices.body, "", *_lines(choices)]).strip()


def _lines(choices: Choices) -> list[str]:
    return [f"{number}. {_with_description(option, ' — ')}" for number, option in enumerate(choices.options, 1)]


def _with_description(option: Option, between: str) -> str:
    return option.title + (between + option.description if option.description else "")


def _choices_parts(choices: Choices) -> tuple[OutboundMessage, ...]:
    room = TEXT_LIMIT - size("\n".join(["", "", *_lines(choices)]))
    if room < LEAST_BODY:
        return tuple(Text(body=piece) for piece in split(numbered(choices), TEXT_LIMIT))
    *head, last = split(choices.body, room)
    question = Choices(body=last, options=choices.options, menu_label=choices.menu_label, photo=choices.photo)
    return (*(Text(body=piece) for piece in head), question)


def _recipient(address: str) -> Json:
    """Name the guest by phone, with the plus without which Meta puts the hotel's own country code before it; else by BSUID."""
    if address.isascii() and address.isdigit():
        return {"to": f"+{address}"}
    return {"recipient": address}


def _form(message: OutboundMessage, interactive: bool) -> tuple[ResponseType, Json]:
    match message:
        case Text(body=body):
            return ResponseType.TEXT, _text(body)
        case Choices() if interactive:
            forms = ((kind, build(message)) for kind, build in _FORMS)
            fitting = ((kind, _interactive(content)) for kind, content in forms if content)
            return next(fitting, None) or (ResponseType.TEXT, _text(numbered(message)))
        case Choices():
            return ResponseType.TEXT, _text(numbered(message))


def _text(body: str) -> Json:
    if not _within(body, TEXT_LIMIT):
        raise SendFailedError(FailureClass.OUR_BUG)
    return {"type": "text", "text": {"preview_url": False, "body": body}}


def _interactive(content: Json) -> Json:
    return {"type": "interactive", "interactive": content}


def _buttons(choices: Choices) -> Json | None:
    body = _body_with_descriptions(choices)
    fits = (
        1 <= len(choices.options) <= BUTTONS_LIMIT
        and _within(body, BODY_LIMIT)
        and _unique([option.id for option in choices.options], BUTTON_ID_LIMIT)
        and _unique([option.title for option in choices.options], BUTTON_TITLE_LIMIT)
    )
    if not fits:
        return None
    buttons = [{"type": "reply", "reply": {"id": option.id, "title": option.title}} for option in choices.options]
    return {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}}


def _buttons_with_image(choices: Choices) -> Json | None:
    content = _buttons(choices)
    if content is None or not _is_public(choices.photo):
        return None
    return {"header": {"type": "image", "image": {"link": choices.photo}}, **content}


def _list(choices: Choices) -> Json | None:
    fits = (
        1 <= len(choices.options) <= ROWS_LIMIT
        and _within(choices.body, BODY_LIMIT)
        and _within(choices.menu_label, MENU_LABEL_LIMIT)
        and _unique([option.id for option in choices.options], ROW_ID_LIMIT)
        and _unique([option.title for option in choices.options], ROW_TITLE_LIMIT)
        and all(size(option.description) <= ROW_DESCRIPTION_LIMIT for option in choices.options)
    )
    if not fits:
        return None
    sections = [{"rows": [_row(option) for option in choices.options]}]
    action = {"button": choices.menu_label, "sections": sections}
    return {"type": "list", "body": {"text": choices.body}, "action": action}


def _row(option: Option) -> Json:
    row = {"id": option.id, "title": option.title}
    return {**row, "description": option.description} if option.description.strip() else row


def _body_with_descriptions(choices: Choices) -> str:
    """Tell in the body what a button has no room for, such as a price."""
    described = [f"• {_with_description(option, ': ')}" for option in choices.options]
    return "\n".join([choices.body, "", *described]) if any(o.description for o in choices.options) else choices.body


def _within(text: str, limit: int) -> bool:
    return bool(text.strip()) and size(text) <= limit


def _unique(names: list[str], limit: int) -> bool:
    """Tell whether Meta takes these as ids or titles: in one line, no blanks around, no two alike."""
    whole = all(name == name.strip() and not CONTROL.search(name) and _within(name, limit) for name in names)
    return whole and len(set(names)) == len(names)


def _is_public(photo: str | None) -> bool:
    """Tell whether Meta can fetch it: the site's own paths and plain http it can't; a Graph on loopback can."""
    if photo is None or not LINK.fullmatch(photo):
        return False
    try:
        address = urlsplit(photo)
    except ValueError:
        return False
    return bool(address.hostname)


_FORMS: Final[tuple[tuple[ResponseType, Callable[[Choices], Json | None]], ...]] = (
    (ResponseType.BUTTONS_WITH_IMAGE, _buttons_with_image),
    (ResponseType.BUTTONS, _buttons),
    (ResponseType.LIST, _list),
)
"""The nicest form that fits is taken."""
