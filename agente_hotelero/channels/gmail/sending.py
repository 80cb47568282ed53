"""A mail on its way out, exactly once: what may have gone out before is looked for by its Message-ID first."""

from typing import Final

import structlog

from agente_hotelero.channels.gmail.api import Gmail
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.port import FailureClass, SendFailedError

log = structlog.get_logger()

BAD_REQUEST, NOT_FOUND, SERVER_ERROR = 400, 404, 500
NOTHING_SENT: Final = {FailureClass.IN_DOUBT: FailureClass.RETRY_SOON}
"""What a failure means while we only looked."""


class GmailOutbox:
    """Sends for one mailbox."""

    def __init__(self, *, gmail: Gmail) -> None:
        self._gmail = gmail

    async def send(self, raw: bytes, *, message_id: str, thread: str = "", again: bool = False) -> str:
        """Send it; answers Gmail's id, raises SendFailedError. `again` says that it may be out already."""
        try:
            if again and (found := await self._gmail.find(message_id)) is not None:
                log.info("gmail_found_instead_of_resent")
                return found
        except GmailError as error:
            raise _failed(error, NOTHING_SENT.get(error.failure, error.failure)) from None
        return await self._post(raw, message_id=message_id, thread=thread)

    async def _post(self, raw: bytes, *, message_id: str, thread: str) -> str:
        try:
            return await self._gmail.send(raw, thread)
        except GmailError as error:
            if thread and error.status in {BAD_REQUEST, NOT_FOUND}:
                # The thread may be gone, and its name with it; the mail joins it by its headers where it can.
                return await self._post(raw, message_id=message_id, thread="")
            if not _in_doubt(error):
                raise _failed(error, error.failure) from None
        return await self._seen(message_id)

    async def _seen(self, message_id: str) -> str:
        """The answer is lost: if the mail is there, it was sent. If it is not, it may only not be there yet."""
        try:
            found = await self._gmail.find(message_id)
        except GmailError:
            found = None
        if found is None:
            raise SendFailedError(FailureClass.IN_DOUBT)
        return found


def _in_doubt(error: GmailError) -> bool:
    """A server's failure says nothing about what it did before it failed."""
    return error.failure is FailureClass.IN_DOUBT or (error.status or 0) >= SERVER_ERROR


def _failed(error: GmailError, failure: FailureClass) -> SendFailedError:
    return SendFailedError(failure, code=error.status, retry_after_seconds=error.retry_after_seconds)
