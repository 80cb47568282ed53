"""Real servers for every test that asks: one Postgres and one Valkey per worker, a fresh database per test."""

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg
import pytest
import redis.asyncio
from hypothesis import HealthCheck, settings

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from agente_hotelero.storage.migrate import migrate
from tests.fakes.graph import FakeGraph
from tests.support.databases import EMPTY, MIGRATED, database, fresh_database
from tests.support.dovecot import Dovecot, ImapBox

# Whatever is started in the background of a script ignores Ctrl+C, and so would every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("agente", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("agente")

MEMORY: Final = Path("/dev/shm")
_mailboxes = itertools.count(1)
ROOM_BYTES: Final = 3 * 1024**3
FAILED: Final = pytest.StashKey[bool]()

UNMEASURED: Final = ("chaos", "conversations", "property")
"""What these run through is measured elsewhere, line by line; here it would cost half of their time."""


NEEDED: Final = (
    ("browser", "chromium", "no Chromium here; to run the browser tests: apt-get install chromium"),
    ("dovecot", "dovecot", "no Dovecot here; to run the tests of a real mailbox: apt-get install dovecot-imapd"),
)
"""Marker, program, and what to do where it is not there."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in UNMEASURED:
            item.add_marker(pytest.mark.no_cover)
    for marker, program, reason in NEEDED:
        if shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") is None:
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def conformance_dir() -> Path:
    """Recorded real payloads, where this machine has them."""
    found = os.environ.get("AGENTE_CONFORMANCE_DIR")
    if not found:
        pytest.skip("AGENTE_CONFORMANCE_DIR names no directory of recorded payloads")
    return Path(found)


@pytest.fixture(scope="session")
def server_dir() -> Iterator[Path]:
    """In memory where there is room: a database per test is three hundred files, made and deleted."""
    memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    with directory(within=MEMORY if memory else None) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Instead of pytest's own, too deep for a server's socket: its data would lie in /var/tmp, for a later run to find."""
    made = Path(tempfile.mkdtemp(prefix="agente-"))
    yield made
    # What a service said before a test failed is there to be read.
    if not request.node.stash.get(FAILED, False):
        shutil.rmtree(made, ignore_errors=True)


def directory(within: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A new one, gone afterwards; a server whose parent was killed may still be leaving it then."""
    return tempfile.TemporaryDirectory(prefix="agente-", dir=within, ignore_cleanup_errors=True)


@pytest.fixture(scope="session")
def postgres_url(server_dir: Path) -> Iterator[str]:
    """A server with a migrated database named `template_agente`."""
    server = EmbeddedPostgres(data_dir=server_dir)
    url = server.start()
    _to_its_end(_make_template(url))
    yield url
    server.stop()


@pytest.fixture
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """A fresh, migrated database."""
    async with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
async def empty_url(postgres_url: str) -> AsyncIterator[str]:
    """A database without a single table."""
    async with fresh_database(postgres_url, template=EMPTY) as url:
        yield url


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    """WhatsApp's, on loopback, with a ledger of what it accepted."""
    async with FakeGraph() as graph:
        yield graph


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who calls."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(scope="session")
def valkey_server_url(server_dir: Path) -> Iterator[str]:
    server = EmbeddedValkey(data_dir=server_dir)
    yield server.start()
    server.stop()


@pytest.fixture
async def valkey_url(valkey_server_url: str) -> str:
    """An empty Valkey."""
    return await emptied(valkey_server_url)


async def emptied(redis_url: str) -> str:
    """The same address, after whatever an earlier test left behind is gone."""
    client = redis.asyncio.Redis.from_url(redis_url)
    await client.flushall()
    await client.aclose()
    return redis_url


@pytest.fixture(scope="session")
def migrated_cluster(server_dir: Path) -> Path:
    """A data directory to be copied: made once, it is a second for every test that stops its server."""
    data_dir = server_dir / "to-copy"
    server = EmbeddedPostgres(data_dir=data_dir)
    url = server.start()
    _to_its_end(migrate(url))
    server.stop()
    return data_dir


@pytest.fixture
def postgres(server_dir: Path, migrated_cluster: Path) -> Iterator[EmbeddedPostgres]:
    """A server of the test's own with a migrated database, to be stopped at will."""
    with directory(within=server_dir) as made:
        shutil.copytree(migrated_cluster, made, symlinks=True, dirs_exist_ok=True)
        server = EmbeddedPostgres(data_dir=Path(made))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """The same of Valkey."""
    server = EmbeddedValkey(data_dir=tmp_path)
    server.start()
    yield server
    server.stop()


def _to_its_end(work: Coroutine[Any, Any, object]) -> None:
    """In a thread of its own: who asks first for a fixture may be in a running loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


async def _make_template(url: str) -> None:
    admin = await asyncpg.connect(url)
    # Tests kill processes, never the machine: what the kernel has is kept, and a database is made in 0.06 s instead of 0.9.
    for setting, value in (("fsync", "off"), ("full_page_writes", "off"), ("max_wal_size", "'128MB'")):
        await admin.execute(f"ALTER SYSTEM SET {setting} = {value}")
    await admin.execute("SELECT pg_reload_conf()")
    await admin.execute(f"CREATE DATABASE {MIGRATED}")
    await admin.close()
    await migrate(database(url, MIGRATED))


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real IMAP server."""
    server = Dovecot()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def imap(dovecot: Dovecot) -> ImapBox:
    """An empty mailbox."""
    return ImapBox(dovecot, f"reservas{next(_mailboxes)}@hotel-demo.example")
