"""Reading what a client sends, within bounds of size and time."""

import asyncio
from http import HTTPStatus
from typing import Final

from aiohttp import web

from agente_hotelero.http.problems import ProblemError

# Meta batches up to 3 MB into one POST; aiohttp's own default is 1 MiB.
BODY_LIMIT_BYTES: Final = 3 * 1024 * 1024
# A whole 3 MB body needs 30 s at 100 kB/s; slower senders hold a connection for nothing.
READ_SECONDS: Final = 30.0


async def read_body(request: web.Request) -> bytes:
    """Read all of it; raises ProblemError 400 (broken encoding), 408 (too slow), and aiohttp's 413."""
    try:
        # Small bodies arrive with their headers: the usual case needs no timer, and waits for nothing.
        if request.content.is_eof():
            return _whole(request.content.read_nowait())
        async with asyncio.timeout(READ_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "the body took too long") from error
    except web.RequestPayloadError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the body can't be read") from error


def _whole(body: bytes) -> bytes:
    if len(body) > BODY_LIMIT_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT_BYTES, actual_size=len(body))
    return body


async def read_small_body(request: web.Request, limit_bytes: int) -> bytes:
    """Read a body that has no reason to be big; raises as `read_body` does, and 413 above the limit."""
    if (request.content_length or 0) > limit_bytes:
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
    body = await read_body(request)
    if len(body) > limit_bytes:
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
    return body
