"""Facts and questions of the hotels file: what they may say, and where a slip is named."""

from datetime import time, timedelta

import pytest

from agente_hotelero.model.hotel import ALWAYS_SOME, Fact, Per, Topic
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.money import Money
from tests.unit.config.test_hotels import EXAMPLE, changed, line_of, read, said_about

GYM = "gym_spa: {offered: false}"


def fact(written: str) -> Fact | None:
    return read(changed(GYM, f"gym_spa: {written}")).by_id(HotelId("demo")).profile.facts.get("gym_spa")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{offered: false}", Fact(offered=False)),
        ("{es: Sí., en: Yes.}", Fact(texts={"es": "Sí.", "en": "Yes."})),
        ('{price: "15", per: person}', Fact(price=Money.of("15.00", "USD"), per=Per.PERSON)),
        ("{included: true}", Fact(included=True)),
        ("{offered: false, es: En obra.}", Fact(offered=False, texts={"es": "En obra."})),
        # Files of before: what says nothing is no fact.
        ("{}", None),
        ('{es: ""}', None),
    ],
)
def test_a_fact_is_words_or_figures_or_that_there_is_none(written: str, meant: Fact | None) -> None:
    assert fact(written) == meant


@pytest.mark.parametrize(("hours", "days"), [('"07:00-23:00"', 7), ('{mon-fri: "07:00-23:00"}', 5)])
def test_hours_are_those_of_every_day_unless_days_are_named(hours: str, days: int) -> None:
    said = fact(f"{{hours: {hours}}}")
    assert said is not None
    assert [one.weekday for one in said.hours] == list(range(days))
    assert {(one.opens, one.closes) for one in said.hours} == {(time(7), time(23))}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{offered: true}", "gym_spa: what is offered needs words"),
        ('{offered: false, price: "5"}', "gym_spa: what is not offered (offered: false) has no hours and no price"),
        ('{included: true, price: "5"}', "gym_spa: what is included has no price"),
        ("{es: Sí., per: night}", "gym_spa: per says what the price is for"),
        ("{es: Sí., price: caro}", "gym_spa.price: Input should be a valid decimal"),
        ('{price: "5", per: year}', "gym_spa.per: Input should be"),
        ("{hours: 9 a 20}", "hours look like"),
        ("{es: Sí., ofered: false}", "gym_spa.ofered: unknown field; did you mean offered?"),
        ("false", "gym_spa: should be a mapping of fields"),
    ],
)
def test_a_slip_is_named_with_its_line_and_field(written: str, said: str) -> None:
    text = changed(GYM, f"gym_spa: {written}")
    refusal = said_about(text)
    assert said in refusal
    assert refusal.startswith(f"hotels.yaml:{line_of(text, 'gym_spa: ')}: hotels.0.facts.gym_spa")


@pytest.mark.parametrize("topic", sorted(ALWAYS_SOME))
def test_some_questions_need_words(topic: Topic) -> None:
    text = changed(GYM, f"gym_spa: {{offered: false}}\n      new_{topic}: {{offered: false}}")
    text = text.replace(f"\n      {topic}:\n", f"\n      old_{topic}:\n").replace(f"new_{topic}", topic)
    assert f"hotels.0.facts.{topic}.offered: a guest who asks for {topic} needs words" in said_about(text)


def test_a_topic_of_its_own_is_kept_as_files_of_before_have_them() -> None:
    text = changed(GYM, "terrace: {es: Hay terraza.}")
    assert read(text).by_id(HotelId("demo")).profile.facts["terrace"] == Fact(texts={"es": "Hay terraza."})


def test_questions_are_read_with_all_their_wordings() -> None:
    [first, _] = read(EXAMPLE).by_id(HotelId("demo")).profile.faq
    assert len(first.questions) == 6
    assert set(first.answer) == {"es", "pt", "en"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('es: ["¿Alquilan bicicletas?", "¿Tienen bicis para alquilar?"]', "es: bicis", "faq.0.questions.es: should be a list"),
        ("es: Sí, tenemos bicicletas para huéspedes; se piden en recepción.", "fr: Oui.", "faq.0.answer.fr"),
        ("      - questions:\n", "      - question:\n", "faq.0.question: unknown field; did you mean questions?"),
    ],
)  # fmt: skip
def test_a_slip_in_a_question_is_named(old: str, new: str, said: str) -> None:
    assert f"hotels.0.{said}" in said_about(changed(old, new))


@pytest.mark.parametrize(("written", "meant"), [("", timedelta(hours=24)), ("6", timedelta(hours=6)), ("null", None)])
def test_a_guest_is_given_back_after_a_day_unless_the_hotel_says_otherwise(
    written: str, meant: timedelta | None
) -> None:
    staff = f"staff: {{gives_back_after_hours: {written}}}\n    " if written else ""
    text = changed("    whatsapp:\n", f"    {staff}whatsapp:\n")
    assert read(text).by_id(HotelId("demo")).profile.gives_back_after == meant
