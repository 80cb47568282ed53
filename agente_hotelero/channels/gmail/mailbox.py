"""What is new in a Gmail mailbox, by its history; and pushes that say when to look, renewed each day."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final

import structlog

from agente_hotelero.channels.gmail.api import INBOX, NOT_FOUND, Gmail
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.gmail.shapes import Listed, history_id
from agente_hotelero.channels.mail.mime import RAW_LIMIT_BYTES
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.errors import AccessRefusedError, UnavailableError
from agente_hotelero.model.mail import Caught, RawMail
from agente_hotelero.model.values import value

log = structlog.get_logger()

PORTION: Final = 25
PORTION_BYTES: Final = 8 * 1024 * 1024
"""After so many bytes a portion is full: a mail may have 35 MB, and all of a portion are in memory at once."""
RENEWAL_SECONDS: Final = 86_400.0
"""A watch ends after seven days; Google advises to renew it daily."""
WATCH_RETRY_SECONDS: Final = 3600.0
RESYNC_SEARCH: Final = "newer_than:7d"
PUT_AWAY: Final = frozenset({"DRAFT", "SPAM", "TRASH"})
SYNC: Final = "sync"


@value
class _Place:
    """Where reading goes on: after a step of the history, or in the middle of a walk through the last days.

    A walk remembers `history`, how far the mailbox was when it began, and `after`, the last message it has done.
    """

    history: int
    walking: bool = False
    after: str = ""

    def __str__(self) -> str:
        return f"{SYNC}:{self.history}:{self.after}" if self.walking else str(self.history)


class _Portion:
    """Mails until there are enough of them."""

    def __init__(self, count: int) -> None:
        self.mails: list[RawMail] = []
        self._count = count
        self._bytes = 0

    @property
    def full(self) -> bool:
        return len(self.mails) >= self._count or self._bytes >= PORTION_BYTES

    def take(self, mail: RawMail | None) -> None:
        if mail is not None:
            self.mails.append(mail)
            self._bytes += len(mail.raw)


class GmailMailbox:
    """One mailbox as its actor reads it."""

    def __init__(
        self,
        *,
        gmail: Gmail,
        topic: str | None,
        portion: int = PORTION,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Without a `topic` nobody pushes, and it is only looked at now and then."""
        self._gmail = gmail
        self._topic = topic
        self._portion = portion
        self._clock = clock
        self._renew_at = clock()
        self._reached = 0

    def is_news(self, said: int) -> bool:
        """Tell whether a push knows of more than we have read: they come late, twice, and in any order."""
        return said > self._reached

    async def catch_up(self, cursor: str | None) -> Caught:
        """Fetch a portion of what is new since `cursor`; raises UnavailableError."""
        try:
            await self._keep_watching()
            if cursor is None:
                _, newest = await self._gmail.profile()
                return self._at(_Place(history=newest))
            return await self._since(_place(cursor))
        except GmailError as error:
            raise _away(error) from None

    async def wait(self, seconds: float) -> None:
        """Wait; a push wakes the actor itself."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Connections are the session's, which others share."""

    async def _since(self, place: _Place | None) -> Caught:
        if place is None:
            log.warning("gmail_cursor_unreadable")
        elif place.walking:
            return await self._walk(place)
        else:
            try:
                return await self._forward(place)
            except GmailError as error:
                if error.status != NOT_FOUND:
                    raise
                # It is kept for a week usually, and for hours at times.
                log.warning("gmail_history_too_old")
        _, newest = await self._gmail.profile()
        return await self._walk(_Place(history=newest, walking=True))

    async def _forward(self, place: _Place) -> Caught:
        """Take step after step of the history until there are no more, or the portion is full."""
        portion, seen, newest = _Portion(self._portion), set[str](), place.history
        reached: int | None = None
        async for page in self._gmail.history(place.history):
            for record in page.records:
                if portion.full and newest > place.history:
                    return self._at(_Place(history=newest), portion.mails, more=True)
                for one in record.added:
                    # A message may stand in several steps.
                    if one.id not in seen:
                        seen.add(one.id)
                        portion.take(await self._mail(one))
                newest = max(newest, record.id)
            # The first page's: what came while we read the others is read again.
            reached = page.history_id if reached is None else reached
        return self._at(_Place(history=max(newest, reached or 0)), portion.mails)

    async def _walk(self, place: _Place) -> Caught:
        """Go through the last days, the oldest first; who knows the mails already drops them."""
        found = [one async for page in self._gmail.inbox(RESYNC_SEARCH) for one in page.messages][::-1]
        ids = [one.id for one in found]
        left = found[ids.index(place.after) + 1 :] if place.after in ids else found
        portion = _Portion(self._portion)
        for one, last in zip(left, [place.after, *(one.id for one in left)], strict=False):
            if portion.full:
                return self._at(_Place(history=place.history, walking=True, after=last), portion.mails, more=True)
            portion.take(await self._mail(one))
        # What came while we walked stands in the history after its beginning.
        return self._at(_Place(history=place.history), portion.mails, more=True)

    async def _mail(self, one: Listed) -> RawMail | None:
        """Fetch one, unless it is none of a guest's, or gone meanwhile."""
        if _is_not_for_us(one):
            return None
        fetched = await self._gmail.raw(one.id)
        if fetched is None or _is_not_for_us(fetched[0]):
            return None
        found, raw = fetched
        return RawMail(provider_id=found.id, thread=found.thread, raw=raw[:RAW_LIMIT_BYTES])

    def _at(self, place: _Place, mails: Iterable[RawMail] = (), *, more: bool = False) -> Caught:
        # Only a place in the history says what was read: a walk has not come to what a push speaks of.
        self._reached = 0 if place.walking else place.history
        return Caught(mails=tuple(mails), cursor=str(place), more=more)

    async def _keep_watching(self) -> None:
        """Renew the watch once a day; where that fails, looking now and then goes on without it."""
        if self._topic is None or self._clock() < self._renew_at:
            return
        self._renew_at = self._clock() + WATCH_RETRY_SECONDS
        try:
            await self._gmail.watch(self._topic)
        except GmailError as error:
            log.warning("gmail_watch_failed", failure=error.failure.value, reason=error.reason, status=error.status)
            return
        self._renew_at = self._clock() + RENEWAL_SECONDS


def _is_not_for_us(one: Listed) -> bool:
    """Tell what the hotel sent, or put away.

    What is both sent and in the inbox may be the form of a website that writes by this very mailbox, with its guest in
    Reply-To: whether it is ours in truth is seen by our marks when it is read.
    """
    return bool(one.labels & PUT_AWAY) or ("SENT" in one.labels and INBOX not in one.labels)


def _place(cursor: str) -> _Place | None:
    """Read a cursor of ours; None where it is another's, such as of the same mailbox by IMAP."""
    if (plain := history_id(cursor)) is not None:
        return _Place(history=plain)
    word, _, rest = cursor.partition(":")
    number, _, after = rest.partition(":")
    known = history_id(number) if word == SYNC else None
    return None if known is None else _Place(history=known, walking=True, after=after)


def _away(error: GmailError) -> UnavailableError:
    refused = error.failure is FailureClass.AUTH
    made = AccessRefusedError if refused else UnavailableError
    return made(f"Gmail ({error})", retry_after_seconds=error.retry_after_seconds or 1.0)
