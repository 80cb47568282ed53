"""Reading what a client sends, within bounds of size and time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import web

from agente_hotelero.http.problems import ProblemError, unavailable

# Meta batches up to 3 MB into one POST; aiohttp's own default is 1 MiB.
BODY_LIMIT_BYTES: Final = 3 * 1024 * 1024
# A whole 3 MB body needs 30 s at 100 kB/s; slower senders hold a connection for nothing.
READ_SECONDS: Final = 30.0
# What arrives in pieces and is bigger than this takes part in the count of large bodies.
LARGE_BYTES: Final = 16 * 1024
LARGE_AT_ONCE: Final = 32
RETRY_AFTER_SECONDS: Final = 5.0


async def read_body(request: web.Request, limit_bytes: int = BODY_LIMIT_BYTES) -> bytes:
    """Read all of it; raises ProblemError 400 (broken encoding), 408 (too slow), 413 (too large)."""
    try:
        # Small bodies arrive with their headers: the usual case needs no timer, and waits for nothing.
        if request.content.is_eof():
            body = request.content.read_nowait()
            _hold(len(body), limit_bytes)
            return body
        _hold(request.content_length or 0, limit_bytes)
        async with asyncio.timeout(READ_SECONDS):
            return await _gathered(request, limit_bytes)
    except TimeoutError as error:
        raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "the body took too long") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        # Also of who leaves in the middle: no failure of ours, and nobody reads the answer.
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the body can't be read") from error


async def _gathered(request: web.Request, limit_bytes: int) -> bytes:
    """Read piece by piece: whoever does not say how much comes is stopped where it is too much."""
    body = bytearray()
    while piece := await request.content.readany():
        body += piece
        _hold(len(body), limit_bytes)
    return bytes(body)


def _hold(size: int, limit_bytes: int) -> None:
    if size > limit_bytes:
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")


class Bodies:
    """Reads what may be large before anybody knows whose it is: so many such at once, since each takes memory while it dribbles in."""

    def __init__(self, *, at_once: int = LARGE_AT_ONCE) -> None:
        self._left = at_once

    async def read(self, request: web.Request) -> bytes:
        """Read all of it; raises as `read_body` does, and 503 when there is no room for a large one now."""
        if request.content.is_eof() or 0 < (request.content_length or 0) <= LARGE_BYTES:
            return await read_body(request)
        with self._room():
            return await read_body(request)

    @contextmanager
    def _room(self) -> Iterator[None]:
        if not self._left:
            raise unavailable(RETRY_AFTER_SECONDS)
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1
