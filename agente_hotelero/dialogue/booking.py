"""From «do you have a room» to an explicit yes: asks for what is missing, offers, sums up, intends."""

from typing import Final

from agente_hotelero.dialogue import alternatives, calling, fees, offering, splitting
from agente_hotelero.dialogue.asking import (
    MOST_ROOMS,
    ON_THE_TABLE,
    ask_offers,
    choose,
    fresh,
    overlap,
    party_of,
    question,
)
from agente_hotelero.dialogue.effects import AskOffers, HandOffReason, OffersFound
from agente_hotelero.dialogue.handing_over import to_person, way_to_person
from agente_hotelero.dialogue.on_file import READ_FROM, begun
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import NO_DRAFT
from agente_hotelero.dialogue.taking import forget_dates
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import Offer, PmsReservation

PART: Final = "part:"
PARTS: Final = ("dates", "people", "details", "room")
"""What can be changed, in the order shown. The fourth is the room: in Portuguese «quarto» is that, and the fourth."""


def advance(talk: Talk) -> None:
    """Ask for the next thing that is missing, or go on with what is there."""
    draft = talk.draft
    if draft.replaces is not None and begun(talk, draft.replaces):
        _begun(talk, draft.replaces)
    elif draft.check_in is None:
        _ask_dates(talk)
    elif draft.check_out is None:
        question(talk, Expecting.CHECK_OUT, "ask_check_out", check_in=formats.day(draft.check_in, talk.language))
    elif draft.adults is None:
        question(talk, Expecting.PEOPLE, "ask_people")
    elif party_of(talk).rooms > MOST_ROOMS:
        _too_many(talk)
    elif (rooms := party_of(talk).rooms) > draft.adults:
        talk.edit(adults=None, children=None)
        question(talk, Expecting.PEOPLE, "rooms_and_people", rooms=rooms)
        way_to_person(talk)
    elif draft.chosen is None:
        ask_offers(talk, "list")
    else:
        _towards_the_yes(talk, draft.chosen)


def _towards_the_yes(talk: Talk, chosen: Offer) -> None:
    if talk.draft.name is None:
        _noted(talk, chosen)
        question(talk, Expecting.NAME, "ask_name")
    elif talk.draft.email is None:
        _noted(talk, chosen)
        question(talk, Expecting.EMAIL, "ask_email")
    elif calling.is_asked_for(talk):
        _noted(talk, chosen)
        question(talk, Expecting.PHONE, "ask_phone")
    elif fresh(talk, chosen):
        offering.summary(talk, chosen)
    else:
        ask_offers(talk, "summary")


def _ask_dates(talk: Talk) -> None:
    old, month = talk.draft.replaces, talk.state.aside.month
    if month is not None:
        question(talk, Expecting.DATES, "ask_days", month=formats.month(month, talk.language))
    elif old is None:
        question(talk, Expecting.DATES, "ask_dates")
    else:
        stay = formats.stay(old.stay, talk.language)
        question(talk, Expecting.DATES, "ask_new_dates", code=old.code, stay=stay, fact=READ_FROM)


def _too_many(talk: Talk) -> None:
    talk.edit(adults=None, children=None, rooms=None)
    capacity = max(room.capacity for room in talk.hotel.rooms)
    question(talk, Expecting.PEOPLE, "too_many", capacity=capacity, rooms=MOST_ROOMS, fact="profile:rooms")
    way_to_person(talk)


def _noted(talk: Talk, offer: Offer) -> None:
    if talk.chose:
        room = formats.room(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language)
        talk.say("chosen", room=room.lower(), fact="profile:rooms")


def repeat(talk: Talk) -> None:
    """After an answer in between, the open question again; offers still on the table are not listed again."""
    draft = talk.draft
    offers = draft.offers
    if talk.state.expecting is Expecting.OFFER and offers and talk.world.now - offers[0].fetched_at <= ON_THE_TABLE:
        talk.say("which" if len(offers) > 1 else "suits")
    elif talk.state.expecting is Expecting.OPTION and draft.nearby:
        talk.say("which" if len(draft.nearby) > 1 else "suits")
    elif talk.state.expecting is Expecting.OPTION and not talk.state.days:
        what_to_change(talk)
    else:
        advance(talk)


def offers_found(talk: Talk, found: OffersFound) -> None:
    """Show, name the price, sum up, or book, as the question was meant."""
    if alternatives.is_of_another_stay(talk, found.asked):
        alternatives.found(talk, found)
    elif not found.offers:
        alternatives.search(talk, found)
    else:
        _offers_found(talk, found)


def _offers_found(talk: Talk, found: OffersFound) -> None:
    splitting.not_needed(talk)
    draft = talk.draft
    wanted = draft.chosen.room_type.key if draft.chosen else draft.room_key
    same = next((offer for offer in found.offers if offer.room_type.key == wanted), None)
    if draft.chosen is None:
        _list(talk, found, same)
    elif same is None:
        offering.show(talk, found)
    elif draft.purpose == "price":
        offering.price(talk, same)
        advance(talk)
    elif draft.name is None or draft.email is None or calling.is_asked_for(talk):
        # Taken back while the PMS was away: it is asked for before there is anything to read back.
        talk.edit(chosen=same)
        advance(talk)
    elif same.total != draft.chosen.total:
        talk.say("price_changed")
        offering.summary(talk, same)
    elif draft.purpose == "book":
        _book(talk, same)
    else:
        offering.summary(talk, same)


