"""The drill: a service at work is copied, its database is destroyed, the copy comes back, and work goes on."""

import asyncio
import shlex
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER, Service, free_port
from tests.support.shell import done_at
from tests.support.storage_copies import contents

pytestmark = [pytest.mark.xdist_group("outages"), pytest.mark.timeout(180)]

ANSWERED, WAITING, LOST = "5491150000001", "5491150000002", "5491150000003"


@pytest.fixture
async def service(
    postgres: EmbeddedPostgres, valkey_url: str, graph: FakeGraph, tmp_path: Path
) -> AsyncIterator[Service]:
    service = Service(
        database_url=postgres.url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        ops__port=str(free_port()),
    )
    await service.start()
    yield service
    await service.kill()


@pytest.mark.long
async def test_a_hotel_that_lost_its_database_goes_on_and_nobody_hears_from_the_past(
    postgres: EmbeddedPostgres, graph: FakeGraph, service: Service, tmp_path: Path
) -> None:
    await write(service, ANSWERED, "¿Hay wifi?")
    await graph.wait_for(1)
    graph.fail(status=500, to=WAITING)
    await write(service, WAITING, "¿Hay estacionamiento?")
    await until_pending(postgres.url, 1)
    await command(service, "flags", "set", "features.interactive_messages", "on")
    said = await command(service, "backup", str(tmp_path / "copies"))
    copy = said.splitlines()[-1].removeprefix("made ")
    before = await rows_of(postgres.url)
    # After the copy: it will be as if it had never been written, and its answer was heard.
    await write(service, LOST, "¿Hay wifi?")
    await graph.wait_for(2)
    assert await metric(service, "backup_age_seconds") < 60

    await service.kill()
    await destroy(postgres.url)
    await command(service, "flags", "set", "features.interactive_messages", "off")
    refused = await command(service, "restore", str(tmp_path), fails=True)
    assert "is no copy" in refused
    said = await command(service, "restore", copy, "--older-than-hours", "0")
    assert "held back: 1 messages, 0 timers" in said
    after = await rows_of(postgres.url)
    assert {name: rows for name, rows in after.items() if name in {"conversation", "inbox", "guest", "seen"}} == {
        name: rows for name, rows in before.items() if name in {"conversation", "inbox", "guest", "seen"}
    }
    assert "features.interactive_messages\ton\tredis" in await command(service, "flags", "list")

    graph.reset()
    graph.sent.clear()
    await service.start()
    await write(service, ANSWERED, "¿Hay estacionamiento?")
    await graph.wait_for(1)
    assert "1 messages and 0 timers are held back" in await command(service, "held", "list")
    assert [sent.to for sent in graph.sent] == [ANSWERED]

    assert "released 1 messages" in await command(service, "held", "release")
    await graph.wait_for(2)
    assert [sent.to for sent in graph.sent] == [ANSWERED, WAITING]
    await service.answers()
    await write(service, LOST, "¿Hay wifi?")
    await graph.wait_for(3)


async def test_the_scripts_are_the_same_commands_and_restore_nothing_under_a_running_service(
    service: Service, tmp_path: Path
) -> None:
    directory = tmp_path / "copies"
    said = await command(service, str(directory), "1", program="scripts/backup.sh")
    said = await command(service, str(directory), "1", program="scripts/backup.sh")
    assert [path.name for path in directory.iterdir()] == [Path(said.splitlines()[-1]).name]
    assert "a service runs" in await command(
        service, str(next(directory.iterdir())), "--force", program="scripts/restore.sh", fails=True
    )
    assert "uso: scripts/backup.sh" in await command(service, program="scripts/backup.sh", fails=True)


async def write(service: Service, guest: str, words: str) -> None:
    async with aiohttp.ClientSession() as session:
        message = text(words, sender=guest, timestamp=int(time.time()))
        assert await service.post(session, body(message, account=NUMBER)) == 200


async def command(service: Service, *words: str, program: str = "agente-hotelero", fails: bool = False) -> str:
    """Type a command on the service's machine; answers what it said."""
    done = await done_at(service, shlex.join([program, *words]))
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


async def until_pending(url: str, count: int) -> None:
    """Wait until so many answers wait for their next attempt."""
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(20):
        while await connection.fetchval("SELECT count(*) FROM outbox WHERE status = 'pending'") != count:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.02)
    await connection.close()


async def rows_of(url: str) -> dict[str, list[str]]:
    connection = await asyncpg.connect(url)
    rows = await contents(connection)
    await connection.close()
    return rows


async def destroy(url: str) -> None:
    """The database is gone, and an empty one stands in its place."""
    admin = await asyncpg.connect(url.replace("@/agente?", "@/postgres?"))
    await admin.execute("DROP DATABASE agente WITH (FORCE)")
    await admin.execute("CREATE DATABASE agente")
    await admin.close()


async def metric(service: Service, name: str) -> float:
    """Read it when the service has looked again."""
    ops = f"http://127.0.0.1:{service._environment['AGENTE_OPS__PORT']}/metrics"
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(ops) as answer:
                lines = (await answer.text()).splitlines()
            [line] = [line for line in lines if line.startswith(f"{name} ")]
            if float(line.split()[1]) > 0:
                return float(line.split()[1])
            await asyncio.sleep(0.1)
