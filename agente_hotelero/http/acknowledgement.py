"""The answer that most requests get: the same bytes for everybody, but for the date."""

import time
from collections.abc import Callable
from email.utils import formatdate

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.abc import AbstractStreamWriter


class Acknowledgement(web.Response):
    """One 200 for all: it is written out once a second, where a response of its own would be for each request.

    It answers whoever `suits` says; its headers are complete when it is first sent, and it knows nothing of the request.
    """

    def __init__(self, *, body: bytes, content_type: str, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives Unix seconds, for the date."""
        super().__init__(body=body, content_type=content_type)
        self._payload = body
        self._clock = clock
        self._second = 0
        self._bytes = b""

    @staticmethod
    def suits(request: web.BaseRequest) -> bool:
        """Tell whether a request wants nothing special: to close, to speak an older HTTP, to be waited for."""
        return request.keep_alive and request.version == HttpVersion11 and not request.protocol.writing_paused

    @property
    def keep_alive(self) -> bool:
        """Always: whoever wants to close gets another answer."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write all of it; raises ConnectionResetError where nobody is there any more."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("nobody waits for the answer")
        now = int(self._clock())
        if now != self._second:
            self._second, self._bytes = now, self._written(now)
        transport.write(self._bytes)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""

    def _written(self, now: int) -> bytes:
        headers = {
            **self.headers,
            hdrs.CONTENT_LENGTH: str(len(self._payload)),
            hdrs.DATE: formatdate(now, usegmt=True),
        }
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self._payload
