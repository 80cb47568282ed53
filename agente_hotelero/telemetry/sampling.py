"""Which traces begin: a share of them, and none while nobody collects them."""

from collections.abc import Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes
from prometheus_client import Counter

NO: Final = SamplingResult(Decision.DROP)


class Roots(Sampler):
    """Decides where a trace begins; below it the beginning's decision holds, in every process.

    So a trace is whole or absent, and a collector that is away costs a message what one that is not sampled costs.
    """

    def __init__(self, *, ratio: float, dropped: Counter) -> None:
        """`ratio` is the share of traces, 0 to 1; `dropped` counts those that a collector would have got."""
        self._share = TraceIdRatioBased(ratio)
        self._dropped = dropped
        self.collected = True
        """Whether somebody takes traces; whoever sends them says so."""

    def refuse(self) -> bool:
        """Tell whether no trace can begin now, and count the one that does not; what is left to chance is not known yet."""
        if not self._share.rate:
            return True
        if not self.collected:
            self._dropped.inc()
        return not self.collected

    def should_sample(  # noqa: PLR0917 - as the interface has it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Answer whether this trace is recorded."""
        chosen = self._share.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)
        if self.collected or chosen.decision is Decision.DROP:
            return chosen
        self._dropped.inc()
        return NO

    def get_description(self) -> str:
        """Say what it is, as the interface wants."""
        return f"Roots{{{self._share.get_description()}}}"


class WholeOrAbsent(ParentBased):
    """The sampler of all spans: what has a parent goes the parent's way."""

    def __init__(self, roots: Roots) -> None:
        super().__init__(root=roots)
        self.refuse = roots.refuse
