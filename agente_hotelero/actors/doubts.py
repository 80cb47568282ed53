"""Guests whose last commit has an unknown outcome: whether there are replies to send is only known by looking."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from agente_hotelero.model.ids import GuestId

DOUBT_SECONDS: Final = 30.0
"""A statement whose connection was lost may go on in the server for as long as statements may take there."""


@dataclass(slots=True, eq=False)
class Doubt:
    """One commit of unknown outcome; `decided` once a later commit of the same guest passed."""

    until: float
    decided: bool = False


class Doubts:
    """Whose outbox must be looked at, and until when.

    While a guest is in doubt, replies of a later commit are not sent from the commit's answer, but found by a
    look after it: an earlier reply, committed without our knowing, is found with them and goes first.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """`clock` is monotonic, in seconds."""
        self._clock = clock
        self._doubts: dict[GuestId, Doubt] = {}

    def __bool__(self) -> bool:
        """Tell whether anybody is in doubt."""
        return bool(self._doubts)

    def __contains__(self, guest: GuestId) -> bool:
        """Tell whether a guest is in doubt."""
        return guest in self._doubts

    def begin(self, guests: Iterable[GuestId]) -> None:
        """A commit of these guests has an unknown outcome."""
        for guest in guests:
            self._doubts[guest] = Doubt(self._clock() + DOUBT_SECONDS)

    def decide(self, guest: GuestId) -> None:
        """A later commit passed: one more look tells what became of the earlier one."""
        if guest in self._doubts:
            self._doubts[guest].decided = True

    def look(self) -> Mapping[GuestId, Doubt]:
        """Begin a look; answers the doubts that it ends if it succeeds."""
        now = self._clock()
        return {guest: doubt for guest, doubt in self._doubts.items() if doubt.decided or doubt.until <= now}

    def end(self, seen: Mapping[GuestId, Doubt]) -> None:
        """A look succeeded; a doubt that began meanwhile stays."""
        for guest, doubt in seen.items():
            if self._doubts.get(guest) is doubt:
                del self._doubts[guest]

    def clear(self) -> None:
        """Everything was read anew, or is not ours any more."""
        self._doubts.clear()
