"""From «do you have a room» to an explicit yes: asks for what is missing, offers, sums up, intends."""

from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue.effects import (
    AskOffers,
    HandOffReason,
    IntendReservation,
    OffersFound,
    RecordQuote,
)
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.reading import DateReading, DateTrouble, Expecting, Intent, Reading
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Choices, Option
from agente_hotelero.model.stays import Booker, Offer, Party, ReservationRequest, Stay

PRICE_SECONDS: Final = 28
"""A price older than this is asked again before it is shown or booked; the promise is 30."""
MOST_SHOWN: Final = 9
YES: Final = "yes:"
NO: Final = "no:"
TROUBLES: Final = {
    DateTrouble.PAST: "dates_past",
    DateTrouble.REVERSED: "dates_reversed",
    DateTrouble.IMPOSSIBLE: "dates_impossible",
}


def says_something(reading: Reading, expecting: Expecting) -> bool:
    """Tell whether a message is about a reservation in the making."""
    slots = (reading.dates, reading.nights, reading.adults, reading.children, reading.people, reading.email)
    return (
        any(slot is not None for slot in slots)
        or reading.room_key is not None
        or bool(reading.intents & {Intent.AVAILABILITY, Intent.BOOK})
        or (reading.choice is not None and expecting is Expecting.OFFER)
        or (reading.name is not None and expecting is Expecting.NAME)
    )


def take(talk: Talk, reading: Reading) -> bool:
    """Put what was said into the draft; tells whether the dates were usable."""
    usable = _take_dates(talk, reading)
    _take_people(talk, reading)
    if reading.rooms is not None and reading.rooms > 1:
        talk.say("several_rooms")
    if reading.choice is not None and talk.state.expecting is Expecting.OFFER:
        choose(talk, talk.draft.offers[reading.choice])
    elif reading.room_key is not None:
        _take_room(talk, reading.room_key)
    if reading.name is not None:
        talk.edit(name=reading.name, summarised=False)
    if reading.email is not None:
        talk.edit(email=reading.email, summarised=False)
    return usable


def choose(talk: Talk, offer: Offer) -> None:
    """The guest took one of the offers."""
    talk.edit(chosen=offer, room_key=offer.room_type.key, summarised=False)


def advance(talk: Talk) -> None:
    """Ask for the next thing that is missing, or go on with what is there."""
    draft = talk.draft
    if draft.check_in is None:
        question(talk, Expecting.DATES, "ask_dates")
    elif draft.check_out is None:
        question(talk, Expecting.CHECK_OUT, "ask_check_out", check_in=formats.day(draft.check_in, talk.language))
    elif draft.adults is None:
        question(talk, Expecting.PEOPLE, "ask_people")
    elif _too_many(talk):
        talk.edit(adults=None, children=None)
        talk.change(expecting=Expecting.PEOPLE)
        talk.say("too_many", capacity=max(room.capacity for room in talk.hotel.rooms), fact="profile:rooms")
    elif draft.chosen is None:
        _ask_offers(talk, "list")
    elif draft.name is None:
        question(talk, Expecting.NAME, "ask_name")
    elif draft.email is None:
        question(talk, Expecting.EMAIL, "ask_email")
    elif _fresh(talk, draft.chosen):
        summary(talk, draft.chosen)
    else:
        _ask_offers(talk, "summary")


def question(talk: Talk, expecting: Expecting, key: str, *, fact: str | None = None, **values: object) -> None:
    """Ask, and remember what was asked."""
    talk.change(expecting=expecting)
    talk.say(key, fact=fact, **values)


def offers_found(talk: Talk, found: OffersFound) -> None:
    """Show, sum up, or book, as the question was meant; an answer to an older question is shown as a list."""
    draft = talk.draft
    purpose = draft.purpose if draft.chosen is not None and found.asked.stay == draft.chosen.stay else "list"
    same = next(
        (offer for offer in found.offers if draft.chosen and offer.room_type.key == draft.chosen.room_type.key), None
    )
    if purpose == "list" or draft.chosen is None:
        show(talk, found)
    elif same is None:
        talk.edit(chosen=None, summarised=False)
        show(talk, found)
    elif same.total != draft.chosen.total:
        talk.edit(chosen=same)
        talk.say("price_changed")
        summary(talk, same)
    elif purpose == "book":
        intend(talk, same)
    else:
        talk.edit(chosen=same)
        summary(talk, same)


