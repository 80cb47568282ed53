import json

from agente_hotelero.http.openapi import document
from tests.support.http_site import Site
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
