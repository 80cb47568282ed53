"""The address of an actor: how it is told and asked, and who waits for whom until when."""

import asyncio
import math
from collections.abc import Awaitable
from threading import get_ident
from typing import Any, Generic, NoReturn, TypeVar, cast

from opentelemetry.context import get_current
from pykka import Actor, ActorRef

from agente_hotelero.actors.mailbox import STOP, Dispatcher, Envelope, Mailbox, handling
from agente_hotelero.errors import AgenteError

R = TypeVar("R")


class Request(Generic[R]):
    """Base of messages that have an answer of type R."""

    __slots__ = ()


class AskCycleError(AgenteError):
    """The asked actor waits, directly or not, for the one that asks: it could never answer."""


class Ref(ActorRef[Any]):
    """The address of an actor; it stays the same when a supervisor starts another incarnation."""

    actor_inbox: Mailbox  # type: ignore[assignment]  # pykka's protocol speaks of pykka's envelopes

    def __init__(self, actor_class: type[Actor], mailbox: Mailbox, urn: str) -> None:
        self.actor_class = actor_class
        self.actor_inbox = mailbox
        self.actor_urn = urn

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox behind this address."""
        return self.actor_inbox

    def is_alive(self) -> bool:
        """Tell whether messages are still taken."""
        return not self.actor_inbox.closed

    def tell(self, message: Any) -> None:
        """Send without an answer, from any thread; after the actor's stop it becomes a dead letter."""
        mailbox = self.actor_inbox
        at = mailbox.dispatcher
        envelope = Envelope(message, None, None, None, get_current() if at.tracing else None)
        if get_ident() != at.thread_id:
            at.loop.call_soon_threadsafe(self._put, envelope)
        elif mailbox.closed:
            at.dead_letters.add(envelope, actor=self.actor_class.__name__)
        else:
            mailbox.put(envelope)

    def ask(self, message: Request[R], *, timeout: float | None = None) -> Awaitable[R]:  # type: ignore[override]  # pykka's blocks; ours is awaited
        """Send and await the answer, on the loop's thread.

        The deadline is the nearer of `timeout` seconds and that of the message being handled. Raises
        AskTimeoutError, AskCycleError, OverloadedError (mailbox full), ActorStoppedError, or what the handler raised.
        """
        mailbox = self.actor_inbox
        at = mailbox.dispatcher
        if get_ident() != at.thread_id:
            raise RuntimeError("an answer can be awaited only on the loop of the asked actor")
        parent = handling.get()
        if parent is not None and parent.waits_for(mailbox):
            raise AskCycleError(f"{self} waits for the one that asks it")
        mailbox.refuse_if_full(self.actor_class.__name__)
        reply: asyncio.Future[R] = at.loop.create_future()
        envelope = Envelope(
            message, reply, _deadline(at, parent, timeout), parent, get_current() if at.tracing else None
        )
        if envelope.deadline is not None:
            envelope.bucket = at.deadlines.watch(cast("asyncio.Future[object]", reply), envelope.deadline)
        self._put(envelope)
        return reply

    def stop(self, *, block: bool = False, timeout: float | None = None) -> Any:  # noqa: ARG002 - pykka's signature; blocking the loop is never right
        """Ask the actor to stop after what it has; awaiting the answer waits for the end. Never blocks."""
        at = self.actor_inbox.dispatcher
        reply: asyncio.Future[None] = at.loop.create_future()
        if get_ident() != at.thread_id:
            at.loop.call_soon_threadsafe(self._put, Envelope(STOP, reply))
        else:
            self._put(Envelope(STOP, reply))
        return reply

    def proxy(self) -> NoReturn:
        """Refuse: pykka's proxies block; messages have types here."""
        raise TypeError("an AsyncioActor is told and asked; it has no proxy")

    def _put(self, envelope: Envelope) -> None:
        mailbox = self.actor_inbox
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


def seconds_left() -> float:
    """How long the asker of the message being handled still waits; infinite where nobody set a limit."""
    envelope = handling.get()
    if envelope is None or envelope.deadline is None:
        return math.inf
    return envelope.deadline - asyncio.get_running_loop().time()
