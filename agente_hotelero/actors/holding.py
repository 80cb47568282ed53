"""What was handed out and is not done yet, so that nothing is handed out twice or forgotten."""

from collections.abc import Iterable, Sequence

from agente_hotelero.model.ids import GuestId, InboxId
from agente_hotelero.model.journal import InboxRow, Waiting


class Holding:
    """Rows in conversations' hands; those of a portion of the backlog are counted until they are done."""

    def __init__(self) -> None:
        self._held: dict[GuestId, set[InboxId]] = {}
        self._recovering: set[InboxId] = set()
        self._aside: set[GuestId] = set()

    @property
    def recovering(self) -> int:
        """How many rows of the backlog's portions are still in hand."""
        return len(self._recovering)

    def holds(self, row: Waiting | InboxRow) -> bool:
        """Tell whether a row is in hand."""
        return row.id in self._held.get(row.guest_id, ())

    def holds_all(self, guest: GuestId, ids: Iterable[InboxId]) -> bool:
        """Tell whether all these rows of a guest are in hand."""
        return self._held.get(guest, set()).issuperset(ids)

    def take(self, rows: Sequence[InboxRow], *, recovering: bool = False) -> list[InboxRow]:
        """Note rows as handed out; answers those that were not yet."""
        new = [row for row in rows if not self.holds(row)]
        for row in new:
            self._held.setdefault(row.guest_id, set()).add(row.id)
        if recovering:
            self._recovering.update(row.id for row in rows)
        return new

    def done(self, guest: GuestId, ids: Iterable[InboxId]) -> None:
        """These rows had their turn, or never will."""
        held = self._held.get(guest)
        if held is not None:
            held.difference_update(ids)
            if not held:
                del self._held[guest]
        self._recovering.difference_update(ids)

    def release(self, guest: GuestId) -> None:
        """Nobody has this guest's rows in hand any more."""
        self._recovering.difference_update(self._held.pop(guest, ()))

    def set_aside(self, guest: GuestId) -> None:
        """Nobody here can turn this guest's rows: they stay in hand, and the backlog waits for them no longer."""
        self._aside.add(guest)
        self._recovering.difference_update(self._held.get(guest, ()))

    def take_up(self) -> None:
        """Somebody may be able to turn what was set aside: it is in nobody's hands any more."""
        for guest in self._aside:
            self.release(guest)
        self._aside.clear()

    def clear(self) -> None:
        """Nobody has anything in hand."""
        self._aside.clear()
        self._held.clear()
        self._recovering.clear()
