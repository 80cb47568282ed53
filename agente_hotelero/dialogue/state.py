"""What a conversation remembers between turns. Every field has a default: older rows lack the newer ones."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from agente_hotelero.dialogue.reading import Expecting, Language
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import Offer, PmsReservation

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A reservation that this conversation made: its guest needs no further proof."""

    code: str
    client_ref: ClientRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reservation in the making."""

    check_in: date | None = None
    check_out: date | None = None
    nights: int | None = None
    adults: int | None = None
    children: int | None = None
    room_key: str | None = None
    """The type that the guest wants, before anything was offered."""
    offers: tuple[Offer, ...] = ()
    """On the table, in the order shown."""
    chosen: Offer | None = None
    name: str | None = None
    email: str | None = None
    summarised: bool = False
    """The summary with this price was shown, and its yes may book."""
    purpose: Literal["list", "summary", "book"] = "list"
    """What the PMS was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One guest's conversation."""

    version: int = VERSION
    language: Language | None = None
    expecting: Expecting = Expecting.NOTHING
    draft: Draft = Draft()
    name: str | None = None
    email: str | None = None
    """Known from an earlier booking, offered again."""
    pending: ClientRef | None = None
    """A PMS write is under way."""
    bookings: tuple[Booking, ...] = ()
    code: str | None = None
    """A reservation code that waits for its surname."""
    surname: str | None = None
    looking_for: Literal["cancel", "show"] | None = None
    cancelling: PmsReservation | None = None
    """Shown, and its yes cancels."""
    misunderstood: int = 0
    """In a row."""
    taken_over: bool = False
    paused_told: bool = False
