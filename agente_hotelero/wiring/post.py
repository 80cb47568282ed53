"""How mailboxes are read and written to: what a channel needs, out of what the hotels file says."""

import hmac
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING

import aiohttp

from agente_hotelero.actors.ports import MailLedger, MailSource, ReadMail
from agente_hotelero.channels.gmail.hints import Refusal
from agente_hotelero.channels.mail.inbound import inbound
from agente_hotelero.channels.mail.mime import RAW_LIMIT_BYTES
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.writing import Sender, Writer
from agente_hotelero.channels.mailbox.access import Access, Server
from agente_hotelero.channels.mailbox.client import MailboxClient
from agente_hotelero.channels.mailbox.source import ImapSource
from agente_hotelero.channels.port import ChannelClient, Threads
from agente_hotelero.config.gmail_accounts import GmailAccount
from agente_hotelero.config.mailboxes import Mailbox, MailServer
from agente_hotelero.config.settings import GmailSettings
from agente_hotelero.model.events import MailRead
from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import RawMail
from agente_hotelero.wiring.commons import now
from agente_hotelero.wiring.directory import Box

if TYPE_CHECKING:
    from agente_hotelero.wiring.google import Google


class Post:
    """What all mailboxes share. `key` signs what is ours, `site` is where a guest's mail program finds our pictures."""

    def __init__(
        self,
        *,
        ledger: MailLedger,
        threads: Threads,
        key: bytes,
        site: Callable[[], str | None],
        session: aiohttp.ClientSession,
        gmail: GmailSettings,
    ) -> None:
        """`session` is for Google."""
        self.ledger = ledger
        self._threads = threads
        self._secret = hmac.digest(key, b"mail", "sha256")
        self._site = site
        self._session = session
        self._gmail = gmail

    def source(self, box: Box) -> MailSource:
        """Read it by what it is."""
        if isinstance(box, GmailAccount):
            return self._google.source(box)
        return ImapSource(access(box), now=now)

    async def whole(self, box: Box, provider_id: str) -> bytes | None:
        """Fetch all of one mail that was read before; None where it is gone. Raises UnavailableError."""
        if isinstance(box, GmailAccount):
            return await self._google.whole(box, provider_id)
        # A connection of its own: the reader's own waits for news.
        source = ImapSource(access(box), now=now)
        try:
            return await source.whole(provider_id, limit_bytes=RAW_LIMIT_BYTES)
        finally:
            await source.close()

    def reader(self, account: Account, box: Box) -> ReadMail:
        """Make events of its mails."""
        return partial(_read, account=account, ours=self._ours(box))

    def client(self, box: Box, *, hotel: str, language: str) -> ChannelClient:
        """Write by it, in the name of the hotel and its language; raises ConfigError for a secret that can't be used."""
        writer = self._writer(box, hotel, language)
        if isinstance(box, GmailAccount):
            return self._google.client(box, writer)
        return MailboxClient(access=access(box), writer=writer, files_sent=box.files_sent)

    async def verify_push(self, token: str | None, boxes: Iterable[Box]) -> frozenset[str] | Refusal:
        """Name those of these mailboxes that the token's signer may speak for; raises UnavailableError."""
        pushed = [box for box in boxes if isinstance(box, GmailAccount) and box.push is not None]
        return await self._google.pushers(pushed).verify(token) if pushed else Refusal.UNKNOWN

    def is_news(self, address: str, history_id: int) -> bool:
        """Tell whether a Gmail mailbox that is read here has come to less than that."""
        return self._google.is_news(address, history_id)

    @cached_property
    def _google(self) -> "Google":
        # Not above: what signs and verifies takes a fifth of a second to import, and most hotels have no Gmail.
        from agente_hotelero.wiring.google import Google  # noqa: PLC0415 - see above

        return Google(session=self._session, settings=self._gmail)

    def _writer(self, mailbox: Box, hotel: str, language: str) -> Writer:
        sender = Sender(address=mailbox.address, name=hotel, signature=mailbox.signature, language=language)
        return Writer(sender=sender, ours=self._ours(mailbox), threads=self._threads, site=self._site, now=now)

    def _ours(self, mailbox: Box) -> Ours:
        return Ours(
            secret=self._secret,
            domain=mailbox.address.rpartition("@")[2],
            addresses=frozenset((mailbox.address, *mailbox.aliases)),
            authserv_ids=frozenset(mailbox.authserv_ids),
        )


def _read(mail: RawMail, *, account: Account, ours: Ours) -> MailRead:
    return inbound(mail, account=account, ours=ours, received_at=now())


def access(mailbox: Mailbox) -> Access:
    """Say how its servers are reached."""
    return Access(
        imap=_server(mailbox.imap),
        smtp=_server(mailbox.smtp),
        user=mailbox.user,
        password=mailbox.password,
        token=mailbox.token,
    )


def _server(server: MailServer) -> Server:
    return Server(host=server.host, port=server.port, security=server.security)
