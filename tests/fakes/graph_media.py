"""What Meta keeps of guests' pictures and papers, and takes of ours: ids, addresses for some minutes, bytes, and everything that goes wrong."""

import asyncio
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

Json = dict[str, Any]
PIECE_BYTES: Final = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Held:
    """One thing that Meta has. Each switch is one way to go wrong."""

    content: bytes
    mime: str = "application/pdf"
    account: str | None = None
    url: str | None = None
    """Given out instead of the right address."""
    said_sha256: str | None = None
    said_size: int | None = None
    lost_addresses: int = 0
    """So many addresses in a row are good no more when they are asked for."""
    refusals: list[web.Response] = field(default_factory=list)
    """Given out instead of the bytes, one each time."""
    id_refusals: list[web.Response] = field(default_factory=list)
    """Given out instead of an address."""
    redirect: str | None = None
    stands_still: bool = False
    """In the middle of the bytes."""
    chunked: bool = False
    """Without saying how much there is."""
    looked_up: int = 0
    downloads: int = 0


class FakeMedia:
    """Below the Graph: `GET /{id}`, `GET /media/{id}`, `POST /{account}/media`."""

    def __init__(self, *, authorized: Callable[[web.Request], bool]) -> None:
        self.held: dict[str, Held] = {}
        self.uploads: list[str] = []
        """Ids of what was uploaded, in order."""
        self.user_agents: set[str] = set()
        self.upload_refusals: list[web.Response] = []
        self._authorized = authorized
        self._numbers = itertools.count(900_000_000_000_001)
        self._begun = asyncio.Condition()
        self._standing_still = asyncio.Event()

    def put(self, content: bytes, **values: Any) -> str:
        """A guest sent this; answers its id."""
        media_id = str(next(self._numbers))
        self.held[media_id] = Held(content=content, **values)
        return media_id

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{version}/{media_id:\\d+}", self._look_up),
            web.get("/media/{media_id}", self._download),
            web.post("/{version}/{account}/media", self._upload),
        ]

    async def wait_for_download(self, media_id: str, count: int = 1) -> None:
        """Wait until the bytes were asked for so often."""
        async with asyncio.timeout(30), self._begun:
            await self._begun.wait_for(lambda: self.held[media_id].downloads >= count)

    def go_on(self) -> None:
        """Let go of what stands still."""
        self._standing_still.set()

    async def _look_up(self, request: web.Request) -> web.Response:
        if not self._authorized(request):
            return error(401, 190)
        self.user_agents.add(request.headers.get("User-Agent", ""))
        media_id = request.match_info["media_id"]
        one = self.held.get(media_id)
        if one is None or one.account not in (None, request.query.get("phone_number_id")):
            return error(400, 100, subcode=33)
        one.looked_up += 1
        if one.id_refusals:
            return one.id_refusals.pop(0)
        return web.json_response(
            {
                "url": f"{request.url.origin()}/media/{media_id}" if one.url is None else one.url,
                "mime_type": one.mime,
                "sha256": one.said_sha256 or hashlib.sha256(one.content).hexdigest(),
                "file_size": len(one.content) if one.said_size is None else one.said_size,
                "id": media_id,
                "messaging_product": "whatsapp",
            }
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if not self._authorized(request):
            return error(401, 190)
        one = self.held[request.match_info["media_id"]]
        one.downloads += 1
        async with self._begun:
            self._begun.notify_all()
        if one.lost_addresses:
            one.lost_addresses -= 1
            return web.Response(status=404)
        if one.refusals:
            return one.refusals.pop(0)
        if one.redirect is not None:
            return web.Response(status=302, headers={"Location": one.redirect})
        return await self._give(request, one)

    async def _give(self, request: web.Request, one: Held) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": one.mime})
        if not one.chunked:
            response.content_length = len(one.content)
        await response.prepare(request)
        half = len(one.content) // 2
        await response.write(one.content[:half])
        if one.stands_still:
            await self._standing_still.wait()
        for start in range(half, len(one.content), PIECE_BYTES):
            await response.write(one.content[start : start + PIECE_BYTES])
        return response

    async def _upload(self, request: web.Request) -> web.Response:
        if not self._authorized(request):
            return error(401, 190)
        if self.upload_refusals:
            return self.upload_refusals.pop(0)
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        if form["messaging_product"] != "whatsapp" or form["type"] != file.content_type:
            return error(400, 100)
        media_id = self.put(file.file.read(), mime=file.content_type, account=request.match_info["account"])
        self.uploads.append(media_id)
        return web.json_response({"id": media_id})


def error(status: int, code: int, *, subcode: int | None = None) -> web.Response:
    """Graph's own way to say no."""
    said = {"message": f"(#{code}) fake", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return web.json_response({"error": said}, status=status)
