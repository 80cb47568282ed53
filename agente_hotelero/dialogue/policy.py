"""What to do next: `decide(state, event, world) → (state, effects)`, without clock, network or memory of its own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from agente_hotelero.dialogue import (
    alternatives,
    arriving,
    beyond_words,
    booking,
    clarifying,
    forgetting,
    handing_over,
    looking,
    opting,
    outcomes,
    persons,
    presses,
    reading_back,
    reminding,
    retrying,
    splitting,
    spoken,
    timing,
    verifying,
    words,
)
from agente_hotelero.dialogue.effects import (
    Answer,
    AskOffers,
    AskReservation,
    CodesSent,
    Effect,
    HandOffReason,
    MaySend,
    MayTry,
    OffersFound,
    PmsAway,
    PmsRefused,
    Read,
    ReservationFound,
    ReservationsFound,
)
from agente_hotelero.dialogue.reading import COST_SOMETHING, Context, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.state import NO_DRAFT, VERSION, State
from agente_hotelero.dialogue.taking import forget_dates
from agente_hotelero.dialogue.talk import Talk, World
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.texts.phrases import say
from agente_hotelero.model import countries
from agente_hotelero.model.events import (
    Arrival,
    ChoiceReceived,
    MessageRevoked,
    NameChanged,
    NoticeReceived,
    OtherReceived,
    PreferenceChanged,
    ReservationSettled,
    StaffGaveBack,
    StaffReplied,
    StaffTookOver,
    TextReceived,
    TimerFired,
)
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Channel
from agente_hotelero.model.speech import Hearing, Transcript
from agente_hotelero.model.values import value

__all__ = ["Heard", "World", "context_for", "decide", "initial"]

# What asks for no answer: a heart on our message, a number that changed, a group.
SILENT: Final = frozenset({"reaction", "system", "revoke", "group"})


@value
class Heard:
    """An event, and for a guest's words what was read in them."""

    arrival: Arrival
    reading: Reading | None
    spoken: Hearing | None = None
    """For what was spoken: what somebody heard, which `reading` is of."""


def initial() -> State:
    """A conversation that has not begun."""
    return State()


def context_for(state: State, hotel: HotelProfile, sent_on: date) -> Context:
    """What reading the next message needs to know."""
    usual = Context(
        today=sent_on,
        languages=tuple(Language(code) for code in hotel.languages),
        prior=state.language,
        expecting=arriving.expecting(state, sent_on),
        options=_options(state, hotel),
        prices=_prices(state),
        room_names=tuple((room.key, name) for room in hotel.rooms for name in room.names.values()),
        check_in=state.draft.check_in,
        near=_arrival_talked_about(state),
        month=state.aside.month if state.draft.check_in is None and state.draft != NO_DRAFT else None,
        days=state.days if state.expecting is Expecting.OPTION else (),
        country=countries.of_zone(hotel.zone.key),
        faq=tuple(one.questions for one in hotel.faq),
    )
    read_back = state.aside.spoken
    if read_back is None:
        return usual
    return reading_back.context(state, read_back, usual, hotel.tone.of(state.language or hotel.languages[0]))


def _arrival_talked_about(state: State) -> date | None:
    reservation = state.draft.replaces or state.cancelling or state.aside.leaving
    stay = state.aside.sold_out if reservation is None else reservation.stay
    return None if stay is None else stay.check_in


def decide(  # noqa: C901, PLR0912 - an arm a kind of answer
    state: State, heard: Heard | Answer, world: World
) -> tuple[State, tuple[Effect, ...]]:
    """Decide on one event, or on the PMS's answer to what an event's decision asked."""
    talk = Talk(state if state.version == VERSION else replace(state, version=VERSION), world)
    if isinstance(heard, ReservationFound | PmsAway | PmsRefused) and _reminds(talk, heard):
        return talk.done()
    if isinstance(heard, OffersFound | ReservationFound | ReservationsFound | PmsRefused):
        retrying.back(talk)
    match heard:
        case Heard():
            _hear(talk, heard)
        case OffersFound():
            booking.offers_found(talk, heard)
        case ReservationFound():
            looking.found(talk, heard)
        case PmsAway(asked=asked):
            _pms_away(talk, asked)
        case ReservationsFound():
            looking.found_on_file(talk, heard)
        case PmsRefused(asked=AskOffers() as asked):
            booking.refused(talk, asked)
        case PmsRefused():
            looking.refused(talk)
        case MaySend():
            verifying.may_send(talk, heard)
        case MayTry():
            looking.tried(talk, heard)
        case CodesSent(asked=asked):
            if not looking.codes_found(talk, heard):
                words.say_freely(talk, Reading(digits=asked.digits, only_digits=True))
        case _:
            assert_never(heard)
    return talk.done()


def _reminds(talk: Talk, heard: ReservationFound | PmsAway | PmsRefused) -> bool:
    """Whether it was no guest who asked."""
    asked = heard.asked
    if not isinstance(asked, AskReservation) or asked.reminds is None:
        return False
    if isinstance(heard, ReservationFound):
        reminding.found(talk, asked.reminds, asked.code, heard.reservation)
    else:
        reminding.away(talk, asked.reminds, asked.code)
    return True


def _pms_away(talk: Talk, asked: Read) -> None:
    if not isinstance(asked, AskOffers):
        retrying.away(talk, expecting=Expecting.CODE)
    elif alternatives.is_of_another_stay(talk, asked):
        retrying.back(talk)
        alternatives.away(talk, asked)
    else:
        retrying.away(talk, expecting=Expecting.NOTHING)


