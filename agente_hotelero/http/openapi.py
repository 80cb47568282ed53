"""The description of the HTTP interface, made from the models that check it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from agente_hotelero.channels.webchat.inbound import PostedAck, PostedMessage
from agente_hotelero.http import schemas

REFERENCE: Final = "#/components/schemas/{model}"
Security = Literal["operator", "chatSession"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. `answers` are status → model, or a content type where the body isn't JSON of ours."""

    method: Literal["get", "post"]
    path: str
    summary: str
    answers: dict[int, type[BaseModel] | str | None]
    takes: type[BaseModel] | None = None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    security: Security | None = None


PROBLEM: Final = schemas.Refusal

OPERATIONS: Final = (
    Operation(
        method="get",
        path="/webhooks/whatsapp",
        summary="Meta's subscription handshake",
        query=("hub.mode", "hub.challenge", "hub.verify_token"),
        answers={200: "text/plain", 403: PROBLEM},
    ),
    Operation(
        method="post",
        path="/webhooks/whatsapp",
        summary="Signed events; 200 means stored durably",
        headers=("X-Hub-Signature-256",),
        answers={200: schemas.Acknowledged, 401: PROBLEM, 413: PROBLEM, 503: PROBLEM},
    ),
    Operation(
        method="get",
        path="/health/live",
        summary="200 while the process turns",
        answers={200: schemas.Alive},
    ),
    Operation(
        method="get",
        path="/health/ready",
        summary="Whether traffic may come; details with an operator's token",
        answers={200: schemas.ReadinessReport, 503: schemas.ReadinessReport},
    ),
    Operation(
        method="get",
        path="/admin/feature-flags",
        summary="Every feature flag with its source; 60 a minute",
        security="operator",
        answers={200: schemas.FlagReport, 401: PROBLEM, 429: PROBLEM},
    ),
    Operation(
        method="get",
        path="/chat/{hotel}",
        summary="The web chat page",
        answers={200: "text/html", 404: PROBLEM},
    ),
    Operation(
        method="post",
        path="/chat/{hotel}/session",
        summary="Open a chat session; with a token that is still good, renew it",
        answers={200: schemas.Session, 404: PROBLEM, 429: PROBLEM},
    ),
    Operation(
        method="post",
        path="/chat/{hotel}/messages",
        summary="Say something; sending one id twice is harmless",
        takes=PostedMessage,
        security="chatSession",
        answers={
            200: schemas.Stored,
            202: schemas.Stored,
            400: PROBLEM,
            401: PROBLEM,
            404: PROBLEM,
            413: PROBLEM,
            429: PROBLEM,
            503: PROBLEM,
        },
    ),
    Operation(
        method="get",
        path="/chat/{hotel}/history",
        summary="What was said after `after`",
        query=("after",),
        security="chatSession",
        answers={200: schemas.History, 401: PROBLEM, 404: PROBLEM, 429: PROBLEM, 503: PROBLEM},
    ),
    Operation(
        method="get",
        path="/chat/{hotel}/events",
        summary="Server-sent events: each line as it is committed, after Last-Event-ID",
        headers=("Last-Event-ID",),
        security="chatSession",
        answers={200: "text/event-stream", 401: PROBLEM, 404: PROBLEM, 429: PROBLEM, 503: PROBLEM},
    ),
    Operation(
        method="post",
        path="/chat/{hotel}/ack",
        summary="The page has shown everything up to n",
        takes=PostedAck,
        security="chatSession",
        answers={204: None, 400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 429: PROBLEM, 503: PROBLEM},
    ),
)

SECURITY_SCHEMES: Final = {
    "operator": {"type": "http", "scheme": "bearer", "description": "An operator's token."},
    "chatSession": {"type": "http", "scheme": "bearer", "description": "A chat session's token."},
}


def document(operations: Sequence[Operation] = OPERATIONS) -> dict[str, Any]:
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
        {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}} for place, name in named
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
