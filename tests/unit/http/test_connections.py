"""Slow, silent and many clients, over real sockets with little patience; and honest slow ones, who are served."""

import asyncio
import gzip
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from agente_hotelero.http.application import Limits
from agente_hotelero.http.body import LARGE_AT_ONCE
from agente_hotelero.http.connections import Connection, Patience
from agente_hotelero.http.listener import Listener
from agente_hotelero.model.messages import Text
from tests.fakes.http_ports import sign
from tests.support.http_site import DEMO, Site
from tests.support.raw_http import raw

# Short for who is slow, and long against what a busy machine adds to who is not.
PATIENCE = Patience(head_seconds=0.3, answer_seconds=0.3, lingering_seconds=0.1)
ALIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
WEBHOOK = b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: %b\r\nContent-Length: %d\r\n\r\n"
SECONDS = 10.0


@pytest.fixture
def site() -> Site:
    return Site(limits=Limits(patience=PATIENCE))


@asynccontextmanager
async def listening(site: Site) -> AsyncIterator[Listener]:
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0, shutdown_seconds=5.0)
    try:
        yield listener
    finally:
        await listener.close()


@asynccontextmanager
async def connected(listener: Listener) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def cut(reader: asyncio.StreamReader) -> bool:
    """Wait until the server hangs up; whether it said nothing before."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


async def answered(reader: asyncio.StreamReader) -> bytes:
    """One answer with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return head.split(b" ")[1]


async def dribble(writer: asyncio.StreamWriter, pieces: list[bytes], pause: float) -> None:
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(pause)


def slow_ones(site: Site) -> float:
    return site.sample("rate_limited_total", where="slow_client")


# Heads.


async def test_a_connection_that_says_nothing_is_cut(site: Site) -> None:
    async with listening(site) as listener, connected(listener) as (reader, _):
        assert await cut(reader)
    assert slow_ones(site) == 1


async def test_a_head_that_dribbles_in_is_cut_however_steadily(site: Site) -> None:
    async with listening(site) as listener, connected(listener) as (reader, writer):
        dribbling = asyncio.create_task(dribble(writer, [b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 200], 0.02))
        assert await cut(reader)
        dribbling.cancel()
    assert slow_ones(site) == 1


async def test_the_next_head_may_take_no_longer_but_may_come_late(site: Site) -> None:
    async with listening(site) as listener, connected(listener) as (reader, writer):
        writer.write(ALIVE)
        assert await answered(reader) == b"200"
        # Twice as long as a head may take: between two requests a connection may be silent.
        await asyncio.sleep(PATIENCE.head_seconds * 2)
        writer.write(ALIVE)
        assert await answered(reader) == b"200"
        assert slow_ones(site) == 0

        writer.write(ALIVE[:-10])
        assert await cut(reader)
    assert slow_ones(site) == 1


async def test_an_idle_connection_is_closed_in_the_end() -> None:
    site = Site(limits=Limits(patience=replace(PATIENCE, idle_seconds=0.2)))
    async with listening(site) as listener, connected(listener) as (reader, writer):
        writer.write(ALIVE)
        assert await answered(reader) == b"200"
        assert await cut(reader)
    assert slow_ones(site) == 0


async def test_a_slow_phone_is_served(site: Site) -> None:
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    request = WEBHOOK % (sign(body).encode(), len(body)) + body
    # The head takes a third of what it may; the body, which has its own time, more than that.
    pieces = [request[at : at + 20] for at in range(0, len(request), 20)]
    async with listening(site) as listener, connected(listener) as (reader, writer):
        await dribble(writer, pieces[:-2], PATIENCE.head_seconds / 3 / len(pieces))
        await asyncio.sleep(PATIENCE.head_seconds * 2)
        await dribble(writer, pieces[-2:], 0.01)
        assert await answered(reader) == b"200"
    assert (site.intake.bodies, slow_ones(site)) == ([body], 0)


async def test_pipelined_requests_are_all_answered(site: Site) -> None:
    async with listening(site) as listener, connected(listener) as (reader, writer):
        writer.write(ALIVE * 5 + ALIVE[:20])
        assert [await answered(reader) for _ in range(5)] == [b"200"] * 5
        writer.write(ALIVE[20:])
        assert await answered(reader) == b"200"


# How many.


async def test_beyond_the_room_for_connections_a_new_one_is_cut_until_another_leaves() -> None:
    site = Site(limits=Limits(patience=Patience(connections=2)))
    async with listening(site) as listener, connected(listener) as (one, writer), connected(listener) as (two, second):
        for reader, to in ((one, writer), (two, second)):
            to.write(ALIVE)
            assert await answered(reader) == b"200"
        async with connected(listener) as (refused, _):
            assert await cut(refused)
        assert site.sample("rate_limited_total", where="connections") == 1

        writer.write(ALIVE.replace(b"Host", b"Connection: close\r\nHost"))
        await one.read()
        answer = await raw(f"http://127.0.0.1:{listener.port}", ALIVE.replace(b"Host", b"Connection: close\r\nHost"))
    assert answer.status == 200


ROOM = """
import resource
from agente_hotelero.http.connections import room_for
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
for soft, hard in ((1_000, most), (1_000, 1_000), (300, 300)):
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(room_for(700), room_for(12_000), room_for(2_000))
"""


def test_there_is_room_for_as_many_as_the_system_gives_files_for() -> None:
    done = subprocess.run([sys.executable, "-c", ROOM], check=True, capture_output=True, text=True)
    most, exactly, few = (tuple(map(int, line.split())) for line in done.stdout.splitlines())

    # What the system gives on request is asked for.
    assert most[0] == 700
    assert most[2] == 2_000 or most[1] == most[2] < 2_000
    assert exactly == (700, 744, 744)
    assert few == (150, 150, 150)


