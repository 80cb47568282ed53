"""The port through which the sender reaches a channel, and the classes of its failures."""

from enum import StrEnum
from typing import Protocol

from agente_hotelero.errors import AgenteError
from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.model.messages import OutboundMessage, Several, Template
from agente_hotelero.model.reach import Reach
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
    """The provider holds messages back: no retry, alert, and nothing unasked for a while."""
    TEMPLATE = "template"
    """The provider has this template no more, or not now: another way, or staff."""
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
        maintenance: bool = False,
    ) -> None:
        """`code` is the provider's own; in `maintenance` it works on the account, to give it more."""
        super().__init__(f"{failure} (code {code})")
        self.failure = failure
        self.code = code
        self.retry_after_seconds = retry_after_seconds
        self.maintenance = maintenance


@value
class QuietFor:
    """Nothing unasked: to this guest only, or to nobody from this account; without `seconds`, for good."""

    guest_only: bool
    seconds: float | None


class Threads(Protocol):
    """Which mail a message of ours answers. Raises StorageUnavailableError."""

    async def answered(self, outbox_id: int) -> Letterhead | None:
        """Give the last mail of the same guest to the same mailbox before that message."""
        ...


class UploadLedger(Protocol):
    """What a channel was given of ours, and the id it gave for it. Raises StorageUnavailableError."""

    async def known(self, account: Account, sha256: bytes) -> str | None:
        """Look up an id that is still good for some days."""
        ...

    async def keep(self, account: Account, sha256: bytes, media_id: str) -> None:
        """Remember one, in the place of any other."""
        ...


class ChannelClient(Protocol):
    """Sends for one account."""

    busy_percent: float
    """How much of what is allowed the provider last said was used; 0 where it says nothing."""

    async def send(self, outgoing: Outgoing) -> str:
        """POST it; answers the provider's message id, raises SendFailedError."""
        ...

    async def show_typing(self, message_id: str) -> None:
        """Show a guest that their message was read and is being answered; raises SendFailedError, which harms nobody."""
        ...

    def meaning(self, code: int) -> FailureClass:
        """What a code means that came late, in a report."""
        ...

    def quiet_for(self, code: int) -> QuietFor | None:
        """Whom a code tells us to leave in peace, and for how long; None for one that does not."""
        ...


@value
class Instead:
    """A template that may be sent where a message may not; unless it `tells_all`, a person has to tell the rest."""

    template: Template
    tells_all: bool


class Window(Protocol):
    """An account whose guests may be written to freely only for a while after their own messages."""

    def instead(self, message: OutboundMessage | Several, reach: Reach) -> Instead | None:
        """Find what the hotel had approved for this; None where there is nothing."""
        ...

    def words(self, message: OutboundMessage | Several) -> str:
        """What the guest would have read."""
        ...

    def spoiled(self, template: Template) -> None:
        """The channel refused it: do without it for a while."""
        ...
