"""The port through which the sender reaches a channel, and the classes of its failures."""

from enum import StrEnum
from typing import Protocol

from agente_hotelero.errors import AgenteError
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import OutboundMessage, Several
from agente_hotelero.model.values import value


@value
class Outgoing:
    """One row of the outbox on its way: one POST at the channel, no more.

    `interactive` says whether buttons and lists are allowed (the flag, as the turn saw it);
    `reply_to` is a provider's message id to quote.
    """

    outbox_id: int
    address: str
    message: OutboundMessage | Several
    interactive: bool
    again: bool = False
    """It may have been sent before: a channel that can look for it looks first."""


class FailureClass(StrEnum):
    """What the sender does about a failure."""

    RETRY_SOON = "retry_soon"
    """It was certainly not sent; try again with back-off."""
    RATE_LIMITED = "rate_limited"
    """The account is over its limit: slow the whole account down."""
    PAIR_LIMITED = "pair_limited"
    """This guest got too many: wait for this guest only."""
    WINDOW_SHUT = "window_shut"
    """The customer service window is closed: staff."""
    RECIPIENT = "recipient"
    """This address can't be reached: no retry."""
    QUALITY = "quality"
    """The provider holds messages back: no retry, alert."""
    AUTH = "auth"
    """Token or account is wrong: stop the account, keep the outbox, page a person."""
    OUR_BUG = "our_bug"
    """We built a bad message: never retry; plain text may still go."""
    IN_DOUBT = "in_doubt"
    """It may have been sent: wait for a status before anything else."""


class SendFailedError(AgenteError):
    """A send did not end in an acceptance."""

    def __init__(
        self,
        failure: FailureClass,
        *,
        code: int | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        """`code` is the provider's own."""
        super().__init__(f"{failure} (code {code})")
        self.failure = failure
        self.code = code
        self.retry_after_seconds = retry_after_seconds


class Threads(Protocol):
    """Which mail a message of ours answers. Raises StorageUnavailableError."""

    async def answered(self, outbox_id: int) -> Letterhead | None:
        """Give the last mail of the same guest to the same mailbox before that message."""
        ...


class ChannelClient(Protocol):
    """Sends for one account."""

    async def send(self, outgoing: Outgoing) -> str:
        """POST it; answers the provider's message id, raises SendFailedError."""
        ...
