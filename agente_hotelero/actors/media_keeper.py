"""Fetches what guests send beside words, until it is a file or never will be."""

import asyncio
import contextvars
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.patience import AWAY
from agente_hotelero.actors.runtime import AsyncioActor, note_failure, note_unless_away
from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.media import DueMedia, GuestFile, StoredFile
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 60.0
"""At the latest; covers a clock that was set and what another process left."""
RETRY_SECONDS: Final = 1.0
AT_ONCE: Final = 3
"""Each may hold the largest file in memory."""
FETCH_SECONDS: Final = 120.0
LIFETIME: Final = timedelta(days=7)
"""How long a channel gives out what a guest sent."""
FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Guests sent files, or took some back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """The shards are ours: whoever had something in hand is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The shards are another's: begin nothing."""


class MediaKeeperActor(AsyncioActor):
    """Owns no list itself: the table does, so a crash forgets nothing, and what was taken twice is written once."""

    def __init__(
        self,
        *,
        ledger: ports.MediaLedger,
        store: ports.MediaStore,
        fetch: ports.FetchFiles,
        name_of: Callable[[DueMedia, int], str],
        now: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        """`name_of` names the files of one thing, each time alike."""
        super().__init__()
        self._ledger = ledger
        self._store = store
        self._fetch = fetch
        self._name_of = name_of
        self._now = now
        self._metrics = metrics
        self._woken = asyncio.Event()
        self._active = False
        self._adopts = False
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def started(self) -> None:
        """Begin to look; in a context of its own, for nothing that it does belongs to whoever had it started."""
        self._task = asyncio.create_task(self._watch(), context=contextvars.Context())

    async def stopped(self) -> None:
        """Drop what is in hand; the next owner adopts it."""
        tasks = [*self._in_hand.values(), *((self._task,) if self._task else ())]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def on_receive(self, message: Any) -> Any:
        """Wake up."""
        match message:
            case Look():
                return self._woken.set()
            case Begin():
                self._active = self._adopts = True
                return self._woken.set()
            case Rest():
                self._active = False
                return None
            case _:
                raise TypeError(f"MediaKeeperActor does not take {type(message).__name__}")

    async def _watch(self) -> None:
        while True:
            seconds = LOOK_SECONDS
            if self._active:
                try:
                    seconds = await self._look()
                except Exception as error:  # noqa: BLE001 - one look's failure is not the last look: nobody else fetches
                    seconds = RETRY_SECONDS
                    note_unless_away("media_not_looked_at", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            self._woken.clear()

    async def _look(self) -> float:
        """Begin what is due; answers the seconds until the next."""
        if self._adopts:
            await self._ledger.adopt()
            self._adopts = False
        await self._throw_away()
        while (free := AT_ONCE - len(self._in_hand)) > 0 and (due := await self._ledger.take(free)):
            for one in due:
                self._begin(one)
        if len(self._in_hand) >= AT_ONCE:
            return LOOK_SECONDS
        at = await self._ledger.next_due()
        return LOOK_SECONDS if at is None else min(max((at - self._now()).total_seconds(), RETRY_SECONDS), LOOK_SECONDS)

    async def _throw_away(self) -> None:
        """Remove what guests took back: the file first, so that no row is gone whose file stays."""
        while unwanted := await self._ledger.unwanted():
            await self._store.remove(file for _, file in unwanted if file is not None)
            await self._ledger.forget([media for media, _ in unwanted])

    def _begin(self, due: DueMedia) -> None:
        if due.id in self._in_hand:
            return
        task = self._in_hand[due.id] = asyncio.create_task(self._settle(due))
        task.add_done_callback(lambda _: self._done(due.id))

    def _done(self, media: int) -> None:
        del self._in_hand[media]
        self._woken.set()

    async def _settle(self, due: DueMedia) -> None:
        try:
            outcome = await self._outcome(due)
            child(self._metrics.media_total, due.account.channel, outcome).inc()
        except Exception as error:  # noqa: BLE001 - it is taken again by itself, and must not keep others' from coming
            note_unless_away("media_not_settled", error)

    async def _outcome(self, due: DueMedia) -> str:
        """Fetch one thing, and remember what came of it; answers that in a word."""
        if due.media is None:
            await self._ledger.forget([due.id])
            return "taken_back"
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                files = await self._fetch(due.account, due.media)
            return await self._keep(due, files)
        except MediaRefusedError as error:
            return await self._refuse(due, error.reason)
        except (*AWAY, TimeoutError) as error:
            return await self._put_off(due, error)
        except Exception as error:  # noqa: BLE001 - a full disk, or a channel's answer that nobody thought of: tried again
            note_failure("media_not_kept", error)
            return await self._put_off(due, error)

    async def _keep(self, due: DueMedia, files: Sequence[GuestFile]) -> str:
        stored = [await self._write(due, n, file) for n, file in enumerate(files)]
        if not await self._ledger.keep(due.id, stored):
            await self._store.remove(one.file for one in stored if one.file is not None)
            return "taken_back"
        refused = next((one.refused for one in stored if one.refused is not None), None)
        return refused or "kept"

    async def _write(self, due: DueMedia, n: int, file: GuestFile) -> StoredFile:
        if file.content is None:
            return StoredFile(n=n, name=file.name, mime=file.mime, refused=file.refused or "empty")
        name = self._name_of(due, n)
        await self._store.write(name, file.content)
        digest = hashlib.sha256(file.content).hexdigest()
        return StoredFile(n=n, name=file.name, mime=file.mime, file=name, bytes=len(file.content), sha256=digest)

    async def _refuse(self, due: DueMedia, reason: str) -> str:
        await self._ledger.refuse(due.id, reason)
        log.warning("media_refused", hotel=due.account.hotel, channel=due.account.channel.value, reason=reason)
        return reason

    async def _put_off(self, due: DueMedia, error: Exception) -> str:
        if self._now() - due.since > LIFETIME:
            return await self._refuse(due, "expired")
        asked = error.retry_after_seconds if isinstance(error, UnavailableError) else 0.0
        pause = min(FIRST_PAUSE_SECONDS * 2.0 ** min(due.attempts - 1, 12), LONGEST_PAUSE_SECONDS)
        await self._ledger.put_off(due.id, max(asked, pause))
        log.info("media_put_off", hotel=due.account.hotel, attempts=due.attempts, error=type(error).__name__)
        return "later"
