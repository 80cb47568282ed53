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


# Said of 2026's documentation, and not in Meta's OpenAPI file of v23.0.
NEWER: Final = frozenset({"request_contact_info"})


class Violation(NamedTuple):
    code: int
    details: str


def violation(payload: Any) -> Violation | None:
    """The first rule that this body breaks; what the fake can't judge, it refuses."""
    if not isinstance(payload, dict):
        return Violation(INVALID, "not an object")
    return next(_violations(payload), None)


def read_violation(payload: Json) -> Violation | None:
    """The first rule that a mark that something was read breaks."""
    return next(_read_violations(payload), None)


def _read_violations(mark: Json) -> Iterator[Violation]:
    if mark.get("messaging_product") != "whatsapp" or mark.get("status") != "read":
        yield Violation(INVALID, "messaging_product and status")
    if unknown := mark.keys() - {"messaging_product", "status", "message_id", "typing_indicator"}:
        yield Violation(INVALID, f"unknown keys {sorted(unknown)}")
    yield from _words(mark.get("message_id"), 1024, "message_id")
    if mark.get("typing_indicator", {"type": "text"}) != {"type": "text"}:
        yield Violation(INVALID, "typing_indicator")


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


def _document(document: Json) -> Iterator[Violation]:
    if document.keys() - {"id", "link", "caption", "filename"} or len({"id", "link"} & document.keys()) != 1:
        yield Violation(INVALID, "a document has an id or a link, and perhaps a caption and a filename")
    elif "link" in document:
        yield from _fetched(document["link"], "document.link")
    for name, limit in (("caption", 1024), ("filename", 255)):
        if name in document:
            yield from _words(document[name], limit, name)


def _reaction(reaction: Json) -> Iterator[Violation]:
    if reaction.keys() - {"message_id", "emoji"} or not isinstance(reaction.get("emoji", ""), str):
        yield Violation(INVALID, "a reaction has a message_id and an emoji")
    yield from _words(reaction.get("message_id"), 1024, "message_id")


def _template(template: Json) -> Iterator[Violation]:
    if unknown := template.keys() - {"name", "language", "components"}:
        yield Violation(INVALID, f"unknown keys {sorted(unknown)} in template")
    yield from _words(template.get("name"), 512, "template.name")
    language = template.get("language")
    if not isinstance(language, dict):
        yield Violation(INVALID, "language must be an object")
        return
    yield from _words(language.get("code"), 20, "language.code")
    kinds = [component.get("type") for component in template.get("components", [])]
    if sum(kind == "body" for kind in kinds) > 1:
        yield Violation(INVALID, "two bodies")
    for component in template.get("components", []):
        yield from _component(component)
    indexes = [c.get("index") for c in template.get("components", []) if c.get("type") == "button"]
    if len(set(indexes)) < len(indexes):
        yield Violation(INVALID, "two buttons with one index")


def _component(component: Json) -> Iterator[Violation]:
    match component.get("type"):
        case "body" | "header":
            names = [p.get("parameter_name") for p in component.get("parameters", [])]
            if any(names) and (not all(names) or len(set(names)) < len(names)):
                yield Violation(132000, "named and positional parameters mixed, or a name twice")
        case "button":
            if component.get("sub_type") not in {"quick_reply", "url", "copy_code", "flow"}:
                yield Violation(INVALID, "button.sub_type")
            if not re.fullmatch("[0-9]", str(component.get("index"))) or not isinstance(component.get("index"), str):
                yield Violation(INVALID, "button.index is a digit in quotes")
        case other:
            yield Violation(INVALID, f"component {other}")
    for parameter in component.get("parameters", []):
        yield from _parameter(parameter)


def _parameter(parameter: Json) -> Iterator[Violation]:
    kind = parameter.get("type")
    if kind not in {"text", "payload"}:
        yield Violation(INVALID, f"parameter {kind}")
        return
    yield from _words(parameter.get(kind), 1024, "parameter")
    if re.search(r"[\n\t\r]| {4,}", str(parameter.get(kind))):
        yield Violation(132018, "newline, tab or more than 4 spaces in a parameter")


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
        case "location_request_message":
            yield from _words(body.get("text"), 1024, "body")
            if action != {"name": "send_location"} or content.keys() & {"header", "footer"}:
                yield Violation(BAD_VALUE, "action")
        case "request_contact_info":
            yield from _words(body.get("text"), 1024, "body")
            if action != {"name": "request_contact_info"} or content.keys() & {"header", "footer"}:
                yield Violation(BAD_VALUE, "action")
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
    "document": _document,
    "reaction": _reaction,
    "template": _template,
}
