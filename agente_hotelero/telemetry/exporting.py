"""Spans on their way to the collector: a bounded queue, and a thread of its own that empties it."""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

import structlog
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from prometheus_client import Counter

from agente_hotelero.telemetry.sampling import Roots

QUEUE_SPANS: Final = 2048
BATCH_SPANS: Final = 512
EVERY_SECONDS: Final = 1.0
PROBE_SECONDS: Final = 5.0
"""How often a collector that is away is looked for."""
SHUTDOWN_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


class Complaints(logging.Filter):
    """Keeps an exporter's first complaint, and all of them out of the log: it has one for each retry of each batch."""

    def __init__(self, exporter: type[SpanExporter]) -> None:
        super().__init__()
        self._logger = logging.getLogger(exporter.__module__)
        self._first = ""
        self._logger.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let nothing through."""
        self._first = self._first or record.getMessage()
        return False

    def take(self) -> str:
        """What it said first since the last look."""
        first, self._first = self._first, ""
        return first

    def close(self) -> None:
        """Let it speak for itself again."""
        self._logger.removeFilter(self)


class Exporting(SpanProcessor):
    """Sends spans in batches. While the collector is away no trace begins, and an empty request looks for it.

    A batch that found nobody waits for the collector, as far as the queue goes; one that the collector refuses is
    dropped. The log says once that it is away, and once that it is back.
    """

    def __init__(self, *, exporter: SpanExporter, roots: Roots, dropped: Counter, endpoint: str) -> None:
        self._exporter = exporter
        self._roots = roots
        self._dropped = dropped
        self._endpoint = endpoint
        self._complaints = Complaints(type(exporter))
        self._waiting: deque[ReadableSpan] = deque()
        self._due = threading.Event()
        self._ended = False
        self._refusing = False
        self._thread = threading.Thread(target=self._run, name="spans", daemon=True)

    def start(self) -> None:
        """Begin to send; at once it is looked whether somebody is there."""
        self._thread.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, in the thread that ended it: never wait, never fail."""
        if len(self._waiting) >= QUEUE_SPANS:
            self._dropped.inc()
            return
        self._waiting.append(span)
        if len(self._waiting) >= BATCH_SPANS and self._roots.collected:
            self._due.set()

    def shutdown(self) -> None:
        """Send what is left, for `SHUTDOWN_SECONDS` at most, and not to a collector that is away."""
        self._ended = True
        self._due.set()
        self._thread.join(SHUTDOWN_SECONDS)
        self.close()

    def close(self) -> None:
        """Let go of the exporter; a request in hand is the thread's own affair."""
        self._exporter.shutdown()
        self._complaints.close()

    def send_waiting(self) -> None:
        """Send all that waits; where the collector is away, look for it first."""
        if not self._roots.collected:
            if not self._answers():
                return
            self._found()
        while batch := self._take():
            if self._sent(batch):
                self._refusing = False
            elif self._ended:
                return
            elif self._answers():
                self._drop(batch)
            else:
                self._keep(batch)
                self._lose()
                return

    def _run(self) -> None:
        if not self._answers():
            self._lose()
        while not self._ended:
            self._due.wait(EVERY_SECONDS if self._roots.collected else PROBE_SECONDS)
            self._due.clear()
            if not self._ended:
                self.send_waiting()
        if self._roots.collected:
            self.send_waiting()

    def _answers(self) -> bool:
        """Whether a collector is there: it accepts a request without a single span (OTLP 1.9, «Full Success»)."""
        return self._sent(())

    def _sent(self, batch: Sequence[ReadableSpan]) -> bool:
        return self._exporter.export(batch) is SpanExportResult.SUCCESS

    def _take(self) -> list[ReadableSpan]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_SPANS))]

    def _keep(self, batch: Sequence[ReadableSpan]) -> None:
        room = max(QUEUE_SPANS - len(self._waiting), 0)
        self._waiting.extendleft(reversed(batch[:room]))
        self._dropped.inc(len(batch[room:]))

    def _drop(self, batch: Sequence[ReadableSpan]) -> None:
        self._dropped.inc(len(batch))
        if not self._refusing:
            self._refusing = True
            log.warning("traces_refused", endpoint=self._endpoint, reason=self._complaints.take())

    def _lose(self) -> None:
        self._roots.collected = False
        log.warning("traces_not_exported", endpoint=self._endpoint, reason=self._complaints.take())

    def _found(self) -> None:
        self._complaints.take()
        self._roots.collected = True
        log.info("traces_exported_again", endpoint=self._endpoint)
