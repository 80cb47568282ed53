"""What the dialogue may know of a hotel: its profile, without secrets or connections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.reminders import NONE, Reminders

PAYMENT_FIELDS: Final = frozenset({"code", "total", "currency"})
"""What a payment link may name, in braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Hours of one weekday in the hotel's zone; closing before opening means past midnight."""

    weekday: int
    """0 is Monday."""
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomProfile:
    """What the hotel says of a room type: names guests use (per language), and a picture.

    `key` is the PMS's id of the room type; `photo` is a URL, or a path below the site.
    """

    key: str
    names: Mapping[str, str]
    """Language code → name, such as {"es": "habitación doble", "en": "double room"}."""
    capacity: int
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationFee:
    """What a cancellation costs from so many hours before the check-in on: a share, an amount, or else the first night."""

    free_until_hours: int
    percent: Decimal | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCheckoutTerms:
    """Until when guests may stay on their last day, and what a reservation pays for that."""

    until: time
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelProfile:
    """The facts of one hotel that replies may state."""

    id: HotelId
    name: str
    zone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    """Codes out of es, pt, en; the first is the hotel's own."""
    address: str
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    email: str | None = None
    check_in_from: time
    check_out_until: time
    business_hours: tuple[OpenHours, ...]
    """When a person answers; empty means never."""
    rooms: tuple[RoomProfile, ...]
    payment_url: str | None = None
    """Where guests may pay; PAYMENT_FIELDS are filled in."""
    cancellation_policy: Mapping[str, str] = field(default_factory=dict)
    """Language code → text."""
    cancellation_fee: CancellationFee | None = None
    """None where the hotel says its policy in words only."""
    late_checkout: LateCheckoutTerms | None = None
    """None where staff decide on each."""
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Topic (parking, pets, breakfast, wifi, pool …) → language code → text."""
    reminders: Reminders = NONE
    gather_seconds: float = 0.0
    """How long a short message waits for the next, which is answered with it; 0 for not at all."""
    person_reachable: bool = False
    """Whether a hand-off notifies somebody (signed webhook or e-mail configured)."""