def _hear(talk: Talk, heard: Heard) -> None:  # noqa: C901, PLR0912 - an arm a kind of event
    event = heard.arrival.event
    match event:
        case StaffTookOver():
            persons.took_over(talk, from_phone=heard.arrival.account.channel is not Channel.SYSTEM)
        case StaffReplied(text=text):
            persons.replied(talk, text)
        case StaffGaveBack():
            persons.given_back(talk)
        case ReservationSettled():
            outcomes.settled(talk, event)
        case TimerFired(kind=retrying.KIND):
            retrying.fired(talk)
        case TimerFired(kind=kind, key=code) if kind in reminding.KINDS:
            reminding.fired(talk, kind, code)
        case TimerFired(kind=persons.KIND):
            persons.fired(talk)
        case TimerFired():
            return
        case NoticeReceived(why=why):
            handing_over.unanswered(talk, why)
        case OtherReceived(what=what) if what in SILENT:
            return
        case PreferenceChanged(stopped=stopped):
            opting.put(talk, stopped=stopped)
        case TextReceived(text=text) if opting.heard(talk, text, may_answer=_may_answer(talk)):
            return
        case MessageRevoked():
            forgetting.taken_back(talk)
        case NameChanged():
            return
        case _:
            _hear_guest(talk, heard)


def _may_answer(talk: Talk) -> bool:
    return not talk.state.taken_over and not talk.world.paused


def _hear_guest(talk: Talk, heard: Heard) -> None:
    arrival, reading = heard.arrival, _meant(heard.reading or Reading())
    urgent = Intent.EMERGENCY in reading.intents
    if not talk.world.vouched:
        # A surname that was said before was perhaps somebody else's word.
        talk.change(surname=None)
    if (language := _language(talk, heard)) is not None:
        talk.change(language=language)
    if talk.state.taken_over:
        persons.heard(talk, reading)
        if urgent:
            talk.hand_off(HandOffReason.EMERGENCY, "URGENTE: el huésped avisa de una emergencia.")
        return
    if talk.world.paused and not urgent:
        retrying.forget(talk)
        handing_over.paused(talk)
        return
    if talk.world.overtaken and not urgent:
        timing.show_to_staff(talk)
        return
    talk.change(paused_told=talk.world.paused and talk.state.paused_told)
    timing.own_up(talk, arrival)
    _leave_the_past(talk, reading)
    _answer(talk, arrival, reading, heard.spoken)
    retrying.tidy(talk)
    if not talk.puzzled:
        talk.change(misunderstood=0)


def _meant(reading: Reading) -> Reading:
    """A price that is asked for is a room's, unless something else that costs is named."""
    intents = reading.intents
    if Intent.ASK_PRICE not in intents:
        return reading
    of_a_room = intents.isdisjoint(COST_SOMETHING)
    return replace(reading, intents=(intents - {Intent.ASK_PRICE}) | ({Intent.AVAILABILITY} if of_a_room else set()))


def _language(talk: Talk, heard: Heard) -> Language | None:
    """What the words tell; of a guest who has only spoken so far, what they were heard in."""
    told = heard.reading.language if heard.reading is not None else None
    if told is None and talk.state.language is None and isinstance(heard.spoken, Transcript):
        return Language(heard.spoken.language) if heard.spoken.language else None
    return told


def _answer(talk: Talk, arrival: Arrival, reading: Reading, heard: Hearing | None) -> None:
    if talk.state.aside.attached is not None and not beyond_words.is_bare_media(arrival.event):
        talk.put_aside(attached=None)
    if heard is not None:
        spoken.answer(talk, arrival, reading, heard)
        return
    if talk.state.aside.unheard is not None:
        talk.put_aside(unheard=None)
    match arrival.event:
        case ChoiceReceived(option_id=option_id):
            if not spoken.pressed(talk, option_id):
                presses.answer(talk, option_id)
        case TextReceived():
            if not spoken.is_answer(talk, arrival, reading):
                words.answer(talk, reading)
        case _:
            beyond_words.answer(talk, arrival, reading)


def _leave_the_past(talk: Talk, reading: Reading) -> None:
    """Dates that have passed since they were named are not talked about any more."""
    check_in = talk.draft.check_in
    if check_in is None or check_in >= talk.today:
        return
    forget_dates(talk)
    if talk.drafting:
        talk.change(expecting=Expecting.DATES)
        if reading.dates is None:
            talk.say("dates_gone")


def _asked(state: State) -> str:
    """What a yes would do."""
    if state.cancelling is not None:
        return "cancel"
    if state.aside.leaving is not None:
        return "late"
    if splitting.offered(state) is not None:
        return "split"
    return "book" if state.draft.replaces is None else "change"


def _prices(state: State) -> tuple[Decimal, ...]:
    """What the offers on the table cost, to be compared."""
    offers = state.draft.offers if state.expecting is Expecting.OFFER else ()
    return tuple(one.total.amount for one in offers) if len({one.total.currency for one in offers}) == 1 else ()


def _options(state: State, hotel: HotelProfile) -> tuple[str, ...]:
    """What may be chosen in words, in the order shown."""
    language = state.language or Language(hotel.languages[0])
    match state.expecting:
        case Expecting.OFFER:
            offers = state.draft.offers
            return tuple(formats.room(hotel, one.room_type.key, one.room_type.name, language) for one in offers)
        case Expecting.OPTION if state.aside.perhaps:
            return clarifying.titles(state.aside.perhaps, hotel.tone.of(language))
        case Expecting.OPTION:
            return tuple(formats.day(day, language) for day in state.days) or words.PART_WORDS[language]
        case Expecting.CODE if state.looking_for is not None and state.code is None:
            return state.aside.which
        case Expecting.YES_NO:
            what, register = _asked(state), hotel.tone.of(language)
            return say(f"yes_{what}", register), say(f"no_{what}", register)
        case _:
            return ()
