"""The generator of traffic counts what happened: refusals, lost answers and its own lateness included."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from benchmarks.crowd import Crowd, body_of, times
from benchmarks.traffic import Batch, phone
from benchmarks.world import Errand

Handler = Callable[[web.Request], Any]


class Site:
    """A server whose handler a test sets."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = 200
        self.port = 0

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    application = web.Application()
    application.add_routes([web.post("/webhooks/whatsapp", site.receive)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield site
    await runner.cleanup()


async def outcome(crowd: Crowd) -> dict[str, Any]:
    await crowd.connect()
    told = await crowd.run()
    # It goes through a pipe.
    batch: dict[str, Any] = json.loads(json.dumps(told))["batches"][0]
    return batch


async def test_every_webhook_is_written_once_and_counted_once(site: Site) -> None:
    told = await outcome(Crowd(Errand(port=site.port, batches=[Batch(count=30, guests=7)], connections=4)))
    assert len(site.bodies) == told["acknowledged"]["count"] == 30
    assert 0 < told["acknowledged"]["p50"] <= told["acknowledged"]["p99"] <= told["acknowledged"]["longest"]


async def test_a_refused_webhook_is_no_acknowledged_one(site: Site) -> None:
    site.status = 503
    told = await outcome(Crowd(Errand(port=site.port, batches=[Batch(count=5, guests=5)], replies=True)))
    assert (told["refused"], told["acknowledged"]["count"], told["answered"]["count"]) == (5, 0, 0)


async def test_waiting_for_answers_ends_when_graph_has_them_all(site: Site) -> None:
    crowd = Crowd(Errand(port=site.port, batches=[Batch(count=3, guests=3)], replies=True, in_flight=1))
    await crowd.connect()
    running = asyncio.create_task(crowd.run())
    for number in range(3):
        while len(site.bodies) <= number:  # noqa: ASYNC110 - one guest at a time: the next writes when we answered
            await asyncio.sleep(0)
        assert crowd.answer({"to": f"+{phone(number)}", "text": {"body": "USD 90"}})
    told = await running
    assert told["batches"][0]["answered"]["count"] == told["batches"][0]["offers"] == 3


async def test_an_answer_that_never_comes_is_missing_from_the_count(site: Site) -> None:
    errand = Errand(port=site.port, batches=[Batch(count=2, guests=2)], replies=True, patience_seconds=0.2)
    told = await outcome(Crowd(errand))
    assert (told["acknowledged"]["count"], told["answered"]["count"]) == (2, 0)


async def test_a_message_to_a_stranger_is_none_of_the_errands(site: Site) -> None:
    crowd = Crowd(Errand(port=site.port, batches=[Batch(count=1, guests=1)], replies=True))
    assert not crowd.answer({"to": "+4930123"})


async def test_at_a_rate_time_runs_from_when_a_webhook_was_due_not_from_when_it_was_written(site: Site) -> None:
    # Five due at once, and one connection, over which each takes a second of this clock.
    errand = Errand(port=site.port, batches=[Batch(count=5, guests=5)], connections=1, rate=1e9)
    told = await outcome(Crowd(errand, now=lambda: float(len(site.bodies))))
    assert told["acknowledged"]["p50"] == pytest.approx(3.0)
    assert told["acknowledged"]["longest"] == pytest.approx(5.0)


def test_the_percentiles_are_those_of_the_sorted_times() -> None:
    told = times([(0.0, n / 100) for n in range(100, 0, -1)], begun=0.0)
    assert told == {"count": 100, "p50": 0.51, "p99": 1.0, "longest": 1.0, "last_at": 1.0}


def test_nothing_measured_is_zero_of_them() -> None:
    assert times([], begun=0.0)["count"] == 0


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-", None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\n{}", (44, 46)),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (27, 27)),
    ],
)
def test_a_body_is_found_once_it_is_all_there(data: bytes, found: tuple[int, int] | None) -> None:
    assert body_of(data) == found
