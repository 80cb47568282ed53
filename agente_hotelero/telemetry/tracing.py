"""Traces: one per turn, from webhook to send, and no cost where nobody collects them."""

import logging
import threading
from typing import Final
from urllib.parse import urlsplit

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

SIGNAL_PATH: Final = "/v1/traces"
EXPORT_SECONDS: Final = 5
"""How long one batch may take, retries included; it runs in a thread of its own."""
SHUTDOWN_SECONDS: Final = 2.0


def set_up(endpoint: str) -> TracerProvider:
    """Send spans to an OTLP endpoint, in the background; `shut_down()` ends that.

    `endpoint` is a collector's address, such as http://collector:4318, or the full address of its traces.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": "agente-hotelero"}), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=_traces(endpoint), timeout=EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    # One line per lost batch is enough: it would announce every retry too.
    logging.getLogger(OTLPSpanExporter.__module__).setLevel(logging.ERROR)
    return provider


def shut_down(provider: TracerProvider, *, seconds: float = SHUTDOWN_SECONDS) -> None:
    """Send what is left, for so long; by itself it would wait half a minute for a collector that is away."""
    last = threading.Thread(target=provider.shutdown, name="last-spans", daemon=True)
    last.start()
    last.join(seconds)


def traceparent() -> str | None:
    """The current span as a W3C `traceparent`, for a row that outlives the process."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def context_of(stored: str | None) -> Context | None:
    """The context that a stored `traceparent` names."""
    return None if stored is None else propagate.extract({"traceparent": stored})


def _traces(endpoint: str) -> str:
    return endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + SIGNAL_PATH
