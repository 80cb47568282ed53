"""Where the consequences of a commit go: tells to whoever they concern."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from agente_hotelero.actors import notifier, reservations, router, scheduler, sender
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId
from agente_hotelero.model.journal import Applied, DueWrite, Epochs, InboxRow, OutboxRow
from agente_hotelero.storage.sagas import PostgresSagas

log = structlog.get_logger(__name__)


class Outlets:
    """Where consequences of a commit go; the refs come when everybody is started."""

    def __init__(self, *, sagas: PostgresSagas) -> None:
        self._sagas = sagas
        self.router: Ref
        self.scheduler: Ref
        self.notifier: Ref
        self.senders: dict[tuple[Channel, str], Ref] = {}
        self.sender_actors: dict[tuple[Channel, str], sender.SenderActor] = {}
        """Their present incarnations."""
        self.reservations: dict[HotelId, Ref] = {}

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        """To conversations."""
        self.router.tell(router.DeliverRows(rows=rows))

    def send(self, rows: Sequence[OutboxRow]) -> None:
        """To the senders of their accounts; rows of an account that is configured no more stay where they are."""
        for (channel, name), group in _grouped(rows, lambda row: row.route.account).items():
            ref = self.senders.get((channel, name))
            if ref is None:
                log.warning("no_sender_for_account", channel=channel.value, messages=len(group))
            else:
                ref.tell(sender.Send(rows=tuple(group)))

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        """As its sender sees it now."""
        actor = self.sender_actors.get((account.channel, account.name))
        return actor is not None and actor.sends_at_once(guest)

    def reported(self, moved: Sequence[Applied]) -> None:
        """To whoever waits for a report."""
        for key, group in _grouped(moved, lambda report: report.account).items():
            if key in self.senders:
                self.senders[key].tell(sender.Reported(moved=tuple(group)))

    def wake_sagas(self, hotels: frozenset[HotelId] | None) -> None:
        """To the hotels' reservation actors."""
        for hotel, ref in self.reservations.items():
            if hotels is None or hotel in hotels:
                ref.tell(reservations.Wake())

    def write_due(self, write: DueWrite) -> None:
        """A saga's timer came due."""
        if write.hotel in self.reservations:
            self.reservations[write.hotel].tell(reservations.CheckDue(client_ref=write.client_ref, step=write.step))

    def timers_in_doubt(self) -> None:
        """To every hotel's reservation actor."""
        for ref in self.reservations.values():
            ref.tell(reservations.TimersInDoubt())

    def arm(self, due_at: datetime | None) -> None:
        """To the scheduler."""
        self.scheduler.tell(scheduler.Arm(due_at=due_at))

    def handed_off(self) -> None:
        """To the notifier."""
        self.notifier.tell(notifier.HandedOff())

    def claimed(self, epochs: Epochs) -> None:
        """The sagas write under these epochs."""
        self._sagas.epochs = epochs

    def dropped(self) -> None:
        """Everybody forgets."""
        self._sagas.epochs = {}
        self.router.tell(router.DropAll())
        self.scheduler.tell(scheduler.Rest())
        for ref in self.senders.values():
            ref.tell(sender.Dropped())
        for ref in self.reservations.values():
            ref.tell(reservations.Rest())


def _grouped(items: Sequence[Any], account_of: Callable[[Any], Account]) -> dict[tuple[Channel, str], list[Any]]:
    groups: dict[tuple[Channel, str], list[Any]] = {}
    for item in items:
        account = account_of(item)
        groups.setdefault((account.channel, account.name), []).append(item)
    return groups
