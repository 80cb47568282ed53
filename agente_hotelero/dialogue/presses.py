"""A button or a list's row: it names what it chooses, so that an old one is told apart."""

from agente_hotelero.dialogue import booking, clarifying, leaving, on_file, reservations, splitting
from agente_hotelero.dialogue.asking import NO, YES, answer_id, choose, offer_id
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.taking import DAY
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.words import answer_meant, repeat, take_one_of_the_days


def answer(talk: Talk, option_id: str) -> None:
    """Do what was pressed, if it still stands."""
    if talk.state.pending is not None:
        talk.say("still_confirming")
    elif clarifying.is_ours(option_id):
        answer_meant(talk, clarifying.pressed(option_id))
    elif option_id == talk.state.pressed and talk.state.bookings:
        talk.say("already_booked", code=talk.state.bookings[-1].code, fact=on_file.READ_FROM)
    elif not (
        _of_a_cancellation(talk, option_id)
        or _of_a_late_checkout(talk, option_id)
        or _of_a_split(talk, option_id)
        or _of_a_draft(talk, option_id)
    ):
        talk.say("old_option")
        repeat(talk)


def _of_a_cancellation(talk: Talk, option_id: str) -> bool:
    reservation = talk.state.cancelling
    if reservation is None:
        return False
    if option_id == reservations.yes_id(reservation):
        reservations.said_yes(talk, reservation)
    elif option_id == reservations.no_id(reservation):
        reservations.said_no(talk)
    else:
        return False
    return True


def _of_a_late_checkout(talk: Talk, option_id: str) -> bool:
    reservation, yes = talk.state.aside.leaving, talk.state.aside.leaving_yes
    if reservation is None or yes is None:
        return False
    if option_id == yes:
        leaving.said_yes(talk, reservation)
    elif option_id == NO + yes.removeprefix(YES):
        reservations.said_no(talk)
    else:
        return False
    return True


def _of_a_split(talk: Talk, option_id: str) -> bool:
    split = splitting.offered(talk.state)
    if split is None or option_id not in {splitting.yes_id(split), splitting.no_id(split)}:
        return False
    _back_to_the_draft(talk)
    answered = splitting.said_yes if option_id == splitting.yes_id(split) else splitting.said_no
    answered(talk, split)
    return True


def _of_a_draft(talk: Talk, option_id: str) -> bool:
    draft = talk.draft
    offer = next((one for one in draft.offers if offer_id(one) == option_id), None)
    summarised = answer_id(draft, draft.chosen) if draft.chosen is not None and draft.summarised else None
    talk_of_draft = True
    if offer is not None:
        _back_to_the_draft(talk)
        choose(talk, offer)
        booking.advance(talk)
    elif summarised is not None and option_id == YES + summarised:
        _back_to_the_draft(talk)
        booking.said_yes(talk)
    elif summarised is not None and option_id == NO + summarised:
        _back_to_the_draft(talk)
        booking.said_no(talk)
    elif talk.state.expecting is Expecting.OPTION:
        talk_of_draft = _of_an_option(talk, option_id)
    else:
        talk_of_draft = False
    return talk_of_draft


def _of_an_option(talk: Talk, option_id: str) -> bool:
    days = [f"{DAY}{day}" for day in talk.state.days]
    if option_id in days:
        take_one_of_the_days(talk, days.index(option_id))
    elif not days and option_id.removeprefix(booking.PART) in booking.PARTS:
        booking.change_part(talk, option_id.removeprefix(booking.PART))
    else:
        return False
    return True


def _back_to_the_draft(talk: Talk) -> None:
    """A reservation looked up in between is no question any more."""
    if talk.state.looking_for is not None:
        reservations.forget(talk)
