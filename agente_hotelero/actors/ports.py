"""What actors need of the world, in their own words; wiring/ puts adapters in."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from agente_hotelero.config.flags import Flag
from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.model.events import (
    AccountNotice,
    DeliveryReport,
    InboundEvent,
    MailRead,
    MediaReceived,
    Parsed,
    Unreadable,
)
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, ClientRef, GuestId, HotelId, InboxId, OutboxId
from agente_hotelero.model.journal import (
    Applied,
    Committed,
    Conversation,
    DueWrite,
    Epochs,
    InboxRow,
    Joined,
    Mark,
    OpenHandOff,
    OutboxRow,
    OutboxStatus,
    Stored,
    Turn,
    Waiting,
)
from agente_hotelero.model.mail import Caught, RawMail
from agente_hotelero.model.media import DueMedia, GuestFile, StoredFile
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage
from agente_hotelero.model.reach import Quiet, Reach
from agente_hotelero.model.speech import Hearing

Incoming = InboundEvent | DeliveryReport | Unreadable | AccountNotice


class Inbox(Protocol):
    """What came in. Every call raises StorageUnavailableError when its outcome is unknown."""

    async def store(self, batch: Sequence[Incoming]) -> tuple[list[Stored | None], list[Applied]]:
        """Commit a batch, one entry per item: None for reports and unreadable ones."""
        ...

    async def waiting(self) -> list[Waiting]:
        """All undone rows in order, without content."""
        ...

    async def read_guests(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        """Undone rows of these guests, in order."""
        ...

    async def went_on(self, guest: GuestId, *, after: datetime, in_time: timedelta) -> bool:
        """Tell whether a message of the guest that was sent after a moment, and came in time, had its turn."""
        ...

    async def charge(self, guests: Sequence[GuestId]) -> list[InboxRow]:
        """Count one attempt on what the next turn of each guest takes of their undone rows, and read all of them."""
        ...

    async def keep_transcript(self, row: InboxId, text: str) -> None:
        """Remember what was understood of a recording, with the recording."""
        ...

    async def fail(self, ids: Sequence[InboxId]) -> dict[InboxId, int]:
        """Count a failed turn; answers the attempts so far."""
        ...

    async def bury(self, row: InboxId, *, error: str, summary: str) -> bool:
        """Make a dead letter and a hand-off of a row."""
        ...


class Turns(Protocol):
    """What was decided. Raises StorageUnavailableError when the outcome is unknown."""

    async def commit(self, turns: Sequence[Turn], epochs: Epochs) -> list[Committed]:
        """Commit what passes; one entry per turn."""
        ...

    async def load(self, guests: Sequence[GuestId]) -> list[Conversation | Exception]:
        """Load conversations: one entry per guest, an error for one that can't be read."""
        ...


class Outbox(Protocol):
    """What goes out. Raises StorageUnavailableError when the outcome is unknown."""

    async def mark(self, marks: Sequence[Mark], epochs: Epochs) -> list[bool]:
        """Commit marks; tells for each whether it applied."""
        ...

    async def apply_reports(self) -> None:
        """Apply stored delivery reports to what is still on its way."""
        ...

    async def open_rows(self) -> list[OutboxRow]:
        """Everything on its way, in order."""
        ...

    async def status(self, row: OutboxId) -> OutboxStatus | None:
        """Look one row up."""
        ...

    async def reach(self, row: OutboxId) -> Reach | None:
        """Look up whether its guest may be written to; None for a row that is gone."""
        ...

    async def quieten(self, quiet: Quiet) -> None:
        """Remember that nothing unasked goes out for a while."""
        ...


class Claim(Protocol):
    """The shards are ours."""

    @property
    def epochs(self) -> Epochs:
        """Shard → epoch."""
        ...

    @property
    def clean(self) -> bool:
        """Whether the last owner left in order."""
        ...


