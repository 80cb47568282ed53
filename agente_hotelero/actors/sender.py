"""One channel account's way out: in order per guest, marked before and after every POST."""

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from opentelemetry import trace

from agente_hotelero.actors import journal, later, patience, spans
from agente_hotelero.actors.aside import Aside
from agente_hotelero.actors.permission import Permission
from agente_hotelero.actors.road import AUTH_PAUSE_SECONDS, Road, RoadHealth
from agente_hotelero.actors.runtime import AsyncioActor, Ref, note_failure
from agente_hotelero.channels.port import ChannelClient, FailureClass, Outgoing, SendFailedError, Window
from agente_hotelero.model.events import DeliveryState
from agente_hotelero.model.ids import Account, GuestId, OutboxId
from agente_hotelero.model.journal import Applied, Mark, OutboxRow, OutboxStatus
from agente_hotelero.model.lines import USUAL, Line
from agente_hotelero.model.messages import HIDDEN, OneTimeCode, OutboundMessage, Several, Template, Text
from agente_hotelero.model.values import value
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)
TRACER: Final = trace.get_tracer(__name__)

GRACE_SECONDS: Final = 60.0
PART_WAIT_SECONDS: Final = 2.0
"""How long the next part of one answer waits for the channel to say that the last one is sent."""
BEGUN_SECONDS: Final = 2.0
"""How long after its commit as being sent a message may be POSTed without another look at whose it is."""
MOST_REFUSALS: Final = 5
"""Of one message that the channel fails with while it takes others."""
STOP_SECONDS: Final = 10.0
"""How long a stop waits for POSTs in flight and their marks."""
EXPIRED: Final = "el código venció antes de salir"
WHY_DEAD: Final[Mapping[FailureClass, str]] = {
    FailureClass.WINDOW_SHUT: "pasaron más de 24 horas desde su último mensaje",
    FailureClass.RECIPIENT: "esa dirección no puede recibir mensajes",
    FailureClass.QUALITY: "el canal retiene mensajes a este huésped",
    FailureClass.OUR_BUG: "el canal no acepta el mensaje",
    FailureClass.TEMPLATE: "el canal no acepta la plantilla",
    FailureClass.DEFERRED: "su servidor de correo no lo aceptó en varios días",
    FailureClass.UNREACHABLE: "el canal no puede entregarle mensajes",
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
    """The account has another token, or other terms: from the next POST on, by this client and by these."""

    client: ChannelClient
    line: Line = USUAL
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """The channel lets the account send more."""


@value
class ShowTyping:
    """The answer to this message of a guest takes its time."""

    message_id: str


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
    refusals: int = 0
    """How often the channel failed with the first row while it took others'."""
    reported: set[OutboxId] = field(default_factory=set)
    """Of which rows in hand the channel said something already."""
    lost: int | None = None
    """The code with which the channel said last that the first row did not arrive."""
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """There is more for this guest."""


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
        line: Line = USUAL,
        window: Window | None = None,
        digits_of: Callable[[str], str] = lambda _seed: "",
    ) -> None:
        """`window` is for an account whose guests may be written to freely only for a while.

        `digits_of` makes the code of a seed.
        """
        super().__init__()
        self._account = account
        self._client = client
        self._journal = journal_ref
        self._now = now
        self._metrics = metrics
        self._grace = grace_seconds
        self._tracer = tracer
        self._digits_of = digits_of
        self.road = Road(account, line=line, metrics=metrics)
        self._permission = Permission(journal_ref=journal_ref, now=now, mark=self._mark, window=window)
        self._lanes: dict[GuestId, _Lane] = {}
        self._waiting = later.Waiting(now=now, metrics=metrics)
        self._aside = Aside(account, journal_ref=journal_ref, now=now)
        self._stopping = False

    async def started(self) -> None:
        """Take up what an earlier sender of this account had in hand."""
        rows = await self._journal.ask(journal.ReadOutbox())
        self._queue([row for row in rows if row.route.account == self._account])
        self._learn_upgrade()

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
        self._aside.cut()

    def on_receive(self, message: Any) -> Any:
        """Every arm returns at once: lanes have tasks of their own."""
        match message:
            case Send(rows=rows):
                return self._queue(rows)
            case Reported(moved=moved):
                return self._hear(moved)
            case Renewed():
                return self._renew(message)
            case ShowTyping(message_id=message_id):
                return self._show_typing(message_id)
            case Upgraded():
                return self.road.pace.upgraded()
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
            lane.news.set()
            self._metrics.outbox_pending.inc()
            if lane.task is None:
                # In a context of its own: the message that starts a lane is not the one that it sends an hour later.
                lane.task = asyncio.create_task(self._drain(row.guest_id, lane), context=contextvars.Context())

    def _hear(self, moved: Sequence[Applied]) -> None:
        for report in moved:
            lane = self._lanes.get(report.guest_id)
            if lane is not None and lane.rows and report.outbox_id == lane.rows[0].id:
                lane.reported.add(report.outbox_id)
                lane.lost = report.error_code
                lane.heard.set()
            if report.state is DeliveryState.FAILED and report.error_code is not None:
                self._learn(report.guest_id, report.error_code)

    def _learn(self, guest: GuestId, code: int) -> None:
        """Draw from a code that came late what a code in an answer tells at once; the message itself is with staff already."""
        match self._client.meaning(code):
            case FailureClass.AUTH:
                self.road.stop(code)
            case FailureClass.RATE_LIMITED:
                self.road.too_fast(None)
            case FailureClass.QUALITY:
                self._aside.quieten(self._client, guest, code)
            case _:
                return

    def _renew(self, message: Renewed) -> None:
        self._client = message.client
        self._permission.window = message.window
        self.road.renew(message.line)
        self._learn_upgrade()

    def _learn_upgrade(self) -> None:
        """What a number was given before this process was there, only the channel knows; nobody waits for its word."""
        if self.road.pace.may_learn:
            self._aside.learn_upgrade(self._client, self.road.pace.upgraded)

    def _show_typing(self, message_id: str) -> None:
        if self.road.is_open and not self._stopping:
            self._aside.show_typing(self._client, message_id)

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
        lane.refusals, lane.lost = 0, None

    async def _deliver(self, lane: _Lane, row: OutboxRow) -> None:
        """Send one row until it is sent, dead, or not ours to send."""
        following: OutboxRow | None = row
        while following is not None and not (self._stopping and following.id != lane.begun):
            row = following
            if row.begun is not None and not self._still_begun(lane, row, since=row.begun):
                # It must wait after all, or we stood still and may not be its sender any more: the mark will tell.
                following = await self._retry(row, 0.0)
                continue
            if row.status is OutboxStatus.SENDING and row.begun is None:
                decided = await self._may_go_again(row)
                if decided is None:
                    return
                row = decided
            if row.deferred:
                await self._waiting.rest(row, lane.news, behind=len(lane.rows))
                row = replace(row, next_at=None)
            async with self.road.place(row.guest_id, seconds=self._seconds_until(row)):
                lane.posting = True
                try:
                    following = await self._attempt(lane, row)
                finally:
                    lane.posting = False
                    lane.begun = None

    def _seconds_until(self, row: OutboxRow) -> float:
        return 0.0 if row.next_at is None else (row.next_at - self._now()).total_seconds()

    def _still_begun(self, lane: _Lane, row: OutboxRow, *, since: float) -> bool:
        return row.id == lane.begun and self.road.is_open and self._time() - since < BEGUN_SECONDS

    def sends_at_once(self, guest: GuestId) -> bool:
        """Whether a message to this guest would be POSTed as soon as we have it: the journal looks before it commits one."""
        return not self._stopping and guest not in self._lanes and self.road.is_free(guest)

    @property
    def health(self) -> RoadHealth:
        """For whoever looks without asking."""
        return self.road.health

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    async def _attempt(self, lane: _Lane, row: OutboxRow) -> OutboxRow | None:
        """Make one POST; answers the row to try again with, or None when it is over."""
        if isinstance(row.message, OneTimeCode) and row.message.until <= self._now():
            # Nobody could use it any more, and whoever waited for it has asked for another.
            await self._mark(
                Mark(id=row.id, shard=row.shard, before=(row.status,), after=OutboxStatus.CANCELLED, error=EXPIRED)
            )
            self._count("expired")
            return None
        if not self._permission.given(row):
            permitted, became = await self._permission.seek(row)
            if permitted is None:
                self._count(became)
                return None
            row = permitted
            if row.begun is not None and not self._still_begun(lane, row, since=row.begun):
                return await self._retry(row, 0.0)
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
        self.road.accepted(row.guest_id, busy_percent=self._client.busy_percent)
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
            message=self._written(row.message),
            interactive=row.interactive,
            apart=isinstance(row.message, OneTimeCode),
            again=row.doubts > 0,
            unasked=row.unasked,
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

    def _written(self, message: OutboundMessage | Several | OneTimeCode) -> OutboundMessage | Several:
        """Put a code into its message: only here, and only for this POST."""
        if not isinstance(message, OneTimeCode):
            return message
        digits, window = self._digits_of(message.seed), self._permission.window
        if window is None:
            return Text(body=message.body.replace(HIDDEN, digits))
        template = window.code(message, digits)
        if template is None:
            raise SendFailedError(FailureClass.TEMPLATE)
        return template

    async def _after_failure(self, row: OutboxRow, error: SendFailedError) -> OutboxRow | None:  # noqa: C901, PLR0911, PLR0912 - a table of what failures mean
        match error.failure:
            case FailureClass.RETRY_SOON:
                if error.maintenance:
                    self.road.pace.maintained()
                if self._refuses_only(row, error):
                    await self._give_up(row, error, "el canal falla con este mensaje")
                    return None
                return await self._retry(row, self.road.strike())
            case FailureClass.RATE_LIMITED:
                return await self._retry(row, self.road.too_fast(error.retry_after_seconds))
            case FailureClass.PAIR_LIMITED:
                return await self._retry(row, self.road.too_many(row.guest_id, error.retry_after_seconds))
            case FailureClass.AUTH:
                self.road.stop(error.code)
                return await self._retry(row, AUTH_PAUSE_SECONDS)
            case FailureClass.DEFERRED | FailureClass.UNREACHABLE if (
                seconds := later.seconds_until(row, error, now=self._now())
            ) is not None:
                return await self._retry(row, seconds, why=later.WHY[error.failure])
            case FailureClass.OUR_BUG if row.interactive:
                log.error("channel_refuses_our_message", code=error.code)
                plain = await self._retry(row, 0.0)
                return plain and replace(plain, interactive=False)
            case FailureClass.IN_DOUBT:
                return row
            case FailureClass.WINDOW_SHUT if self._permission.given_by_window(row):
                return await self._permission.shut(row, code=error.code)
            case FailureClass.TEMPLATE if self._permission.window is not None:
                await self._permission.spoiled(row, code=error.code)
                return None
            case _:
                if error.failure is FailureClass.QUALITY and error.code is not None:
                    self._aside.quieten(self._client, row.guest_id, error.code)
                await self._give_up(row, error, WHY_DEAD[error.failure])
                return None

    def _refuses_only(self, row: OutboxRow, error: SendFailedError) -> bool:
        """Whether others get through, again and again, and it is this message that the channel fails with."""
        lane = self._lanes[row.guest_id]
        lane.refusals += error.code is not None and self.road.takes_others
        return lane.refusals >= MOST_REFUSALS

    async def _give_up(self, row: OutboxRow, error: SendFailedError, why: str) -> None:
        await self._move(row, OutboxStatus.DEAD, error=why if error.code is None else f"{why}; código {error.code}")

    async def _retry(self, row: OutboxRow, seconds: float, *, why: str | None = None) -> OutboxRow | None:
        """Put it back; `why` is what keeps it from a guest whose own side says «later»."""
        now = self._now()
        next_at = now + timedelta(seconds=seconds)
        if not await self._move(row, OutboxStatus.PENDING, next_at=next_at, error=why):
            return None
        made_at = row.made_at or now
        return replace(
            row,
            status=OutboxStatus.PENDING,
            next_at=next_at,
            begun=None,
            deferred=row.deferred or why is not None,
            made_at=made_at,
        )

    async def _may_go_again(self, row: OutboxRow) -> OutboxRow | None:
        """It may have arrived: a report decides, else it is sent again once, else a person does."""
        known = await self._after_grace(row)
        if known is OutboxStatus.PENDING:
            # It did not arrive: the report says so, and put it back.
            return self._put_back(row)
        if known is not OutboxStatus.SENDING:
            return None
        is_template = isinstance(row.message, Template) or (
            isinstance(row.message, OneTimeCode) and self._permission.window is not None
        )
        if row.doubts or is_template:
            # A template costs money, and comes unasked: never twice by itself.
            await self._move(row, OutboxStatus.DEAD, error="no se sabe si llegó")
            return None
        return row

    def _put_back(self, row: OutboxRow) -> OutboxRow:
        code = self._lanes[row.guest_id].lost
        if code is not None and self._client.meaning(code) is FailureClass.UNREACHABLE:
            next_at = self._now() + timedelta(seconds=later.LONGEST_SECONDS)
            return replace(row, status=OutboxStatus.PENDING, next_at=next_at, deferred=True)
        return replace(row, status=OutboxStatus.PENDING, shut=True, open_until=None)

    async def _after_grace(self, row: OutboxRow) -> OutboxStatus | None:
        """Wait for a report until the grace is over; then the row itself says what is known.

        The grace begins now, not at the POST: while nobody was there to take them, reports could not arrive.
        """
        known = await self._status(row.id)
        if known is not OutboxStatus.SENDING:
            return known
        await self._wait_report(row, self._grace)
        return await self._status(row.id)

    async def _status(self, row: OutboxId) -> OutboxStatus | None:
        return await patience.answer(self._journal, journal.LookUp(outbox_id=row))

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
            except patience.AWAY:
                unknown = True
                await asyncio.sleep(patience.PAUSE_SECONDS)

    def _count(self, outcome: str) -> None:
        child(self._metrics.sends_total, self._account.channel, outcome).inc()
