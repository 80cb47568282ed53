"""What clients of mailboxes have in common: a mail goes out once, and of most that a sender asks there is nothing to say."""

from abc import ABC, abstractmethod

from agente_hotelero.channels.mail.writing import Writer, Written
from agente_hotelero.channels.port import FailureClass, Outgoing, QuietFor


class MailClient(ABC):
    """Sends for one mailbox. Nobody sees us typing, no use is counted, and nobody is to be left in peace."""

    busy_percent = 0.0

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def send(self, outgoing: Outgoing) -> str:
        """Send it, unless it went out before; answers its Message-ID, raises SendFailedError."""
        message_id = self._writer.message_id(outgoing)
        if not (outgoing.again and await self._went_out(message_id)):
            await self._hand_over(await self._writer.write(outgoing), outgoing.address, message_id=message_id)
        return message_id

    @abstractmethod
    async def _went_out(self, message_id: str) -> bool:
        """Look for a mail of ours; raises SendFailedError: who can't look must not send."""

    @abstractmethod
    async def _hand_over(self, mail: Written, address: str, *, message_id: str) -> None:
        """Send once; raises SendFailedError."""

    async def upgraded(self) -> bool:
        """Mailboxes have their one limit."""
        return False

    async def show_typing(self, message_id: str) -> None:  # noqa: B027 - nothing is what it does
        """A mail program shows no such thing."""

    def meaning(self, code: int) -> FailureClass:  # noqa: ARG002 - a bounce has no number that we know more by
        """Say that the address takes no mail: what comes late is a bounce."""
        return FailureClass.RECIPIENT

    def quiet_for(self, code: int) -> QuietFor | None:  # noqa: ARG002 - see above
        """Leave nobody in peace for a bounce."""
        return None
