"""The world around a service, in a process of its own: guests who write, and Graph that takes what they are answered."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import Program
from benchmarks.traffic import Batch

CROWD: Final = ("benchmarks.crowd",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the guests are to do."""

    port: int
    batches: Sequence[Batch]
    """Mixed at random; the outcome tells them apart."""
    connections: int = 64
    rate: float | None = None
    """Webhooks a second, at random moments as guests write (a Poisson process); None means as fast as they are taken."""
    replies: bool = False
    """Wait for Graph to get an answer to each, and let the next guest write only then."""
    in_flight: int = 64
    """Guests at a time, where they write as fast as they are answered."""
    statuses: bool = False
    """Report every answer as sent and delivered, as Meta does."""
    patience_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long something took, in seconds."""

    count: int
    p50: float
    p99: float
    longest: float
    last_at: float
    """When the last of it happened, from the beginning of the errand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one batch came to."""

    acknowledged: Times
    """From the moment it should have been written (however late the generator was) to the 200."""
    answered: Times
    """From the same moment to the POST at Graph."""
    refused: int
    offers: int
    """Answers that name a price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Messages at Graph that answer nobody of an errand, since they were last asked for; times are of time.perf_counter()."""

    count: int
    first: float
    last: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the errand came to; `busy` is the share of one core that the world itself used."""

    seconds: float
    busy: float
    others: "Others"
    batches: Sequence[Heard] = field(default_factory=list)

    @property
    def all(self) -> Heard:
        """The outcome of an errand of one batch."""
        (one,) = self.batches
        return one


class World(Program):
    """Our end of the pipe."""

    talks = True

    def __init__(self, *, log: Path) -> None:
        super().__init__(CROWD, log=log)

    @property
    def graph_url(self) -> str:
        """Where its Graph listens."""
        return f"http://127.0.0.1:{self.port}/v25.0"

    def start(self) -> None:
        """Begin, and wait until Graph listens."""
        super().start()
        self._hear()

    def prepare(self, errand: Errand) -> None:
        """Have everything signed and every connection open."""
        self._say(json.dumps(asdict(errand)))
        self._hear()

    def go(self) -> Outcome:
        """Let them write; answers when it is over."""
        self._say("go")
        told = self._hear()
        batches = [_heard(batch) for batch in told["batches"]]
        return Outcome(seconds=told["seconds"], busy=told["busy"], others=Others(**told["others"]), batches=batches)

    def others(self) -> Others:
        """Ask for what came so far, and begin to count anew."""
        self._say("others")
        return Others(**self._hear())

    def gives_out(self, recording: Path) -> None:
        """Have Graph give out this file, whatever media it is asked for."""
        self._say(f"recording {recording}")
        self._hear()

    def do(self, errand: Errand) -> Outcome:
        """Prepare and go."""
        self.prepare(errand)
        return self.go()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the world ended; its log ends:\n{self.log()[-3000:]}")
        told = json.loads(line)
        self.port = told.get("port", self.port)
        return told


def _heard(told: dict[str, Any]) -> Heard:
    return Heard(
        acknowledged=Times(**told["acknowledged"]),
        answered=Times(**told["answered"]),
        refused=told["refused"],
        offers=told["offers"],
    )
