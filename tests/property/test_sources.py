"""Every number, time and price that a guest reads has a source: the profile, the PMS, what they said, or our fixed texts."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from string import Formatter
from typing import Final

import pytest

from agente_hotelero.dialogue import policy
from agente_hotelero.dialogue.asking import MOST_ROOMS
from agente_hotelero.dialogue.effects import AskOffers, Reply
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.state import State
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.texts.again import AGAIN
from agente_hotelero.dialogue.texts.phrases import PHRASES
from agente_hotelero.model.hotel import Fact, Faq, HotelProfile, Per, Topic
from agente_hotelero.model.journal import FROM_STAFF
from agente_hotelero.model.messages import Text
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Stay
from tests.property.test_dialogue import CHANGES, RESERVATIONS, WISHES, sensible
from tests.support.dialogue_guest import Turn, demo_hotel, options_of
from tests.support.dialogue_judge import JudgedConversation
from tests.unit.dialogue.understanding.test_intents import WANTED, table

NUMBER: Final = re.compile(r"\d+(?:[.,:]\d+)*")
ASKED: Final = tuple(message for _, message in table(WANTED))
ODD: Final = 7_301
"""Figures begin here that are nowhere else: what is said of one topic can't pass for what is known of another."""


def _figures() -> dict[str, Fact]:
    """Each topic with a figure that is its own."""
    return {
        topic: Fact(texts=dict.fromkeys(("es", "pt", "en"), f"{topic} {ODD + number}."))
        if number % 2
        else Fact(price=Money.of(ODD + number, "USD"), per=Per.DAY)
        for number, topic in enumerate(Topic)
    }


HOTEL: Final = replace(
    demo_hotel(),
    facts=_figures(),
    faq=(Faq(questions=("¿Alquilan bicicletas?", "Do you rent bikes?"), answer={"es": f"Hay {ODD + 500} bicis."}),),
    person_reachable=True,
)


def numbers(text: str) -> set[str]:
    """As they are written, without what separates thousands and without zeros at either end."""
    return {_plain(one) for one in NUMBER.findall(text)}


def _plain(number: str) -> str:
    if ":" in number:
        return number
    whole, point, cents = re.sub(r"[.,](?=\d{3}(?!\d))", "", number).replace(",", ".").partition(".")
    return f"{int(whole)}{point}{cents}" if cents.strip("0") else str(int(whole))


# What stands in our texts as it is: «por ejemplo: una doble del 5 al 8 de mayo para 2», «un código de 6 dígitos».
FIXED: Final = tuple(
    sorted(
        {
            literal
            for texts in (*PHRASES.values(), *AGAIN.values())
            for text in texts
            for literal, *_ in Formatter().parse(text)
            if NUMBER.search(literal)
        },
        key=len,
        reverse=True,
    )
)


OPTION: Final = re.compile(r"^• (?:La opción|A opção|Option) (\d+)$", re.MULTILINE)
"""Which of the options that were shown a voice chose, by whatever words."""


class Traced(JudgedConversation):
    """Traces what is said, turn by turn, to what is named as its source."""

    def __init__(self) -> None:
        super().__init__()
        self.guest.hotel = HOTEL
        self.traced: set[str] = set()

    def _judge(self, turn: Turn, before: State) -> None:
        super()._judge(turn, before)
        for reply in turn.replies:
            if FROM_STAFF not in reply.facts:
                self.trace(reply, turn)

    def trace(self, reply: Reply, turn: Turn) -> None:
        text = OPTION.sub(self._of_the_options, shown(reply))
        for reservation in self.guest.pms.reservations:
            text = text.replace(reservation.code, " ")
        known = numbers(self.heard) | self._of_stays() | self._of_the_pms(turn)
        known = known.union(*(said_by(self.guest.hotel, fact) for fact in reply.facts))
        if "guest:arrival" in reply.facts:
            known |= hours_in(numbers(self.heard))
        invented = numbers(text) - known
        assert not invented, f"{sorted(invented)} in {text!r} have no source in {reply.facts}"
        self.traced |= {fact for fact in reply.facts if numbers(text) & said_by(self.guest.hotel, fact)}

    def _of_the_options(self, line: "re.Match[str]") -> str:
        """Nothing, where it is the place of one that was on the table before the note."""
        state, guest = self.guest.state, self.guest
        asked = replace(state, kept_aside=replace(state.aside, spoken=None))
        options = policy.context_for(asked, guest.hotel, guest.now.date()).options
        return " " if 1 <= int(line[1]) <= len(options) else line[0]

    def _of_the_pms(self, turn: Turn) -> set[str]:
        """What was offered, what is booked, and what follows from it: the fee, and the sum of two parts."""
        totals = [one.total.amount for one in self.guest.pms.said]
        totals += [one.total.amount for one in self.guest.pms.reservations]
        money = [f"{amount:.2f}" for amount in (*totals, *self._fees(), *self._sums_of_two_parts(turn))]
        return numbers(" ".join(money))

    def _of_stays(self) -> set[str]:
        """Days, nights and people of what the PMS was asked for, and the days that the guest named, read."""
        asked = [(one.stay, one.party) for one in self.guest.pms.asked if isinstance(one, AskOffers)]
        asked += [(one.stay, one.party) for one in self.guest.pms.reservations]
        people = {str(count) for _, party in asked for count in (party.adults, party.children, party.rooms)}
        draft = self.guest.state.draft
        days = [day for day in (draft.check_in, draft.check_out, *self.guest.state.days) if day is not None]
        return people.union(*(_days_of(stay) for stay, _ in asked), {str(day.day) for day in days})


