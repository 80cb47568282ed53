"""Whether a person answers at this hour, in the hotel's own time."""

from datetime import datetime

from agente_hotelero.model.hotel import HotelProfile, OpenHours


def is_open(hotel: HotelProfile, at: datetime) -> bool:
    """Tell for an aware time; hours that close before they open last past midnight."""
    local = at.astimezone(hotel.zone)
    return any(_covers(span, local) for span in hotel.business_hours)


def _covers(span: OpenHours, local: datetime) -> bool:
    now, today = local.time(), local.weekday()
    if span.opens < span.closes:
        return today == span.weekday and span.opens <= now < span.closes
    # Closing at or before opening: until then on the next day; 00:00-00:00 is the whole day.
    return (today == span.weekday and now >= span.opens) or (today == (span.weekday + 1) % 7 and now < span.closes)
