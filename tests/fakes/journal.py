"""The database in memory as the journal's ports see it, with outages, slow answers and values that it refuses.

It behaves as storage/ does: turns pass under the current epoch, with the version that was read and only undone
events; marks move only rows that are where they were expected; reports move messages only forward.
"""

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from agente_hotelero.actors import ports
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import (
    AccountNotice,
    DeliveryReport,
    DeliveryState,
    InboundEvent,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OtherReceived,
    Unreadable,
    starts_turn,
)
from agente_hotelero.model.ids import Account, AliasKind, GuestId, InboxId, OutboxId
from agente_hotelero.model.journal import (
    TURN_ROWS,
    Applied,
    Committed,
    Conversation,
    Epochs,
    HandOffDraft,
    InboxRow,
    Mark,
    OutboxRow,
    OutboxStatus,
    Stored,
    Turn,
    Waiting,
)
from agente_hotelero.model.reach import Quiet, Reach, opens_window

SHARD: Final = 7
TOO_LATE: Final = 131047
UNREACHABLE: Final = 131026
FORWARD: Final = (None, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED)


class Lost(Enum):
    """When the connection breaks."""

    BEFORE = "before"
    AFTER = "after"
    """Committed, and nobody heard it."""


class RefusedValueError(ValueError):
    """What a driver says of a value that no column takes; like a real one, it quotes the value."""


@dataclass(frozen=True)
class FakeClaim:
    epochs: Epochs
    clean: bool


@dataclass
class Faults:
    """What goes wrong, by the name of the call."""

    outages: defaultdict[str, deque[Lost | None]] = field(default_factory=lambda: defaultdict(deque))
    """Used up one per call; None is a call that goes well."""
    away: bool = False
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """A call waits here, if there is one, before it does anything."""
    late: dict[str, asyncio.Event] = field(default_factory=dict)
    """… and here before its answer goes out."""
    refuses: Callable[[str, object], bool] = lambda _call, _item: False
    """Tells whether a call takes offence at an item."""


