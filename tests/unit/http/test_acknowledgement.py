"""The 200 that is written out for all says what a response of its own would say, on a connection that goes on."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from agente_hotelero.http.acknowledgement import Acknowledgement
from agente_hotelero.http.listener import Listener
from tests.fakes.http_ports import sign
from tests.support.http_site import Site
from tests.support.raw_http import Raw, raw

BODY = b'{"object":"whatsapp_business_account","entry":[]}'
OK = b'{"status":"ok"}'
SECONDS = 10.0


def webhook(*, version: str = "1.1", more: str = "") -> bytes:
    head = (
        f"POST /webhooks/whatsapp HTTP/{version}\r\nHost: x\r\nX-Hub-Signature-256: {sign(BODY)}\r\n"
        f"Content-Length: {len(BODY)}\r\n{more}\r\n"
    )
    return head.encode() + BODY


@pytest.fixture
async def url(site: Site) -> AsyncIterator[str]:
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0)
    yield f"http://127.0.0.1:{listener.port}"
    await listener.close()


def both(answers: Raw) -> tuple[Raw, Raw]:
    """The answers of two requests on one connection."""
    first, _, second = answers.bytes.partition(OK)
    return Raw(bytes=first + OK), Raw(bytes=second)


async def test_it_says_what_a_response_of_its_own_says(url: str) -> None:
    shared, own = both(await raw(url, webhook() + webhook(more="Connection: close\r\n")))
    assert shared.status == own.status == 200
    assert own.headers.pop("connection", "close") == "close"
    kept = {name: value for name, value in own.headers.items() if name not in {"connection", "date"}}
    assert {name: value for name, value in shared.headers.items() if name != "date"} == kept
    assert shared.bytes.endswith(OK)
    assert own.bytes.endswith(OK)


@pytest.mark.parametrize("wanted", [{"version": "1.0"}, {"more": "Connection: close\r\n"}])
async def test_whoever_wants_the_connection_closed_gets_that(url: str, wanted: dict[str, str]) -> None:
    answer = await raw(url, webhook(**wanted))
    assert answer.status == 200
    assert answer.bytes.endswith(OK)


async def test_a_client_reads_many_of_them_on_one_connection(url: str) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        for _ in range(3):
            headers = {"X-Hub-Signature-256": sign(BODY)}
            async with session.post(f"{url}/webhooks/whatsapp", data=BODY, headers=headers) as answer:
                assert await answer.json() == {"status": "ok"}
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_its_date_is_that_of_the_moment() -> None:
    now = [1_750_000_000.0]
    shared = Acknowledgement(body=OK, content_type="application/json", clock=lambda: now[0])

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return shared

    dates = []
    async with RawTestServer(answer) as server, aiohttp.ClientSession() as session:
        for seconds in (0.0, 0.4, 1.0):
            now[0] += seconds
            async with session.get(server.make_url("/")) as response:
                dates.append(response.headers["Date"])
    assert dates == ["Sun, 15 Jun 2025 15:06:40 GMT"] * 2 + ["Sun, 15 Jun 2025 15:06:41 GMT"]


async def test_a_client_that_left_costs_nobody_anything(url: str) -> None:
    port = int(url.rpartition(":")[2])
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(webhook())
        writer.transport.abort()
    async with asyncio.timeout(SECONDS):
        assert (await raw(url, webhook(more="Connection: close\r\n"))).status == 200
