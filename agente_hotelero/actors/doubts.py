"""Guests whose last commit has an unknown outcome: whether there are replies to send is only known by looking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from agente_hotelero.model.ids import GuestId, InboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus

DOUBT_SECONDS: Final = 30.0
"""A statement whose connection was lost may go on in the server for as long as statements may take there."""


@dataclass(slots=True, eq=False)
class Doubt:
    """One commit of unknown outcome; `decided` once a later commit of the same guest passed."""

    until: float
    decided: bool = False
    causes: set[InboxId] = field(default_factory=set)
    """Of the turns whose commit it was, and whose messages nobody was given yet."""


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

    def begin(self, guest: GuestId, cause: InboxId) -> None:
        """A commit of this guest has an unknown outcome; `cause` is what its messages name as theirs."""
        before = self._doubts.get(guest)
        causes = before.causes if before is not None else set()
        self._doubts[guest] = Doubt(self._clock() + DOUBT_SECONDS, causes=causes | {cause})

    def found(self, row: OutboxRow) -> OutboxRow:
        """A look found this message: one that is «being sent» by a commit nobody heard of was never POSTed.

        It is so once: whoever finds it again does not know what its sender did meanwhile.
        """
        doubt = self._doubts.get(row.guest_id)
        if row.status is not OutboxStatus.SENDING or doubt is None or row.cause not in doubt.causes:
            return row
        doubt.causes.discard(row.cause)
        return replace(row, begun=self._clock())

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
