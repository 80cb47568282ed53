"""One trace per turn, from webhook to send: spans that begin where a stored row left off."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer

from agente_hotelero.telemetry import tracing

SILENT: Final = frozenset({trace.NoOpTracer, trace.ProxyTracer})
NOWHERE: Final[AbstractContextManager[Span]] = nullcontext(trace.INVALID_SPAN)


def traceparent() -> str | None:
    """The current span, for a row that outlives the process; None when nobody traces."""
    return tracing.traceparent() if trace.get_current_span().get_span_context().is_valid else None


def follow(
    tracer: Tracer,
    name: str,
    stored: str | None,
    *,
    others: Sequence[str | None] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str | int | bool] | None = None,
) -> AbstractContextManager[Span]:
    """A span below the stored one, and linked to `others`; whatever happens to be current here is another guest's.

    Of an error it keeps the type alone: its text might quote a guest.
    """
    if _silent(tracer):
        return NOWHERE
    return _following(tracer, name, stored, others=others, kind=kind, attributes=attributes)


@contextmanager
def _following(
    tracer: Tracer,
    name: str,
    stored: str | None,
    *,
    others: Sequence[str | None],
    kind: SpanKind,
    attributes: Mapping[str, str | int | bool] | None,
) -> Iterator[Span]:
    with tracer.start_as_current_span(
        name,
        context=tracing.context_of(stored) or Context(),
        kind=kind,
        attributes=attributes,
        links=_links(others),
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield from _watched(span)


def within(
    tracer: Tracer, name: str, *, attributes: Mapping[str, str | int | bool] | None = None
) -> AbstractContextManager[Span]:
    """A span below the current one."""
    return NOWHERE if _silent(tracer) else _within(tracer, name, attributes)


@contextmanager
def _within(tracer: Tracer, name: str, attributes: Mapping[str, str | int | bool] | None) -> Iterator[Span]:
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        yield from _watched(span)


def _silent(tracer: Tracer) -> bool:
    """Whether nobody listens: a span that goes nowhere still has its price."""
    # Their classes are abstract ones, of which isinstance asks more than this costs.
    return type(tracer) in SILENT and not isinstance(trace.get_tracer_provider(), TracerProvider)


def _watched(span: Span) -> Iterator[Span]:
    try:
        yield span
    except BaseException as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise


def _links(stored: Sequence[str | None]) -> list[Link]:
    contexts = [tracing.context_of(one) for one in dict.fromkeys(stored) if one is not None]
    spans = [trace.get_current_span(context).get_span_context() for context in contexts]
    return [Link(context) for context in spans if context.is_valid]
