import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import orjson
import pytest
from aiohttp import web

from agente_hotelero.channels.staff.either import Either
from agente_hotelero.channels.staff.webhook import StaffWebhook
from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.listener import Listener
from tests.unit.channels.staff.handoffs import HANDOFF

SECRET = "staff-secret"


@dataclass
class Desk:
    """A hotel's own system, which checks what it is told."""

    url: str = ""
    status: int = 204
    elsewhere: str | None = None
    told: list[dict[str, object]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        raw = await request.read()
        signed = request.headers["X-Agente-Timestamp"].encode() + b"." + raw
        expected = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(expected, request.headers["X-Agente-Signature"])
        self.told.append(orjson.loads(raw))
        headers = {"Location": self.elsewhere} if self.elsewhere else {}
        return web.Response(status=self.status, headers=headers)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Desk"]:
        application = web.Application()
        application.router.add_route("*", "/handoffs", self.hear)
        listener = await Listener.open(application, host="127.0.0.1", port=0, shutdown_seconds=0.1)
        self.url = f"http://127.0.0.1:{listener.port}/handoffs"
        try:
            yield self
        finally:
            await listener.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with Desk().listening() as desk:
        yield desk


def webhook(session: aiohttp.ClientSession, url: str) -> StaffWebhook:
    return StaffWebhook(session=session, url=url, secret=SECRET)


async def test_the_desk_is_told_with_a_signature_and_all_it_needs(desk: Desk, session: aiohttp.ClientSession) -> None:
    await webhook(session, desk.url).tell(HANDOFF)

    (told,) = desk.told
    assert told["id"] == 7
    assert told["contact"] == "whatsapp +5511987654321"
    assert told["recent"] == list(HANDOFF.recent)
    assert told["files"] == HANDOFF.files


@pytest.mark.parametrize("status", [301, 404, 500])
async def test_anything_but_2xx_is_to_be_told_again(desk: Desk, session: aiohttp.ClientSession, status: int) -> None:
    desk.status = status
    with pytest.raises(UnavailableError):
        await webhook(session, desk.url).tell(HANDOFF)


@pytest.mark.parametrize("status", [302, 307, 308])
async def test_a_redirect_is_not_followed(desk: Desk, session: aiohttp.ClientSession, status: int) -> None:
    async with Desk().listening() as other:
        desk.status, desk.elsewhere = status, other.url
        with pytest.raises(UnavailableError):
            await webhook(session, desk.url).tell(HANDOFF)
    assert other.told == []


async def test_the_second_way_is_taken_only_when_the_first_fails(desk: Desk, session: aiohttp.ClientSession) -> None:
    away = webhook(session, "http://127.0.0.1:9/handoffs")
    await Either([away, webhook(session, desk.url)]).tell(HANDOFF)
    await Either([webhook(session, desk.url), away]).tell(HANDOFF)
    assert len(desk.told) == 2

    with pytest.raises(UnavailableError):
        await Either([away, away]).tell(HANDOFF)
