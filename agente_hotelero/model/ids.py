"""What things are called by: our own ids, and the names that channels give to guests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

HotelId = NewType("HotelId", str)
GuestId = NewType("GuestId", int)
"""Our own number for one guest of one hotel; also the id of their one conversation."""
InboxId = NewType("InboxId", int)
OutboxId = NewType("OutboxId", int)
ClientRef = NewType("ClientRef", str)
"""Our own reference of a reservation, written into the PMS so that it can be found again."""

SHARD_COUNT: Final = 256


class Channel(StrEnum):
    """Ways that guests reach the hotel."""

    WHATSAPP = "whatsapp"
    WEBCHAT = "webchat"
    EMAIL = "email"
    """A mailbox of the hotel's, whatever leads there; the account's name is its address."""
    SYSTEM = "system"
    """Not a guest's: timers, PMS outcomes, staff."""


class AliasKind(StrEnum):
    """Kinds of names under which a channel knows a guest."""

    PHONE = "phone"
    """Digits as WhatsApp gives them (`wa_id`), without plus."""
    BSUID = "bsuid"
    """WhatsApp's business-scoped user id, such as `US.1349…`."""
    PARENT = "parent"
    """The same across a company's linked portfolios, such as `US.ENT.1181…`."""
    SESSION = "session"
    """A web chat session's id."""
    EMAIL = "email"
    """The address that answers go to, in small letters."""
    GUEST = "guest"
    """Our own id in digits: how timers, PMS outcomes and staff name a guest."""


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a guest, unique within a hotel."""

    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True)
class Account:
    """One address of a hotel on one channel: a phone_number_id, a mailbox's address, or the hotel's id for web chat."""

    hotel: HotelId
    channel: Channel
    name: str
