"""Services that break one promise each on purpose: a chaos test that does not notice is worth nothing.

python -m tests.chaos.controls acknowledge_first | resend_blindly | inbox_first

And two that stumble over a message, to see that the journal gets over it: dies_of_a_message | stands_still
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable
from typing import Any

from agente_hotelero.actors import journal, sender
from agente_hotelero.actors.backlog import Backlog
from agente_hotelero.actors.journal import Accepted, JournalActor, Store
from agente_hotelero.actors.sender import SenderActor
from agente_hotelero.actors.watchdog import Watchdog
from agente_hotelero.app import App, Servers
from agente_hotelero.config import hotels, settings
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from agente_hotelero.wiring.commons import Commons
from agente_hotelero.wiring.crew import Crew
from agente_hotelero.wiring.teams import Teams

POISON = "veneno"


class AcknowledgesFirst(JournalActor):
    """Says «stored» while it stores."""

    def _store(self, message: Store) -> Any:
        super()._store(message)
        return Accepted(inbox_ids=())


class ResendsBlindly(SenderActor):
    """Takes whatever is in doubt for not sent."""

    async def _after_grace(self, row: OutboxRow) -> OutboxStatus | None:
        return OutboxStatus.SENDING


class HandsOutInboxFirst(JournalActor):
    """Begins new turns before it looks at replies that are already decided."""

    async def _recover(self, claim: Any) -> None:
        while True:
            try:
                open_rows = await self._outbox.open_rows()
                waiting = await self._reader.waiting()
                break
            except UnavailableError:
                await asyncio.sleep(0.1)
        self._epochs = claim.epochs
        self._backlog = Backlog(waiting)
        self.standing = journal.Standing.OWNING
        self._outlets.claimed(claim.epochs)
        self._reread_due.set()
        while self._backlog or self._holding.recovering:  # noqa: ASYNC110 - a control may poll
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        self._outlets.send(open_rows)
        self._outlets.wake_sagas(None)


class ControlCommons(Commons):
    """Reads as the service does, but for one word."""

    def understand(self, text: str, context: Context) -> Awaitable[Reading]:
        if POISON in text and breaks() == "dies_of_a_message":
            os.kill(os.getpid(), signal.SIGKILL)
        if POISON in text and breaks() == "stands_still":
            time.sleep(3_600)
        return super().understand(text, context)


class ControlCrew(Crew):
    """The crew with one member exchanged."""

    def _make_journal(self) -> JournalActor:
        made = super()._make_journal()
        classes = {"acknowledge_first": AcknowledgesFirst, "inbox_first": HandsOutInboxFirst}
        made.__class__ = classes.get(breaks(), JournalActor)
        return made

    def _make_teams(self) -> Teams:
        made = super()._make_teams()
        made.__class__ = ControlTeams
        return made


class ControlTeams(Teams):
    """The teams with one kind of member exchanged."""

    def _make_sender(self, *arguments: Any) -> sender.SenderActor:
        made = super()._make_sender(*arguments)
        if breaks() == "resend_blindly":
            made.__class__ = ResendsBlindly
        return made


class ControlApp(App):
    """The app with one part exchanged."""

    def _make_commons(self) -> Commons:
        made = super()._make_commons()
        made.__class__ = ControlCommons
        return made

    def _make_crew(self, *arguments: Any) -> Crew:
        made = super()._make_crew(*arguments)
        made.__class__ = ControlCrew
        return made


def breaks() -> str:
    """What this process breaks."""
    return sys.argv[1]


async def run() -> None:
    in_force = settings.load()
    assert in_force.database_url is not None
    assert in_force.redis_url is not None
    servers = Servers(
        database_url=in_force.database_url.get_secret_value(), redis_url=in_force.redis_url.get_secret_value()
    )
    app = ControlApp(settings=in_force, hotels=hotels.load(in_force.hotels_file), servers=servers)
    app._watchdog = Watchdog(limit_seconds=1.0)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await app.start()
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(run())
