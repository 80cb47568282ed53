"""A message of ours as a mail in the guest's thread: composed, handed over, filed."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from agente_hotelero.channels.mail.compose import Automatic, Letter, compose
from agente_hotelero.channels.mail.headers import Address
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mailbox.access import Access
from agente_hotelero.channels.mailbox.imap import MailboxAwayError
from agente_hotelero.channels.mailbox.sent import SentFolder
from agente_hotelero.channels.mailbox.smtp import deliver
from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError, Threads
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import Several
from agente_hotelero.model.values import value

log = structlog.get_logger(__name__)

NO_HEAD: Final = Letterhead()


@value
class Sender:
    """Who writes: an address with a name, how mails are signed, and the language of those that have no other."""

    address: str
    name: str
    signature: str
    language: str


class MailboxClient:
    """Sends for one mailbox."""

    def __init__(
        self,
        *,
        access: Access,
        sender: Sender,
        ours: Ours,
        threads: Threads,
        site: Callable[[], str | None],
        now: Callable[[], datetime],
        files_sent: bool = True,
    ) -> None:
        """`files_sent` says that nobody but us puts what goes out into the folder of sent mail."""
        self._access = access
        self._sender = sender
        self._ours = ours
        self._threads = threads
        self._site = site
        self._now = now
        self._sent = SentFolder(access)
        self._files_sent = files_sent

    async def send(self, outgoing: Outgoing) -> str:
        """Send it; answers its Message-ID, raises SendFailedError."""
        message_id = self._ours.message_id(outgoing.outbox_id)
        if outgoing.again and await self._went_out(message_id):
            return message_id
        mail = self._compose(outgoing, await self._answered(outgoing.outbox_id))
        await deliver(mail, access=self._access, sender=self._sender.address, recipient=outgoing.address)
        await self._file(mail)
        return message_id

    async def _went_out(self, message_id: str) -> bool:
        try:
            return await self._sent.has(message_id)
        except MailboxAwayError:
            # Who can't look must not send: it is tried again, and looked for again.
            raise SendFailedError(FailureClass.RETRY_SOON) from None

    async def _answered(self, outbox_id: int) -> Letterhead:
        try:
            return await self._threads.answered(outbox_id) or NO_HEAD
        except UnavailableError:
            raise SendFailedError(FailureClass.RETRY_SOON) from None

    def _compose(self, outgoing: Outgoing, head: Letterhead) -> bytes:
        message = outgoing.message
        letter = Letter(
            outbox_id=outgoing.outbox_id,
            messages=message.parts if isinstance(message, Several) else (message,),
            sender=Address(address=self._sender.address, name=self._sender.name),
            recipient=Address(address=outgoing.address, name=""),
            subject=head.subject or self._sender.name,
            automatic=Automatic.ANSWER if head.message_id else Automatic.UNASKED,
            signature=self._sender.signature,
            language=self._sender.language,
            date=self._now(),
            in_reply_to=head.message_id or None,
            references=head.references,
            site=self._site(),
        )
        return compose(letter, ours=self._ours)

    async def _file(self, mail: bytes) -> None:
        """File it; a mail that can't be filed is sent all the same."""
        if not self._files_sent:
            return
        try:
            await self._sent.file(mail)
        except MailboxAwayError as error:
            log.warning("sent_mail_not_filed", error=type(error).__name__)
