"""One channel account's way out: in order per guest, marked before and after every POST."""

import asyncio
import contextvars
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from opentelemetry import trace

from agente_hotelero.actors import journal, spans
from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError, AsyncioActor, Ref, note_failure
from agente_hotelero.channels.port import ChannelClient, FailureClass, Outgoing, SendFailedError
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import Account, GuestId, OutboxId
from agente_hotelero.model.journal import Applied, Mark, OutboxRow, OutboxStatus
from agente_hotelero.model.values import value
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)
TRACER: Final = trace.get_tracer(__name__)

GRACE_SECONDS: Final = 60.0
PART_WAIT_SECONDS: Final = 2.0
"""How long the next part of one answer waits for the channel to say that the last one is sent."""
BEGUN_SECONDS: Final = 2.0
"""How long after its commit as being sent a message may be POSTed without another look at whose it is."""
IN_FLIGHT: Final = 64
STRIKES: Final = 3
"""Failures in a row after which one message at a time tries the account."""
RETRY_CAP_SECONDS: Final = 10.0
AUTH_PAUSE_SECONDS: Final = 60.0
PAIR_PAUSE_SECONDS: Final = 6.0
STORAGE_PAUSE_SECONDS: Final = 0.3
STOP_SECONDS: Final = 10.0
"""How long a stop waits for POSTs in flight and their marks."""
AWAY: Final = (UnavailableError, AskTimeoutError, ActorStoppedError)
WHY_DEAD: Final[Mapping[FailureClass, str]] = {
    FailureClass.WINDOW_SHUT: "pasaron más de 24 horas desde su último mensaje",
    FailureClass.RECIPIENT: "esa dirección no puede recibir mensajes",
    FailureClass.QUALITY: "el canal retiene mensajes a este huésped",
    FailureClass.OUR_BUG: "el canal no acepta el mensaje",
}
"""What staff read of a message that can't be delivered."""


