"""What a reading says, as plain values under plain names: what `understand` writes, and what is compared with others."""

from collections.abc import Mapping
from typing import Any, Final

from agente_hotelero.dialogue.reading import DateReading, Pets, Reading

PASSING: Final = frozenset({"time", "time_likely", "time_to", "past_dates", "amount", "currency"})
"""Said alone, these tell nothing of a stay."""


def slots_of(reading: Reading) -> Mapping[str, Any]:
    """Name → value as JSON has it; what was not said is not there. docs/understanding.md tells what each name means."""
    found = {
        **(_dates(reading.dates) if reading.dates is not None else {}),
        "past_dates": [day.isoformat() for day in reading.past] or None,
        "nights": reading.nights,
        "time": reading.clock_said and reading.clock_said.isoformat("minutes"),
        "time_likely": reading.clock.isoformat("minutes")
        if reading.clock and reading.clock != reading.clock_said
        else None,
        "time_to": reading.clock_to and reading.clock_to.isoformat("minutes"),
        "adults": reading.adults,
        "children": reading.children,
        "children_ages": list(reading.children_ages) or None,
        "guests": reading.people,
        "rooms": 1 if reading.rooms is None and reading.a_room else reading.rooms,
        "room_type": reading.room_key,
        "bed": reading.bed,
        "board": reading.board,
        "room_number": reading.room_number,
        "choice": None if reading.choice is None else reading.choice + 1,
        "amount": reading.amount and str(reading.amount.value),
        "currency": reading.amount and reading.amount.currency,
        "payments": list(reading.payments) or None,
        "pets": [_pet(pet) for pet in reading.pets] or None,
        "name": reading.name,
        "email": reading.email,
        "phone": reading.phone,
        "code": reading.code,
    }
    return {name: told for name, told in found.items() if told is not None}


def _dates(dates: DateReading) -> Mapping[str, Any]:
    """A day that was only counted from nights is no second piece of news."""
    counted = dates.counted
    return {
        "check_in": dates.check_in.isoformat() if dates.check_in and counted != "check_in" else None,
        "check_out": dates.check_out.isoformat() if dates.check_out and counted != "check_out" else None,
        "date_alternatives": [day.isoformat() for day in dates.alternatives] or None,
        "date_trouble": dates.trouble,
    }


def _pet(pet: Pets) -> Mapping[str, Any]:
    told = {"animal": pet.animal, "count": pet.count}
    return told if pet.kilos is None else {**told, "kilos": str(pet.kilos)}
