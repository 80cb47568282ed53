"""Connections of strangers: so many at once, each with so long for a request's head and for taking its answer."""

import asyncio
import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from agente_hotelero.http.headers import DEFAULTS
from agente_hotelero.http.problems import problem_response

OTHER_FILES: Final = 256
"""What a process opens beside connections: databases, channels, logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a connection may take for what, in seconds, and how many there may be."""

    head_seconds: float = 10.0
    """From its first byte to its last; on a new connection from the beginning."""
    idle_seconds: float = 620.0
    """Between two requests: longer than load balancers keep theirs (Google's 600 s), or one of us closes what the other uses."""
    lingering_seconds: float = 2.0
    """For the rest of a body that nobody wants, so that its sender gets to read why."""
    answer_seconds: float = 15.0
    answer_bytes: int = 16 * 1024
    """So much of an answer that waits has to be taken in `answer_seconds`: 1 kB/s, a third of the slowest phone's."""
    connections: int = 12_000
    """Room for every chat stream, and for what comes beside them."""


class Doorkeeper:
    """Counts the connections of one listener; what is too many or too slow is cut, and told to `refused`."""

    def __init__(self, *, patience: Patience, refused: Callable[[str], object] = lambda _where: None) -> None:
        """`refused` gets where: `connections` or `slow_client`."""
        self.patience = patience
        self.refused = refused
        self.open = 0
        self._room = room_for(patience.connections)

    def enter(self) -> bool:
        """Take a connection in, if there is room."""
        if self.open >= self._room:
            self.refused("connections")
            return False
        self.open += 1
        return True

    def leave(self) -> None:
        """Give its room back."""
        self.open -= 1


DOORKEEPER: Final = web.AppKey("doorkeeper", Doorkeeper)


def room_for(connections: int) -> int:
    """Ask the system for so many files and tell how many connections fit: without files, nobody could come in or work."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return connections if soft == resource.RLIM_INFINITY else min(connections, max(soft - OTHER_FILES, soft // 2))


class Connection(web.RequestHandler):
    """aiohttp's connection, less patient: its only clock runs between requests, also while a head dribbles in."""

    __slots__ = ("_answer_timer", "_door", "_entered", "_head_timer", "_unsent")

    def __init__(self, manager: Any, *, door: Doorkeeper, **options: Any) -> None:
        """`manager` is aiohttp's server; `options` are its handler's."""
        patience = door.patience
        super().__init__(
            manager, keepalive_timeout=patience.idle_seconds, lingering_time=patience.lingering_seconds, **options
        )
        self._door = door
        self._entered = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._answer_timer: asyncio.TimerHandle | None = None
        self._unsent = 0

    # The head.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or cut it: with a full house, even a refusal would cost a request's work."""
        self._entered = self._door.enter()
        if not self._entered:
            transport.abort()  # type: ignore[attr-defined]  # a TCP connection's has it
            return
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Note whether a head is complete: one that began has so long for it."""
        heads = self._request_count
        super().data_received(data)
        if self._request_count != heads:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None
        elif data and self._head_timer is None and self._waiter is not None and not self._waiter.done():
            self._expect_head()

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._door.patience.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        self._door.refused("slow_client")
        self.force_close()

    # The answer.

    def pause_writing(self) -> None:
        """What waits in our memory is too much by now: look whether it is taken at all."""
        super().pause_writing()
        self._watch_answer()

    def resume_writing(self) -> None:
        """It was."""
        self._stop_watching()
        super().resume_writing()

    def _watch_answer(self) -> None:
        self._unsent = self._waiting_bytes
        self._answer_timer = self._loop.call_later(self._door.patience.answer_seconds, self._look_at_answer)

    def _look_at_answer(self) -> None:
        self._answer_timer = None
        if self._unsent - self._waiting_bytes >= self._door.patience.answer_bytes:
            self._watch_answer()
        else:
            self._door.refused("slow_client")
            self.cut()

    @property
    def _waiting_bytes(self) -> int:
        return 0 if self.transport is None else self.transport.get_write_buffer_size()

    def _stop_watching(self) -> None:
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def cut(self) -> None:
        """Close without a word: closing in order would wait until everything was taken."""
        if self.transport is not None:
            self.transport.abort()

    # The end.

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the room back, and stop the clocks."""
        if self._entered:
            self._entered = False
            self._door.leave()
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self._stop_watching()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP in our form; aiohttp would quote it."""
        super().handle_error(request, status, exc, message)
        answer = problem_response(status, HTTPStatus(status).phrase.lower(), DEFAULTS)
        answer.force_close()
        return answer
