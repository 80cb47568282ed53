import asyncio
from typing import Any

import pytest

from agente_hotelero.actors.mailbox import STOP, ActorStoppedError, Envelope, Mailbox, dispatcher
from agente_hotelero.errors import OverloadedError


class Tenant:
    """An incarnation that takes everything out."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.bursts = 0
        self.taken: list[Any] = []
        mailbox.actor = self

    def _start_actor_burst(self) -> None:
        self.bursts += 1
        while not self.mailbox.empty():
            self.taken.append(self.mailbox.get().message)
        self.mailbox.rest()


async def turn() -> None:
    await asyncio.sleep(0)


async def test_messages_wait_in_order_until_somebody_lives_there() -> None:
    mailbox = Mailbox()
    for number in range(3):
        mailbox.put(Envelope(number))
    assert mailbox.depth() == 3
    tenant = Tenant(mailbox)
    mailbox.rest()
    await turn()
    assert tenant.taken == [0, 1, 2]


async def test_many_messages_wake_once() -> None:
    mailbox = Mailbox()
    tenant = Tenant(mailbox)
    mailbox.rest()
    for number in range(10):
        mailbox.put(Envelope(number))
    await turn()
    assert tenant.bursts == 1
    assert tenant.taken == list(range(10))


async def test_an_idle_mailbox_owns_no_queue() -> None:
    mailbox = Mailbox()
    Tenant(mailbox)
    mailbox.rest()
    mailbox.put(Envelope("hello"))
    await turn()
    assert mailbox.queue is None
    assert not mailbox.busy
    with pytest.raises(IndexError):
        mailbox.get()


async def test_a_full_mailbox_refuses_and_one_without_limit_never_does() -> None:
    bounded, unbounded = Mailbox(limit=2), Mailbox()
    for mailbox in (bounded, unbounded):
        mailbox.put(Envelope(1))
        mailbox.put(Envelope(2))
    unbounded.refuse_if_full("Anybody")
    with pytest.raises(OverloadedError, match="Somebody"):
        bounded.refuse_if_full("Somebody")


async def test_closing_answers_who_asked_and_counts_what_was_told() -> None:
    letters = dispatcher().dead_letters
    heard: list[str] = []
    letters.listener = heard.append
    mailbox = Mailbox()
    asked: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    mailbox.put(Envelope("told"))
    mailbox.put(Envelope("asked", asked))
    mailbox.close("Somebody")
    assert mailbox.closed
    assert letters.count == 1
    assert heard == ["Somebody"]
    with pytest.raises(ActorStoppedError):
        asked.result()


async def test_what_is_stored_elsewhere_is_no_dead_letter_but_an_asker_still_hears() -> None:
    mailbox = Mailbox()
    asked: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    mailbox.put(Envelope("told"))
    mailbox.put(Envelope("asked", asked))
    mailbox.close("Somebody", stored=True)
    assert dispatcher().dead_letters.count == 0
    assert isinstance(asked.exception(), ActorStoppedError)


async def test_whoever_asked_for_the_stop_is_content_with_the_end() -> None:
    mailbox = Mailbox()
    stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    mailbox.put(Envelope(STOP, stop))
    mailbox.put(Envelope(STOP))
    mailbox.close("Somebody")
    assert stop.result() is None
    assert dispatcher().dead_letters.count == 0


async def test_an_asker_who_left_is_not_told() -> None:
    mailbox = Mailbox()
    asked: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    asked.cancel()
    mailbox.put(Envelope("asked", asked))
    mailbox.close("Somebody")
    assert dispatcher().dead_letters.count == 0


async def test_a_vacant_mailbox_keeps_what_comes_for_the_next() -> None:
    mailbox = Mailbox()
    first = Tenant(mailbox)
    mailbox.rest()
    mailbox.vacate()
    mailbox.put(Envelope("kept"))
    await turn()
    second = Tenant(mailbox)
    mailbox.rest()
    await turn()
    assert first.taken == []
    assert second.taken == ["kept"]


async def test_a_closing_mailbox_leaves_nothing_to_a_burst_under_way() -> None:
    mailbox = Mailbox()
    mailbox.put(Envelope(1))
    queue = mailbox.queue
    mailbox.close("Somebody")
    assert not queue


async def test_who_waits_for_whom_is_found_through_parents() -> None:
    holder, other = Mailbox(), Mailbox()
    asker = Envelope("asker")
    asker.holder = holder
    asked = Envelope("asked", parent=asker)
    assert asked.waits_for(holder)
    assert not asked.waits_for(other)
    asker.settle()
    assert not asked.waits_for(holder)


async def test_an_interrupted_task_has_had_its_first_step() -> None:
    steps: list[str] = []

    async def work() -> None:
        try:
            steps.append("begun")
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("interrupted")

    mailbox = Mailbox()
    mailbox.interrupt()
    mailbox.task = asyncio.create_task(work())
    mailbox.interrupt()
    await mailbox.task
    assert steps == ["begun", "interrupted"]


async def test_every_loop_has_a_dispatcher_of_its_own() -> None:
    here = dispatcher()
    assert dispatcher() is here

    async def elsewhere() -> object:
        return dispatcher()

    there = await asyncio.to_thread(asyncio.run, elsewhere())
    assert there is not here