@value
class Send:
    """Rows of this account, in order; those in hand already are skipped."""

    rows: tuple[OutboxRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The channel said what became of messages of this account."""

    moved: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The account has another token: from the next POST on, by this client."""

    client: ChannelClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """The shards were lost: forget what is not being posted this moment."""


@dataclass(slots=True)
class _Lane:
    rows: deque[OutboxRow] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None
    posting: bool = False
    begun: OutboxId | None = None
    """The row that came as being sent, and that nothing is before."""
    reported: set[OutboxId] = field(default_factory=set)
    """Of which rows in hand the channel said something already."""
    heard: asyncio.Event = field(default_factory=asyncio.Event)


class SenderActor(AsyncioActor):
    """Drains the outbox of one account; a guest whose message must wait holds up nobody else."""

    def __init__(
        self,
        *,
        account: Account,
        client: ChannelClient,
        journal_ref: Ref,
        now: Callable[[], datetime],
        metrics: Metrics,
        grace_seconds: float = GRACE_SECONDS,
        tracer: trace.Tracer = TRACER,
    ) -> None:
        super().__init__()
        self._account = account
        self._client = client
        self._journal = journal_ref
        self._now = now
        self._metrics = metrics
        self._grace = grace_seconds
        self._tracer = tracer
        self._lanes: dict[GuestId, _Lane] = {}
        self._stopping = False
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._one_at_a_time = asyncio.Lock()
        self._strikes = 0
        self._paused_until = 0.0
        self.auth_failed = False
        """The account's token is refused: readiness details and the on-call engineer want to know."""

    async def started(self) -> None:
        """Take up what an earlier sender of this account had in hand."""
        rows = await self._journal.ask(journal.ReadOutbox())
        self._queue([row for row in rows if row.route.account == self._account])

    async def stopped(self) -> None:
        """Let POSTs in flight end and be marked; the rest waits in the outbox for the next owner."""
        self._stopping = True
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for lane in list(self._lanes.values()):
            self._forget(lane, finish_begun=True)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()

    def on_receive(self, message: Any) -> Any:
        """Every arm returns at once: lanes have tasks of their own."""
        match message:
            case Send(rows=rows):
                return self._queue(rows)
            case Reported(moved=moved):
                return self._hear(moved)
            case Renewed(client=client):
                return self._renew(client)
            case Dropped():
                return self._drop()
            case _:
                raise TypeError(f"SenderActor does not take {type(message).__name__}")

    def _queue(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            lane = self._lanes.setdefault(row.guest_id, _Lane())
            if any(waiting.id == row.id for waiting in lane.rows):
                continue
            if row.begun is not None and not lane.rows:
                lane.begun = row.id
            lane.rows.append(row)
            self._metrics.outbox_pending.inc()
            if lane.task is None:
                # In a context of its own: the message that starts a lane is not the one that it sends an hour later.
                lane.task = asyncio.create_task(self._drain(row.guest_id, lane), context=contextvars.Context())

    def _hear(self, moved: Sequence[Applied]) -> None:
        for report in moved:
            lane = self._lanes.get(report.guest_id)
            if lane is not None and lane.rows and report.outbox_id == lane.rows[0].id:
                lane.reported.add(report.outbox_id)
                lane.heard.set()

    def _renew(self, client: ChannelClient) -> None:
        self._client = client
        # What the account was paused for may be over; messages that were refused wait for their own time.
        self._strikes = 0
        self._paused_until = 0.0
        self.auth_failed = False

    def _drop(self) -> None:
        for guest, lane in list(self._lanes.items()):
            self._forget(lane)
            if not lane.rows:
                del self._lanes[guest]

    def _forget(self, lane: _Lane, *, finish_begun: bool = False) -> None:
        begun = finish_begun and bool(lane.rows) and lane.rows[0].id == lane.begun
        keep = 1 if lane.posting or begun else 0
        while len(lane.rows) > keep:
            lane.rows.pop()
            self._metrics.outbox_pending.dec()
        if not keep and lane.task is not None:
            lane.task.cancel()

    async def _drain(self, guest: GuestId, lane: _Lane) -> None:
        try:
            while lane.rows:
                row = lane.rows[0]
                try:
                    await self._deliver(lane, row)
                except Exception as error:  # noqa: BLE001 - the guest's next messages go on; this one stays for the next owner
                    note_failure("message_left_behind", error)
                await self._leave(lane, row)
        finally:
            # Left only where this was cut off.
            self._metrics.outbox_pending.dec(len(lane.rows))
            lane.task = None
            if self._lanes.get(guest) is lane:
                del self._lanes[guest]

    async def _leave(self, lane: _Lane, row: OutboxRow) -> None:
        """Go on to the next row; if it belongs to the same answer, when the channel says that this one is on its way."""
        if len(lane.rows) > 1 and lane.rows[1].cause == row.cause:
            await self._wait_report(row, PART_WAIT_SECONDS)
        if lane.rows and lane.rows[0].id == row.id:
            lane.rows.popleft()
            self._metrics.outbox_pending.dec()
        lane.reported.discard(row.id)

    async def _deliver(self, lane: _Lane, row: OutboxRow) -> None:
        """Send one row until it is sent, dead, or not ours to send."""
        following: OutboxRow | None = row
        while following is not None and not (self._stopping and following.id != lane.begun):
            row = following
            if row.begun is not None and not self._still_begun(lane, row, since=row.begun):
                # It must wait after all, or we stood still and may not be its sender any more: the mark will tell.
                following = await self._retry(row, 0.0)
                continue
            if row.status is OutboxStatus.SENDING and row.begun is None and not await self._may_go_again(row):
                return
            async with self._place(row):
                lane.posting = True
                try:
                    following = await self._attempt(lane, row)
                finally:
                    lane.posting = False
                    lane.begun = None

    def _still_begun(self, lane: _Lane, row: OutboxRow, *, since: float) -> bool:
        return row.id == lane.begun and self._open and self._time() - since < BEGUN_SECONDS

    @asynccontextmanager
    async def _place(self, row: OutboxRow) -> AsyncIterator[None]:
        """Wait until this row's time has come, the account is not paused, and there is room for one POST."""
        if row.next_at is not None and (seconds := (row.next_at - self._now()).total_seconds()) > 0:
            await asyncio.sleep(seconds)
        while True:
            while (seconds := self._paused_until - self._time()) > 0:  # noqa: ASYNC110 - another guest's failure may prolong the pause
                await asyncio.sleep(seconds)
            probing = self._strikes >= STRIKES
            async with self._slots, self._one_at_a_time if probing else nullcontext():
                # Whoever was before us in the queue may have found out how the account is.
                if self._paused_until > self._time() or (probing and self._strikes < STRIKES):
                    continue
                yield
                return

    def sends_at_once(self, guest: GuestId) -> bool:
        """Whether a message to this guest would be POSTed as soon as we have it: the journal looks before it commits one."""
        return self._open and not self._stopping and guest not in self._lanes

    @property
    def _open(self) -> bool:
        return self._strikes < STRIKES and self._paused_until <= self._time() and not self._slots.locked()

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    async def _attempt(self, lane: _Lane, row: OutboxRow) -> OutboxRow | None:
        """Make one POST; answers the row to try again with, or None when it is over."""
        marked = row if row.begun is not None else await self._mark_sending(row)
        if marked is None:
            return None
        row = marked
        started = time.perf_counter()
        try:
            provider_id = await self._post(row)
        except SendFailedError as error:
            self._count(error.failure.value)
            with spans.resumed(row.traceparent):
                return await self._after_failure(replace(row, begun=None), error)
        self._metrics.send_seconds.observe(time.perf_counter() - started)
        self._count("sent")
        self._strikes = 0
        self.auth_failed = False
        nobody_waits = len(lane.rows) == 1 and not self._stopping
        await self._move(row, OutboxStatus.SENT, provider_id=provider_id, patient=nobody_waits)
        return None

    async def _mark_sending(self, row: OutboxRow) -> OutboxRow | None:
        mark = Mark(id=row.id, shard=row.shard, before=(row.status,), after=OutboxStatus.SENDING)
        if not await self._mark(mark):
            return None
        return replace(
            row,
            status=OutboxStatus.SENDING,
            attempts=row.attempts + 1,
            doubts=row.doubts + (row.status is OutboxStatus.SENDING),
        )

    async def _post(self, row: OutboxRow) -> str:
        outgoing = Outgoing(
            outbox_id=row.id,
            address=row.route.address,
            message=row.message,
            interactive=row.interactive,
            again=row.doubts > 0,
        )
        attributes = {"channel": self._account.channel.value, "attempt": row.attempts, "interactive": row.interactive}
        with spans.follow(
            self._tracer, "send", row.traceparent, kind=trace.SpanKind.CLIENT, attributes=attributes
        ) as span:
            try:
                return await self._client.send(outgoing)
            except SendFailedError as error:
                span.set_attribute("failure", error.failure.value)
                raise
            except Exception as error:  # a bug of ours, before or after the message left: nobody knows
                note_failure("send_failed", error)
                raise SendFailedError(FailureClass.IN_DOUBT) from error

    async def _after_failure(self, row: OutboxRow, error: SendFailedError) -> OutboxRow | None:  # noqa: PLR0911 - a table of what failures mean
        match error.failure:
            case FailureClass.RETRY_SOON:
                return await self._retry(row, self._strike())
            case FailureClass.RATE_LIMITED:
                seconds = error.retry_after_seconds or self._strike()
                self._metrics.rate_limited_total.labels(where=self._account.channel.value).inc()
                self._pause(seconds)
                return await self._retry(row, seconds)
            case FailureClass.PAIR_LIMITED:
                return await self._retry(row, error.retry_after_seconds or PAIR_PAUSE_SECONDS * min(row.attempts, 10))
            case FailureClass.AUTH:
                self.auth_failed = True
                log.error("channel_refuses_our_token", account_channel=self._account.channel.value, code=error.code)
                self._strikes = max(self._strikes, STRIKES)
                self._pause(AUTH_PAUSE_SECONDS)
                return await self._retry(row, AUTH_PAUSE_SECONDS)
            case FailureClass.OUR_BUG if row.interactive:
                log.error("channel_refuses_our_message", code=error.code)
                plain = await self._retry(row, 0.0)
                return plain and replace(plain, interactive=False)
            case FailureClass.IN_DOUBT:
                return row
            case _:
                why = WHY_DEAD[error.failure]
                await self._move(
                    row, OutboxStatus.DEAD, error=why if error.code is None else f"{why}; código {error.code}"
                )
                return None

    def _strike(self) -> float:
        """Count a failure of the account; answers how long to wait."""
        self._strikes += 1
        longest: float = min(RETRY_CAP_SECONDS, 0.2 * 2 ** min(self._strikes, 10))
        seconds = longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        if self._strikes >= STRIKES:
            self._pause(seconds)
        return seconds

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self._time() + seconds)

    async def _retry(self, row: OutboxRow, seconds: float) -> OutboxRow | None:
        next_at = self._now() + timedelta(seconds=seconds)
        if not await self._move(row, OutboxStatus.PENDING, next_at=next_at):
            return None
        return replace(row, status=OutboxStatus.PENDING, next_at=next_at, begun=None)

    async def _may_go_again(self, row: OutboxRow) -> bool:
        """It may have arrived: a report decides, else it is sent again once, else a person does."""
        if not await self._still_in_doubt(row):
            return False
        if row.doubts:
            await self._move(row, OutboxStatus.DEAD, error="no se sabe si llegó")
            return False
        return True

    async def _still_in_doubt(self, row: OutboxRow) -> bool:
        """Wait for a report until the grace is over; then the row itself says what is known.

        The grace begins now, not at the POST: while nobody was there to take them, reports could not arrive.
        """
        if await self._status(row.id) is not OutboxStatus.SENDING:
            return False
        await self._wait_report(row, self._grace)
        return await self._status(row.id) is OutboxStatus.SENDING

    async def _status(self, row: OutboxId) -> OutboxStatus | None:
        while True:
            try:
                return await self._journal.ask(journal.LookUp(outbox_id=row))
            except AWAY:
                await asyncio.sleep(STORAGE_PAUSE_SECONDS)

    async def _wait_report(self, row: OutboxRow, seconds: float) -> None:
        lane = self._lanes[row.guest_id]
        try:
            async with asyncio.timeout(seconds):
                while row.id not in lane.reported:
                    lane.heard.clear()
                    await lane.heard.wait()
        except TimeoutError:
            return

    async def _move(
        self,
        row: OutboxRow,
        after: OutboxStatus,
        *,
        provider_id: str | None = None,
        next_at: datetime | None = None,
        error: str | None = None,
        patient: bool = False,
    ) -> bool:
        return await self._mark(
            Mark(
                id=row.id,
                shard=row.shard,
                before=(OutboxStatus.SENDING,),
                after=after,
                provider_id=provider_id,
                next_at=next_at,
                error=error,
            ),
            patient=patient,
        )

    async def _mark(self, mark: Mark, *, patient: bool = False) -> bool:
        """Commit a mark, however long storage is away; one whose answer got lost may be there already."""
        unknown = False
        while True:
            try:
                if await self._journal.ask(journal.MarkOutbox(mark=mark, patient=patient)):
                    return True
                return unknown and await self._journal.ask(journal.LookUp(outbox_id=mark.id)) is mark.after
            except AWAY:
                unknown = True
                await asyncio.sleep(STORAGE_PAUSE_SECONDS)

    def _count(self, outcome: str) -> None:
        child(self._metrics.sends_total, self._account.channel, outcome).inc()
