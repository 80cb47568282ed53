"""The only way to the database on a message's way: three lanes, each committing what gathered meanwhile."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final

import structlog

from agente_hotelero.actors import ports
from agente_hotelero.actors.backlog import LAST_ATTEMPT, Backlog
from agente_hotelero.actors.commits import GroupCommit, each_alone
from agente_hotelero.actors.doubts import Doubts
from agente_hotelero.actors.holding import Holding
from agente_hotelero.actors.rows import Rows, as_unreadable
from agente_hotelero.actors.runtime import LATER, AsyncioActor, Request, note_unless_away
from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.errors import OverloadedError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.events import AccountNotice, DeliveryState, NoticeKind
from agente_hotelero.model.ids import Account, GuestId, HotelId, InboxId, OutboxId
from agente_hotelero.model.journal import (
    Committed,
    Conversation,
    Epochs,
    InboxRow,
    Joined,
    Mark,
    OutboxRow,
    OutboxStatus,
    Stored,
    Turn,
    Union,
)
from agente_hotelero.model.messages import OneTimeCode
from agente_hotelero.model.reach import Quiet, Reach
from agente_hotelero.model.values import value
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

BATCH_ROWS: Final = 512
QUEUE_ROWS: Final = 20_000
"""Rows that may wait for the inbox lane: about two seconds of its work, and less than a provider's patience."""
TURN_BATCH: Final = 256
REREAD_SECONDS: Final = 3.0
RETRY_SECONDS: Final = 0.5
LAST_ANSWERS_SECONDS: Final = 2.0
"""How long those who asked before the stop may wait for an answer that is not a lane's."""


@value
class Accepted:
    """Stored durably; `inbox_ids` are the rows that were new."""

    inbox_ids: tuple[InboxId, ...]


@value
class Store(Request[Accepted]):
    """Store what one webhook or page sent."""

    items: tuple[ports.Incoming, ...]


@value
class Load(Request[Conversation]):
    """Load a conversation; many at a time become one query."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadGuest(Request[tuple[InboxRow, ...]]):
    """Read all undone rows of a guest, in order: for a conversation that lost count."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOn(Request[bool]):
    """Tell whether the guest had an answer to something sent after a moment, that came `in_time`."""

    guest_id: GuestId
    after: datetime
    in_time: timedelta


@value
class MaySendCode(Request[bool]):
    """Count a code that is to be sent for a reservation; answers whether it may be."""

    hotel: HotelId
    code: str
    ref: str


@value
class MayTryCode(Request[int | None]):
    """Count a try of a reservation's code; answers how many are left, None where it may not be tried."""

    hotel: HotelId
    code: str
    ref: str


@value
class CodesSent(Request[Sequence[OneTimeCode]]):
    """Look up the codes that went to an address since then."""

    account: Account
    address: str
    since: datetime


@value
class Unite(Request[Joined]):
    """Make one guest of two, as this event asks."""

    row: InboxRow
    wish: SameGuest


@value
class Forward(Request[None]):
    """Give all that still comes for this guest to whoever goes on in their place."""

    guest_id: GuestId


@value
class Commit(Request[Committed]):
    """Commit a turn."""

    turn: Turn


@value
class MarkOutbox(Request[bool]):
    """Move an outbox row one step; answers whether it was as expected.

    One that nobody waits for is `patient`, and shares the commit of the next one that is not.
    """

    mark: Mark
    patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp(Request[OutboxStatus | None]):
    """Look an outbox row up, after a mark of unknown outcome or a grace."""

    outbox_id: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpReach(Request[Reach | None]):
    """Look up whether the guest of an outbox row may be written to."""

    outbox_id: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieten(Request[None]):
    """The channel wants nothing unasked for a while."""

    quiet: Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTranscript(Request[None]):
    """Somebody listened to a recording: nobody needs to do it again, and staff read it."""

    row: InboxId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(Request[None]):
    """A turn failed with these rows: count it, and bury a row that failed too often."""

    guest_id: GuestId
    ids: tuple[InboxId, ...]
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A conversation is gone without finishing what it had in hand: it is found when the journal next looks."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAll(Request[None]):
    """A router begins: no conversation has anything in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Nobody here can turn this guest's rows; another process may."""

    guest_id: GuestId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutbox(Request[tuple[OutboxRow, ...]]):
    """A sender begins: answers everything that is on its way, if it is ours to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsElsewhere:
    """Another process stored rows, or a timer or a saga did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesElsewhere:
    """Somebody let messages go that waited: no turn tells of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelsChanged:
    """Other hotels are here, or other accounts: what was set aside, or waits to be sent, may be somebody's now."""


