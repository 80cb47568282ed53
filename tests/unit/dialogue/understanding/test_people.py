"""Who comes, for how long, and in how many rooms."""

import pytest

from agente_hotelero.dialogue.reading import Expecting
from tests.unit.dialogue.understanding.reading import read


def people(text: str, expecting: Expecting = Expecting.NOTHING) -> tuple[int | None, int | None, int | None]:
    """Adults, children, total."""
    said = read(text, expecting=expecting)
    return said.adults, said.children, said.people


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("2 adultos", (2, None, None)), ("dos adultos y un niño", (2, 1, None)), ("2 adultos y 1 niño de 5 años", (2, 1, None)), ("3 adultos, 2 menores", (3, 2, None)),
        ("dois adultos e duas crianças", (2, 2, None)), ("2 adults and 3 kids", (2, 3, None)), ("one adult", (1, None, None)), ("two adults, one baby", (2, 1, None)),
        ("2 adultos con 2 niños y 1 bebé", (2, 3, None)), ("dos grandes y dos chicos", (2, 2, None)), ("2 adultos sin niños", (2, 0, None)), ("2 adults, no kids", (2, 0, None)),
        ("somos 4", (None, None, 4)), ("somos cuatro", (None, None, 4)), ("para 2", (None, None, 2)), ("para 3 personas", (None, None, 3)), ("2 pax", (None, None, 2)),
        ("somos 3 pessoas", (None, None, 3)), ("for 2 people", (None, None, 2)), ("we are 5", (None, None, 5)), ("we're two", (None, None, 2)), ("party of 4", (None, None, 4)),
        ("una persona", (None, None, 1)), ("for one", (None, None, 1)), ("habitación para dos el sábado", (None, None, 2)), ("para 2, del 3 al 5 de mayo", (None, None, 2)),
        ("del 3 al 5 de mayo para 2", (None, None, 2)), ("una doble para 2 a nombre de Ana Ruiz", (None, None, 2)), ("um quarto para 2 em nome de Ana", (None, None, 2)), ("a double for 2 under the name Ana", (None, None, 2)), ("seríamos 6", (None, None, 6)),
        ("somos una pareja", (2, None, None)), ("con mi esposa", (2, None, None)), ("mi novio y yo", (2, None, None)), ("um casal", (2, None, None)), ("minha esposa e eu", (2, None, None)),
        ("my wife and I", (2, None, None)), ("with my husband", (2, None, None)), ("a couple", (2, None, None)), ("the two of us", (2, None, None)), ("nosotros dos", (2, None, None)),
        ("mi esposa, mi hijo y yo", (2, 1, None)), ("con mi marido y mis dos hijos", (2, 2, None)), ("meu marido e 2 filhos", (2, 2, None)), ("my wife and 2 kids", (2, 2, None)),
        ("solo yo", (1, None, None)), ("voy sola", (1, None, None)), ("para mí solo", (1, None, None)), ("just me", (1, None, None)), ("sozinho", (1, None, None)), ("travelling alone", (1, None, None)),
        ("só eu", (1, None, None)), ("solo yo y mi hija", (1, 1, None)), ("4 personas, 2 de ellos niños", (None, None, 4)), ("somos 4 con 2 niños", (2, 2, None)),
        ("somos 4, 2 niños", (2, 2, None)), ("2 personas y 1 niño", (2, 1, None)), ("somos 2 y un bebé", (2, 1, None)), ("we are 4 including 2 kids", (2, 2, None)),
        ("quarto pra 2 de 5 a 8 de maio", (None, None, 2)), ("room for 2 May 5 to May 8", (None, None, 2)), ("room for 2 tonight", (None, None, 2)), ("pra 2 caramba", (None, None, 2)),
        ("Personas: 2", (None, None, 2)), ("Adultos: 2, niños: 1", (2, 1, None)), ("al final dos nomás", (None, None, 2)), ("2 double rooms for 4 people", (None, None, 4)),
        ("2 niños", (None, 2, None)), ("un niño más", (None, 1, None)), ("sin niños", (None, 0, None)), ("no kids", (None, 0, None)),
    ],
)  # fmt: skip
def test_who_comes(message: str, said: tuple[int | None, int | None, int | None]) -> None:
    assert people(message) == said


