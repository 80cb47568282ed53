"""Spans on their way: sampled as asked, sent in the background, and given up where nobody takes them."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from structlog.testing import capture_logs

from agente_hotelero.actors import spans
from agente_hotelero.telemetry import exporting, traceparent, tracing
from agente_hotelero.telemetry.exporting import Exporting
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.telemetry.sampling import Roots, WholeOrAbsent
from tests.support.collector import Collector, collecting

TRACES = 2_000
BEGUN = f"00-{1:032x}-{2:016x}-01"


@pytest.fixture(autouse=True)
def _own_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """The global provider can be set once in a process; a test leaves none behind."""
    monkeypatch.setattr(trace, "set_tracer_provider", lambda _provider: None)


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as collector:
        yield collector


@dataclass(frozen=True, kw_only=True)
class Line:
    """The way to a collector, step by step: no thread is started."""

    exporting: Exporting
    tracer: trace.Tracer
    metrics: Metrics

    def turn(self, stored: str | None = None) -> bool:
        """Make a span as a turn does; answers whether it was recorded."""
        with spans.follow(self.tracer, "turn", stored) as span:
            return span.is_recording()

    def webhook(self) -> str:
        """Begin a trace as a request does; answers what is stored of it."""
        with spans.begin(self.tracer, "webhook", kind=trace.SpanKind.SERVER, attributes={}):
            return traceparent.current() or ""

    async def step(self) -> None:
        await asyncio.to_thread(self.exporting.send_waiting)

    @property
    def dropped(self) -> float:
        return self.metrics.registry.get_sample_value("spans_dropped_total") or 0.0


@contextmanager
def line(url: str, *, ratio: float = 1.0, exporter: SpanExporter | None = None) -> Iterator[Line]:
    metrics = Metrics()
    roots = Roots(ratio=ratio, dropped=metrics.spans_dropped_total)
    made = Exporting(
        # Less than its first pause: it tries once.
        exporter=exporter or OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=0.5),
        roots=roots,
        dropped=metrics.spans_dropped_total,
        endpoint=url,
    )
    provider = TracerProvider(sampler=WholeOrAbsent(roots), shutdown_on_exit=False)
    provider.add_span_processor(made)
    with closing(made):
        yield Line(exporting=made, tracer=provider.get_tracer("test"), metrics=metrics)


@contextmanager
def closed_port() -> Iterator[str]:
    """An address that refuses connections: bound, so that nobody else takes it, and not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def set_up(url: str, *, ratio: float = 1.0) -> TracerProvider:
    return tracing.set_up(url, ratio=ratio, metrics=Metrics())


def turn(provider: TracerProvider) -> str:
    with provider.get_tracer("test").start_as_current_span("turn"):
        return traceparent.current() or ""


@pytest.mark.parametrize(
    ("path", "asked"), [("", "/v1/traces"), ("/", "/v1/traces"), ("/otlp/v1/traces", "/otlp/v1/traces")]
)
async def test_what_is_left_is_sent_at_the_end(collector: Collector, path: str, asked: str) -> None:
    provider = set_up(collector.url + path)
    turn(provider)

    await asyncio.to_thread(provider.shutdown)

    assert (collector.names, set(collector.paths)) == (["turn"], {asked})


async def test_spans_are_sent_in_the_background_while_it_goes_on(collector: Collector) -> None:
    provider = set_up(collector.url)
    turn(provider)

    await collector.until(lambda its: its.names == ["turn"])

    await asyncio.to_thread(provider.shutdown)


async def test_a_trace_goes_on_from_what_was_stored(collector: Collector) -> None:
    provider = set_up(collector.url)
    stored = turn(provider)

    with spans.follow(provider.get_tracer("test"), "send", stored):
        assert (traceparent.current() or "").split("-")[1] == stored.split("-")[1]

    await asyncio.to_thread(provider.shutdown)
    assert collector.names == ["turn", "send"]


def test_without_a_span_there_is_nothing_to_store() -> None:
    assert traceparent.current() is None


@pytest.mark.parametrize(
    "stored", [None, "", "00", "00-trace-span-01", f"00-{0:032x}-{0:016x}-01", f"00-{1:032x}-{'f' * 17}-01"]
)
def test_what_is_no_traceparent_names_no_span(stored: str | None) -> None:
    assert traceparent.read(stored) is None


# Sampling.


def test_a_share_of_the_traces_is_recorded() -> None:
    with closed_port() as url, line(url, ratio=0.25) as way:
        recorded = sum(way.turn() for _ in range(TRACES))
        assert 0.2 < recorded / TRACES < 0.3
        assert way.dropped == 0


@pytest.mark.parametrize(("flags", "recorded"), [("01", True), ("03", True), ("00", False), ("02", False)])
@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_what_was_decided_where_a_trace_began_holds_in_every_process(ratio: float, flags: str, recorded: bool) -> None:
    with closed_port() as url, line(url, ratio=ratio) as way:
        assert way.turn(f"00-{1:032x}-{2:016x}-{flags}") is recorded


def test_what_comes_of_an_event_that_is_not_sampled_is_not_sampled_either() -> None:
    with closed_port() as url, line(url, ratio=1.0) as way:
        unsampled = f"00-{1:032x}-{2:016x}-00"
        with spans.follow(way.tracer, "turn", unsampled), spans.within(way.tracer, "pms") as asked:
            assert not asked.is_recording()