class Standing(StrEnum):
    """What this process is for the journal."""

    STANDING_BY = "standing_by"
    """Stores what it receives; another process does the turns, or nobody yet."""
    OWNING = "owning"
    LOST = "lost"
    """Had the shards and lost the session: takes nothing until it has them again."""


class JournalActor(AsyncioActor):
    """Stores, hands out, commits. Every row that it handed out and that is not done yet is in `_holding`."""

    def __init__(
        self,
        *,
        inbox: ports.Inbox,
        reader: ports.Inbox,
        turns: ports.Turns,
        outbox: ports.Outbox,
        ownership: ports.Ownership,
        identities: ports.Identities,
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
        self._identities = identities
        self._outlets = outlets
        self._metrics = metrics
        self._notify_owner = notify_owner
        self._replaced = replaced
        self._wired = wired
        self._inbox_lane: GroupCommit[Store, Accepted] = GroupCommit(
            self._store_batch, batch_limit=BATCH_ROWS, weigh=lambda message: len(message.items)
        )
        self._turn_lane: GroupCommit[Turn, Committed] = GroupCommit(self._commit_batch, batch_limit=TURN_BATCH)
        self._mark_lane: GroupCommit[Mark, bool] = GroupCommit(self._mark_batch, batch_limit=TURN_BATCH)
        self._loader: GroupCommit[GuestId, Conversation] = GroupCommit(self._load_batch, batch_limit=TURN_BATCH)
        self.standing = Standing.STANDING_BY
        self._epochs: Epochs = {}
        self._rows = Rows(reader)
        self._holding = Holding()
        self._backlog = Backlog()
        self._doubts = Doubts(clock=asyncio.get_running_loop().time)
        self._reread_due = asyncio.Event()
        self._let_go = False
        """Whether there may be messages to be sent that no turn of ours made."""
        self._held_up: frozenset[GuestId] = frozenset()
        """Guests whose such messages wait behind one that is being sent."""
        self._notice: asyncio.Task[Any] | None = None
        self._flagged: set[GuestId] = set()
        """Guests of whom the log says already that their names lead to others too: it stays so, message for message."""
        self._charges = False
        self._loops: set[asyncio.Task[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def started(self) -> None:
        """Begin to claim the shards, and to look after rows that nobody holds."""
        self._spawn(self._own(), among=self._loops)
        self._spawn(self._look_after(), among=self._loops)

    async def stopped(self) -> None:
        """Commit what waits and answer whoever asked, then leave in order."""
        for task in self._loops:
            task.cancel()
        for lane in (self._inbox_lane, self._turn_lane, self._mark_lane):
            await lane.drain()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_ANSWERS_SECONDS)
        await self._ownership.release()

    def on_receive(self, message: Any) -> Any:  # noqa: C901, PLR0911, PLR0912 - a table of contents
        """Every arm that asks the database answers later: the mailbox never waits for the database."""
        match message:
            case Store():
                return self._store(message)
            case Commit(turn=turn):
                self._turn_lane.queue(turn, self.later())
                return LATER
            case MarkOutbox(mark=mark, patient=patient):
                self._mark_lane.queue(mark, self.later(), patient=patient)
                return LATER
            case Load(guest_id=guest):
                self._loader.queue(guest, self.later())
                return LATER
            case ReadGuest(guest_id=guest):
                return self._spawn(self._read_guest(guest))
            case WentOn(guest_id=guest, after=after, in_time=in_time):
                return self._spawn(self._reader.went_on(guest, after=after, in_time=in_time))
            case MaySendCode(hotel=hotel, code=code, ref=ref):
                return self._spawn(self._identities.may_send(hotel, code, ref=ref))
            case MayTryCode(hotel=hotel, code=code, ref=ref):
                return self._spawn(self._identities.may_try(hotel, code, ref=ref))
            case CodesSent(account=account, address=address, since=since):
                return self._spawn(self._identities.codes_sent(account, address, since=since))
            case Unite():
                return self._spawn(self._unite(message))
            case Forward(guest_id=guest):
                return self._spawn(self._forward(guest))
            case LookUp(outbox_id=row):
                return self._spawn(self._outbox.status(row))
            case LookUpReach(outbox_id=row):
                return self._spawn(self._outbox.reach(row))
            case Quieten(quiet=quiet):
                return self._spawn(self._outbox.quieten(quiet))
            case KeepTranscript(row=row, text=text):
                return self._spawn(self._reader.keep_transcript(row, text))
            case Fail():
                return self._spawn(self._fail(message))
            case Release(guest_id=guest):
                return self._holding.release(guest)
            case ReleaseAll():
                return self._release_all()
            case SetAside(guest_id=guest):
                return self._set_aside(guest)
            case ReadOutbox():
                return self._spawn(self._read_outbox())
            case RowsElsewhere():
                return self._reread_due.set()
            case MessagesElsewhere():
                self._let_go = True
                return self._reread_due.set()
            case HotelsChanged():
                return self._hotels_changed()
            case _:
                raise TypeError(f"JournalActor does not take {type(message).__name__}")

    # The inbox lane.

    def _store(self, message: Store) -> object:
        if self.standing is Standing.LOST:
            raise StorageUnavailableError("the claim on the shards")
        waiting = self._inbox_lane.weight
        # What is too much by itself is taken when nothing else waits: refused, it would come again for ever.
        if waiting and waiting + len(message.items) > QUEUE_ROWS:
            self._metrics.rate_limited_total.labels(where="inbox").inc()
            raise OverloadedError("the inbox lane")
        self._inbox_lane.queue(message, self.later())
        return LATER

    async def _store_batch(self, batch: Sequence[Store]) -> list[Accepted | Exception]:
        """Store many webhooks at once; each is accepted when all that it holds is stored."""
        outcomes = iter(await self._store_items([item for message in batch for item in message.items]))
        return [_accepted(list(islice(outcomes, len(message.items)))) for message in batch]

    async def _store_items(self, batch: Sequence[ports.Incoming]) -> list[Stored | Exception | None]:
        stored = await each_alone(self._store_part, batch)
        outcomes = [
            await self._quarantine(item, one) if _refused(one) else one for item, one in zip(batch, stored, strict=True)
        ]
        if any(isinstance(one, UnavailableError) for one in outcomes):
            # Perhaps it is stored and only the answer got lost: look for rows that nobody holds.
            self._reread_due.set()
        self._hand_out([one for one in outcomes if isinstance(one, Stored)])
        if self.standing is not Standing.OWNING and not all(isinstance(one, Exception) for one in outcomes):
            self._owner_is_to_know()
        return outcomes

    def _owner_is_to_know(self) -> None:
        """Notify beside the lane: whoever was stored need not wait for it, and one notice speaks for many rows."""
        if self._notice is None or self._notice.done():
            self._notice = self._spawn(self._notify())

    async def _notify(self) -> None:
        with suppress(UnavailableError):  # it is stored; the owner looks every few seconds anyway
            await self._notify_owner()

    async def _store_part(self, batch: Sequence[ports.Incoming]) -> list[Stored | None]:
        stored, applied = await self._inbox.store(batch)
        if None in stored:
            self._tell_upgrades(batch)
        for one in stored:
            if one is not None and one.others:
                self._flag(one)
        if applied:
            self._outlets.reported(applied)
        if any(report.state is DeliveryState.FAILED for report in applied):
            self._outlets.handed_off()
        if any(report.put_back for report in applied):
            self._let_go = True
            self._reread_due.set()
        return stored

    def _tell_upgrades(self, batch: Sequence[ports.Incoming]) -> None:
        for item in batch:
            if isinstance(item, AccountNotice) and item.kind is NoticeKind.UPGRADED:
                self._outlets.upgraded(item.account)

    def _flag(self, stored: Stored) -> None:
        """Some of its names are other guests': nobody is merged by a guess, and a person may look."""
        assert stored.row is not None
        self._metrics.guest_names_in_conflict_total.inc()
        guest = stored.row.guest_id
        if guest not in self._flagged:
            self._flagged.add(guest)
            log.warning("guest_names_in_conflict", guest_id=guest, others=list(stored.others))

    async def _quarantine(self, item: ports.Incoming, error: Any) -> Exception | None:
        """Keep for a person what the inbox does not take; it was authentic, so it is never refused."""
        log.error("event_quarantined", error=type(error).__name__)
        try:
            await self._inbox.store([as_unreadable(item, error)])
        except Exception as another:  # noqa: BLE001 - the sender hears it and sends it again
            return another
        return None

    def _hand_out(self, stored: Sequence[Stored]) -> None:
        """Deliver new rows, unless an older row of their guest is not delivered yet: then all of them are re-read."""
        if self.standing is not Standing.OWNING:
            return
        fresh: list[InboxRow] = []
        for one in stored:
            if one.row is None or not one.turns:
                continue
            if self._holding.holds_all(one.row.guest_id, one.earlier):
                fresh += self._holding.take([one.row])
            else:
                self._reread_due.set()
        if fresh:
            self._outlets.deliver(fresh)

    def _deliver(self, rows: Sequence[InboxRow], *, recovering: bool = False) -> None:
        new = self._holding.take(rows, recovering=recovering)
        if new:
            self._outlets.deliver(new)

    # The turn lane, the marks lane and the loader.

    async def _commit_batch(self, turns: Sequence[Turn]) -> list[Committed | Exception]:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        turns = [self._sending(turn) for turn in turns]
        outcomes = await each_alone(lambda part: self._turns.commit(part, self._epochs), turns)
        for turn, outcome in zip(turns, outcomes, strict=True):
            if isinstance(outcome, UnavailableError):
                self._doubts.begin(turn.guest_id, turn.inbox_ids[-1])
                self._reread_due.set()
            elif isinstance(outcome, Committed) and outcome.passed:
                self._follow_up(turn)
        self._send([one for one in outcomes if isinstance(one, Committed)])
        self._go_on_with_backlog()
        return outcomes

    def _sending(self, turn: Turn) -> Turn:
        """Let a message that would be POSTed as soon as it is committed be committed as being sent: a commit less."""
        reply = turn.replies[0] if turn.replies else None
        if reply is None or reply.immediate or turn.guest_id in self._doubts:
            return turn
        if not self._outlets.sends_at_once(reply.route.account, turn.guest_id):
            return turn
        return replace(turn, begins_sending=asyncio.get_running_loop().time())

    def _follow_up(self, turn: Turn) -> None:
        self._holding.done(turn.guest_id, turn.inbox_ids)
        if turn.writes:
            self._outlets.wake_sagas(frozenset((turn.hotel,)))
        due = [timer.due_at for timer in turn.timers if timer.due_at is not None]
        if due:
            self._outlets.arm(min(due))
        for handoff in turn.handoffs:
            self._metrics.handoffs_total.labels(reason=handoff.reason).inc()
        for topic in turn.gaps:
            self._metrics.profile_gaps_total.labels(hotel=turn.hotel, topic=topic).inc()
        if turn.handoffs:
            self._outlets.handed_off()
        if turn.concerns_media:
            self._outlets.media_came()

    def _send(self, committed: Sequence[Committed]) -> None:
        """Hand replies to their senders; those of a guest in doubt wait for the look that finds all of theirs."""
        rows = [row for one in committed for row in one.outbox]
        for guest in {row.guest_id for row in rows if row.guest_id in self._doubts}:
            self._doubts.decide(guest)
            self._reread_due.set()
        known = [row for row in rows if row.guest_id not in self._doubts]
        if known:
            self._outlets.send(known)

    async def _mark_batch(self, marks: Sequence[Mark]) -> list[bool | Exception]:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        outcomes = await each_alone(lambda part: self._outbox.mark(part, self._epochs), marks)
        dead = sum(_is_untold(mark) and done is True for mark, done in zip(marks, outcomes, strict=True))
        if dead:
            self._metrics.handoffs_total.labels(reason="undeliverable").inc(dead)
            self._outlets.handed_off()
        return outcomes

    async def _load_batch(self, guests: Sequence[GuestId]) -> list[Conversation | Exception]:
        return await each_alone(self._turns.load, guests)

    # Guests who are one.

    async def _unite(self, message: Unite) -> Joined:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        joined = await self._identities.unite(message.row, message.wish, self._epochs)
        self._let_others_go_on(joined.survivor, *joined.gone, message.row.guest_id)
        if joined.became is Union.LATER:
            self._outlets.arm(None)
        return joined

    async def _forward(self, guest: GuestId) -> None:
        if self.standing is not Standing.OWNING:
            raise StorageUnavailableError("the claim on the shards")
        survivor = await self._identities.forward(guest)
        self._let_others_go_on(guest, *(() if survivor is None else (survivor,)))

    def _let_others_go_on(self, *guests: GuestId) -> None:
        """Their rows may be another's now: nobody has them in hand before they are read again."""
        for guest in guests:
            self._holding.release(guest)
        self._reread_due.set()

    # What conversations ask when they lost count.

    async def _read_guest(self, guest: GuestId) -> tuple[InboxRow, ...]:
        rows = await self._reader.read_guests([guest])
        self._holding.take(rows)
        return tuple(rows)

    async def _fail(self, message: Fail) -> None:
        for row, attempts in (await self._reader.fail(message.ids)).items():
            if attempts >= LAST_ATTEMPT:
                await self._bury(row, message.guest_id, error=message.error)

    async def _bury(self, row: InboxId, guest: GuestId, *, error: str) -> None:
        summary = "Un mensaje del huésped no se pudo procesar tras varios intentos; hay que leerlo y contestar a mano."
        if await self._reader.bury(row, error=error, summary=summary):
            self._metrics.dead_letters_total.inc()
            self._metrics.handoffs_total.labels(reason="dead_letter").inc()
            log.error("dead_letter_buried", inbox_id=row)
            self._outlets.handed_off()
        self._holding.done(guest, [row])
        self._go_on_with_backlog()

    def _set_aside(self, guest: GuestId) -> None:
        self._holding.set_aside(guest)
        self._go_on_with_backlog()

    def _hotels_changed(self) -> None:
        self._holding.take_up()
        self._let_go = True
        self._reread_due.set()
        if self.standing is Standing.OWNING:
            self._outlets.wake_sagas(None)

    def _go_on_with_backlog(self) -> None:
        if self._backlog and not self._holding.recovering:
            self._reread_due.set()

    def _release_all(self) -> None:
        self._holding.clear()
        self._reread_due.set()

    async def _read_outbox(self) -> tuple[OutboxRow, ...]:
        return tuple(await self._outbox.open_rows()) if self.standing is Standing.OWNING else ()

    # Ownership and recovery.

    async def _own(self) -> None:
        await self._wired.wait()
        while True:
            try:
                claim = await self._claim()
            except Exception as error:  # noqa: BLE001 - without the shards nothing gets its turn: try again, whatever it was
                await self._pause_after(error)
                continue
            if claim is None:
                log.error("replaced_by_another_process")
                self._replaced()
                return
            recovery = self._spawn(self._recover(claim), among=self._loops)
            await self._ownership.hold()
            recovery.cancel()
            self._drop()

    async def _claim(self) -> ports.Claim | None:
        if self.standing is Standing.LOST:
            return await self._ownership.reclaim()
        return await self._ownership.claim()

    async def _recover(self, claim: ports.Claim) -> None:
        """Statuses, then the outbox, then the inbox: a reply already decided goes before the next turn's."""
        while True:
            try:
                await self._outbox.apply_reports()
                open_rows = await self._outbox.open_rows()
                waiting = await self._reader.waiting()
                break
            except Exception as error:  # noqa: BLE001 - as in _own
                await self._pause_after(error)
        self._epochs = claim.epochs
        self._charges = not claim.clean
        self._backlog = Backlog(waiting)
        self._doubts.clear()
        self.standing = Standing.OWNING
        self._outlets.claimed(claim.epochs)
        self._hand_on(open_rows)
        self._reread_due.set()
        log.info(
            "shards_claimed",
            open_messages=len(open_rows),
            undone_events=len(waiting),
            clean=claim.clean,
            pid=os.getpid(),
        )

    def _hand_on(self, open_rows: Sequence[OutboxRow]) -> None:
        """Tell everybody to look at what may be theirs, after commits that nobody was told of."""
        self._outlets.send(open_rows)
        self._outlets.wake_sagas(None)
        self._outlets.arm(None)
        self._outlets.handed_off()

    def _drop(self) -> None:
        self.standing = Standing.LOST
        self._epochs = {}
        self._holding.clear()
        self._doubts.clear()
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
                await self._send_what_was_let_go()
            except Exception as error:  # noqa: BLE001 - nobody else finds what was left behind: one look's failure is not the last look
                await self._pause_after(error)
                self._reread_due.set()

    async def _pause_after(self, error: Exception) -> None:
        note_unless_away("journal_failed", error)
        await asyncio.sleep(RETRY_SECONDS)

    async def _hand_out_backlog(self) -> None:
        for row, guest in list(self._backlog.dead.items()):
            await self._bury(row, guest, error="its owner died with it in hand, again and again")
            self._backlog.dead.pop(row, None)
        while guests := self._backlog.take(in_hand=self._holding.recovering):
            try:
                self._deliver(await self._rows.of(guests, charge=self._charges), recovering=True)
            except UnavailableError:
                self._backlog.put_back()
                raise
        # A row that came while its guest's portion was read is found by the re-read that follows.

    async def _reread(self) -> None:
        stray = {
            row.guest_id
            for row in await self._reader.waiting()
            if row.guest_id not in self._backlog and not self._holding.holds(row)
        }
        if stray:
            self._deliver(await self._rows.of(sorted(stray)))

    async def _send_what_was_let_go(self) -> None:
        everybodys, held_up = self._let_go, self._held_up
        if not everybodys and not held_up:
            return
        self._let_go = False
        try:
            rows = await self._outbox.open_rows()
        except Exception:
            self._let_go = self._let_go or everybodys
            raise
        # What is being sent is in its sender's hands or soon will be, and what comes after it waits until it is there; what
        # is in doubt waits for the look that ends the doubt.
        under_way = {row.guest_id for row in rows if row.status is OutboxStatus.SENDING}
        wanted = [
            row
            for row in rows
            if row.status is OutboxStatus.PENDING
            and row.guest_id not in self._doubts
            and (everybodys or row.guest_id in held_up)
        ]
        self._held_up = frozenset(row.guest_id for row in wanted if row.guest_id in under_way)
        self._outlets.send([row for row in wanted if row.guest_id not in under_way])
        self._outlets.arm(None)

    async def _resend(self) -> None:
        if self._doubts:
            seen = self._doubts.look()
            open_rows = [self._doubts.found(row) for row in await self._outbox.open_rows()]
            self._doubts.end(seen)
            self._hand_on(open_rows)

    def _spawn(
        self, work: Coroutine[Any, Any, Any], *, among: "set[asyncio.Task[Any]] | None" = None
    ) -> "asyncio.Task[Any]":
        group = self._tasks if among is None else among
        task = asyncio.create_task(work)
        group.add(task)
        task.add_done_callback(group.discard)
        return task


def _accepted(outcomes: Sequence[Stored | Exception | None]) -> Accepted | Exception:
    ids: list[InboxId] = []
    for one in outcomes:
        if isinstance(one, Exception):
            return one
        if one is not None and one.row is not None:
            ids.append(one.row.id)
    return Accepted(inbox_ids=tuple(ids))


def _is_untold(mark: Mark) -> bool:
    """Whether a person has to tell the guest, as storage sees it too."""
    return mark.after is OutboxStatus.DEAD or mark.untold is not None


def _refused(outcome: Stored | Exception | None) -> bool:
    """Tell whether the database took offence at the item itself."""
    return isinstance(outcome, Exception) and not isinstance(outcome, UnavailableError)
