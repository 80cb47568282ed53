"""One trace a message, from the webhook to the POST at the channel, and nothing of a guest in it."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from agente_hotelero.storage.ownership import LOCK
from agente_hotelero.telemetry.exporting import SHUTDOWN_SECONDS
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.collector import Collector, collecting
from tests.support.service import NUMBER, Service

pytestmark = pytest.mark.timeout(120)

GUEST = "5491150007777"
WORDS = "una doble del 5 al 8 de mayo para 2"
WEBHOOK = "POST /webhooks/whatsapp"


@dataclass(frozen=True, kw_only=True)
class Traced:
    """A service, its collector, its Graph, and a guest."""

    service: Service
    collector: Collector
    graph: FakeGraph
    session: aiohttp.ClientSession
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def writes(self) -> None:
        wamid = f"wamid.traced{next(self.numbers)}"
        message = text(WORDS, sender=GUEST, wamid=wamid, timestamp=int(time.time()))
        assert await self.service.post(self.session, body(message, account=NUMBER)) == 200

    async def said(self, event: str) -> str:
        """Wait until the log has a line of this event; answers it."""
        async with asyncio.timeout(30):
            while (line := re.search(rf".*\b{event}\b.*", self.service.log())) is None:  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.05)
        return line[0]

    async def trace(self) -> list[Span]:
        """The trace of the last message that was sent."""
        await self.collector.until(lambda its: "send" in its.names)
        sent = next(span for span in reversed(self.collector.spans) if span.name == "send")
        return [span for span in self.collector.spans if span.trace_id == sent.trace_id]


@pytest.fixture
async def traced(database_url: str, valkey_url: str, tmp_path: Path) -> AsyncIterator[Traced]:
    async with collecting() as collector, FakeGraph() as graph, aiohttp.ClientSession() as session:
        service = Service(
            database_url=database_url,
            redis_url=valkey_url,
            graph_url=graph.url,
            data_dir=tmp_path,
            otel__endpoint=collector.url,
        )
        yield Traced(service=service, collector=collector, graph=graph, session=session)
        await service.kill()


async def test_a_message_is_one_trace_from_webhook_to_send(traced: Traced) -> None:
    await traced.service.start()
    await traced.writes()
    await traced.graph.wait_for(1)
    assert await traced.service.stop() == 0

    assert {WEBHOOK, "turn", "send"} <= {span.name for span in await traced.trace()}
    told = " ".join(str(span) for span in traced.collector.spans)
    for secret in (GUEST, WORDS, "wamid.traced", "Ana"):
        assert secret not in told


async def test_what_a_restarted_process_does_is_in_the_trace_of_the_webhook(traced: Traced, database_url: str) -> None:
    another = await asyncpg.connect(database_url)
    await another.execute("SELECT pg_advisory_lock($1)", LOCK)
    await traced.service.start()
    await traced.writes()
    # Stored, and its turn is the business of who holds the shards: nobody does it.
    await traced.collector.until(lambda its: WEBHOOK in its.names)
    await traced.service.kill()
    assert traced.graph.sent == []
    await another.close()

    await traced.service.start()
    assert {WEBHOOK, "turn", "send"} <= {span.name for span in await traced.trace()}


async def test_a_line_of_the_log_names_the_trace_of_its_message(traced: Traced) -> None:
    await traced.service.start()
    traced.graph.fail(status=401, code=190)
    await traced.writes()

    line = await traced.said("channel_refuses_our_token")
    trace = {span.trace_id.hex() for span in await traced.trace()}
    assert re.findall(r"trace_id=(\w+)", line) == [*trace]
    assert "trace_id" not in await traced.said("started")


@pytest.mark.long
async def test_a_collector_that_hangs_holds_nobody_up_and_is_found_again(traced: Traced) -> None:
    traced.collector.hang()
    await traced.service.start()
    await traced.writes()
    await traced.graph.wait_for(1)
    await traced.said("traces_not_exported")

    traced.collector.let_go()
    async with asyncio.timeout(30):
        while "send" not in traced.collector.names:
            await traced.writes()
            await asyncio.sleep(0.5)
    assert {WEBHOOK, "turn", "send"} <= {span.name for span in await traced.trace()}
    assert traced.service.log().count("traces_not_exported") == traced.service.log().count("traces_exported_again") == 1

    traced.collector.hang()
    await traced.writes()
    began = time.monotonic()
    assert await traced.service.stop() == 0
    # The drain itself is another matter, and takes a moment.
    assert time.monotonic() - began < SHUTDOWN_SECONDS + 5.0
