"""A hand-off as an e-mail to the hotel's staff."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Literal

import aiosmtplib

from agente_hotelero.channels.staff.wording import SUBJECTS, body
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.journal import OpenHandOff

SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How mail leaves; `security` is STARTTLS on an open port, TLS from the start, or none (on this machine)."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class StaffMail:
    """Mails each hand-off; its Message-ID is the hand-off's own, so that one sent twice shows once."""

    def __init__(self, *, server: MailServer, recipient: str, hotel_name: str) -> None:
        self._server = server
        self._recipient = recipient
        self._hotel_name = hotel_name

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises UnavailableError unless the server took it."""
        server = self._server
        try:
            await aiosmtplib.send(
                self._mail(handoff),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            # The cause is cut off: a server's answer may quote addresses.
            raise UnavailableError("the staff's mail server") from None

    def _mail(self, handoff: OpenHandOff) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = self._recipient
        mail["Subject"] = f"[{self._hotel_name}] {SUBJECTS.get(handoff.reason, handoff.reason)}"
        mail["Message-ID"] = f"<handoff-{handoff.id}@{self._server.sender.rpartition('@')[2]}>"
        # So that no out-of-office answer comes back (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body(handoff))
        return mail
