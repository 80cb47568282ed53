"""A mail on its way out, exactly once: what may have gone out before is looked for by its Message-ID first."""

from typing import Final

from agente_hotelero.channels.gmail.api import Gmail
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.mail.client import MailClient
from agente_hotelero.channels.mail.writing import Writer, Written
from agente_hotelero.channels.port import FailureClass, SendFailedError

BAD_REQUEST, NOT_FOUND, SERVER_ERROR = 400, 404, 500
NOTHING_SENT: Final = {FailureClass.IN_DOUBT: FailureClass.RETRY_SOON}
"""What a failure means while we only looked."""


class GmailClient(MailClient):
    """Sends for one mailbox."""

    def __init__(self, *, gmail: Gmail, writer: Writer) -> None:
        super().__init__(writer)
        self._gmail = gmail

    async def _went_out(self, message_id: str) -> bool:
        try:
            return await self._gmail.find(message_id) is not None
        except GmailError as error:
            raise _failed(error, NOTHING_SENT.get(error.failure, error.failure)) from None

    async def _hand_over(self, mail: Written, address: str, *, message_id: str) -> None:  # noqa: ARG002 - it stands in the mail
        await self._post(mail.raw, message_id=message_id, thread=mail.thread)

    async def _post(self, raw: bytes, *, message_id: str, thread: str) -> None:
        try:
            await self._gmail.send(raw, thread)
        except GmailError as error:
            if thread and error.status in {BAD_REQUEST, NOT_FOUND}:
                # The thread may be gone, and its name with it; the mail joins it by its headers where it can.
                await self._post(raw, message_id=message_id, thread="")
            elif not _in_doubt(error):
                raise _failed(error, error.failure) from None
            elif not await self._seen(message_id):
                raise SendFailedError(FailureClass.IN_DOUBT) from None

    async def _seen(self, message_id: str) -> bool:
        """The answer is lost: if the mail is there, it was sent. If it is not, it may only not be there yet."""
        try:
            return await self._gmail.find(message_id) is not None
        except GmailError:
            return False


def _in_doubt(error: GmailError) -> bool:
    """A server's failure says nothing about what it did before it failed."""
    return error.failure is FailureClass.IN_DOUBT or (error.status or 0) >= SERVER_ERROR


def _failed(error: GmailError, failure: FailureClass) -> SendFailedError:
    return SendFailedError(failure, code=error.status, retry_after_seconds=error.retry_after_seconds)
