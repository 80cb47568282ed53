"""Actors on the event loop: pykka's hooks, an idle actor without queue or task, bursts when a message comes."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from types import CoroutineType
from typing import Any, ClassVar, Final, Self

import structlog
from opentelemetry.context import attach
from pykka import Actor

from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.actors.mailbox import STOP, ActorStoppedError, Envelope, Mailbox, handling
from agente_hotelero.actors.refs import AskCycleError, Ref, Request, seconds_left
from agente_hotelero.errors import AgenteError, UnavailableError

__all__ = [
    "LATER",
    "ActorStoppedError",
    "AskCycleError",
    "AskTimeoutError",
    "AsyncioActor",
    "Ref",
    "Request",
    "RetiredError",
    "incarnate",
    "note_failure",
    "seconds_left",
    "where_raised",
]

log = structlog.get_logger(__name__)

BURST: Final = 64
"""Messages that one actor handles before others get their turn."""
CLEAN_UP_SECONDS: Final = 12.0
"""How long `stopped()` may take after a failure before the next incarnation starts anyway."""
_urns = itertools.count(1)
_NOT_CALLED: Final = object()
LATER: Final = object()


class RetiredError(AgenteError):
    """An incarnation was ended by its supervisor, to begin again."""


class AsyncioActor(Actor):
    """An actor whose handlers run on the loop, strictly one message after another.

    `on_receive` answers by a plain value, by a coroutine (awaited before the next message), by an
    asyncio.Future (the answer comes later and the mailbox goes on), or by `LATER` (so, and `later()` was given to
    whoever answers). A handler that fails an ask fails the
    asker only; one that fails a tell fails this incarnation, and its supervisor hears of it.
    """

    mailbox_limit: ClassVar[int] = 0
    """How many messages may wait before asks are refused; 0 is no limit. Tells are always taken."""
    actor_inbox: Mailbox  # type: ignore[assignment]  # pykka's protocol speaks of pykka's envelopes
    _actor_ref: Ref
    _successor_of: ClassVar[Ref | None] = None

    @staticmethod
    def _create_actor_inbox() -> Any:
        return Mailbox()

    @staticmethod
    def _create_future() -> Any:
        return asyncio.get_running_loop().create_future()

    def __init__(self) -> None:
        """Make an actor that has not started; pykka's own __init__ would cost a UUID and a threading.Event."""
        ref = AsyncioActor._successor_of
        if ref is None or ref.actor_class is not type(self):
            ref = Ref(type(self), Mailbox(self.mailbox_limit), str(next(_urns)))
        self.adopt(ref)

    def adopt(self, ref: Ref) -> Self:
        """Live at this address, and take over what waits there; before the start."""
        self._actor_ref = ref
        self.actor_inbox = ref.actor_inbox
        self.actor_urn = ref.actor_urn
        return self

    @property
    def actor_ref(self) -> Ref:
        """This actor's address."""
        return self._actor_ref

    @property
    def mailbox(self) -> Mailbox:
        """What waits."""
        return self.actor_inbox

    @classmethod
    def start(cls, *args: Any, **kwargs: Any) -> Ref:
        """Start outside supervision."""
        actor = cls(*args, **kwargs)
        actor._start_actor_loop()
        return actor.actor_ref

    async def started(self) -> None:
        """Run before the first message; a failure is reported as the actor's."""

    async def stopped(self) -> None:
        """Run when this incarnation ends: after the last message, or after a failure, even one of `started`."""

    def stop(self) -> None:
        """Stop after what is in the mailbox now."""
        self.actor_inbox.put(Envelope(STOP))

    def forward(self, ref: Ref, message: Any) -> None:
        """Hand the question that is being handled on: the other actor answers the asker. Raises OverloadedError."""
        envelope = handling.get()
        if envelope is None or envelope.reply_to is None:
            ref.tell(message)
            return
        ref.actor_inbox.refuse_if_full(ref.actor_class.__name__)
        onward = Envelope(message, envelope.reply_to, envelope.deadline, envelope.parent, envelope.trace)
        onward.bucket = envelope.bucket
        envelope.reply_to = None
        ref._put(onward)  # noqa: SLF001 - a ref is ours

    def later(self) -> Envelope:
        """Take the answer of the message being handled over: its handler returns `LATER`, and whoever has this answers."""
        envelope = handling.get()
        if envelope is None:
            raise RuntimeError("only a handler can answer later")
        return envelope

    def retire(self) -> None:
        """End this incarnation whatever it does; its watcher hears RetiredError, and the mailbox is kept."""
        mailbox = self.actor_inbox
        if mailbox.actor is not self:
            return
        if mailbox.task is None:
            self.__fail(RetiredError())
        else:
            mailbox.actor = None
            mailbox.interrupt()

    # pykka's hook, and the life of a message. Two underscores: actors have their own ideas of `_fail` and `_next`.

    def _start_actor_loop(self) -> None:
        mailbox = self.actor_inbox
        mailbox.actor = self
        mailbox.busy = True
        if type(self).started is AsyncioActor.started:
            self.__ready()
        else:
            mailbox.task = mailbox.dispatcher.loop.create_task(self.__begin())

    async def __begin(self) -> None:
        # Whoever starts an actor in a handler does not lend it the asker or the deadline of that message.
        handling.set(None)
        try:
            await self.started()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a failing start is reported, not raised into the loop
            self.__fail(error)
            return
        if self.actor_inbox.actor is self:
            self.__ready()
        else:
            self.__fail(RetiredError())

    def __ready(self) -> None:
        mailbox = self.actor_inbox
        mailbox.task = None
        if mailbox.watcher is not None:
            mailbox.watcher.actor_started()
        mailbox.rest()

    def _start_actor_burst(self) -> None:
        mailbox = self.actor_inbox
        if mailbox.actor is not self:
            return
        queue = mailbox.queue
        receive = self.on_receive
        left = BURST
        while queue and left:
            left -= 1
            envelope = queue.popleft()
            if envelope.reply_to is not None and envelope.reply_to.done():
                continue
            if envelope.message is STOP:
                mailbox.task = mailbox.dispatcher.loop.create_task(self.__end(envelope))
                return
            envelope.holder = mailbox
            handling.set(envelope)
            if envelope.trace is not None:
                attach(envelope.trace)
            try:
                answer = receive(envelope.message)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - whatever a handler raises is this actor's or the asker's
                if not self.__blame(envelope, error):
                    return
                continue
            if answer.__class__ is CoroutineType:
                mailbox.task = mailbox.dispatcher.loop.create_task(self.__long_burst(envelope, answer, left))
                return
            _answer(envelope, answer)
        if mailbox.actor is self:
            mailbox.rest()

    async def __long_burst(self, envelope: Envelope, answer: Any, left: int) -> None:
        mailbox = self.actor_inbox
        following: Envelope | None = envelope
        while following is not None:
            envelope = following
            try:
                if answer is _NOT_CALLED:
                    answer = self.on_receive(envelope.message)
                if answer.__class__ is CoroutineType:
                    answer = await answer
                _answer(envelope, answer)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - as in _start_actor_burst
                if not self.__blame(envelope, error):
                    return
                if isinstance(error, asyncio.CancelledError):
                    # A task remembers that it was cancelled; what waits gets another one.
                    break
            answer = _NOT_CALLED
            left -= 1
            following = self.__next(left)
        mailbox.task = None
        if mailbox.actor is self:
            mailbox.rest()
        else:
            self.__fail(RetiredError())

    def __next(self, left: int) -> Envelope | None:
        mailbox = self.actor_inbox
        queue = mailbox.queue
        while queue and left > 0 and queue[0].message is not STOP and mailbox.actor is self:
            envelope = queue.popleft()
            if envelope.reply_to is not None and envelope.reply_to.done():
                continue
            envelope.holder = mailbox
            handling.set(envelope)
            if envelope.trace is not None:
                attach(envelope.trace)
            return envelope
        return None

    def __blame(self, envelope: Envelope, error: BaseException) -> bool:
        """Fail the asker, or this actor; tells whether it lives on."""
        reply_to = envelope.reply_to
        if reply_to is None:
            envelope.settle()
            self.__fail(error)
            return False
        if not reply_to.done():
            if isinstance(error, asyncio.CancelledError):
                reply_to.set_exception(ActorStoppedError(f"{type(self).__name__} was interrupted"))
            else:
                reply_to.set_exception(error)
        envelope.settle()
        return True

    def __fail(self, error: BaseException) -> None:
        mailbox = self.actor_inbox
        mailbox.vacate()
        if type(self).stopped is AsyncioActor.stopped:
            self.__report(error)
        else:
            mailbox.task = mailbox.dispatcher.loop.create_task(self.__clean_up(error))

    async def __clean_up(self, error: BaseException) -> None:
        handling.set(None)
        try:
            async with asyncio.timeout(CLEAN_UP_SECONDS):
                await self.stopped()
        except (Exception, asyncio.CancelledError) as another:  # noqa: BLE001 - the first error is the one to report
            self.__log_failed_stop(another)
        self.__report(error)

    def __report(self, error: BaseException) -> None:
        mailbox = self.actor_inbox
        mailbox.task = None
        if mailbox.closed:
            return
        if mailbox.watcher is not None:
            mailbox.watcher.actor_failed(error)
            return
        log.error("actor_failed", actor=type(self).__name__, error=type(error).__name__, where=where_raised(error))
        mailbox.close(type(self).__name__)

    async def __end(self, envelope: Envelope) -> None:
        handling.set(None)
        mailbox = self.actor_inbox
        try:
            await self.stopped()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - it stops either way
            self.__log_failed_stop(error)
        mailbox.task = None
        mailbox.close(type(self).__name__)
        if mailbox.watcher is not None:
            mailbox.watcher.actor_stopped()
        _answer(envelope, None)

    def __log_failed_stop(self, error: BaseException) -> None:
        log.error(
            "actor_failed_at_stop", actor=type(self).__name__, error=type(error).__name__, where=where_raised(error)
        )


