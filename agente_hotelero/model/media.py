"""What a guest sent beside words, on its way to a file that staff can open."""

from dataclasses import field
from datetime import datetime

from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, InboxId
from agente_hotelero.model.values import value


@value
class DueMedia:
    """Something that a guest sent and whose bytes are still to come; `media` is None where they took it back."""

    id: int
    inbox_id: InboxId
    account: Account
    media: MediaReceived | None
    attempts: int
    since: datetime


@value
class GuestFile:
    """One file of what a guest sent, as its channel gives it. Without `content` it is not taken, for the `refused` reason."""

    name: str
    mime: str
    content: bytes | None = field(repr=False)
    refused: str | None = None


@value
class StoredFile:
    """One file as it was stored; `file` is None for one that was not taken."""

    n: int
    name: str
    mime: str
    refused: str | None = None
    file: str | None = None
    bytes: int | None = None
    sha256: str | None = None


@value
class OwnFile:
    """A file of ours, as our own site gives it."""

    mime: str
    content: bytes = field(repr=False)
