import asyncio
import logging

import pytest
from aiohttp import web
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agente_hotelero.http.boundary import Boundary
from agente_hotelero.http.listener import Listener
from agente_hotelero.telemetry import traceparent
from agente_hotelero.telemetry.metrics import Metrics
from tests.support.http_site import Site
from tests.unit.http.conftest import Client, Serve


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/chat", "/static/nothing.js", "/static/..%2fapplication.py", "/static/%00", "/static", "/%ff%fe"],
)
async def test_what_isnt_there_is_a_json_404(client: Client, path: str) -> None:
    response = await client.get(path)

    assert response.status == 404
    assert response.content_type == "application/json"
    assert (await response.json())["error"]["code"] == "not_found"


async def test_a_wrong_method_is_a_json_405_that_names_the_right_ones(client: Client) -> None:
    response = await client.delete("/webhooks/whatsapp")

    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD,POST"
    assert (await response.json())["error"]["code"] == "method_not_allowed"


async def failing(_request: web.Request) -> web.Response:
    raise ValueError("the password is hunter2")


async def test_an_unforeseen_error_is_a_500_that_tells_strangers_and_logs_no_data(
    serve: Serve, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    application = Site().public()
    application.router.add_get("/fails", failing)
    client = await serve(application)

    with caplog.at_level(logging.DEBUG):
        response = await client.get("/fails")

    assert response.status == 500
    assert await response.json() == {"error": {"code": "internal_error", "message": "something went wrong on our side"}}
    logged = capsys.readouterr().out + caplog.text
    assert "hunter2" not in logged
    assert "http_request_failed" in logged
    assert "ValueError" in logged


async def test_labels_are_route_templates_and_known_methods(site: Site, client: Client) -> None:
    await client.get("/chat/demo")
    await client.get("/chat/otro")
    await client.get("/wp-admin/setup.php")
    await client.request("PROPFIND", "/coffee")
    await client.get("/static/chat.css")

    def count(route: str, method: str, status: int) -> float:
        return site.sample("http_requests_total", route=route, method=method, status=str(status))

    assert count("/chat/{hotel}", "GET", 200) == 2
    assert count("unmatched", "GET", 404) == 1
    assert count("unmatched", "OTHER", 404) == 1
    assert count("/static/{path}", "GET", 200) == 1
    assert site.sample("http_request_seconds_count", route="/chat/{hotel}") == 2
    exposed = await (await client.get("/metrics")).text()
    for raw in ("demo", "wp-admin", "coffee", "PROPFIND"):
        assert raw not in exposed


async def test_each_request_is_a_span_without_data_when_tracing_is_on(serve: Serve) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    carried: list[str | None] = []

    async def handler(_request: web.Request) -> web.Response:
        carried.append(traceparent.current())
        return web.Response(status=404)

    application = web.Application(
        middlewares=[Boundary(metrics=Metrics(), tracer=provider.get_tracer("test")).middleware()]
    )
    application.router.add_get("/guests/{phone}", handler)
    client = await serve(application)
    await client.get("/guests/34600111222?name=Ana")

    (span,) = spans.get_finished_spans()
    assert span.name == "GET /guests/{phone}"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/guests/{phone}",
        "http.response.status_code": 404,
    }
    assert span.context is not None
    assert [(given or "")[:-3] for given in carried] == [f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}"]
    provider.shutdown()


async def test_without_tracing_there_is_no_traceparent() -> None:
    assert traceparent.current() is None


async def test_a_listener_takes_a_free_port_and_lets_it_go(site: Site) -> None:
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0)
    try:
        with pytest.raises(OSError, match="address already in use"):
            await Listener.open(site.public(), host="127.0.0.1", port=listener.port)
    finally:
        await listener.close()

    again = await Listener.open(site.public(), host="127.0.0.1", port=listener.port)
    await again.close()


async def test_a_request_that_isnt_http_is_400_and_isnt_quoted_in_the_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0)
    try:
        with caplog.at_level(logging.DEBUG):
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(b"GET / HTTP/1.1\r\nbroken header of +34600111222\r\n\r\n")
            status = await reader.readline()
            writer.close()
    finally:
        await listener.close()

    assert b" 400 " in status
    assert "in a request" in caplog.text
    assert "34600111222" not in caplog.text


async def test_static_files_are_given_once_and_then_confirmed(client: Client) -> None:
    first = await client.get("/static/chat.js")
    again = await client.get("/static/chat.js", headers={"If-None-Match": first.headers["ETag"]})

    assert first.content_type in {"text/javascript", "application/javascript"}
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert (again.status, await again.read()) == (304, b"")
