"""Where one wish ends and the next begins."""

import pytest

from agente_hotelero.dialogue.understanding.parts import MOST, Part, parts_of


def sentences(text: str) -> list[str]:
    return [part.text for part in parts_of(text) if part.whole]


def clauses(text: str) -> list[str]:
    return [part.text for part in parts_of(text) if not part.whole]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("una doble por favor. ¿hay wifi?", ["una doble por favor.", "¿hay wifi?"]),
        ("tienen wifi?y sirven cena??genial los dos", ["tienen wifi?", "y sirven cena??", "genial los dos"]),
        ("hay alberca\ny se aceptan perros", ["hay alberca", "y se aceptan perros"]),
        ("tem piscina, também aceita cachorro", ["tem piscina", "também aceita cachorro"]),
        ("is there a pool also can i bring my dog", ["is there a pool", "also can i bring my dog"]),
        ("a las 10.30 en punto", []),
        ("escríbeme a ana.ruiz@example.com por favor", []),
    ],
)
def test_sentences(text: str, told: list[str]) -> None:
    assert sentences(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("una doble para 2, hay wifi", ["una doble para 2", "hay wifi"]),
        ("aceptan perros y hay alberca?", ["aceptan perros", "hay alberca?"]),
        ("aceita pet e tem piscina", ["aceita pet", "tem piscina"]),
        ("is breakfast included and do you have parking", ["is breakfast included", "do you have parking"]),
        ("cuesta 1,500 la noche", []),
        ("tienen wifi", []),
    ],
)
def test_clauses(text: str, told: list[str]) -> None:
    assert clauses(text) == told


def test_a_word_alone_is_no_part() -> None:
    assert parts_of("hola, tienen wifi?") == [Part(text="tienen wifi?", whole=False)]


@pytest.mark.parametrize("text", ["", "   ", "?", "...", ",,,", "\n\n", "hola"])
def test_what_is_one_piece_has_no_parts(text: str) -> None:
    assert not parts_of(text)


def test_a_letter_has_no_more_than_some() -> None:
    assert len(parts_of("hay wifi en la pieza. " * 100)) == MOST
