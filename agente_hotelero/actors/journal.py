"""The only way to the database on a message's way: three lanes, each committing what gathered meanwhile."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.backlog import LAST_ATTEMPT, Backlog
from agente_hotelero.actors.commits import GroupCommit
from agente_hotelero.actors.runtime import AsyncioActor, Request
from agente_hotelero.errors import OverloadedError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.events import InboundEvent, Unreadable
from agente_hotelero.model.ids import GuestId, InboxId, OutboxId
from agente_hotelero.model.journal import (
    Applied,
    Committed,
    Conversation,
    Epochs,
    InboxRow,
    Mark,
    OutboxStatus,
    Stored,
    Turn,
)
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

BATCH_ROWS: Final = 512
QUEUE_ROWS: Final = 20_000
"""Rows that may wait for the inbox lane: about two seconds of its work, and less than a provider's patience."""
TURN_BATCH: Final = 256
REREAD_SECONDS: Final = 3.0
RETRY_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Stored durably; `inbox_ids` are the rows that were new."""

    inbox_ids: tuple[InboxId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Request[Accepted]):
    """Store what one webhook or page sent."""

    items: tuple[ports.Incoming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Request[Conversation]):
    """Load a conversation; many at a time become one query."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadGuest(Request[tuple[InboxRow, ...]]):
    """Read all undone rows of a guest, in order: for a conversation that lost count."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Request[Committed]):
    """Commit a turn."""

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkOutbox(Request[bool]):
    """Move an outbox row one step; answers whether it was as expected."""

    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Request[OutboxStatus | None]):
    """Look an outbox row up, after a mark of unknown outcome or a grace."""

    outbox_id: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(Request[None]):
    """A turn failed with these rows: count it, and bury a row that failed too often."""

    ids: tuple[InboxId, ...]
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A conversation is gone without finishing what it had in hand."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsElsewhere:
    """Another process stored rows, or a timer or a saga did."""


class Standing(StrEnum):
    """What this process is for the journal."""

    STANDING_BY = "standing_by"
    """Stores what it receives; another process does the turns, or nobody yet."""
    OWNING = "owning"
    LOST = "lost"
    """Had the shards and lost the session: takes nothing until it has them again."""


class JournalActor(AsyncioActor):
    """Stores, hands out, commits. Every row that it handed out and that is not done yet is in `_held`."""

    def __init__(
        self,
        *,
        inbox: ports.Inbox,
        reader: ports.Inbox,
        turns: ports.Turns,
        outbox: ports.Outbox,
        ownership: ports.Ownership,
        outlets: ports.Outlets,
        metrics: Metrics,
        notify_owner: Callable[[], Any],
        replaced: Callable[[], None],
        wired: asyncio.Event,
    ) -> None:
        """`notify_owner` wakes another process (a coroutine); `replaced` ends this one.

        `reader` is the inbox over another connection, so that looking never waits for storing; the shards
        are claimed once `wired` says that everybody is there to take what is found.
        """
        super().__init__()
        self._inbox = inbox
        self._reader = reader
        self._turns = turns
        self._outbox = outbox
        self._ownership = ownership
        self._outlets = outlets
        self._metrics = metrics
        self._notify_owner = notify_owner
        self._replaced = replaced
        self._wired = wired
        self._inbox_lane: GroupCommit[ports.Incoming, Stored | None] = GroupCommit(
            self._store_batch, batch_limit=BATCH_ROWS
        )
        self._turn_lane: GroupCommit[Turn, Committed] = GroupCommit(self._commit_batch, batch_limit=TURN_BATCH)
        self._mark_lane: GroupCommit[Mark, bool] = GroupCommit(self._mark_batch, batch_limit=TURN_BATCH)
        self._loader: GroupCommit[GuestId, Conversation] = GroupCommit(self._turns.load, batch_limit=TURN_BATCH)
        self.standing = Standing.STANDING_BY
        self._epochs: Epochs = {}
        self._held: defaultdict[GuestId, set[InboxId]] = defaultdict(set)
        self._backlog = Backlog()
        self._handing: set[GuestId] = set()
        self._recovering: set[InboxId] = set()
        self._reread_due = asyncio.Event()
        self._outbox_unknown = False
        self._charges = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def started(self) -> None:
        """Begin to claim the shards, and to look after rows that nobody holds."""
        self._spawn(self._own())
        self._spawn(self._look_after())

    async def stopped(self) -> None:
        """Commit what waits, then leave in order."""
        for task in self._tasks:
            task.cancel()
        for lane in (self._inbox_lane, self._turn_lane, self._mark_lane):
            await lane.drain()
        await self._ownership.release()

    def on_receive(self, message: Any) -> Any:  # noqa: PLR0911 - a table of contents
        """Every arm answers by a future: the mailbox never waits for the database."""
        match message:
            case Store():
                return self._store(message)
            case Commit(turn=turn):
                return self._turn_lane.submit(turn)
            case MarkOutbox(mark=mark):
                return self._mark_lane.submit(mark)
            case Load(guest_id=guest):
                return self._loader.submit(guest)
            case ReadGuest(guest_id=guest):
                return self._spawn(self._read_guest(guest))
            case LookUp(outbox_id=row):
                return self._spawn(self._outbox.status(row))
            case Fail():
                return self._spawn(self._fail(message))
            case Release(guest_id=guest):
                return self._release(guest)
            case RowsElsewhere():
                return self._reread_due.set()
            case _:
                raise TypeError(f"JournalActor does not take {type(message).__name__}")

    # The inbox lane.

    def _store(self, message: Store) -> "asyncio.Future[Accepted]":
        if self.standing is Standing.LOST:
            raise StorageUnavailableError("the claim on the shards")
        if self._inbox_lane.weight + len(message.items) > QUEUE_ROWS:
            self._metrics.rate_limited_total.labels(where="inbox").inc()
            raise OverloadedError("the inbox lane")
        futures = [self._inbox_lane.submit(item) for item in message.items]
        if len(futures) == 1:
            return self._accepted_one(futures[0])
        return self._spawn(self._accepted(futures))

    def _accepted_one(self, stored: "asyncio.Future[Stored | None]") -> "asyncio.Future[Accepted]":
        answer: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()

        def resolve(done: "asyncio.Future[Stored | None]") -> None:
            if answer.done():
                done.exception()
            elif (error := done.exception()) is not None:
                answer.set_exception(error)
            else:
                answer.set_result(_accepted([done.result()]))

        stored.add_done_callback(resolve)
        return answer

    async def _accepted(self, futures: "list[asyncio.Future[Stored | None]]") -> Accepted:
        outcomes = await asyncio.gather(*futures, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return _accepted([o for o in outcomes if not isinstance(o, BaseException)])

    async def _store_batch(self, batch: Sequence[ports.Incoming]) -> list[Stored | None]:
        try:
            stored, applied = await self._store_or_split(batch)
        except StorageUnavailableError:
            # Perhaps it is stored and only the answer got lost: look for rows that nobody holds.
            self._reread_due.set()
            raise
        self._hand_out(stored)
        if applied:
            self._outlets.reported(applied)
        if self.standing is not Standing.OWNING:
            with suppress(UnavailableError):  # it is stored; the owner looks every few seconds anyway
                await self._notify_owner()
        return stored

    async def _store_or_split(self, batch: Sequence[ports.Incoming]) -> tuple[list[Stored | None], list[Applied]]:
        try:
            return await self._inbox.store(batch)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the database refuses some item's value: find it, keep the others
            if len(batch) == 1:
                return await self._inbox.store([_quarantined(batch[0], error)])
            middle = len(batch) // 2
            left, moved_left = await self._store_or_split(batch[:middle])
            right, moved_right = await self._store_or_split(batch[middle:])
            return left + right, moved_left + moved_right

    def _hand_out(self, stored: Sequence[Stored | None]) -> None:
        """Deliver new rows, unless an older row of their guest is not delivered yet: then all of them are re-read."""
        if self.standing is not Standing.OWNING:
            return
        fresh = []
        for one in stored:
            if one is None or one.row is None:
                continue
            guest = one.row.guest_id
            held = self._held.get(guest, ())
            if guest in self._backlog or guest in self._handing or any(row not in held for row in one.earlier):
                self._reread_due.set()
            else:
                fresh.append(one.row)
        self._deliver(fresh)

    def _deliver(self, rows: Sequence[InboxRow]) -> None:
        new = [row for row in rows if row.id not in self._held[row.guest_id]]
        for row in new:
            self._held[row.guest_id].add(row.id)
        if new:
            self._outlets.deliver(new)

    # The turn lane and the marks lane.

    async def _commit_batch(self, turns: Sequence[Turn]) -> list[Committed]:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        try:
            committed = await self._turns.commit(turns, self._epochs)
        except StorageUnavailableError:
            self._outbox_unknown = True
            self._reread_due.set()
            raise
        self._follow_up([turn for turn, one in zip(turns, committed, strict=True) if one.passed])
        self._outlets.send([row for one in committed for row in one.outbox])
        return committed

    def _follow_up(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            held = self._held.get(turn.guest_id)
            if held is not None:
                held.difference_update(turn.inbox_ids)
                if not held:
                    del self._held[turn.guest_id]
            self._recovering.difference_update(turn.inbox_ids)
        hotels = frozenset(turn.hotel for turn in turns if turn.writes)
        if hotels:
            self._outlets.wake_sagas(hotels)
        due = [timer.due_at for turn in turns for timer in turn.timers if timer.due_at is not None]
        if due:
            self._outlets.arm(min(due))
        if any(turn.handoffs for turn in turns):
            self._outlets.handed_off()
        if self._backlog and not self._recovering:
            self._reread_due.set()

    async def _mark_batch(self, marks: Sequence[Mark]) -> list[bool]:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        marked = await self._outbox.mark(marks, self._epochs)
        if any(mark.after is OutboxStatus.DEAD for mark in marks):
            self._outlets.handed_off()
        return marked

    # What conversations ask when they lost count.

    async def _read_guest(self, guest: GuestId) -> tuple[InboxRow, ...]:
        rows = await self._reader.read_guests([guest])
        self._held[guest].update(row.id for row in rows)
        return tuple(rows)

    async def _fail(self, message: Fail) -> None:
        for row, attempts in (await self._reader.fail(message.ids)).items():
            if attempts >= LAST_ATTEMPT:
                await self._bury(row, error=message.error)

    async def _bury(self, row: InboxId, *, error: str) -> None:
        summary = "Un mensaje del huésped no se pudo procesar tras varios intentos; hay que leerlo y contestar a mano."
        if await self._reader.bury(row, error=error, summary=summary):
            self._metrics.dead_letters_total.inc()
            self._metrics.handoffs_total.labels(reason="dead_letter").inc()
            log.error("dead_letter_buried", inbox_id=row)
            for held in self._held.values():
                held.discard(row)
            self._outlets.handed_off()

    def _release(self, guest: GuestId) -> None:
        self._recovering.difference_update(self._held.pop(guest, ()))
        self._reread_due.set()

    # Ownership and recovery.

    async def _own(self) -> None:
        await self._wired.wait()
        while True:
            try:
                if self.standing is Standing.LOST:
                    claim = await self._ownership.reclaim()
                    if claim is None:
                        log.error("replaced_by_another_process")
                        self._replaced()
                        return
                else:
                    claim = await self._ownership.claim()
            except UnavailableError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            recovery = asyncio.create_task(self._recover(claim))
            await self._ownership.hold()
            recovery.cancel()
            self._drop()

    async def _recover(self, claim: ports.Claim) -> None:
        """Statuses, then the outbox, then the inbox: a reply already decided goes before the next turn's."""
        while True:
            try:
                await self._outbox.apply_reports()
                open_rows = await self._outbox.open_rows()
                waiting = await self._reader.waiting()
                break
            except UnavailableError:
                await asyncio.sleep(RETRY_SECONDS)
        self._epochs = claim.epochs
        self._charges = not claim.clean
        self._backlog = Backlog(waiting)
        self.standing = Standing.OWNING
        self._outlets.claimed(claim.epochs)
        self._outlets.send(open_rows)
        self._outlets.wake_sagas(None)
        self._outlets.arm(None)
        self._outlets.handed_off()
        self._reread_due.set()
        log.info(
            "shards_claimed",
            open_messages=len(open_rows),
            undone_events=len(waiting),
            clean=claim.clean,
            pid=os.getpid(),
        )

    def _drop(self) -> None:
        self.standing = Standing.LOST
        self._epochs = {}
        self._held.clear()
        self._recovering.clear()
        self._handing.clear()
        self._backlog = Backlog()
        self._outlets.dropped()

    async def _look_after(self) -> None:
        """Hand out the backlog, and re-read what is stored but in nobody's hands."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(REREAD_SECONDS):
                    await self._reread_due.wait()
            self._reread_due.clear()
            if self.standing is not Standing.OWNING:
                continue
            try:
                await self._hand_out_backlog()
                await self._reread()
                await self._resend()
            except UnavailableError:
                await asyncio.sleep(RETRY_SECONDS)
                self._reread_due.set()

    async def _hand_out_backlog(self) -> None:
        for row in list(self._backlog.dead):
            await self._bury(row, error="its owner died with it in hand, again and again")
            del self._backlog.dead[row]
        while guests := self._backlog.take(in_hand=len(self._recovering)):
            self._handing.update(guests)
            try:
                rows = await (self._reader.charge if self._charges else self._reader.read_guests)(guests)
                self._recovering.update(row.id for row in rows)
                self._deliver(rows)
            finally:
                self._handing.difference_update(guests)
        # A row that came while its guest's portion was read is found by the re-read that follows.

    async def _reread(self) -> None:
        stray = {
            row.guest_id
            for row in await self._reader.waiting()
            if row.id not in self._held.get(row.guest_id, ()) and row.guest_id not in self._backlog
        }
        if stray:
            self._deliver(await self._reader.read_guests(sorted(stray)))

    async def _resend(self) -> None:
        if self._outbox_unknown:
            self._outbox_unknown = False
            self._outlets.send(await self._outbox.open_rows())
            self._outlets.wake_sagas(None)
            self._outlets.arm(None)

    def _spawn(self, work: Any) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _accepted(stored: Sequence[Stored | None]) -> Accepted:
    return Accepted(inbox_ids=tuple(one.row.id for one in stored if one is not None and one.row is not None))


def _quarantined(item: ports.Incoming, error: Exception) -> Unreadable:
    if isinstance(item, Unreadable):
        raise error
    return Unreadable(
        channel=item.account.channel.value,
        account=item.account.name,
        reason=f"not storable: {type(error).__name__}",
        raw=repr(item.event if isinstance(item, InboundEvent) else item).encode("utf-8", "backslashreplace"),
    )