# Bodies.


async def test_so_many_large_bodies_may_dribble_in_at_once_and_small_ones_besides(site: Site) -> None:
    small = b'{"object":"whatsapp_business_account","entry":[]}'
    head = WEBHOOK % (sign(small).encode(), len(small))
    async with listening(site) as listener:
        large = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(LARGE_AT_ONCE)]
        for _, writer in large:
            writer.write(WEBHOOK % (b"sha256=00", 100_000) + b"x" * 1_000)
        async with connected(listener) as (reader, writer), connected(listener) as (other, to):
            to.write(head + small[:10])
            writer.write(WEBHOOK % (b"sha256=00", 100_000) + b"x" * 1_000)
            assert b"Retry-After" in (refusal := await reader.readuntil(b"\r\n\r\n"))
            assert refusal.startswith(b"HTTP/1.1 503 ")
            to.write(small[10:])
            assert await answered(other) == b"200"
        for reader, writer in large:
            writer.write(b"x" * 99_000)
            assert await answered(reader) == b"401"
            writer.close()
    assert site.intake.bodies == [small]


async def test_who_leaves_in_the_middle_of_a_body_is_no_failure_of_ours(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    async with listening(site) as listener:
        async with connected(listener) as (_, writer):
            writer.write(WEBHOOK % (b"sha256=00", 100) + b"x")
        async with asyncio.timeout(SECONDS):
            while not site.sample("http_requests_total", route="/webhooks/whatsapp", method="POST", status="400"):  # noqa: ASYNC110 - the other end of a socket
                await asyncio.sleep(0.01)
    assert "http_request_failed" not in capsys.readouterr().out


async def test_a_compressed_body_is_never_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    head = WEBHOOK % (sign(bomb).encode(), len(bomb))
    async with listening(site) as listener, connected(listener) as (reader, writer):
        writer.write(head.replace(b"Host: x", b"Host: x\r\nContent-Encoding: gzip") + bomb)
        assert await answered(reader) == b"200"
    # Signed and stored as it came: what it is, its parser says.
    assert site.intake.bodies == [bomb]


# Answers.


def stream_request(site: Site) -> bytes:
    token = site.tokens.issue(DEMO, "s1").token.encode()
    return b"GET /chat/demo/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\n\r\n"


@asynccontextmanager
async def reading_nothing(listener: Listener, request: bytes) -> AsyncIterator[tuple[asyncio.StreamReader, Connection]]:
    """A page that asks and never reads; and the server's side of it, whose own buffer is small too."""
    async with connected(listener) as (reader, writer):
        writer.write(request)
        reader._transport.pause_reading()  # type: ignore[attr-defined]  # the reader reads ahead by itself
        server = listener._runner.server
        assert server is not None
        while not server.connections:  # noqa: ASYNC110 - the other end of a socket
            await asyncio.sleep(0.01)
        (connection,) = server.connections
        assert isinstance(connection, Connection)
        yield reader, connection


async def buffered_until_gone(connection: Connection) -> int:
    """The most that waited in our memory for this connection, until it was cut."""
    most = 0
    async with asyncio.timeout(SECONDS):
        while (transport := connection.transport) is not None:
            most = max(most, transport.get_write_buffer_size())
            await asyncio.sleep(0.01)
    return most


async def test_a_stream_that_nobody_reads_is_cut_and_holds_little_meanwhile(site: Site) -> None:
    for _ in range(2_000):
        site.feed.add(DEMO, "s1", Text(body="x" * 4_000))
    async with listening(site) as listener, reading_nothing(listener, stream_request(site)) as (_, connection):
        most = await buffered_until_gone(connection)
        while site.feed.listeners(DEMO, "s1"):  # noqa: ASYNC110 - until the handler saw it
            await asyncio.sleep(0.01)
    assert 0 < most < 256 * 1024
    assert slow_ones(site) == 1


async def test_any_answer_that_nobody_takes_is_cut(site: Site) -> None:
    # Each is small; the system's own buffers take some megabytes before ours holds a byte.
    many = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000
    async with listening(site) as listener, reading_nothing(listener, many) as (_, connection):
        assert await buffered_until_gone(connection) < 256 * 1024
    assert slow_ones(site) == 1


async def test_a_page_that_reads_slowly_gets_everything(site: Site) -> None:
    site.limits = Limits(patience=replace(PATIENCE, answer_seconds=1.0))
    for _ in range(2_000):
        site.feed.add(DEMO, "s1", Text(body="x" * 4_000))
    async with listening(site) as listener, connected(listener) as (reader, writer):
        writer.write(stream_request(site))
        got = 0
        while got < 2_000 * 4_000:
            # Slower than it is sent, and past the patience for who takes nothing.
            got += len(await reader.read(256 * 1024))
            await asyncio.sleep(0.05)
    assert slow_ones(site) == 0


async def test_who_reads_nothing_does_not_hold_up_the_end(site: Site) -> None:
    site.limits = Limits(patience=replace(PATIENCE, answer_seconds=60.0))
    for _ in range(2_000):
        site.feed.add(DEMO, "s1", Text(body="x" * 4_000))
    async with listening(site) as listener, reading_nothing(listener, stream_request(site)) as (_, connection):
        async with asyncio.timeout(SECONDS):
            while not connection.writing_paused:  # noqa: ASYNC110 - the other end of a socket
                await asyncio.sleep(0.01)
        async with asyncio.timeout(2.0):
            await listener.close()
    assert site.feed.listeners(DEMO, "s1") == 0
