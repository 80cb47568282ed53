"""Listening on a port: aiohttp's runner, set so that nothing of a guest reaches the logs, and nobody holds it up."""

import asyncio
import logging
from typing import Final, Self

from aiohttp import web

from agente_hotelero.http.connections import DOORKEEPER, Connection, Doorkeeper, Patience
from agente_hotelero.http.front_door import FRONT_DOOR

# Below the drain's deadline of 20 s: what hangs longer is stored anyway.
SHUTDOWN_SECONDS: Final = 10.0
BACKLOG: Final = 128

log = logging.getLogger(__name__)


class Listener:
    """One application on one port; `close()` ends streams, finishes requests in hand, and lets go of the port."""

    def __init__(self, *, runner: web.AppRunner, door: Doorkeeper) -> None:
        self._runner = runner
        self._door = door
        self._listening: asyncio.Server | None = None
        self.port = 0

    @classmethod
    async def open(
        cls, application: web.Application, *, host: str, port: int, shutdown_seconds: float = SHUTDOWN_SECONDS
    ) -> Self:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=shutdown_seconds)
        await runner.setup()
        door, server = application.get(FRONT_DOOR), runner.server
        if door is not None and server is not None:
            server.request_handler = door.before(server.request_handler)  # type: ignore[assignment]  # the runner of an application makes requests of its own class
        made = cls(runner=runner, door=application.get(DOORKEEPER) or Doorkeeper(patience=Patience()))
        try:
            await made._listen(host, port)
        except OSError:
            await runner.cleanup()
            raise
        return made

    async def close(self) -> None:
        """Stop; requests in hand have `shutdown_seconds`, but not those whose answers nobody takes."""
        if self._listening is not None:
            self._listening.close()
        if self._runner.server is not None:
            for connection in self._runner.server.connections:
                if connection.writing_paused and isinstance(connection, Connection):
                    connection.cut()
        await self._runner.cleanup()

    async def _listen(self, host: str, port: int) -> None:
        loop, server = asyncio.get_running_loop(), self._runner.server
        # An access log would hold the verify token of a handshake; broken requests are quoted in tracebacks.
        quiet = log.getChild("protocol")
        quiet.addFilter(_without_traceback)

        def connection() -> Connection:
            # Nobody we know compresses requests, a signature is over the bytes as they came, and three megabytes of
            # zeros unpack to three gigabytes.
            return Connection(server, door=self._door, loop=loop, logger=quiet, access_log=None, auto_decompress=False)

        self._listening = await loop.create_server(connection, host, port, backlog=BACKLOG)
        self.port = self._listening.sockets[0].getsockname()[1]


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the kind of error only."""
    if record.exc_info:
        kind = record.exc_info[0]
        record.msg, record.args, record.exc_info = f"{kind.__name__ if kind else 'error'} in a request", (), None
    return True
