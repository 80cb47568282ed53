"""What is new in a mailbox: everything above a UID, as long as the mailbox numbers its mails as it did."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog

from agente_hotelero.channels.mailbox.access import Access
from agente_hotelero.channels.mailbox.imap import CommandRefusedError, Imap, MailboxAwayError
from agente_hotelero.model.mail import Caught, RawMail

log = structlog.get_logger(__name__)

INBOX: Final = b"INBOX"
PORTION: Final = 16
MAIL_LIMIT_BYTES: Final = 1024 * 1024
"""Words come first: what is cut off are files, which nobody opens here."""
IDLE_SECONDS: Final = 29 * 60.0
"""Servers hang up on who idles for half an hour (RFC 2177)."""
LOOK_BACK: Final = timedelta(days=7)
"""How far back a renumbered mailbox is read again; less than what is stored is known for."""
MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
CURSOR: Final = re.compile(r"(\d{1,10}):(\d{1,10})")


class _Place(NamedTuple):
    """A mailbox's numbering, and the last UID that was read."""

    validity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"


class ImapSource:
    """A mailbox's INBOX over one connection, which is opened when it is needed; nothing in it is ever changed."""

    def __init__(self, access: Access, *, now: Callable[[], datetime], portion: int = PORTION) -> None:
        self._access = access
        self._now = now
        self._portion = portion
        self._imap: Imap | None = None
        self._validity = 0
        self._next = 1

    async def catch_up(self, cursor: str | None) -> Caught:
        """Fetch what is above the cursor, a portion at a time."""
        imap = await self._opened()
        try:
            place = await self._place(imap, cursor)
            # Some servers search what they told us of so far, and tell us of new mail afterwards.
            await imap.command(b"NOOP")
            imap.news = False
            # `*` stands for the last mail, also where that is below what is asked for.
            above = [uid for uid in await imap.search(b"UID", b"%d:*" % (place.uid + 1)) if uid > place.uid]
            portion = above[: self._portion]
            mails = await self._fetch(imap, portion) if portion else ()
        except BaseException:
            await self.close()
            raise
        after = _Place(place.validity, portion[-1] if portion else place.uid)
        return Caught(mails=mails, cursor=str(after), more=len(above) > len(portion))

    async def whole(self, provider_id: str, *, limit_bytes: int) -> bytes | None:
        """Fetch all of one mail that was caught before; None where it is gone from here."""
        imap = await self._opened()
        found = CURSOR.fullmatch(provider_id)
        if found is None or int(found[1]) != self._validity:
            return None
        try:
            return await imap.fetch_whole(int(found[2]), limit_bytes=limit_bytes)
        except CommandRefusedError:
            return None

    async def wait(self, seconds: float) -> None:
        """Return when the server speaks of new mail; one that does not speak by itself is asked after `seconds`."""
        imap = await self._opened()
        if imap.news:
            return
        try:
            if imap.idles:
                await imap.idle(min(seconds, IDLE_SECONDS))
            else:
                await asyncio.sleep(seconds)
        except BaseException:
            # Also where nobody waits any more: in the middle of a command a connection is of no use.
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up."""
        imap, self._imap = self._imap, None
        if imap is not None:
            await imap.close()

    async def _opened(self) -> Imap:
        if self._imap is None:
            imap = await Imap.connect(self._access)
            self._imap = imap
            try:
                self._look(await imap.examine(INBOX))
            except BaseException:
                await self.close()
                raise
        return self._imap

    def _look(self, lines: Sequence[object]) -> None:
        text = b"\n".join(getattr(line, "text", b"") for line in lines)
        validity = re.search(rb"\[UIDVALIDITY (\d{1,10})\]", text, re.IGNORECASE)
        following = re.search(rb"\[UIDNEXT (\d{1,10})\]", text, re.IGNORECASE)
        if validity is None:
            raise MailboxAwayError
        self._validity = int(validity[1])
        self._next = int(following[1]) if following else 0

    async def _place(self, imap: Imap, cursor: str | None) -> _Place:
        """Say where to go on: after what was read, from now on, or some days back where all numbers are new."""
        found = CURSOR.fullmatch(cursor or "")
        if found is None:
            return _Place(self._validity, await self._last(imap))
        if int(found[1]) == self._validity:
            return _Place(self._validity, int(found[2]))
        log.warning("mailbox_renumbered")
        since = self._now() - LOOK_BACK
        day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}".encode()
        recent = await imap.search(b"SINCE", day)
        return _Place(self._validity, recent[0] - 1 if recent else await self._last(imap))

    async def _last(self, imap: Imap) -> int:
        if self._next:
            return self._next - 1
        uids = await imap.search(b"ALL")
        return uids[-1] if uids else 0

    async def _fetch(self, imap: Imap, uids: Sequence[int]) -> tuple[RawMail, ...]:
        try:
            found = await imap.fetch(uids, limit_bytes=MAIL_LIMIT_BYTES)
        except CommandRefusedError:
            found = {}
            for uid in uids:
                found |= await self._fetch_alone(imap, uid)
        return tuple(RawMail(provider_id=f"{self._validity}:{uid}", raw=found[uid]) for uid in uids if uid in found)

    async def _fetch_alone(self, imap: Imap, uid: int) -> dict[int, bytes]:
        """Fetch one; one that its own server can't give must not keep the mailbox from all the others."""
        try:
            return await imap.fetch([uid], limit_bytes=MAIL_LIMIT_BYTES)
        except CommandRefusedError:
            log.error("mail_not_given")  # noqa: TRY400 - there is nothing to trace
            return {uid: b""}
