"""How much of a second opinion is believed: what was read without help stays, and nothing risky comes of it."""

from dataclasses import fields, replace
from datetime import date, time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.dialogue.reading import Context, DateReading, DateTrouble, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.understanding.advice import Kind, Proposal, Quote, advised, is_doubtful
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INTENTS, LABELS
from agente_hotelero.dialogue.understanding.offline import understand

CONTEXT: Final = Context(
    today=date(2026, 4, 15),
    languages=(Language.ES, Language.PT, Language.EN),
    room_names=(("double", "habitación doble"), ("suite", "suite")),
)
TEXT: Final = "oigan, lo que les conté sigue igual? xx 18 xx el martes xx mi esposa y yo xx tres noches xx dos cuartos xx doble xx 31 de abril"
BAND: Final = Reading(perhaps=(Intent.POOL, Intent.WIFI))
RISKY: Final = "make_reservation modify_reservation cancel_reservation refund payment invoice late_check_out".split()
ACTED_ON: Final = {INTENTS[label] for label in RISKY}


def take(*labels: str, reading: Reading = BAND, context: Context = CONTEXT, **quotes: str) -> Reading:
    quoted = tuple(Quote(kind=Kind(kind), text=text) for kind, text in quotes.items())
    return advised(reading, Proposal(labels=labels, quotes=quoted), TEXT, context)


@pytest.mark.parametrize("label", RISKY)
def test_what_changes_something_becomes_a_question_at_most(label: str) -> None:
    assert take(label) == replace(BAND, perhaps=(INTENTS[label], Intent.POOL))
    assert take(label, "breakfast").intents == {Intent.BREAKFAST}
    known = Reading(intents=frozenset({Intent.WIFI, Intent.POOL}))
    assert take(label, reading=known) == known


def test_what_both_read_is_acted_upon() -> None:
    both = Reading(intents=frozenset({Intent.CANCEL_RESERVATION, Intent.WIFI}))
    assert take("cancel_reservation", "pets", reading=both).intents == both.intents | {Intent.PETS}


def test_nobody_says_yes_for_a_guest() -> None:
    assert take("affirm", "deny", "thank", "greet") == BAND


def test_an_emergency_that_only_it_sees_calls_a_person_too() -> None:
    known = Reading(intents=frozenset({Intent.WIFI, Intent.POOL}))
    assert take("emergency", reading=known).intents == known.intents | {Intent.EMERGENCY}


def test_a_person_is_called_only_where_nothing_else_is_wanted() -> None:
    known = Reading(intents=frozenset({Intent.WIFI, Intent.POOL}))
    assert take("human_handoff", reading=known) == known
    assert take("human_handoff").intents == {Intent.PERSON}


@pytest.mark.parametrize("intent", [Intent.EMERGENCY, Intent.PERSON])
def test_where_rules_call_a_person_nothing_is_added(intent: Intent) -> None:
    urgent = Reading(intents=frozenset({intent, Intent.WIFI, Intent.POOL}))
    assert take("wifi", "pets", reading=urgent, nights="tres noches") == urgent


def test_it_does_not_contradict_what_rules_read_of_a_reservation() -> None:
    known = Reading(intents=frozenset({Intent.MY_RESERVATION, Intent.WIFI}))
    assert take("check_availability", "ask_price", "cancellation_policy", reading=known) == known


def test_a_message_wants_three_things_at_most() -> None:
    known = Reading(intents=frozenset({Intent.WIFI, Intent.POOL}))
    assert take("pets", "parking", "luggage", reading=known).intents == known.intents | {Intent.PETS}


def test_quotes_are_read_by_our_own_rules() -> None:
    read = take(
        check_in="18",
        check_out="el martes",
        people="mi esposa y yo",
        nights="tres noches",
        rooms="dos cuartos",
        room_type="doble",
    )
    assert read.dates == DateReading(
        check_in=date(2026, 4, 18),
        check_out=date(2026, 4, 21),
        month_unsaid=read.dates.month_unsaid if read.dates else False,
    )
    assert (read.adults, read.nights, read.rooms, read.room_key) == (2, 3, 2, "double")


def test_a_quote_that_is_not_in_the_message_is_dropped() -> None:
    assert (
        take(check_in="el 24 de diciembre", people="4 adultos", nights="10 noches", rooms="5", room_type="suite")
        == BAND
    )
    assert take(check_in="2026-12-24", dates="del 1 al 5 de mayo", check_out="EL MARTES") == BAND


