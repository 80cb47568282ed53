"""The service as its operator and its guests meet it: the echo of the test environment, flags, pauses, forms of answers."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import redis.asyncio

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, button, location, message, sign, text
from tests.support.service import NUMBER, SECRET, Service

pytestmark = pytest.mark.timeout(120)

GUEST = "5491150009999"
AVAILABILITY = "una doble del 5 al 8 de mayo para 2"


@pytest.fixture
def flags() -> dict[str, str]:
    """Those that are switched before the service starts: it would see a change within seconds only."""
    return {}


@pytest.fixture
async def redis_url(valkey_url: str, flags: dict[str, str]) -> str:
    for flag, value in flags.items():
        await switch(valkey_url, flag, value)
    return valkey_url


@pytest.fixture
async def service(
    database_url: str, redis_url: str, graph: FakeGraph, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Service]:
    service = Service(
        measured=request.node.get_closest_marker("no_cover") is None,
        database_url=database_url,
        redis_url=redis_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        env="test",
    )
    await service.start()
    yield service
    assert await service.stop() == 0, service.log()[-3000:]


async def echo(service: Service, *messages: dict[str, Any]) -> dict[str, Any]:
    """POST a signed webhook; answers the echo of the test environment."""
    raw = body(*messages, account=NUMBER)
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(raw, SECRET)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(service.url + "/webhooks/whatsapp", data=raw, headers=headers) as answer,
    ):
        assert answer.status == 200
        said: dict[str, Any] = await answer.json()
        return said


def says(words: str, *, guest: str = GUEST) -> dict[str, Any]:
    return text(words, sender=guest, timestamp=int(time.time()))


async def switch(valkey_url: str, field: str, value: str) -> None:
    """What an operator types into redis-cli."""
    client = redis.asyncio.Redis.from_url(valkey_url)
    await client.hset("feature_flags", field, value)
    await client.aclose()


async def until_echoed(service: Service, words: str, response_type: str) -> str:
    """Let one new guest after the other ask until the answer has that form: a flag takes effect within its TTL."""
    async with asyncio.timeout(30):
        for guest in map(str, itertools.count(5491160000000)):
            if (await echo(service, says(words, guest=guest)))["response_type"] == response_type:
                return guest
            await asyncio.sleep(0.2)
    raise AssertionError("numbers never end")


async def test_the_echo_tells_what_the_guest_was_sent(service: Service, graph: FakeGraph) -> None:
    said = await echo(service, says("¿Hay wifi?"), says("¿Hay piscina?"))

    assert said["status"] == "ok"
    assert said["response_type"] == "text"
    assert "wifi" in said["content"]["body"]
    assert [reply["message_id"] for reply in said["responses"]] == [sent.wamid for sent in graph.sent]


@pytest.mark.no_cover
async def test_a_duplicate_is_answered_once(service: Service, graph: FakeGraph) -> None:
    question = says("¿Hay wifi?")
    await echo(service, question)

    assert (await echo(service, question))["response_type"] == "none"
    assert len(graph.sent) == 1


async def test_a_raw_hset_turns_numbered_text_into_buttons_with_the_rooms_picture(
    service: Service, valkey_url: str, graph: FakeGraph
) -> None:
    plain = await echo(service, says(AVAILABILITY))
    assert plain["response_type"] == "text"
    assert "1. Habitación doble" in graph.sent[-1].payload["text"]["body"]

    await switch(valkey_url, "features.interactive_messages", "1")
    await until_echoed(service, AVAILABILITY, "interactive_buttons_with_image")

    header = graph.sent[-1].payload["interactive"]["header"]
    async with aiohttp.ClientSession() as session, session.get(header["image"]["link"]) as picture:
        assert picture.status == 200
        assert picture.content_type == "image/png"


@pytest.mark.no_cover
@pytest.mark.parametrize("flags", [{"features.interactive_messages": "on"}])
async def test_pressing_one_of_several_rooms_books_on(service: Service, graph: FakeGraph) -> None:
    offered = await echo(service, says("habitación del 5 al 8 de mayo para 1"))
    assert offered["response_type"] == "interactive_buttons"
    buttons = graph.sent[-1].payload["interactive"]["action"]["buttons"]
    assert len(buttons) == 3

    first = buttons[0]["reply"]
    pressed = button(first["id"], first["title"], sender=GUEST, timestamp=int(time.time()))
    assert "nombre" in (await echo(service, pressed))["content"]["body"]


@pytest.mark.no_cover
@pytest.mark.parametrize("flags", [{"agent.paused:demo": "yes"}])
async def test_a_paused_agent_hands_every_message_over_and_says_so_once(service: Service) -> None:
    assert "pausa" in (await echo(service, says("¿Hay wifi?")))["content"]["body"]

    assert (await echo(service, says("¿Hola?")))["response_type"] == "none"


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "content",
    [
        {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}},
        {"type": "audio", "audio": {"id": "1", "mime_type": "audio/ogg", "voice": True}},
        {"type": "hologram", "hologram": {}},
    ],
)
async def test_what_it_cannot_read_is_stored_and_answered_politely(service: Service, content: dict[str, Any]) -> None:
    said = await echo(service, message(content, sender=GUEST, timestamp=int(time.time())))
    assert "texto" in said["content"]["body"]


async def test_one_bad_item_never_spoils_its_post(service: Service, graph: FakeGraph) -> None:
    bad: dict[str, Any] = {"id": 7, "type": ["text"], "from": {"no": "phone"}}
    said = await echo(service, bad, says("¿Hay wifi?"), location(-34.6, timestamp=int(time.time())))

    # A pin is answered with where the hotel is, and its own.
    assert sorted(reply["response_type"] for reply in said["responses"]) == ["location", "text", "text"]
    assert any("wifi" in reply["content"].get("body", "") for reply in said["responses"])
