"""What guests send beside words: a file that staff can open, whatever happens on the way."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, media
from tests.support.service import NUMBER, Service

pytestmark = pytest.mark.timeout(120)
GUEST = "5491150000077"
SLIP = b"%PDF-1.4 comprobante " + bytes(range(256)) * 1200


def files(data_dir: Path) -> list[bytes]:
    return [path.read_bytes() for path in (data_dir / "media" / "received").rglob("*") if path.is_file()]


async def sends(service: Service, what: str, media_id: str, **more: str) -> None:
    message = media(what, media_id, sender=GUEST, timestamp=int(time.time()), **more)
    async with aiohttp.ClientSession() as session:
        assert await service.post(session, body(message, account=NUMBER)) == 200


async def until_kept(data_dir: Path, count: int = 1) -> list[bytes]:
    async with asyncio.timeout(30):
        while len(found := files(data_dir)) < count:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    return found


async def test_a_slip_is_kept(service: Service, graph: FakeGraph, tmp_path: Path) -> None:
    await sends(service, "document", graph.media.put(SLIP), filename="comprobante.pdf", mime_type="application/pdf")
    assert await until_kept(tmp_path) == [SLIP]
