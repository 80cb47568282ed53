"""Rings the bell of a web chat when there is something new to read, in whichever process its page listens."""

import asyncio
from collections import defaultdict
from typing import Final

from agente_hotelero.model.ids import HotelId

EVERYBODY: Final = None


class ChatBells:
    """Futures of those who wait, by hotel and session; a bell rings once for all who wait at that moment."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def wait(self, hotel: HotelId, session: str) -> "asyncio.Future[None]":
        """Listen from now on; cancelling stops listening."""
        key = f"{hotel}:{session}"
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[key].add(future)
        future.add_done_callback(lambda done: self._forget(key, done))
        return future

    def ring(self, payload: str | None) -> None:
        """Wake a session (`hotel:session`), or everybody when notifications may have been missed."""
        keys = list(self._waiting) if payload is EVERYBODY else [payload]
        for key in keys:
            for future in list(self._waiting.get(key, ())):
                if not future.done():
                    future.set_result(None)

    def _forget(self, key: str, done: "asyncio.Future[None]") -> None:
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.discard(done)
            if not waiting:
                del self._waiting[key]
