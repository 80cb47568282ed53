"""The ports that we listen on: the public one, and the one for the people on call."""

import os
from dataclasses import dataclass

from aiohttp import web
from opentelemetry.trace import Tracer

from agente_hotelero.errors import ConfigError
from agente_hotelero.http import application
from agente_hotelero.http.listener import Listener
from agente_hotelero.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen; port 0 takes a free one. `setting` is what to change when that fails."""

    host: str
    port: int
    setting: str


class Listeners:
    """Both, and what they answer with."""

    def __init__(self, *, ports: application.Ports, options: application.Options, metrics: Metrics) -> None:
        self._ports = ports
        self._options = options
        self._metrics = metrics
        self._public: Listener | None = None
        self._private: Listener | None = None

    async def open_public(self, address: Address, *, tracer: Tracer | None) -> int:
        """Listen for guests and channels; answers the port. Raises ConfigError."""
        served = application.build(ports=self._ports, options=self._options, metrics=self._metrics, tracer=tracer)
        self._public = await _open(served, address)
        return self._public.port

    async def open_private(self, address: Address) -> int:
        """Listen for the people on call; answers the port. Raises ConfigError."""
        self._private = await _open(application.build_private(ports=self._ports, metrics=self._metrics), address)
        return self._private.port

    async def close_public(self) -> None:
        """End streams, finish requests in hand, let go of the port."""
        if self._public is not None:
            await self._public.close()

    async def close_private(self) -> None:
        """Last of all: until then the people on call see how the end goes on."""
        if self._private is not None:
            await self._private.close()


async def _open(served: web.Application, at: Address) -> Listener:
    try:
        return await Listener.open(served, host=at.host, port=at.port)
    except OSError as error:
        # asyncio words it anew in each version of Python; what is no errno comes from the resolver.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ConfigError(f"{at.setting}: cannot listen on {at.host} port {at.port}: {why}") from error
