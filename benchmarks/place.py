"""The place where services are measured: real databases, a process of traffic, and the service itself."""

import asyncio
import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import asyncpg

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from agente_hotelero.storage.migrate import migrate
from agente_hotelero.storage.ownership import LOCK
from benchmarks.processes import ROOT, Program, children_cpu_seconds, free_port
from benchmarks.traffic import SECRET
from benchmarks.world import World

SERVICE: Final = ("agente_hotelero", "serve")
HOTELS: Final = ROOT / "hotels.example.yaml"


class Place:
    """One Postgres (fsync on), one Valkey, one process of traffic, and as many databases as asked."""

    def __init__(self, *, directory: Path, postgres: EmbeddedPostgres, valkey: EmbeddedValkey, world: World) -> None:
        self.directory = directory
        self.world = world
        self._postgres = postgres
        self._valkey = valkey
        self._numbers = itertools.count(1)
        self._guests = 0

    def guests(self, count: int) -> int:
        """Take so many guests who never wrote before; answers the number of the first."""
        self._guests += count
        return self._guests - count

    def new_database(self, *, migrated: bool = True) -> str:
        """Make an empty database; answers its URL."""
        name = f"bench_{next(self._numbers)}"
        self.run(self._postgres.url, f"CREATE DATABASE {name}")
        url = self._postgres.url.replace("@/agente?", f"@/{name}?")
        if migrated:
            asyncio.run(migrate(url))
        return url

    def run(self, url: str, *statements: str) -> list[asyncpg.Record]:
        """Run statements in a database, each by itself; answers the last one's rows."""

        async def connected() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(url)
            try:
                for statement in statements[:-1]:
                    await connection.execute(statement)
                return await connection.fetch(statements[-1])
            finally:
                await connection.close()

        return asyncio.run(connected())

    def service(
        self,
        database_url: str,
        *,
        hotels: Path = HOTELS,
        module: tuple[str, ...] = SERVICE,
        more: Mapping[str, str] | None = None,
    ) -> Program:
        """The service as its operator starts it, all features on, its Graph the one of the traffic process."""
        port = free_port()
        settings = {
            "AGENTE_DATABASE_URL": database_url,
            "AGENTE_REDIS_URL": self._valkey.url,
            "AGENTE_DATA_DIR": str(self.directory),
            "AGENTE_SECRET_KEY": "k" * 32,
            "AGENTE_HOTELS_FILE": str(hotels),
            "AGENTE_HTTP__PORT": str(port),
            # Of a guest who waits nothing is measured.
            "AGENTE_GATHER_MS": "0",
            "AGENTE_WHATSAPP__GRAPH_URL": self.world.graph_url,
            "AGENTE_WHATSAPP__APP_SECRETS": SECRET.decode(),
            "AGENTE_WHATSAPP__VERIFY_TOKEN": "verify",
            "AGENTE_WHATSAPP__ACCESS_TOKEN": "token",
            # The Graph here has no limits: what we measure is not how long we wait for Meta's.
            "AGENTE_WHATSAPP__MESSAGES_PER_SECOND": "100000",
            "AGENTE_WHATSAPP__GUEST_BURST": "100000",
            **(more or {}),
        }
        return Program(module, log=self.directory / f"service-{port}.log", settings=settings, port=port)

    def postgres_cpu_seconds(self) -> dict[int, float]:
        """CPU time of Postgres' processes so far."""
        return children_cpu_seconds(self._postgres.pid)


@contextmanager
def opened() -> Iterator[Place]:
    """Everything, in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="agente-bench-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        postgres = EmbeddedPostgres(data_dir=directory)
        valkey = EmbeddedValkey(data_dir=directory)
        try:
            for server in (postgres, valkey):
                server.start()
            with World(log=directory / "world.log") as world:
                yield Place(directory=directory, postgres=postgres, valkey=valkey, world=world)
        finally:
            valkey.stop()
            postgres.stop()


@contextmanager
def shards_taken(database_url: str) -> Iterator[None]:
    """Hold the lock on the shards as another process would, so that a service started now stands by and only stores."""
    # The loop rests in between: a session needs nobody to keep it.
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(database_url))
    loop.run_until_complete(connection.execute("SELECT pg_advisory_lock($1)", LOCK))
    try:
        yield
    finally:
        loop.run_until_complete(connection.close())
        loop.close()


def resident_bytes(pid: int) -> int:
    """Memory that a process really holds."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
