"""Meta's Graph on loopback: a real server that checks what it is sent, writes down what it accepts, and breaks on demand.

graph = FakeGraph()
await graph.start()          # graph.url goes into AGENTE_WHATSAPP__GRAPH_URL
graph.fail(status=429, code=130429, retry_after=2, times=1)
sent = await graph.wait_for(3)
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self

import orjson
from aiohttp import web

from tests.fakes.graph_media import FakeMedia
from tests.fakes.graph_schema import is_mark, refusal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that Graph accepted. `to` is phone digits without plus, or a BSUID; `at` is time.monotonic()."""

    account: str
    outbox_id: int | None
    to: str
    payload: Json
    wamid: str
    at: float


@dataclass(slots=True, kw_only=True)
class _Fault:
    """How the next requests go wrong; `accepting` ones reach the ledger all the same."""

    status: int | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False
    accepting: bool = False
    delay_seconds: float = 0.0
    to: str | None = None
    times: int | None = None


class FakeGraph:
    """Switches hold until `reset`, or for `times` requests, or for one guest (`to`); the oldest that fits is used."""

    def __init__(
        self, *, access_token: str | None = None, on_accept: Callable[[Sent], Awaitable[None]] | None = None
    ) -> None:
        """`on_accept` runs beside the answer, as Meta's statuses do: it may even be first."""
        self.sent: list[Sent] = []
        self.read: list[Json] = []
        """What was marked as read, as it was posted."""
        self.headers: dict[str, str] = {}
        """Beside every message that is accepted."""
        self.requests = 0
        self.refused: list[str] = []
        """Why bodies were refused for what they are."""
        self.on_accept = on_accept
        self.media = FakeMedia(authorized=self._authorized)
        self._access_token = access_token
        self._faults: list[_Fault] = []
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()
        self._released = asyncio.Event()
        self._hooks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v25.0"

    async def start(self) -> None:
        """Listen; after a stop, on the same port again."""
        app = web.Application()
        app.router.add_post("/{version}/{account}/messages", self._messages)
        app.add_routes(self.media.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections from here on; what hung is let go. A failure in `on_accept` shows here, and a body that Meta refuses."""
        self.reset()
        if self._runner is not None:
            await self._runner.cleanup()
        await asyncio.gather(*self._hooks)
        assert not self.refused, self.refused

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def fail(
        self,
        *,
        status: int = 500,
        code: int | None = None,
        subcode: int | None = None,
        retry_after: float | None = None,
        body: bytes | None = None,
        location: str | None = None,
        to: str | None = None,
        times: int | None = None,
    ) -> None:
        """Refuse with this answer; without `code` and `body` it is the HTML of a gateway."""
        error = {"message": "(#0) fake", "type": "OAuthException", "code": code, "error_subcode": subcode}
        told = orjson.dumps({"error": error}) if code is not None else b"<html>Sorry, something went wrong.</html>"
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        if location is not None:
            headers["Location"] = location
        self._faults.append(
            _Fault(status=status, body=told if body is None else body, headers=headers, to=to, times=times)
        )

    def garble(self, *, to: str | None = None, times: int | None = None) -> None:
        """Accept, and answer 200 with what nobody can read."""
        self._faults.append(_Fault(status=200, body=b"<html>", accepting=True, to=to, times=times))

    def hang(self, *, accepting: bool = False, to: str | None = None, times: int | None = None) -> None:
        """Never answer."""
        self._faults.append(_Fault(hang=True, accepting=accepting, to=to, times=times))

    def drop(self, *, accepting: bool = False, to: str | None = None, times: int | None = None) -> None:
        """Cut the connection after the request was read."""
        self._faults.append(_Fault(drop=True, accepting=accepting, to=to, times=times))

    def slow(self, seconds: float, *, to: str | None = None, times: int | None = None) -> None:
        """Accept, and answer late."""
        self._faults.append(_Fault(delay_seconds=seconds, accepting=True, to=to, times=times))

    def reset(self) -> None:
        """Be well again; requests that hang are cut."""
        self._faults.clear()
        self._released.set()
        self._released = asyncio.Event()
        self.media.go_on()

    async def wait_for(self, count: int, *, timeout_seconds: float = 30.0) -> list[Sent]:
        """Wait until so many messages were accepted in all; answers all of them."""
        async with asyncio.timeout(timeout_seconds), self._news:
            await self._news.wait_for(lambda: len(self.sent) >= count)
        return list(self.sent)

    async def wait_for_marks(self, count: int, *, timeout_seconds: float = 30.0) -> list[Json]:
        """The same for what was marked as read."""
        async with asyncio.timeout(timeout_seconds), self._news:
            await self._news.wait_for(lambda: len(self.read) >= count)
        return list(self.read)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        if not self._authorized(request):
            return _error(401, 190, "Invalid OAuth access token")
        payload = orjson.loads(await request.read())
        fault = self._fault_for(_address(payload))
        broken = refusal(payload)
        if broken is not None:
            self.refused.append(broken.details)
        if is_mark(payload) and broken is None:
            return await self._misbehave(request, fault) or await self._mark(payload)
        sent = await self._accept(request, payload) if fault.accepting and broken is None else None
        if (answer := await self._misbehave(request, fault)) is not None:
            return answer
        if broken is not None:
            return _error(400, broken.code, broken.details)
        return web.json_response(_accepted(sent or await self._accept(request, payload)), headers=self.headers)

    def _authorized(self, request: web.Request) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme == "Bearer" and bool(token) and self._access_token in (None, token)

    def _fault_for(self, address: str) -> _Fault:
        fault = next((f for f in self._faults if f.to in (None, address)), None)
        if fault is None:
            return _WELL
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault

    async def _misbehave(self, request: web.Request, fault: _Fault) -> web.StreamResponse | None:
        if fault.hang:
            await self._released.wait()
        if fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        if fault.hang or fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.status is not None:
            return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
        return None

    async def _mark(self, payload: Json) -> web.Response:
        self.read.append(payload)
        async with self._news:
            self._news.notify_all()
        return web.json_response({"success": True})

    async def _accept(self, request: web.Request, payload: Json) -> Sent:
        data = payload.get("biz_opaque_callback_data", "")
        sent = Sent(
            account=request.match_info["account"],
            outbox_id=int(data) if data.isdigit() else None,
            to=_address(payload),
            payload=payload,
            wamid=f"wamid.FAKE{next(self._numbers)}",
            at=time.monotonic(),
        )
        self.sent.append(sent)
        if self.on_accept is not None:
            hook = asyncio.ensure_future(_run(self.on_accept, sent))
            self._hooks.add(hook)
        async with self._news:
            self._news.notify_all()
        return sent


_WELL: Final = _Fault()


async def _run(hook: Callable[[Sent], Awaitable[None]], sent: Sent) -> None:
    await hook(sent)


def _address(payload: Any) -> str:
    if not isinstance(payload, dict):
        return ""
    return str(payload.get("to") or payload.get("recipient") or "").lstrip("+")


def _accepted(sent: Sent) -> Json:
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": sent.payload.get("to") or sent.payload.get("recipient"), "wa_id": sent.to}],
        "messages": [{"id": sent.wamid}],
    }


def _error(status: int, code: int, details: str) -> web.Response:
    error = {"message": f"(#{code}) fake", "type": "OAuthException", "code": code, "error_data": {"details": details}}
    return web.json_response({"error": error}, status=status)