def where_raised(error: BaseException) -> str:
    """File, line and function, and not the text, which might quote a guest."""
    last = error.__traceback__
    if last is None:
        return "nowhere"
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    return f"{Path(code.co_filename).name}:{last.tb_lineno} {code.co_name}"


def note_failure(event: str, error: BaseException, **fields: object) -> None:
    """Log a failure that a loop or a lane survives, by its type and place: its text might quote a guest."""
    log.error(event, error=type(error).__name__, where=where_raised(error), **fields)


def note_unless_away(event: str, error: Exception) -> None:
    """The same for a loop that looks again: a dependency's outage is no failure, and its own probe tells of it."""
    if not isinstance(error, UnavailableError):
        note_failure(event, error)


def incarnate(factory: Callable[[], AsyncioActor], ref: Ref | None) -> AsyncioActor:
    """Make an actor, not started; with a `ref` it lives at that address, already while its __init__ runs."""
    AsyncioActor._successor_of = ref  # noqa: SLF001 - the other half of AsyncioActor.__init__
    try:
        actor = factory()
    finally:
        AsyncioActor._successor_of = None  # noqa: SLF001 - as above
    return actor if ref is None else actor.adopt(ref)


def _answer(envelope: Envelope, answer: Any) -> None:
    reply_to = envelope.reply_to
    if answer is LATER or (answer is None and reply_to is None):
        # The latter is a tell that is done, the commonest of all, and looked at first for that.
        envelope.holder = None
        return
    if isinstance(answer, asyncio.Future):
        # The mailbox goes on: nobody waits for us while this is under way.
        envelope.holder = None
        if reply_to is None:
            answer.add_done_callback(_unheard)
        else:
            answer.add_done_callback(lambda done: _pass_on(envelope, done))
        return
    if reply_to is None:
        envelope.holder = None
        return
    envelope.set_result(answer)


def _pass_on(envelope: Envelope, done: "asyncio.Future[Any]") -> None:
    error = ActorStoppedError("the work was interrupted") if done.cancelled() else done.exception()
    if error is not None:
        envelope.set_exception(error)
    else:
        envelope.set_result(done.result())


def _unheard(done: "asyncio.Future[Any]") -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("background_work_failed", error=type(error).__name__, where=where_raised(error))
