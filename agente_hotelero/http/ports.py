"""Everything that HTTP needs of the rest: it verifies, hands over through these, and answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from agente_hotelero.channels.gmail.hints import Refusal
from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.roles import Role

VerifySignature = Callable[[bytes, str | None], frozenset[str]]
"""Raw body and `X-Hub-Signature-256` → the accounts (phone_number_ids) whose secret signed it; empty means nobody's."""

AnswerHandshake = Callable[[Mapping[str, str]], str | None]
"""Query of a subscription handshake → the challenge to echo, or None when the token or the mode is wrong."""


VerifyPush = Callable[[str | None], Awaitable["frozenset[str] | Refusal"]]
"""A push's bearer token → the mailboxes whose push service account it is; raises UnavailableError while that can't be told."""

Hinted = Callable[[str, int], bool]
"""A mailbox's address, and how far its history is said to have come → whether that was news, and its actor was told."""


class Accepted(Protocol):
    """Committed: `inbox_ids` are the rows that were new, so a duplicate has none."""

    @property
    def inbox_ids(self) -> Sequence[int]:
        """Ids of new rows, in the order of the events."""
        ...


class Intake(Protocol):
    """Where inbound events become durable. Both raise UnavailableError (storage away, overloaded): nothing is stored."""

    def accept_whatsapp(self, body: bytes, accounts: frozenset[str]) -> Awaitable[Accepted]:
        """Store everything in an authentic webhook body that belongs to these accounts."""
        ...

    def accept_events(self, events: tuple[InboundEvent, ...]) -> Awaitable[Accepted]:
        """Store events that need no parsing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """What was sent in answer to an inbox row; `content` is JSON-able: the words, or the channel's own object."""

    message_id: str
    response_type: str
    content: object


class Replies(Protocol):
    """Lets a test wait for the answers to its own webhook."""

    def wait(self, inbox_ids: Sequence[int], timeout_seconds: float) -> Awaitable[Sequence[SentReply]]:
        """Answer when each row's turn is done and its replies are sent, or with what there is at the timeout."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """One line of a web chat as the page shows it.

    `n` is one number for both authors' lines of a session, unique and about in order of commit: a page resumes
    from the highest it has seen, and drops what it has.
    A guest's line has the words as `str` and the `client_id` that the page made; `interactive` says whether
    a hotel's options are buttons (the flag, as the turn saw it) or numbered text.
    """

    n: int
    author: Literal["guest", "hotel"]
    message: OutboundMessage | str
    at: datetime
    client_id: str | None = None
    interactive: bool = True


class ChatFeed(Protocol):
    """What was said in a web chat session, and a bell that rings when there is more."""

    def history(self, hotel: HotelId, session: str, after: int) -> Awaitable[Sequence[ChatLine]]:
        """Lines with n > after, in order of n; bounded to the newest few hundred. Raises UnavailableError.

        Where a line may be committed after another with a higher n (numbers from a sequence), the lines of
        the last minute come too, whatever their n: the reader drops what it has seen.
        """
        ...

    def wait(self, hotel: HotelId, session: str) -> asyncio.Future[None]:
        """Listen from this call on: done once a line was committed after it. Cancelling it stops listening."""
        ...

    def delivered(self, hotel: HotelId, session: str, n: int) -> Awaitable[None]:
        """The page has shown every line up to n. Raises UnavailableError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """A snapshot of whether traffic should come here; `details` (supervisors …) is for operators only."""

    ready: bool
    checks: Mapping[str, str | bool]
    details: Mapping[str, object] = field(default_factory=dict)


class Health(Protocol):
    """Knows how we are from published snapshots: asking it never waits."""

    def ready(self) -> Readiness:
        """The newest snapshot."""
        ...


class FlagState(Protocol):
    """One feature flag as it is read now."""

    @property
    def flag(self) -> str:
        """Its name."""
        ...

    @property
    def enabled(self) -> bool:
        """Whether it is on."""
        ...

    @property
    def source(self) -> str:
        """`redis` or `default`."""
        ...

    @property
    def stale(self) -> bool:
        """Whether Redis is away and this is the last that was known."""
        ...


class FlagList(Protocol):
    """Every feature flag, from memory."""

    def list(self) -> Sequence[FlagState]:
        """In the order of their names."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInfo:
    """Whose operator token it is; `id` is safe to log and to count by. Without `hotel` it is good for all of them."""

    id: str
    name: str
    role: Role = Role.VIEWER
    hotel: HotelId | None = None


class Tokens(Protocol):
    """Knows the operators' tokens by their digests."""

    def check(self, token: str) -> TokenInfo | None:
        """Compare in constant time; None is nobody's."""
        ...
