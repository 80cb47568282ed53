"""A guest of a hotel's web chat, as its page is: a session, messages that may be sent twice, and a stream of lines."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urljoin
from uuid import uuid4

import aiohttp

from agente_hotelero.errors import AgenteError, UnavailableError

SILENCE_SECONDS: Final = 40.0
"""A stream that lives says something every 15 s."""
TRIES: Final = 10
"""A service that is started anew is back by then."""
BETWEEN_TRIES_SECONDS: Final = 1.0
AGAIN: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class NoSuchHotelError(AgenteError):
    """The service has no chat for a hotel of that name."""


class NotTakenError(AgenteError):
    """The service does not take a message; the error says why, in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What can be chosen instead of words."""

    id: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the hotel says; `pages` are what it shows beside, by what they are called."""

    body: str
    options: tuple[Option, ...]
    pages: tuple[tuple[str, str], ...]


class WebGuest:
    """One conversation with one hotel of the service at `url`."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, hotel: str) -> None:
        self._http, self._hotel = http, hotel
        self._site, self._chat = url, f"{url}/chat/{hotel}"
        self._headers: dict[str, str] = {}

    async def open(self) -> Self:
        """Begin; raises NoSuchHotelError, UnavailableError."""
        answer = await self._once("/session", {})
        if "token" not in answer:
            raise NoSuchHotelError(f"{self._site} has no chat with a hotel {self._hotel!r}")
        self._headers = {"Authorization": f"Bearer {answer['token']}"}
        return self

    async def says(self, text: str) -> None:
        """Say something in words; raises NotTakenError, UnavailableError."""
        await self._send({"text": text})

    async def chooses(self, option: Option) -> None:
        """Press a button; raises NotTakenError, UnavailableError."""
        await self._send({"option_id": option.id, "title": option.title})

    async def lines(self) -> AsyncIterator[Line]:
        """What the hotel says, as it says it, without end; raises UnavailableError."""
        last, failures = "", 0
        while True:
            try:
                async for number, line in self._stream(last):
                    last, failures = number, 0
                    if line["author"] == "hotel":
                        yield self._line(line)
            except (aiohttp.ClientError, TimeoutError) as error:
                failures += 1
                if failures == TRIES:
                    raise UnavailableError(self._site) from error
            # The same pause for a stream that ended by itself: the service is about to leave.
            await asyncio.sleep(BETWEEN_TRIES_SECONDS)

    async def _send(self, content: dict[str, str]) -> None:
        """Until it is taken: a message has an id of its own, and counts once."""
        message = {"id": str(uuid4()), **content}
        for left in reversed(range(TRIES)):
            try:
                answer = await self._once("/messages", message)
            except UnavailableError as away:
                if not left:
                    raise
                await asyncio.sleep(away.retry_after_seconds)
            else:
                break
        if "error" in answer:
            raise NotTakenError(answer["error"]["message"])

    async def _once(self, path: str, content: dict[str, str]) -> dict[str, Any]:
        """Ask; raises UnavailableError, also where it is only not possible now."""
        try:
            async with self._http.post(self._chat + path, json=content, headers=self._headers) as answer:
                if answer.status in AGAIN:
                    raise UnavailableError(
                        self._site, retry_after_seconds=float(answer.headers.get("Retry-After", "1"))
                    )
                return await _json(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError(self._site) from error

    async def _stream(self, last: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        headers = {**self._headers, **({"Last-Event-ID": last} if last else {})}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENCE_SECONDS)
        async with self._http.get(f"{self._chat}/events", headers=headers, timeout=timeout) as answer:
            answer.raise_for_status()
            number = last
            async for raw in answer.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "id":
                    number = value
                elif name == "data":
                    yield number, json.loads(value)

    def _line(self, line: dict[str, Any]) -> Line:
        link = line.get("link")
        pages = [(name, line[name]) for name in ("photo", "picture", "map") if line.get(name)]
        named = [*pages, *([(link["title"], link["url"])] if link else [])]
        return Line(
            body=line["body"],
            options=tuple(Option(**option) for option in line["options"]),
            pages=tuple((name, urljoin(self._site, address)) for name, address in named),
        )


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """An object; of what is none, nothing: any site may stand at the address."""
    try:
        content = await answer.json()
    except (aiohttp.ContentTypeError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
