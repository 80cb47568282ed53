import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider

from agente_hotelero.http.listener import Listener
from agente_hotelero.telemetry import tracing


@dataclass
class Collector:
    """Takes OTLP over HTTP, as Jaeger does."""

    url: str = ""
    spans: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        self.paths.append(request.path)
        self.spans += [span.name for r in told.resource_spans for scope in r.scope_spans for span in scope.spans]
        return web.Response()


@pytest.fixture(autouse=True)
def _own_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The global provider can be set once in a process; a test leaves none behind."""
    monkeypatch.setattr(trace, "set_tracer_provider", lambda _provider: None)
    exporter = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    yield
    exporter.setLevel(logging.NOTSET)


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    application = web.Application()
    application.router.add_post("/{path:.*}", collector.take)
    listener = await Listener.open(application, host="127.0.0.1", port=0)
    collector.url = f"http://127.0.0.1:{listener.port}"
    yield collector
    await listener.close()


def turn(provider: TracerProvider) -> str:
    with provider.get_tracer("test").start_as_current_span("turn"):
        return tracing.traceparent() or ""


@pytest.mark.parametrize(
    ("path", "asked"), [("", "/v1/traces"), ("/", "/v1/traces"), ("/otlp/v1/traces", "/otlp/v1/traces")]
)
async def test_what_is_left_is_sent_at_the_end(collector: Collector, path: str, asked: str) -> None:
    provider = tracing.set_up(collector.url + path)
    turn(provider)

    await asyncio.to_thread(tracing.shut_down, provider)

    assert (collector.spans, collector.paths) == (["turn"], [asked])


async def test_a_trace_goes_on_from_what_was_stored(collector: Collector) -> None:
    provider = tracing.set_up(collector.url)
    stored = turn(provider)

    context = tracing.context_of(stored)
    with provider.get_tracer("test").start_as_current_span("send", context=context) as sent:
        assert f"{sent.get_span_context().trace_id:032x}" == stored.split("-")[1]

    await asyncio.to_thread(tracing.shut_down, provider)
    assert collector.spans == ["turn", "send"]


def test_without_a_span_there_is_nothing_to_store() -> None:
    assert tracing.traceparent() is None
    assert tracing.context_of(None) is None


def test_a_collector_that_never_answers_does_not_hold_the_end_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        provider = tracing.set_up(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        turn(provider)

        tracing.shut_down(provider, seconds=0.1)

        (worker,) = (thread for thread in threading.enumerate() if thread.name == "last-spans")
        assert worker.daemon
    # Closed, the socket resets the connection, and the exporter gives up by itself.
    worker.join(timeout=tracing.EXPORT_SECONDS * 2)
    assert not worker.is_alive()
