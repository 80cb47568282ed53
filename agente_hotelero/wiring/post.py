"""How mailboxes are read and written to: what a channel needs, out of what the hotels file says."""

import hmac
from collections.abc import Callable
from functools import partial

from agente_hotelero.actors.ports import MailLedger, ReadMail
from agente_hotelero.channels.mail.inbound import inbound
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.writing import Sender, Writer
from agente_hotelero.channels.mailbox.access import Access, Server
from agente_hotelero.channels.mailbox.client import MailboxClient
from agente_hotelero.channels.mailbox.source import ImapSource
from agente_hotelero.channels.port import Threads
from agente_hotelero.config.mailboxes import Mailbox, MailServer
from agente_hotelero.model.events import MailRead
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import RawMail
from agente_hotelero.wiring.commons import now


class Post:
    """What all mailboxes share. `key` signs what is ours, `site` is where a guest's mail program finds our pictures."""

    def __init__(self, *, ledger: MailLedger, threads: Threads, key: bytes, site: Callable[[], str | None]) -> None:
        self.ledger = ledger
        self._threads = threads
        self._secret = hmac.digest(key, b"mail", "sha256")
        self._site = site

    def source(self, mailbox: Mailbox) -> ImapSource:
        """Read it by IMAP."""
        return ImapSource(_access(mailbox), now=now)

    def reader(self, account: Account, mailbox: Mailbox) -> ReadMail:
        """Make events of its mails."""
        return partial(_read, account=account, ours=self._ours(mailbox))

    def client(self, mailbox: Mailbox, hotel: HotelProfile) -> MailboxClient:
        """Write by SMTP."""
        return MailboxClient(
            access=_access(mailbox), writer=self._writer(mailbox, hotel), files_sent=mailbox.files_sent
        )

    def _writer(self, mailbox: Mailbox, hotel: HotelProfile) -> Writer:
        sender = Sender(
            address=mailbox.address, name=hotel.name, signature=mailbox.signature, language=hotel.languages[0]
        )
        return Writer(sender=sender, ours=self._ours(mailbox), threads=self._threads, site=self._site, now=now)

    def _ours(self, mailbox: Mailbox) -> Ours:
        return Ours(
            secret=self._secret,
            domain=mailbox.address.rpartition("@")[2],
            addresses=frozenset((mailbox.address, *mailbox.aliases)),
            authserv_ids=frozenset(mailbox.authserv_ids),
        )


def _read(mail: RawMail, *, account: Account, ours: Ours) -> MailRead:
    return inbound(mail, account=account, ours=ours, received_at=now())


def _access(mailbox: Mailbox) -> Access:
    return Access(
        imap=_server(mailbox.imap),
        smtp=_server(mailbox.smtp),
        user=mailbox.user,
        password=mailbox.password,
        token=mailbox.token,
    )


def _server(server: MailServer) -> Server:
    return Server(host=server.host, port=server.port, security=server.security)
