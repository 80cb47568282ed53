"""What /openapi.json says is what the service does, whatever is thrown at it: schemathesis over the running service."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from agente_hotelero.http.code_links import CodeLinks
from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.media_files import MediaFiles
from agente_hotelero.storage.tokens import PostgresTokens
from tests.support.service import ROOT, Service

pytestmark = pytest.mark.timeout(600)

TOKENS = 30
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
ENDLESS = r"/chat/\{hotel\}/events"
"""A stream answers as long as its page is open."""
EVERY = "FROM generate_series(1, 40) AS n"
SOMETHING_OF_EVERYTHING = (
    f"INSERT INTO guest (id, hotel, shard, profile_name) SELECT n, 'demo', 0, 'Ana' {EVERY}",
    f"INSERT INTO guest_alias (hotel, kind, value, guest_id) SELECT 'demo', 'phone', '54911' || n, n {EVERY}",
    f"""INSERT INTO inbox (id, guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, done)
        SELECT n, n, 0, 'demo', 'whatsapp', '1', n::text, '54911' || n, '{{"type": "media", "what": "image", "media_id": "1"}}', now(), true {EVERY}""",
    f"""INSERT INTO outbox (id, guest_id, shard, n, cause, hotel, channel, account, address, message, interactive, status)
        SELECT n, n, 0, 1, n, 'demo', 'whatsapp', '1', '54911' || n, '{{"type": "text", "body": "Hola"}}', false, 'dead' {EVERY}""",
    f"INSERT INTO dead_letter (inbox_id, guest_id, error) SELECT n, n, 'ValueError' {EVERY}",
    f"INSERT INTO quarantine (channel, account, reason, raw) SELECT 'whatsapp', '1', 'json', '{{'::bytea {EVERY}",
    f"INSERT INTO handoff (guest_id, cause, hotel, reason, summary) SELECT n, n, 'demo', 'asked', 'Quiere hablar.' {EVERY}",
    f"""INSERT INTO media (inbox_id, state, file, mime, bytes)
        SELECT n, 'kept', lpad(n::text, 32, '0'), 'application/pdf', 4 {EVERY}""",
    "SELECT setval('journal_id', 100)",
)


@pytest.fixture
async def service(database_url: str, valkey_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(
        database_url=database_url, redis_url=valkey_url, graph_url="http://127.0.0.1:9", data_dir=tmp_path
    )
    await service.start()
    yield service
    await service.kill()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = Pool(database_url)
    await pool.open()
    yield pool
    await pool.close()


def code_token(service: Service) -> str:
    """Of a picture that the service itself could have shown."""
    path = CodeLinks(secret_keys=[service.environment["AGENTE_SECRET_KEY"].encode()]).path("DEMO-AK7001")
    assert path is not None
    return path.removeprefix("/codes/").removesuffix(".png")


@pytest.mark.parametrize(
    ("phases", "examples"), [("fuzzing", "5"), pytest.param("coverage,fuzzing", "20", marks=pytest.mark.long)]
)
async def test_the_service_is_what_its_description_says(
    phases: str, examples: str, service: Service, pool: Pool, tmp_path: Path
) -> None:
    for statement in SOMETHING_OF_EVERYTHING:
        await pool.fetch(statement)
    for number in range(1, 41):
        await MediaFiles(tmp_path / "media").write(f"{number:032}", b"%PDF")
    tokens = [await PostgresTokens(pool).create(f"t{n}", role=Role.ADMIN) for n in range(TOKENS)]
    async with aiohttp.ClientSession() as session, session.post(f"{service.url}/chat/demo/session") as answer:
        chat = (await answer.json())["token"]
    run = await asyncio.create_subprocess_exec(
        SCHEMATHESIS,
        "run",
        f"{service.url}/openapi.json",
        *("--seed", "1", "--max-examples", examples, "--phases", phases, "--exclude-path-regex", ENDLESS),
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.support.schema_hooks",
            "OPERATOR_TOKENS": " ".join(tokens),
            "CHAT_TOKEN": chat,
            "CODE_TOKEN": code_token(service),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()
    assert "repeatedly returned 404" not in said.decode()
    assert "Traceback" not in service.log()
