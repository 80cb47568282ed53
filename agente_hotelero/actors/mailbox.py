"""What an actor leaves behind when it rests: its mailbox, and the loop that wakes it."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from threading import get_ident
from typing import Any, Final, Protocol

import structlog
from opentelemetry.context import Context
from pykka import ActorDeadError
from pykka.messages import _ActorStop

from agente_hotelero.actors.deadlines import DeadlineWheel
from agente_hotelero.errors import AgenteError, OverloadedError

log = structlog.get_logger(__name__)

STOP: Final = _ActorStop()


class ActorStoppedError(AgenteError, ActorDeadError):
    """The actor stopped, or its handler was interrupted, before there was an answer."""


class Watcher(Protocol):
    """Who is told what becomes of an actor: its supervisor."""

    def actor_started(self) -> None:
        """The actor waits for its first message."""
        ...

    def actor_failed(self, error: BaseException) -> None:
        """The actor is gone, by this error; its mailbox is kept for another incarnation."""
        ...

    def actor_stopped(self) -> None:
        """The actor ended as asked."""
        ...


class Incarnation(Protocol):
    """What a mailbox needs of the actor that lives in it."""

    def _start_actor_burst(self) -> None:
        """Handle what waits."""
        ...


class Envelope:
    """A message on its way, with who waits for the answer until when.

    `holder` is the mailbox that stands still while this is handled; `parent` the envelope that was being
    handled where this was asked. Following parents finds the actors that wait for us.
    """

    __slots__ = ("bucket", "deadline", "holder", "message", "parent", "reply_to", "trace")

    def __init__(
        self,
        message: Any,
        reply_to: "asyncio.Future[Any] | None" = None,
        deadline: float | None = None,
        parent: "Envelope | None" = None,
        trace: Context | None = None,
    ) -> None:
        """Positional on purpose: this is the one call on every message's way."""
        self.message = message
        self.reply_to = reply_to
        self.deadline = deadline
        self.parent = parent
        self.trace = trace
        self.holder: Mailbox | None = None
        self.bucket: set[asyncio.Future[Any]] | None = None

    def waits_for(self, mailbox: "Mailbox") -> bool:
        """Tell whether the mailbox stands still until this message, or one that led to it, is handled."""
        envelope: Envelope | None = self
        while envelope is not None:
            if envelope.holder is mailbox:
                return True
            envelope = envelope.parent
        return False

    def done(self) -> bool:
        """Tell whether nobody waits for the answer any more."""
        return self.reply_to is not None and self.reply_to.done()

    def set_result(self, result: Any) -> None:
        """Answer, when the handler is long back."""
        if self.reply_to is not None and not self.reply_to.done():
            self.reply_to.set_result(result)
        self.settle()

    def set_exception(self, error: BaseException) -> None:
        """Fail the asker; where nobody asked, say so in the log."""
        if self.reply_to is None:
            log.error("background_work_failed", error=type(error).__name__, message=type(self.message).__name__)
        elif not self.reply_to.done():
            self.reply_to.set_exception(error)
        self.settle()

    def settle(self) -> None:
        """Forget who waited: what was begun meanwhile and goes on inherits neither deadline nor askers."""
        if self.bucket is not None and self.reply_to is not None:
            self.bucket.discard(self.reply_to)
        self.holder = self.parent = self.deadline = None


handling: ContextVar[Envelope | None] = ContextVar("handling", default=None)


class DeadLetters:
    """Counts what nobody will read, and tells who listens."""

    __slots__ = ("count", "listener")

    def __init__(self) -> None:
        self.count = 0
        self.listener: Callable[[str], None] | None = None

    def add(self, envelope: Envelope, *, actor: str) -> None:
        """Take a message that came too late; who asked hears so."""
        if envelope.reply_to is not None:
            if envelope.reply_to.done():
                return
            if envelope.message is STOP:
                envelope.reply_to.set_result(None)
            else:
                envelope.reply_to.set_exception(ActorStoppedError(f"{actor} stopped before it handled the message"))
            return
        if envelope.message is STOP:
            return
        self.count += 1
        log.warning("dead_letter", actor=actor, message=type(envelope.message).__name__)
        if self.listener is not None:
            self.listener(actor)


