"""What guests, channels and platforms ask, as /openapi.json has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from agente_hotelero.channels.webchat.inbound import PostedAck, PostedMessage
from agente_hotelero.http import schemas

Method = Literal["get", "post", "put"]
Security = Literal["operator", "chatSession"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path. `answers` are status → model, or a content type where the body isn't JSON of ours."""

    method: Method
    path: str
    summary: str
    answers: Mapping[int, type[BaseModel] | str | None]
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
        answers={200: "text/plain", 403: PROBLEM, 429: PROBLEM},
    ),
    Operation(
        method="post",
        path="/webhooks/whatsapp",
        summary="Signed events; 200 means stored durably",
        headers=("X-Hub-Signature-256",),
        answers={200: schemas.Acknowledged, 401: PROBLEM, 413: PROBLEM, 503: PROBLEM},
    ),
    Operation(
        method="post",
        path="/webhooks/gmail",
        summary="Pub/Sub's pushes of Gmail, each with a token that Google signed; 204 means heard",
        headers=("Authorization",),
        answers={204: None, 401: PROBLEM, 403: PROBLEM, 413: PROBLEM, 503: PROBLEM},
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
        method="get",
        path="/codes/{token}.png",
        summary="A reservation's code as a QR, from a link that we signed",
        answers={200: "image/png", 404: PROBLEM, 429: PROBLEM},
    ),
    Operation(
        method="get",
        path="/desk",
        summary="The front desk's page; it asks for an operator's token",
        answers={200: "text/html"},
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