def test_what_happens_to_be_current_lends_its_trace_to_nothing_that_is_not_sampled() -> None:
    with closed_port() as url, line(url) as way, spans.follow(way.tracer, "another guest's", None):
        unsampled = f"00-{1:032x}-{2:016x}-00"
        with spans.follow(way.tracer, "turn", unsampled), spans.within(way.tracer, "pms") as asked:
            assert not asked.is_recording()
            assert traceparent.current() == unsampled


# A collector that is away.


@pytest.fixture(params=["refuses", "hangs", "answers 500", "answers 503"])
async def dead(request: pytest.FixtureRequest) -> AsyncIterator[Collector]:
    async with collecting() as collector:
        match request.param:
            case "refuses":
                await collector.stop()
            case "hangs":
                collector.hang()
            case status:
                collector.status = int(status.split()[1])
        yield collector


async def back(collector: Collector) -> None:
    collector.status = 200
    await collector.stop()
    await collector.start()


async def test_while_the_collector_is_away_no_trace_begins_and_what_has_begun_arrives_later(dead: Collector) -> None:
    with capture_logs() as logged, line(dead.url) as way:
        assert way.turn()
        for _ in range(3):
            await way.step()
            assert not way.turn()
        assert [entry["event"] for entry in logged] == ["traces_not_exported"]
        assert logged[0]["reason"]
        assert way.dropped == 3

        await back(dead)
        await way.step()
        assert way.turn()
        await way.step()

    assert [entry["event"] for entry in logged] == ["traces_not_exported", "traces_exported_again"]
    assert dead.names == ["turn", "turn"]
    assert way.dropped == 3


async def test_what_came_while_the_collector_was_away_stays_without_a_trace_when_it_is_back() -> None:
    async with collecting() as collector:
        with line(collector.url) as way:
            way.turn()
            await collector.stop()
            await way.step()
            stored = way.webhook()
            assert way.dropped == 1
            await collector.start()
            await way.step()

            assert not way.turn(stored)
            assert way.turn(way.webhook())
            await way.step()
        assert collector.names == ["turn", "webhook", "turn"]


def test_where_none_is_sampled_none_is_missed() -> None:
    with closed_port() as url, line(url, ratio=0.0) as way:
        assert not way.turn(way.webhook())
        assert way.dropped == 0


async def test_a_trace_that_began_before_the_collector_left_is_whole() -> None:
    async with collecting() as collector:
        with line(collector.url) as way:
            stored = way.webhook()
            await collector.stop()
            await way.step()
            assert way.turn(stored)
            await collector.start()
            await way.step()
        assert collector.names == ["webhook", "turn"]


async def test_a_batch_that_the_collector_refuses_is_dropped_and_said_once(collector: Collector) -> None:
    collector.refuses_spans = True
    with capture_logs() as logged, line(collector.url) as way:
        for _ in range(3):
            assert way.turn()
            await way.step()
        assert [entry["event"] for entry in logged] == ["traces_refused"]
        assert way.dropped == 3

        collector.refuses_spans = False
        way.turn()
        await way.step()
        assert collector.names == ["turn"]


def test_the_queue_is_bounded_and_what_it_has_no_room_for_is_counted() -> None:
    with closed_port() as url, line(url) as way:
        for _ in range(exporting.QUEUE_SPANS + 10):
            way.turn()
        assert way.dropped == 10


class Failing(SpanExporter):
    """Sends nothing; `meanwhile` happens while it tries."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = list

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.meanwhile()
        return SpanExportResult.FAILURE


def test_a_batch_that_waits_again_takes_no_more_room_than_there_is() -> None:
    exporter = Failing()
    with line("http://nowhere", exporter=exporter) as way:
        for _ in range(exporting.QUEUE_SPANS):
            way.turn()
        exporter.meanwhile = way.turn
        way.exporting.send_waiting()

        exporter.meanwhile = list
        for _ in range(exporting.QUEUE_SPANS):
            way.turn(BEGUN)
        # Two took the place of as many of the batch, and then there was no room.
        assert way.dropped == 2 + exporting.QUEUE_SPANS


def test_it_is_known_at_the_start_that_nobody_is_there() -> None:
    with closed_port() as url, capture_logs() as logged, line(url) as way:
        way.exporting.start()
        way.exporting.shutdown()
    assert [entry["event"] for entry in logged] == ["traces_not_exported"]


async def test_a_collector_that_hangs_holds_the_end_up_for_two_seconds_at_most(collector: Collector) -> None:
    provider = set_up(collector.url)
    await collector.until(lambda its: its.requests == 1)
    turn(provider)
    collector.hang()

    began = time.monotonic()
    await asyncio.to_thread(provider.shutdown)

    assert time.monotonic() - began < exporting.SHUTDOWN_SECONDS + 1.0


def test_the_exporter_speaks_for_itself_again_when_tracing_ends() -> None:
    with closed_port() as url:
        exporter = logging.getLogger(OTLPSpanExporter.__module__)
        before = list(exporter.filters)
        set_up(url).shutdown()
        assert exporter.filters == before
