"""Yes, no, and when a message says nothing beyond it: the only form of yes that may book."""

import pytest

from agente_hotelero.dialogue.reading import Expecting, Intent
from tests.unit.dialogue.understanding.reading import read

YES = [
    "sí", "si", "Sí.", "SI", "siii", "sí!", "sí sí", "si por favor", "sí, gracias", "claro", "claro que sí", "dale", "dale, gracias", "de una", "va", "vale", "listo",
    "ok", "OK!", "okey", "perfecto", "perfecto gracias", "confirmo", "sí confirmo", "confirmar", "de acuerdo", "está bien", "por supuesto", "correcto", "exacto", "adelante",
    "si porfavor", "si está bien", "sale", "sale y vale", "órale", "venga, adelante", "me la llevo", "la tomamos", "nos la quedamos", "hola de nuevo, sí", "hágale", "bueno dale", "sí, reservar", "sí, reservala por favor", "si quiero reservar", "sí quiero", "quiero", "la quiero", "me parece bien", "hola sí",
    "sim", "Sim!", "sim por favor", "sim, obrigado", "beleza", "blz", "fechado", "pode ser", "pode reservar", "pode confirmar", "isso", "isso mesmo", "com certeza", "certo",
    "está bem", "fico com esse", "vamos querer", "então tá, sim", "claro que sim", "ta bom", "tá certo", "quero sim", "tudo certo", "bora", "sim, reservar", "combinado",
    "yes", "Yes please", "yep", "yeah", "yup", "sure", "sure thing", "ok thanks", "go ahead", "sounds good", "that's right", "please do", "do it", "absolutely", "of course",
    "looks good", "yep looks good", "that'll do", "I'll take it", "we'll take that one", "yeah no worries", "lovely, yes", "hi again, we'd like to go ahead", "yes, book it", "yes go ahead and book it", "confirm", "let's do it", "alright", "I agree", "👍", "👍🏽", "ok 👍", "✅",
]  # fmt: skip
NO = [
    "no", "No.", "nooo", "no gracias", "no, gracias", "nop", "nah", "todavía no", "ahora no", "por ahora no", "mejor no", "claro que no", "para nada", "no quiero", "no quiero nada",
    "no, cambiar algo", "espera", "não", "nao", "não obrigado", "agora não", "ainda não", "melhor não", "claro que não", "não quero", "não, mudar algo",
    "nope", "no thanks", "no thank you", "not yet", "not now", "of course not", "no way", "no, change it", "I don't want it", "wait", "👎", "no 👎", "❌",
]  # fmt: skip
NEITHER_BARE = [
    "no, mejor del 5 al 8", "sí, pero somos 3", "si pero somos tres", "sim, mas somos 3", "yes but for 3 nights", "sí, pero", "sí pero no", "sí y no", "no, sí", "yes, no", "sí, la suite",
    "sí, a nombre de Ana Ruiz", "si hay lugar", "si es posible", "si no es mucho", "sí?", "¿sí", "ok?", "está bien?", "no sé", "não sei", "not sure", "creo que sí", "acho que sim", "maybe",
    "tal vez", "puede ser", "I think so", "no hay problema", "sin problema", "no problem", "no entiendo", "no funciona", "no tengo auto", "sí tengo auto", "yes, we have a dog",
    "sí, cuánto cuesta?", "sí, mañana", "ok, ana@correo.com", "sí, cancelar", "sí, cancélala", "yes, cancel it", "sim, pode cancelar", "si está bien que lleve al perro", "no cancelar", "lovely", "só isso mesmo", "no sé, sí", "да", "sí, но нет", "sí 是不是", "👍👎", "sí 🤔", "sim ou não", "1", "gracias",
    "", "?", "hola", "sí, quiero hablar con una persona", "si se puede", "se tiver vaga", "if you have it", "va a llover?", "bueno, y la pileta?", "vale la pena?", "sí, 3 noches",
    "ok, y aceptan perros?", "sí, el precio", "de acuerdo con qué?", "sí, menos el desayuno", "no todavía no sé", "genial", "great",
]  # fmt: skip


@pytest.mark.parametrize("message", YES)
def test_a_bare_yes(message: str) -> None:
    said = read(message, expecting=Expecting.YES_NO)
    assert said.bare
    assert Intent.AFFIRM in said.intents
    assert Intent.DENY not in said.intents


@pytest.mark.parametrize(
    "message", ["sí, cancélala", "si cancelala", "sí, cancelar", "sim, pode cancelar", "yes, cancel it", "sí"]
)
def test_where_a_yes_would_cancel_it_may_say_so(message: str) -> None:
    said = read(message, expecting=Expecting.YES_NO, options=("Sí, cancelarla", "No, dejarla"))
    assert said.bare
    assert Intent.AFFIRM in said.intents


@pytest.mark.parametrize(
    "message",
    [
        "no la canceles",
        "no, no la canceles",
        "no sé si cancelarla",
        "cancelala",
        "sí, cancela el desayuno",
        "sí, pero no la canceles",
    ],
)
def test_what_cancels_without_a_yes_is_none(message: str) -> None:
    said = read(message, expecting=Expecting.YES_NO, options=("Sí, cancelarla", "No, dejarla"))
    assert not (said.bare and Intent.AFFIRM in said.intents)


@pytest.mark.parametrize("message", NO)
def test_a_bare_no(message: str) -> None:
    said = read(message, expecting=Expecting.YES_NO)
    assert Intent.DENY in said.intents
    assert Intent.AFFIRM not in said.intents
    assert said.bare or Intent.ABANDON in said.intents


@pytest.mark.parametrize("message", NEITHER_BARE)
def test_what_says_more_or_less_is_no_bare_answer(message: str) -> None:
    assert not read(message, expecting=Expecting.YES_NO).bare


@pytest.mark.parametrize(
    "message",
    [
        "no hay problema",
        "no sé",
        "no funciona el aire",
        "no tengo auto",
        "no entiendo",
        "si hay lugar",
        "maybe",
        "puede ser",
    ],
)
def test_no_and_si_inside_other_words_deny_and_affirm_nothing(message: str) -> None:
    assert not read(message).intents & {Intent.AFFIRM, Intent.DENY}


def test_a_no_before_a_correction_is_heard() -> None:
    said = read("no, mejor del 5 al 8 de mayo", expecting=Expecting.YES_NO)
    assert Intent.DENY in said.intents
    assert said.dates is not None


def test_a_yes_before_a_correction_is_heard_and_does_not_book() -> None:
    said = read("sí, pero somos 3", expecting=Expecting.YES_NO)
    assert Intent.AFFIRM in said.intents
    assert said.people == 3


@pytest.mark.parametrize(
    ("message", "choice"),
    [("1", 0), ("2", 1), ("2.", 1), ("la 1", 0), ("3", None), ("una", None), ("un", None), ("no, la primera", None)],
)
def test_only_a_bare_digit_chooses_yes_or_no(message: str, choice: int | None) -> None:
    assert read(message, expecting=Expecting.YES_NO).choice == choice


def test_a_yes_whose_end_was_not_read_is_not_bare() -> None:
    assert not read("sí " + " " * 3_000 + "pero no", expecting=Expecting.YES_NO).bare
