"""When a guest is written to because of their stay: a day and an hour of the hotel's, and until when it makes sense."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.reminders import Reminder
from agente_hotelero.model.stays import Stay

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
BEFORE_LEAVING: Final = timedelta(hours=2)
"""Whoever packs is not asked how the stay is."""
REVIEW_DAYS: Final = timedelta(days=3)
MIDNIGHT: Final = time(0)


def due_at(reminder: Reminder, stay: Stay, hotel: HotelProfile) -> datetime:
    """When it goes, by the hotel's file as it is now."""
    day = {
        Reminder.WEEK_BEFORE: stay.check_in - WEEK,
        Reminder.DAY_BEFORE: stay.check_in - DAY,
        Reminder.ARRIVAL_TIME: stay.check_in - DAY,
        Reminder.IN_STAY: stay.check_in + hotel.reminders.in_stay_day * DAY,
        Reminder.REVIEW: stay.check_out + DAY,
    }[reminder]
    return _moment(day, hotel.reminders.hour(reminder), hotel)


def last_at(reminder: Reminder, stay: Stay, hotel: HotelProfile) -> datetime:
    """From then on it is too late for it: nothing is made up for."""
    return _LAST[reminder](stay, hotel)


def by_day(moment: datetime, hotel: HotelProfile) -> datetime:
    """This moment, or the first after it that is no night."""
    local, quiet = moment.astimezone(hotel.zone), hotel.reminders
    if not quiet.is_quiet(local.time()):
        return moment
    # An evening's night ends tomorrow; a morning's, today.
    day = local.date() if local.time() < quiet.quiet_until else local.date() + DAY
    return _moment(day, quiet.quiet_until, hotel)


def _moment(day: date, hour: time, hotel: HotelProfile) -> datetime:
    return datetime.combine(day, hour, hotel.zone)


def _until_check_in(stay: Stay, hotel: HotelProfile) -> datetime:
    return _moment(stay.check_in, hotel.check_in_from, hotel)


def _until_they_pack(stay: Stay, hotel: HotelProfile) -> datetime:
    leaving = _moment(stay.check_out, hotel.check_out_until, hotel) - BEFORE_LEAVING
    return min(leaving, due_at(Reminder.IN_STAY, stay, hotel) + DAY)


_LAST: Final[Mapping[Reminder, Callable[[Stay, HotelProfile], datetime]]] = {
    # Then the day before is next.
    Reminder.WEEK_BEFORE: lambda stay, hotel: _moment(stay.check_in - 2 * DAY, MIDNIGHT, hotel),
    Reminder.DAY_BEFORE: _until_check_in,
    Reminder.ARRIVAL_TIME: _until_check_in,
    Reminder.IN_STAY: _until_they_pack,
    Reminder.REVIEW: lambda stay, hotel: due_at(Reminder.REVIEW, stay, hotel) + REVIEW_DAYS,
}
