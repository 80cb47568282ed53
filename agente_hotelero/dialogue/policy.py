"""What to do next: `decide(state, event, world) → (state, effects)`, without clock, network or memory of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from agente_hotelero.dialogue import booking, facts, handing_over, reservations
from agente_hotelero.dialogue.effects import (
    AskOffers,
    CancelPendingReplies,
    Effect,
    HandOffReason,
    OffersFound,
    PmsAway,
    ReadAnswer,
    ReservationFound,
)
from agente_hotelero.dialogue.reading import Context, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.state import Draft, State
from agente_hotelero.dialogue.talk import Talk, World
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.events import (
    Arrival,
    ChoiceReceived,
    OtherReceived,
    ReservationSettled,
    SagaOutcome,
    StaffGaveBack,
    StaffTookOver,
    TextReceived,
    TimerFired,
)
from agente_hotelero.model.hotel import HotelProfile

__all__ = ["Heard", "World", "context_for", "decide", "initial"]

# What asks for no answer: a heart on our message, a number that changed, a group.
SILENT: Final = frozenset({"reaction", "system", "revoke", "group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event, and for a guest's words what was read in them."""

    arrival: Arrival
    reading: Reading | None


def initial() -> State:
    """A conversation that has not begun."""
    return State()


def context_for(state: State, hotel: HotelProfile, sent_on: date) -> Context:
    """What reading the next message needs to know."""
    return Context(
        today=sent_on,
        languages=tuple(Language(code) for code in hotel.languages),
        prior=state.language,
        expecting=state.expecting,
        options=_options(state, hotel),
        room_names=tuple((room.key, name) for room in hotel.rooms for name in room.names.values()),
        check_in=state.draft.check_in,
    )


def decide(state: State, heard: Heard | ReadAnswer, world: World) -> tuple[State, tuple[Effect, ...]]:
    """Decide on one event, or on the PMS's answer to what an event's decision asked."""
    talk = Talk(state, world)
    match heard:
        case Heard():
            _hear(talk, heard)
        case OffersFound():
            booking.offers_found(talk, heard)
        case ReservationFound():
            reservations.found(talk, heard)
        case PmsAway(asked=AskOffers()):
            booking.pms_away(talk)
        case PmsAway():
            talk.say("pms_away")
        case _:
            assert_never(heard)
    return talk.done()


def _hear(talk: Talk, heard: Heard) -> None:  # noqa: C901 - a table of contents
    match heard.arrival.event:
        case StaffTookOver():
            talk.change(taken_over=True)
            talk.do(CancelPendingReplies())
        case StaffGaveBack():
            talk.change(taken_over=False, expecting=Expecting.NOTHING)
        case ReservationSettled() as news:
            _settled(talk, news)
        case TimerFired():
            return
        case TextReceived() | ChoiceReceived() | OtherReceived() if talk.state.taken_over:
            return
        case TextReceived() | ChoiceReceived() | OtherReceived() if talk.world.paused:
            handing_over.paused(talk)
        case OtherReceived(what=what):
            if what not in SILENT:
                talk.say("cant_read")
                _repeat(talk)
        case ChoiceReceived(option_id=option_id):
            talk.change(paused_told=False, misunderstood=0)
            _choice(talk, option_id)
        case TextReceived():
            _text(talk, heard.reading or Reading())
        case unreachable:
            assert_never(unreachable)


def _settled(talk: Talk, news: ReservationSettled) -> None:
    if talk.state.taken_over:
        # A person talks with this guest: they get the news, the guest hears it from them.
        talk.change(pending=None if news.outcome is not SagaOutcome.DELAYED else talk.state.pending)
        talk.hand_off(HandOffReason.RESERVATION_IN_DOUBT, f"Una reserva en curso terminó: {news.outcome.value}.")
        return
    reservations.settled(talk, news)


def _text(talk: Talk, reading: Reading) -> None:
    talk.change(paused_told=False)
    if reading.language is not None:
        talk.change(language=reading.language)
    if Intent.EMERGENCY in reading.intents:
        handing_over.emergency(talk)
    elif Intent.PERSON in reading.intents:
        handing_over.to_person(talk, HandOffReason.ASKED, "El huésped pide hablar con una persona.")
    elif talk.state.pending is not None:
        _while_pending(talk, reading)
    else:
        _free(talk, reading)
    if talk.silent and not talk.effects:
        handing_over.not_understood(talk)
    elif not talk.silent:
        talk.change(misunderstood=talk.state.misunderstood if _lost(talk) else 0)


def _lost(talk: Talk) -> bool:
    return any(talk.phrase("not_understood") in line for line in talk._lines)  # noqa: SLF001 - one room


def _while_pending(talk: Talk, reading: Reading) -> None:
    """A write is under way: facts are answered, everything else waits for it."""
    answered = facts.answer(talk, reading)
    polite = reading.intents and reading.intents <= {Intent.THANK, Intent.GREET, Intent.GOODBYE}
    if polite and not answered:
        talk.say("welcome" if Intent.THANK in reading.intents else "still_confirming")
    elif not answered:
        talk.say("still_confirming")


