"""What is offered when nothing is free: more rooms of a smaller type, a change of rooms, or the same nights a few days earlier or later."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import offering, splitting
from agente_hotelero.dialogue.asking import MOST_ROOMS, fresh, overlap, question, stay_of
from agente_hotelero.dialogue.effects import AskOffers, HandOffReason, OffersFound
from agente_hotelero.dialogue.handing_over import to_person, way_to_person
from agente_hotelero.dialogue.on_file import READ_FROM
from agente_hotelero.dialogue.reading import Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.taking import DAY, forget_dates
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import Offer, Party, PmsReservation, Stay

SHIFTS: Final = (1, -1, 2, -2, 3, -3)
"""Days later and earlier, the nearest first: each is a question to the PMS while the guest waits."""
ENOUGH: Final = 2
"""So many other arrivals are shown; no more are looked for."""


def search(talk: Talk, found: OffersFound) -> None:
    """Nothing is free for the stay: look further in the same turn, as far as it makes sense."""
    party = found.asked.party
    talk.edit(chosen=None, offers=(), nearby=(), summarised=False, purpose="list")
    if 1 < party.rooms < min(MOST_ROOMS, party.adults) and talk.draft.rooms is None:
        # Two of the largest there are not; three of a smaller type may hold them, too.
        talk.ask(AskOffers(stay=found.asked.stay, party=replace(party, rooms=party.rooms + 1)))
    elif talk.draft.replaces is not None and overlap(talk.draft.replaces.stay, found.asked.stay):
        _blocked(talk, talk.draft.replaces, found.asked)
    elif not splitting.begin(talk, found.asked):
        _look_on(talk, party, _other_stays(talk))


def is_of_another_stay(talk: Talk, asked: AskOffers) -> bool:
    """Whether a question was asked on the way to an alternative."""
    return asked.stay != stay_of(talk)


def found(talk: Talk, answer: OffersFound) -> None:
    """Keep what is free on another day, or for a part of the stay, and look on."""
    if splitting.is_of_a_part(talk, answer.asked):
        _part(talk, answer.asked, answer.offers)
        return
    wanted = [offer for offer in answer.offers if offer.room_type.key == talk.draft.room_key]
    talk.edit(nearby=(*talk.draft.nearby, *(wanted or answer.offers)[:1]))
    none_there(talk, answer.asked)


def none_there(talk: Talk, asked: AskOffers) -> None:
    """Look on behind this one."""
    if splitting.is_of_a_part(talk, asked):
        _part(talk, asked, ())
        return
    others = iter(list(_other_stays(talk)))
    for stay in others:
        if stay == asked.stay:
            break
    _look_on(talk, asked.party, others)


def away(talk: Talk, asked: AskOffers) -> None:
    """The PMS said before it went that nothing is free, and perhaps what is on another day."""
    if splitting.is_of_a_part(talk, asked):
        splitting.away(talk)
    else:
        show(talk, asked.party)


def show(talk: Talk, party: Party) -> None:
    """The arrivals that were found, as options, with the PMS's prices; none, and it is sold out."""
    shown = [offer for offer in talk.draft.nearby if fresh(talk, offer)]
    stay = formats.stay(stay_of(talk), talk.language)
    wanted, split = stay_of(talk), talk.state.aside.split
    forget_dates(talk)
    talk.put_aside(sold_out=wanted)
    if split is not None:
        talk.say("split_none", fact=offering.PRICES)
    if not shown:
        question(
            talk,
            Expecting.DATES,
            "sold_out",
            stay=stay,
            party=formats.party(party, talk.language),
            fact=offering.PRICES,
        )
        if party.rooms > 1 or split is not None:
            way_to_person(talk)
        return
    talk.edit(nearby=tuple(shown), nights=wanted.nights)
    talk.change(expecting=Expecting.OPTION, days=tuple(offer.stay.check_in for offer in shown))
    offering.record(talk, shown)
    body = talk.phrase("nearby", stay=stay, party=formats.party(party, talk.language))
    talk.offer(body, [_option(talk, offer) for offer in shown], facts=(offering.PRICES,))


def same_days(talk: Talk, reading: Reading) -> None:
    """«¿Y para 2 personas?», «and the suite?»: of the days that were sold out, where no others are said."""
    stay = talk.state.aside.sold_out
    of_rooms = (reading.rooms, reading.room_key, Intent.SPLIT_STAY in reading.intents)
    others = (reading.adults, reading.children, reading.people, *of_rooms)
    if stay is None or talk.draft.check_in is not None or not any(others) or reading.dates or reading.nights:
        return
    if stay.check_in >= talk.today:
        talk.edit(check_in=stay.check_in, check_out=stay.check_out, nights=None, nearby=())


def _blocked(talk: Talk, old: PmsReservation, asked: AskOffers) -> None:
    """The house is full in nights that the guest's own room is part of: to free it first would be to gamble with it."""
    stay = formats.stay(asked.stay, talk.language)
    forget_dates(talk)
    talk.put_aside(sold_out=asked.stay)
    question(talk, Expecting.DATES, "change_blocked", code=old.code, stay=stay, fact=offering.PRICES)
    talk.cite(READ_FROM)
    wish = f"{formats.stay(asked.stay, Language.ES)}, {formats.party(asked.party, Language.ES)}"
    was = f"{old.room_type_name}, {formats.stay(old.stay, Language.ES)}"
    to_person(
        talk,
        HandOffReason.ASKED,
        f"El huésped quiere cambiar la reserva {old.code} ({was}) a {wish}. No hay lugar mientras su propia"
        " habitación ocupe esas noches; la reserva sigue como está.",
    )


def _part(talk: Talk, asked: AskOffers, offers: Sequence[Offer]) -> None:
    if not splitting.found(talk, asked, offers):
        _look_on(talk, asked.party, _other_stays(talk))


def _other_stays(talk: Talk) -> Iterator[Stay]:
    stay, split = stay_of(talk), talk.state.aside.split
    left = splitting.MOST_QUESTIONS - split.questions if split is not None else len(SHIFTS)
    for days in SHIFTS[:left]:
        moved = Stay(check_in=stay.check_in + timedelta(days=days), check_out=stay.check_out + timedelta(days=days))
        if moved.check_in >= talk.today:
            yield moved


def _look_on(talk: Talk, party: Party, others: Iterator[Stay]) -> None:
    following = next(others, None) if len(talk.draft.nearby) < ENOUGH else None
    if following is None:
        show(talk, party)
    else:
        talk.ask(AskOffers(stay=following, party=party))


def _option(talk: Talk, offer: Offer) -> Option:
    return Option(
        id=f"{DAY}{offer.stay.check_in}",
        title=formats.day(offer.stay.check_in, talk.language),
        description=talk.phrase(
            "until_for_total",
            check_out=formats.day(offer.stay.check_out, talk.language),
            room=formats.room_title(talk.hotel, offer.room_type.key, offer.room_type.name, talk.language),
            total=formats.money(offer.total, talk.language),
        ),
    )
