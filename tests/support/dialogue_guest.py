"""One guest who talks with the real dialogue: real understanding, a PMS in memory, and time that moves when told to."""

import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from agente_hotelero.config import hotels
from agente_hotelero.dialogue import policy, reminding
from agente_hotelero.dialogue.effects import (
    Answer,
    AskCodes,
    AskGuestReservations,
    AskOffers,
    AskReservation,
    AskToSend,
    AskToTry,
    ClearTimer,
    CodesSent,
    Effect,
    HandOff,
    IntendCancellation,
    IntendReservation,
    MaySend,
    MayTry,
    OffersFound,
    PmsAway,
    PmsRefused,
    Question,
    Read,
    ReadAnswer,
    RecordQuote,
    Reply,
    ReservationFound,
    ReservationsFound,
    SetTimer,
)
from agente_hotelero.dialogue.hours import is_open
from agente_hotelero.dialogue.policy import Heard, World
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.state import SentCode
from agente_hotelero.dialogue.texts.again import AGAIN
from agente_hotelero.dialogue.texts.phrases import PHRASES
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.events import (
    Arrival,
    ChoiceReceived,
    Event,
    MediaReceived,
    OtherReceived,
    ReservationSettled,
    SagaOutcome,
    StaffGaveBack,
    StaffReplied,
    StaffTookOver,
    TextReceived,
    TimerFired,
    is_spoken,
    words_of,
)
from agente_hotelero.model.hotel import HotelProfile, RoomProfile
from agente_hotelero.model.ids import Account, Channel, ClientRef, InboxId
from agente_hotelero.model.messages import Choices, ContactRequest, Link, Location, Picture, Text
from agente_hotelero.model.money import Money
from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.model.stays import (
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    ReservationStatus,
    RoomType,
    Stay,
)
from tests.fakes.identities import FakeCodes
from tests.fakes.pms import FakePms

T = TypeVar("T")
EXAMPLE: Final = Path(__file__).parents[2] / "hotels.example.yaml"
# A Monday, noon in Buenos Aires: the reception is open.
NOON: Final = datetime(2030, 4, 1, 15, 0, tzinfo=UTC)
NIGHT: Final = datetime(2030, 4, 2, 4, 0, tzinfo=UTC)
# Sunday to Wednesday.
STAY: Final = Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 8))
CACHED_SECONDS: Final = 25
LONGEST_NIGHTS: Final = 60
READS_PER_EVENT: Final = 10

LANGUAGES: Final = ["es", "pt", "en"]
KEYS: Final = ("single", "double", "suite")
"""The demo hotel's room types."""
EVERYTHING: Final = {
    "es": "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com",
    "pt": "um quarto duplo de 5 a 8 de maio para 2, em nome de Ana Ruiz, ana@x.com",
    "en": "a double room from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com",
}
"""All that a booking needs, in one message."""
YES: Final = {"es": "sí", "pt": "sim", "en": "yes"}


@cache
def _demo() -> hotels.Hotel:
    [hotel] = hotels.load(EXAMPLE, environment={}).all()
    return hotel


def demo_hotel() -> HotelProfile:
    """The hotel of the example file."""
    return _demo().profile


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run what never really waits, without a loop."""
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # the task says what it holds


# Pure, and asked the same over and over.
_understand: Final = lru_cache(maxsize=50_000)(understand)


def _room_type(profile: RoomProfile) -> RoomType:
    return RoomType(key=profile.key, name=f"PMS {profile.key}", capacity=profile.capacity, photo=profile.photo)


class Pms(FakePms):
    """The demo hotel's; remembers prices for a while as the gateway does, and every price it ever said."""

    def __init__(self, guest: "Guest") -> None:
        profiles = {room.key: room for room in _demo().profile.rooms}
        rooms = [(_room_type(profiles[room.key]), room.rooms, room.base_price) for room in _demo().pms.rooms]
        super().__init__(room_types=rooms, now=lambda: guest.now)
        self._guest = guest
        self._cache: dict[tuple[Stay, Party], tuple[datetime, tuple[Offer, ...]]] = {}
        self.said: list[Offer] = []
        self.asked: list[Read] = []

    def answer(self, read: Read) -> ReadAnswer:
        """What the gateway would answer."""
        self.asked.append(read)
        try:
            match read:
                case AskOffers():
                    return OffersFound(asked=read, offers=self._offers(read))
                case AskReservation(code=code):
                    return ReservationFound(asked=read, reservation=at_once(self.find_by_code(code)))
                case AskGuestReservations(email=email):
                    return ReservationsFound(asked=read, reservations=tuple(at_once(self.find_by_guest(email))))
        except PmsUnavailableError:
            return PmsAway(asked=read)
        except RefusedError:
            return PmsRefused(asked=read)

    def _offers(self, read: AskOffers) -> tuple[Offer, ...]:
        if read.stay.nights > LONGEST_NIGHTS:
            raise RefusedError("stays are shorter")
        asked_at, offers = self._cache.get((read.stay, read.party), (None, ()))
        if read.fresh or asked_at is None or self._now() - asked_at >= timedelta(seconds=CACHED_SECONDS):
            offers = tuple(at_once(self.find_offers(read.stay, read.party)))
            self._cache[read.stay, read.party] = self._now(), offers
            self.said += offers
        return offers

    def reprice(self, key: str, price: str) -> None:
        self._prices[key] = Decimal(price)

    def sell_out(self, *keys: str) -> None:
        """Somebody takes all rooms of these types, or all there are."""
        for key in keys or tuple(self._counts):
            self._counts[key] = 0

    def book(self, request: ReservationRequest) -> PmsReservation:
        """Write what was intended; codes look as guests get to see them."""
        made = self._reserve(request)
        self.reservations[-1] = replace(made, code=f"DEMO-AK{7000 + made.serial}")
        return self.reservations[-1]

    def drop(self, code: str) -> PmsReservation:
        """Cancel."""
        return self._cancel(code)


