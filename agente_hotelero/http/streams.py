"""The web chat's event stream: each line as it is committed, resumed from where the page left off."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Final

import orjson
from aiohttp import web
from multidict import CIMultiDict

from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.chat import ChatDoor, Visit, line_json, resume_point
from agente_hotelero.http.failures import report_failure
from agente_hotelero.http.headers import defaults
from agente_hotelero.http.ports import ChatFeed, ChatLine
from agente_hotelero.http.problems import rate_limited, unavailable

# Proxies close what is silent for 30-60 s.
HEARTBEAT_SECONDS: Final = 15.0
HEARTBEAT: Final = b": still here\n\n"
# A drained page comes back spread over a second or two: it adds its own jitter.
RETRY_MILLISECONDS: Final = 1_000
STREAMS_PER_SESSION: Final = 6
# A hotel's guests may all come from its wifi's one address.
STREAMS_PER_ADDRESS: Final = 500
STREAMS: Final = 10_000
# Written in pieces, so that of a long past only so much waits in memory for a page that reads slowly.
PIECE_BYTES: Final = 16 * 1024
PATH: Final = "/chat/{hotel}/events"
HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    # nginx would hold events back until its buffer is full.
    "X-Accel-Buffering": "no",
}


class Drain:
    """Tells every open stream to end, once, when the process is about to go."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether no new stream may start."""
        return self._begun

    def begin(self) -> None:
        """End the streams; later calls do nothing."""
        self._begun = True
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def join(self) -> asyncio.Future[None]:
        """Give a future that is done when draining begins."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future


class ChatStreams:
    """Open streams, each woken by the feed's bell; nothing polls."""

    def __init__(
        self,
        *,
        door: ChatDoor,
        feed: ChatFeed,
        drain: Drain,
        limit: int,
        heartbeat_seconds: float,
        limit_per_address: int = STREAMS_PER_ADDRESS,
        headers: CIMultiDict[str] | None = None,
    ) -> None:
        """`headers` are what every answer carries."""
        self._door = door
        self._feed = feed
        self._drain = drain
        self._heartbeat_seconds = heartbeat_seconds
        self._limit = limit
        self._limit_per_address = limit_per_address
        self._headers = CIMultiDict(defaults(https=False) if headers is None else headers)
        self._headers.update(HEADERS)
        self._sessions = _Count()
        self._addresses = _Count()
        self._total = 0

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream lines after `Last-Event-ID`; raises ProblemError 401, 404, 429, 503 before it starts."""
        visit = self._door.visit(request)
        self._door.count_address(request)
        with self._room(visit, self._door.address(request)), closing(self._stream(request, visit)) as stream:
            # Read before the answer starts, so that a storage that is away is a plain 503.
            await stream.read()
            response = web.StreamResponse(headers=self._headers)
            # The page may be gone already.
            with suppress(ConnectionError):
                await response.prepare(request)
                await stream.run(response)
        return response

    def _stream(self, request: web.Request, visit: Visit) -> "_Stream":
        return _Stream(
            feed=self._feed,
            visit=visit,
            after=resume_point(request.headers.get("Last-Event-ID")),
            drained=self._drain.join(),
            heartbeat_seconds=self._heartbeat_seconds,
        )

    @contextmanager
    def _room(self, visit: Visit, address: str) -> Iterator[None]:
        if self._drain.begun or self._total >= self._limit:
            raise unavailable(2.0)
        full = self._sessions[visit.session] >= STREAMS_PER_SESSION
        if full or self._addresses[address] >= self._limit_per_address:
            raise rate_limited(self._heartbeat_seconds)
        self._total += 1
        try:
            with self._sessions.one(visit.session), self._addresses.one(address):
                yield
        finally:
            self._total -= 1


class _Count(Counter[str]):
    """How many there are by key; keys that have none are forgotten."""

    @contextmanager
    def one(self, key: str) -> Iterator[None]:
        """One more, for as long as this lasts."""
        self[key] += 1
        try:
            yield
        finally:
            self[key] -= 1
            if not self[key]:
                del self[key]


class _Stream:
    """One page's stream: the bell is hung up before each reading, so nothing falls between the two."""

    def __init__(
        self,
        *,
        feed: ChatFeed,
        visit: Visit,
        after: int,
        drained: asyncio.Future[None],
        heartbeat_seconds: float,
    ) -> None:
        self._feed = feed
        self._visit = visit
        self._after = after
        self._drained = drained
        self._heartbeat_seconds = heartbeat_seconds
        self._bell: asyncio.Future[None] | None = None
        self._lines: Sequence[ChatLine] = ()
        self._read: frozenset[int] = frozenset()

    def close(self) -> None:
        """Stop listening."""
        self._drained.cancel()
        if self._bell is not None:
            self._bell.cancel()

    async def read(self) -> None:
        """Fetch what the page hasn't seen; raises UnavailableError."""
        self._bell = self._feed.wait(self._visit.hotel, self._visit.session)
        lines = await self._feed.history(self._visit.hotel, self._visit.session, self._after)
        # What came again is in the reading before, since a line only ever leaves the feed's overlap.
        self._lines = [line for line in lines if line.n not in self._read]
        self._read = frozenset(line.n for line in lines)

    async def run(self, response: web.StreamResponse) -> None:
        """Write lines until the page leaves or the process drains; the page comes back by itself."""
        try:
            while await self._said(response):
                await self.read()
        except UnavailableError:
            await _say_goodbye(response)
        except ConnectionError:
            return
        except Exception as error:  # noqa: BLE001 - the answer has begun: no other status can follow it
            report_failure(error, route=PATH)
            await _say_goodbye(response)

    async def _said(self, response: web.StreamResponse) -> bool:
        """Write what was read and wait for more; False when the process drains."""
        for piece in _pieces(self._lines):
            await response.write(piece)
        if self._lines:
            self._after = max(self._after, self._lines[-1].n)
        while not (rung := await self._rung()):
            await response.write(HEARTBEAT)
        if rung is self._drained:
            await _say_goodbye(response)
        return rung is not self._drained

    async def _rung(self) -> asyncio.Future[None] | None:
        """Wait for the bell, the drain, or None when it's time for a heartbeat."""
        assert self._bell is not None
        waited = {self._bell, self._drained}
        done, _ = await asyncio.wait(waited, timeout=self._heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._drained in done:
            return self._drained
        return self._bell if done else None


async def _say_goodbye(response: web.StreamResponse) -> None:
    with suppress(ConnectionError):
        await response.write(b"retry: %d\n\n" % RETRY_MILLISECONDS)


def _pieces(lines: Sequence[ChatLine]) -> Iterator[bytes]:
    piece = b""
    for line in lines:
        piece += _event(line)
        if len(piece) >= PIECE_BYTES:
            yield piece
            piece = b""
    if piece:
        yield piece


def _event(line: ChatLine) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (line.n, orjson.dumps(line_json(line)))
