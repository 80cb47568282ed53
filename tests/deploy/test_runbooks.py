"""The runbooks are true: each fault is made in a running service, and their commands answer what they say."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import pytest

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.hotels_file import HotelsFile
from tests.support.pms_away import hanging_pms
from tests.support.runbooks import PARTS, RUNBOOKS, Step, parts_of, steps_of
from tests.support.service import NUMBER, ROOT, SECRET, Service, free_port
from tests.support.shell import typed_at

pytestmark = [pytest.mark.xdist_group("runbooks"), pytest.mark.timeout(180)]

ALL: Final = sorted(path for path in RUNBOOKS.glob("*.md") if path.name != "README.md")
UNLUCKY: Final = "5491150001111"
ANSWER_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A service with everything around it, to be broken."""

    service: Service
    servers: tuple[EmbeddedPostgres, EmbeddedValkey] | None
    graph: FakeGraph
    session: aiohttp.ClientSession

    @property
    def database_url(self) -> str:
        return self.service._environment["AGENTE_DATABASE_URL"]

    @property
    def postgres(self) -> EmbeddedPostgres:
        assert self.servers is not None
        return self.servers[0]

    @property
    def valkey(self) -> EmbeddedValkey:
        assert self.servers is not None
        return self.servers[1]

    async def guest_writes(self, words: str, *, sender: str = UNLUCKY) -> int:
        message = text(words, sender=sender, timestamp=int(time.time()))
        return await self.service.post(self.session, body(message, account=NUMBER))


@pytest.fixture
async def place(
    runbook: Path, database_url: str, valkey_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Place]:
    """Servers of its own only where the fault is to stop them: they take a while to make."""
    stopping = FAULTS[runbook.stem] in STOPPING
    servers = (request.getfixturevalue("postgres"), request.getfixturevalue("valkey")) if stopping else None
    async with AsyncExitStack() as stack:
        graph = await stack.enter_async_context(FakeGraph())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        service = Service(
            database_url=servers[0].url if servers else database_url,
            redis_url=servers[1].url if servers else valkey_url,
            graph_url=graph.url,
            data_dir=tmp_path,
            ops__port=str(free_port()),
        )
        await service.start()
        stack.push_async_callback(service.kill)
        yield Place(service=service, servers=servers, graph=graph, session=session)


# The faults.


@asynccontextmanager
async def no_fault(place: Place) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def postgres_away(place: Place) -> AsyncIterator[None]:
    await asyncio.to_thread(place.postgres.stop)
    assert await place.guest_writes("¿Hay wifi?") == 503
    yield
    await asyncio.to_thread(place.postgres.start)


@asynccontextmanager
async def redis_away(place: Place) -> AsyncIterator[None]:
    await asyncio.to_thread(place.valkey.stop)
    yield
    await asyncio.to_thread(place.valkey.start)


@asynccontextmanager
async def pms_hangs(place: Place) -> AsyncIterator[None]:
    async with hanging_pms(place.database_url):
        for day in range(1, 13):
            words = f"una doble del {day} al {day + 2} de mayo para 2"
            assert await place.guest_writes(words, sender=f"549115000{day:04}") == 200
        yield


@asynccontextmanager
async def graph_fails(place: Place) -> AsyncIterator[None]:
    place.graph.fail(status=500)
    assert await place.guest_writes("¿Hay estacionamiento?") == 200
    yield
    place.graph.reset()


@asynccontextmanager
async def the_mail_server_is_away(place: Place) -> AsyncIterator[None]:
    await place.service.kill()
    hotels = HotelsFile(Path(place.service.environment["AGENTE_DATA_DIR"]) / "hotels.yaml")
    server = {"host": "127.0.0.1", "port": free_port(), "security": "none"}
    box = {"address": "reservas@hotel.example", "imap": server, "smtp": server, "password_env": "MAILBOX_PASSWORD"}
    hotels.change(lambda hotel: hotel.update(mailbox=box))
    place.service.configure(AGENTE_HOTELS_FILE=str(hotels.path), MAILBOX_PASSWORD="secret")
    await place.service.start()
    yield


@asynccontextmanager
async def graph_hangs(place: Place) -> AsyncIterator[None]:
    place.graph.hang()
    assert await place.guest_writes("¿Hay estacionamiento?") == 200
    yield
    place.graph.reset()


@asynccontextmanager
async def a_conversation_that_nobody_can_read(place: Place) -> AsyncIterator[None]:
    assert await place.guest_writes("¿Hay estacionamiento?") == 200
    await place.graph.wait_for(1)
    await place.service.kill()
    connection = await asyncpg.connect(place.database_url)
    await connection.execute('UPDATE conversation SET state = \'{"version": 1, "draft": 7}\'')
    await place.service.start()
    assert await place.guest_writes("¿Hay wifi?") == 200
    async with asyncio.timeout(ANSWER_SECONDS):
        while not await connection.fetchval("SELECT count(*) FROM dead_letter"):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    await connection.close()
    yield


