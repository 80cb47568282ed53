"""A message of ours as a mail in the guest's thread: composed, handed over, filed."""

import structlog

from agente_hotelero.channels.mail.manners import MailManners
from agente_hotelero.channels.mail.writing import Writer
from agente_hotelero.channels.mailbox.access import Access
from agente_hotelero.channels.mailbox.imap import MailboxAwayError
from agente_hotelero.channels.mailbox.sent import SentFolder
from agente_hotelero.channels.mailbox.smtp import deliver
from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError

log = structlog.get_logger(__name__)


class MailboxClient(MailManners):
    """Sends for one mailbox."""

    def __init__(self, *, access: Access, writer: Writer, files_sent: bool = True) -> None:
        """`files_sent` says that nobody but us puts what goes out into the folder of sent mail."""
        self._access = access
        self._writer = writer
        self._sent = SentFolder(access)
        self._files_sent = files_sent

    async def send(self, outgoing: Outgoing) -> str:
        """Send it; answers its Message-ID, raises SendFailedError."""
        message_id = self._writer.message_id(outgoing)
        if outgoing.again and await self._went_out(message_id):
            return message_id
        mail = (await self._writer.write(outgoing)).raw
        await deliver(mail, access=self._access, sender=self._writer.sender.address, recipient=outgoing.address)
        await self._file(mail)
        return message_id

    async def _went_out(self, message_id: str) -> bool:
        try:
            return await self._sent.has(message_id)
        except MailboxAwayError:
            # Who can't look must not send: it is tried again, and looked for again.
            raise SendFailedError(FailureClass.RETRY_SOON) from None

    async def _file(self, mail: bytes) -> None:
        """File it; a mail that can't be filed is sent all the same."""
        if not self._files_sent:
            return
        try:
            await self._sent.file(mail)
        except MailboxAwayError as error:
            log.warning("sent_mail_not_filed", error=type(error).__name__)
