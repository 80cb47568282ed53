import json
from typing import Any

import jsonschema_rs
import pytest

from agente_hotelero.http.openapi import document
from tests.fakes.http_ports import OPERATOR_TOKEN
from tests.support.http_site import DEMO, Site
from tests.unit.http.conftest import Client

UNDESCRIBED = {"/openapi.json", "/docs", "/metrics", "/static/{path}"}
"""They describe, are files, or Prometheus's own."""


def test_every_route_is_described_and_nothing_else() -> None:
    routes = {
        (route.method.lower(), resource.canonical)
        for resource in Site().public().router.resources()
        for route in resource
        if route.method != "HEAD" and resource.canonical not in UNDESCRIBED
    }
    described = {(method, path) for path, methods in document()["paths"].items() for method in methods}

    assert described == routes


def test_every_reference_leads_somewhere() -> None:
    described = document()
    text = json.dumps(described)

    for name in described["components"]["schemas"]:
        text = text.replace(f'"#/components/schemas/{name}"', '"found"')
    assert "#/components" not in text


async def test_the_document_and_the_page_that_shows_it_are_served(client: Client) -> None:
    served = await client.get("/openapi.json")
    page = await client.get("/docs")

    assert await served.json() == document()
    assert page.status == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "http:" not in await page.text()
    assert "https:" not in await page.text()


def test_every_shape_is_a_valid_schema_and_every_operation_tells_how_it_ends() -> None:
    described = document()

    for shape in described["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**shape, "components": described["components"]})
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert any(status.startswith("2") for status in operation["responses"])


OPERATOR = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}


@pytest.mark.parametrize(
    ("method", "route", "headers", "status"),
    [
        ("get", "/health/live", {}, 200),
        ("get", "/health/ready", {}, 200),
        ("get", "/health/ready", OPERATOR, 200),
        ("get", "/admin/feature-flags", OPERATOR, 200),
        ("get", "/admin/feature-flags", {}, 401),
        ("post", "/webhooks/whatsapp", {}, 401),
        ("get", "/webhooks/whatsapp", {}, 403),
        ("post", "/chat/{hotel}/session", {}, 200),
        ("get", "/chat/{hotel}/history", {}, 401),
        ("post", "/chat/{hotel}/messages", {}, 401),
        ("post", "/chat/{hotel}/ack", {}, 401),
        ("get", "/chat/{hotel}/events", {}, 401),
    ],
)
async def test_an_answer_is_what_the_document_says(
    client: Client, method: str, route: str, headers: dict[str, str], status: int
) -> None:
    response = await client.request(method, route.format(hotel=DEMO), headers=headers)

    assert response.status == status
    jsonschema_rs.validate(schema_of(method, route, status), await response.json())


async def test_a_chat_session_s_answers_are_what_the_document_says(client: Client) -> None:
    session = await (await client.post("/chat/demo/session")).json()
    bearer = {"Authorization": f"Bearer {session['token']}"}
    message = {"id": "6f1c9f0e-6f2b-4b0e-9f5c-0d3f6f0c8a11", "text": "Hola"}

    said = await client.post("/chat/demo/messages", json=message, headers=bearer)
    history = await client.get("/chat/demo/history", headers=bearer)

    jsonschema_rs.validate(schema_of("post", "/chat/{hotel}/messages", said.status), await said.json())
    jsonschema_rs.validate(schema_of("get", "/chat/{hotel}/history", 200), await history.json())


def schema_of(method: str, route: str, status: int) -> dict[str, Any]:
    """What an answer must look like, with the shapes that it refers to."""
    described = document()
    content = described["paths"][route][method]["responses"][str(status)]["content"]
    return {**content["application/json"]["schema"], "components": described["components"]}
