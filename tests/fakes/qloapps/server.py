"""The fake QloApps as a server on loopback.

async with FakeQloApps(version="1.6.1", rooms_per_type=1) as qlo:
    qlo.url, qlo.key                                      # for the adapter
    qlo.faults.append(Fault("hang_after", "POST", "bookings"))
    qlo.front_desk.book(2, check_in, check_out)           # behind the agent's back
    assert not qlo.books.overbooked()                     # the truth
"""

import asyncio
import hashlib
import secrets
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, NamedTuple, Self

from aiohttp import web

from tests.fakes.qloapps import doors, images
from tests.fakes.qloapps.books import Books
from tests.fakes.qloapps.demo import Hotel
from tests.fakes.qloapps.faults import Fault, Switches
from tests.fakes.qloapps.front_desk import FrontDesk
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.webservice import Call, Webservice
from tests.fakes.qloapps.wire import Answer

KEY: Final = "QLOTESTAGENT00000000000000000000"
_ENOUGH: Final = 32 * 1024**2
"""QloApps has no limit of its own on a body."""


class Arrived(NamedTuple):
    """A request as it came in, whatever became of it. `about`: the id or path, the source of a booking, or the query."""

    method: str
    resource: str
    about: str


class FakeQloApps(Switches):
    """Starts and ends with `async with`. Every switch and everything in `books` may be changed in between."""

    def __init__(
        self,
        *,
        version: Version = "1.6.1",
        languages: int = 1,
        notices: bool = False,
        mails: bool = False,
        hotel_id: int = 1,
        rooms_per_type: int | Mapping[int, int] = 5,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timezone: str = "Europe/Madrid",
    ) -> None:
        super().__init__(notices=notices, mails=mails)
        self.version = version
        self.key = KEY
        self.key_is_active = True
        self.permissions = doors.least_privilege()
        self.books = Books(
            now=now, timezone=timezone, hotel=Hotel(id=hotel_id), rooms_per_type=rooms_per_type, languages=languages
        )
        self.front_desk = FrontDesk(self.books)
        self.calls: list[Arrived] = []
        self._now = now
        self._service = Webservice(self.books, self, version, self.permissions)
        self._news, self._released, self._late = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._down = False
        self._bugs: list[Exception] = []
        self._port = 0

    # for the adapter

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    # for the test

    def count(self, resource: str, method: str | None = None) -> int:
        """How many requests for this resource arrived."""
        return sum(call.resource == resource and method in {None, call.method} for call in self.calls)

    async def arrived(self, resource: str, times: int = 1) -> None:
        """Wait until so many requests for this resource have come in, since the start."""
        while self.count(resource) < times:
            await self._news.wait()

    @property
    def down(self) -> bool:
        return self._down

    @down.setter
    def down(self, down: bool) -> None:
        """Refuse connections, and cut those that are open; or come back on the same port."""
        if down == self._down:
            return
        self._down = down
        if down:
            self._stop_listening()
        else:
            self._spawn(self._listen(self._bind()))

    def release(self) -> None:
        """Let go of all that hangs: its connections are cut."""
        self._released.set()
        self._released = asyncio.Event()

    async def finish_late(self) -> None:
        """Let PHP finish what was `done_late` and is still waiting, and wait until it has."""
        self._late.set()
        self._late = asyncio.Event()
        await asyncio.gather(*(task for task in self._tasks if task.get_name() == "late"))

    # the server

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_ENOUGH)
        app.router.add_route("*", "/api/{path:.*}", self._api)
        app.router.add_get("/img/p/{path:.*}", self._public_image)
        app.on_response_prepare.append(_bare)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen(self._bind())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """A bug of the fake, or a request that it cannot read, shows here: a 500 alone would look like a quirk."""
        self._stop_listening()
        self._released.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._bugs and kind is None:
            raise self._bugs[0]

    def _bind(self) -> socket.socket:
        """Connections queue from here on."""
        bound = socket.create_server(("127.0.0.1", self._port), backlog=256)
        self._port = bound.getsockname()[1]
        return bound

    async def _listen(self, bound: socket.socket) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        self._listener = await asyncio.get_running_loop().create_server(self._runner.server, sock=bound)
        if self._down:
            self._stop_listening()

    def _stop_listening(self) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    def _spawn(self, work: Any, name: str | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        call = Call(
            method=request.method,
            path=[part for part in request.match_info["path"].split("/") if part],
            query=request.query,
            headers=request.headers,
            body=await request.read(),
            base=self.url,
        )
        self.calls.append(Arrived(call.method, call.resource, _about(call)))
        self._news.set()
        self._news = asyncio.Event()
        fault = self.take(call.method, call.resource)
        answer = await self._work(call) if fault is None else await self._go_wrong(fault, call)
        return _cut(request) if answer is None else self._response(answer, request)

    async def _work(self, call: Call) -> Answer:
        try:
            return await self._service.answer(call, self.key if self.key_is_active else None)
        except Exception as bug:
            self._bugs.append(bug)
            raise

    async def _go_wrong(self, fault: Fault, call: Call) -> Answer | None:
        """None: the connection is cut without an answer."""
        canned, released = fault.canned(), self._released
        if canned is not None:
            if fault.after:
                await self._work(call)
            return canned
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.seconds or 0)
                return await self._work(call)
            case "wrong_json":
                answer = await self._work(call)
                return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.content_type, answer.headers)
            case "hang":
                await released.wait()
            case "hang_after":
                await self._work(call)
                await released.wait()
            case "reset_after":
                await self._work(call)
            case "done_late":
                self._spawn(self._finish(call, fault.seconds, self._late), name="late")
            case _:
                pass
        return None

    async def _finish(self, call: Call, seconds: float | None, late: asyncio.Event) -> None:
        """The client is gone; PHP goes on."""
        await (late.wait() if seconds is None else asyncio.sleep(seconds))
        await self._work(call)

    async def _public_image(self, request: web.Request) -> web.StreamResponse:
        return self._response(images.public(self.books, request.match_info["path"]), request)

    def _response(self, answer: Answer, request: web.Request) -> web.Response:
        now = self._now()
        headers = {"Date": format_datetime(now.astimezone(UTC), usegmt=True), "Server": "Apache/2.4.62 (Debian)"}
        if answer.webservice:
            headers |= {
                "Access-Time": f"{now.timestamp():.0f}",
                "X-Powered-By": "PrestaShop Webservice",
                "PSWS-Version": "1.6.1.23",
                "Execution-Time": "0.016",
                "Content-Sha1": hashlib.sha1(answer.body).hexdigest(),
            }
        headers["Set-Cookie"] = f"QloApps-daf117f818c8eeecfa2bccccdd849a8c={secrets.token_hex(8)}; path=/; HttpOnly"
        if answer.content_type is not None:
            headers["Content-Type"] = answer.content_type
        body = b"" if request.method == "HEAD" else answer.body
        return web.Response(status=answer.status, body=body, headers=headers | dict(answer.headers))


async def _bare(request: web.Request, response: web.StreamResponse) -> None:
    """PHP names no type where it sends no body; aiohttp would."""
    if response.headers.get("Content-Type") == "application/octet-stream":
        del response.headers["Content-Type"]


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _about(call: Call) -> str:
    if call.body and call.resource == "bookings":
        _, _, rest = call.body.decode(errors="replace").partition('"source":')
        return rest.strip(' "').partition('"')[0]
    if call.body:
        return " ".join(call.body.decode(errors="replace").split())[:200]
    if call.key is not None:
        return "/".join(call.path[1:])
    return "&".join(f"{name}={value}" for name, value in call.query.items() if name != "ws_key")