class FakeDatabase:
    """What survives. Implements Inbox, Turns, Outbox and Ownership for one process after another."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids = itertools.count(1)
        self.faults = Faults()
        self.calls: list[str] = []
        self.batches: list[int] = []
        """How many items each `store` and `commit` had."""
        self.rows: dict[InboxId, InboxRow] = {}
        self.done: set[InboxId] = set()
        self.seen: set[tuple[Account, str]] = set()
        self.guests: dict[tuple[str, str], GuestId] = {}
        self.conversations: dict[GuestId, Conversation] = {}
        self.turns: list[Turn] = []
        self.outbox: dict[OutboxId, OutboxRow] = {}
        self.delivery: dict[OutboxId, DeliveryState] = {}
        self.provider_ids: dict[OutboxId, str] = {}
        self.reaches: dict[GuestId, Reach] = {}
        self.tried_again: set[OutboxId] = set()
        self.quiet: list[Quiet] = []
        self.notices: list[AccountNotice] = []
        self.reports: list[DeliveryReport] = []
        self.quarantined: list[Unreadable] = []
        self.dead_letters: dict[InboxId, str] = {}
        self.handoffs: list[HandOffDraft] = []
        self.epoch = 1
        self.clean = True
        self.free = asyncio.Event()
        """The shards can be claimed."""
        self.free.set()
        self.lost = asyncio.Event()
        """The session that held them broke."""
        self.others_hold = False

    # Helpers for tests.

    def undone(self) -> list[InboxRow]:
        return [row for row_id, row in sorted(self.rows.items()) if row_id not in self.done]

    def insert(self, event: InboundEvent, *, attempts: int = 0) -> InboxRow:
        """Another process stored it."""
        stored = self._insert(event)
        assert stored.row is not None
        row = self.rows[stored.row.id] = replace(stored.row, attempts=attempts)
        return row

    def insert_reply(self, row: OutboxRow) -> OutboxRow:
        self.outbox[row.id] = row
        return row

    def next_outbox_id(self) -> OutboxId:
        return OutboxId(next(self._ids))

    def ended(self, status: OutboxStatus) -> list[OutboxId]:
        return [row.id for row in self.outbox.values() if row.status is status]

    # Inbox.

    async def store(self, batch: Sequence[ports.Incoming]) -> tuple[list[Stored | None], list[Applied]]:
        after = await self._enter("store", batch)
        self.batches.append(len(batch))
        stored = [self._insert(item) if isinstance(item, InboundEvent) else None for item in batch]
        self.notices += [item for item in batch if isinstance(item, AccountNotice)]
        self.quarantined += [item for item in batch if isinstance(item, Unreadable)]
        reports = [item for item in batch if isinstance(item, DeliveryReport)]
        self.reports += reports
        applied = [moved for report in reports if (moved := self._apply(report)) is not None]
        await self._leave("store", after)
        return stored, applied

    async def waiting(self) -> list[Waiting]:
        after = await self._enter("waiting")
        found = [Waiting(id=row.id, guest_id=row.guest_id, attempts=row.attempts) for row in self.undone()]
        await self._leave("waiting", after)
        return found

    async def read_guests(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        after = await self._enter("read_guests", guests)
        found = [row for row in self.undone() if row.guest_id in guests]
        await self._leave("read_guests", after)
        return found

    async def went_on(self, guest: GuestId, *, after: datetime, in_time: timedelta) -> bool:
        before = await self._enter("went_on")
        found = any(
            row.guest_id == guest
            and row.id in self.done
            and row.sent_at > after
            and row.received_at - row.sent_at <= in_time
            for row in self.rows.values()
        )
        await self._leave("went_on", before)
        return found

    async def charge(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        # As in Postgres, the statement commits before what it answers can turn out to be unreadable.
        after = await self._enter("charge")
        for guest in set(guests):
            waiting = [row for row in self.undone() if row.guest_id == guest]
            self._count([row.id for row in waiting[: 1 if waiting and waiting[0].attempts else TURN_ROWS]])
        self._refuse("charge", guests)
        found = [row for row in self.undone() if row.guest_id in guests]
        await self._leave("charge", after)
        return found

    async def keep_transcript(self, row: InboxId, text: str) -> None:
        after = await self._enter("keep_transcript")
        event = self.rows[row].event
        if isinstance(event, MediaReceived):
            self.rows[row] = replace(self.rows[row], event=replace(event, transcript=text))
        await self._leave("keep_transcript", after)

    async def fail(self, ids: Sequence[InboxId]) -> dict[InboxId, int]:
        after = await self._enter("fail")
        left = [row_id for row_id in ids if row_id not in self.done]
        self._count(left)
        await self._leave("fail", after)
        return {row_id: self.rows[row_id].attempts for row_id in left}

    async def bury(self, row: InboxId, *, error: str, summary: str) -> bool:
        after = await self._enter("bury")
        buried = row not in self.done
        if buried:
            self.done.add(row)
            self.dead_letters[row] = error
            self.handoffs.append(HandOffDraft(reason="dead_letter", summary=summary))
        await self._leave("bury", after)
        return buried

    # Turns.

    async def commit(self, turns: Sequence[Turn], epochs: Epochs) -> list[Committed]:
        after = await self._enter("commit", turns)
        self.batches.append(len(turns))
        committed = [self._commit(turn, epochs) for turn in turns]
        await self._leave("commit", after)
        return committed

    async def load(self, guests: Sequence[GuestId]) -> list[Conversation | Exception]:
        after = await self._enter("load", guests)
        found: list[Conversation | Exception] = [
            self.conversations.get(guest, Conversation(guest_id=guest)) for guest in guests
        ]
        await self._leave("load", after)
        return found

    # Outbox.

    async def mark(self, marks: Sequence[Mark], epochs: Epochs) -> list[bool]:
        after = await self._enter("mark", marks)
        moved = [self._mark(mark, epochs) for mark in marks]
        await self._leave("mark", after)
        return moved

    async def apply_reports(self) -> None:
        after = await self._enter("apply_reports")
        for report in self.reports:
            self._apply(report)
        await self._leave("apply_reports", after)

    async def open_rows(self) -> list[OutboxRow]:
        after = await self._enter("open_rows")
        on_their_way = {OutboxStatus.PENDING, OutboxStatus.SENDING}
        found = [row for _, row in sorted(self.outbox.items()) if row.status in on_their_way]
        await self._leave("open_rows", after)
        return found

    async def status(self, row: OutboxId) -> OutboxStatus | None:
        after = await self._enter("status")
        found = self.outbox[row].status if row in self.outbox else None
        await self._leave("status", after)
        return found

    async def reach(self, row: OutboxId) -> Reach | None:
        after = await self._enter("reach")
        found = self._reach(self.outbox[row]) if row in self.outbox else None
        await self._leave("reach", after)
        return found

    async def quieten(self, quiet: Quiet) -> None:
        after = await self._enter("quieten")
        self.quiet.append(quiet)
        await self._leave("quieten", after)

    def _reach(self, row: OutboxRow) -> Reach:
        """As Postgres would; of a guest whom nobody wrote down here it is taken that they write this moment."""
        mine = [one for one in self.rows.values() if one.guest_id == row.guest_id]
        heard = [one.sent_at for one in mine if one.account == row.route.account and opens_window(one.event)]
        known = Reach(heard_at=max(heard, default=None if mine else self._now()))
        return self.reaches.get(row.guest_id, known)

    # Ownership.

    async def claim(self) -> FakeClaim:
        after = await self._enter("claim")
        await self.free.wait()
        claim = self._claim()
        await self._leave("claim", after)
        return claim

    async def reclaim(self) -> FakeClaim | None:
        after = await self._enter("reclaim")
        claim = None if self.others_hold else self._claim()
        await self._leave("reclaim", after)
        return claim

    async def hold(self) -> None:
        await self.lost.wait()
        self.lost.clear()

    async def release(self) -> None:
        self.calls.append("release")
        self.clean = True

    # How they work.

    async def _enter(self, call: str, items: Sequence[object] = ()) -> Lost | None:
        self.calls.append(call)
        if call in self.faults.gates:
            await self.faults.gates[call].wait()
        else:
            await asyncio.sleep(0)
        outages = self.faults.outages[call]
        outage = outages.popleft() if outages else None
        if outage is Lost.BEFORE or self.faults.away:
            raise StorageUnavailableError("postgres")
        self._refuse(call, items)
        return outage

    async def _leave(self, call: str, outage: Lost | None) -> None:
        if call in self.faults.late:
            await self.faults.late[call].wait()
        if outage is Lost.AFTER:
            raise StorageUnavailableError("postgres")

    def _refuse(self, call: str, items: Sequence[object]) -> None:
        for item in items:
            if self.faults.refuses(call, item):
                raise RefusedValueError(f"invalid byte sequence in {item!r}")

    def _claim(self) -> FakeClaim:
        self.epoch += 1
        clean, self.clean = self.clean, False
        return FakeClaim(epochs={SHARD: self.epoch}, clean=clean)

    def _insert(self, event: InboundEvent) -> Stored:
        key = (event.account, event.external_id)
        if key in self.seen:
            return Stored(row=None)
        self.seen.add(key)
        known = len(set(self.guests.values()))
        guest = self._guest_of(event)
        earlier = tuple(row.id for row in self.undone() if row.guest_id == guest)
        row = InboxRow(
            id=InboxId(next(self._ids)),
            guest_id=guest,
            shard=SHARD,
            account=event.account,
            address=event.address,
            event=event.event,
            sent_at=event.sent_at,
            received_at=self._now(),
            first=len(set(self.guests.values())) > known,
            external_id=event.external_id,
            traceparent=event.traceparent,
        )
        self.rows[row.id] = replace(row, first=False)
        self._withdraw(row)
        turns = starts_turn(event.event)
        if not turns:
            self.done.add(row.id)
        others = {self.guests[event.account.hotel, name.value] for name in event.names} - {guest}
        return Stored(row=row, earlier=earlier, others=tuple(sorted(others)), turns=turns)

    def _guest_of(self, event: InboundEvent) -> GuestId:
        """By the most exact name that is known; names that are nobody's yet are this guest's from now on."""
        hotel, now = event.account.hotel, event.names or (event.alias,)
        exact = sorted((*now, *event.formerly), key=lambda alias: alias.kind is AliasKind.PHONE)
        found = next((self.guests[hotel, name.value] for name in exact if (hotel, name.value) in self.guests), None)
        guest = found or GuestId(max(self.guests.values(), default=0) + 1)
        for name in now:
            self.guests.setdefault((hotel, name.value), guest)
        return guest

    def _withdraw(self, row: InboxRow) -> None:
        if not isinstance(row.event, MessageEdited | MessageRevoked):
            return
        self.seen.add((row.account, row.event.original))
        if isinstance(row.event, MessageEdited):
            return
        for other in self.rows.values():
            if (other.guest_id, other.account, other.external_id) == (row.guest_id, row.account, row.event.original):
                self.rows[other.id] = replace(other, event=OtherReceived(what="revoke"))

    def _count(self, ids: Iterable[InboxId]) -> None:
        for row_id in ids:
            self.rows[row_id] = replace(self.rows[row_id], attempts=self.rows[row_id].attempts + 1)

    def _commit(self, turn: Turn, epochs: Epochs) -> Committed:
        current = self.conversations.get(turn.guest_id, Conversation(guest_id=turn.guest_id))
        owned = epochs.get(turn.shard) == self.epoch
        undone = all(row in self.rows and row not in self.done for row in turn.inbox_ids)
        if not (owned and undone and current.version == turn.version):
            return Committed(passed=False)
        self.done.update(turn.inbox_ids)
        self.conversations[turn.guest_id] = Conversation(
            guest_id=turn.guest_id, version=turn.version + 1, state=turn.state, route=turn.route
        )
        self.turns.append(turn)
        self.handoffs += turn.handoffs
        if turn.cancels_pending:
            self._cancel_pending(turn.guest_id)
        said = [
            OutboxRow(
                id=self.next_outbox_id(),
                guest_id=turn.guest_id,
                shard=turn.shard,
                route=reply.route,
                cause=turn.inbox_ids[-1],
                message=reply.message,
                interactive=reply.interactive,
                open_until=reply.open_until,
                traceparent=turn.traceparent,
                status=OutboxStatus.SENT if reply.immediate else OutboxStatus.PENDING,
            )
            for reply in turn.replies
        ]
        if turn.begins_sending is not None:
            said[0] = replace(said[0], status=OutboxStatus.SENDING, attempts=1, begun=turn.begins_sending)
        self.outbox.update({row.id: replace(row, begun=None, open_until=None) for row in said})
        return Committed(passed=True, outbox=tuple(row for row in said if row.status is not OutboxStatus.SENT))

    def _cancel_pending(self, guest: GuestId) -> None:
        for row in self.outbox.values():
            if row.guest_id == guest and row.status is OutboxStatus.PENDING:
                self.outbox[row.id] = replace(row, status=OutboxStatus.CANCELLED)

    def _mark(self, mark: Mark, epochs: Epochs) -> bool:
        row = self.outbox.get(mark.id)
        if row is None or row.status not in mark.before or epochs.get(mark.shard) != self.epoch:
            return False
        sending = mark.after is OutboxStatus.SENDING
        self.outbox[mark.id] = replace(
            row,
            status=mark.after,
            next_at=mark.next_at or row.next_at,
            attempts=row.attempts + sending,
            doubts=row.doubts + (sending and row.status is OutboxStatus.SENDING),
            message=mark.message or row.message,
        )
        if mark.provider_id is not None:
            self.provider_ids[mark.id] = mark.provider_id
        if mark.after is OutboxStatus.DEAD or mark.untold is not None:
            told = f"({mark.error})" if mark.untold is None else f"({mark.error}) «{mark.untold}»"
            self.handoffs.append(HandOffDraft(reason="undeliverable", summary=told))
        return True

    def _apply(self, report: DeliveryReport) -> Applied | None:
        for row in self.outbox.values():
            known = report.outbox_id == row.id or self.provider_ids.get(row.id) == report.provider_id
            state = self.delivery.get(row.id)
            if known and FORWARD.index(report.state) > FORWARD.index(state):
                if report.error_code == UNREACHABLE and row.id not in self.tried_again:
                    self.tried_again.add(row.id)
                    next_at = self._now() + timedelta(minutes=30)
                    self.outbox[row.id] = replace(row, status=OutboxStatus.PENDING, deferred=True, next_at=next_at)
                    self.provider_ids.pop(row.id, None)
                    return self._applied(report, row, put_back=True)
                if report.error_code == TOO_LATE and row.shut is False:
                    self.outbox[row.id] = replace(row, status=OutboxStatus.PENDING, shut=True)
                    self.provider_ids.pop(row.id, None)
                    return self._applied(report, row, put_back=True)
                self.delivery[row.id] = report.state
                if row.status is OutboxStatus.SENDING:
                    self.outbox[row.id] = replace(row, status=OutboxStatus.SENT)
                return self._applied(report, row)
        return None

    def _applied(self, report: DeliveryReport, row: OutboxRow, *, put_back: bool = False) -> Applied:
        return Applied(
            outbox_id=row.id,
            guest_id=row.guest_id,
            state=report.state,
            account=report.account,
            error_code=report.error_code,
            put_back=put_back,
        )


@dataclass
class FakeOutlets:
    """Everything that the journal tells, in order."""

    delivered: list[InboxRow] = field(default_factory=list)
    sent: list[OutboxRow] = field(default_factory=list)
    moved: list[Applied] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """The names of the calls, in order."""
    armed: list[datetime | None] = field(default_factory=list)
    free: set[tuple[Account, GuestId]] = field(default_factory=set)
    """Guests whose sender would POST at once."""

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        self.told.append("deliver")
        self.delivered += rows

    def send(self, rows: Sequence[OutboxRow]) -> None:
        self.told.append("send")
        self.sent += rows

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        return (account, guest) in self.free

    def reported(self, moved: Sequence[Applied]) -> None:
        self.told.append("reported")
        self.moved += moved

    def upgraded(self, account: Account) -> None:
        self.told.append(f"upgraded {account.name}")

    def wake_sagas(self, hotels: frozenset[str] | None) -> None:
        self.told.append("wake_sagas" if hotels is None else f"wake_sagas {' '.join(sorted(hotels))}")

    def arm(self, due_at: datetime | None) -> None:
        self.told.append("arm")
        self.armed.append(due_at)

    def handed_off(self) -> None:
        self.told.append("handed_off")

    def media_came(self) -> None:
        self.told.append("media_came")

    def claimed(self, epochs: Epochs) -> None:
        self.told.append(f"claimed {epochs[SHARD]}")

    def dropped(self) -> None:
        self.told.append("dropped")
