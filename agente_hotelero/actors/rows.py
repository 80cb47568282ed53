"""Rows that are not as others: those that this version can't read, and events that the inbox does not take."""

from collections.abc import Sequence

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.commits import each_alone
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.events import Unreadable
from agente_hotelero.model.ids import GuestId
from agente_hotelero.model.journal import InboxRow

log = structlog.get_logger(__name__)


class Rows:
    """Reads what waits. A guest one of whose rows this version can't read waits for another process, alone."""

    def __init__(self, inbox: ports.Inbox) -> None:
        self._inbox = inbox

    async def of(self, guests: Sequence[GuestId], *, charge: bool = False) -> list[InboxRow]:
        """Undone rows of these guests in order; where their last owner died, what their first turn takes is charged with it."""
        if not charge:
            return await self._read(guests)
        try:
            return await self._inbox.charge(guests)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 - some row can't be read; they are charged already, and reading finds which
            return await self._read(guests)

    async def _read(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        found = await each_alone(self._by_guest, guests)
        for error in found:
            if isinstance(error, UnavailableError):
                raise error
            if isinstance(error, Exception):
                log.error("guest_not_readable", error=type(error).__name__)
        return [row for rows in found if not isinstance(rows, Exception) for row in rows]

    async def _by_guest(self, guests: Sequence[GuestId]) -> list[list[InboxRow]]:
        rows: dict[GuestId, list[InboxRow]] = {guest: [] for guest in guests}
        for row in await self._inbox.read_guests(guests):
            rows[row.guest_id].append(row)
        return list(rows.values())


def as_unreadable(item: ports.Incoming, error: Exception) -> Unreadable:
    """The item as bytes; its other words are made harmless too, for whatever was refused must not be refused again."""
    if isinstance(item, Unreadable):
        return Unreadable(
            channel=_plain(item.channel), account=_plain(item.account), reason=_plain(item.reason), raw=item.raw
        )
    return Unreadable(
        channel=item.account.channel.value,
        account=_plain(item.account.name),
        reason=f"not storable: {type(error).__name__}",
        raw=repr(item).encode("utf-8", "backslashreplace"),
    )


def _plain(words: str) -> str:
    return ascii(words)[1:-1]
