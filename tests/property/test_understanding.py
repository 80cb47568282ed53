"""Whatever is written: understanding raises nothing, takes no long time, and never hears a yes that was not said."""

import gc
import sys
import time
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.dialogue.reading import Context, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.understanding.folding import READ_AT_MOST, fold
from agente_hotelero.dialogue.understanding.offline import understand

TODAY = date(2026, 4, 15)
ROOMS = (("double", "habitación doble"), ("double", "double room"), ("suite", "suíte júnior"), ("odd", "(a|b)* ..?"))
OPTIONS = ("Habitación doble", "Suite", "(a|b)*")


def read(
    text: str, expecting: Expecting = Expecting.NOTHING, *, prior: Language | None = None, check_in: date | None = None
) -> Reading:
    context = Context(
        today=TODAY,
        languages=tuple(Language),
        prior=prior,
        expecting=expecting,
        options=OPTIONS,
        room_names=ROOMS,
        check_in=check_in,
    )
    return understand(text, context)


PIECES = st.sampled_from(
    "hola quiero una doble del 3 al 5 de mayo 31/2 2026-13-45 24/7 99 de abril mañana este finde semana santa para 2 adultos y 1 niño no sí dale ok cancelar mi reserva"
    " me llamo soy ana@x.com arroba +54 11 5555 HD-AB12 , . ! ? ¿ - / ( ) \n\t \x00 \u200b 👍 ½ ² ٣ 𝟛 ﷺ ñ ß İ … the 3rd 1º r$ 5,00 15:00 segunda-feira última in en vez".split(
        " "
    )
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map("".join),
    st.builds(str.__mul__, st.text(min_size=1, max_size=8), st.integers(1, 3_000)),
)


@settings(max_examples=300)
@given(
    TEXTS,
    st.sampled_from(Expecting),
    st.sampled_from([None, *Language]),
    st.sampled_from([None, TODAY, date(2026, 5, 3)]),
)
def test_understanding_raises_nothing_and_says_only_what_can_be(
    text: str, expecting: Expecting, prior: Language | None, check_in: date | None
) -> None:
    said = read(text, expecting, prior=prior, check_in=check_in)
    assert said.choice is None or 0 <= said.choice < len(OPTIONS)
    assert said.room_key in {None, "double", "suite", "odd"}
    assert not said.bare or len(said.intents & {Intent.AFFIRM, Intent.DENY}) == 1
    for count in (said.nights, said.adults, said.children, said.people, said.rooms):
        assert count is None or count >= 0


@settings(max_examples=100)
@given(st.text(max_size=2_500))
def test_folding_is_short_and_settled(text: str) -> None:
    folded = fold(text)
    assert len(folded) <= READ_AT_MOST * 6
    assert folded == folded.strip()
    assert "\x00" not in folded


UNKNOWN_WORDS = st.one_of(
    st.text(alphabet="bcdfghjkmnpqrtvwxz", min_size=5, max_size=12),
    st.text(alphabet="абвгджзиклмно", min_size=1, max_size=8),
    st.text(alphabet="日本語中文字", min_size=1, max_size=4),
    st.text(alphabet="0123456789", min_size=1, max_size=4),
)


@settings(max_examples=200)
@given(
    st.sampled_from(["sí", "dale", "ok", "sim", "yes", "claro que sí", "👍"]),
    UNKNOWN_WORDS,
    st.sampled_from([" ", ", ", ". ", "\n", " - "]),
)
def test_a_yes_with_a_word_that_we_do_not_know_is_not_bare(yes: str, word: str, between: str) -> None:
    assert not read(yes + between + word, Expecting.YES_NO).bare
    assert not read(word + between + yes, Expecting.YES_NO).bare


HOSTILE = [
    "a", "1 ", "del 3 al ", "a@", "a.", "no ", "si hay ", " arroba ", "hablar a b c ", "quiero a b c d ", "-", "3-", "3/", "3 al ", "me llamo ", "juan ", "\t", "ﷺ", "\u0301", "👍", "A1", "AAAA-",
    "+1 ", "1.", "$1", "(1", "3 de mayo al ", "doble ", "dovle ", "no la doble ", "x'", "at ", "a at b dot ", "la segunda no ", "viernes ", "vie ", "entre 3 y ", "20 ", "vinte e ", "en 3 ", "de ",
    "habitacion ", "cancelar a b c ", "si, ", "1h", "20%", "ab1", "ab-", "soy a ", "@", "' ", "a\n", "el 3 no, ", "mejor el 3 ", "saliendo el 3 ", "este finde ", "3 y ", "2 adultos ", "en vez del 3 ",
    "niños de 3 y ", "un niño ", "3 y 4, ", "a week from ", "45.000 ", "$1.", "usd ", "1 234 ", "la noche del 3 y ", "habitacion 3 y ", "estoy en la ", "guion ", "a las 3 y ", "half past ", "3al4", "3 / ",
    "llego tal ", "hace 3 ", "una habitacion y ", "book it under ", "mi hijo y ", "a big ", "de 3 a 4 ", "primera quincena ", "3 dias ",
    "perro ", "5 kg ", "finde de ", "5 del 5 ", "puente ", "semana del 3 ", "mi mama y ", "3/4-",
]  # fmt: skip


def work(text: str, expecting: Expecting) -> int:
    """How many functions are called to read a text, Python's own included: the same on every machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    # Once for what is made at the first use, such as an expression that is compiled; and no collection of garbage,
    # which calls whoever asked to hear of it.
    read(text, expecting)
    before = sys.getprofile()
    gc.disable()
    sys.setprofile(count)
    try:
        read(text, expecting)
    finally:
        sys.setprofile(before)
        gc.enable()
    return calls


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_twice_the_work(piece: str) -> None:
    half = (piece * 400)[:400]
    for expecting in (Expecting.DATES, Expecting.OFFER):
        assert work(half * 2, expecting) <= 2.6 * work(half, expecting) + 500


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("expecting", [Expecting.OFFER, Expecting.NAME])
def test_no_text_keeps_the_patterns_busy(piece: str, expecting: Expecting) -> None:
    """Inside one pattern no calls are counted: a generous second of its own time would already be a runaway."""
    begun = time.thread_time()
    read(piece * READ_AT_MOST, expecting)
    assert time.thread_time() - begun < 1.5


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    assert read("x" * READ_AT_MOST + " quiero reservar").intents == frozenset()
