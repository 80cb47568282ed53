"""Our own pictures, as our own site gives them: what Meta can't fetch is given to it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import aiohttp

from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.media import OwnFile

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


class OwnSite:
    """Asks the listener of this process; `address` is None while there is none."""

    def __init__(self, *, session: aiohttp.ClientSession, address: Callable[[], str | None]) -> None:
        self._session = session
        self._address = address

    async def read(self, path: str) -> OwnFile | None:
        """Give what is at a path below the site; None for nothing. Raises UnavailableError."""
        address = self._address()
        if address is None:
            raise UnavailableError("our own site")
        try:
            async with self._session.get(address + path, timeout=TIMEOUT, allow_redirects=False) as response:
                if response.status == HTTPStatus.OK:
                    return OwnFile(mime=response.content_type, content=await response.read())
                gone = response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise UnavailableError("our own site") from None
        if gone:
            return None
        raise UnavailableError("our own site")
