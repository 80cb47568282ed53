import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
from aiohttp import ClientResponse, ClientSession

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.http.application import DRAIN, Limits
from agente_hotelero.http.listener import Listener
from agente_hotelero.http.streams import PATH, STREAMS_PER_SESSION
from agente_hotelero.model.messages import Text
from tests.support.http_site import DEMO, Site
from tests.unit.http.conftest import Client, Serve

SESSION = "s1"


def bearer(site: Site, last_event_id: str | None = None, session: str = SESSION) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {site.tokens.issue(DEMO, session).token}"}
    return headers if last_event_id is None else {**headers, "Last-Event-ID": last_event_id}


async def open_stream(site: Site, client: Client, last_event_id: str | None = None) -> ClientResponse:
    return await client.get("/chat/demo/events", headers=bearer(site, last_event_id))


async def blocks(response: ClientResponse) -> AsyncIterator[str]:
    while block := await response.content.readuntil(b"\n\n"):
        yield block.decode().strip()


async def bodies(response: ClientResponse, count: int) -> list[str]:
    found: list[str] = []
    async for block in blocks(response):
        name, data = block.split("\n")
        line = orjson.loads(data.removeprefix("data: "))
        assert name == f"id: {line['n']}"
        found.append(line["body"])
        if len(found) == count:
            break
    return found


async def test_a_stream_begins_with_what_was_said_and_goes_on_as_it_is_said(site: Site, client: Client) -> None:
    site.feed.add(DEMO, SESSION, Text(body="uno"))
    response = await open_stream(site, client)

    assert response.content_type == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert await bodies(response, 1) == ["uno"]
    site.feed.add(DEMO, SESSION, Text(body="dos"))
    site.feed.add(DEMO, SESSION, Text(body="tres\n\ny más"))
    assert await bodies(response, 2) == ["dos", "tres\n\ny más"]
    response.close()


async def test_a_stream_resumes_after_the_last_event_id(site: Site, client: Client) -> None:
    for words in ("uno", "dos", "tres"):
        site.feed.add(DEMO, SESSION, Text(body=words))

    response = await open_stream(site, client, "2")

    assert await bodies(response, 1) == ["tres"]
    response.close()


async def test_a_line_said_while_the_past_is_read_is_not_lost(site: Site, client: Client) -> None:
    history = site.feed.history

    async def slow(hotel: object, session: str, after: int) -> object:
        lines = await history(DEMO, session, after)
        if after == 0:
            site.feed.add(DEMO, SESSION, Text(body="meanwhile"))
        return lines

    site.feed.add(DEMO, SESSION, Text(body="uno"))
    site.feed.history = slow  # type: ignore[method-assign,assignment]  # the moment between reading and waiting
    response = await open_stream(site, client)

    assert await bodies(response, 2) == ["uno", "meanwhile"]
    response.close()


async def test_a_line_that_was_committed_after_a_higher_number_comes_once(site: Site, client: Client) -> None:
    site.feed.overlap = 10
    site.feed.add(DEMO, SESSION, Text(body="second"), n=2)
    response = await open_stream(site, client)
    assert await bodies(response, 1) == ["second"]

    site.feed.add(DEMO, SESSION, Text(body="first, but late"), n=1)
    assert await bodies(response, 1) == ["first, but late"]
    site.feed.add(DEMO, SESSION, Text(body="third"), n=3)
    assert await bodies(response, 1) == ["third"]
    response.close()


async def test_an_idle_stream_sends_heartbeats_and_reads_nothing(serve: Serve) -> None:
    site = Site(limits=Limits(heartbeat_seconds=0.01))
    client = await serve(site.public())
    response = await open_stream(site, client)
    beats = [block async for block in _first(response, 5)]

    assert beats == [": still here"] * 5
    assert site.feed.reads == 1
    response.close()


async def _first(response: ClientResponse, count: int) -> AsyncIterator[str]:
    async for block in blocks(response):
        yield block
        count -= 1
        if not count:
            return


async def test_draining_ends_the_streams_with_a_time_to_come_back(serve: Serve) -> None:
    site = Site()
    application = site.public()
    client = await serve(application)
    response = await open_stream(site, client)
    application[DRAIN].begin()

    assert await response.content.read() == b"retry: 1000\n\n"
    assert (await open_stream(site, client)).status == 503
    assert site.feed.listeners(DEMO, SESSION) == 0


