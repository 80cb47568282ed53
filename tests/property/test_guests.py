"""Who comes is chosen first and then written as guests write it; and stays again, by somebody whose fingers slip."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.dialogue.reading import Context, Language, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from tests.property.test_dates import DAY_NAMES, LANGUAGES, MONTH_NAMES, long, weekday

TODAY: Final = date(2026, 4, 15)
MANY: Final = 700
RIGHT_AT_LEAST: Final = 0.97
AND: Final = {"es": " y ", "pt": " e ", "en": " and "}
COUNTED: Final = {
    "es": "un dos tres cuatro cinco seis".split(),
    "pt": "um dois três quatro cinco seis".split(),
    "en": "one two three four five six".split(),
}
# {a} adults, {t} all of them, {k} children, {l} their ages; {n} what the children are called.
PARTIES: Final = {
    "es": [
        "{a} adultos y {k} {n} de {l} años", "{a} adultos + {k} {n} ({l})", "somos {t}, {k} {n} de {l}", "para {a} adultos con {k} {n} de {l} años", "viajamos {a} adultos y {k} {n}, {l} años",
        "{a} grandes y {k} chicos de {l}", "somos {t} personas, {k} de ellos {n} de {l} años",
    ],
    "pt": [
        "{a} adultos e {k} {n} de {l} anos", "{a} adultos + {k} {n} ({l})", "somos {t}, {k} {n} de {l} anos", "para {a} adultos com {k} {n} de {l} anos", "{a} adultos, {k} {n} ({l} anos)",
    ],
    "en": [
        "{a} adults and {k} {n} aged {l}", "{a} adults + {k} {n} ({l})", "we are {t}, {k} {n} ages {l}", "{a} adults with {k} {n} of {l} years", "{a} adults, {k} {n} ({l} yrs old)",
    ],
}  # fmt: skip
CHILDREN: Final = {
    "es": [("niño", "niños"), ("menor", "menores"), ("hijo", "hijos"), ("nena", "nenas")],
    "pt": [("criança", "crianças"), ("filho", "filhos"), ("menor", "menores")],
    "en": [("kid", "kids"), ("child", "children"), ("daughter", "daughters")],
}
COUPLES: Final = {
    "es": [
        "mi esposa, yo y nuestra hija de {l} años", "una pareja con un bebé de {m} meses", "voy con mi marido y mi hijo de {l}",
    ],
    "pt": ["casal com filha de {l} anos", "eu, meu marido e nosso filho de {l} anos", "casal com um bebê de {m} meses"],
    "en": ["me, my wife and our son (aged {l})", "a couple with a {l} year old daughter", "my husband and I and a {m} month old baby"],
}  # fmt: skip


@dataclass(frozen=True)
class Party:
    """Who comes, and a message that says it."""

    adults: int
    ages: tuple[int, ...]
    language: Language
    text: str


def said(text: str, language: Language) -> Reading:
    return understand(text, Context(today=TODAY, languages=LANGUAGES, prior=language))


@st.composite
def parties(draw: st.DrawFn) -> Party:
    language = draw(st.sampled_from(LANGUAGES))
    adults = draw(st.integers(2, 6))
    ages = tuple(draw(st.lists(st.integers(1, 16), min_size=1, max_size=3)))
    in_words = draw(st.booleans())
    one, many = draw(st.sampled_from(CHILDREN[language]))
    listed = ", ".join(map(str, ages[:-1])) + (AND[language] if ages[1:] else "") + str(ages[-1])
    text = draw(st.sampled_from(PARTIES[language])).format(
        a=COUNTED[language][adults - 1] if in_words else adults,
        t=adults + len(ages),
        k=COUNTED[language][len(ages) - 1] if in_words else len(ages),
        n=one if len(ages) == 1 else many,
        l=listed,
    )
    return Party(adults, ages, language, text if draw(st.booleans()) else text.upper())


@st.composite
def couples(draw: st.DrawFn) -> Party:
    language = draw(st.sampled_from(LANGUAGES))
    age, months = draw(st.integers(2, 16)), draw(st.integers(1, 11))
    text = draw(st.sampled_from(COUPLES[language]))
    return Party(2, (0 if "{m}" in text else age,), language, text.format(l=age, m=months))


@settings(max_examples=200)
@given(st.one_of(parties(), couples()))
def test_who_comes_is_read_with_the_ages_of_the_children(party: Party) -> None:
    reading = said(party.text, party.language)
    assert (reading.adults, reading.children, reading.children_ages) == (party.adults, len(party.ages), party.ages)
    assert reading.dates is None


def slip(word: str, chance: random.Random) -> str:
    """One finger: two neighbours exchanged, a letter left out or struck twice. The first letter is mostly right."""
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )


def with_slips(text: str, language: Language, chance: random.Random) -> str:
    """Names of months and weekdays of six letters or more, each with a slip."""
    names = {name for name in (*MONTH_NAMES[language], *DAY_NAMES[language]) if len(name.split("-")[0]) > 5}
    return " ".join(slip(word, chance) if word.strip(",") in names else word for word in text.split())


def test_most_stays_are_read_in_spite_of_a_slip() -> None:
    """Drawn anew the same each time: a rate is promised, not each line."""
    chance = random.Random(15)
    wrong = []
    for _ in range(MANY):
        language = chance.choice(LANGUAGES)
        arrives = TODAY + timedelta(days=chance.randrange(2, 300))
        leaves = arrives + timedelta(days=chance.randrange(1, 15))
        ways = {
            "es": [f"del {long(arrives, 'es')} al {long(leaves, 'es')}", f"{weekday(arrives, 'es')} {long(arrives, 'es')} al {weekday(leaves, 'es')} {long(leaves, 'es')}"],
            "pt": [f"de {long(arrives, 'pt')} a {long(leaves, 'pt')}", f"chegando {long(arrives, 'pt')} e saindo {long(leaves, 'pt')}"],
            "en": [f"from {long(arrives, 'en')} to {long(leaves, 'en')}", f"{weekday(arrives, 'en')}, {long(arrives, 'en')} to {weekday(leaves, 'en')}, {long(leaves, 'en')}"],
        }[language]  # fmt: skip
        text = with_slips(chance.choice(ways), language, chance)
        dates = said(text, language).dates
        if dates is None or (dates.check_in, dates.check_out) != (arrives, leaves):
            wrong.append(f"{text}: {dates}")
    assert len(wrong) <= MANY * (1 - RIGHT_AT_LEAST), "\n".join(wrong)
