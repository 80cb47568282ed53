"""What a guest's words lead to: one question answered, one step further, or a person."""

from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue import (
    alternatives,
    arriving,
    booking,
    calling,
    changing,
    clarifying,
    faq,
    front_desk,
    handing_over,
    leaving,
    looking,
    naming,
    on_file,
    proof,
    reading_back,
    reservations,
    splitting,
    verifying,
)
from agente_hotelero.dialogue.asking import ask_offers, choose
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.reading import LET_BE, POLITE, WANT_A_ROOM, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.state import Draft, State
from agente_hotelero.dialogue.taking import forget_dates, take, take_day, tells_slots
from agente_hotelero.dialogue.talk import Talk

# What the parts to change are called, beyond their titles; in the order of PART_OF.
PART_WORDS: Final = {
    Language.ES: ("fechas", "personas", "nombre", "habitacion", "correo", "datos"),
    Language.PT: ("datas", "pessoas", "nome", "quarto", "mail", "dados"),
    Language.EN: ("dates", "people", "name", "room", "mail", "details"),
}
PART_OF: Final = ("dates", "people", "details", "room", "details", "details")
OUT: Final = frozenset({Intent.CANCEL_RESERVATION, Intent.ABANDON})
NO: Final = frozenset({Intent.DENY, Intent.KEEP_RESERVATION})
LATER: Final = frozenset({Intent.CHANGE_RESERVATION, Intent.LATE_CHECKOUT, Intent.KEEP_RESERVATION, Intent.DENY})
"""What a write under way puts off."""
# Nothing that a free question would say: at these a strange word is a failed answer.
FREE_TEXT: Final = {Expecting.NAME: "bad_name", Expecting.EMAIL: "bad_email", Expecting.PHONE: "bad_phone"}


def answer(talk: Talk, reading: Reading) -> None:
    """Answer one message."""
    perhaps = talk.state.aside.perhaps
    clarifying.leave(talk)
    if perhaps and reading.choice is not None:
        answer_meant(talk, perhaps[reading.choice] if reading.choice < len(perhaps) else None)
        return
    if Intent.EMERGENCY in reading.intents:
        handing_over.emergency(talk)
    elif Intent.PERSON in reading.intents and not front_desk.is_upset(reading):
        front_desk.tell(talk, reading)
        handing_over.to_person(talk, HandOffReason.ASKED, "El huésped pide hablar con una persona.")
    elif talk.state.pending is not None:
        _while_pending(talk, reading)
    else:
        _freely(talk, reading)
        _greet_back(talk, reading)


def answer_meant(talk: Talk, intent: Intent | None) -> None:
    """Answer what the guest chose of what they may have meant."""
    clarifying.leave(talk)
    if intent is None:
        talk.puzzled = True
        talk.say("tell_me_more")
        handing_over.way_to_person(talk)
    else:
        talk.change(misunderstood=0)
        answer(talk, Reading(intents=frozenset({intent})))


def repeat(talk: Talk) -> None:
    """After an answer in between, the open question again."""
    state = talk.state
    if state.aside.spoken is not None:
        reading_back.ask(talk)
    elif state.cancelling is not None and state.expecting is Expecting.YES_NO:
        reservations.sum_up_cancellation(talk, state.cancelling)
    elif state.aside.leaving is not None and state.expecting is Expecting.YES_NO:
        leaving.found(talk, state.aside.leaving)
    elif state.expecting is Expecting.CODE or state.looking_for is not None:
        looking.ask_what_is_missing(talk)
    elif talk.drafting:
        booking.repeat(talk)


def _while_pending(talk: Talk, reading: Reading) -> None:
    """A write is under way: facts are answered, everything else waits for it."""
    intents = reading.intents
    if front_desk.answer(talk, reading):
        return
    aside = talk.state.aside
    books = aside.late_code is None and (talk.state.cancelling_code is None or aside.replaced_by is not None)
    if intents & OUT and books:
        talk.change(wants_out=True)
        talk.say("pending_cancel")
    elif intents & LATER or tells_slots(talk, reading):
        talk.say("pending_change")
    elif Intent.THANK in intents and intents <= POLITE:
        talk.say("welcome")
    else:
        talk.say("still_confirming")


def _freely(talk: Talk, reading: Reading) -> None:
    before = talk.state
    if not verifying.typed(talk, reading):
        say_freely(talk, reading)
    if _asks_the_same(before, talk.state):
        talk.put_aside(between=True)


