"""Calls to a real QloApps as they were written down: `>` sent, `<` received, and what a fair comparison looks at."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

TELLING = {"id", "name", "get", "post", "put", "delete", "head"}
FOLDER = Path(os.environ.get("AGENTE_CONFORMANCE_DIR") or ".", "qloapps")


@dataclass(frozen=True, slots=True)
class Recording:
    method: str
    target: str
    sent_headers: dict[str, str]
    sent: bytes
    status: int
    headers: dict[str, str]
    body: str

    @property
    def content_type(self) -> str:
        return kind(self.headers.get("content-type"))


def read(name: str) -> Recording:
    text = (FOLDER / f"{name}.http").read_text().rpartition("\n# wall")[0]
    sent, _, received = text.partition("\n< HTTP/1.1 ")
    first, sent_headers, body = _message(sent, "> ")
    status, headers, answer = _message(f"< {received}", "< ")
    method, target, _ = first.split()
    return Recording(method, target, sent_headers, body.encode(), int(status.split()[0]), headers, answer)


def _message(text: str, mark: str) -> tuple[str, dict[str, str], str]:
    """The first line, the headers, and the body behind the empty line."""
    head, _, body = text.partition("\n\n")
    first, *rest = [line.removeprefix(mark) for line in head.splitlines()]
    return first, {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}, body.strip()


def kind(content_type: str | None) -> str:
    return (content_type or "").lower().replace(" ", "")


def shape(value: Any) -> Any:
    """Keys and types, never values. What is keyed by ids, as the rooms of hotel_ari, counts as one key."""
    if isinstance(value, dict):
        return {"#" if key.isdigit() else key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [json.loads(each) for each in sorted({json.dumps(shape(each), sort_keys=True) for each in value})]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def tags(document: str) -> set[str]:
    """Every path of elements, with the attributes that say something: the shape of XML."""
    found: set[str] = set()

    def walk(node: ET.Element, path: str) -> None:
        here = f"{path}/{node.tag}"
        found.add(f"{here} {sorted(TELLING & set(node.attrib))}")
        for child in node:
            walk(child, here)

    walk(ET.fromstring(document), "")
    return found


def money(value: Any) -> list[Any]:
    """Prices and errors, which must be the very same where the hotel is."""
    if isinstance(value, list):
        return [found for each in value for found in money(each)]
    if not isinstance(value, dict):
        return []
    own = [(key, each) for key, each in sorted(value.items()) if _is_money(key, each)]
    return own + [found for _, each in sorted(value.items()) for found in money(each)]


def _is_money(key: str, value: Any) -> bool:
    return not isinstance(value, dict | list) and re.search("^(?!id_).*(price|tax|paid|amount)", key) is not None
