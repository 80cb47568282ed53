"""What a conversation remembers between turns. Every field has a default: older rows lack the newer ones."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from agente_hotelero.dialogue.reading import Expecting, Intent, Language, Reading
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.money import Money
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.model.stays import Offer, Party, PmsReservation, Stay
from agente_hotelero.model.values import value

VERSION: Final = 3
NEWEST_READABLE: Final = VERSION + 1
"""Each version only adds to the one before, so that a process reads its successor's rows; beyond that nothing is known."""


class NewerStateError(UnavailableError):
    """A row was written by a process two versions ahead: it waits for one that can read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A reservation that this conversation made: its guest needs no further proof."""

    code: str
    client_ref: ClientRef


@value
class Draft:
    """A reservation in the making."""

    begun: bool = False
    """The guest wants a room, even where nothing else was said yet."""
    check_in: date | None = None
    check_out: date | None = None
    nights: int | None = None
    adults: int | None = None
    children: int | None = None
    rooms: int | None = None
    """As many as the guest said; None is as few as hold them."""
    room_key: str | None = None
    """The type that the guest wants."""
    offers: tuple[Offer, ...] = ()
    """On the table, in the order shown."""
    nearby: tuple[Offer, ...] = ()
    """Nothing is free for the stay; these are, on other days: found so far, or on the table."""
    chosen: Offer | None = None
    name: str | None = None
    email: str | None = None
    summarised: bool = False
    """The summary with this price was shown, and its yes may book."""
    replaces: PmsReservation | None = None
    """The reservation that this one takes the place of: a change."""
    purpose: Literal["list", "price", "summary", "book"] = "list"
    """What the PMS was asked for."""


NO_DRAFT: Final = Draft()


@value
class Retry:
    """A question that waits for the PMS."""

    tries: int
    until: datetime
    """After that a person answers it."""
    due: bool = False
    """It is being asked again, by nobody's words."""


@value
class Shown:
    """A reservation that was read for the guest, who had proved that it is theirs."""

    code: str
    at: datetime


@value
class Split:
    """A stay in two parts, with another room for the second: as far as it was looked for, or on the table."""

    stay: Stay
    party: Party
    too_long: int
    """No first part of so many nights is free, and none that is longer."""
    first: Offer | None = None
    """The longest that is free, as far as it is known."""
    second: Offer | None = None
    questions: int = 0
    """To the PMS so far."""


@value
class Way:
    """Where a code can be sent: what a reservation has on file, as digits or an address in small letters."""

    channel: Literal["email", "whatsapp"]
    address: str


@value
class SentCode:
    """A code that is waited for; whether anything went out at all, only its `way` says, and nobody hears of that."""

    code: str
    """The reservation's."""
    seed: str
    until: datetime
    way: Way | None
    purpose: Literal["cancel", "show", "change", "late"] | None = None
    """What is to be done once it is typed."""


@value
class Proved:
    """A reservation that is the guest's, by a code that they typed."""

    code: str
    until: datetime


@value
class MadeBy:
    """Where a reservation was made, of a guest who is known by more than one channel."""

    code: str
    by: str


@value
class Identity:
    """What few guests come to: proof by a code, and two conversations that became one."""

    sent: SentCode | None = None
    wanted: bool = False
    """A code was asked for, and the reservation is being read for it."""
    sends: tuple[datetime, ...] = ()
    """When this guest was last sent one, or seemed to be."""
    proved: tuple[Proved, ...] = ()
    made: tuple[MadeBy, ...] = ()
    """Once two conversations are one: the reservations of both, each good without proof only where it was made."""


NO_IDENTITY: Final = Identity()


@value
class Spoken:
    """What was heard of a guest's voice, and read back to them: nothing is done about it before they agree."""

    reading: Reading
    note: int
    """The event that it was heard in."""
    asked_at: datetime


@value
class Reminded:
    """What was said unasked, of which reservation, as long as it began on this day."""

    code: str
    reminder: Reminder
    day: date


@value
class Arriving:
    """The reservation whose guest was asked when they arrive; `half_said` is an hour that may be the morning's or the evening's."""

    code: str
    day: date
    half_said: time | None = None