def _asks_the_same(before: State, after: State) -> bool:
    """Whether a yes is asked for as before the message: «ok, gracias» may be for what was said to it."""
    if before.expecting is not Expecting.YES_NO or after.expecting is not Expecting.YES_NO:
        return False
    was, is_now = ((one.draft, one.cancelling, one.aside.leaving) for one in (before, after))
    return was == is_now


def say_freely(talk: Talk, reading: Reading) -> None:
    """Answer what is no code that was sent."""
    if _asks_what_the_yes_costs(talk, reading):
        repeat(talk)
        return
    if _comes_back_later(reading):
        talk.say("at_hand")
        return
    answered = not reading.bare and front_desk.answer(talk, reading)
    if answered and (front_desk.is_all(talk, reading) or _is_of_no_stay(talk, reading)):
        return
    handled = (
        _answers_the_question(talk, reading)
        or _would_change_rooms(talk, reading)
        or _about_a_reservation(talk, reading, answered=answered)
        or _gives_up(talk, reading)
        or _about_a_room(talk, reading)
    )
    if handled:
        return
    if answered or (not reading.bare and faq.answer(talk, reading)):
        if not front_desk.is_upset(reading):
            repeat(talk)
    else:
        _small_talk(talk, reading)


def _asks_what_the_yes_costs(talk: Talk, reading: Reading) -> bool:
    """At a cancellation or a late check-out «¿cuánto cuesta?» asks for no room: its price is in the summary."""
    if talk.state.expecting is not Expecting.YES_NO or tells_slots(talk, reading):
        return False
    if talk.state.cancelling is not None:
        asks = reading.intents & {Intent.AVAILABILITY, Intent.CANCELLATION_POLICY}
    else:
        asks = reading.intents & {Intent.AVAILABILITY} if talk.state.aside.leaving is not None else frozenset()
    return bool(asks) and reading.intents <= asks | POLITE | {Intent.AFFIRM}


def _comes_back_later(reading: Reading) -> bool:
    """«Lo consulto con mi esposo y te aviso mañana»: nothing is asked, nothing is taken, nothing is forgotten."""
    if Intent.LATER not in reading.intents or reading.intents - POLITE - NO - {Intent.LATER, Intent.AFFIRM}:
        return False
    dates = reading.dates
    of_a_stay = (
        reading.nights,
        reading.room_key,
        reading.rooms,
        reading.email,
        reading.code,
        dates and dates.check_out,
    )
    return not any(of_a_stay)


def _is_of_no_stay(talk: Talk, reading: Reading) -> bool:
    """«¿Hay desayuno mañana?» names a day and wants no room."""
    if talk.drafting or reading.intents & front_desk.FLOWS or reading.dates is None:
        return False
    more = (reading.dates.check_out, reading.nights, reading.room_key, reading.rooms, reading.people, reading.adults)
    return not any(more) and reading.dates.trouble is None


def _answers_the_question(talk: Talk, reading: Reading) -> bool:
    """Only the question's own kind of answer; whatever says more is read as a message of its own."""
    state, choice = talk.state, reading.choice
    if reading.arrives is not None and arriving.answer(talk, reading):
        return True
    match state.expecting:
        case Expecting.YES_NO if (yes := _yes_or_no(talk, reading)) is not None:
            _say_yes_or_no(talk, yes=yes)
        case Expecting.OPTION if choice is not None and choice < len(state.days) and reading.dates is None:
            take_one_of_the_days(talk, choice)
        case Expecting.OPTION if len(state.draft.nearby) == 1 and _accepts(talk, reading):
            take_one_of_the_days(talk, 0)
        case Expecting.OPTION if choice is not None and not state.days and not tells_slots(talk, reading):
            booking.change_part(talk, PART_OF[choice])
        case Expecting.CODE:
            return naming.answer(talk, reading)
        case Expecting.EMAIL if state.looking_for is not None:
            return naming.answer(talk, reading)
        case Expecting.OFFER if _accepts(talk, reading):
            _accept(talk)
        case Expecting.PHONE if calling.declined(talk, reading):
            calling.take(talk, calling.RATHER_NOT)
            booking.advance(talk)
        case _:
            return False
    return True


