"""Whatever is thrown at the running service: never a 5xx, never a guest that waits for ever."""

import json
import os
import random
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER, Service

pytestmark = pytest.mark.timeout(180)

CORPUS = Path(os.environ.get("AGENTE_CONFORMANCE_DIR", "."), "corpora", "whatsapp")
GUEST = "5491150003333"
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, "", "\x00", "\ud800", "x" * 5_000, [], [[]], {}, {"": ""}, ["text"], {"body": {"body": []}},
)  # fmt: skip
BODIES = (
    b"", b"\x00", b"null", b"[]", b"{}", b'{"entry"', b"\xff\xfe", b'"' + b"x" * 100_000 + b'"', b"[" * 20_000, b'{"entry":{}}',
    b'{"entry":[{"changes":[{"field":"messages","value":null}]}]}', b"{" + b'"a":{' * 2_000, b"NaN", b"1" * 10_000,
)  # fmt: skip
MUTATIONS = 300
STRANGERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", "/webhooks/whatsapp", {"X-Hub-Signature-256": "sha256=\u00e9"}),
    ("POST", "/webhooks/whatsapp", {}),
    ("GET", "/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=%ff&hub.challenge=%00", {}),
    ("GET", "/chat/%00", {}),
    ("GET", "/chat/demo/events", {"Authorization": "Bearer \u00e9.x"}),
    ("POST", "/chat/demo/messages", {"Authorization": "Bearer a.b.c"}),
    ("GET", "/admin/feature-flags", {"Authorization": "Bearer"}),
    ("GET", "/static/../../etc/passwd", {}),
    ("DELETE", "/health/live", {}),
)


@pytest.fixture
async def service(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(database_url=database_url, redis_url=valkey_url, graph_url=graph.url, data_dir=tmp_path)
    await service.start()
    yield service
    assert await service.stop() == 0, service.log()[-3000:]


async def answers_as_ever(service: Service, session: aiohttp.ClientSession, graph: FakeGraph) -> None:
    """The guest whose messages were mangled writes something sensible."""
    assert await service.post(session, body(said("¿Hay wifi?"), account=NUMBER)) == 200
    async with graph._news:
        await graph._news.wait_for(lambda: any(s.to == GUEST and "wifi" in str(s.payload) for s in graph.sent))


def said(words: str) -> dict[str, Any]:
    return text(words, sender=GUEST, timestamp=int(time.time()))


def mangled(node: Any, chance: random.Random) -> Any:
    """A copy with something somewhere replaced, removed or doubled."""
    if chance.random() < 0.08:
        return chance.choice(ODD)
    if isinstance(node, dict):
        return {key: mangled(value, chance) for key, value in node.items() if chance.random() > 0.03}
    if isinstance(node, list):
        return [mangled(value, chance) for value in node for _ in range(chance.choice((1, 1, 1, 2)))]
    return node


def collected() -> list[bytes]:
    """Every payload of the corpus, sent to our number."""
    ours = re.compile(rb'("phone_number_id":\s*)"[^"]*"')
    return [ours.sub(rb'\1"' + NUMBER.encode() + b'"', path.read_bytes()) for path in sorted(CORPUS.glob("*.json"))]


async def test_signed_nonsense_is_stored_and_acknowledged(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    assert {await service.post(session, raw) for raw in BODIES} == {200}
    await answers_as_ever(service, session, graph)


async def test_mangled_webhooks_never_fail_and_never_hold_a_guest_up(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    chance = random.Random(7)
    statuses = set()
    for _ in range(MUTATIONS):
        whole = json.loads(body(said("una doble del 5 al 8 de mayo"), said("¿Hay wifi?"), account=NUMBER))
        raw = json.dumps(mangled(whole, chance)).encode()
        statuses.add(await service.post(session, raw))
    assert statuses == {200}
    await answers_as_ever(service, session, graph)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with corpora/whatsapp")
async def test_payloads_that_others_collected_are_all_acknowledged(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    bodies = collected()
    assert len(bodies) > 100
    assert {await service.post(session, raw) for raw in bodies} == {200}
    await answers_as_ever(service, session, graph)
    # Chats with numbers that are no guests of a loopback Graph end in its refusals, not in ours.
    assert "turn_failed" not in service.log()
    assert "dead_letter" not in service.log()


async def test_strangers_are_refused_politely(service: Service, session: aiohttp.ClientSession) -> None:
    for method, path, headers in STRANGERS:
        async with session.request(method, service.url + path, headers=headers, data=b"x") as answer:
            assert 400 <= answer.status < 500, (method, path)
            assert (await answer.json())["error"]["code"]
