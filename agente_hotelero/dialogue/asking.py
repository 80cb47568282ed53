"""Questions to the guest and to the PMS, and what the options of a booking are called."""

from datetime import timedelta
from typing import Final, Literal

from agente_hotelero.dialogue.effects import AskOffers
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import Draft
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.stays import Offer, Party, Stay

PRICE_SECONDS: Final = 28
"""What is older than this is asked again before it is shown, booked or cancelled; the promise is 30."""
MOST_ROOMS: Final = 3
"""Larger groups are a person's."""
ON_THE_TABLE: Final = timedelta(minutes=15)
"""How long what was offered may be referred to; its prices are asked again before they are shown again."""
YES: Final = "yes:"
NO: Final = "no:"


def question(talk: Talk, expecting: Expecting, key: str, *, fact: str | None = None, **values: object) -> None:
    """Ask, and remember what was asked."""
    talk.change(expecting=expecting)
    talk.say(key, fact=fact, **values)


def ask_offers(talk: Talk, purpose: Literal["list", "price", "summary", "book"]) -> None:
    """Ask the PMS for the draft's stay; what is done with its answer depends on the purpose."""
    talk.edit(purpose=purpose)
    talk.put_aside(split=None)
    party = talk.draft.chosen.party if talk.draft.chosen is not None else party_of(talk)
    talk.ask(AskOffers(stay=stay_of(talk), party=party, fresh=purpose == "book"))


def stay_of(talk: Talk) -> Stay:
    """The draft's, once both days are known."""
    draft = talk.draft
    assert draft.check_in is not None
    assert draft.check_out is not None
    return Stay(check_in=draft.check_in, check_out=draft.check_out)


def overlap(one: Stay, other: Stay) -> bool:
    """Whether two stays share a night."""
    return one.check_in < other.check_out and other.check_in < one.check_out


def party_of(talk: Talk) -> Party:
    """Who comes, in as many rooms as were said or are needed."""
    draft = talk.draft
    assert draft.adults is not None
    return Party(adults=draft.adults, children=draft.children or 0, rooms=max(draft.rooms or 1, rooms_needed(talk)))


def rooms_needed(talk: Talk) -> int:
    """How many rooms of one type hold the party: of the largest, or of the wanted one where several are needed anyway."""
    people = (talk.draft.adults or 0) + (talk.draft.children or 0)
    capacity = {room.key: room.capacity for room in talk.hotel.rooms}
    least = _shared(people, max(capacity.values()))
    wanted = _shared(people, capacity.get(talk.draft.room_key or "", max(capacity.values())))
    return wanted if 1 < least <= wanted <= MOST_ROOMS else least


def _shared(people: int, capacity: int) -> int:
    return -(-people // capacity)


def fresh(talk: Talk, offer: Offer) -> bool:
    """Whether its price may still be shown and booked."""
    return talk.world.now - offer.fetched_at <= timedelta(seconds=PRICE_SECONDS)


def choose(talk: Talk, offer: Offer) -> None:
    """The guest took one of the offers."""
    talk.edit(chosen=offer, room_key=offer.room_type.key, summarised=False)
    talk.chose = True


def answer_id(draft: Draft, offer: Offer) -> str:
    """What a yes or a no to a summary names: the offer, and the reservation that it takes the place of."""
    return f"change:{draft.replaces.code}:{offer_id(offer)}" if draft.replaces is not None else offer_id(offer)


def offer_id(offer: Offer) -> str:
    """Name an offer with all that makes it one, so that an old button never takes another."""
    rooms = f"x{offer.party.rooms}" if offer.party.rooms > 1 else ""
    party = f"{offer.party.adults}+{offer.party.children}{rooms}"
    return f"offer:{offer.room_type.key}:{offer.stay.check_in}:{offer.stay.check_out}:{party}:{offer.total.amount}"
