"""One trace per turn, from webhook to send: spans that begin where a stored row left off.

A row whose beginning was not sampled costs no span: its context goes on, so that what comes of it is not sampled either.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, Tracer

from agente_hotelero.telemetry import traceparent

SILENT: Final = frozenset({trace.NoOpTracer, trace.ProxyTracer})
NOBODY: Final = frozenset({trace.NoOpTracerProvider, trace.ProxyTracerProvider})
NOWHERE: Final[AbstractContextManager[Span]] = nullcontext(trace.INVALID_SPAN)
ROOT: Final = Context()
"""Below nothing: whatever happens to be current is another guest's."""

UNSAMPLED: Final = NonRecordingSpan(SpanContext(trace_id=1, span_id=1, is_remote=False))
"""What all messages have in common while no trace begins: a row that says so, and costs next to nothing."""

WITHOUT: Final = trace.set_span_in_context(UNSAMPLED, ROOT)


class _Unsampled(AbstractContextManager[Span]):
    """A request without a trace; a generator would cost half as much again."""

    __slots__ = ("_token",)

    def __enter__(self) -> Span:
        self._token = attach(WITHOUT)
        return UNSAMPLED

    def __exit__(self, *_: object) -> None:
        detach(self._token)


def begin(
    tracer: Tracer, name: str, *, kind: SpanKind, attributes: Mapping[str, str | int | bool]
) -> AbstractContextManager[Span]:
    """The first span of a trace."""
    if _refused(tracer):
        return _Unsampled()
    return _current(tracer.start_span(name, ROOT, kind, attributes))


def follow(
    tracer: Tracer,
    name: str,
    stored: str | None,
    *,
    others: Sequence[str | None] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str | int | bool] | None = None,
) -> AbstractContextManager[Span]:
    """A span below the stored one, and linked to `others`, of which one takes its place where it is not sampled.

    Of an error it keeps the type alone: its text might quote a guest.
    """
    if _silent(tracer):
        return NOWHERE
    if not others and traceparent.unsampled(stored) and trace.get_current_span() is trace.INVALID_SPAN:
        # The usual way where little is sampled: a dictionary, a generator and two contexts less.
        return NOWHERE
    parent, links = _family(stored, others)
    if parent is not None and not parent.trace_flags.sampled:
        return _current(NonRecordingSpan(parent))
    context = ROOT if parent is None else trace.set_span_in_context(NonRecordingSpan(parent), ROOT)
    return _current(tracer.start_span(name, context, kind, attributes, links))


def within(
    tracer: Tracer, name: str, *, attributes: Mapping[str, str | int | bool] | None = None
) -> AbstractContextManager[Span]:
    """A span below the current one, where that is sampled."""
    if _silent(tracer) or not trace.get_current_span().get_span_context().trace_flags.sampled:
        return NOWHERE
    return _current(tracer.start_span(name, attributes=attributes))


def resumed(stored: str | None) -> AbstractContextManager[Span]:
    """The stored span as the current one: what is logged here belongs to its trace."""
    parent = traceparent.read(stored)
    return NOWHERE if parent is None else _current(NonRecordingSpan(parent))


@contextmanager
def _current(span: Span) -> Iterator[Span]:
    """The current span until this ends, and with it the span."""
    token = attach(trace.set_span_in_context(span, ROOT))
    try:
        yield span
    except BaseException as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise
    finally:
        detach(token)
        span.end()


def _refused(tracer: Tracer) -> bool:
    """Whether our sampler, of which only the SDK's tracers know, lets no trace begin: ours to ask, since a span that is dropped has its price too."""
    sampler = getattr(tracer, "sampler", None)
    return sampler is not None and getattr(sampler, "refuse", bool)()


def _silent(tracer: Tracer) -> bool:
    """Whether nobody listens: a span that goes nowhere still has its price."""
    # Their classes are abstract ones, of which isinstance asks more than this costs.
    return type(tracer) in SILENT and type(trace.get_tracer_provider()) in NOBODY


def _family(stored: str | None, others: Sequence[str | None]) -> tuple[SpanContext | None, list[Link]]:
    """The parent and the links: a trace that was begun gets its turn, also beside messages that are not sampled."""
    if not others:
        return traceparent.read(stored), []
    read = [traceparent.read(one) for one in dict.fromkeys([stored, *reversed(others)])]
    found = [one for one in read if one is not None]
    sampled = [one for one in found if one.trace_flags.sampled]
    parent = next(iter(sampled or found), None)
    return parent, [Link(one) for one in reversed(sampled) if one is not parent]
