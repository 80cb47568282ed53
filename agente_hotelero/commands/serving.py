"""`serve`: the service, until it is told to leave."""

import asyncio
import importlib
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, model_in_force, secrets_in_force, settings_in_force, warn
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config.settings import Environment, OtelSettings, Settings

if TYPE_CHECKING:
    from agente_hotelero.telemetry.metrics import Metrics

Prepare = Callable[[Settings, str, AsyncExitStack], Awaitable[Settings]]
"""Settings and the address of Redis → the settings to run with; what it opens is closed with the stack."""
Visit = Callable[[int], Coroutine[Any, Any, None]]
"""What is done with the service that listens on this port, and ends with it."""


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
    visit: Visit | None = None,
    log_level: int = logging.INFO,
) -> None:
    """Run the service over these databases until a signal, until a part of it failed for good, or as long as `visit`."""
    from agente_hotelero.telemetry import logs  # noqa: PLC0415 - see import_service
    from agente_hotelero.telemetry.metrics import Metrics  # noqa: PLC0415 - as above

    logs.set_up(json=settings.env is Environment.PRODUCTION, level=log_level)
    metrics = Metrics()
    with _traced(settings.otel, metrics):
        failed = asyncio.run(_serve(settings, hotels, urls, prepare=prepare, greet=greet, visit=visit, metrics=metrics))
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
    *,
    prepare: Prepare | None,
    greet: Callable[[int], None],
    visit: Visit | None,
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
        waits = [stop.wait(), app.wait(), *([] if visit is None else [visit(app.port)])]
        await first_of(*waits)
    return app.failed


async def first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Wait until one of them ends, and end the others; raises what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
