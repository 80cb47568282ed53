"""A mailbox and its ledger in memory, as whoever reads it sees them; both break on demand."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime

from agente_hotelero.channels.oauth.tokens import TokenError
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.errors import StorageUnavailableError, UnavailableError
from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import Caught, Letterhead, RawMail


class FakeMailSource:
    """Implements MailSource: numbers are places in `mails`. `failures` are raised, one per call of `catch_up`."""

    def __init__(self, *mails: bytes, portion: int = 2) -> None:
        self.mails = list(mails)
        self.failures: deque[Exception] = deque()
        self.away = False
        self.asked: list[str | None] = []
        self.closed = 0
        self._portion = portion
        self._news = asyncio.Event()

    def arrive(self, *mails: bytes, heard: bool = True) -> None:
        """New mail; `heard` says that the mailbox speaks of it."""
        self.mails += mails
        if heard:
            self._news.set()

    async def catch_up(self, cursor: str | None) -> Caught:
        self.asked.append(cursor)
        if self.away:
            raise UnavailableError("the mailbox")
        if self.failures:
            raise self.failures.popleft()
        begin = len(self.mails) if cursor is None else int(cursor)
        end = min(begin + self._portion, len(self.mails))
        mails = tuple(RawMail(provider_id=str(n), raw=self.mails[n]) for n in range(begin, end))
        return Caught(mails=mails, cursor=str(end), more=end < len(self.mails))

    async def wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._news.clear()

    async def close(self) -> None:
        self.closed += 1


class FakeTokenSource:
    """Implements TokenSource: gives its tokens one after another, each until it is forgotten; with `failure` none."""

    def __init__(self, *tokens: str, failure: FailureClass | None = None) -> None:
        self.tokens = deque(tokens)
        self._failure = failure

    async def token(self) -> str:
        if self._failure is not None:
            raise TokenError(self._failure, reason="invalid_grant")
        return self.tokens[0]

    def forget(self, token: str) -> bool:
        if self.tokens[0] == token and len(self.tokens) > 1:
            self.tokens.popleft()
        return True


class FakeMailLedger:
    """Implements MailLedger, and Threads that nothing is in. `failures` are raised, one per call of `keep`."""

    def __init__(self, *, cursor: str | None = "0") -> None:
        self.kept: list[str] = []
        self.rung = asyncio.Event()
        """A cursor was kept."""
        self.first = cursor
        self.counts: Counter[str] = Counter()
        self.failures: deque[Exception] = deque()
        self.away = False

    async def cursor(self, account: Account) -> str | None:
        assert account.name
        if self.away:
            raise StorageUnavailableError("postgres")
        return self.kept[-1] if self.kept else self.first

    async def keep(self, account: Account, cursor: str) -> None:
        assert account.name
        if self.failures:
            raise self.failures.popleft()
        self.kept.append(cursor)
        self.rung.set()

    async def answers(self, account: Account, addresses: Sequence[str], since: datetime) -> Mapping[str, int]:
        assert account.name
        assert since.tzinfo is not None
        return {address: self.counts[address] for address in addresses}

    async def answered(self, outbox_id: int) -> Letterhead | None:
        assert outbox_id
        return None
