"""Two ways to the same staff: the second is for when the first fails."""

from collections.abc import Sequence
from typing import Protocol

from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.journal import OpenHandOff


class Way(Protocol):
    """One way to tell staff."""

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises UnavailableError."""
        ...


class Either:
    """Tells by the first way that works."""

    def __init__(self, ways: Sequence[Way]) -> None:
        """Take at least one way, the preferred first."""
        self._ways = ways

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises the last way's UnavailableError when none works."""
        *others, last = self._ways
        for way in others:
            try:
                return await way.tell(handoff)
            except UnavailableError:
                continue
        return await last.tell(handoff)
