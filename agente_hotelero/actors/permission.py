"""Whether a guest may be told something at this moment, and what becomes of it where they may not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from agente_hotelero.actors import journal, patience
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.channels.port import Window
from agente_hotelero.model.ids import OutboxId
from agente_hotelero.model.journal import Mark, OutboxRow, OutboxStatus
from agente_hotelero.model.messages import HIDDEN, OneTimeCode, Template
from agente_hotelero.model.reach import MARGIN, WINDOW, Reach

log = structlog.get_logger(__name__)

UNWANTED: Final = "el huésped no quiere mensajes que no pidió"
QUIET: Final = "los mensajes que nadie pidió están en pausa"
SHUT: Final = "pasaron más de 24 horas desde su último mensaje"
STALE: Final = timedelta(hours=1)
"""What nobody asked for was said at its hour, or it is not said: it must not wait for the night."""
STALE_WORDS: Final = "nadie lo pidió y ya pasó su hora"
SPOILED: Final = "el canal no acepta la plantilla"


class Permission:
    """Of one account's messages. A channel that may be written on at any time has no `window`.

    What a turn knew of the guest's last message is enough as long as it says yes: only then the database is asked. A turn
    that knew of none may have said what nobody asked for.
    """

    def __init__(
        self,
        *,
        journal_ref: Ref,
        now: Callable[[], datetime],
        mark: Callable[[Mark], Awaitable[bool]],
        window: Window | None,
    ) -> None:
        self._journal = journal_ref
        self._now = now
        self._mark = mark
        self.window = window

    def given(self, row: OutboxRow) -> bool:
        """Whether it may go as it is, without another look."""
        if isinstance(row.message, OneTimeCode):
            # Whoever gets it may not be who asks: it goes where the reservation says, in a template of its own.
            return True
        if row.open_until is None:
            # Perhaps nobody asked for it, and they may have said that they want no such thing.
            return False
        return self._always_open(row) or row.open_until - MARGIN > self._now()

    def _always_open(self, row: OutboxRow) -> bool:
        return self.window is None or isinstance(row.message, Template)

    def given_by_window(self, row: OutboxRow) -> bool:
        """Whether the channel's own word that it is too late leaves another way."""
        return self.window is not None and not isinstance(row.message, Template | OneTimeCode)

    async def seek(self, row: OutboxRow) -> tuple[OutboxRow | None, str]:
        """Look, and do what can be done: answers the row that may be sent now, or None and what became of it."""
        reach = await self._reach(row.id)
        if reach is None:
            return None, "gone"
        if reach.purpose.unasked and (reach.opted_out or reach.quiet):
            await self._end(row, OutboxStatus.CANCELLED, error=UNWANTED if reach.opted_out else QUIET)
            return None, "unwanted"
        if reach.purpose.unasked and reach.said_at is not None and self._now() - reach.said_at > STALE:
            await self._end(row, OutboxStatus.CANCELLED, error=STALE_WORDS)
            return None, "unwanted"
        row = replace(row, unasked=reach.purpose.unasked)
        if self._always_open(row):
            return row, "open"
        if not row.shut and reach.heard_at is not None and self._is_open(reach.heard_at + WINDOW):
            return replace(row, open_until=reach.heard_at + WINDOW), "open"
        return await self._instead(row, reach)

    def _is_open(self, until: datetime) -> bool:
        return until - MARGIN > self._now()

    async def shut(self, row: OutboxRow, *, code: int | None) -> OutboxRow | None:
        """The channel itself says that the window is shut, whatever we know."""
        reach = await self._reach(row.id)
        if reach is None:
            return None
        instead, _ = await self._instead(replace(row, shut=True), reach, code=code)
        return instead

    async def spoiled(self, row: OutboxRow, *, code: int | None) -> None:
        """The channel does not have this template, or not now: others are sent by hand until it is looked at."""
        assert self.window is not None
        message = row.message
        template = self.window.code(message, HIDDEN) if isinstance(message, OneTimeCode) else message
        if isinstance(template, Template):
            log.error("template_refused", template=template.name, code=code)
            self.window.spoiled(template)
        untold = None if isinstance(message, OneTimeCode) else self.window.words(message)
        await self._end(row, OutboxStatus.DEAD, error=_with(SPOILED, code), untold=untold)

    async def _instead(self, row: OutboxRow, reach: Reach, *, code: int | None = None) -> tuple[OutboxRow | None, str]:
        assert self.window is not None
        assert not isinstance(row.message, OneTimeCode), "it is a template by itself"
        found = self.window.instead(row.message, reach)
        words = self.window.words(row.message)
        if found is None and reach.purpose.unasked:
            # Nobody waits for it: a task for staff for each guest would be more than it is worth.
            await self._end(row, OutboxStatus.CANCELLED, error=_with(SHUT, code))
            return None, "window_shut"
        if found is None:
            await self._end(row, OutboxStatus.DEAD, error=_with(SHUT, code), untold=words)
            return None, "window_shut"
        # Durable before it is posted: whoever finds it in doubt must know that it is a template, which never goes twice.
        # What nobody asked for is told by the template's own words.
        tells = found.tells_all or reach.purpose.unasked
        mark = Mark(
            id=row.id,
            shard=row.shard,
            before=(row.status,),
            after=OutboxStatus.PENDING,
            message=found.template,
            error=None if tells else SHUT,
            untold=None if tells else words,
        )
        if not await self._mark(mark):
            return None, "gone"
        return replace(row, status=OutboxStatus.PENDING, message=found.template, begun=None), "template"

    async def _end(self, row: OutboxRow, after: OutboxStatus, *, error: str, untold: str | None = None) -> None:
        await self._mark(
            Mark(id=row.id, shard=row.shard, before=(row.status,), after=after, error=error, untold=untold)
        )

    async def _reach(self, row: OutboxId) -> Reach | None:
        return await patience.answer(self._journal, journal.LookUpReach(outbox_id=row))


def _with(why: str, code: int | None) -> str:
    return why if code is None else f"{why}; código {code}"
