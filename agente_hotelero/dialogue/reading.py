"""What a message says, as far as it could be read: the only thing the policy knows of a guest's words."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from agente_hotelero.model.values import value


class Language(StrEnum):
    """Languages that the agent reads and writes."""

    ES = "es"
    PT = "pt"
    EN = "en"


class Intent(StrEnum):
    """What a guest may want; a message may hold several."""

    GREET = "greet"
    THANK = "thank"
    GOODBYE = "goodbye"
    AFFIRM = "affirm"
    DENY = "deny"
    AVAILABILITY = "availability"
    """Asks what is free or what it costs."""
    ASK_PRICE = "ask_price"
    """Asks what a stay costs, or for offers."""
    BOOK = "book"
    CANCEL_RESERVATION = "cancel_reservation"
    MY_RESERVATION = "my_reservation"
    """Asks about a reservation already made."""
    CHANGE_RESERVATION = "change_reservation"
    CHANGE_BOOKER = "change_booker"
    """Beside CHANGE_RESERVATION: wants another name or address on it."""
    KEEP_RESERVATION = "keep_reservation"
    """Leave it as it is, after all ("no la canceles", "déjala", "keep it")."""
    CANCELLATION_POLICY = "cancellation_policy"
    """Asks what cancelling costs, and until when it is free."""
    NO_CODE = "no_code"
    """Has no reservation code at hand, where one is asked for."""
    PAYMENT = "payment"
    """Methods, deposit, instalments; or a charge that is disputed."""
    DISPUTED_CHARGE = "disputed_charge"
    """Beside PAYMENT: was charged what they do not agree with."""
    DISCOUNT = "discount"
    """Asks for a lower price than the usual."""
    INVOICE = "invoice"
    REFUND = "refund"
    EARLY_CHECK_IN = "early_check_in"
    ARRIVAL_NOTICE = "arrival_notice"
    """Tells when they arrive."""
    LATE_CHECKOUT = "late_checkout"
    """Wants to stay longer on the last day."""
    SPLIT_STAY = "split_stay"
    """Would also change rooms during the stay."""
    ABANDON = "abandon"
    """Never mind: drop what we were doing ("olvídalo", "deixa pra lá", "forget it")."""
    LATER = "later"
    """Wants to think it over, or to ask somebody, and come back."""
    HOURS = "hours"
    """When the reception is open."""
    CHECK_IN_TIME = "check_in_time"
    CHECK_OUT_TIME = "check_out_time"
    ADDRESS = "address"
    PERSON = "person"
    """Wants a human being."""
    EMERGENCY = "emergency"
    PARKING = "parking"
    PETS = "pets"
    BREAKFAST = "breakfast"
    WIFI = "wifi"
    POOL = "pool"
    GYM_SPA = "gym_spa"
    RESTAURANT = "restaurant"
    LUGGAGE = "luggage"
    TRANSPORT = "transport"
    LOCAL_TIPS = "local_tips"
    """What to see, eat and do nearby."""
    ACCESSIBILITY = "accessibility"
    CHILDREN = "children"
    """Whether children may come, what they pay, cots; not how many there are."""
    HOUSE_RULES = "house_rules"
    """Smoking, noise, visitors, age."""
    ROOM_INFO = "room_info"
    """What a room has: beds, air conditioning, a safe."""
    SERVICES_INFO = "services_info"
    """What the hotel has beside the above."""
    ROOM_SERVICE = "room_service"
    HOUSEKEEPING = "housekeeping"
    """Towels, cleaning, a change of sheets."""
    REPORT_PROBLEM = "report_problem"
    """Something is broken, dirty, loud; a complaint."""
    LOST_ITEM = "lost_item"
    SPECIAL_REQUEST = "special_request"
    """A cake, a high floor, a decorated room."""
    EVENT_GROUP = "event_group"
    """A group, a wedding, a meeting."""
    HELP = "help"
    """What can you do?"""
    OTHER_OPTION = "other_option"
    """Another one than what was chosen or shown ("la otra", "outra opção", "the other one")."""


WANT_A_ROOM: Final = frozenset({Intent.AVAILABILITY, Intent.BOOK})
POLITE: Final = frozenset({Intent.THANK, Intent.GREET, Intent.GOODBYE})
TALK: Final = POLITE | {Intent.AFFIRM, Intent.DENY}
"""What stands beside nearly everything."""
COST_SOMETHING: Final = frozenset(
    {
        *(Intent.PARKING, Intent.PETS, Intent.BREAKFAST, Intent.WIFI, Intent.POOL, Intent.GYM_SPA, Intent.RESTAURANT),
        *(Intent.TRANSPORT, Intent.LUGGAGE, Intent.ROOM_SERVICE, Intent.HOUSEKEEPING, Intent.LOCAL_TIPS),
        *(Intent.EARLY_CHECK_IN, Intent.LATE_CHECKOUT, Intent.CANCELLATION_POLICY, Intent.EVENT_GROUP),
        *(Intent.REFUND, Intent.DISPUTED_CHARGE, Intent.DISCOUNT, Intent.INVOICE, Intent.SERVICES_INFO),
    }
)
"""Beside one of these a price that is asked for is not a room's."""
LET_BE: Final = frozenset({Intent.ABANDON, Intent.KEEP_RESERVATION})


