"""What a line of a script may expect of a turn, whatever the words in which it was said."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from agente_hotelero.dialogue.effects import GAP, IntendLateCheckout
from agente_hotelero.dialogue.reading import Expecting, Language
from agente_hotelero.dialogue.understanding.folding import fold
from agente_hotelero.dialogue.understanding.language import read_language
from agente_hotelero.model.events import ReservationSettled
from agente_hotelero.model.messages import Choices, Location, Picture
from tests.conversations.scripts import Step
from tests.conversations.talking import Scripted
from tests.support.dialogue_guest import KEYS, Turn, options_of, written

ASKS: Final = {
    "dates": Expecting.DATES,
    "check-out": Expecting.CHECK_OUT,
    "people": Expecting.PEOPLE,
    "room": Expecting.OFFER,
    "option": Expecting.OPTION,
    "name": Expecting.NAME,
    "email": Expecting.EMAIL,
    "phone": Expecting.PHONE,
    "yes": Expecting.YES_NO,
    "code": Expecting.CODE,
    "nothing": Expecting.NOTHING,
}
TOLD_ALONG: Final = {"deposit": "payment", "instalments": "payment", "address": "location"}
"""Said with another topic, never asked for alone."""
TOPIC: Final = re.compile(
    r"profile:(?:facts\.(\w+)|(check_in_from|check_out_until|address|faq\.\d|policies\.cancellation|late_checkout))"
)
RANGE: Final = re.compile(r"(\d\d-\d\d)\.\.(\d\d-\d\d)")
PARTY: Final = re.compile(r"(\d)\+(\d)")
Args = Sequence[str]


def check(talk: Scripted, step: Step, language: str) -> str:
    """Check every expectation, and what holds where nothing is said of it; gives the language from here on."""
    turn, named = talk.last, {one.partition(" ")[0] for one in step.expected}
    for one in step.expected:
        what = next(
            (word for word in sorted(EXPECTED, key=len, reverse=True) if (one + " ").startswith(word + " ")), None
        )
        assert what is not None, f"nobody knows what {one!r} means"
        EXPECTED[what](talk, one.removeprefix(what).strip())
        if what == "language":
            language = one.split()[1]
    settled = any(isinstance(event, ReservationSettled) for event, _ in turn.by_event)
    if "handed" not in named:
        assert turn.handed_off == [], f"handed off for {turn.handed_off}"
    if not settled and not named & {"answers", "sums", "quotes"}:
        assert answered(turn) == set(), f"nobody asked of {answered(turn)}"
    if "owns" not in named:
        assert gaps(turn) == set(), f"nobody asked of {gaps(turn)}"
    _speaks(talk, turn, language)
    return language


def answered(turn: Turn) -> set[str]:
    """What of the hotel's profile was told."""
    found = [TOPIC.fullmatch(fact) for fact in turn.facts]
    names = {match[1] or match[2].removeprefix("policies.") for match in found if match is not None}
    return {TOLD_ALONG.get(name, name) for name in names}


def gaps(turn: Turn) -> set[str]:
    """What of the hotel's profile is not known."""
    return {fact.removeprefix(GAP) for fact in turn.facts if fact.startswith(GAP)}


def _speaks(talk: Scripted, turn: Turn, language: str) -> None:
    """In the guest's language, once they have said anything that has one; before that in the hotel's."""
    spoken = talk.guest.state.language
    assert spoken in {None, language}, f"answers in {spoken}"
    for reply in turn.replies:
        if isinstance(reply.message, Location | Picture):
            continue
        text = written(reply)
        told = read_language(text, fold(text), languages=tuple(Language), prior=None)
        expected = language if spoken is not None else talk.guest.hotel.languages[0]
        assert told in {None, expected} or "staff" in reply.facts, f"answers in {told}"


def _asks(talk: Scripted, what: str) -> None:
    expecting = talk.guest.state.expecting
    assert expecting is ASKS[what], f"expects {expecting.value}"
    assert what == "nothing" or talk.last.replies, "and says nothing"


def _offers(talk: Scripted, args: str) -> None:
    words = args.split()
    offers = talk.last.quoted
    assert {one.room_type.key for one in offers} == {word for word in words if word in KEYS}, f"offers {offers}"
    assert any(isinstance(reply.message, Choices) for reply in talk.last.replies)
    for offer in offers:
        _fits(offer, [word for word in words if word not in KEYS])


