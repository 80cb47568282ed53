"""An OTLP collector on loopback, as Jaeger is one: takes spans over HTTP and keeps them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from agente_hotelero.http.listener import Listener


class Collector:
    """Every span that it was sent, in the order of arrival."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []
        self.paths: list[str] = []

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]

    async def take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        self.paths.append(request.path)
        self.spans += [span for r in told.resource_spans for scope in r.scope_spans for span in scope.spans]
        return web.Response()


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Listen on a free port."""
    collector = Collector()
    application = web.Application()
    application.router.add_post("/{path:.*}", collector.take)
    listener = await Listener.open(application, host="127.0.0.1", port=0, shutdown_seconds=1.0)
    collector.url = f"http://127.0.0.1:{listener.port}"
    try:
        yield collector
    finally:
        await listener.close()
