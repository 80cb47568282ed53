"""Questions to the guest and to the PMS, and what the options of a booking are called."""

from datetime import timedelta
from typing import Final, Literal

from agente_hotelero.dialogue.effects import AskOffers
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.stays import Offer, Party, Stay

PRICE_SECONDS: Final = 28
"""A price older than this is asked again before it is shown or booked; the promise is 30."""
YES: Final = "yes:"
NO: Final = "no:"


def question(talk: Talk, expecting: Expecting, key: str, *, fact: str | None = None, **values: object) -> None:
    """Ask, and remember what was asked."""
    talk.change(expecting=expecting)
    talk.say(key, fact=fact, **values)


def ask_offers(talk: Talk, purpose: Literal["list", "price", "summary", "book"]) -> None:
    """Ask the PMS for the draft's stay; what is done with its answer depends on the purpose."""
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


def fresh(talk: Talk, offer: Offer) -> bool:
    """Whether its price may still be shown and booked."""
    return talk.world.now - offer.fetched_at <= timedelta(seconds=PRICE_SECONDS)


def choose(talk: Talk, offer: Offer) -> None:
    """The guest took one of the offers."""
    talk.edit(chosen=offer, room_key=offer.room_type.key, summarised=False)
    talk.chose = True


def offer_id(offer: Offer) -> str:
    """Name an offer with all that makes it one, so that an old button never takes another."""
    party = f"{offer.party.adults}+{offer.party.children}"
    return f"offer:{offer.room_type.key}:{offer.stay.check_in}:{offer.stay.check_out}:{party}:{offer.total.amount}"
