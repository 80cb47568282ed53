"""Wake-ups between processes: NOTIFY in, callbacks out, and a call after every reconnect because some were missed."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import asyncpg

from agente_hotelero.storage.links import CONNECT_SECONDS, OUTAGES

APPLICATION: Final = "agente-listen"
"""What pg_stat_activity shows: one such session is one process that listens."""
RECONNECT_SECONDS: Final = 0.5
PROBE_SECONDS: Final = 5.0


class Listener:
    """Listens on channels; each callback gets the payload, or None when anything may have been missed."""

    def __init__(self, dsn: str, *, callbacks: Mapping[str, Callable[[str | None], None]]) -> None:
        self._dsn = dsn
        self._callbacks = callbacks
        self._session: asyncpg.Connection[asyncpg.Record] | None = None

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            while True:
                with suppress(*OUTAGES):
                    await self._listen()
                await asyncio.sleep(RECONNECT_SECONDS)
        finally:
            self._drop()

    async def _listen(self) -> None:
        self._drop()
        self._session = await asyncpg.connect(
            self._dsn, timeout=CONNECT_SECONDS, server_settings={"application_name": APPLICATION}
        )
        ended = asyncio.Event()
        self._session.add_termination_listener(lambda _session: ended.set())
        for channel in self._callbacks:
            await self._session.add_listener(channel, self._heard)
        for callback in self._callbacks.values():
            callback(None)
        while not ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_SECONDS):
                    await ended.wait()
                    return
            # Silence may also be a network that is gone.
            await self._session.execute("SELECT 1", timeout=PROBE_SECONDS)

    def _heard(self, _connection: Any, _pid: int, channel: str, payload: object) -> None:
        self._callbacks[channel](str(payload))

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.terminate()
