"""Flags in a real Valkey: away is said at once, back is found at once, and strange bytes hurt nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis.asyncio

from agente_hotelero.errors import UnavailableError
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from agente_hotelero.storage.flag_store import HASH, RedisFlags


@pytest.fixture
async def flags(valkey_url: str) -> AsyncIterator[RedisFlags]:
    flags = RedisFlags(valkey_url)
    yield flags
    await flags.close()


@pytest.fixture
async def client(valkey_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(valkey_url)
    yield client
    await client.aclose()


async def test_what_is_written_is_read_by_everybody(flags: RedisFlags, client: redis.asyncio.Redis) -> None:
    assert await flags.read() == {}
    await flags.write("agent.paused", enabled=True)
    await flags.write("features.x", enabled=False)
    await client.hset(HASH, "by.hand", "yes")
    assert await flags.read() == {"agent.paused": "1", "features.x": "0", "by.hand": "yes"}
    await flags.ping()


async def test_bytes_that_are_no_text_become_what_no_value_is(flags: RedisFlags, client: redis.asyncio.Redis) -> None:
    await client.hset(HASH, mapping={b"a\xff": b"\xfe", b"agent.paused": b"1"})
    assert await flags.read() == {"a\ufffd": "\ufffd", "agent.paused": "1"}


async def test_a_key_of_another_kind_is_an_outage_of_flags(flags: RedisFlags, client: redis.asyncio.Redis) -> None:
    await client.set(HASH, "not a hash")
    with pytest.raises(UnavailableError):
        await flags.read()
    with pytest.raises(UnavailableError):
        await flags.write("agent.paused", enabled=True)


async def test_flags_are_away_while_their_server_is_and_back_with_it(tmp_path: Path) -> None:
    server = EmbeddedValkey(data_dir=tmp_path)
    flags = RedisFlags(server.start())
    await flags.write("agent.paused", enabled=True)
    server.stop()
    for attempt in (flags.read(), flags.write("agent.paused", enabled=False), flags.ping()):
        with pytest.raises(UnavailableError, match="redis"):
            await attempt

    server = EmbeddedValkey(data_dir=tmp_path)
    server.start()

    assert await flags.read() == {"agent.paused": "1"}
    await flags.close()
    server.stop()


class OddServer:
    """Greets, and then says nothing (`deaf`) or hangs up."""

    def __init__(self, *, deaf: bool) -> None:
        self.connections = 0
        self._deaf = deaf

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(OSError):
            while asked := await reader.read(1000):
                if b"CLIENT" in asked:
                    writer.write(b"+OK\r\n" * asked.count(b"CLIENT"))
                elif not self._deaf:
                    break
        writer.close()


@pytest.mark.parametrize("deaf", [True, False])
async def test_a_server_that_gives_no_answer_is_given_up_soon(
    deaf: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """redis-py by itself would wait for five seconds, or try eleven times, longer and longer apart."""
    monkeypatch.setattr("agente_hotelero.storage.flag_store.TIMEOUT_SECONDS", 0.1)
    odd = OddServer(deaf=deaf)
    server = await asyncio.start_unix_server(odd.serve, tmp_path / "odd")
    flags = RedisFlags(f"unix://{tmp_path / 'odd'}")
    with pytest.raises(UnavailableError):
        await flags.read()
    await flags.close()
    server.close()
    await server.wait_closed()
    assert odd.connections == 2


async def test_a_server_that_was_replaced_since_the_last_look_is_found_at_the_first_try(tmp_path: Path) -> None:
    server = EmbeddedValkey(data_dir=tmp_path)
    flags = RedisFlags(server.start())
    await flags.write("agent.paused", enabled=True)
    server.stop()
    server = EmbeddedValkey(data_dir=tmp_path)
    server.start()
    assert await flags.read() == {"agent.paused": "1"}
    await flags.close()
    server.stop()
