"""Notifications wake; a reconnect wakes too, because some may have been missed."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from agente_hotelero.storage import listening
from agente_hotelero.storage.listening import Listener
from tests.support.storage_journal import Tables


class Ear:
    """Hears two channels, and waits for what it hears."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()
        self.callbacks = {
            channel: (lambda payload, channel=channel: self._heard.put_nowait((channel, payload)))
            for channel in ("inbox", "webchat")
        }

    async def heard(self) -> tuple[str, str | None]:
        return await self._heard.get()

    async def connected(self) -> None:
        assert [await self.heard() for _ in self.callbacks] == [("inbox", None), ("webchat", None)]


@pytest.fixture
async def ear(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ear]:
    monkeypatch.setattr(listening, "RECONNECT_SECONDS", 0.02)
    monkeypatch.setattr(listening, "PROBE_SECONDS", 600.0)
    ear = Ear()
    running = asyncio.create_task(Listener(database_url, callbacks=ear.callbacks).run())
    yield ear
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_notification_is_heard_with_its_words(ear: Ear, tables: Tables) -> None:
    await ear.connected()
    await tables.connection.execute("SELECT pg_notify('webchat', 'demo:session-1'), pg_notify('inbox', '')")
    assert [await ear.heard(), await ear.heard()] == [("webchat", "demo:session-1"), ("inbox", "")]


async def test_a_session_that_is_cut_is_noticed_at_once_and_everybody_looks(ear: Ear, tables: Tables) -> None:
    for _ in range(3):
        await ear.connected()
        await tables.cut("application_name = 'agente-listen'")
    await ear.connected()
    await tables.connection.execute("SELECT pg_notify('inbox', 'again')")
    assert await ear.heard() == ("inbox", "again")


async def test_silence_is_probed_for_a_network_that_is_gone(
    database_url: str, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PROBE_SECONDS", 0.02)
    ear = Ear()
    running = asyncio.create_task(Listener(database_url, callbacks=ear.callbacks).run())
    await ear.connected()
    probed = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'agente-listen' AND query = 'SELECT 1'"
    while not await tables.value(probed):
        pass
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_listener_without_a_database_keeps_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: asyncio.Queue[None] = asyncio.Queue()

    async def refused(*_: object, **__: object) -> None:
        tries.put_nowait(None)
        raise ConnectionRefusedError

    monkeypatch.setattr(listening, "RECONNECT_SECONDS", 0.0)
    monkeypatch.setattr(asyncpg, "connect", refused)
    running = asyncio.create_task(Listener("postgresql://x", callbacks={}).run())
    for _ in range(3):
        await tries.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
