"""What supervision tells the outside: states, snapshots, counters."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class ChildState(StrEnum):
    """Where a child stands."""

    STARTING = "starting"
    RUNNING = "running"
    BACKING_OFF = "backing_off"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """An actor or a supervisor as health sees it, without asking it anything."""

    name: str
    kind: str
    state: ChildState
    restarts: int
    mailbox_depth: int
    last_error: str | None
    """The type of the last failure; its text might quote a guest."""
    children: "tuple[Snapshot, ...]" = ()


def depths(*snapshots: Snapshot) -> Counter[str]:
    """How much waits in the mailboxes below, by kind."""
    found: Counter[str] = Counter()
    for snapshot in snapshots:
        found[snapshot.kind] += snapshot.mailbox_depth
        found += depths(*snapshot.children)
    return found


class LifeMetrics(Protocol):
    """What supervision counts, both labelled `kind`; the metrics of the composition root have these."""

    @property
    def actors_alive(self) -> Any:
        """A gauge."""
        ...

    @property
    def actor_restarts_total(self) -> Any:
        """A counter."""
        ...