class Ownership(Protocol):
    """Who does the turns."""

    async def claim(self) -> Claim:
        """Wait until the shards are ours."""
        ...

    async def reclaim(self) -> Claim | None:
        """Claim again after a loss; None when another process holds them."""
        ...

    async def hold(self) -> None:
        """Return when the claim is lost."""
        ...

    async def release(self) -> None:
        """Leave in order."""
        ...


class Identities(Protocol):
    """Who is who, and how often that was asked. Raises StorageUnavailableError."""

    async def may_send(self, hotel: HotelId, reservation: str, *, ref: str) -> bool:
        """Count one more code for a reservation, unless there were enough; the same `ref` counts once."""
        ...

    async def may_try(self, hotel: HotelId, reservation: str, *, ref: str) -> int | None:
        """Count one more try of a code, unless there were enough; answers how many are left after it."""
        ...

    async def codes_sent(self, account: Account, address: str, *, since: datetime) -> Sequence[OneTimeCode]:
        """Codes that went to an address, the newest first."""
        ...

    async def unite(self, row: InboxRow, wish: SameGuest, epochs: Epochs) -> Joined:
        """Make one guest of two, and be done with the event that asks for it, in one transaction."""
        ...

    async def forward(self, guest: GuestId) -> GuestId | None:
        """Give whoever took a guest's place all that still came for them; None where nobody did."""
        ...


class Codes(Protocol):
    """Codes of six digits that only whoever has the key can make, or try."""

    def make_seed(self) -> str:
        """Draw what a new one is made of."""
        ...

    def digits(self, seed: str) -> str:
        """Make the code of a seed."""
        ...

    def fits(self, seed: str, digits: str) -> bool:
        """Tell, in constant time, whether these are a seed's."""
        ...


class MailSource(Protocol):
    """One mailbox, by whatever protocol. Every call but `close` raises UnavailableError when it can't be reached."""

    async def catch_up(self, cursor: str | None) -> Caught:
        """Fetch a portion of what is new since `cursor`, and change nothing in the mailbox.

        Asked again with the same cursor it gives the same mails again, and may give known ones: who stores them knows.
        Without a cursor nothing is new: it begins with what comes from now on.
        """
        ...

    async def wait(self, seconds: float) -> None:
        """Return when there may be news, after `seconds` at the latest."""
        ...

    async def close(self) -> None:
        """Let go of connections; a later call opens them again."""
        ...


class MailLedger(Protocol):
    """What is known of mailboxes across restarts. Raises StorageUnavailableError."""

    async def cursor(self, account: Account) -> str | None:
        """Where to go on reading; None where it was never read."""
        ...

    async def keep(self, account: Account, cursor: str) -> None:
        """Go on from there after a restart: all before it is stored."""
        ...

    async def answers(self, account: Account, addresses: Sequence[str], since: datetime) -> Mapping[str, int]:
        """How many messages were made for each of these addresses since then."""
        ...


class Timers(Protocol):
    """The durable timers."""

    async def next_due(self) -> datetime | None:
        """When the next one comes due."""
        ...

    async def fire(self) -> list[DueWrite]:
        """Turn due ones into inbox rows; answers those of sagas."""
        ...


class HandOffs(Protocol):
    """The hand-off rows."""

    async def take(self, hotels: Sequence[HotelId]) -> list[OpenHandOff]:
        """Take what is due to be told."""
        ...

    async def told(self, handoff: int) -> None:
        """Remember that staff know."""
        ...


class MediaLedger(Protocol):
    """The rows of what guests sent beside words. Raises StorageUnavailableError."""

    async def adopt(self) -> None:
        """Whoever had something in hand is gone: all of it is due at once."""
        ...

    async def take(self, most: int) -> list[DueMedia]:
        """Take what is due, for some minutes."""
        ...

    async def next_due(self) -> datetime | None:
        """When there is something to do next."""
        ...

    async def put_off(self, media: int, seconds: float) -> None:
        """Have it asked for again later."""
        ...

    async def refuse(self, media: int, reason: str) -> None:
        """Give it up."""
        ...

    async def keep(self, media: int, files: Sequence[StoredFile]) -> bool:
        """Remember its files, the first of which is number 0; False where it was taken back meanwhile."""
        ...

    async def unwanted(self) -> list[tuple[int, str | None]]:
        """Rows whose file has to go, with its name."""
        ...

    async def forget(self, media: Sequence[int]) -> None:
        """Their files are gone."""
        ...


