"""A stay in a calendar: what a reader of RFC 5545 finds in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.texts.calendar_file import calendar_file
from agente_hotelero.model.stays import PmsReservation, Stay
from tests.support.dialogue_guest import a_reservation, demo_hotel

STAMPED = datetime(2030, 4, 1, 15, 0, 7, tzinfo=UTC)


def written(reservation: PmsReservation | None = None, language: Language = Language.ES, **profile: Any) -> str:
    hotel = replace(demo_hotel(), **profile)
    return calendar_file(reservation or a_reservation(), hotel, language=language, stamped_at=STAMPED)


def read(file: str) -> dict[str, str]:
    """As a calendar does: unfold, split at the first colon, unescape; a property that is there twice is a mistake."""
    lines = file.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    properties = [line.split(":", 1) for line in lines if not line.startswith(("BEGIN:", "END:"))]
    assert len({name for name, _ in properties}) == len(properties)
    return {name: "".join(unescaped(value)) for name, value in properties}


def unescaped(value: str) -> Iterator[str]:
    letters = iter(value)
    for letter in letters:
        yield {"n": "\n"}.get(after := next(letters), after) if letter == "\\" else letter


def test_a_stay_is_one_event_from_check_in_to_check_out_in_the_hotels_zone() -> None:
    event = read(written())

    # Three in the afternoon and eleven in the morning in Buenos Aires.
    assert (event["DTSTART"], event["DTEND"]) == ("20300505T180000Z", "20300508T140000Z")
    assert event["DTSTAMP"] == "20300401T150007Z"
    assert event["UID"] == "DEMO-7F3KMQ@demo.agente-hotelero"
    assert event["LOCATION"] == "Hotel Demo del Parque, Av. Libertador 1234, Buenos Aires, Argentina"
    assert event["GEO"] == "-34.587500;-58.405300"
    assert event["DESCRIPTION"] == "DEMO-7F3KMQ\nHabitación doble\n2 adultos"
    assert (event["STATUS"], event["TRANSP"], event["METHOD"]) == ("CONFIRMED", "TRANSPARENT", "PUBLISH")


def test_a_stay_over_a_change_of_the_clocks_begins_and_ends_by_the_clocks_of_its_days() -> None:
    # The last Sunday of March: Madrid goes from one hour before Greenwich's to two.
    over = replace(a_reservation(), stay=Stay(check_in=date(2030, 3, 30), check_out=date(2030, 4, 1)))

    event = read(written(over, zone=ZoneInfo("Europe/Madrid")))

    assert (event["DTSTART"], event["DTEND"]) == ("20300330T140000Z", "20300401T090000Z")


def test_who_leaves_late_leaves_late_in_the_calendar_too() -> None:
    assert read(written(replace(a_reservation(), leaves_at=time(14))))["DTEND"] == "20300508T170000Z"


@pytest.mark.parametrize(
    ("language", "summary"),
    [(Language.ES, "Estadía en"), (Language.PT, "Estadia em"), (Language.EN, "Stay at")],
)
def test_it_is_named_in_the_guests_language(language: Language, summary: str) -> None:
    assert read(written(language=language))["SUMMARY"] == f"{summary} Hotel Demo del Parque"


def test_a_hotel_without_a_place_on_the_map_has_none_in_the_calendar() -> None:
    assert "GEO" not in read(written(latitude=None))


def test_a_calendar_is_one_block_in_another() -> None:
    lines = written().split("\r\n")

    assert lines[0:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert [line for line in lines if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert lines[-1] == ""


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=200))
def test_whatever_a_hotel_is_called_its_name_arrives_and_no_line_is_too_long(name: str) -> None:
    file = written(name=name)

    assert read(file)["SUMMARY"] == f"Estadía en {name}"
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_name_can_begin_a_line_of_its_own(name: str) -> None:
    file = written(name=f"{name}\r\nATTENDEE:mailto:x@x.example", address="\u2028\nBEGIN:VEVENT\x00")

    assert set(read(file)) == set(read(written()))
    assert all(letter >= " " or letter in "\t\r\n" for letter in file)
    assert file.count("\n") == file.count("\r\n") == file.count("\r")
