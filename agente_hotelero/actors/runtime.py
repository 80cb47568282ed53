"""Actors on the event loop: pykka's hooks, an idle actor without queue or task, bursts when a message comes."""

import asyncio
import itertools
from collections.abc import Awaitable
from threading import get_ident
from types import CoroutineType
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, cast

import structlog
from opentelemetry.context import attach, get_current
from pykka import Actor, ActorRef, ActorRegistry
from pykka.messages import _ActorStop

from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.actors.mailbox import (
    ActorStoppedError,
    Dispatcher,
    Envelope,
    Mailbox,
    handling,
)
from agente_hotelero.errors import AgenteError

__all__ = ["ActorStoppedError", "AskCycleError", "AskTimeoutError", "AsyncioActor", "Ref", "Request"]

log = structlog.get_logger(__name__)
R = TypeVar("R")

BURST: Final = 64
_urns = itertools.count(1)
_STOP: Final = _ActorStop()


class Request(Generic[R]):
    """Base of messages that have an answer of type R."""

    __slots__ = ()


class AskCycleError(AgenteError):
    """The asked actor waits, directly or not, for the one that asks: it could never answer."""


class _Running:
    """Stands in for pykka's threading.Event, one of which per actor would cost more than the actor."""

    __slots__ = ("_mailbox",)

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def is_set(self) -> bool:
        """Tell whether the actor is stopped."""
        return self._mailbox.closed


class Ref(ActorRef[Any]):
    """The address of an actor; it stays the same when a supervisor starts another incarnation."""

    def __init__(self, actor_class: type[Actor], mailbox: Mailbox, urn: str) -> None:
        self.actor_class = actor_class
        self.actor_inbox = cast("Any", mailbox)
        self.actor_urn = urn

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox behind this address."""
        return cast("Mailbox", self.actor_inbox)

    def is_alive(self) -> bool:
        """Tell whether messages are still taken."""
        return not self.mailbox.closed

    def tell(self, message: Any) -> None:
        """Send without an answer, from any thread; after the actor's stop it becomes a dead letter."""
        mailbox = self.mailbox
        at = mailbox.dispatcher
        envelope = Envelope(message, trace=get_current() if at.tracing else None)
        if get_ident() != at.thread_id:
            at.loop.call_soon_threadsafe(self._put, envelope)
        else:
            self._put(envelope)

    def ask(self, message: Request[R], *, timeout: float | None = None) -> Awaitable[R]:  # type: ignore[override]  # pykka's blocks; ours is awaited
        """Send and await the answer.

        The deadline is the nearer of `timeout` seconds and that of the message being handled. Raises
        AskTimeoutError, AskCycleError, OverloadedError (mailbox full), ActorStoppedError, or what the handler raised.
        """
        mailbox = self.mailbox
        at = mailbox.dispatcher
        parent = handling.get()
        if parent is not None and parent.waits_for(mailbox):
            raise AskCycleError(f"{self} waits for the one that asks it")
        mailbox.refuse_if_full(self.actor_class.__name__)
        reply: asyncio.Future[R] = at.loop.create_future()
        envelope = Envelope(message, reply, _deadline(at, parent, timeout), parent, get_current() if at.tracing else None)
        if envelope.deadline is not None:
            envelope.bucket = at.deadlines.watch(cast("asyncio.Future[object]", reply), envelope.deadline)
        self._put(envelope)
        return reply

    def stop(self, *, block: bool = False, timeout: float | None = None) -> Any:  # noqa: ARG002 - pykka's signature; blocking the loop is never right
        """Ask the actor to stop after what it has; awaiting the answer waits for the end."""
        reply: asyncio.Future[None] = self.mailbox.dispatcher.loop.create_future()
        if self.mailbox.closed:
            reply.set_result(None)
        else:
            self.mailbox.put(Envelope(_STOP, reply))
        return reply

    def _put(self, envelope: Envelope) -> None:
        mailbox = self.mailbox
        if mailbox.closed:
            mailbox.dispatcher.dead_letters.add(envelope, actor=self.actor_class.__name__)
        else:
            mailbox.put(envelope)