class Verification(FakeCodes):
    """How often codes of each reservation were sent and tried in the last hour."""

    def __init__(self, guest: "Guest") -> None:
        super().__init__()
        self._guest = guest
        self.used: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
        self.to_here: list[SentCode] = []
        """What other conversations had sent to where this guest writes."""

    def answer(self, read: Question) -> Answer:
        """What the journal would answer."""
        match read:
            case AskToSend(code=code, ref=ref):
                return MaySend(asked=read, may=self._use("send", code, ref, most=3) is not None)
            case AskToTry(sent=sent, ref=ref):
                left = self._use("try", sent.code, ref, most=5)
                return MayTry(asked=read, may=left is not None, left=left or 0)
            case AskCodes():
                return CodesSent(asked=read, codes=tuple(self.to_here))
            case _:
                raise AssertionError("this is for the PMS")

    def _use(self, kind: str, code: str, ref: str, *, most: int) -> int | None:
        now = self._guest.now
        used = [one for one in self.used.get((kind, code), []) if now - one[0] < timedelta(hours=1) and one[1] != ref]
        if len(used) >= most:
            return None
        self.used[kind, code] = [*used, (now, ref)]
        return most - len(used) - 1


@dataclass
class Turn:
    """What one turn said and did."""

    effects: list[Effect] = field(default_factory=list)
    by_event: list[tuple[Event, list[Effect]]] = field(default_factory=list)

    def of(self, kind: type[T]) -> list[T]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def replies(self) -> list[Reply]:
        return self.of(Reply)

    @property
    def text(self) -> str:
        """All that the guest gets to read."""
        return "\n---\n".join(written(reply) for reply in self.replies)

    def asks(self, key: str) -> bool:
        """Whether a phrase's question is among it, in its first wording or its second."""
        return any(question in self.text for wording in (*PHRASES[key], *AGAIN[key]) for question in questions(wording))

    @property
    def facts(self) -> set[str]:
        return {fact for reply in self.replies for fact in reply.facts}

    @property
    def titles(self) -> list[str]:
        return [option.title for reply in self.replies for option in options_of(reply)]

    @property
    def quoted(self) -> list[Offer]:
        return [offer for record in self.of(RecordQuote) for offer in record.offers]

    @property
    def handed_off(self) -> list[str]:
        return [hand_off.reason.value for hand_off in self.of(HandOff)]

    @property
    def booked(self) -> ReservationRequest | None:
        requests = [one.request for one in self.of(IntendReservation)]
        assert len(requests) <= 1
        return requests[0] if requests else None

    @property
    def cancelled(self) -> str | None:
        return next((one.code for one in self.of(IntendCancellation)), None)


def questions(text: str) -> list[str]:
    """The sentences that ask."""
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    return [one[one.find("¿") + 1 :] for one in sentences if one.endswith("?")]


def options_of(reply: Reply) -> Sequence[Any]:
    return reply.message.options if isinstance(reply.message, Choices) else ()


