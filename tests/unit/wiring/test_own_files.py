"""Our own site is asked as anybody would; what it does not have is told from its being away."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.media import OwnFile
from agente_hotelero.wiring.own_files import OwnSite


async def test_a_picture_comes_with_its_type_nothing_is_none_and_the_rest_is_away() -> None:
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=b"PNG", content_type="image/png")

    async def trouble(_request: web.Request) -> web.Response:
        return web.Response(status=429)

    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/a.png")

    application = web.Application()
    application.add_routes([web.get("/a.png", picture), web.get("/b.png", trouble), web.get("/c.png", elsewhere)])
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        site = OwnSite(session=session, address=lambda: str(server.make_url("")).rstrip("/"))
        assert await site.read("/a.png") == OwnFile(mime="image/png", content=b"PNG")
        assert await site.read("/nothing.png") is None
        for path in ("/b.png", "/c.png"):
            with pytest.raises(UnavailableError):
                await site.read(path)
        for nowhere in (None, "http://127.0.0.1:9"):
            with pytest.raises(UnavailableError):
                await OwnSite(session=session, address=lambda: nowhere).read("/a.png")  # noqa: B023 - called at once