def _keeps(talk: Talk, reading: Reading) -> bool:
    """«No la canceles», «déjala»: a no to what would be done with a reservation; to a late check-out «la quiero» is none."""
    no_more = POLITE | LET_BE | {Intent.DENY, Intent.AFFIRM, Intent.MY_RESERVATION}
    if Intent.KEEP_RESERVATION not in reading.intents or reading.intents - no_more or tells_slots(talk, reading):
        return False
    if talk.state.cancelling is not None:
        return True
    of_another_thing = talk.state.aside.leaving is not None or talk.draft.replaces is not None
    return of_another_thing and not (reading.bare and Intent.AFFIRM in reading.intents)


def _says_no_and_asks(talk: Talk, reading: Reading) -> bool:
    """«No, muy caro. ¿Hasta qué hora es el desayuno?»: the no stands, and no yes is open to a later «ok»."""
    of_what_is_booked = talk.state.cancelling or talk.state.aside.leaving or talk.draft.replaces
    no = Intent.DENY in reading.intents or (of_what_is_booked and Intent.KEEP_RESERVATION in reading.intents)
    asked = reading.intents - POLITE - NO - LET_BE
    if not no or not asked or asked & (front_desk.FLOWS | {Intent.AFFIRM, Intent.OTHER_OPTION, Intent.CHANGE_BOOKER}):
        return False
    # «¿Y la suite tiene vista?» chooses none.
    return not tells_slots(talk, replace(reading, room_key=None) if Intent.ROOM_INFO in asked else reading)


def _yes_or_no(talk: Talk, reading: Reading) -> bool | None:
    if _keeps(talk, reading) or _says_no_and_asks(talk, reading):
        return False
    of_a_split = splitting.yes_or_no(talk, reading)
    return of_a_split if of_a_split is not None else _bare_yes_or_no(talk, reading)


def _bare_yes_or_no(talk: Talk, reading: Reading) -> bool | None:
    """Only a bare answer is one: «sí, pero somos 3» changes the draft instead."""
    if reading.choice is not None:
        return reading.choice == 0
    if talk.state.aside.between and reading.intents >= {Intent.AFFIRM, Intent.THANK}:
        return None
    of_what_is_booked = talk.state.cancelling or talk.state.aside.leaving or talk.draft.replaces
    if not reading.bare or (of_what_is_booked and Intent.CHANGE_RESERVATION in reading.intents):
        return None
    return Intent.AFFIRM in reading.intents


def _say_yes_or_no(talk: Talk, *, yes: bool) -> None:
    cancelling, late, split = talk.state.cancelling, talk.state.aside.leaving, splitting.offered(talk.state)
    if cancelling is None and late is None and split is not None and yes and talk.spoken:
        talk.say("yes_spoken")
        repeat(talk)
    elif cancelling is None and late is None and split is not None:
        (splitting.said_yes if yes else splitting.said_no)(talk, split)
    elif cancelling is None and late is None:
        (booking.said_yes if yes else booking.said_no)(talk)
    elif not yes:
        reservations.said_no(talk)
    elif cancelling is not None:
        reservations.said_yes(talk, cancelling)
    elif late is not None:
        leaving.said_yes(talk, late)


def take_one_of_the_days(talk: Talk, which: int) -> None:
    """A day that was shown with a room and its price chooses both, where that room is the one that was wanted."""
    nearby, day, wanted = talk.draft.nearby, talk.state.days[which], talk.draft.room_key
    offer = nearby[which] if which < len(nearby) else None
    take_day(talk, day)
    if offer is not None and offer.room_type.key == wanted and offer.stay.check_in == day:
        choose(talk, offer)
    booking.advance(talk)


def _accepts(talk: Talk, reading: Reading) -> bool:
    """«Sí», «dale, la reservo», «quiero reservar»: not yet a booking, so it need not be bare."""
    wants = reading.intents & {Intent.AFFIRM, Intent.BOOK}
    but = reading.intents & {
        *(Intent.DENY, Intent.OTHER_OPTION, Intent.AVAILABILITY, Intent.SPLIT_STAY),
        *(Intent.CANCEL_RESERVATION, Intent.ABANDON, Intent.LATER),
    }
    return bool(wants) and not but and not tells_slots(talk, reading)


def _accept(talk: Talk) -> None:
    offers = talk.draft.offers
    if len(offers) == 1:
        choose(talk, offers[0])
        booking.advance(talk)
    else:
        booking.repeat(talk)