def show(talk: Talk, found: OffersFound) -> None:
    """Offers as options, with their prices; the wanted type alone where it is free."""
    stay, party = found.asked.stay, found.asked.party
    when, who = formats.stay(stay, talk.language), formats.party(party, talk.language)
    if not found.offers:
        talk.edit(check_in=None, check_out=None, nights=None, chosen=None, offers=())
        question(talk, Expecting.DATES, "sold_out", stay=when, party=who)
        return
    wanted = talk.draft.room_key
    shown = [offer for offer in found.offers if offer.room_type.key == wanted] or list(found.offers[:MOST_SHOWN])
    other = wanted is not None and shown[0].room_type.key != wanted
    talk.edit(offers=tuple(shown), room_key=None if other else wanted, chosen=None, summarised=False)
    talk.change(expecting=Expecting.OFFER)
    talk.do(RecordQuote(offers=tuple(shown), shown_at=talk.world.now))
    if other and wanted is not None:
        name = formats.room(talk.hotel, wanted, wanted, talk.language)
        body = talk.phrase("offers_other", stay=when, party=who, room=name.lower())
    else:
        body = talk.phrase("offers", stay=when, party=who)
    talk.offer(_offer_choices(talk, body, shown), fact="pms:offers")


def summary(talk: Talk, offer: Offer) -> None:
    """Everything that the yes will book."""
    draft = talk.draft
    talk.edit(summarised=True, purpose="book")
    talk.change(expecting=Expecting.YES_NO)
    talk.do(RecordQuote(offers=(offer,), shown_at=talk.world.now))
    body = talk.phrase(
        "summary",
        room=formats.room(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language),
        stay=formats.stay(offer.stay, talk.language),
        party=formats.party(offer.party, talk.language),
        name=draft.name,
        email=draft.email,
        total=formats.money(offer.total, talk.language),
    )
    options = (
        Option(id=YES + offer_id(offer), title=talk.phrase("yes_book")),
        Option(id=NO + offer_id(offer), title=talk.phrase("no_book")),
    )
    talk.offer(Choices(body=body, options=options, menu_label=talk.phrase("options")), fact="pms:offers")


def said_yes(talk: Talk) -> None:
    """An explicit yes to the summary: book at its price, asked anew where it is older than it may be."""
    chosen = talk.draft.chosen
    if not talk.world.last_of_turn or chosen is None or not talk.draft.summarised:
        talk.say("not_a_yes")
        advance(talk)
    elif _fresh(talk, chosen):
        intend(talk, chosen)
    else:
        _ask_offers(talk, "book")


def intend(talk: Talk, offer: Offer) -> None:
    """Commit the intent; the saga writes, reads back, and tells."""
    draft = talk.draft
    request = ReservationRequest(
        client_ref=talk.world.client_ref,
        room_type_key=offer.room_type.key,
        stay=offer.stay,
        party=offer.party,
        total=offer.total,
        booker=Booker(name=draft.name or "", email=draft.email or ""),
    )
    talk.do(IntendReservation(request=request))
    talk.change(
        pending=request.client_ref, name=draft.name, email=draft.email, draft=Draft(), expecting=Expecting.NOTHING
    )
    talk.say("confirming")


def said_no(talk: Talk) -> None:
    """Not like this: everything stays, and can be changed."""
    talk.edit(summarised=False)
    question(talk, Expecting.NOTHING, "what_to_change")


def offer_id(offer: Offer) -> str:
    """Names an offer with all that makes it one, so that an old button never takes another."""
    party = f"{offer.party.adults}+{offer.party.children}"
    return f"offer:{offer.room_type.key}:{offer.stay.check_in}:{offer.stay.check_out}:{party}:{offer.total.amount}"