class MediaStore(Protocol):
    """Where the files are. Raises OSError."""

    async def write(self, name: str, content: bytes) -> None:
        """Write it so that a crash leaves all of it or nothing."""
        ...

    async def remove(self, names: Iterable[str]) -> None:
        """Remove what is there of these."""
        ...


class StaffChannel(Protocol):
    """Tells a hotel's staff that a guest needs them; raises UnavailableError to be asked again later."""

    async def tell(self, handoff: OpenHandOff) -> None:
        """Notify."""
        ...


class Outlets(Protocol):
    """Where the consequences of a commit go, each a tell."""

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        """Hand events to their conversations."""
        ...

    def send(self, rows: Sequence[OutboxRow]) -> None:
        """Hand messages to their senders."""
        ...

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        """Whether a message to this guest would be POSTed as soon as its sender has it."""
        ...

    def reported(self, moved: Sequence[Applied]) -> None:
        """Tell senders what became of their messages."""
        ...

    def upgraded(self, account: Account) -> None:
        """The channel lets this account send faster."""
        ...

    def wake_sagas(self, hotels: frozenset[HotelId] | None) -> None:
        """There are new PMS writes; None is every hotel."""
        ...

    def arm(self, due_at: datetime | None) -> None:
        """There is a new timer; None is «look»."""
        ...

    def handed_off(self) -> None:
        """There are new hand-offs."""
        ...

    def media_came(self) -> None:
        """Guests sent files, or took some back."""
        ...

    def claimed(self, epochs: Epochs) -> None:
        """We do the turns from now on."""
        ...

    def dropped(self) -> None:
        """We do not do the turns any more: forget everything that is in hand."""
        ...


class Flags(Protocol):
    """Feature flags, read from memory."""

    def enabled(self, flag: Flag, *, hotel: HotelId | None = None) -> bool:
        """Tell whether a flag is on, for a hotel where it can be set per hotel."""
        ...


Understand = Callable[[str, Context], Awaitable[Reading]]
"""Reads a guest's words, off the loop where it costs more than the hop."""

Consult = Callable[[HotelId, GuestId, str, Context, Reading], Awaitable[Reading] | None]
"""A second opinion on what a guest's words were read as; None, at once, where none is worth it. Never raises, and never takes long."""

Listen = Callable[[Account, MediaReceived, str | None, Sequence[str]], Awaitable[Hearing]]
"""Listens to what a guest spoke, in the conversation's language, if it has one, or another of the hotel's.

Answers within a deadline; raises UnavailableError only while the service ends.
"""

ParseWebhook = Callable[[bytes, frozenset[str]], Parsed]
"""A signed webhook body, and the accounts whose secret signed it."""

ShowTyping = Callable[[Account, str], None]
"""Shows the guest who sent a message, named as its channel names it, that it is being answered; nobody waits for that."""
FetchMedia = Callable[[Account, MediaReceived], Awaitable[bytes]]
"""The bytes of what a guest sent. Raises UnavailableError to be asked again, MediaRefusedError where they will never come."""

FetchFiles = Callable[[Account, MediaReceived], Awaitable[Sequence[GuestFile]]]
"""The same as files, at least one: a mail brings several."""

ReadMail = Callable[[RawMail], MailRead]
"""A mail's bytes; never raises, and takes long for long ones."""

CodePicture = Callable[[str], str | None]
"""A reservation's code → where its picture is, below the site; None where it has none."""

SplitMessage = Callable[[OutboundMessage], tuple[OutboundMessage, ...]]
"""Into as many parts as the channel needs POSTs."""

MakeReference = Callable[[HotelId, InboxId], ClientRef]
"""A reference that is the same for the same event, and nobody else's."""

IsOpen = Callable[[HotelProfile, datetime], bool]
"""Whether a person answers at that time."""
