"""Why a guest is written to, by what made us write."""

from collections.abc import Mapping
from typing import Final

from agente_hotelero.dialogue import retrying
from agente_hotelero.model.events import Event, TimerFired
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.lines import Line, Purpose
from agente_hotelero.model.reminders import Reminder

BY_EVENT: Final[Mapping[str, Purpose]] = {"settled": Purpose.RESERVATION, "replied": Purpose.STAFF}
"""Everything else that is no timer is the guest's."""
BY_TIMER: Final[Mapping[str, Purpose]] = {
    retrying.KIND: Purpose.ANSWER,
    "marketing": Purpose.MARKETING,
    Reminder.WEEK_BEFORE: Purpose.PRE_ARRIVAL,
    Reminder.DAY_BEFORE: Purpose.PRE_ARRIVAL,
    Reminder.ARRIVAL_TIME: Purpose.ARRIVAL_TIME,
    Reminder.IN_STAY: Purpose.IN_STAY,
    Reminder.REVIEW: Purpose.REVIEW,
}
"""A timer of any other kind reminds of something that nobody asked about."""


def without_a_template(hotel: HotelProfile, line: Line) -> list[tuple[Purpose, str]]:
    """What a hotel wants to say first and can't say by this account: purpose and language."""
    wanted = dict.fromkeys(BY_TIMER[reminder] for reminder in hotel.reminders.at)
    return [
        (purpose, language)
        for purpose in wanted
        for language in hotel.languages
        if all(language not in line.templates.get(one, {}) for one in (purpose, purpose.stand_in) if one is not None)
    ]


def purpose(event: Event) -> Purpose:
    """Tell why an event's turn writes."""
    return named(event.type, event.kind if isinstance(event, TimerFired) else None)


def named(event_type: str | None, timer_kind: str | None) -> Purpose:
    """The same by the names under which an event is stored; one that is erased was a guest's most likely."""
    if event_type == "timer":
        return BY_TIMER.get(timer_kind or "", Purpose.REMINDER)
    return BY_EVENT.get(event_type or "", Purpose.ANSWER)
