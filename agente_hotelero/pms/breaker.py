"""The circuit before a PMS: which of its answers are failures, and what is said where none is asked for."""

from enum import StrEnum
from typing import Final

from agente_hotelero import circuits
from agente_hotelero.circuits import CircuitOpenError, Permit
from agente_hotelero.pms.limiter import KeptBackError


class Outcome(StrEnum):
    """How a call of the PMS ended; the names are the metric's label."""

    OK = "ok"
    REFUSED = "refused"
    """The PMS is well and says no."""
    BUSY = "busy"
    """The PMS is well and sent us away: that is for the rate limit, not for the breaker."""
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    ERROR = "error"
    """The adapter's own bug, or an answer that it can't read."""


FAILURES: Final = frozenset({Outcome.TIMEOUT, Outcome.UNAVAILABLE, Outcome.ERROR})


class Breaker(circuits.Breaker):
    """One circuit of one PMS."""

    def permission(self) -> Permit:
        """Give leave for one call; raises KeptBackError while open, or while the one trial is under way."""
        try:
            return super().permission()
        except CircuitOpenError as error:
            raise KeptBackError("the PMS (circuit open)", retry_after_seconds=error.retry_after_seconds) from None

    def report(self, permit: Permit, outcome: Outcome, *, seconds: float) -> bool:
        """Say how a permitted call ended; tells whether it counts as a failure, as slow calls do."""
        return self.settle(permit, failed=outcome in FAILURES, seconds=seconds)
