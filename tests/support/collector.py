"""An OTLP collector on loopback, as Jaeger is one: takes spans over HTTP and keeps them, or breaks on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from agente_hotelero.http.listener import Listener


class Collector:
    """Every span that it was sent, in the order of arrival."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.paths: list[str] = []
        """Of every request that it answered well."""
        self.requests = 0
        self.status = 200
        self.refuses_spans = False
        """Whether it takes nothing but empty requests."""
        self._news = asyncio.Condition()
        self._held = asyncio.Event()
        self._held.set()
        self._listener: Listener | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]

    async def start(self) -> None:
        """Listen; after a stop, on the same port again."""
        application = web.Application()
        application.router.add_post("/{path:.*}", self._take)
        self._listener = await Listener.open(application, host="127.0.0.1", port=self._port, shutdown_seconds=0.1)
        self._port = self._listener.port

    async def stop(self) -> None:
        """Refuse connections from here on; what hung is let go."""
        self.let_go()
        if self._listener is not None:
            await self._listener.close()
            self._listener = None

    def hang(self) -> None:
        """Hold requests, and take nothing of them."""
        self._held.clear()

    def let_go(self) -> None:
        """Answer again."""
        self._held.set()

    async def until(self, done: Callable[["Collector"], bool], *, seconds: float = 20.0) -> None:
        """Wait until that is so; looked at whenever a request came."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: done(self))

    async def _take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        self.requests += 1
        await self._tell()
        if not self._held.is_set():
            await self._held.wait()
            return web.Response(status=503)
        spans = [span for r in told.resource_spans for scope in r.scope_spans for span in scope.spans]
        if self.status != 200 or (spans and self.refuses_spans):
            return web.Response(status=self.status if self.status != 200 else 400)
        self.paths.append(request.path)
        self.spans += spans
        await self._tell()
        return web.Response()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Listen on a free port."""
    collector = Collector()
    await collector.start()
    try:
        yield collector
    finally:
        await collector.stop()
