"""`serve`: the service, until it is told to leave."""

import asyncio
import importlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, model_in_force, secrets_in_force, settings_in_force, warn
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config.settings import Environment, OtelSettings, Settings

if TYPE_CHECKING:
    from agente_hotelero.telemetry.metrics import Metrics

Prepare = Callable[[Settings, str, AsyncExitStack], Awaitable[Settings]]
"""Settings and the address of Redis → the settings to run with; what it opens is closed with the stack."""


def serve() -> None:
    """Run the service."""
    settings = settings_in_force()
    hotels = hotels_in_force(settings)
    model_in_force(settings)
    warn(settings, hotels)
    with databases.running(settings, progress=say, meanwhile=import_service) as urls:
        run(settings, hotels, urls)


def import_service() -> None:
    """It takes a while: embedded servers start beside it, and the other commands do without."""
    importlib.import_module("agente_hotelero.app")
    importlib.import_module("agente_hotelero.wiring.understanding").reader()


def run(
    settings: Settings,
    hotels: hotels_file.Hotels,
    urls: tuple[str, str],
    *,
    prepare: Prepare | None = None,
    greet: Callable[[int], None] = lambda port: say(f"listening on port {port}"),
) -> None:
    """Run the service over these databases until a signal, or until a part of it failed for good."""
    from agente_hotelero.telemetry import logs  # noqa: PLC0415 - see import_service
    from agente_hotelero.telemetry.metrics import Metrics  # noqa: PLC0415 - as above

    logs.set_up(json=settings.env is Environment.PRODUCTION)
    metrics = Metrics()
    with _traced(settings.otel, metrics):
        failed = asyncio.run(_serve(settings, hotels, urls, prepare, greet, metrics=metrics))
    if failed is not None:
        fail(failed)


@contextmanager
def _traced(otel: OtelSettings, metrics: "Metrics") -> Iterator[None]:
    """Send spans there for as long as this lasts, where there is a collector."""
    if not otel.endpoint:
        yield
        return
    from agente_hotelero.telemetry import tracing  # noqa: PLC0415 - most services import no exporter

    provider = tracing.set_up(otel.endpoint, ratio=otel.sample_ratio, metrics=metrics)
    try:
        yield
    finally:
        provider.shutdown()


async def _serve(
    settings: Settings,
    hotels: hotels_file.Hotels,
    urls: tuple[str, str],
    prepare: Prepare | None,
    greet: Callable[[int], None],
    *,
    metrics: "Metrics",
) -> str | None:
    from agente_hotelero.app import App, Servers  # noqa: PLC0415 - see import_service

    database_url, redis_url = urls
    async with AsyncExitStack() as stack:
        if prepare is not None:
            settings = await prepare(settings, redis_url, stack)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        app = App(
            settings=settings,
            hotels=hotels,
            servers=Servers(database_url=database_url, redis_url=redis_url),
            environment=secrets_in_force(),
            metrics=metrics,
        )
        stack.push_async_callback(app.stop)
        await app.start()
        greet(app.port)
        waits = {asyncio.create_task(stop.wait()), asyncio.create_task(app.wait())}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    return app.failed
