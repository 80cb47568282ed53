"""How one mailbox is read: when it last was, and why not since; for metrics, and for whoever looks."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog

from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError
from agente_hotelero.errors import AccessRefusedError, OverloadedError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.ids import Account
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)


class Blindness(StrEnum):
    """Why a mailbox is not read, by what can be done about it."""

    REFUSED = "refused"
    """It does not take our name and secret: a person has to look."""
    AWAY = "away"
    """Its server is not reached, or is too slow: it is asked again by itself."""
    STORAGE = "storage"
    """It is read, and what was read can't be stored: our own database."""
    FAILED = "failed"
    """A bug of ours."""


KINDS: Final = (
    (AccessRefusedError, Blindness.REFUSED),
    # Mails go to the router, and through it into the database.
    *(
        (error, Blindness.STORAGE)
        for error in (StorageUnavailableError, OverloadedError, AskTimeoutError, ActorStoppedError)
    ),
    (UnavailableError, Blindness.AWAY),
    (TimeoutError, Blindness.AWAY),
)
"""The first that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingHealth:
    """`read_seconds_ago` counts from the start where it was never read since."""

    failing: Blindness | None
    failures_in_a_row: int
    read_seconds_ago: float


class Eyesight:
    """Of one mailbox's reader."""

    def __init__(self, account: Account, *, now: Callable[[], datetime], metrics: Metrics) -> None:
        self._account = account
        self._now = now
        self._metrics = metrics
        self._read_at = now()
        self._failures = 0
        self._failing: Blindness | None = None

    @property
    def health(self) -> ReadingHealth:
        """How it is this moment."""
        silent = (self._now() - self._read_at).total_seconds()
        return ReadingHealth(failing=self._failing, failures_in_a_row=self._failures, read_seconds_ago=round(silent, 1))

    def begin(self) -> None:
        """Be seen from the start on, all kinds of failures too: of a counter that is not there nobody sees the first step."""
        for kind in Blindness:
            self._metrics.mailbox_failures_total.labels(*self._labels, kind)
        self._metrics.mailbox_read_timestamp_seconds.labels(*self._labels).set(self._read_at.timestamp())

    def read(self) -> None:
        """It was read, to where it ends or a portion."""
        if self._failures:
            log.info("mailbox_reached", hotel=self._account.hotel, failures=self._failures)
        self._failures, self._failing = 0, None
        self._read_at = self._now()
        self._metrics.mailbox_read_timestamp_seconds.labels(*self._labels).set(self._read_at.timestamp())
        self._metrics.dependency_up.labels(self._name).set(1)

    def failed(self, error: Exception) -> None:
        """It could not be read. What is new is logged: another kind of failure is."""
        kind = next((kind for cause, kind in KINDS if isinstance(error, cause)), Blindness.FAILED)
        if kind is not self._failing:
            log.warning("mailbox_away", hotel=self._account.hotel, kind=kind.value, error=type(error).__name__)
        self._failures += 1
        self._failing = kind
        self._metrics.mailbox_failures_total.labels(*self._labels, kind).inc()
        self._metrics.dependency_up.labels(self._name).set(0)

    def end(self) -> None:
        """Nobody reads it any more, so nobody is to look for when it was read."""
        with suppress(KeyError):
            self._metrics.mailbox_read_timestamp_seconds.remove(*self._labels)
        with suppress(KeyError):
            self._metrics.dependency_up.remove(self._name)

    @property
    def _labels(self) -> tuple[str, str]:
        return self._account.hotel, self._account.name

    @property
    def _name(self) -> str:
        return f"mailbox:{self._account.hotel}"
