"""A message of ours as a mail in the guest's thread: composed, handed over, filed."""

import structlog

from agente_hotelero.channels.mail.client import MailClient
from agente_hotelero.channels.mail.writing import Writer, Written
from agente_hotelero.channels.mailbox.access import Access
from agente_hotelero.channels.mailbox.imap import MailboxAwayError
from agente_hotelero.channels.mailbox.sent import SentFolder
from agente_hotelero.channels.mailbox.smtp import deliver
from agente_hotelero.channels.port import FailureClass, SendFailedError

log = structlog.get_logger(__name__)


class MailboxClient(MailClient):
    """Sends for one mailbox."""

    def __init__(self, *, access: Access, writer: Writer, files_sent: bool = True) -> None:
        """`files_sent` says that nobody but us puts what goes out into the folder of sent mail."""
        super().__init__(writer)
        self._access = access
        self._sent = SentFolder(access)
        self._files_sent = files_sent

    async def _went_out(self, message_id: str) -> bool:
        try:
            return await self._sent.has(message_id)
        except MailboxAwayError:
            raise SendFailedError(FailureClass.RETRY_SOON) from None

    async def _hand_over(self, mail: Written, address: str, *, message_id: str) -> None:  # noqa: ARG002 - it stands in the mail
        await deliver(mail.raw, access=self._access, sender=self._writer.sender.address, recipient=address)
        await self._file(mail.raw)

    async def _file(self, mail: bytes) -> None:
        """File it; a mail that can't be filed is sent all the same."""
        if not self._files_sent:
            return
        try:
            await self._sent.file(mail)
        except MailboxAwayError as error:
            log.warning("sent_mail_not_filed", error=type(error).__name__)
