"""Traces: one per turn, from webhook to send, and no cost where nobody collects them."""

from typing import Final
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from agente_hotelero.telemetry.exporting import Exporting
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.telemetry.sampling import Roots, WholeOrAbsent

SIGNAL_PATH: Final = "/v1/traces"
EXPORT_SECONDS: Final = 3.0
"""How long one batch may take, retries included."""


def set_up(endpoint: str, *, ratio: float, metrics: Metrics) -> TracerProvider:
    """Send spans to an OTLP endpoint, in the background; the provider's `shutdown()` ends that, within two seconds.

    `endpoint` is a collector's address, such as http://collector:4318, or the full address of its traces; `ratio`
    is the share of traces that are recorded, 0 to 1.
    """
    dropped = metrics.spans_dropped_total
    roots = Roots(ratio=ratio, dropped=dropped)
    provider = TracerProvider(
        sampler=WholeOrAbsent(roots),
        resource=Resource.create({"service.name": "agente-hotelero"}),
        shutdown_on_exit=False,
    )
    traces = _traces(endpoint)
    exporter = OTLPSpanExporter(endpoint=traces, timeout=EXPORT_SECONDS)
    exporting = Exporting(exporter=exporter, roots=roots, dropped=dropped, endpoint=traces)
    provider.add_span_processor(exporting)
    trace.set_tracer_provider(provider)
    exporting.start()
    return provider


def _traces(endpoint: str) -> str:
    return endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + SIGNAL_PATH