def written(reply: Reply) -> str:
    """As text, with options numbered."""
    match reply.message:
        case Text(body=body) | ContactRequest(body=body):
            return body
        case Choices(body=body, options=options):
            lines = [f"{n}. {option.title} {option.description}".strip() for n, option in enumerate(options, 1)]
            return "\n".join([body, *lines])
        case Location(name=name, address=address):
            return f"{name}\n{address}"
        case Picture(source=source, caption=caption):
            return f"{caption}\n{source}"
        case Link(body=body, title=title, url=url):
            return f"{body}\n{title}\n{url}"
        case other:
            raise AssertionError(f"the dialogue does not say {type(other).__name__} yet")


class Guest:
    """Talks with one hotel; `state` is kept between turns as the conversation keeps it."""

    def __init__(self, *, hotel: HotelProfile | None = None, now: datetime = NOON) -> None:
        self.hotel = hotel or demo_hotel()
        self.now = now
        self.state = policy.initial()
        self.pms = Pms(self)
        self.paused = False
        self.understand: Callable[[str, Context], Reading] = _understand
        self.phone: str | None = None
        """The number that they write from; a chat page has none."""
        self.asks_phone = False
        """Their channel gives no number, and a reservation needs one."""
        self.late = timedelta(0)
        """How long their messages are on the way."""
        self.overtaken = False
        self.email: str | None = None
        """The address that they write from, where it is vouched for."""
        self.vouched = True
        """Whether their channel says who writes."""
        self.from_phone = False
        """What staff do comes as an echo of the hotel's own phone."""
        self.answers_to: str | None = None
        """The address that their mail is answered at, vouched for or not."""
        self.writes_from = ""
        self.ways: tuple[str, ...] = ()
        """Channels by which the hotel can send a code."""
        self.codes = Verification(self)
        self.code_picture: Callable[[str], str | None] = "/codes/{}.png".format
        self.requests: dict[ClientRef, ReservationRequest] = {}
        self.timers: dict[tuple[str, str], datetime] = {}
        self.reminders: dict[tuple[str, str], datetime] = {}
        """Timers of a reservation: what is said unasked when they come due."""
        self.last = Turn()
        self._events = 0

    def says(self, *texts: str) -> Turn:
        """Write messages; all of them are taken by one turn."""
        return self.turn(*(TextReceived(text=text) for text in texts))

    def speaks(self, *texts: str | Unheard) -> Turn:
        """Speak into the chat; what of it is heard is these words, or none for a reason."""
        return self.turn(*map(note, texts))

    def presses(self, title: str) -> Turn:
        """Press a button of the last turn by its title."""
        return self.presses_id(self.button(title))

    def button(self, title: str) -> str:
        found = [one.id for reply in self.last.replies for one in options_of(reply) if one.title == title]
        assert found, f"no button {title!r} among {self.last.titles}"
        return str(found[0])

    def presses_id(self, option_id: str) -> Turn:
        return self.turn(ChoiceReceived(option_id=option_id, title="?"))

    def sends(self, what: str) -> Turn:
        """Send a picture, a voice note, a reaction …"""
        return self.turn(OtherReceived(what=what))

    def taken_over(self) -> Turn:
        return self.turn(StaffTookOver())

    def given_back(self) -> Turn:
        return self.turn(StaffGaveBack())

    def is_answered(self, words: str) -> Turn:
        """A person answers in their own words."""
        return self.turn(StaffReplied(text=words))

    def hears(
        self,
        outcome: SagaOutcome,
        reservation: PmsReservation | None = None,
        *,
        ref: ClientRef | None = None,
        quoted: Money | None = None,
    ) -> Turn:
        """The saga of the pending write, or that of `ref`, has news."""
        ref = ref or self.state.pending
        assert ref is not None
        return self.turn(ReservationSettled(client_ref=ref, outcome=outcome, reservation=reservation, quoted=quoted))

    def confirmed(self) -> Turn:
        """The PMS books what was intended, and the saga reads it back."""
        assert self.state.pending is not None
        return self.hears(SagaOutcome.CONFIRMED, self.pms.book(self.requests[self.state.pending]))

    def is_woken(self, kind: str = "pms_retry") -> Turn:
        """Time passes until a timer of this conversation comes due."""
        self.now = max(self.now, self.timers.pop((kind, "")))
        return self.turn(TimerFired(kind=kind, key=""))

    def is_reminded(self) -> Turn:
        """Time passes until the next timer of a reservation comes due."""
        (kind, code), due = min(self.reminders.items(), key=lambda timer: timer[1])
        del self.reminders[kind, code]
        self.now = max(self.now, due)
        return self.turn(TimerFired(kind=kind, key=code))

    def waits(self, **duration: float) -> "Guest":
        self.now += timedelta(**duration)
        return self

    def turn(self, *events: Event) -> Turn:
        """Fold events as the conversation's actor does."""
        turn = Turn()
        for event in events:
            self._fold(event, turn, last=event is events[-1])
        self.requests |= {one.request.client_ref: one.request for one in turn.of(IntendReservation)}
        for effect in turn.effects:
            if isinstance(effect, SetTimer | ClearTimer):
                timers = self.reminders if effect.kind in reminding.KINDS else self.timers
                timers.pop((effect.kind, effect.key), None)
                if isinstance(effect, SetTimer):
                    timers[effect.kind, effect.key] = effect.due_at
        self.last = turn
        return turn

    def _fold(self, event: Event, turn: Turn, *, last: bool) -> None:
        self._events += 1
        mine: list[Effect] = []
        turn.by_event.append((event, mine))
        heard: Heard | Answer = self._heard(event)
        before = self.state
        for _ in range(READS_PER_EVENT):
            world = replace(self._world(last=last), before=before)
            self.state, effects = policy.decide(self.state, heard, world)
            turn.effects += effects
            mine += effects
            reads = [effect for effect in effects if isinstance(effect, Question)]
            if not reads:
                return
            [read] = reads
            assert effects[-1] is read
            heard = self.pms.answer(read) if isinstance(read, Read) else self.codes.answer(read)
        raise AssertionError("the dialogue asks the PMS without end")

    def _heard(self, event: Event) -> Heard:
        spoken = _heard_in(event)
        reading, sent_at = None, self.now - self.late
        words = spoken.text if isinstance(spoken, Transcript) else words_of(event)
        if words is not None:
            context = policy.context_for(self.state, self.hotel, sent_at.astimezone(self.hotel.zone).date())
            reading = self.understand(words, context)
        staffs = isinstance(event, StaffTookOver | StaffGaveBack | StaffReplied | TimerFired) and not self.from_phone
        account = Account(self.hotel.id, Channel.SYSTEM if staffs else Channel.WHATSAPP, "100000000000001")
        arrival = Arrival(inbox_id=InboxId(self._events), account=account, event=event, sent_at=sent_at, now=self.now)
        return Heard(arrival=arrival, reading=reading, spoken=spoken)

    def _world(self, *, last: bool) -> World:
        return World(
            hotel=self.hotel,
            now=self.now,
            open_now=is_open(self.hotel, self.now),
            paused=self.paused,
            last_of_turn=last,
            client_ref=ClientRef(f"ref-{self._events}"),
            email=self.email,
            vouched=self.vouched,
            phone=self.phone,
            asks_phone=self.asks_phone,
            overtaken=self.overtaken,
            code_picture=self.code_picture,
            answers_to=self.answers_to,
            writes_from=self.writes_from,
            ways=self.ways,
            make_seed=self.codes.make_seed,
            fits=self.codes.fits,
        )


