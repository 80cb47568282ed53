"""A message of ours as a mail in the guest's thread, ready to be handed over."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Final

from agente_hotelero.channels.mail.compose import Automatic, Letter, compose
from agente_hotelero.channels.mail.headers import Address
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.port import FailureClass, Outgoing, SendFailedError, Threads
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import parts_of
from agente_hotelero.model.values import value

NO_HEAD: Final = Letterhead()


@value
class Sender:
    """Who writes: an address with a name, how mails are signed, and the language of those that have no other."""

    address: str
    name: str
    signature: str
    language: str


@value
class Written:
    """A mail, and the provider's name of the thread that it belongs to, where it has one."""

    raw: bytes = field(repr=False)
    thread: str


class Writer:
    """Writes for one mailbox."""

    def __init__(
        self,
        *,
        sender: Sender,
        ours: Ours,
        threads: Threads,
        site: Callable[[], str | None],
        now: Callable[[], datetime],
    ) -> None:
        self.sender = sender
        self._ours = ours
        self._threads = threads
        self._site = site
        self._now = now

    def message_id(self, outgoing: Outgoing) -> str:
        """Give the Message-ID that it has however often it is written."""
        return self._ours.message_id(outgoing.outbox_id)

    async def write(self, outgoing: Outgoing) -> Written:
        """Write it in answer to the guest's last mail; raises SendFailedError."""
        try:
            head = NO_HEAD if outgoing.apart else await self._threads.answered(outgoing.outbox_id) or NO_HEAD
        except UnavailableError:
            raise SendFailedError(FailureClass.RETRY_SOON) from None
        return Written(raw=compose(self._letter(outgoing, head), ours=self._ours), thread=head.thread)

    def _letter(self, outgoing: Outgoing, head: Letterhead) -> Letter:
        return Letter(
            outbox_id=outgoing.outbox_id,
            messages=parts_of(outgoing.message),
            sender=Address(address=self.sender.address, name=self.sender.name),
            recipient=Address(address=outgoing.address, name=""),
            subject=head.subject or self.sender.name,
            automatic=Automatic.ANSWER if head.message_id and not outgoing.unasked else Automatic.UNASKED,
            unsubscribe=outgoing.unasked,
            signature=self.sender.signature,
            language=self.sender.language,
            date=self._now(),
            in_reply_to=head.message_id or None,
            references=head.references,
            site=self._site(),
        )