def pms_away(talk: Talk) -> None:
    """The PMS can't be asked: the draft stays, so that «again» is enough."""
    talk.change(expecting=Expecting.NOTHING)
    talk.say("pms_away")
    if talk.draft.summarised:
        to_person(talk, HandOffReason.RESERVATION_IN_DOUBT, "El huésped quiso confirmar y el PMS no responde.")


def _offer_choices(talk: Talk, body: str, offers: list[Offer]) -> Choices:
    options = tuple(
        Option(
            id=offer_id(offer),
            title=formats.room(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language),
            description=talk.phrase("for_total", total=formats.money(offer.total, talk.language)),
        )
        for offer in offers
    )
    photo = offers[0].room_type.photo if len(offers) == 1 else None
    return Choices(body=body, options=options, menu_label=talk.phrase("options"), photo=photo)


def _ask_offers(talk: Talk, purpose: str) -> None:
    draft = talk.draft
    assert draft.check_in is not None
    assert draft.check_out is not None
    assert draft.adults is not None
    talk.edit(purpose=purpose)
    talk.ask(
        AskOffers(
            stay=Stay(check_in=draft.check_in, check_out=draft.check_out),
            party=Party(adults=draft.adults, children=draft.children or 0),
            fresh=purpose == "book",
        )
    )


def _fresh(talk: Talk, offer: Offer) -> bool:
    return talk.world.now - offer.fetched_at <= timedelta(seconds=PRICE_SECONDS)


def _too_many(talk: Talk) -> bool:
    people = (talk.draft.adults or 0) + (talk.draft.children or 0)
    return people > max((room.capacity for room in talk.hotel.rooms), default=0)


def _take_dates(talk: Talk, reading: Reading) -> bool:
    dates = reading.dates
    if dates is not None and dates.trouble is not None:
        _tell_trouble(talk, dates, dates.trouble)
        return False
    draft = talk.draft
    check_in, check_out = draft.check_in, draft.check_out
    if dates is not None:
        if dates.check_in is not None:
            check_in, check_out = dates.check_in, dates.check_out
        elif dates.check_out is not None:
            check_out = dates.check_out
    nights = reading.nights or draft.nights
    if reading.nights is not None and check_in is not None and (dates is None or dates.check_out is None):
        check_out = None
    if check_in is not None and check_out is None and nights is not None:
        check_out = check_in + timedelta(days=nights)
    if check_in is not None and check_out is not None and check_out <= check_in:
        check_out = None
    _set_stay(talk, check_in, check_out, nights if check_in is None else None)
    return True


def _set_stay(talk: Talk, check_in: object, check_out: object, nights: int | None) -> None:
    if (check_in, check_out) != (talk.draft.check_in, talk.draft.check_out):
        talk.edit(check_in=check_in, check_out=check_out, chosen=None, offers=(), summarised=False)
    talk.edit(nights=nights)


def _tell_trouble(talk: Talk, dates: DateReading, trouble: DateTrouble) -> None:
    if trouble is DateTrouble.AMBIGUOUS:
        first, second, *_ = (formats.day(day, talk.language) for day in dates.alternatives)
        question(talk, Expecting.DATES, "dates_ambiguous", first=first, second=second)
    else:
        question(talk, Expecting.DATES, TROUBLES[trouble])


def _take_people(talk: Talk, reading: Reading) -> None:
    draft = talk.draft
    adults, children = draft.adults, draft.children
    if reading.people is not None:
        adults, children = reading.people, 0
    if reading.adults is not None:
        adults = reading.adults
        children = reading.children if reading.children is not None else (children or 0)
    elif reading.children is not None:
        children = reading.children
    if adults is not None and adults < 1:
        adults = None
    if (adults, children) != (draft.adults, draft.children):
        talk.edit(adults=adults, children=children, chosen=None, offers=(), summarised=False)


def _take_room(talk: Talk, key: str) -> None:
    offer = next((one for one in talk.draft.offers if one.room_type.key == key), None)
    if offer is not None:
        choose(talk, offer)
    elif key != talk.draft.room_key:
        talk.edit(room_key=key, chosen=None, offers=(), summarised=False)
