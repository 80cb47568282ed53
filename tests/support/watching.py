"""Prometheus and Alertmanager as processes of a test's own, with the configuration of deploy/ made quick."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web

from agente_hotelero.http.listener import Listener
from tests.support.service import free_port

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
PROMETHEUS: Final = DEPLOY / "prometheus"
ALERTMANAGER: Final = DEPLOY / "alertmanager"
PACKAGES: Final = {
    "promtool": "prometheus",
    "prometheus": "prometheus",
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
}
START_SECONDS: Final = 20.0


def needed(program: str) -> str:
    """Find a program of Debian's, or skip with the command that installs it."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} here; apt-get install {PACKAGES[program]}")
    return found


def quick_rules(text: str) -> str:
    """Alerts that wait for nothing: a test has no two minutes."""
    return re.sub(r"^(\s+for:) .*$", r"\1 0s", text, flags=re.MULTILINE)


def quick_routes(text: str, *, urls: dict[str, str]) -> str:
    """Routes without waits, to receivers on loopback. `url_file` is newer than Debian's Alertmanager: the test has a plain url."""
    text = re.sub(r"(group_wait|group_interval): \S+", r"\1: 100ms", text)
    for name, url in urls.items():
        text = text.replace(f"url_file: /etc/alertmanager/secrets/{name}-url", f"url: {url}")
    return text


class Receiver:
    """Whoever is told, by path."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[tuple[str, dict[str, Any]]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.told += [(request.match_info["who"], alert) for alert in (await request.json())["alerts"]]
        return web.Response()

    async def hears(self, who: str, alert: str, status: str, *, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until this alert arrived there; answers it."""
        async with asyncio.timeout(seconds):
            while True:
                for receiver, one in self.told:
                    if (receiver, one["labels"]["alertname"], one["status"]) == (who, alert, status):
                        return one
                await asyncio.sleep(0.05)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Listen on a free port."""
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/{who}", receiver.take)
    listener = await Listener.open(application, host="127.0.0.1", port=0, shutdown_seconds=1.0)
    receiver.url = f"http://127.0.0.1:{listener.port}"
    yield receiver
    await listener.close()


@asynccontextmanager
async def watched(metrics_port: int, receiver: Receiver, *, directory: Path) -> AsyncIterator[str]:
    """Prometheus over a service's metrics, with all our rules, and Alertmanager behind it; gives Prometheus' address."""
    alertmanager_port, port = free_port(), free_port()
    for name in ("recording.yml", "alerts.yml"):
        (directory / name).write_text(quick_rules((PROMETHEUS / name).read_text("utf-8")), "utf-8")
    config = (PROMETHEUS / "prometheus.yml").read_text("utf-8")
    config = re.sub(r"(scrape_interval|evaluation_interval): \S+", r"\1: 1s", config)
    config = config.replace("app:9100", f"127.0.0.1:{metrics_port}")
    config = config.replace("alertmanager:9093", f"127.0.0.1:{alertmanager_port}")
    (directory / "prometheus.yml").write_text(config, "utf-8")
    routes = quick_routes(
        (ALERTMANAGER / "alertmanager.yml").read_text("utf-8"),
        urls={name: f"{receiver.url}/{name}" for name in ("on-call", "tickets")},
    )
    (directory / "alertmanager.yml").write_text(routes, "utf-8")
    async with (
        _running(
            needed("prometheus-alertmanager"),
            f"--config.file={directory / 'alertmanager.yml'}",
            f"--storage.path={directory / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{alertmanager_port}",
            "--cluster.listen-address=",
            ready=f"http://127.0.0.1:{alertmanager_port}/-/ready",
            log=directory / "alertmanager.log",
        ),
        _running(
            needed("prometheus"),
            f"--config.file={directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={directory / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
            ready=f"http://127.0.0.1:{port}/-/ready",
            log=directory / "prometheus.log",
        ),
    ):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _running(*command: str, ready: str, log: Path) -> AsyncIterator[None]:
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(*command, stdout=file, stderr=file)
    try:
        await _answers(ready, process, log)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _answers(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
        while True:
            assert process.returncode is None, _end_of(log)
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                """Not listening yet."""
            await asyncio.sleep(0.05)


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-3000:]
