"""Listening on a port: aiohttp's runner, set so that nothing of a guest reaches the logs."""

import logging
from typing import Final, Self

from aiohttp import web

from agente_hotelero.http.front_door import FRONT_DOOR

# Below the drain's deadline of 20 s: what hangs longer is stored anyway.
SHUTDOWN_SECONDS: Final = 10.0

log = logging.getLogger(__name__)


class Listener:
    """One application on one port; `close()` ends streams, finishes requests in hand, and lets go of the port."""

    def __init__(self, *, runner: web.AppRunner, host: str, port: int) -> None:
        self._runner = runner
        self.host = host
        self.port = port

    @classmethod
    async def open(
        cls, application: web.Application, *, host: str, port: int, shutdown_seconds: float = SHUTDOWN_SECONDS
    ) -> Self:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        # An access log would hold the verify token of a handshake; broken requests are quoted in tracebacks.
        quiet = log.getChild("protocol")
        quiet.addFilter(_without_traceback)
        runner = web.AppRunner(application, access_log=None, logger=quiet, shutdown_timeout=shutdown_seconds)
        await runner.setup()
        door, server = application.get(FRONT_DOOR), runner.server
        if door is not None and server is not None:
            server.request_handler = door.before(server.request_handler)  # type: ignore[assignment]  # the runner of an application makes requests of its own class
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        return cls(runner=runner, host=host, port=runner.addresses[0][1])

    async def close(self) -> None:
        """Stop; requests in hand have `shutdown_seconds`."""
        await self._runner.cleanup()


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the kind of error only."""
    if record.exc_info:
        kind = record.exc_info[0]
        record.msg, record.args, record.exc_info = f"{kind.__name__ if kind else 'error'} in a request", (), None
    return True
