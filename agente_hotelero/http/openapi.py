"""The description of the HTTP interface, made from the models that check it."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from agente_hotelero.http.admin.described import ADMIN_OPERATIONS
from agente_hotelero.http.admin.lists import LOOKED_UP
from agente_hotelero.http.admin.people import WORDS
from agente_hotelero.http.described import OPERATIONS, Operation
from agente_hotelero.http.numbers import MAX_ID

REFERENCE: Final = "#/components/schemas/{model}"
_ROW: Final = {"type": "integer", "minimum": 0, "maximum": MAX_ID}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "id": _ROW,
    "after": _ROW,
    "before": _ROW,
    "status": {"type": "string", "enum": [status.value for status in LOOKED_UP]},
    "find": {"type": "string", "minLength": 1, "maxLength": WORDS, "pattern": r"[^\s\x00]"},
}
"""What isn't just any text."""
NEEDED: Final = frozenset({"find"})
"""Parameters of a query that can't be left out."""
SECURITY_SCHEMES: Final = {
    "operator": {"type": "http", "scheme": "bearer", "description": "An operator's token."},
    "chatSession": {"type": "http", "scheme": "bearer", "description": "A chat session's token."},
}


def document(operations: Sequence[Operation] = (*OPERATIONS, *ADMIN_OPERATIONS)) -> dict[str, Any]:
    """Build the OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Agente Hotelero", "version": "1"},
        "paths": paths,
        "components": {"schemas": _schemas(operations), "securitySchemes": SECURITY_SCHEMES},
    }


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    given = {model for one in operations for model in one.answers.values() if isinstance(model, type)}
    taken = {one.takes for one in operations if one.takes}
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "serialization") for model in sorted(given, key=lambda model: model.__name__)),
        *((model, "validation") for model in sorted(taken, key=lambda model: model.__name__)),
    ]
    _, definitions = models_json_schema(modes, ref_template=REFERENCE)
    found: dict[str, Any] = definitions["$defs"]
    return found


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "responses": {str(status): _answer(status, model) for status, model in operation.answers.items()},
    }
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.takes is not None:
        described["requestBody"] = {"required": True, "content": _json_of(operation.takes)}
    if operation.security is not None:
        described["security"] = [{operation.security: []}]
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    named = [
        *(("path", name) for name in re.findall(r"{(\w+)}", operation.path)),
        *(("query", name) for name in operation.query),
        *(("header", name) for name in operation.headers),
    ]
    return [
        {
            "name": name,
            "in": place,
            "required": place == "path" or name in NEEDED,
            "schema": PARAMETERS.get(name, {"type": "string"}),
        }
        for place, name in named
    ]


def _answer(status: int, model: type[BaseModel] | str | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(model, str):
        described["content"] = {model: {"schema": {"type": "string"}}}
    elif model is not None:
        described["content"] = _json_of(model)
    return described


def _json_of(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}
