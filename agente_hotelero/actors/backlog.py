"""What an earlier owner left undone, and in which portions it is handed out, so that a killer is found."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from agente_hotelero.model.ids import GuestId, InboxId
from agente_hotelero.model.journal import Waiting

WIDE: Final = 500
"""Guests in one portion while nothing is suspicious."""
NARROW: Final = 16
"""… when their rows were in hand at two deaths already."""
LAST_ATTEMPT: Final = 5
"""A row that was in hand this often is a dead letter."""
SUSPECT: Final = 2
ALONE: Final = 3


class Backlog:
    """Guests with undone rows, the least suspicious first, each portion under the next one's guard.

    A row that kills its owner takes the whole portion with it; so portions shrink with attempts until it
    stands alone, and nobody else's message is counted out with it.
    """

    def __init__(self, waiting: Iterable[Waiting] = ()) -> None:
        self._suspicion: OrderedDict[GuestId, int] = OrderedDict()
        self._taken: dict[GuestId, int] = {}
        self.dead: dict[InboxId, GuestId] = {}
        """Rows to be buried before their guest's others go on."""
        for row in waiting:
            if row.attempts >= LAST_ATTEMPT:
                self.dead[row.id] = row.guest_id
            self._suspicion[row.guest_id] = max(self._suspicion.get(row.guest_id, 0), _level(row))

    def __contains__(self, guest: GuestId) -> bool:
        """Tell whether a guest still waits for their portion."""
        return guest in self._suspicion

    def __len__(self) -> int:
        """Count the guests that wait."""
        return len(self._suspicion)

    def take(self, *, in_hand: int) -> list[GuestId]:
        """Take the next portion, given how many of the earlier ones' rows are still in hand; empty means wait."""
        if not self._suspicion:
            return []
        level = min(self._suspicion.values())
        if in_hand and (level > 0 or in_hand > WIDE // 2):
            return []
        size = (WIDE, NARROW, 1)[level]
        portion = [guest for guest, its in self._suspicion.items() if its == level][:size]
        self._taken = {guest: self._suspicion.pop(guest) for guest in portion}
        return portion

    def put_back(self) -> None:
        """The last portion could not be handed out: it goes first again."""
        self._suspicion = OrderedDict({**self._taken, **self._suspicion})
        self._taken = {}


def _level(row: Waiting) -> int:
    return 0 if row.attempts < SUSPECT else 1 if row.attempts < ALONE else 2
