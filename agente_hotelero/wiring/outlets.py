"""Where the consequences of a commit go: tells to whoever they concern."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog

from agente_hotelero.actors import journal, media_keeper, notifier, reservations, router, scheduler, sender
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.model.ids import Account, GuestId, HotelId
from agente_hotelero.model.journal import Applied, DueWrite, Epochs, InboxRow, OutboxRow
from agente_hotelero.storage.sagas import PostgresSagas
from agente_hotelero.wiring.roster import Desk, InForce

log = structlog.get_logger(__name__)


class Outlets:
    """Where consequences of a commit go; the refs come when everybody is started."""

    def __init__(self, *, in_force: InForce, sagas: PostgresSagas) -> None:
        self._in_force = in_force
        self._sagas = sagas
        self.journal: Ref
        self.router: Ref
        self.scheduler: Ref
        self.notifier: Ref
        self.media_keeper: Ref
        self.sender_actors: dict[Account, sender.SenderActor] = {}
        """The senders' present incarnations."""
        self.readers: dict[Account, Ref] = {}
        """Who reads each mailbox."""

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        """To conversations."""
        self.router.tell(router.DeliverRows(rows=rows))

    def send(self, rows: Sequence[OutboxRow]) -> None:
        """To the senders of their accounts; rows of an account that is configured no more stay where they are."""
        for account, group in _grouped(rows, lambda row: row.route.account).items():
            ref = self._senders.get(account)
            if ref is None:
                log.warning(
                    "no_sender_for_account", hotel=account.hotel, channel=account.channel.value, messages=len(group)
                )
            else:
                ref.tell(sender.Send(rows=tuple(group)))

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        """As its sender sees it now."""
        actor = self.sender_actors.get(account) if account in self._senders else None
        return actor is not None and actor.sends_at_once(guest)

    def accounts(self) -> list[Mapping[str, object]]:
        """How each account's way out is, as its sender sees it now."""
        return [
            {"hotel": account.hotel, "channel": account.channel.value, "account": account.name, **asdict(actor.health)}
            for account, actor in self.sender_actors.items()
        ]

    def show_typing(self, account: Account, message_id: str) -> None:
        """To the guest's own sender, if their channel has one."""
        if account in self._senders:
            self._senders[account].tell(sender.ShowTyping(message_id=message_id))

    def reported(self, moved: Sequence[Applied]) -> None:
        """To whoever waits for a report."""
        for account, group in _grouped(moved, lambda report: report.account).items():
            if account in self._senders:
                self._senders[account].tell(sender.Reported(moved=tuple(group)))

    def upgraded(self, account: Account) -> None:
        """To its sender."""
        if account in self._senders:
            self._senders[account].tell(sender.Upgraded())

    def wake_sagas(self, hotels: frozenset[HotelId] | None) -> None:
        """To the hotels' reservation actors."""
        for hotel, desk in self._desks.items():
            if hotels is None or hotel in hotels:
                desk.reservations.tell(reservations.Wake())

    def write_due(self, write: DueWrite) -> None:
        """A saga's timer came due."""
        desk = self._desks.get(write.hotel)
        if desk is not None:
            desk.reservations.tell(reservations.CheckDue(client_ref=write.client_ref, step=write.step))

    def timers_in_doubt(self) -> None:
        """To every hotel's reservation actor."""
        for desk in self._desks.values():
            desk.reservations.tell(reservations.TimersInDoubt())

    def arm(self, due_at: datetime | None) -> None:
        """To the scheduler."""
        self.scheduler.tell(scheduler.Arm(due_at=due_at))

    def handed_off(self) -> None:
        """To the notifier."""
        self.notifier.tell(notifier.HandedOff())

    def media_came(self) -> None:
        """To the keeper of media."""
        self.media_keeper.tell(media_keeper.Look())

    def hotels_changed(self) -> None:
        """To the journal, for what waits for those that are new; to the notifier, whose staff may be others."""
        self.journal.tell(journal.HotelsChanged())
        self.handed_off()

    def claimed(self, epochs: Epochs) -> None:
        """The sagas write under these epochs, and what another fetched is ours to fetch."""
        self._sagas.epochs = epochs
        self.media_keeper.tell(media_keeper.Begin())

    def dropped(self) -> None:
        """Everybody forgets."""
        self._sagas.epochs = {}
        self.router.tell(router.DropAll())
        self.scheduler.tell(scheduler.Rest())
        self.media_keeper.tell(media_keeper.Rest())
        for ref in self._senders.values():
            ref.tell(sender.Dropped())
        for desk in self._desks.values():
            desk.reservations.tell(reservations.Rest())

    @property
    def _senders(self) -> Mapping[Account, Ref]:
        return self._in_force.roster.senders

    @property
    def _desks(self) -> Mapping[HotelId, Desk]:
        return self._in_force.roster.desks


def _grouped(items: Sequence[Any], account_of: Callable[[Any], Account]) -> dict[Account, list[Any]]:
    groups: dict[Account, list[Any]] = {}
    for item in items:
        groups.setdefault(account_of(item), []).append(item)
    return groups
