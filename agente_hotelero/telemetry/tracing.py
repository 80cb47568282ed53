"""Traces: one per turn, from webhook to send, and no cost where nobody collects them."""

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def set_up(endpoint: str) -> TracerProvider:
    """Send spans to an OTLP endpoint, in the background; call `shutdown()` on what this answers."""
    provider = TracerProvider(resource=Resource.create({"service.name": "agente-hotelero"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return provider


def traceparent() -> str | None:
    """The current span as a W3C `traceparent`, for a row that outlives the process."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def context_of(stored: str | None) -> Context | None:
    """The context that a stored `traceparent` names."""
    return None if stored is None else propagate.extract({"traceparent": stored})
