"""HTTP spoken by hand, so that no client tidies anything up."""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

SECONDS: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Raw:
    """An answer; header names are in lower case."""

    bytes: bytes

    @property
    def status(self) -> int:
        """0 where the server just hung up."""
        return int(self.bytes.split(b" ", 2)[1]) if self.bytes else 0

    @property
    def headers(self) -> dict[str, str]:
        head = self.bytes.partition(b"\r\n\r\n")[0].decode("latin-1")
        pairs = (line.partition(": ") for line in head.split("\r\n")[1:])
        return {name.lower(): value for name, _, value in pairs}


async def raw(url: str, request: bytes) -> Raw:
    """Send these bytes; answers all that came until the server closed."""
    address = urlsplit(url)
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        try:
            writer.write(request)
            return Raw(bytes=await reader.read())
        finally:
            writer.close()
