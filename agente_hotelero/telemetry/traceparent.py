"""W3C's `traceparent`: how a trace goes on in a row, and from there in another process."""

from typing import Final

from opentelemetry import trace
from opentelemetry.trace import SpanContext, TraceFlags

EVEN: Final = frozenset("02468ace")


def current() -> str | None:
    """The current span, sampled or not, for a row that outlives the process; None when nobody traces."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    # By hand: the propagators of OpenTelemetry take ten times as long for the same line.
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


def unsampled(stored: str | None) -> bool:
    """Whether a row says that its trace is not recorded, at a glance: the last bit of the flags."""
    return stored is not None and stored[-1:] in EVEN


def read(stored: str | None) -> SpanContext | None:
    """The span that a row names; None where it names none."""
    try:
        _, trace_id, span_id, flags = (stored or "").split("-")
        span = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    except ValueError:
        return None
    return span if span.is_valid else None