def _list(talk: Talk, found: OffersFound, same: Offer | None) -> None:
    draft = talk.draft
    if same is not None and draft.name is not None and draft.email is not None:
        # Everything is known: one question instead of two.
        choose(talk, same)
        if calling.is_asked_for(talk):
            advance(talk)
        else:
            offering.summary(talk, same)
    else:
        if same is None and _may_be_its_own(talk, found):
            talk.say("own_room", fact=READ_FROM)
            way_to_person(talk)
        offering.show(talk, found)


def _may_be_its_own(talk: Talk, found: OffersFound) -> bool:
    """Whether the guest's own reservation may be what holds the last room of its type."""
    old, party = talk.draft.replaces, found.asked.party
    if old is None or old.room_type_key != talk.draft.room_key or not overlap(old.stay, found.asked.stay):
        return False
    fullest = max(one.people for one in party.by_room())
    # Where they don't fit into one of that type, it is not its last room that is missing.
    return all(fullest <= room.capacity for room in talk.hotel.rooms if room.key == old.room_type_key)


def said_yes(talk: Talk) -> None:
    """An explicit yes to the summary: book at its price, asked anew where it is older than it may be."""
    chosen = talk.draft.chosen
    if chosen is None or not talk.draft.summarised:
        advance(talk)
    elif talk.no_yes is not None:
        talk.say(talk.no_yes)
        advance(talk)
    elif fresh(talk, chosen):
        _book(talk, chosen)
    else:
        ask_offers(talk, "book")


def _book(talk: Talk, offer: Offer) -> None:
    """The yes was to this price, and in a change also to what giving up the old reservation costs."""
    old = talk.draft.replaces
    if old is None:
        offering.intend(talk, offer)
    elif begun(talk, old):
        _begun(talk, old)
    elif fees.of_cancelling(talk.hotel, old, talk.world.now) != talk.state.aside.giving_up:
        # The hours went by, or the hotel changed its terms.
        talk.say("terms_changed")
        offering.summary(talk, offer)
    else:
        offering.intend(talk, offer)


def _begun(talk: Talk, old: PmsReservation) -> None:
    """A stay that has begun is changed by a person."""
    talk.say("change_by_team")
    why = f"El huésped quiere cambiar la reserva {old.code}, cuya estadía ya empezó."
    to_person(talk, HandOffReason.ASKED, why)
    drop(talk)


def said_no(talk: Talk) -> None:
    """Not like this: everything stays, and can be changed; a reservation that was to be changed stays as it is."""
    if talk.draft.replaces is not None:
        drop(talk)
        talk.say("kept")
        return
    talk.edit(summarised=False)
    what_to_change(talk)


def what_to_change(talk: Talk) -> None:
    """Ask for the part that is not as it should be."""
    talk.change(expecting=Expecting.OPTION, days=())
    options = [Option(id=PART + part, title=talk.phrase(f"part_{part}")) for part in PARTS]
    talk.offer(talk.phrase("what_to_change"), options)


def change_part(talk: Talk, part: str) -> None:
    """Forget that part, and ask for it again."""
    match part:
        case "dates":
            forget_dates(talk)
        case "people":
            talk.edit(adults=None, children=None, rooms=None, chosen=None, offers=(), summarised=False)
        case "details" if talk.draft.replaces is not None:
            booker_by_team(talk)
            return
        case "details":
            talk.edit(name=None, email=None, summarised=False)
            talk.put_aside(phone=None)
        case _:
            other_room(talk)
            return
    advance(talk)


def booker_by_team(talk: Talk) -> None:
    """In whose name it is, and where its mails go, a person changes."""
    talk.say("change_by_team")
    to_person(talk, HandOffReason.ASKED, "El huésped quiere cambiar los datos del titular de su reserva.")


def other_room(talk: Talk) -> None:
    """The other one where there are two on the table, else everything that is free."""
    draft = talk.draft
    others = [one for one in draft.offers if one != draft.chosen]
    if draft.chosen is not None and len(others) == 1 and len(draft.offers) > 1:
        choose(talk, others[0])
    else:
        talk.edit(room_key=None, chosen=None, offers=(), summarised=False)
    advance(talk)


def drop(talk: Talk) -> None:
    """Never mind: whatever was in the making is gone, what is booked stays."""
    talk.change(
        draft=NO_DRAFT, expecting=Expecting.NOTHING, looking_for=None, cancelling=None, code=None, surname=None, days=()
    )
    talk.put_aside(
        leaving=None,
        leaving_yes=None,
        cancelling_fee=None,
        address=None,
        sold_out=None,
        would_change_rooms=False,
        split=None,
        month_unsaid=False,
        giving_up=None,
    )


def ask_again(talk: Talk) -> bool:
    """Ask what the PMS did not answer; tells whether there is such a question. Without the guest nothing is booked."""
    draft = talk.draft
    if draft.check_in is None or draft.check_out is None or draft.adults is None:
        return False
    ask_offers(talk, "summary" if draft.purpose == "book" else draft.purpose)
    return True


def refused(talk: Talk, asked: AskOffers) -> None:
    """The PMS does not sell such a stay at all."""
    if alternatives.is_of_another_stay(talk, asked):
        alternatives.none_there(talk, asked)
        return
    forget_dates(talk)
    question(talk, Expecting.DATES, "stay_refused", fact=offering.PRICES)
    way_to_person(talk)
