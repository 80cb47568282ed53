"""What the PMS offers, as the guest gets to see it, up to the intent that books it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue import calling, fees
from agente_hotelero.dialogue.asking import NO, YES, answer_id, offer_id, question
from agente_hotelero.dialogue.effects import IntendReservation, OffersFound, RecordQuote
from agente_hotelero.dialogue.on_file import READ_FROM, described
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import NO_DRAFT
from agente_hotelero.dialogue.taking import forget_dates
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Booker, Offer, PmsReservation, ReservationRequest

MOST_SHOWN: Final = 9
PRICES: Final = "pms:offers"


def show(talk: Talk, found: OffersFound) -> None:
    """Offers as options, with their prices; the wanted type alone where it is free."""
    wanted = talk.draft.room_key
    shown = [offer for offer in found.offers if offer.room_type.key == wanted] or list(found.offers[:MOST_SHOWN])
    gone = wanted if shown[0].room_type.key != wanted else None
    talk.edit(offers=tuple(shown), room_key=None if gone else wanted, chosen=None, summarised=False)
    talk.change(expecting=Expecting.OFFER)
    record(talk, shown)
    photo = shown[0].room_type.photo if len(shown) == 1 else None
    talk.offer(_above(talk, shown, gone), [_option(talk, one) for one in shown], facts=(PRICES,), photo=photo)


def price(talk: Talk, offer: Offer) -> None:
    """What the chosen one costs now."""
    talk.edit(chosen=offer)
    record(talk, [offer])
    talk.say("price_now", fact=PRICES, **_described(talk, offer))


def summary(talk: Talk, offer: Offer) -> None:
    """Everything that the yes will book, and what that takes the place of."""
    old = talk.draft.replaces
    if old is not None and (old.stay, old.party, old.room_type_key) == (offer.stay, offer.party, offer.room_type.key):
        forget_dates(talk)
        question(talk, Expecting.DATES, "change_same", code=old.code, fact=READ_FROM)
        return
    fee = None if old is None else fees.of_cancelling(talk.hotel, old, talk.world.now)
    talk.edit(chosen=offer, summarised=True)
    talk.put_aside(giving_up=fee)
    talk.change(expecting=Expecting.YES_NO)
    record(talk, [offer])
    what, about = "book" if old is None else "change", answer_id(talk.draft, offer)
    options = (
        Option(id=YES + about, title=talk.phrase(f"yes_{what}")),
        Option(id=NO + about, title=talk.phrase(f"no_{what}")),
    )
    if old is None:
        reached = ", ".join(filter(None, (talk.draft.email, calling.shown(talk))))
        body = talk.phrase("summary", name=talk.draft.name, email=reached, **_described(talk, offer))
        talk.offer(body, options, facts=(PRICES,))
    else:
        source = (fees.SOURCE,) if fee is not None and fee.amount else ()
        talk.offer(_both(talk, old, offer, fee), options, facts=(PRICES, READ_FROM, *source))


def _both(talk: Talk, old: PmsReservation, offer: Offer, fee: Money | None) -> str:
    """Old and new side by side, with both totals, and with what giving up the old one costs."""
    before = {f"old_{name}": text for name, text in described(talk, old).items()}
    cost = "" if fee is None or not fee.amount else formats.money(fee, talk.language)
    terms = talk.phrase("change_fee", fee=cost) + "\n" if cost else ""
    return talk.phrase("change_summary", code=old.code, terms=terms, **before, **_described(talk, offer))


def intend(talk: Talk, offer: Offer) -> None:
    """Commit the intent; the saga writes, reads back, and tells."""
    draft = talk.draft
    assert draft.name is not None
    assert draft.email is not None
    old = draft.replaces
    on_file = None if old is None else old.booker_phone
    phone = on_file or calling.number(talk)
    request = ReservationRequest(
        client_ref=talk.world.client_ref,
        room_type_key=offer.room_type.key,
        stay=offer.stay,
        party=offer.party,
        total=offer.total,
        booker=Booker(name=draft.name, email=draft.email, phone=phone),
        replaces=None if old is None else old.code,
    )
    talk.do(IntendReservation(request=request))
    talk.change(
        pending=request.client_ref,
        in_flight=replace(draft, offers=(), nearby=(), chosen=None, summarised=False),
        cancelling_code=None,
        pressed=YES + answer_id(draft, offer),
        draft=NO_DRAFT,
        expecting=Expecting.NOTHING,
    )
    talk.put_aside(sold_out=None, giving_up=None)
    if old is None:
        talk.change(name=draft.name, email=draft.email)
        talk.say("confirming")
    else:
        # What is on file is not offered to whoever knows its code as their own.
        talk.say("changing", code=old.code, fact=READ_FROM)


def record(talk: Talk, offers: Sequence[Offer]) -> None:
    """Keep what is shown now."""
    talk.do(RecordQuote(offers=tuple(offers), shown_at=talk.world.now))


def _above(talk: Talk, shown: Sequence[Offer], gone: str | None) -> str:
    stay, party = formats.stay(shown[0].stay, talk.language), formats.party(shown[0].party, talk.language)
    if gone is not None:
        name = formats.room(talk.hotel, gone, gone, talk.language).lower()
        return talk.phrase("offers_other", stay=stay, party=party, room=name)
    return talk.phrase("offer" if len(shown) == 1 else "offers", stay=stay, party=party)


def _option(talk: Talk, offer: Offer) -> Option:
    return Option(
        id=offer_id(offer),
        title=formats.room_title(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language),
        description=talk.phrase("for_total", total=formats.money(offer.total, talk.language)),
    )


def _described(talk: Talk, offer: Offer) -> dict[str, str]:
    return {
        "room": formats.room(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language),
        "stay": formats.stay(offer.stay, talk.language),
        "party": formats.party(offer.party, talk.language),
        "total": formats.money(offer.total, talk.language),
    }
