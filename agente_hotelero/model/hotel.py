"""What the dialogue may know of a hotel: its profile, without secrets or connections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.reminders import NONE, Reminders
from agente_hotelero.model.tone import USUAL, Tone

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


class Topic(StrEnum):
    """What guests ask about, and a hotel may say something of."""

    EARLY_CHECK_IN = "early_check_in"
    LUGGAGE = "luggage"
    TRANSPORT = "transport"
    LOCAL_TIPS = "local_tips"
    BREAKFAST = "breakfast"
    RESTAURANT = "restaurant"
    ROOM_SERVICE = "room_service"
    HOUSEKEEPING = "housekeeping"
    POOL = "pool"
    GYM_SPA = "gym_spa"
    WIFI = "wifi"
    PARKING = "parking"
    PETS = "pets"
    ACCESSIBILITY = "accessibility"
    CHILDREN = "children"
    HOUSE_RULES = "house_rules"
    ROOM_INFO = "room_info"
    SERVICES_INFO = "services_info"
    PAYMENT = "payment"
    DEPOSIT = "deposit"
    INSTALMENTS = "instalments"
    INVOICE = "invoice"
    DISCOUNTS = "discounts"
    EVENTS = "events"
    CHECK_IN = "check_in_info"
    CHECK_OUT = "check_out_info"
    LOCATION = "location"
    HOURS = "business_hours"
    """Beside `facts`, in a field of its own."""
    CANCELLATION = "cancellation_policy"
    """Usually `policies.cancellation`."""


ALWAYS_SOME: Final = frozenset(
    {
        *(Topic.LOCAL_TIPS, Topic.ACCESSIBILITY, Topic.HOUSE_RULES, Topic.ROOM_INFO, Topic.SERVICES_INFO),
        *(Topic.PAYMENT, Topic.CHECK_IN, Topic.CHECK_OUT, Topic.LOCATION, Topic.HOURS, Topic.CANCELLATION),
    }
)
"""A hotel can't answer these with «there is none»."""
BESIDE_OTHERS: Final = frozenset(
    {
        *(Topic.DEPOSIT, Topic.INSTALMENTS, Topic.DISCOUNTS, Topic.EVENTS),
        *(Topic.CHECK_IN, Topic.CHECK_OUT, Topic.LOCATION, Topic.SERVICES_INFO),
    }
)
"""Said with what is known anyway, or staff are asked: no gap where it is missing."""


class Per(StrEnum):
    """What a price is for."""

    NIGHT = "night"
    DAY = "day"
    PERSON = "person"
    HOUR = "hour"
    STAY = "stay"
    TRIP = "trip"
    PIECE = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a hotel says of one topic: its own words, that it has no such thing, or figures that ours are put around."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """Language code → text."""
    offered: bool = True
    hours: tuple[OpenHours, ...] = ()
    price: Money | None = None
    per: Per | None = None
    included: bool = False
    """It costs nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    """A question that guests of this hotel ask, in some of the ways they do, and its answer."""

    questions: tuple[str, ...]
    answer: Mapping[str, str]
    """Language code → text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelProfile:
    """The facts of one hotel that replies may state."""

    id: HotelId
    name: str
    zone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    """Codes out of es, pt, en; the first is the hotel's own."""
    tone: Tone = USUAL
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
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """By topic."""
    faq: tuple[Faq, ...] = ()
    """What no topic covers."""
    reminders: Reminders = NONE
    llm: bool = False
    """Whether a language model may read what its guests write, where one is set."""
    gather_seconds: float = 0.0
    """How long a short message waits for the next, which is answered with it; 0 for not at all."""
    person_reachable: bool = False
    """Whether a hand-off notifies somebody (signed webhook or e-mail configured)."""
    gives_back_after: timedelta | None = None
    """A guest whom a person took over is the agent's again when that person has been silent for so long; None is never."""
