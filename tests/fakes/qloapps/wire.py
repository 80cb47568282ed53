"""Bytes in, bytes out: the two formats of the webservice, its errors, and PHP's ways of dying."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

Json = Any
XML: Final = "text/xml;charset=utf-8"
JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<qloapps xmlns:xlink="http://www.w3.org/1999/xlink">\n'
LISTS: Final = frozenset(
    {"room_types", "rooms", "services", "child_ages", "room_occupancies", "booking_extra_demands", "groups"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `webservice` is False where PHP died before it could put its own headers on."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    webservice: bool = True


class Refused(Exception):  # noqa: N818 - an answer, not a failure of the fake
    """The webservice's own error: a status, and codes with messages."""

    def __init__(self, status: int, *errors: tuple[int, str], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, errors)
        self.status, self.errors, self.headers = status, errors, dict(headers or {})

    def answer(self, *, as_json: bool) -> Answer:
        if as_json:
            told = {"errors": [{"code": code, "message": message} for code, message in self.errors]}
            return Answer(self.status, dump(told), JSON, self.headers)
        rows = "".join(
            f"<error>\n<code>{cdata(code)}</code>\n<message>{cdata(message)}</message>\n</error>\n"
            for code, message in self.errors
        )
        return Answer(self.status, document(f"<errors>\n{rows}</errors>\n"), XML, self.headers)


class Died(Exception):  # noqa: N818 - an answer, not a failure of the fake
    """PHP came to an end before the webservice could answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


EMPTY_500: Final = Answer(500, b"", HTML, webservice=False)
FATAL_200: Final = Answer(200, b"Fatal error", HTML, webservice=False)
NOT_FOUND: Final = Answer(404)


def number(value: Decimal) -> int | float:
    """As PHP's json_encode writes a float: whole ones without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


def dump(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def document(inner: str) -> bytes:
    return f"{HEAD}{inner}</qloapps>\n".encode()


def cdata(value: object) -> str:
    """The empty value stands bare, as PrestaShop writes it."""
    text = "" if value is None or value is False else f"{value:g}" if isinstance(value, float) else str(value)
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if text else ""


def element(name: str, inner: str, **attributes: object) -> str:
    written = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>"


def parse_xml(body: bytes) -> dict[str, Json] | None:
    """The first resource inside the root, whatever the root is called; None where this is no XML."""
    try:
        root = ET.fromstring(body)
    except ET.ParseError:
        return None
    first = next(iter(root), None)
    return {} if first is None else _mapping(first)


def _mapping(parent: ET.Element) -> dict[str, Json]:
    return {_local(child): _value(child) for child in parent}


def _value(node: ET.Element) -> Json:
    if _local(node) in LISTS:
        return [_value(child) for child in node]
    if len(node) and _local(node[0]) == "language":
        return (node[0].text or "").strip()
    return _mapping(node) if len(node) else (node.text or "").strip()


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def xml_warnings(body: bytes, where: str) -> list[tuple[int, str]]:
    """simplexml's three complaints about a body, as PHP warnings that the webservice takes for errors."""
    text = body.decode(errors="replace").strip()
    complaint = "Start tag expected, '<' not found" if not text.startswith("<") else "EndTag: '</' not found"
    where_it_ends = " " * len(text) if text.startswith("<") else ""
    heads = (f"Entity: line 1: parser error : {complaint}", text.splitlines()[0] if text else "", f"{where_it_ends}^")
    return [(3, f"[PHP Warning #2] simplexml_load_string(): {head} ({where})") for head in heads]