def _fits(made: Any, words: Args) -> None:
    """A range of days, a party, a number of rooms, a price."""
    for word in words:
        if (days := RANGE.fullmatch(word)) is not None:
            assert (made.stay.check_in, made.stay.check_out) == (_day(days[1]), _day(days[2])), f"of {made.stay}"
        elif (party := PARTY.fullmatch(word)) is not None:
            assert (made.party.adults, made.party.children) == (int(party[1]), int(party[2])), f"of {made.party}"
        elif word.startswith("x"):
            assert made.party.rooms == int(word[1:])
        elif re.fullmatch(r"\d+\.\d\d", word):
            assert f"{made.total.amount:.2f}" == word, f"for {made.total}"
        else:
            raise AssertionError(f"nobody knows what {word!r} means")


def _day(text: str) -> date:
    return date.fromisoformat(f"2030-{text}")


def _sums_up(talk: Scripted, args: str) -> None:
    words = args.split()
    assert talk.guest.state.expecting is Expecting.YES_NO
    shown = [reply for reply in talk.last.replies if isinstance(reply.message, Choices)]
    ids = [option.id for reply in shown for option in options_of(reply)]
    assert any(one.startswith("yes:") for one in ids), "there is no yes to it"
    if talk.last.quoted:
        offer = talk.last.quoted[-1]
        assert not set(words) & set(KEYS) or offer.room_type.key in words, f"of a {offer.room_type.key}"
        _fits(offer, [word for word in words if word not in KEYS])
    else:
        assert all(word in talk.last.text for word in words), "of another reservation"


def _reserved(talk: Scripted, args: str) -> None:
    booked, words = talk.last.booked, args.split()
    assert booked is not None, "nothing is booked"
    assert booked.room_type_key in words
    _fits(booked, [word for word in words if word not in KEYS and not word.istitle()])
    assert all(word in booked.booker.name for word in words if word.istitle())


def _cancelled(talk: Scripted, code: str) -> None:
    assert talk.last.cancelled is not None, "nothing is cancelled"
    assert code in {"", talk.last.cancelled}


def _late(talk: Scripted, _: str) -> None:
    assert talk.last.of(IntendLateCheckout)


def _knows(talk: Scripted, args: str) -> None:
    draft = talk.guest.state.draft
    for word in args.split():
        if word in KEYS:
            assert draft.room_key == word or (draft.chosen is not None and draft.chosen.room_type.key == word)
        elif (days := RANGE.fullmatch(word)) is not None:
            assert (draft.check_in, draft.check_out) == (_day(days[1]), _day(days[2])), (
                f"{draft.check_in} to {draft.check_out}"
            )
        elif (party := PARTY.fullmatch(word)) is not None:
            assert (draft.adults, draft.children or 0) == (int(party[1]), int(party[2])), (
                f"{draft.adults}+{draft.children}"
            )
        elif word.startswith("from:"):
            assert draft.check_in == _day(word[5:]), f"from {draft.check_in}"
        else:
            raise AssertionError(f"nobody knows what {word!r} means")


def _set_of(find: Callable[[Turn], set[str]]) -> Callable[[Scripted, str], None]:
    def expects(talk: Scripted, args: str) -> None:
        assert find(talk.last) == set(args.replace(",", " ").split()), f"it is {sorted(find(talk.last))}"

    return expects


def _says(talk: Scripted, words: str) -> None:
    assert words in talk.last.text


def _never_says(talk: Scripted, words: str) -> None:
    assert words.lower() not in talk.last.text.lower()


def _silent(talk: Scripted, _: str) -> None:
    assert talk.last.replies == []


def _not_understood(talk: Scripted, _: str) -> None:
    assert talk.guest.state.misunderstood, "seems to be understood"


def _understood(talk: Scripted, _: str) -> None:
    assert not talk.guest.state.misunderstood, "seems not to be understood"


def _clarifies(talk: Scripted, args: str) -> None:
    perhaps = {intent.value for intent in talk.guest.state.aside.perhaps}
    assert perhaps, "asks nothing back"
    assert set(args.split()) <= perhaps, f"asks of {perhaps}"


def _quotes(talk: Scripted, args: str) -> None:
    assert talk.last.quoted
    _fits(talk.last.quoted[-1], args.split())


EXPECTED: Final[dict[str, Callable[[Scripted, str], None]]] = {
    "asks": _asks,
    "offers": _offers,
    "quotes": _quotes,
    "sums up": _sums_up,
    "reserved": _reserved,
    "cancelled": _cancelled,
    "late": _late,
    "knows": _knows,
    "answers": _set_of(answered),
    "owns up": _set_of(gaps),
    "handed off": _set_of(lambda turn: set(turn.handed_off)),
    "says": _says,
    "never says": _never_says,
    "silent": _silent,
    "not understood": _not_understood,
    "understood": _understood,
    "clarifies": _clarifies,
    "language": lambda talk, language: _speaks(talk, talk.last, language),
}
