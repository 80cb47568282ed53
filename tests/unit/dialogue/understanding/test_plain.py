"""What is written of a reading: one name for each thing that may be said, each of them told in the documentation."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agente_hotelero.dialogue.reading import Context, Expecting, Language
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.dialogue.understanding.plain import slots_of
from agente_hotelero.dialogue.understanding.rooms import USUAL
from tests.unit.dialogue.understanding.reading import OFFERS, TODAY

DOCS = Path(__file__).parents[4] / "docs" / "understanding.md"

SAID: list[tuple[str, dict[str, Any]]] = [
    ("del 5 al 8 de mayo", {"check_in": "2026-05-05", "check_out": "2026-05-08"}),
    # Nobody named the 20th: it follows from the nights.
    ("3 noches desde el viernes", {"check_in": "2026-04-17", "nights": 3}),
    ("del 17 al 20, 3 noches", {"check_in": "2026-04-17", "check_out": "2026-04-20", "nights": 3}),
    ("hasta el domingo, 2 noches", {"check_out": "2026-04-19", "nights": 2}),
    ("el 31 de abril", {"date_trouble": "impossible"}),
    ("les escribí hace 2 semanas", {"past_dates": ["2026-04-01"]}),
    ("llegué el 3 de marzo de 2026", {"date_trouble": "past", "past_dates": ["2026-03-03"]}),
    ("on 5/6 please", {"date_trouble": "ambiguous", "date_alternatives": ["2026-05-06", "2026-06-05"]}),
    ("llegamos a las 23:30", {"time": "23:30"}),
    # As it was said, and what somebody who comes to a hotel means.
    ("llegamos a las 5", {"time": "05:00", "time_likely": "17:00"}),
    ("between 8 and 10 pm", {"time": "20:00", "time_to": "22:00"}),
    ("2 adultos y niños de 3 y 5", {"adults": 2, "children": 2, "children_ages": [3, 5]}),
    ("somos 4", {"guests": 4}),
    ("quiero una doble", {"rooms": 1, "room_type": "double"}),
    ("2 single rooms", {"rooms": 2, "room_type": "single"}),
    ("cama queen, media pensión", {"bed": "queen", "board": "half"}),
    ("estoy en la 304", {"room_number": "304"}),
    ("R$ 350,50 no pix", {"amount": "350.50", "currency": "BRL", "payments": ["pix"]}),
    ("2 perros de 5 kg", {"pets": [{"animal": "dog", "count": 2, "kilos": "5"}]}),
    ("me llamo Ana Ruiz, ana@x.com", {"name": "Ana Ruiz", "email": "ana@x.com"}),
    ("my cell is +54 11 5555 0100", {"phone": "+541155550100"}),
    ("mi reserva es DEMO-7F3KMQ", {"code": "DEMO-7F3KMQ"}),
    ("hola!", {}),
]


def slots(text: str, expecting: Expecting = Expecting.NOTHING) -> dict[str, Any]:
    options = OFFERS if expecting is Expecting.OFFER else ()
    context = Context(
        today=TODAY, languages=tuple(Language), expecting=expecting, options=options, room_names=USUAL, country="AR"
    )
    return dict(slots_of(understand(text, context)))


@pytest.mark.parametrize(("text", "told"), SAID)
def test_each_thing_that_is_said_has_its_name(text: str, told: dict[str, Any]) -> None:
    found = slots(text)
    assert found == told
    assert json.loads(json.dumps(found)) == told


def test_the_question_that_was_asked_tells_what_a_bare_number_is() -> None:
    assert slots("2") == {}
    assert slots("2", Expecting.PEOPLE) == {"guests": 2}
    assert slots("2", Expecting.OFFER) == {"choice": 2}
    assert slots("la segunda", Expecting.OFFER) == {"choice": 2}
    assert slots("20", Expecting.DATES) == {"check_in": str(date(2026, 4, 20))}


def test_the_documentation_tells_every_name_and_no_other() -> None:
    told = set(re.findall(r"^\| `(\w+)`", DOCS.read_text("utf-8"), re.MULTILINE))
    written = {name for _, found in SAID for name in found} | {"choice"}
    assert told == written
