"""What Meta refuses in a message, written from its documentation, on purpose without a look at our own compose.py."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

Json = dict[str, Any]

INVALID: Final = 100
MISSING: Final = 131008
BAD_VALUE: Final = 131009

ENVELOPE: Final = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
}


class Violation(NamedTuple):
    code: int
    details: str


def violation(payload: Any) -> Violation | None:
    """The first rule that this body breaks; what the fake can't judge, it refuses."""
    if not isinstance(payload, dict):
        return Violation(INVALID, "not an object")
    return next(_violations(payload), None)


def _violations(payload: Json) -> Iterator[Violation]:
    if payload.get("messaging_product") != "whatsapp":
        yield Violation(INVALID, "messaging_product must be whatsapp")
    if payload.get("recipient_type", "individual") != "individual":
        yield Violation(INVALID, "recipient_type")
    if not isinstance(payload.get("to", payload.get("recipient")), str):
        yield Violation(INVALID, "to or recipient is required")
    kind = payload.get("type", "text")
    if kind not in KINDS:
        yield Violation(INVALID, f"type {kind}")
        return
    if unknown := payload.keys() - ENVELOPE - {kind}:
        yield Violation(INVALID, f"unknown keys {sorted(unknown)}")
    if len(str(payload.get("biz_opaque_callback_data", ""))) > 512:
        yield Violation(BAD_VALUE, "biz_opaque_callback_data is too long")
    content = payload.get(kind)
    if not isinstance(content, dict):
        yield Violation(MISSING, f"{kind} is required")
        return
    yield from KINDS[kind](content)


def _text(text: Json) -> Iterator[Violation]:
    if text.keys() - {"body", "preview_url"}:
        yield Violation(INVALID, "unknown key in text")
    yield from _words(text.get("body"), 4096, "text.body")


def _location(location: Json) -> Iterator[Violation]:
    if location.keys() - {"latitude", "longitude", "name", "address"}:
        yield Violation(INVALID, "unknown key in location")
    for name, most in (("latitude", 90), ("longitude", 180)):
        if name not in location:
            yield Violation(MISSING, f"location.{name} is required")
        elif not abs(float(location[name])) <= most:
            yield Violation(BAD_VALUE, f"location.{name}")


def _image(image: Json) -> Iterator[Violation]:
    if image.keys() - {"id", "link", "caption"} or len({"id", "link"} & image.keys()) != 1:
        yield Violation(INVALID, "an image has an id or a link, and perhaps a caption")
    elif "link" in image:
        yield from _fetched(image["link"], "image.link")
    if "caption" in image:
        yield from _words(image["caption"], 1024, "caption")


def _link_button(action: Json) -> Iterator[Violation]:
    parameters = action.get("parameters")
    if action.get("name") != "cta_url" or not isinstance(parameters, dict):
        yield Violation(MISSING, "cta_url needs its name and parameters")
        return
    yield from _words(parameters.get("display_text"), 20, "display_text")
    yield from _fetched(parameters.get("url"), "url")


def _fetched(address: Any, name: str) -> Iterator[Violation]:
    yield from _words(address, 2048, name)
    # A Graph on this machine sees what is on this machine.
    if not re.match(r"https://[^/]|http://127\.0\.0\.1:", str(address)):
        yield Violation(BAD_VALUE, f"{name} can't be fetched")


def _interactive(content: Json) -> Iterator[Violation]:
    body = content.get("body")
    action = content.get("action")
    if not isinstance(body, dict) or not isinstance(action, dict):
        yield Violation(MISSING, "interactive needs body and action")
        return
    if "footer" in content:
        yield from _words(content["footer"].get("text"), 60, "footer")
    match content.get("type"):
        case "button":
            yield from _words(body.get("text"), 1024, "body")
            yield from _header(content.get("header"), ("text", "image", "video", "document"))
            yield from _buttons(action.get("buttons"))
        case "list":
            yield from _words(body.get("text"), 4096, "body")
            yield from _header(content.get("header"), ("text",))
            yield from _words(action.get("button"), 20, "button")
            yield from _sections(action.get("sections"))
        case "cta_url":
            yield from _words(body.get("text"), 1024, "body")
            yield from _header(content.get("header"), ("text", "image", "video", "document"))
            yield from _link_button(action)
        case other:
            yield Violation(INVALID, f"interactive.type {other}")


def _header(header: Any, kinds: tuple[str, ...]) -> Iterator[Violation]:
    if header is None:
        return
    kind = header.get("type")
    if kind not in kinds:
        yield Violation(BAD_VALUE, "header.type")
    elif kind == "text":
        yield from _words(header.get("text"), 60, "header.text")
    elif not isinstance(header.get(kind), dict) or not ({"id", "link"} & header[kind].keys()):
        yield Violation(MISSING, f"header.{kind}")


def _buttons(buttons: Any) -> Iterator[Violation]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        yield Violation(BAD_VALUE, "1 to 3 buttons")
        return
    if any(button.get("type") != "reply" for button in buttons):
        yield Violation(BAD_VALUE, "button.type")
        return
    replies = [button.get("reply") or {} for button in buttons]
    for reply in replies:
        yield from _words(reply.get("title"), 20, "button.title")
    yield from _ids(replies, 256)
    if len({reply.get("title") for reply in replies}) < len(replies):
        yield Violation(BAD_VALUE, "duplicate button titles")


def _sections(sections: Any) -> Iterator[Violation]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        yield Violation(BAD_VALUE, "1 to 10 sections")
        return
    if len(sections) > 1:
        for section in sections:
            yield from _words(section.get("title"), 24, "section.title")
    rows = [row for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= 10:
        yield Violation(BAD_VALUE, "1 to 10 rows in total")
    for row in rows:
        yield from _words(row.get("title"), 24, "row.title")
        if "description" in row:
            yield from _words(row["description"], 72, "row.description")
    yield from _ids(rows, 200)


def _ids(items: list[Json], limit: int) -> Iterator[Violation]:
    for item in items:
        yield from _words(item.get("id"), limit, "id")
        if item.get("id") != str(item.get("id")).strip():
            yield Violation(BAD_VALUE, "id with blanks around")
    if len({item.get("id") for item in items}) < len(items):
        yield Violation(BAD_VALUE, "duplicate ids")


def _words(value: Any, limit: int, name: str) -> Iterator[Violation]:
    if value is None:
        yield Violation(MISSING, f"{name} is required")
    elif not isinstance(value, str) or not value.strip():
        yield Violation(INVALID, f"{name} must be a non-empty string")
    elif len(value) > limit:
        yield Violation(BAD_VALUE, f"{name} has {len(value)} characters, at most {limit}")


KINDS: Final[dict[str, Callable[[Json], Iterator[Violation]]]] = {
    "text": _text,
    "interactive": _interactive,
    "location": _location,
    "image": _image,
}
