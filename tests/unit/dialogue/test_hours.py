"""Whether somebody answers, in the hotel's own time."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from agente_hotelero.dialogue.hours import is_open
from agente_hotelero.model.hotel import OpenHours
from tests.support.dialogue_guest import demo_hotel

# The hotel is in Buenos Aires, three hours behind UTC; 1 April 2030 is a Monday.


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (datetime(2030, 4, 1, 10, 59, tzinfo=UTC), False),
        (datetime(2030, 4, 1, 11, 0, tzinfo=UTC), True),
        (datetime(2030, 4, 2, 0, 59, tzinfo=UTC), True),
        (datetime(2030, 4, 2, 1, 0, tzinfo=UTC), False),
        (datetime(2030, 4, 6, 11, 30, tzinfo=UTC), False),
        (datetime(2030, 4, 6, 12, 0, tzinfo=UTC), True),
    ],
)
def test_hours_are_the_hotels(at: datetime, is_it: bool) -> None:
    assert is_open(demo_hotel(), at) is is_it


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (datetime(2030, 4, 1, 23, 0, tzinfo=UTC), True),
        (datetime(2030, 4, 2, 4, 59, tzinfo=UTC), True),
        (datetime(2030, 4, 2, 5, 0, tzinfo=UTC), False),
        (datetime(2030, 4, 1, 4, 0, tzinfo=UTC), False),
    ],
)
def test_hours_that_close_before_they_open_last_past_midnight(at: datetime, is_it: bool) -> None:
    monday = OpenHours(weekday=0, opens=time(20), closes=time(2))
    assert is_open(replace(demo_hotel(), business_hours=(monday,)), at) is is_it


def test_midnight_to_midnight_is_the_whole_day() -> None:
    monday = OpenHours(weekday=0, opens=time(0), closes=time(0))
    hotel = replace(demo_hotel(), business_hours=(monday,))
    assert is_open(hotel, datetime(2030, 4, 1, 3, 0, tzinfo=UTC))
    assert is_open(hotel, datetime(2030, 4, 2, 2, 59, tzinfo=UTC))
    assert not is_open(hotel, datetime(2030, 4, 2, 3, 0, tzinfo=UTC))


def test_without_hours_nobody_answers() -> None:
    assert not is_open(replace(demo_hotel(), business_hours=()), datetime(2030, 4, 1, 15, 0, tzinfo=UTC))
