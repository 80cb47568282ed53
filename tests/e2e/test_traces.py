"""One trace a message, from the webhook to the POST at the channel, and nothing of a guest in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.collector import Collector, collecting
from tests.support.service import NUMBER, Service

pytestmark = pytest.mark.timeout(120)

GUEST = "5491150007777"
WORDS = "una doble del 5 al 8 de mayo para 2"


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as collector:
        yield collector


async def test_a_message_is_one_trace_from_webhook_to_send(
    database_url: str, valkey_url: str, collector: Collector, tmp_path: Path
) -> None:
    async with FakeGraph() as graph, aiohttp.ClientSession() as session:
        service = Service(
            database_url=database_url,
            redis_url=valkey_url,
            graph_url=graph.url,
            data_dir=tmp_path,
            otel__endpoint=collector.url,
        )
        await service.start()
        message = text(WORDS, sender=GUEST, wamid="wamid.traced", timestamp=int(time.time()))
        assert await service.post(session, body(message, account=NUMBER)) == 200
        await graph.wait_for(1)
        assert await service.stop() == 0

    async with asyncio.timeout(10):
        while "send" not in collector.names:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    sent = next(span for span in collector.spans if span.name == "send")
    trace = [span for span in collector.spans if span.trace_id == sent.trace_id]
    assert {"POST /webhooks/whatsapp", "turn", "send"} <= {span.name for span in trace}
    told = " ".join(str(span) for span in collector.spans)
    for secret in (GUEST, WORDS, "wamid.traced", "Ana"):
        assert secret not in told
