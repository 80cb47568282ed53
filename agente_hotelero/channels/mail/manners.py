"""What a mailbox has nothing to say about, of what a sender asks its channel."""

from agente_hotelero.channels.port import FailureClass, QuietFor


class MailManners:
    """For clients of mailboxes: nobody sees us typing, no use is counted, and nobody is to be left in peace."""

    busy_percent = 0.0

    async def upgraded(self) -> bool:
        """Mailboxes have their one limit."""
        return False

    async def show_typing(self, message_id: str) -> None:
        """A mail program shows no such thing."""

    def meaning(self, code: int) -> FailureClass:  # noqa: ARG002 - a bounce has no number that we know more by
        """Say that the address takes no mail: what comes late is a bounce."""
        return FailureClass.RECIPIENT

    def quiet_for(self, code: int) -> QuietFor | None:  # noqa: ARG002 - see above
        """Leave nobody in peace for a bounce."""
        return None
