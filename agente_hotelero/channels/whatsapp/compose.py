"""What we say, in the form that WhatsApp takes: its limits are checked here, and what does not fit becomes numbered text.

Where Meta's pages and its OpenAPI file disagree (a list's body: 4096 or 1024) the smaller limit holds.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp import beyond_words, templates
from agente_hotelero.channels.whatsapp.beyond_words import NO_IDS, Ids
from agente_hotelero.channels.whatsapp.limits import is_ours, unique, within
from agente_hotelero.channels.whatsapp.splitting import size, split
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
    Several,
    Template,
    Text,
)

Json = dict[str, Any]

TEXT_LIMIT: Final = 4096
BUTTONS_LIMIT: Final = 3
BUTTON_TITLE_LIMIT: Final = 20
BUTTON_ID_LIMIT: Final = 256
ROWS_LIMIT: Final = 10
ROW_TITLE_LIMIT: Final = 24
ROW_DESCRIPTION_LIMIT: Final = 72
ROW_ID_LIMIT: Final = 200
MENU_LABEL_LIMIT: Final = 20
LEAST_BODY: Final = 1024
"""How much of a question must fit beside its options for them to stay options."""


class ResponseType(StrEnum):
    """What a guest gets to see."""

    TEXT = "text"
    BUTTONS = "interactive_buttons"
    """Also one that opens a page, or shares something of the guest's."""
    BUTTONS_WITH_IMAGE = "interactive_buttons_with_image"
    LIST = "interactive_list"
    IMAGE = "image"
    DOCUMENT = "document"
    LOCATION = "location"
    REACTION = "reaction"
    TEMPLATE = "template"


def parts(message: OutboundMessage, *, site: str | None = None, uploads: bool = False) -> tuple[OutboundMessage, ...]:  # noqa: C901, PLR0911 - an arm a kind
    """Split what exceeds one POST, so that each part has an outbox row of its own.

    Blank words are no message, nor is a pin off the globe or a picture that Meta can't fetch; of a file it leaves the words.
    `site` is where Meta reaches us: a picture that is a path of ours begins with it from here on. Without one it stays a
    path where the sender `uploads`.
    """
    whole = _with_files_at(site, message)
    match whole:
        case Text(body=body):
            return _texts(body)
        case Location():
            return (whole,) if beyond_words.location(whole) else ()
        case Picture():
            return _picture_parts(whole, _later(whole) if uploads else NO_IDS)
        case Choices() | Link() if size(words := plain(whole)) <= TEXT_LIMIT:
            return (whole,) if words else ()
        case Choices():
            return _choices_parts(whole)
        case Link():
            return _link_parts(whole)
        case Document():
            return _document_parts(whole, _later(whole) if uploads else NO_IDS)
        case LocationRequest(body=body) | ContactRequest(body=body):
            return (whole,) if beyond_words.request(whole) else _texts(body)
        case Reaction():
            return (whole,) if beyond_words.reaction(whole) else ()
        case Template(words=words):
            return (whole,) if templates.template(whole) else _texts(words)


def _with_files_at(site: str | None, message: OutboundMessage) -> OutboundMessage:
    match message:
        case Choices(photo=str(path)) if site is not None and path.startswith("/"):
            return replace(message, photo=site + path)
        case Picture(source=path) | Document(source=path) if site is not None and path.startswith("/"):
            return replace(message, source=site + path)
        case _:
            return message


def payload(outgoing: Outgoing, ids: Ids = NO_IDS) -> Json:
    """Build the body of the POST; raises SendFailedError(OUR_BUG) for words that no POST can hold (see `parts`).

    `ids` are Meta's own for files of ours that it can't fetch.
    """
    if isinstance(outgoing.message, Several):
        raise SendFailedError(FailureClass.OUR_BUG)  # made for mail only
    _, content = _form(outgoing.message, outgoing.interactive, ids)
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(outgoing.address),
        **content,
        "biz_opaque_callback_data": str(outgoing.outbox_id),
    }


def read_and_typing(message_id: str) -> Json:
    """Build the body that shows a guest that somebody reads and writes; it marks earlier messages as read too."""
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message_id,
        "typing_indicator": {"type": "text"},
    }


def response_type(message: OutboundMessage, interactive: bool, *, uploads: bool = False) -> str:
    """Say in which form `payload` would send it, by a sender that `uploads` or not."""
    kind, _ = _form(message, interactive, _later(message) if uploads else NO_IDS)
    return kind


def own_file(message: OutboundMessage | Several) -> str | None:
    """Name the path below our site of what it shows, where Meta can't fetch it."""
    match message:
        case Picture(source=path) | Document(source=path) | Choices(photo=path):
            return path if is_ours(path) else None
        case _:
            return None


def _later(message: OutboundMessage) -> Ids:
    """Stand for the id that Meta gives for it when it is sent."""
    path = own_file(message)
    return NO_IDS if path is None else {path: "…"}


def plain(message: OutboundMessage) -> str:  # noqa: PLR0911 - an arm a kind
    """Write it as mere text: options are counted lines (the guest answers with the number, or in words), a link stands below."""
    match message:
        case Text(body=words) | Picture(caption=words):
            return words.strip()
        case Choices(body=body):
            return "\n".join([body, "", *_lines(message)]).strip()
        case Location(name=name, address=address):
            return f"{name}\n{address}".strip()
        case Link(body=body, url=url):
            return f"{body}\n{url}".strip()
        case Document(filename=name, caption=words):
            return f"{words}\n{name}".strip()
        case LocationRequest(body=words) | ContactRequest(body=words) | Template(words=words):
            return words.strip()
        case Reaction(emoji=sign):
            return sign


