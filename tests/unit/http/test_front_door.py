"""The webhook's way past the routes answers as the route does, and lets everything else through."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from agente_hotelero.http.front_door import FRONT_DOOR
from agente_hotelero.http.listener import Listener
from tests.fakes.http_ports import sign
from tests.support.http_site import Site

PATH = "/webhooks/whatsapp"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'
SIGNED = {"X-Hub-Signature-256": sign(BODY)}


class Routes:
    """What the application's own handler was asked for."""

    def __init__(self, application: web.Application) -> None:
        self.asked: list[str] = []

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked.append(f"{request.method} {request.path_qs}")
            return await handler(request)

        application.middlewares.append(note)


@pytest.fixture
async def routes(site: Site) -> AsyncIterator[tuple[Routes, str]]:
    application = site.public()
    routes = Routes(application)
    listener = await Listener.open(application, host="127.0.0.1", port=0)
    yield routes, f"http://127.0.0.1:{listener.port}"
    await listener.close()


async def test_a_webhook_passes_by_the_routes_and_is_counted_and_answered_alike(
    site: Site, routes: tuple[Routes, str]
) -> None:
    asked, url = routes
    async with aiohttp.ClientSession() as session:
        async with session.post(url + PATH, data=BODY, headers=SIGNED) as response:
            assert (response.status, await response.json()) == (200, {"status": "ok"})
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        async with session.post(url + PATH, data=BODY) as response:
            assert response.status == 401
            assert (await response.json())["error"]["code"] == "unauthorized"
    assert asked.asked == []
    assert site.intake.bodies == [BODY]
    for status in ("200", "401"):
        assert site.sample("http_requests_total", route=PATH, method="POST", status=status) == 1
    assert site.sample("http_request_seconds_count", route=PATH) == 2


@pytest.mark.parametrize(
    ("method", "tail", "headers", "status"),
    [
        ("GET", "", {}, 403),
        ("DELETE", "", {}, 405),
        ("POST", "?x=1", SIGNED, 200),
        ("POST", "/", SIGNED, 404),
        ("POST", "", SIGNED | {"Expect": "100-continue"}, 200),
        ("POST", "", SIGNED | {"Expect": "the impossible"}, 417),
    ],
)
async def test_whatever_is_not_so_plain_goes_by_the_routes(
    method: str, tail: str, headers: dict[str, str], status: int, routes: tuple[Routes, str]
) -> None:
    asked, url = routes
    body = BODY if method == "POST" else None
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url + PATH + tail, data=body, headers=headers) as response,
    ):
        assert response.status == status
    assert asked.asked == ([] if status == 417 else [f"{method} {PATH}{tail}"])


async def test_a_body_beyond_the_limit_is_413_there_too(site: Site, routes: tuple[Routes, str]) -> None:
    _, url = routes
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + PATH, data=io.BytesIO(b" " * (3 * 1024 * 1024 + 1)), headers=SIGNED) as response,
    ):
        assert response.status == 413
    assert site.intake.bodies == []


def test_the_private_listener_has_no_such_door(site: Site) -> None:
    assert FRONT_DOOR in site.public()
    assert FRONT_DOOR not in site.private()