def hours_in(said: set[str]) -> set[str]:
    """What a guest's hours are on a clock of 24: «11» is 11:00 or 23:00."""
    parts = [number.partition(":") for number in said if re.fullmatch(r"\d{1,2}(:\d\d)?", number)]
    return {f"{int(hour) + half}:{minutes or '00'}" for hour, _, minutes in parts for half in (0, 12) if int(hour) < 24}


def _days_of(stay: Stay) -> set[str]:
    return {str(stay.check_in.day), str(stay.check_out.day), str(stay.nights)}


def said_by(hotel: HotelProfile, fact: str) -> set[str]:
    """The numbers that a source of the profile holds."""
    kind, _, name = fact.partition(":")
    if kind != "profile":
        return set()
    if name.startswith("facts."):
        one = hotel.facts[name.removeprefix("facts.")]
        price = "" if one.price is None else formats.money(one.price, Language.ES)
        return numbers(" ".join([*one.texts.values(), price, formats.spans(one.hours, Language.ES)]))
    if name.startswith("faq."):
        return numbers(" ".join(hotel.faq[int(name.removeprefix("faq."))].answer.values()))
    return numbers(PLAIN[name](hotel) or "")


def _terms(hotel: HotelProfile) -> str:
    terms = hotel.late_checkout
    assert terms is not None
    return f"{formats.clock(terms.until)} {formats.money(terms.price, Language.ES)}"


PLAIN: Final[dict[str, Callable[[HotelProfile], str | None]]] = {
    "name": lambda hotel: hotel.name,
    "address": lambda hotel: hotel.address,
    "location": lambda hotel: hotel.address,
    "phone": lambda hotel: hotel.phone,
    "email": lambda hotel: hotel.email,
    "check_in_from": lambda hotel: formats.clock(hotel.check_in_from),
    "check_out_until": lambda hotel: formats.clock(hotel.check_out_until),
    "business_hours": lambda hotel: formats.hours(hotel, Language.ES),
    "rooms": lambda hotel: f"{max(room.capacity for room in hotel.rooms)} {MOST_ROOMS}",
    "late_checkout": _terms,
    "policies.cancellation": lambda hotel: " ".join(hotel.cancellation_policy.values()),
    "policies.cancellation_fee": lambda _: "",
    "payment": lambda hotel: hotel.payment_url,
}


def shown(reply: Reply) -> str:
    """All that a guest reads of it but for our fixed texts; options without the numbers that a channel gives them."""
    message = reply.message
    body = str(getattr(message, "body", None) or getattr(message, "caption", ""))
    text = "\n".join([body, *(f"{one.title} {one.description}" for one in options_of(reply))])
    for literal in FIXED:
        text = text.replace(literal, " ")
    return text


def walk(seed: int, *, steps: int = 30) -> Traced:
    """One conversation: questions and requests of every kind, in the middle of booking, changing and cancelling."""
    dice, talk = random.Random(seed), Traced()
    for _ in range(steps):
        match dice.choices(
            ("asks", "mixes", "goes on", "changes", "reserves", "settles", "waits"), (8, 3, 8, 2, 2, 3, 1)
        )[0]:
            case "asks":
                talk.says(dice.choice(ASKED))
            case "mixes":
                talk.says(dice.choice((", ", ". ", " y ")).join(dice.sample(ASKED, 3)))
            case "goes on":
                talk.says(sensible(talk, dice.choice(WISHES)))
            case "changes":
                talk.says(dice.choice(CHANGES))
            case "reserves":
                talk.says(dice.choice(RESERVATIONS))
            case "settles":
                talk.settles(dice.choice((0, 0, 1, 2)))
            case _:
                talk.guest.waits(seconds=dice.choice((1.0, 31.0, 7200.0)))
    return talk


def test_every_number_a_guest_reads_has_a_source() -> None:
    traced: set[str] = set()
    for seed in range(40):
        try:
            traced |= walk(seed).traced
        except Exception as error:
            error.add_note(f"walk({seed})")
            raise
    # The walks came by nearly everything that has a figure: else this would show little.
    assert len(traced & {f"profile:facts.{topic}" for topic in Topic}) >= 20
    assert {"profile:check_in_from", "profile:business_hours"} <= traced


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_in_very_many_conversations_every_number_has_a_source() -> None:
    for seed in range(1_000, 11_000):
        try:
            walk(seed)
        except Exception as error:
            error.add_note(f"walk({seed})")
            raise


@pytest.mark.parametrize(
    "said",
    [
        Reply(message=Text(body="La piscina abre a las 9:30.")),
        Reply(message=Text(body="Cuesta USD 90.00 por noche."), facts=("pms:offers",)),
        # True, and of another topic than the one that is named.
        Reply(message=Text(body=f"Piscina: USD {ODD}.00."), facts=("profile:facts.pool",)),
        Reply(message=Text(body="Quedan 7 habitaciones."), facts=("profile:rooms",)),
    ],
)  # fmt: skip
def test_a_number_without_a_source_is_noticed(said: Reply) -> None:
    with pytest.raises(AssertionError, match="have no source"):
        Traced().trace(said, Turn())