def note(heard: str | Unheard) -> MediaReceived:
    """A voice note that says what will be heard of it."""
    if isinstance(heard, Unheard):
        return MediaReceived(what="audio", media_id=heard.value, voice=True)
    return MediaReceived(what="audio", media_id="1", voice=True, transcript=heard)


def _heard_in(event: Event) -> Hearing | None:
    if not isinstance(event, MediaReceived) or not is_spoken(event):
        return None
    if event.transcript:
        return Transcript(text=event.transcript, language="", confidence=0.7)
    return Unheard(event.media_id) if event.media_id in set(Unheard) else Unheard.OFF


def a_reservation(
    code: str = "DEMO-7F3KMQ",
    *,
    booker: str = "Ana Ruiz",
    live: bool = True,
    email: str | None = None,
    phone: str | None = None,
) -> PmsReservation:
    """One that somebody made by telephone."""
    made = PmsReservation(
        code=code,
        serial=1,
        client_ref=None,
        status=ReservationStatus.LIVE,
        room_type_key="double",
        room_type_name="Doble",
        stay=STAY,
        party=Party(adults=2),
        total=Money.of("300.00", "USD"),
        booker_name=booker,
        booker_email=email,
        booker_phone=phone,
    )
    return made if live else replace(made, status=ReservationStatus.CANCELLED)


def sold_out_on(guest: Guest, *nights: date, keys: tuple[str, ...] = KEYS) -> Guest:
    """Somebody has every room of these types in these nights."""
    left = guest.pms._left

    def left_in(key: str, stay: Stay) -> int:
        taken = any(stay.check_in <= night < stay.check_out for night in nights) and key in keys
        return 0 if taken else left(key, stay)

    guest.pms._left = left_in  # type: ignore[method-assign]  # what is free depends on the night here
    return guest