class Dispatcher:
    """The event loop as the actors on it see it."""

    __slots__ = ("call_soon", "context", "dead_letters", "deadlines", "loop", "thread_id", "tracing")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bind to the loop that runs in this thread."""
        self.loop = loop
        self.call_soon = loop.call_soon
        # Bursts run in a context of their own: what an HTTP request bound must not reach other guests' messages.
        self.context = contextvars.Context()
        self.thread_id = get_ident()
        self.deadlines = DeadlineWheel(clock=loop.time, at=loop.call_at)
        self.dead_letters = DeadLetters()
        # Off until the composition root turns it on: reading the span's context costs every tell 100 ns.
        self.tracing = False


class _Latest:
    """A process has one loop at a time; tests have one after another."""

    dispatcher: Dispatcher | None = None


def dispatcher() -> Dispatcher:
    """Give the running loop's dispatcher."""
    loop = asyncio.get_running_loop()
    latest = _Latest.dispatcher
    if latest is None or latest.loop is not loop:
        latest = _Latest.dispatcher = Dispatcher(loop)
    return latest


class Mailbox:
    """The queue of one actor, which outlives its incarnations; idle, it owns neither queue nor task.

    `busy` means that nobody needs to be woken: the actor is starting, at work, or between two incarnations.
    """

    __slots__ = ("actor", "busy", "closed", "dispatcher", "limit", "queue", "task", "watcher")

    def __init__(self, limit: int = 0) -> None:
        """Open it for an actor that is about to start; `limit` bounds asks, 0 is none."""
        self.dispatcher = dispatcher()
        self.queue: deque[Envelope] | None = None
        self.actor: Incarnation | None = None
        self.busy = True
        self.closed = False
        self.limit = limit
        self.task: asyncio.Task[None] | None = None
        self.watcher: Watcher | None = None

    def put(self, envelope: Any) -> None:
        """Append an envelope, on the loop's thread, and wake the actor unless it is at work."""
        if self.queue is None:
            self.queue = deque((envelope,))
        else:
            self.queue.append(envelope)
        if not self.busy:
            self.busy = True
            self._wake()

    def refuse_if_full(self, actor: str) -> None:
        """Raise OverloadedError where one ask more would exceed the limit."""
        if self.limit and self.queue is not None and len(self.queue) >= self.limit:
            raise OverloadedError(f"the mailbox of {actor}")

    def get(self) -> Envelope:
        """Take the oldest envelope; IndexError when there is none."""
        if self.queue is None:
            raise IndexError("the mailbox is empty")
        return self.queue.popleft()

    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return not self.queue

    def depth(self) -> int:
        """Count what waits."""
        return len(self.queue) if self.queue else 0

    def rest(self) -> None:
        """Go idle, or go on if something waits already."""
        if self.queue:
            self._wake()
        else:
            self.queue = None
            self.busy = False

    def vacate(self) -> None:
        """Keep what comes for the next incarnation."""
        self.actor = self.task = None
        self.busy = True

    def interrupt(self) -> None:
        """Cancel the handler in hand, if it awaits something."""
        if self.task is not None:
            # Not at once: a task cancelled before its first step never runs, and nobody would take note.
            self.dispatcher.call_soon(self.task.cancel)

    def close(self, actor: str, *, stored: bool = False) -> None:
        """Take nothing any more; who asked hears so, tells become dead letters unless they are `stored` elsewhere."""
        self.actor = None
        self.busy = self.closed = True
        # Emptied in place: a burst that is under way must find nothing more.
        while self.queue:
            envelope = self.queue.popleft()
            if envelope.reply_to is not None or not stored:
                self.dispatcher.dead_letters.add(envelope, actor=actor)
        self.queue = None

    def _wake(self) -> None:
        if self.actor is not None:
            self.dispatcher.call_soon(self.actor._start_actor_burst, context=self.dispatcher.context)  # noqa: SLF001 - the mailbox is the actor's own other half
