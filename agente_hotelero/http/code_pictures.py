"""A reservation's code as a QR: made from its link alone, nobody is asked and nothing is stored."""

import asyncio
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import segno
from aiohttp import web

from agente_hotelero.http.code_links import CodeLinks
from agente_hotelero.http.limits import AddressLimit

# The picture behind a link never changes. Private: only whoever has the link should keep it.
FOREVER: Final = "private, max-age=31536000, immutable"
PIXELS: Final = 8
"""A module's edge; the smallest code is 232 pixels wide, with its quiet zone."""
LIGHT: Final = b"\xff\xff\xff" * PIXELS
DARK: Final = b"\x00\x00\x00" * PIXELS
BITS: Final = 8
RGB: Final = 2
KEPT: Final = 256
"""Pictures in memory, of a kilobyte or two each: a channel and a guest's browser fetch the same one within minutes."""


class CodePictures:
    """The page of the pictures."""

    def __init__(self, *, links: CodeLinks, limit: AddressLimit) -> None:
        self._links = links
        self._limit = limit

    async def show(self, request: web.Request) -> web.Response:
        """Give the picture of a link that we made; any other is not there."""
        self._limit.count(request)
        code = self._links.code(request.match_info["token"])
        if code is None:
            raise web.HTTPNotFound
        # Off the loop: what it takes would be taken from every guest.
        body = await asyncio.to_thread(picture, code)
        return web.Response(body=body, content_type="image/png", headers={"Cache-Control": FOREVER})


@lru_cache(maxsize=KEPT)
def picture(code: str) -> bytes:
    """Draw the code and nothing else; some eight milliseconds."""
    return _png([bytes(row) for row in segno.make_qr(code, error="m").matrix_iter()])


def _png(modules: Sequence[bytes]) -> bytes:
    """Write eight bits of red, green and blue, which is all that WhatsApp takes; segno would write one bit of grey."""
    lines = [b"\x00" + b"".join(DARK if dark else LIGHT for dark in row) for row in modules]
    edge = len(modules) * PIXELS
    header = struct.pack(">IIBBBBB", edge, edge, BITS, RGB, 0, 0, 0)
    body = zlib.compress(b"".join(line * PIXELS for line in lines), level=6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