class Expecting(StrEnum):
    """What our last question asked for; it reads bare answers ("2", "sí", "la segunda")."""

    NOTHING = "nothing"
    DATES = "dates"
    CHECK_OUT = "check_out"
    PEOPLE = "people"
    OFFER = "offer"
    """One of the offers shown."""
    OPTION = "option"
    """One of other options shown: a part to change, or a day."""
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    """A number to call, of a guest whose channel gives none."""
    YES_NO = "yes_no"
    CODE = "code"
    """A reservation code and the surname."""
    ARRIVAL = "arrival"
    """The hour at which the guest arrives. No state says so: whoever reads it may be a version behind."""


class DateTrouble(StrEnum):
    """Why dates were read but can't be used as they are."""

    PAST = "past"
    """They lie before today."""
    REVERSED = "reversed"
    """The end is not after the start."""
    AMBIGUOUS = "ambiguous"
    """Two readings are equally likely; `alternatives` hold them."""
    IMPOSSIBLE = "impossible"
    """No such day, such as 31 April."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """Dates of a message. Both None with `trouble` set when nothing usable is left."""

    check_in: date | None = None
    check_out: date | None = None
    trouble: DateTrouble | None = None
    alternatives: tuple[date, ...] = ()
    """Of what is ambiguous: the arrivals that may be meant; `check_out` is then said beside them."""
    nights: int | None = None
    """Whichever of them it is, the stay is as long."""
    month_unsaid: bool = False
    """They are the next such days, for want of a month or anything else that tells it."""
    counted: Literal["check_in", "check_out"] | None = None
    """Which of them nobody named: it was counted from the other, by the nights."""


class Bed(StrEnum):
    """What a guest would sleep in."""

    DOUBLE = "double"
    QUEEN = "queen"
    KING = "king"
    TWIN = "twin"
    """Two of them, apart."""
    SINGLE = "single"
    BUNK = "bunk"
    EXTRA = "extra"
    CRIB = "crib"


class Board(StrEnum):
    """What a stay has to eat."""

    ROOM_ONLY = "room_only"
    BREAKFAST = "breakfast"
    HALF = "half"
    FULL = "full"
    ALL_INCLUSIVE = "all_inclusive"


class Payment(StrEnum):
    """How a guest would pay."""

    CARD = "card"
    TRANSFER = "transfer"
    CASH = "cash"
    PIX = "pix"
    YAPE = "yape"
    PLIN = "plin"
    NEQUI = "nequi"
    BIZUM = "bizum"
    MERCADO_PAGO = "mercado_pago"
    PAYPAL = "paypal"
    LINK = "link"
    BOLETO = "boleto"
    CHEQUE = "cheque"
    CRYPTO = "crypto"


class Animal(StrEnum):
    """Who else would come."""

    DOG = "dog"
    CAT = "cat"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pets:
    """Animals of one kind; `kilos` is what each weighs, where it was said."""

    animal: Animal
    count: int = 1
    kilos: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money that a guest named; no currency where a sign or a word says too little («$», «pesos»)."""

    value: Decimal
    currency: str | None = None


