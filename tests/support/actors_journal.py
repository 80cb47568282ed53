"""A journal over the database in memory, in virtual time; its process may be told to end."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from agente_hotelero.actors import journal, ports
from agente_hotelero.actors.journal import Accepted, JournalActor
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import GuestId
from agente_hotelero.model.journal import Committed, Conversation, InboxRow, Mark, Turn
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.identities import FakeIdentities
from tests.fakes.journal import FakeDatabase, FakeOutlets
from tests.support.virtual_time import now, until_idle

T = TypeVar("T")


class Desk:
    """A running journal, what it was told and what it told."""

    def __init__(self, database: FakeDatabase | None = None) -> None:
        self.database = database or FakeDatabase(now=now)
        self.identities = FakeIdentities(self.database)
        self.outlets = FakeOutlets()
        self.metrics = Metrics()
        self.replaced = False
        self.notified = 0
        self.owner_away = False
        self.wired = asyncio.Event()
        self.actor = JournalActor(
            inbox=self.database,
            reader=self.database,
            turns=self.database,
            outbox=self.database,
            ownership=self.database,
            identities=self.identities,
            outlets=self.outlets,
            metrics=self.metrics,
            notify_owner=self._notify,
            replaced=self._end,
            wired=self.wired,
        )
        self.actor._start_actor_loop()

    @property
    def standing(self) -> journal.Standing:
        return self.actor.standing

    async def own(self) -> "Desk":
        """Claim the shards, and recover."""
        self.wired.set()
        await until_idle()
        assert self.actor.standing is journal.Standing.OWNING
        return self

    @property
    def ref(self) -> Ref:
        return self.actor.actor_ref

    def store(self, *items: ports.Incoming) -> Awaitable[Accepted]:
        return self.ref.ask(journal.Store(items=items))

    def commit(self, turn: Turn) -> Awaitable[Committed]:
        return self.ref.ask(journal.Commit(turn=turn))

    def mark(self, mark: Mark) -> Awaitable[bool]:
        return self.ref.ask(journal.MarkOutbox(mark=mark))

    def load(self, guest: int) -> Awaitable[Conversation]:
        return self.ref.ask(journal.Load(guest_id=GuestId(guest)))

    def delivered(self, guest: int | None = None) -> list[int]:
        """Ids handed to conversations, in order."""
        return [row.id for row in self.outlets.delivered if guest is None or row.guest_id == guest]

    def read(self, guest: int) -> Awaitable[tuple[InboxRow, ...]]:
        return self.ref.ask(journal.ReadGuest(guest_id=GuestId(guest)))

    def sample(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0

    async def _notify(self) -> None:
        if self.owner_away:
            raise UnavailableError("postgres")
        self.notified += 1

    def _end(self) -> None:
        self.replaced = True


async def outcome(answer: Awaitable[T]) -> T | Exception:
    """The answer, or the error that came instead."""
    try:
        return await answer
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return error
