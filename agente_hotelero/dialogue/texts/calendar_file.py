"""A stay as a calendar file (RFC 5545), for a confirmation that goes by mail."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.texts.phrases import say
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.stays import PmsReservation

LINE_OCTETS: Final = 75
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_file(reservation: PmsReservation, hotel: HotelProfile, *, language: Language, stamped_at: datetime) -> str:
    """Write one event from check-in to check-out, which leaves the days free for other things.

    Moments are in UTC, so that no reader needs to know the hotel's zone. The same code is the same event however often
    it is imported.
    """
    return "".join(
        f"{folded}\r\n" for line in _lines(reservation, hotel, language, stamped_at) for folded in _fold(line)
    )


def _lines(reservation: PmsReservation, hotel: HotelProfile, language: Language, stamped_at: datetime) -> Iterator[str]:
    room = formats.room(hotel, reservation.room_type_key, reservation.room_type_name, language)
    told = "\n".join([reservation.code, room, formats.party(reservation.party, language)])
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Agente Hotelero//Agente Hotelero//EN", "METHOD:PUBLISH")
    yield from (
        "BEGIN:VEVENT",
        f"UID:{_text(reservation.code)}@{hotel.id}.agente-hotelero",
        f"DTSTAMP:{_utc(stamped_at)}",
    )
    yield f"DTSTART:{_at(hotel, reservation.stay.check_in, hotel.check_in_from)}"
    yield f"DTEND:{_at(hotel, reservation.stay.check_out, reservation.leaves_at or hotel.check_out_until)}"
    yield f"SUMMARY:{_text(say('stay_at', hotel.tone.of(language), hotel=hotel.name))}"
    yield f"DESCRIPTION:{_text(told)}"
    yield f"LOCATION:{_text(f'{hotel.name}, {hotel.address}')}"
    if hotel.latitude is not None and hotel.longitude is not None:
        yield f"GEO:{hotel.latitude:.6f};{hotel.longitude:.6f}"
    yield from ("STATUS:CONFIRMED", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR")


def _at(hotel: HotelProfile, day: date, hour: time) -> str:
    return _utc(datetime.combine(day, hour, hotel.zone))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Escape it; what a calendar can't hold is left out."""
    return CONTROL.sub("", "\n".join(words.splitlines())).translate(ESCAPED)


def _fold(line: str) -> Iterator[str]:
    """Cut into lines of at most 75 octets, each but the first after a blank, and no letter in two."""
    piece, octets = "", 0
    for letter in line:
        width = len(letter.encode())
        if octets + width > LINE_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece += letter
        octets += width
    yield piece
