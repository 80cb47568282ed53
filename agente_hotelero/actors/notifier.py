"""Tells staff of guests who need a person, until they were told."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.runtime import AsyncioActor, note_unless_away
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import OpenHandOff

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 5.0
TELL_SECONDS: Final = 10.0
"""How long one hotel's staff may take to listen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff:
    """There are new hand-offs."""


class NotifierActor(AsyncioActor):
    """One for all hotels: hand-offs are few, and each waits for nobody else's staff."""

    def __init__(self, *, handoffs: ports.HandOffs, staff: Callable[[], Mapping[HotelId, ports.StaffChannel]]) -> None:
        """`staff` are those who can be told now; it names only hotels that have somebody."""
        super().__init__()
        self._handoffs = handoffs
        self._staff = staff
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def started(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch())

    async def stopped(self) -> None:
        """Stop; what was not told is told after the next start."""
        if self._task is not None:
            self._task.cancel()

    def on_receive(self, message: Any) -> Any:
        """Wake up."""
        match message:
            case HandedOff():
                return self._woken.set()
            case _:
                raise TypeError(f"NotifierActor does not take {type(message).__name__}")

    async def _watch(self) -> None:
        while True:
            try:
                await self._notify()
            except Exception as error:  # noqa: BLE001 - one look's failure is not the last look: nobody else tells staff
                note_unless_away("notifier_failed", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._staff() else None):
                    await self._woken.wait()
            self._woken.clear()

    async def _notify(self) -> None:
        if staff := self._staff():
            taken = await self._handoffs.take(tuple(staff))
            await asyncio.gather(*(self._tell(staff[handoff.hotel], handoff) for handoff in taken))

    async def _tell(self, channel: ports.StaffChannel, handoff: OpenHandOff) -> None:
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await channel.tell(handoff)
            await self._handoffs.told(handoff.id)
        except Exception as error:  # noqa: BLE001 - one hotel's channel must not keep the others' staff from hearing
            log.warning(
                "staff_not_told",
                hotel=handoff.hotel,
                handoff=handoff.id,
                attempts=handoff.attempts,
                error=type(error).__name__,
            )