@value
class Aside:
    """What few conversations have to remember: the others carry nothing of it."""

    address: str | None = None
    """An address that reservations are looked for by."""
    shown: Shown | None = None
    """What «it» is: the reservation that was read last."""
    cancelling_fee: Money | None = None
    """What the yes to a cancellation costs, as it was shown; None where the hotel names no fee."""
    agreed: bool = False
    """The yes to the cancellation was said, and what it was to is being read again."""
    leaving: PmsReservation | None = None
    """Shown with a late check-out, and its yes asks for it."""
    leaving_yes: str | None = None
    """The hour and the price that were shown."""
    late_code: str | None = None
    """The reservation that the write under way asks a late check-out for."""
    sold_out: Stay | None = None
    """Nothing was free for this stay; other people or another room ask for it again."""
    would_change_rooms: bool = False
    """The guest would change rooms during the stay, should there be no other way."""
    split: Split | None = None
    month: date | None = None
    """The first of a month that the guest named without days, of the draft that has none yet."""
    month_unsaid: bool = False
    """The days of a change were said without a month: that of the reservation is meant, once it is known."""
    giving_up: Money | None = None
    """What it costs to cancel the reservation that the draft replaces, as it was shown; None where the hotel names no fee."""
    replaced_by: str | None = None
    """The reservation that was made in place of the one that the write under way cancels."""

    perhaps: tuple[Intent, ...] = ()
    """What the guest was asked to choose from, in the order shown, something else coming last; empty while nobody is asked."""
    which: tuple[str, ...] = ()
    """Codes of the guest's own reservations, of which one was asked for, in the order said."""
    which_day: date | None = None
    """The one of them that is wanted begins on this day, or holds it."""
    reminded: tuple[Reminded, ...] = ()
    arriving: Arriving | None = None
    opted_out: bool = False
    """The guest wants no messages that they did not ask for, and was told that it is so."""
    phone: str | None = None
    """To be called on, as the guest told it: digits with the country's; empty where they would rather not."""
    apologised: datetime | None = None
    """When the guest last heard that their messages come late."""
    attached: datetime | None = None
    """When the last of a row of pictures was sent that were answered once, together."""
    kept_identity: Identity | None = None
    notice_at: datetime | None = None
    """When staff were told of mail from here that gets no answer."""
    spoken: Spoken | None = None
    overtaken: bool = False
    """What was heard was read back after a yes had been asked for: a written one may be to either."""
    between: bool = False
    """Something else was said since a yes was asked for: thanks may be for that."""
    unheard: datetime | None = None
    """When the guest last read that nobody understood their voice."""
    asked_team: tuple[str, ...] = ()
    """Topics that the profile does not cover, and staff were asked about."""
    answered: bool = False
    """Whoever took over answered all that the guest said."""
    quiet_until: datetime | None = None
    """While a person answers: the agent does again if they say nothing for so long."""
    retry: Retry | None = None
    """What was asked is to be asked again: the PMS was away."""
    reworded: tuple[str, ...] = ()
    """Questions of the last message that were asked a second time, and in their second wording (`repeating`)."""

    @property
    def identity(self) -> Identity:
        """What is hardly ever there."""
        return self.kept_identity or NO_IDENTITY


NO_ASIDE: Final = Aside()


@value
class State:
    """One guest's conversation."""

    version: int = VERSION
    language: Language | None = None
    expecting: Expecting = Expecting.NOTHING
    days: tuple[date, ...] = ()
    """The arrivals that were asked about («5/6 or 6/5?»), while one of them is expected."""
    greeted: bool = False
    draft: Draft = NO_DRAFT
    name: str | None = None
    email: str | None = None
    """Known from an earlier booking, offered again."""
    pending: ClientRef | None = None
    """A PMS write is under way."""
    in_flight: Draft | None = None
    """What this write is to book, without the offer: where to go back to if nothing comes of it."""
    cancelling_code: str | None = None
    """What this write cancels; None where it does something else."""
    wants_out: bool = False
    """The guest asked to cancel while it was being booked."""
    pressed: str | None = None
    """The yes that began the last write: a second press of it is no news."""
    bookings: tuple[Booking, ...] = ()
    code: str | None = None
    """A reservation code that waits for its surname."""
    surname: str | None = None
    looking_for: Literal["cancel", "show", "change", "late"] | None = None
    not_found: int = 0
    """Codes with surnames in a row that fit no reservation."""
    cancelling: PmsReservation | None = None
    """Shown, and its yes cancels."""
    misunderstood: int = 0
    """In a row."""
    taken_over: bool = False
    paused_told: bool = False
    kept_aside: Aside | None = None

    @property
    def aside(self) -> Aside:
        """What is seldom there."""
        return self.kept_aside or NO_ASIDE

    def __post_init__(self) -> None:
        """Refuse what a much newer process wrote: reading it would lose what this one does not know of."""
        if self.version > NEWEST_READABLE:
            raise NewerStateError(f"whoever reads conversations of version {self.version}")
