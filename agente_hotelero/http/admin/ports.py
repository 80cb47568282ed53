"""What stands behind the admin routes. What is listed is written as JSON as it is.

Everything raises UnavailableError while what it needs is away, and nothing is changed then.
"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.office import (
    AuditLine,
    DeadLetter,
    FoundGuest,
    HandOff,
    OpenedFile,
    OpenQuestion,
    OutgoingMessage,
    ReadHandOff,
    UnreadableBody,
    WaitingEvent,
)


class Desk(Protocol):
    """Hand-offs, of the hotels that an operator may see."""

    def waiting(self) -> Awaitable[Sequence[HandOff]]:
        """List the open ones, oldest first."""
        ...

    def read(self, handoff: int) -> Awaitable[ReadHandOff | None]:
        """One of them with what was said; None where there is none."""
        ...

    def take_over(self, handoff: int) -> Awaitable[bool]:
        """A person answers from here on; False where no such hand-off is open."""
        ...

    def reply(self, handoff: int, text: str, *, key: UUID) -> Awaitable[bool]:
        """Say something to the guest; the same key twice is said once."""
        ...

    def give_back(self, handoff: int) -> Awaitable[bool]:
        """The agent answers again."""
        ...

    def close(self, handoff: int) -> Awaitable[bool]:
        """Settle one."""
        ...


class SentFiles(Protocol):
    """What guests of the hotels that an operator may see sent beside words."""

    def open(self, file: int) -> Awaitable[OpenedFile | None]:
        """Give one, and note who opened it; None where there is none."""
        ...


class Inspection(Protocol):
    """What waits and what failed."""

    def inbox(self, *, after: int) -> Awaitable[Sequence[WaitingEvent]]:
        """Events that wait for their turn."""
        ...

    def outbox(self, status: OutboxStatus, *, after: int) -> Awaitable[Sequence[OutgoingMessage]]:
        """Messages that stand so."""
        ...

    def dead_letters(self, *, after: int) -> Awaitable[Sequence[DeadLetter]]:
        """What failed for good."""
        ...

    def questions(self, *, after: int) -> Awaitable[Sequence[OpenQuestion]]:
        """What waits for the PMS to be back."""
        ...

    def unreadable(self, *, after: int) -> Awaitable[Sequence[UnreadableBody]]:
        """What could not be read."""
        ...

    def audit(self, *, before: int) -> Awaitable[Sequence[AuditLine]]:
        """What people changed."""
        ...

    def retry_letter(self, letter: int) -> Awaitable[bool]:
        """Give an event another try; False where there is none."""
        ...

    def retry_message(self, message: int) -> Awaitable[bool]:
        """Send a message again; False where it is not dead."""
        ...


class Held(Protocol):
    """What a restore held back."""

    def count(self) -> Awaitable[object]:
        """How much waits."""
        ...

    def release(self) -> Awaitable[object]:
        """Let everything go."""
        ...

    def drop(self) -> Awaitable[object]:
        """Let nothing go, ever."""
        ...


class Reloaded(Protocol):
    """What each process made of it."""

    @property
    def answers(self) -> Sequence[object]:
        """One of each process that answered."""
        ...

    @property
    def silent(self) -> int:
        """How many did not."""
        ...

    @property
    def everywhere(self) -> bool:
        """Whether no process goes on with the old file."""
        ...


class Backoffice(Protocol):
    """Everything, on behalf of one operator."""

    def desk(self, operator: TokenInfo) -> Desk:
        """The front desk."""
        ...

    def files(self, operator: TokenInfo) -> SentFiles:
        """Guests' files."""
        ...

    def inspection(self, operator: TokenInfo) -> Inspection:
        """The lists."""
        ...

    def held(self, operator: TokenInfo) -> Held:
        """The rows that wait since a restore."""
        ...

    def find_guests(self, operator: TokenInfo, words: str) -> Awaitable[Sequence[FoundGuest]]:
        """Guests by number, mail or reservation."""
        ...

    def set_flag(self, operator: TokenInfo, flag: str, *, enabled: bool) -> Awaitable[None]:
        """Switch a flag, everywhere, and note who did."""
        ...

    def reload(self, operator: TokenInfo) -> Awaitable[Reloaded]:
        """Let every process read the hotels file anew; raises ConfigError where it is invalid: nothing changes then."""
        ...

    def actors(self) -> Mapping[str, object]:
        """The supervisors' trees as last published, and what this process is for the shards."""
        ...