def _free(talk: Talk, reading: Reading) -> None:
    expecting = talk.state.expecting
    wants_booking = booking.says_something(reading, expecting)
    answered = not reading.bare and facts.answer(talk, reading)
    if Intent.CHANGE_RESERVATION in reading.intents:
        talk.say("change_by_team")
        handing_over.to_person(talk, HandOffReason.ASKED, "El huésped quiere cambiar una reserva.")
    elif Intent.CANCEL_RESERVATION in reading.intents and not (
        _in_draft(talk) and reading.code is None and not talk.state.bookings
    ):
        reservations.look_for(talk, "cancel", reading)
    elif Intent.MY_RESERVATION in reading.intents:
        reservations.look_for(talk, "show", reading)
    elif Intent.ABANDON in reading.intents or Intent.CANCEL_RESERVATION in reading.intents:
        talk.change(
            draft=Draft(), expecting=Expecting.NOTHING, looking_for=None, cancelling=None, code=None, surname=None
        )
        talk.say("abandoned")
    elif expecting is Expecting.CODE and (reading.code or reading.name):
        reservations.identify(talk, reading.code, reading.name)
    elif expecting is Expecting.YES_NO and _yes_or_no(reading) is not None:
        _answer_yes_no(talk, yes=_yes_or_no(reading) is True)
    elif wants_booking:
        talk.change(cancelling=None, looking_for=None)
        if booking.take(talk, reading):
            booking.advance(talk)
    elif answered:
        _repeat(talk)
    else:
        _small_talk(talk, reading)


def _yes_or_no(reading: Reading) -> bool | None:
    """Only a bare answer is one: «sí, pero somos 3» changes the draft instead."""
    if reading.choice is not None:
        return reading.choice == 0
    if not reading.bare:
        return None
    return Intent.AFFIRM in reading.intents


def _answer_yes_no(talk: Talk, *, yes: bool) -> None:
    if talk.state.cancelling is not None:
        (reservations.said_yes if yes else reservations.said_no)(talk)
    else:
        (booking.said_yes if yes else booking.said_no)(talk)


def _small_talk(talk: Talk, reading: Reading) -> None:  # noqa: C901 - a list of what is left, the likeliest first
    intents = reading.intents
    state = talk.state
    if (
        Intent.AFFIRM in intents
        and reading.bare
        and state.expecting is Expecting.OFFER
        and len(state.draft.offers) == 1
    ):
        booking.choose(talk, state.draft.offers[0])
        booking.advance(talk)
    elif state.expecting is Expecting.EMAIL and not intents:
        talk.say("bad_email")
    elif state.expecting is Expecting.NAME and not intents:
        talk.say("bad_name")
    elif Intent.HELP in intents:
        talk.say("can_do")
        _repeat(talk)
    elif Intent.THANK in intents:
        talk.say("welcome")
    elif Intent.GOODBYE in intents:
        talk.say("goodbye")
    elif Intent.GREET in intents and not _in_draft(talk):
        booking.question(talk, Expecting.DATES, "hello", hotel=talk.hotel.name, fact="profile:name")
    elif Intent.GREET in intents or (intents & {Intent.AFFIRM, Intent.DENY} and _in_draft(talk)):
        booking.advance(talk)
    elif Intent.DENY in intents:
        talk.say("abandoned")
    elif Intent.AFFIRM in intents:
        talk.say("can_do")
    else:
        handing_over.not_understood(talk)
        _repeat(talk)


def _choice(talk: Talk, option_id: str) -> None:
    """A button: it names what it chooses, so an old one is told apart."""
    state, draft = talk.state, talk.draft
    yes_id = booking.YES + booking.offer_id(draft.chosen) if draft.chosen else None
    cancel = f"cancel:{state.cancelling.code}" if state.cancelling else None
    offer = next((one for one in draft.offers if booking.offer_id(one) == option_id), None)
    if state.pending is not None:
        talk.say("still_confirming")
    elif cancel is not None and option_id in {booking.YES + cancel, booking.NO + cancel}:
        _answer_yes_no(talk, yes=option_id.startswith(booking.YES))
    elif draft.chosen is not None and draft.summarised and option_id == yes_id:
        booking.said_yes(talk)
    elif draft.chosen is not None and option_id == booking.NO + booking.offer_id(draft.chosen):
        booking.said_no(talk)
    elif offer is not None:
        booking.choose(talk, offer)
        booking.advance(talk)
    else:
        talk.say("old_option")
        if _in_draft(talk):
            booking.advance(talk)
        else:
            talk.say("can_do")


def _repeat(talk: Talk) -> None:
    """After an answer in between, the open question again."""
    state = talk.state
    match state.expecting:
        case Expecting.NOTHING | Expecting.OFFER:
            if state.expecting is Expecting.OFFER:
                talk.say("which")
        case Expecting.CODE:
            talk.say("ask_code" if state.code is None else "ask_surname")
        case Expecting.YES_NO if state.cancelling is not None:
            talk.say("not_a_yes")
        case _:
            if _in_draft(talk):
                booking.advance(talk)


def _in_draft(talk: Talk) -> bool:
    return talk.draft != Draft() or talk.state.expecting is Expecting.DATES


def _options(state: State, hotel: HotelProfile) -> tuple[str, ...]:
    language = state.language or Language(hotel.languages[0])
    if state.expecting is Expecting.OFFER:
        return tuple(
            formats.room(hotel, offer.room_type.key, offer.room_type.name, language) for offer in state.draft.offers
        )
    return ("yes", "no") if state.expecting is Expecting.YES_NO else ()
