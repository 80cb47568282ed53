"""A language model's provider on loopback, as OpenAI's API looks from outside; what it says is the test's."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
Say = Callable[[web.Request], Awaitable[web.StreamResponse]]
ENDED = web.AppKey("ended", asyncio.Event)
KEY = "sk-secret-key-of-the-tests"


class FakeLlm:
    """Says `always`, after what is in `next`; keeps every request as it came. Starts and ends with `async with`."""

    def __init__(self) -> None:
        self.always: Say = says([])
        self.next: list[Say] = []
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self._ended = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        app[ENDED] = self._ended
        self._server = TestServer(app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/v1"

    @property
    def asked(self) -> list[Json]:
        """The requests, read."""
        return [orjson.loads(body) for body in self.bodies]

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(f"{request.method} {request.path}")
        self.bodies.append(await request.read())
        self.keys.append(request.headers.get("Authorization"))
        say = self.next.pop(0) if self.next else self.always
        return await say(request)


def says(labels: Sequence[str], *entities: tuple[str, str], tokens: int | None = 900, **more: object) -> Say:
    """A good answer, unless `more` spoils it."""
    said = {"labels": list(labels), "entities": [{"kind": kind, "text": text} for kind, text in entities], **more}
    return writes(orjson.dumps(said).decode(), tokens=tokens)


def writes(content: object, *, tokens: object = 900) -> Say:
    """An answer whose words are these."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    usage = {} if tokens is None else {"usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": tokens}}
    return sends(orjson.dumps({"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice], **usage}))


def sends(body: bytes, *, status: int = 200, **headers: str) -> Say:
    async def say(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return web.Response(status=status, body=body, headers={"Content-Type": "application/json", **named})

    return say


def fails(status: int, **headers: str) -> Say:
    return sends(b'{"error": {"message": "quotes the guest"}}', status=status, **headers)


async def hangs(request: web.Request) -> web.StreamResponse:
    """Never says anything."""
    await request.app[ENDED].wait()
    return web.Response()


async def drips(request: web.Request) -> web.StreamResponse:
    """A byte every half a second, without end."""
    response = web.StreamResponse()
    await response.prepare(request)
    while not request.app[ENDED].is_set():
        await response.write(b" ")
        await asyncio.sleep(0.5)
    return response


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Cuts the connection."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