def _would_change_rooms(talk: Talk, reading: Reading) -> bool:
    """Of a stay that is wanted; in one that is booked a person changes rooms."""
    if Intent.SPLIT_STAY not in reading.intents:
        return False
    if splitting.is_of_what_is_booked(talk, reading):
        splitting.by_team(talk)
    else:
        reservations.leave(talk)
        splitting.wish(talk)
        _take(talk, reading)
    return True


def _about_a_reservation(talk: Talk, reading: Reading, *, answered: bool) -> bool:
    """One that exists; in the middle of a new one most words are about that."""
    intents = reading.intents
    of_the_draft = talk.drafting and reading.code is None
    if Intent.CHANGE_BOOKER in intents and not (of_the_draft and talk.draft.replaces is None):
        _about_the_booker(talk)
    elif Intent.CHANGE_RESERVATION in intents and not (
        of_the_draft and (_choosing(talk) or not reading.of_a_reservation)
    ):
        changing.begin(talk, reading)
        looking.look_for(talk, "change", reading)
    elif Intent.LATE_CHECKOUT in intents:
        _about_leaving_late(talk, reading, of_the_draft=of_the_draft)
    elif Intent.CANCEL_RESERVATION in intents and talk.state.cancelling is not None and reading.code is None:
        talk.say("cancel_hint")
        reservations.sum_up_cancellation(talk, talk.state.cancelling)
    elif Intent.CANCEL_RESERVATION in intents and not (of_the_draft and not _of_the_old_one(talk, reading)):
        looking.look_for(talk, "cancel", reading)
    elif Intent.MY_RESERVATION in intents and not (of_the_draft and tells_slots(talk, reading)):
        if answered and reading.code is None:
            return False
        looking.look_for(talk, "show", reading)
    elif naming.means_another(talk, reading):
        looking.another(talk, reading)
    elif not talk.drafting and naming.only_a_code(reading):
        looking.look_for(talk, talk.state.looking_for or "show", reading)
    else:
        return False
    return True


def _about_the_booker(talk: Talk) -> None:
    """A person changes that; a change of anything else goes on."""
    if talk.draft.replaces is None:
        changing.leave(talk)
        reservations.forget(talk)
    booking.booker_by_team(talk)


def _of_the_old_one(talk: Talk, reading: Reading) -> bool:
    """«Mejor cancela la reserva», in the middle of its change."""
    return talk.draft.replaces is not None and reading.of_a_reservation


def _about_leaving_late(talk: Talk, reading: Reading, *, of_the_draft: bool) -> None:
    """Who has no reservation yet only wants to know."""
    if not leaving.wished(talk, reading):
        return
    if of_the_draft and not talk.state.bookings:
        repeat(talk)
    else:
        looking.look_for(talk, "late", reading)


def _choosing(talk: Talk) -> bool:
    return bool(talk.draft.offers) or talk.draft.chosen is not None


def _gives_up(talk: Talk, reading: Reading) -> bool:
    intents = reading.intents
    no_thanks = (
        {Intent.DENY, Intent.THANK} <= intents and talk.drafting and talk.state.expecting is not Expecting.YES_NO
    )
    of_a_change = talk.draft.replaces is not None
    keeps = of_a_change and Intent.KEEP_RESERVATION in intents
    # «Sí, ¿y si la tengo que cancelar?» wants it.
    out = intents & (OUT if Intent.AFFIRM not in intents else LET_BE)
    if not (out or no_thanks or keeps) or tells_slots(talk, reading):
        return False
    codes = ", ".join(proof.bookings(talk))
    booking.drop(talk)
    talk.say("kept" if of_a_change else "abandoned")
    if Intent.CANCEL_RESERVATION in intents and codes:
        talk.say("still_booked", codes=codes, fact=on_file.READ_FROM)
    return True


def _about_a_room(talk: Talk, reading: Reading) -> bool:
    intents = reading.intents
    slots = tells_slots(talk, reading)
    if not slots and talk.drafting and Intent.CHANGE_RESERVATION in intents:
        _would_change_something(talk, reading)
    elif not slots and _choosing(talk) and Intent.OTHER_OPTION in intents:
        reservations.leave(talk)
        booking.other_room(talk)
    elif not slots and talk.draft.chosen is not None and not talk.draft.summarised and Intent.AVAILABILITY in intents:
        reservations.leave(talk)
        ask_offers(talk, "price")
    elif slots or intents & WANT_A_ROOM:
        reservations.leave(talk)
        _take(talk, reading)
    else:
        return False
    return True


