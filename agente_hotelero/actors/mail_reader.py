"""Reads one mailbox: what is new is stored first, and only then passed over."""

import asyncio
import contextvars
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from agente_hotelero.actors import patience, ports, router
from agente_hotelero.actors.runtime import AsyncioActor, Ref, note_failure
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.events import (
    InboundEvent,
    MailRead,
    MediaReceived,
    NoticeReceived,
    OtherReceived,
    TextReceived,
)
from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import Caught, RawMail
from agente_hotelero.model.values import value
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 120.0
"""At the latest: a wake-up may get lost."""
CATCH_UP_SECONDS: Final = 180.0
"""For one portion, of mails that may be large, over a line that may be slow."""
STORE_SECONDS: Final = 20.0
LARGE_BYTES: Final = 48_000
"""Beyond this a mail is read in a thread: some 5 ms is what others may be made to wait."""
RETRY_CAP_SECONDS: Final = 60.0
ANSWERS_PER_HOUR: Final = 30
"""To one address: a person never gets so many, and whatever answers us for ever does."""
AWAY: Final = (*patience.AWAY, TimeoutError)
SECOND_LOOK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """There may be news; what they are, only the mailbox knows."""


@value
class Renewed:
    """The mailbox is reached another way from now on."""

    source: ports.MailSource
    read: ports.ReadMail


class MailboxActor(AsyncioActor):
    """One per mailbox. Reading twice is harmless, since what is stored is known; skipping never is."""

    def __init__(
        self,
        *,
        account: Account,
        source: ports.MailSource,
        read: ports.ReadMail,
        router_ref: Ref,
        ledger: ports.MailLedger,
        now: Callable[[], datetime],
        metrics: Metrics,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        super().__init__()
        self._account = account
        self._source = source
        self._read = read
        self._router = router_ref
        self._ledger = ledger
        self._now = now
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._hinted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._cursor: str | None = None
        self._begun = False
        self.failures = 0
        """In a row; 0 while the mailbox is being read."""

    async def started(self) -> None:
        """Begin to read."""
        self._begin()

    async def stopped(self) -> None:
        """Stop; what was not stored is read again by the next one."""
        await self._end()

    def on_receive(self, message: Any) -> Any:
        """Wake up."""
        match message:
            case Hint():
                return self._hinted.set()
            case Renewed(source=source, read=read):
                return self._renew(source, read)
            case _:
                raise TypeError(f"MailboxActor does not take {type(message).__name__}")

    def _begin(self) -> None:
        # In a context of its own: nothing that it reads belongs to whoever had it started.
        self._task = asyncio.create_task(self._watch(), context=contextvars.Context())

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._source.close()

    async def _renew(self, source: ports.MailSource, read: ports.ReadMail) -> None:
        await self._end()
        self._source, self._read = source, read
        self._begin()

    async def _watch(self) -> None:
        while True:
            try:
                self._hinted.clear()
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    more = await self._catch_up()
                self._reached()
                if not more:
                    await self._wait()
            except AWAY as error:
                # Its server's trouble or the database's, and no failure of ours: it is looked at again, less and less often.
                await self._rest("mailbox_away", error)
            except Exception as error:  # noqa: BLE001 - nobody else reads this mailbox: one look's failure is not the last look
                note_failure("mailbox_not_read", error)
                await self._rest("mailbox_away", error)

    async def _catch_up(self) -> bool:
        """Store one portion, then go past it; tells whether there is more."""
        if not self._begun:
            self._cursor = await self._ledger.cursor(self._account)
            self._begun = True
        caught = await self._source.catch_up(self._cursor)
        await self._store(caught)
        if caught.cursor != self._cursor:
            await self._ledger.keep(self._account, caught.cursor)
            self._cursor = caught.cursor
        return caught.more

    async def _store(self, caught: Caught) -> None:
        read = [await self._read_one(mail) for mail in caught.mails]
        for one in read:
            if not one.parsed.events:
                child(self._metrics.inbound_messages_total, self._account.channel, one.kind).inc()
        items: tuple[ports.Incoming, ...] = (
            *await self._capped([event for one in read for event in one.parsed.events]),
            *(report for one in read for report in one.parsed.reports),
            *(raw for one in read for raw in one.parsed.unreadable),
        )
        if items:
            await self._router.ask(router.AcceptEvents(events=items), timeout=STORE_SECONDS)

    async def _read_one(self, mail: RawMail) -> MailRead:
        if len(mail.raw) > LARGE_BYTES:
            return await asyncio.to_thread(self._read, mail)
        return self._read(mail)

    async def _capped(self, events: Sequence[InboundEvent]) -> list[InboundEvent]:
        """Let nobody have more answers than a person could want: then staff look, and nothing goes out."""
        if not events:
            return []
        addresses = sorted({event.address for event in events})
        answers = Counter(await self._ledger.answers(self._account, addresses, self._now() - SECOND_LOOK))
        capped = []
        for event in events:
            answers[event.address] += 1
            capped.append(event if answers[event.address] <= ANSWERS_PER_HOUR else _too_many(event))
        return capped

    async def _wait(self) -> None:
        """Wait for news from either side."""
        news = asyncio.ensure_future(self._source.wait(self._poll_seconds))
        hint = asyncio.ensure_future(self._hinted.wait())
        await _first(news, hint)

    def _reached(self) -> None:
        if self.failures:
            log.info("mailbox_reached", hotel=self._account.hotel, failures=self.failures)
        self.failures = 0
        self._up(1)

    def _up(self, up: int) -> None:
        self._metrics.dependency_up.labels(name=f"mailbox:{self._account.hotel}").set(up)

    async def _rest(self, event: str, error: Exception) -> None:
        self.failures += 1
        self._up(0)
        if self.failures == 1:
            log.warning(event, hotel=self._account.hotel, error=type(error).__name__)
        await self._source.close()
        longest = min(RETRY_CAP_SECONDS, 2.0 ** min(self.failures, 10))
        at_least = error.retry_after_seconds if isinstance(error, UnavailableError) else 0.0
        await asyncio.sleep(max(at_least, longest * random.uniform(0.5, 1.0)))  # noqa: S311 - jitter


def _too_many(event: InboundEvent) -> InboundEvent:
    match event.event:
        case TextReceived(text=text, mail=mail):
            return replace(event, event=NoticeReceived(why="too_many", text=text, mail=mail))
        case MediaReceived(mail=mail) | OtherReceived(mail=mail):
            return replace(event, event=NoticeReceived(why="too_many", text="", mail=mail))
        case _:
            return event


async def _first(*works: "asyncio.Future[Any]") -> None:
    """Return with the first, and raise what it raised; the others are ended, whoever ends us."""
    try:
        done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    for work in done:
        work.result()
