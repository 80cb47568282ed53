"""Meta's own OpenAPI file as a judge, where it is at hand; what it says nothing of, `graph_rules` knows."""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from tests.fakes.graph_rules import BAD_VALUE, NEWER, Violation, read_violation, violation

Json = dict[str, Any]

FOLDER: Final = Path(os.environ.get("AGENTE_CONFORMANCE_DIR") or ".", "graph")
FILE: Final = FOLDER / "graph_v23_patched.json"


def refusal(payload: Any) -> Violation | None:
    """What Meta would refuse this body for, by its rules and by its schema."""
    if is_mark(payload):
        return read_violation(payload) or _by_schema("MarkMessageRequestPayload", payload)
    broken = violation(payload)
    if broken is None and payload.get("interactive", {}).get("type") not in NEWER:
        broken = _by_schema("Message", payload)
    return broken


def is_mark(payload: Any) -> bool:
    """Whether it says that a message was read, and is none itself."""
    return isinstance(payload, dict) and "status" in payload


def _by_schema(name: str, payload: Json) -> Violation | None:
    accepts = _schema(name)
    return None if accepts is None or accepts(payload) else Violation(BAD_VALUE, f"is no {name} of Meta's OpenAPI file")


@cache
def _schema(name: str) -> Callable[[Any], bool] | None:
    if not FILE.is_file():
        return None
    components = json.loads(FILE.read_text())["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    is_valid: Callable[[Any], bool] = jsonschema_rs.validator_for(schema).is_valid
    return is_valid
