"""A stay in two parts, where no room is free for all of it: looked for, offered, and a person's once it gets its yes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import offering
from agente_hotelero.dialogue.asking import NO, ON_THE_TABLE, YES, ask_offers, fresh, offer_id, question
from agente_hotelero.dialogue.effects import AskOffers, HandOffReason
from agente_hotelero.dialogue.handing_over import to_person
from agente_hotelero.dialogue.reading import POLITE, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.state import NO_DRAFT, Split, State
from agente_hotelero.dialogue.taking import forget_dates, tells_slots
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import Offer, Party, Stay

MOST_QUESTIONS: Final = 6
"""To the PMS, while the guest waits; other days that are looked for in the same turn share them."""
MOST_NIGHTS: Final = 32
"""The longest first part is found by halving: of so many nights with five questions, and the sixth is for the second part."""


def wish(talk: Talk) -> None:
    """The guest would change rooms: the whole stay is looked for anew, and in two parts where it is sold out."""
    talk.edit(chosen=None, offers=(), summarised=False)
    talk.put_aside(would_change_rooms=True)


def not_needed(talk: Talk) -> None:
    """The whole stay is free after all; who would have changed rooms hears that before the offers."""
    if talk.state.aside.would_change_rooms:
        talk.say("split_not_needed", fact=offering.PRICES)
        talk.put_aside(would_change_rooms=False)


def is_of_what_is_booked(talk: Talk, reading: Reading) -> bool:
    """Whether the wish is for a reservation that there is: being changed, named, or made here with nothing else wanted."""
    if talk.draft.replaces is not None or talk.state.looking_for == "change" or reading.code is not None:
        return True
    wants_another = talk.drafting or talk.state.aside.sold_out is not None or tells_slots(talk, reading)
    return bool(talk.state.bookings) and not wants_another


def by_team(talk: Talk) -> None:
    """Two reservations that only make sense together: nobody is left with half of them if a person makes both."""
    old = talk.draft.replaces
    of_a_change = f" Quiere cambiar la reserva {old.code}, que sigue como está." if old is not None else ""
    talk.say("split_by_team")
    why = "El huésped acepta cambiar de habitación durante la estadía si así hay lugar."
    to_person(talk, HandOffReason.ASKED, why + of_a_change)


def begin(talk: Talk, asked: AskOffers) -> bool:
    """The whole stay is sold out: look for two parts, where the guest would change rooms; tells whether it does."""
    if not talk.state.aside.would_change_rooms or asked.stay.nights == 1:
        return False
    split = Split(stay=asked.stay, party=asked.party, too_long=asked.stay.nights)
    if asked.stay.nights > MOST_NIGHTS:
        _unseen(talk, split)
        return True
    return _look_on(talk, split)


def is_of_a_part(talk: Talk, asked: AskOffers) -> bool:
    """Whether a question was asked on the way to two parts."""
    split = talk.state.aside.split
    return split is not None and asked.stay.nights < split.stay.nights


def found(talk: Talk, asked: AskOffers, offers: Sequence[Offer]) -> bool:
    """Keep what is free for a part, and look on; tells whether there still may be, or is, such a stay."""
    split = talk.state.aside.split
    assert split is not None
    split = replace(split, questions=split.questions + 1)
    if asked.stay.check_in != split.stay.check_in:
        split = _with_second(split, _best(talk, offers))
    else:
        split = _with_first(split, asked.stay.nights, _best(talk, offers))
    return _look_on(talk, split)


def away(talk: Talk) -> None:
    """The PMS went, or was asked enough: a person looks for what could not be seen."""
    split = talk.state.aside.split
    assert split is not None
    _unseen(talk, split)


def offered(state: State) -> Split | None:
    """The two parts that are on the table, and a yes to which is awaited."""
    split, draft = state.aside.split, state.draft
    if split is None or split.first is None or split.second is None or draft.chosen is not None:
        return None
    asked_for = (draft.check_in, draft.check_out, draft.adults, draft.children or 0)
    shown = (split.stay.check_in, split.stay.check_out, split.party.adults, split.party.children)
    return split if asked_for == shown else None


def yes_or_no(talk: Talk, reading: Reading) -> bool | None:
    """«Sí, cambiando de habitación», «no, es caro»: nothing is booked by it, so it need not be bare; None is neither."""
    of_another_thing = talk.state.cancelling or talk.state.aside.leaving or tells_slots(talk, reading)
    if of_another_thing or reading.choice is not None or offered(talk.state) is None:
        return None
    if (
        {Intent.AFFIRM, Intent.SPLIT_STAY}
        <= reading.intents
        <= POLITE | {Intent.AFFIRM, Intent.BOOK, Intent.SPLIT_STAY}
    ):
        return True
    return False if {Intent.DENY} <= reading.intents <= POLITE | {Intent.DENY} else None


def said_yes(talk: Talk, split: Split) -> None:
    """Nothing is booked by it: a person gets all that they need to make both reservations."""
    if not talk.world.last_of_turn:
        talk.say("yes_and_more")
        ask_offers(talk, "list")
    elif any(talk.world.now - part.fetched_at > ON_THE_TABLE for part in _parts(split)):
        ask_offers(talk, "list")
    else:
        _hand_over(talk, split)


def said_no(talk: Talk, split: Split) -> None:
    """Not like this: other days, or other people for these."""
    _leave(talk, split)
    question(talk, Expecting.DATES, "split_left")


def yes_id(split: Split) -> str:
    """The button that asks the team for it: of other parts or prices it is another."""
    return YES + _about(split)


def no_id(split: Split) -> str:
    """The button that leaves it."""
    return NO + _about(split)


def _look_on(talk: Talk, split: Split) -> bool:
    """Ask for the next part, or show both; False where there is no such stay.

    What is free for some nights is free for the first of them, too. So the longest first part is found by halving, and
    where the nights after it are not free, those after a shorter one are not, either.
    """
    talk.put_aside(split=split)
    part = _unknown(talk, split)
    if part is not None and split.questions == MOST_QUESTIONS:
        _unseen(talk, split)
    elif part is not None:
        talk.ask(AskOffers(stay=part, party=split.party))
    elif split.first is None:
        return False
    else:
        _show(talk, split)
    return True


def _unknown(talk: Talk, split: Split) -> Stay | None:
    """The part to ask for next; a price that got too old on the way is asked again."""
    first, second, whole = split.first, split.second, split.stay
    free = 0 if first is None else first.stay.nights
    if split.too_long - free > 1:
        middle = (free + split.too_long + 1) // 2
        return Stay(check_in=whole.check_in, check_out=whole.check_in + timedelta(days=middle))
    if first is None:
        return None
    if not fresh(talk, first):
        return first.stay
    if second is None or not fresh(talk, second):
        return Stay(check_in=first.stay.check_out, check_out=whole.check_out)
    return None


def _with_first(split: Split, nights: int, offer: Offer | None) -> Split:
    if offer is not None:
        return replace(split, first=offer)
    # It may have gone since it was found.
    gone = split.first is not None and split.first.stay.nights >= nights
    return replace(split, too_long=nights, first=None if gone else split.first, second=None)


def _with_second(split: Split, offer: Offer | None) -> Split:
    return replace(split, second=offer) if offer is not None else replace(split, too_long=1, first=None, second=None)


def _best(talk: Talk, offers: Sequence[Offer]) -> Offer | None:
    """Of the type that the guest named, else the cheapest."""
    wanted = [offer for offer in offers if offer.room_type.key == talk.draft.room_key]
    return min(wanted or offers, key=lambda offer: offer.total.amount, default=None)


def _show(talk: Talk, split: Split) -> None:
    first, second = _parts(split)
    talk.change(expecting=Expecting.YES_NO, days=())
    offering.record(talk, (first, second))
    body = talk.phrase(
        "split",
        stay=formats.stay(split.stay, talk.language),
        party=formats.party(split.party, talk.language),
        first=_described(talk, first, talk.language),
        second=_described(talk, second, talk.language),
        total=formats.money(first.total + second.total, talk.language),
    )
    options = (
        Option(id=yes_id(split), title=talk.phrase("yes_split")),
        Option(id=no_id(split), title=talk.phrase("no_split")),
    )
    talk.offer(body, options, facts=(offering.PRICES,))


def _hand_over(talk: Talk, split: Split) -> None:
    talk.say("split_noted")
    if not all(fresh(talk, part) for part in _parts(split)):
        talk.say("split_prices_then")
    to_person(talk, HandOffReason.ASKED, _for_staff(talk, split))
    talk.change(draft=NO_DRAFT, expecting=Expecting.NOTHING)
    talk.put_aside(split=None, would_change_rooms=False, sold_out=None)


def _unseen(talk: Talk, split: Split) -> None:
    stay, party = formats.stay(split.stay, talk.language), formats.party(split.party, talk.language)
    _leave(talk, split)
    question(talk, Expecting.DATES, "split_unseen", stay=stay, party=party, fact=offering.PRICES)
    talk.say("split_by_team")
    why = "El huésped acepta cambiar de habitación durante la estadía si así hay lugar, y no se pudo ver si lo hay"
    to_person(talk, HandOffReason.ASKED, f"{why}: {_wanted(split.stay, split.party)}.")


def _leave(talk: Talk, split: Split) -> None:
    """The days are known still, for who asks for other people or another room."""
    forget_dates(talk)
    talk.put_aside(would_change_rooms=False, sold_out=split.stay)


def _for_staff(talk: Talk, split: Split) -> str:
    first, second = _parts(split)
    name = talk.draft.name or talk.state.name
    seen = min(first.fetched_at, second.fetched_at).astimezone(talk.hotel.zone)
    return (
        f"El huésped quiere una estadía con un cambio de habitación: {_wanted(split.stay, split.party)}."
        f" Primera parte: {_described(talk, first, Language.ES)}. Segunda parte: {_described(talk, second, Language.ES)}."
        f" Total con impuestos: {formats.money(first.total + second.total, Language.ES)}"
        f" (visto en el PMS el {formats.day(seen.date(), Language.ES)} a las {formats.clock(seen.time())})."
        f"{f' A nombre de {name}.' if name else ''}"
        " No hay nada reservado: hay que hacer las dos reservas juntas."
    )


def _wanted(stay: Stay, party: Party) -> str:
    return f"{formats.stay(stay, Language.ES)}, {formats.party(party, Language.ES)}"


def _described(talk: Talk, offer: Offer, language: Language) -> str:
    room = formats.room(talk.hotel, offer.room_type.key, offer.room_type.name, language)
    return f"{room}, {formats.stay(offer.stay, language)}, {formats.money(offer.total, language)}"


def _parts(split: Split) -> tuple[Offer, Offer]:
    assert split.first is not None
    assert split.second is not None
    return split.first, split.second


def _about(split: Split) -> str:
    first, second = _parts(split)
    return f"split:{offer_id(first)}:{offer_id(second)}"