@value
class Context:
    """What reading a message needs beside its words."""

    today: date
    """The day the guest sent it, in the hotel's zone."""
    languages: tuple[Language, ...]
    """The hotel's, its own first."""
    prior: Language | None = None
    """The conversation's language so far."""
    expecting: Expecting = Expecting.NOTHING
    options: tuple[str, ...] = ()
    """Titles of the options on the table, in order, for "la segunda" or "the suite"."""
    prices: tuple[Decimal, ...] = ()
    """What the options cost, in one currency, for "la más barata"; empty where they cost nothing, or are not to be compared."""
    room_names: tuple[tuple[str, str], ...] = ()
    """(room type key, a name of it) pairs in every language."""
    check_in: date | None = None
    """The stay's start as known so far: "hasta el 8" and "3 noches" refer to it."""
    near: date | None = None
    """The arrival that is talked about where the stay has none yet: of the reservation that is to be changed, for one."""
    month: date | None = None
    """The first of a month that was named without days: days without a month are of this one."""
    days: tuple[date, ...] = ()
    """Arrivals that were offered: "el 8" and "el miércoles" may be one of them."""
    faq: tuple[tuple[str, ...], ...] = ()
    """The hotel's own questions, each in some wordings."""
    country: str | None = None
    """The hotel's, as ISO 3166's two letters, where its zone tells it: whose holidays are meant."""


@value
class Arrives:
    """When somebody arrives, as far as they know it; all empty is «I don't know yet»."""

    hour: time | None = None
    sure: bool = True
    """Not where an hour may be the morning's or the evening's."""
    part: Literal["morning", "afternoon", "night"] | None = None


@value
class Reading:
    """What was read. None or empty means: not said."""

    language: Language | None = None
    """Only where the words decide it; a bare "ok" has none."""
    intents: frozenset[Intent] = frozenset()
    perhaps: tuple[Intent, ...] = ()
    """What it may mean, the likeliest first, where nothing is likely enough."""
    dates: DateReading | None = None
    month: date | None = None
    """The first of a month that is named without a day."""
    nights: int | None = None
    hour: time | None = None
    """Only where it says until when a guest wants to stay on the last day."""
    arrives: Arrives | None = None
    """Only where it was asked for, or said with words for it; an hour beside ARRIVAL_NOTICE is that of the arrival."""
    adults: int | None = None
    children: int | None = None
    children_ages: tuple[int, ...] = ()
    """In years, as told; a baby's months are 0. Not always as many as the children."""
    people: int | None = None
    """Given as a total ("somos 4") rather than as adults and children."""
    clock: time | None = None
    """The first hour of the day that is named, whatever happens then."""
    clock_said: time | None = None
    """The same as it was said, where no word told the half of the day: «a las 5» is 5:00, and 17:00 was meant."""
    clock_to: time | None = None
    """Where it is a time from that hour to this one."""
    past: tuple[date, ...] = ()
    """Days gone by that it tells of («hace 3 días»): never those of a stay."""
    room_key: str | None = None
    rooms: int | None = None
    a_room: bool = False
    """One was named in passing («una doble»): no word about how many there shall be."""
    bed: Bed | None = None
    board: Board | None = None
    room_number: str | None = None
    """The door that a guest names, such as "304" or "12B"."""
    amount: Amount | None = None
    payments: tuple[Payment, ...] = ()
    pets: tuple[Pets, ...] = ()
    choice: int | None = None
    """Which of the options, from 0."""
    name: str | None = None
    """Only where a name was asked for, or said plainly ("me llamo Ana Ruiz")."""
    email: str | None = None
    phone: str | None = None
    code: str | None = None
    """A reservation code, upper case."""
    digits: str | None = None
    """Six digits that may be a code which was sent: the message's only ones, whatever else they may be."""
    only_digits: bool = False
    """They are all that was said."""
    asks_code: bool = False
    """Asks for such a code, or for another one; only where a reservation's code or surname was asked for."""
    of_a_reservation: bool = False
    """Names a reservation: «cambiar mi reserva», and not just «cambiar las fechas»."""
    orders: bool = False
    """Wants something brought or done, where ROOM_SERVICE and HOUSEKEEPING may also only be asked about."""
    faq: int | None = None
    """Which of the hotel's own questions it asks, from 0; only where nothing comes near it."""
    faq_beside: tuple[int, ...] = ()
    """Those that parts of it ask, where it says more than that."""
    only_language: bool = False
    """Nothing is said but in which language to write: «can we speak English?»."""
    bare: bool = False
    """Nothing was said beyond AFFIRM, DENY or a choice: the only form of yes that may book."""
