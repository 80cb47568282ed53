"""A guest with a telephone, outside the process that serves them."""

import asyncio
import time
from typing import Any

import aiohttp

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, media, text
from tests.support.service import NUMBER, Service


class Guest:
    """One guest on WhatsApp."""

    def __init__(self, service: Service, session: aiohttp.ClientSession, graph: FakeGraph, phone: str) -> None:
        self._service, self._session, self._graph = service, session, graph
        self.phone = phone

    async def writes(self, words: str) -> int:
        """POST it once; answers the status."""
        message = text(words, sender=self.phone, timestamp=int(time.time()))
        return await self._service.post(self._session, body(message, account=NUMBER))

    async def speaks(self, recording: bytes) -> int:
        """POST a voice note once; answers the status."""
        media_id = self._graph.media.put(recording, mime="audio/ogg; codecs=opus")
        note = media("audio", media_id, sender=self.phone, timestamp=int(time.time()), voice=True)
        return await self._service.post(self._session, body(note, account=NUMBER))

    @property
    def heard(self) -> list[str]:
        return [_words(sent.payload) for sent in self._graph.sent if sent.to == self.phone]

    async def hears(self, words: str, *, seconds: float = 30.0) -> float:
        """Wait for a reply with these words; answers how long it took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not any(words in reply for reply in self.heard):  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def says(self, words: str, then: str, *, seconds: float = 30.0) -> str:
        """Write, and wait for the reply with these words that comes after it."""
        before = len(self.heard)
        assert await self.writes(words) == 200
        async with asyncio.timeout(seconds):
            while not (found := [reply for reply in self.heard[before:] if then in reply]):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        return found[0]


def _words(payload: dict[str, Any]) -> str:
    # A pin or a picture says nothing of its own.
    content = {"text": payload.get("text"), "interactive": payload.get("interactive", {}).get("body")}
    words = content.get(payload["type"]) or {}
    return str(words.get("body") or words.get("text") or "")