def _lines(choices: Choices) -> list[str]:
    return [f"{number}. {_with_description(option, ' — ')}" for number, option in enumerate(choices.options, 1)]


def _with_description(option: Option, between: str) -> str:
    return option.title + (between + option.description if option.description else "")


def _choices_parts(choices: Choices) -> tuple[OutboundMessage, ...]:
    room = TEXT_LIMIT - size("\n".join(["", "", *_lines(choices)]))
    if room < LEAST_BODY:
        return _texts(plain(choices))
    *head, last = split(choices.body, room)
    return (*(Text(body=piece) for piece in head), replace(choices, body=last))


def _link_parts(link: Link) -> tuple[OutboundMessage, ...]:
    room = TEXT_LIMIT - size(f"\n{link.url}")
    if room < LEAST_BODY:
        return _texts(plain(link))
    *head, last = split(link.body, room)
    return (*(Text(body=piece) for piece in head), replace(link, body=last))


def _picture_parts(picture: Picture, ids: Ids) -> tuple[OutboundMessage, ...]:
    if beyond_words.image(picture, ids):
        return (picture,)
    bare = replace(picture, caption="")
    return (bare, *_texts(picture.caption)) if beyond_words.image(bare, ids) else ()


def _document_parts(file: Document, ids: Ids) -> tuple[OutboundMessage, ...]:
    if beyond_words.document(file, ids):
        return (file,)
    bare = replace(file, caption="")
    return (bare, *_texts(file.caption)) if beyond_words.document(bare, ids) else _texts(file.caption)


def _texts(words: str) -> tuple[Text, ...]:
    return tuple(Text(body=piece) for piece in split(words, TEXT_LIMIT))


def _recipient(address: str) -> Json:
    """Name the guest by phone, with the plus without which Meta puts the hotel's own country code before it; else by BSUID."""
    if address.isascii() and address.isdigit():
        return {"to": f"+{address}"}
    return {"recipient": address}


def _form(message: OutboundMessage, interactive: bool, ids: Ids) -> tuple[ResponseType, Json]:  # noqa: C901, PLR0911 - an arm a kind
    match message:
        case Text(body=body):
            return ResponseType.TEXT, _text(body)
        case Choices() if interactive:
            forms = ((kind, build(message, ids)) for kind, build in _FORMS)
            fitting = ((kind, _interactive(content)) for kind, content in forms if content)
            return next(fitting, None) or (ResponseType.TEXT, _text(plain(message)))
        case Link() if interactive and (content := beyond_words.button(message)):
            return ResponseType.BUTTONS, _interactive(content)
        case LocationRequest() | ContactRequest() if interactive and (content := beyond_words.request(message)):
            return ResponseType.BUTTONS, _interactive(content)
        case Choices() | Link() | LocationRequest() | ContactRequest():
            return ResponseType.TEXT, _text(plain(message))
        case Document():
            return ResponseType.DOCUMENT, _whole(beyond_words.document(message, ids))
        case Reaction():
            return ResponseType.REACTION, _whole(beyond_words.reaction(message))
        case Template():
            return ResponseType.TEMPLATE, _whole(templates.template(message))
        case Location():
            return ResponseType.LOCATION, _whole(beyond_words.location(message))
        case Picture():
            return ResponseType.IMAGE, _whole(beyond_words.image(message, ids))


def _text(body: str) -> Json:
    if not within(body, TEXT_LIMIT):
        raise SendFailedError(FailureClass.OUR_BUG)
    return {"type": "text", "text": {"preview_url": False, "body": body}}


def _whole(content: Json | None) -> Json:
    if content is None:
        raise SendFailedError(FailureClass.OUR_BUG)
    return content


def _interactive(content: Json) -> Json:
    return {"type": "interactive", "interactive": content}


def _buttons(choices: Choices, _ids: Ids) -> Json | None:
    body = _body_with_descriptions(choices)
    fits = (
        1 <= len(choices.options) <= BUTTONS_LIMIT
        and within(body, beyond_words.BODY_LIMIT)
        and unique([option.id for option in choices.options], BUTTON_ID_LIMIT)
        and unique([option.title for option in choices.options], BUTTON_TITLE_LIMIT)
    )
    if not fits:
        return None
    buttons = [{"type": "reply", "reply": {"id": option.id, "title": option.title}} for option in choices.options]
    return {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}}


def _buttons_with_image(choices: Choices, ids: Ids) -> Json | None:
    content = _buttons(choices, ids)
    photo = beyond_words.at(choices.photo, ids)
    if content is None or photo is None:
        return None
    return {"header": {"type": "image", "image": photo}, **content}


def _list(choices: Choices, _ids: Ids) -> Json | None:
    fits = (
        1 <= len(choices.options) <= ROWS_LIMIT
        and within(choices.body, beyond_words.BODY_LIMIT)
        and within(choices.menu_label, MENU_LABEL_LIMIT)
        and unique([option.id for option in choices.options], ROW_ID_LIMIT)
        and unique([option.title for option in choices.options], ROW_TITLE_LIMIT)
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


_FORMS: Final[tuple[tuple[ResponseType, Callable[[Choices, Ids], Json | None]], ...]] = (
    (ResponseType.BUTTONS_WITH_IMAGE, _buttons_with_image),
    (ResponseType.BUTTONS, _buttons),
    (ResponseType.LIST, _list),
)
"""The nicest form that fits is taken."""