@asynccontextmanager
async def meta_signs_with_a_secret_that_is_not_here_yet(place: Place) -> AsyncIterator[None]:
    message = body(text("¿Hay wifi?", sender=UNLUCKY, timestamp=int(time.time())), account=NUMBER)
    assert await place.service.post(place.session, message, secret="the new one") == 401
    yield
    await place.service.kill()
    place.service.configure(AGENTE_WHATSAPP__APP_SECRETS=f"the new one,{SECRET}")
    await place.service.start()
    assert await place.service.post(place.session, message, secret="the new one") == 200


@asynccontextmanager
async def the_database_is_lost(place: Place) -> AsyncIterator[None]:
    assert "made" in await typed_at(place.service, 'agente-hotelero backup "$COPIAS"')
    await place.service.kill()
    name = urlsplit(place.database_url).path.removeprefix("/")
    admin = await asyncpg.connect(place.database_url.replace(f"/{name}?", "/postgres?"))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    yield
    await place.service.start()


FAULTS: Final[dict[str, Callable[[Place], AbstractAsyncContextManager[None]]]] = {
    "dead-letters": a_conversation_that_nobody_can_read,
    "deploy-and-rollback": no_fault,
    "high-error-rate": postgres_away,
    "mailbox-away": the_mail_server_is_away,
    "outbox-stuck": graph_hangs,
    "pms-outage": pms_hangs,
    "postgres-down": postgres_away,
    "redis-degraded": redis_away,
    "restore": the_database_is_lost,
    "rotate-secrets": meta_signs_with_a_secret_that_is_not_here_yet,
    "whatsapp-outage": graph_fails,
}


STOPPING: Final = {postgres_away, redis_away}
QUICK: Final = {"pms-outage", "postgres-down", "whatsapp-outage", "rotate-secrets"}
"""Those whose faults guests notice first; the others' wait for `make test-long`."""


@pytest.mark.parametrize(
    "runbook",
    [pytest.param(path, marks=() if path.stem in QUICK else pytest.mark.long, id=path.stem) for path in ALL],
)
async def test_a_runbooks_commands_answer_what_it_says_while_its_fault_lasts(runbook: Path, place: Place) -> None:
    steps = steps_of(runbook)
    async with AsyncExitStack() as fault:
        await fault.enter_async_context(FAULTS[runbook.stem](place))
        for step in steps:
            if not step.afterwards:
                await answers(step, place)
    await place.service.answers()
    for step in steps:
        if step.afterwards:
            await answers(step, place)


async def answers(step: Step, place: Place) -> None:
    """Type it until it says what it should: health looks every few seconds, a circuit opens after some calls."""
    said = ""
    give_up = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < give_up:
        said = await typed_at(place.service, step.command)
        if step.answer in said:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{step.command}\nsays:\n{said}\nand not: {step.answer}\n{place.service.log()[-2000:]}")


# What they must have.


@pytest.mark.parametrize("runbook", ALL, ids=lambda path: path.stem)
def test_a_runbook_has_its_parts_in_order_and_says_what_guests_see(runbook: Path) -> None:
    assert tuple(parts_of(runbook)) == PARTS
    head = runbook.read_text("utf-8").partition("## ")[0]
    assert "**Suena:**" in head
    assert "**Qué ven los huéspedes.**" in head


@pytest.mark.parametrize("runbook", ALL, ids=lambda path: path.stem)
def test_every_command_of_a_runbook_says_what_it_answers(runbook: Path) -> None:
    assert len(steps_of(runbook)) == runbook.read_text("utf-8").count("```sh") > 0


def test_every_fault_has_its_runbook_and_the_index_names_them_all() -> None:
    assert {path.stem for path in ALL} == set(FAULTS)
    assert set(re.findall(r"\]\((.+?\.md)\)", (RUNBOOKS / "README.md").read_text("utf-8"))) == {
        path.name for path in ALL
    }


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda path: path.stem)
def test_a_link_leads_somewhere(page: Path) -> None:
    assert [to for to in re.findall(r"\]\((.+?)\)", page.read_text("utf-8")) if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("runbook", ALL, ids=lambda path: path.stem)
def test_the_names_in_a_runbook_are_names_of_ours(runbook: Path) -> None:
    """Log events, columns, metrics, settings: whoever searches for them at night finds them."""
    kinds = ("*.py", "*.sql", "*.yml")
    ours = "\n".join(
        path.read_text("utf-8")
        for folder in ("agente_hotelero", "deploy")
        for kind in kinds
        for path in (ROOT / folder).rglob(kind)
    ) + (ROOT / "docs" / "settings.md").read_text("utf-8")
    named = re.findall(r"`([a-z]+(?:_[a-z0-9]+)+|AGENTE_[A-Z_]+)\b", runbook.read_text("utf-8"))
    assert [name for name in named if name not in ours and not name.startswith(("http_requests", "turns_"))] == []