async def test_closing_the_server_drains_it(site: Site, serve: Serve) -> None:
    client = await serve(site.public())
    response = await open_stream(site, client)
    closing = asyncio.ensure_future(client.server.close())

    assert await response.content.read() == b"retry: 1000\n\n"
    await closing


async def test_a_storage_that_goes_away_ends_the_stream_and_the_page_comes_back(site: Site, client: Client) -> None:
    response = await open_stream(site, client)
    site.feed.failure = StorageUnavailableError("Postgres")
    site.feed.ring(DEMO, SESSION)

    assert await response.content.read() == b"retry: 1000\n\n"


async def test_a_bug_ends_the_stream_without_a_word_of_it(
    site: Site, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    response = await open_stream(site, client)
    site.feed.failure = ValueError("+34600111222")
    site.feed.ring(DEMO, SESSION)

    assert await response.content.read() == b"retry: 1000\n\n"
    assert "34600111222" not in capsys.readouterr().out


async def test_a_page_that_left_is_noticed_by_the_next_heartbeat(site: Site) -> None:
    # aiohttp's own test server cancels handlers of lost connections; ours writes into the void and sees.
    site.limits = Limits(heartbeat_seconds=0.01)
    application = site.public()
    listener = await Listener.open(application, host="127.0.0.1", port=0)
    try:
        async with ClientSession(f"http://127.0.0.1:{listener.port}") as session:
            response = await session.get("/chat/demo/events", headers=bearer(site))
            (bell,) = site.feed.bells[DEMO, SESSION]
            gone = asyncio.get_running_loop().create_future()
            bell.add_done_callback(lambda _bell: gone.set_result(None))
            response.close()
            await gone
    finally:
        await listener.close()

    assert site.feed.listeners(DEMO, SESSION) == 0
    assert application[DRAIN]._waiting == set()


async def test_a_page_that_leaves_before_its_stream_begins_is_no_failure(site: Site) -> None:
    reads, goes_on = asyncio.Event(), asyncio.Event()
    history = site.feed.history

    async def slow(hotel: object, session: str, after: int) -> object:
        reads.set()
        await goes_on.wait()
        return await history(DEMO, session, after)

    site.feed.history = slow  # type: ignore[method-assign,assignment]  # the moment in which the page leaves
    application = site.public()
    listener = await Listener.open(application, host="127.0.0.1", port=0)
    async with ClientSession(f"http://127.0.0.1:{listener.port}") as session:
        opening = asyncio.create_task(session.get("/chat/demo/events", headers=bearer(site)))
        await reads.wait()
        opening.cancel()
        # By the time that another is answered, the server knows of it.
        await session.get("/health/live")
    goes_on.set()
    application[DRAIN].begin()
    await listener.close()

    statuses = {
        status: site.sample("http_requests_total", route=PATH, method="GET", status=status) for status in ("200", "500")
    }
    assert statuses == {"200": 1, "500": 0}


async def test_a_session_has_room_for_so_many_streams_and_gets_it_back(serve: Serve) -> None:
    site = Site(limits=Limits(heartbeat_seconds=0.01))
    client = await serve(site.public())
    streams = [await open_stream(site, client) for _ in range(STREAMS_PER_SESSION)]
    refused = await open_stream(site, client)
    others = await client.get("/chat/demo/events", headers=bearer(site, session="s2"))
    bell = next(iter(site.feed.bells[DEMO, SESSION]))
    gone = asyncio.get_running_loop().create_future()
    bell.add_done_callback(lambda _bell: gone.set_result(None))
    for stream in streams:
        stream.close()
    await gone

    assert (refused.status, others.status) == (429, 200)
    others.close()


async def test_an_hour_of_streaming_is_no_slow_request(site: Site, serve: Serve) -> None:
    application = site.public()
    client = await serve(application)
    response = await open_stream(site, client)
    application[DRAIN].begin()
    await response.content.read()
    await client.close()

    assert site.sample("http_requests_total", route="/chat/{hotel}/events", method="GET", status="200") == 1
    assert site.sample("http_request_seconds_count", route="/chat/{hotel}/events") == 0


async def test_beyond_the_room_for_everybody_a_stream_is_503(serve: Serve) -> None:
    site = Site(limits=Limits(streams=1))
    client = await serve(site.public())
    first = await open_stream(site, client)
    refused = await client.get("/chat/demo/events", headers=bearer(site, session="s2"))

    assert (first.status, refused.status) == (200, 503)
    assert "Retry-After" in refused.headers
    first.close()
