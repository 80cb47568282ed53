import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from agente_hotelero.telemetry import tracing
from tests.support.collector import Collector, collecting


@pytest.fixture(autouse=True)
def _own_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The global provider can be set once in a process; a test leaves none behind."""
    monkeypatch.setattr(trace, "set_tracer_provider", lambda _provider: None)
    exporter = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    yield
    exporter.setLevel(logging.NOTSET)


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as collector:
        yield collector


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

    assert (collector.names, collector.paths) == (["turn"], [asked])


async def test_a_trace_goes_on_from_what_was_stored(collector: Collector) -> None:
    provider = tracing.set_up(collector.url)
    stored = turn(provider)

    context = tracing.context_of(stored)
    with provider.get_tracer("test").start_as_current_span("send", context=context) as sent:
        assert f"{sent.get_span_context().trace_id:032x}" == stored.split("-")[1]

    await asyncio.to_thread(tracing.shut_down, provider)
    assert collector.names == ["turn", "send"]


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
