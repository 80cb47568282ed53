"""Which of a hotel's own questions is asked: in other words too, and none where it is another one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.dialogue.understanding.faq import MARGIN, Questions, questions
from tests.unit.dialogue.understanding.test_intents import TRAPS, WANTED, table

BIKES, LAUNDRY, PLUGS, TANGO = range(4)
ASKED = (
    ("¿Alquilan bicicletas?", "¿Tienen bicis para alquilar?", "Vocês alugam bicicletas?", "Do you rent bikes?", "Can we hire bicycles?"),
    ("¿Lavan la ropa de los huéspedes?", "¿Tienen lavandería?", "Vocês lavam roupa?", "Can you wash my clothes?"),
    ("¿Tienen adaptadores de enchufe?", "¿Qué tipo de enchufe usan?", "Que tipo de tomada vocês usam?", "What kind of plugs do you use?"),
    ("¿Venden entradas para el tango?", "Vendem ingressos para o show de tango?", "Can I buy tickets for a tango show?"),
)  # fmt: skip
OURS = Questions(ASKED)


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("alquilan bicis?", BIKES),
        ("hola! tienen bicicletas para alquilar??", BIKES),
        ("aluga bicicleta?", BIKES),
        ("do you have bikes to rent", BIKES),
        ("tienen lavanderia", LAUNDRY),
        ("me lavan ropa?", LAUNDRY),
        ("lavam roupas aí?", LAUNDRY),
        ("que enchufes usan", PLUGS),
        ("que tomada usam", PLUGS),
        ("quiero entradas para ver tango", TANGO),
        ("tango show tickets please", TANGO),
    ],
)
def test_a_question_is_known_in_other_words(words: str, which: int) -> None:
    assert OURS.match(words) == which


@pytest.mark.parametrize(
    "words",
    ["", "?", "hola", "🚲", "¿tienen pileta?", "¿alquilan autos?", "¿venden vino?", "what do you use", "me lavan el auto?", "tango"],
)  # fmt: skip
def test_another_question_is_none_of_ours(words: str) -> None:
    assert OURS.match(words) is None


def test_two_questions_that_are_as_near_are_none() -> None:
    twice = Questions(
        [("¿Hay cancha de tenis?",), ("¿Cuánto cuesta la cancha de tenis?",), ("¿Hay cancha de tenis techada?",)]
    )
    assert MARGIN > 0
    assert twice.match("cancha tenis hay? techada?") == 2
    assert Questions([("¿Hay cancha de tenis?",), ("¿Y cancha de tenis?",)]).match("¿hay cancha de tenis?") is None


@pytest.mark.parametrize(
    ("words", "which", "others"),
    [
        ("hay wifi? alquilan bicis?", (BIKES,), "hay wifi?"),
        ("alquilan bicis y lavan ropa", (BIKES, LAUNDRY), ""),
        ("alquilan bicis? gracias!", (), "alquilan bicis? gracias!"),
        ("alquilan bicis", (), "alquilan bicis"),
        ("tengo una bici, dónde la dejo?", (), "tengo una bici, dónde la dejo?"),
    ],
)
def test_one_beside_something_else_is_known_and_the_rest_is_left(
    words: str, which: tuple[int, ...], others: str
) -> None:
    found, rest = OURS.beside(words)
    assert (found, rest.replace("?", " ").split()) == (which, others.replace("?", " ").split())


def test_none_of_what_guests_usually_say_is_taken_for_one() -> None:
    messages = [message for _, message in [*table(WANTED), *table(TRAPS)]]
    taken = [message for message in messages if OURS.match(message) is not None or OURS.beside(message)[0]]
    assert [one for one in taken if "lavander" not in one and "laundry" not in one] == []


def test_none_of_the_real_messages_is_taken_for_one_that_it_does_not_ask(conformance_dir: Path) -> None:
    told = ("bici", "bike", "lavand", "laundry", "lav", "wash", "enchufe", "tomada", "plug", "adapt", "tango")
    files = (conformance_dir / "corpora/understanding").glob("*.jsonl")
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]
    taken = [text for text in texts if OURS.match(text) is not None or OURS.beside(text)[0]]
    assert len(texts) > 900
    assert [text for text in taken if not any(word in text.lower() for word in told)] == []


@given(st.text(max_size=80))
def test_whatever_is_written_it_is_one_of_them_or_none(text: str) -> None:
    assert OURS.match(text) in {None, BIKES, LAUNDRY, PLUGS, TANGO}


@given(st.sampled_from([wording for wordings in ASKED for wording in wordings]))
def test_each_wording_asks_its_own(wording: str) -> None:
    assert ASKED.index(next(one for one in ASKED if wording in one)) == OURS.match(wording.upper())


def test_a_hotels_questions_are_prepared_once() -> None:
    assert questions(ASKED) is questions(ASKED)


def test_a_letter_is_no_question() -> None:
    assert OURS.match("alquilan bicicletas " * 30) is None