def _would_change_something(talk: Talk, reading: Reading) -> None:
    if talk.draft.replaces is None or (_choosing(talk) and Intent.AFFIRM not in reading.intents):
        booking.what_to_change(talk)
        return
    if talk.draft.summarised:
        # «Sí, cámbiala» may mean this change, or another: only a yes alone books.
        talk.say("change_hint")
    booking.repeat(talk)


def _take(talk: Talk, reading: Reading) -> None:
    before, another_booker = talk.draft, _names_another_booker(talk, reading)
    if another_booker:
        booking.booker_by_team(talk)
    if take(talk, reading) and not (another_booker and talk.draft == before):
        alternatives.same_days(talk, reading)
        booking.advance(talk)


def _names_another_booker(talk: Talk, reading: Reading) -> bool:
    """In a change: the reservation stays its booker's."""
    old, email = talk.draft.replaces, talk.draft.email
    if old is None:
        return False
    another_name = reading.name is not None and " " in reading.name and not proof.may_be(reading.name, old.booker_name)
    another_address = None not in {reading.email, email} and reading.email != (email or "").lower()
    return another_name or another_address


def _small_talk(talk: Talk, reading: Reading) -> None:
    intents = reading.intents
    if Intent.HELP in intents:
        talk.say("can_do")
        repeat(talk)
    elif _in_between(talk):
        _polite_in_between(talk, reading)
    elif intents & NO and not intents - POLITE - NO:
        talk.say("at_hand")
    elif Intent.THANK in intents:
        talk.say("welcome")
        talk.say("anything_else")
    elif Intent.GOODBYE in intents:
        talk.say("goodbye")
    elif handing_over.promised(talk) and not intents - POLITE - {Intent.AFFIRM}:
        _still_waiting(talk, reading)
    elif Intent.GREET in intents:
        greet(talk)
    elif clarifying.ask(talk, reading.perhaps):
        return
    elif (Intent.AFFIRM in intents and reading.bare) or not handing_over.not_understood(talk):
        talk.say("can_do")


def _still_waiting(talk: Talk, reading: Reading) -> None:
    """«¿Hola?», «¿me responden?»: whoever was promised a person asks for them, or says what nobody but one understands."""
    if reading.bare:
        # «Ok» only means that they read it.
        talk.say("at_hand")
        return
    if Intent.GREET in reading.intents:
        talk.say("hi")
    handing_over.promise_again(talk)
    clarifying.ask(talk, [intent for intent in reading.perhaps if intent is not Intent.PERSON])


def _in_between(talk: Talk) -> bool:
    """Whether a question of ours is open."""
    return talk.drafting or talk.state.looking_for is not None


def _polite_in_between(talk: Talk, reading: Reading) -> None:
    intents, expecting = reading.intents, talk.state.expecting
    if Intent.GOODBYE in intents:
        talk.say("goodbye")
    elif intents & {Intent.THANK, Intent.GREET}:
        talk.say("welcome" if Intent.THANK in intents else "hi")
        repeat(talk)
    elif expecting in FREE_TEXT:
        if not intents - {Intent.DENY, Intent.NO_CODE}:
            handing_over.not_understood(talk, FREE_TEXT[expecting])
        else:
            repeat(talk)
    elif Intent.DENY in intents and (reading.bare or expecting is Expecting.OPTION):
        _no_in_between(talk)
    elif expecting is Expecting.NOTHING or (Intent.AFFIRM in intents and reading.bare):
        # With nothing asked the PMS was away: whatever this is, it means «again».
        repeat(talk)
    elif not handing_over.not_understood(talk):
        repeat(talk)


def _no_in_between(talk: Talk) -> None:
    """A no to a question that has none: something is not as it should be, or nothing is wanted any more."""
    if talk.draft.nearby:
        forget_dates(talk)
        booking.advance(talk)
    elif talk.state.expecting is Expecting.OPTION or talk.draft == Draft(begun=True):
        booking.drop(talk)
        talk.say("abandoned")
    else:
        booking.what_to_change(talk)


def greet(talk: Talk) -> None:
    """Say who we are, or that we are still here."""
    if talk.state.greeted:
        talk.say("hello_again")
    else:
        talk.say("hello", hotel=talk.hotel.name, fact="profile:name")
    talk.change(expecting=Expecting.DATES)


def _greet_back(talk: Talk, reading: Reading) -> None:
    if Intent.GREET in reading.intents:
        if not talk.state.greeted and reading.intents - POLITE:
            talk.open_with("hi")
        talk.change(greeted=True)
