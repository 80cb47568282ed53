"""Asking what may be away for a while, by whoever can do nothing but wait for the answer."""

import asyncio
from typing import Final, TypeVar

from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError, Ref, Request
from agente_hotelero.errors import UnavailableError

T = TypeVar("T")

AWAY: Final = (UnavailableError, AskTimeoutError, ActorStoppedError)
"""Whoever was asked can't answer now, which says nothing of what was asked."""
PAUSE_SECONDS: Final = 0.3


async def answer(ref: Ref, question: Request[T]) -> T:
    """Ask until there is an answer, however long that takes: for what changes nothing and may be asked twice."""
    while True:
        try:
            return await ref.ask(question)
        except AWAY:
            await asyncio.sleep(PAUSE_SECONDS)