def _deadline(at: Dispatcher, parent: Envelope | None, timeout: float | None) -> float | None:
    own = None if timeout is None else at.loop.time() + timeout
    inherited = None if parent is None else parent.deadline
    if own is None or inherited is None:
        return inherited if own is None else own
    return min(own, inherited)


class AsyncioActor(Actor):
    """An actor whose handlers run on the loop, strictly one message after another.

    `on_receive` answers by a plain value, by a coroutine (awaited before the next message), or by an
    asyncio.Future (the answer comes later and the mailbox goes on). A handler that fails an ask fails the
    asker only; one that fails a tell fails this actor, and its supervisor hears of it.
    """

    mailbox_limit: ClassVar[int] = 0
    """How many messages may wait before asks are refused; 0 is no limit. Tells are always taken."""
    in_registry: ClassVar[bool] = False
    """Whether pykka's registry knows it; only for singletons, because the registry is a list."""

    @staticmethod
    def _create_actor_inbox() -> Any:
        return Mailbox()

    @staticmethod
    def _create_future() -> Any:
        return asyncio.get_running_loop().create_future()

    def __init__(self) -> None:
        """Make an actor that has not started; pykka's own __init__ would cost a UUID and a threading.Event."""
        mailbox = Mailbox(self.mailbox_limit)
        self.actor_inbox = cast("Any", mailbox)
        self.actor_urn = str(next(_urns))
        self._actor_ref = Ref(type(self), mailbox, self.actor_urn)

    @property
    def actor_ref(self) -> Ref:
        """This actor's address."""
        return cast("Ref", self._actor_ref)

    @property
    def mailbox(self) -> Mailbox:
        """What waits."""
        return cast("Mailbox", self.actor_inbox)

    @classmethod
    def start(cls, *args: Any, **kwargs: Any) -> Ref:
        """Start outside supervision."""
        actor = cls(*args, **kwargs)
        actor._start_actor_loop()
        return actor.actor_ref

    def adopt(self, ref: Ref) -> Self:
        """Take over an earlier incarnation's address and what waits there; before the start."""
        self.actor_inbox = ref.actor_inbox
        self._actor_ref = cast("Any", ref)
        return self

    async def started(self) -> None:
        """Run before the first message; a failure is reported as the actor's."""

    async def stopped(self) -> None:
        """Run after the last message."""

    def forward(self, ref: Ref, message: Any) -> None:
        """Hand the question that is being handled on: the other actor answers the asker."""
        envelope = handling.get()
        if envelope is None or envelope.reply_to is None:
            ref.tell(message)
            return
        onward = Envelope(message, envelope.reply_to, envelope.deadline, envelope.parent, envelope.trace)
        onward.bucket = envelope.bucket
        envelope.reply_to = None
        ref._put(onward)  # noqa: SLF001 - a ref is ours

    # pykka's hook, and the life of a message.

    def _start_actor_loop(self) -> None:
        mailbox = self.mailbox
        mailbox.actor = self
        mailbox.busy = True
        if self.in_registry:
            ActorRegistry.register(self.actor_ref)
        if type(self).started is AsyncioActor.started:
            self._ready()
        else:
            mailbox.task = mailbox.dispatcher.loop.create_task(self._begin())

    async def _begin(self) -> None:
        try:
            await self.started()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a failing start is reported, not raised into the loop
            self._fail(error)
            return
        self._ready()

    def _ready(self) -> None:
        mailbox = self.mailbox
        mailbox.task = None
        if mailbox.watcher is not None:
            mailbox.watcher.actor_started()
        mailbox.rest()

    def _burst(self) -> None:
        mailbox = self.mailbox
        queue = mailbox.queue
        receive = self.on_receive
        left = BURST
        while queue and left:
            left -= 1
            envelope = queue.popleft()
            if envelope.reply_to is not None and envelope.reply_to.done():
                continue
            if envelope.message is _STOP:
                mailbox.task = mailbox.dispatcher.loop.create_task(self._end(envelope))
                return
            envelope.holder = mailbox
            handling.set(envelope)
            try:
                answer = receive(envelope.message)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is this actor's or the asker's
                if not self._blame(envelope, error):
                    return
                continue
            if answer.__class__ is CoroutineType:
                mailbox.task = mailbox.dispatcher.loop.create_task(self._long_burst(envelope, answer, left))
                return
            _answer(envelope, answer)
        mailbox.rest()

    async def _long_burst(self, envelope: Envelope, answer: Any, left: int) -> None:
        mailbox = self.mailbox
        if envelope.trace is not None:
            attach(envelope.trace)
        while True:
            try:
                if answer.__class__ is CoroutineType:
                    answer = await answer
                _answer(envelope, answer)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - cancelling a handler is this actor's failure only
                if not self._blame(envelope, error):
                    return
            following = self._next(left)
            if following is None:
                break
            left -= 1
            envelope = following
            try:
                answer = self.on_receive(envelope.message)
            except Exception as error:  # noqa: BLE001 - as above
                if not self._blame(envelope, error):
                    return
                answer = None
                envelope.reply_to = None
        if mailbox.queue and mailbox.queue[0].message is _STOP:
            await self._end(mailbox.get())
            return
        mailbox.task = None
        mailbox.rest()

    def _next(self, left: int) -> Envelope | None:
        queue = self.mailbox.queue
        while queue and left and queue[0].message is not _STOP:
            envelope = queue.popleft()
            if envelope.reply_to is not None and envelope.reply_to.done():
                continue
            envelope.holder = self.mailbox
            handling.set(envelope)
            if envelope.trace is not None:
                attach(envelope.trace)
            return envelope
        return None

    def _blame(self, envelope: Envelope, error: BaseException) -> bool:
        """Fail the asker, or this actor; tells whether it lives on."""
        reply_to = envelope.reply_to
        if reply_to is None:
            self._fail(error)
            return False
        if not reply_to.done():
            if isinstance(error, asyncio.CancelledError):
                reply_to.set_exception(ActorStoppedError(f"{type(self).__name__} was interrupted"))
            else:
                reply_to.set_exception(error)
        _settle(envelope)
        return True

    def _fail(self, error: BaseException) -> None:
        mailbox = self.mailbox
        mailbox.actor = None
        mailbox.busy = True
        mailbox.task = None
        if self.in_registry:
            ActorRegistry.unregister(self.actor_ref)
        if mailbox.watcher is not None:
            mailbox.watcher.actor_failed(error)
            return
        log.error("actor_failed", actor=type(self).__name__, error=type(error).__name__)
        mailbox.close(type(self).__name__)

    async def _end(self, envelope: Envelope) -> None:
        mailbox = self.mailbox
        try:
            await self.stopped()
        except Exception as error:  # noqa: BLE001 - it stops either way
            log.error("actor_failed_at_stop", actor=type(self).__name__, error=type(error).__name__)  # noqa: TRY400 - a traceback may quote a guest
        if self.in_registry:
            ActorRegistry.unregister(self.actor_ref)
        mailbox.task = None
        mailbox.close(type(self).__name__)
        if mailbox.watcher is not None:
            mailbox.watcher.actor_stopped()
        _answer(envelope, None)


def _answer(envelope: Envelope, answer: Any) -> None:
    reply_to = envelope.reply_to
    if isinstance(answer, asyncio.Future):
        # The mailbox goes on: nobody waits for us while this is under way.
        envelope.holder = None
        if reply_to is None:
            answer.add_done_callback(_unheard)
        else:
            answer.add_done_callback(lambda done: _pass_on(envelope, done))
        return
    if reply_to is not None:
        if not reply_to.done():
            reply_to.set_result(answer)
        _settle(envelope)


def _pass_on(envelope: Envelope, done: "asyncio.Future[Any]") -> None:
    reply_to = envelope.reply_to
    error = ActorStoppedError("the work was interrupted") if done.cancelled() else done.exception()
    if reply_to is not None and not reply_to.done():
        if error is not None:
            reply_to.set_exception(error)
        else:
            reply_to.set_result(done.result())
    _settle(envelope)


def _unheard(done: "asyncio.Future[Any]") -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("background_work_failed", error=type(error).__name__)


def _settle(envelope: Envelope) -> None:
    if envelope.bucket is not None and envelope.reply_to is not None:
        envelope.bucket.discard(envelope.reply_to)