@pytest.mark.parametrize(
    "message",
    [
        "del 3 al 5 de mayo", "para el 3 de mayo", "para 3 mayo", "for 3 nights", "para 2 noches", "for a week", "for a weekend", "para una habitación", "2 habitaciones", "for a double room",
        "para un evento", "for 5 May", "habitación 305", "para 2 perros", "para 10 días", "a las 15", "for 2 rooms", "quiero hablar con una persona", "can I talk to a person", "para 2 autos",
        "vamos a las 3", "for 20 usd", "somos", "para la 2", "son 120 dólares", "hola", "", "para 1/2 pensión", "2026", "for 500 people",
    ],
)  # fmt: skip
def test_other_counts_are_no_people(message: str) -> None:
    assert people(message) == (None, None, None)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("2", (None, None, 2)), ("dos", (None, None, 2)), ("uma", (None, None, 1)), ("2!", (None, None, 2)), ("2 + 1 niño", (2, 1, None)), ("2 y 1 bebé", (2, 1, None)), ("2 e 1 criança", (2, 1, None)),
        ("two and one kid", (2, 1, None)), ("2 + 2", (2, 2, None)), ("2+1", (2, 1, None)), ("dos y uno", (2, 1, None)), ("dos más un bebé", (2, 1, None)), ("solo 2", (None, None, 2)), ("just two", (None, None, 2)),
        ("4 por favor", (None, None, 4)), ("los dos", (2, None, None)), ("yo solo", (1, None, None)), ("3 noches", (None, None, None)), ("el 3 de mayo", (None, None, None)),
        ("2 adultos", (2, None, None)), ("dos habitaciones", (None, None, None)), ("no sé", (None, None, None)), ("una pregunta", (None, None, None)),
    ],
)  # fmt: skip
def test_a_bare_number_counts_people_where_they_were_asked(
    message: str, said: tuple[int | None, int | None, int | None]
) -> None:
    assert people(message, Expecting.PEOPLE) == said


@pytest.mark.parametrize(
    ("message", "nights"),
    [
        ("3 noches", 3), ("por dos noches", 2), ("una noche", 1), ("2 noites", 2), ("uma noite", 1), ("for three nights", 3), ("one night", 1), ("a two-night stay", 2), ("una semana", 7),
        ("dos semanas", 14), ("for a week", 7), ("uma semana", 7), ("en una semana", None), ("in two weeks", None), ("dentro de una semana", None), ("daqui a uma semana", None),
        ("esta noche", None), ("buenas noches", None), ("boa noite", None), ("fin de semana", None), ("la próxima semana", None), ("the 3 of us", None), ("100 noches", None),
        ("3 noches del 5 de mayo", 3), ("3 días", None), ("llego el 5 y me voy al día siguiente", 1),
    ],
)  # fmt: skip
def test_how_long(message: str, nights: int | None) -> None:
    assert read(message).nights == nights


@pytest.mark.parametrize(
    ("message", "rooms"),
    [("2 habitaciones", 2), ("dos cuartos", 2), ("três quartos", 3), ("two rooms", 2), ("2 dobles y 1 suite", 2), ("una habitación", None), ("mejor una sola habitación", 1), ("só um quarto", 1), ("just one room", 1), ("habitación 2", None), ("rooms", None)],
)  # fmt: skip
def test_how_many_rooms(message: str, rooms: int | None) -> None:
    assert read(message).rooms == rooms


def test_whose_name_it_is_says_nothing_of_who_comes() -> None:
    assert people("a nombre de mi esposo Juan Pérez", Expecting.NAME) == (None, None, None)
    assert people("perdón, somos 3", Expecting.NAME) == (None, None, 3)
