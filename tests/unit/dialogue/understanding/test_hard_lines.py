"""Lines as guests type them, each with all that it says: files of lines, to be read and added to by anybody."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from agente_hotelero.dialogue.reading import Context, Expecting, Language, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from tests.unit.dialogue.understanding.reading import OFFERS, ROOM_NAMES, TODAY, told

HARD, PORTUGUESE, REGIONAL = "hard_lines.txt", "lines_pt.txt", "lines_es.txt"
_LINE: Final = re.compile(r"\[(?P<context>[^]]+)\] (?P<message>.+?) \|(?P<said>.*)")
PRICES: Final = (Decimal(90), Decimal(120), Decimal(200))


def lines(name: str) -> Sequence["re.Match[str]"]:
    """Those that are no comments; one that can't be taken apart fails loudly."""
    text = Path(__file__).with_name(name).read_text("utf-8")
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    found = [_LINE.fullmatch(row) for row in rows]
    assert None not in found, rows[found.index(None)]
    return [one for one in found if one is not None]


def context_of(words: str) -> Context:
    language, *settings = words.split()
    told = dict(setting.split("=") for setting in settings)
    expecting = Expecting(told.get("ask", "nothing"))
    country = told.get("country", "AR")
    return Context(
        today=date.fromisoformat(told.get("today", str(TODAY))),
        languages=tuple(Language),
        prior=Language(language),
        expecting=expecting,
        options=OFFERS if expecting is Expecting.OFFER else (),
        prices=PRICES if expecting is Expecting.OFFER else (),
        room_names=ROOM_NAMES,
        country=None if country == "none" else country,
    )


def said_by(reading: Reading) -> dict[str, str]:
    """A reading in the words of the file."""
    amount, dates = reading.amount, told(reading)
    said: dict[str, Any] = {
        "dates": None if dates is None else dates.replace(" ", ","),
        "nights": reading.nights,
        "adults": reading.adults,
        "children": reading.children,
        "people": reading.people,
        "ages": ",".join(map(str, reading.children_ages)) or None,
        "rooms": reading.rooms,
        "room": reading.room_key,
        "bed": reading.bed,
        "board": reading.board,
        "door": reading.room_number,
        "choice": reading.choice,
        "amount": None if amount is None else f"{amount.value}{amount.currency or ''}",
        "pay": ",".join(reading.payments) or None,
        "pets": ",".join(f"{one.count}{one.animal}{one.kilos or ''}" for one in reading.pets) or None,
        "clock": None if reading.clock is None else f"{reading.clock:%H:%M}",
        "until": None if reading.clock_to is None else f"{reading.clock_to:%H:%M}",
        "name": None if reading.name is None else reading.name.replace(" ", "_"),
        "email": reading.email,
        "phone": reading.phone,
        "code": reading.code,
    }
    return {field: str(value) for field, value in said.items() if value is not None}


def wrong(name: str) -> list[str]:
    """The lines of a file that are not read as they say, each with what was read."""
    found = []
    for line in lines(name):
        expected = dict(pair.split("=") for pair in line["said"].split())
        said = said_by(understand(line["message"], context_of(line["context"])))
        if said != expected:
            found.append(f"{line[0]}\n    said: {said}")
    return found


@pytest.mark.parametrize("name", [HARD, PORTUGUESE, REGIONAL])
def test_every_line_says_what_it_says_and_nothing_else(name: str) -> None:
    found = wrong(name)
    assert not found, "\n".join([f"{len(found)} lines:", *found])


def test_there_are_many_lines_in_each_language() -> None:
    languages = [line["context"].split()[0] for line in lines(HARD)]
    assert len(languages) >= 150
    assert min(languages.count(language) for language in ("es", "pt", "en")) >= 35
    assert min(len(lines(PORTUGUESE)), len(lines(REGIONAL))) >= 120
