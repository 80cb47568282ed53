"""The service as a process of its own: started as its operator would, killed as nobody would."""

import asyncio
import random
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp

from tests.fakes.webhooks import sign
from tests.support.environment import inherited
from tests.support.forks import Fork

SECRET: Final = "test-app-secret"
NUMBER: Final = "100000000000001"
ROOT: Final = Path(__file__).parents[2]
START_SECONDS: Final = 30.0
SERVE: Final = ("agente_hotelero", "serve")


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to outgoing connections: one of them might take it."""
    while True:
        port = random.randint(10_240, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Service:
    """One process over given databases; the same port again after a restart."""

    def __init__(
        self,
        *,
        database_url: str,
        redis_url: str,
        graph_url: str,
        data_dir: Path,
        module: tuple[str, ...] = SERVE,
        measured: bool = False,
        **settings: str,
    ) -> None:
        """`measured`: begun as its operator does, and measured for coverage; others are forked from one that imported everything.

        A `module` of the test's own changes what is imported, so nothing was before it.
        """
        self.port = free_port()
        self._module = module
        self._forked = not measured and module == SERVE
        self._log = data_dir / f"service-{self.port}.log"
        self._environment = {
            **(inherited() if measured else inherited("COVERAGE_")),
            "AGENTE_DATABASE_URL": database_url,
            "AGENTE_REDIS_URL": redis_url,
            "AGENTE_DATA_DIR": str(data_dir),
            "AGENTE_SECRET_KEY": "k" * 32,
            "AGENTE_HOTELS_FILE": str(ROOT / "hotels.example.yaml"),
            "AGENTE_HTTP__PORT": str(self.port),
            "AGENTE_GATHER_MS": "0",
            "AGENTE_WHATSAPP__GRAPH_URL": graph_url,
            "AGENTE_WHATSAPP__APP_SECRETS": SECRET,
            "AGENTE_WHATSAPP__VERIFY_TOKEN": "verify",
            "AGENTE_WHATSAPP__ACCESS_TOKEN": "token",
            "AGENTE_WHATSAPP__DOUBT_GRACE_SECONDS": "4",
            "AGENTE_WHATSAPP__MESSAGES_PER_SECOND": "100000",
            "AGENTE_WHATSAPP__GUEST_BURST": "100000",
            **{f"AGENTE_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: asyncio.subprocess.Process | Fork | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.returncode

    @property
    def environment(self) -> dict[str, str]:
        return dict(self._environment)

    def configure(self, **variables: str) -> None:
        """Set variables of its environment, for its next start."""
        self._environment |= variables

    def log(self) -> str:
        """Standard output and standard error."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it answers (`ready`: until traffic may come); one that does not is left to nobody."""
        await self.launch()
        try:
            await self.answers("/health/ready" if ready else "/health/live")
        except BaseException:
            await self.kill()
            raise

    async def launch(self) -> None:
        """Start it, and wait for nothing: it may be about to die."""
        if self._forked:
            self._process = await Fork.started(
                self._module, directory=ROOT, environment=self._environment, log=self._log
            )
            return
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self._module, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    async def answers(self, path: str = "/health/ready") -> None:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while True:
                if self.exit_code is not None:
                    raise AssertionError(f"the service ended with {self.exit_code}:\n{self.log()[-4000:]}")
                try:
                    async with session.get(self.url + path) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    """Not listening yet."""
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def ended(self) -> int:
        """Wait until it ended by itself; answers its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and wait for the drain."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
            async with asyncio.timeout(30):
                await self._process.wait()
        return self._process.returncode or 0

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def resident_bytes(self) -> int:
        """How much memory it has."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize()

    async def post(
        self, session: aiohttp.ClientSession, body: bytes, *, seconds: float = 10.0, secret: str = SECRET
    ) -> int:
        """POST a signed webhook; answers the status, 0 when nobody answered."""
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(body, secret)}
        try:
            timeout = aiohttp.ClientTimeout(total=seconds)
            async with session.post(
                self.url + "/webhooks/whatsapp", data=body, headers=headers, timeout=timeout
            ) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0