def test_a_quote_that_our_rules_can_make_nothing_of_is_nothing() -> None:
    assert take(dates="oigan", people="lo que les conté", nights="sigue igual", rooms="xx", room_type="xx") == BAND


def test_what_was_read_without_help_is_not_read_anew() -> None:
    own = Reading(
        perhaps=(Intent.POOL,),
        dates=DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=(date(2026, 4, 5), date(2026, 5, 4))),
        nights=2,
        people=4,
        rooms=1,
        room_key="suite",
    )
    assert (
        take(
            reading=own,
            check_in="18",
            people="mi esposa y yo",
            nights="tres noches",
            rooms="dos cuartos",
            room_type="doble",
        )
        == own
    )


def test_days_that_are_none_are_not_taken() -> None:
    assert take(dates="31 de abril") == BAND


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        *((Expecting.YES_NO, text) for text in ("sí", "no", "dale", "2", "ok perfecto")),
        *((asked, text) for asked in (Expecting.OFFER, Expecting.OPTION) for text in ("la segunda", "2", "la primera")),
    ],
)
def test_an_answer_to_our_question_is_in_no_doubt(asked: Expecting, text: str) -> None:
    context = replace(CONTEXT, expecting=asked, options=("Sí", "No"))
    reading = understand(text, context)
    assert not is_doubtful(text, reading, asked)
    assert advised(reading, Proposal(labels=("cancel_reservation", "wifi")), text, context) is reading


@pytest.mark.parametrize(
    "reading",
    [
        Reading(),
        Reading(language=Language.PT),
        Reading(clock=time(9), clock_said=time(9), clock_to=time(11)),
        Reading(past=(date(2026, 4, 1),), a_room=True, orders=True, of_a_reservation=True),
    ],
)
def test_what_nothing_follows_from_is_in_doubt(reading: Reading) -> None:
    assert is_doubtful(TEXT, reading, Expecting.NOTHING)
    assert not is_doubtful("¿? 👍 ...", reading, Expecting.NOTHING)
    assert not is_doubtful("hola", replace(reading, intents=frozenset({Intent.GREET})), Expecting.NOTHING)


QUOTES: Final = [
    "18",
    "el martes",
    "mi esposa y yo",
    "tres noches",
    "dos cuartos",
    "doble",
    "el 24 de diciembre",
    "",
    "xx",
    TEXT,
]
PROPOSALS: Final = st.builds(
    lambda labels, quotes: Proposal(
        labels=tuple(labels), quotes=tuple(Quote(kind=kind, text=text) for kind, text in quotes)
    ),
    st.lists(st.sampled_from([*sorted(LABELS), "unsure", "cancel everything"]), max_size=6),
    st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from(QUOTES)), max_size=6),
)
READINGS: Final = st.builds(
    lambda intents, perhaps, nights, bare: Reading(
        intents=frozenset(intents), perhaps=tuple(perhaps), nights=nights, bare=bare
    ),
    st.lists(st.sampled_from(Intent), max_size=3),
    st.lists(st.sampled_from(Intent), max_size=2),
    st.sampled_from([None, 2]),
    st.booleans(),
)


@given(reading=READINGS, proposal=PROPOSALS, asked=st.sampled_from(Expecting))
def test_whatever_is_proposed_nothing_is_lost_and_nothing_risky_is_won(
    reading: Reading, proposal: Proposal, asked: Expecting
) -> None:
    context = replace(CONTEXT, expecting=asked)
    found = advised(reading, proposal, TEXT, context)
    won = found.intents - reading.intents
    assert found.intents >= reading.intents
    assert won.isdisjoint(ACTED_ON | {INTENTS[label] for label in BY_RULES})
    assert len(found.perhaps) <= max(2, len(reading.perhaps))
    never = {"bare", "choice", "name", "email", "phone", "code", "digits", "language", "faq", "orders", "hour"}
    assert all(getattr(found, name) == getattr(reading, name) for name in never)
    said = {one.name for one in fields(Reading) if getattr(reading, one.name) != getattr(Reading(), one.name)}
    assert all(getattr(found, name) == getattr(reading, name) for name in said - {"intents", "perhaps"})
