"""What a hotel writes to its guests without being asked, because of their stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Final


class Reminder(StrEnum):
    """One of them; its value names its timer, and what is counted."""

    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    ARRIVAL_TIME = "arrival_time"
    """When do you arrive?"""
    IN_STAY = "in_stay"
    """Is everything as it should be?"""
    REVIEW = "review"


USUAL_HOURS: Final[Mapping[Reminder, time]] = {
    Reminder.WEEK_BEFORE: time(10),
    Reminder.DAY_BEFORE: time(10),
    Reminder.ARRIVAL_TIME: time(10),
    Reminder.IN_STAY: time(19),
    Reminder.REVIEW: time(11),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """Which of them a hotel wants, and when; hours are in its zone, which is where its guests are going."""

    at: Mapping[Reminder, time] = field(default_factory=dict)
    """Only those that are switched on."""
    in_stay_day: int = 0
    """0 asks on the evening of the arrival, 1 on the day after."""
    review_url: str = ""
    quiet_from: time = time(21)
    quiet_until: time = time(9)
    """From the one to the other nobody is written to unasked."""

    def hour(self, reminder: Reminder) -> time:
        """When it goes, also of one that is switched off: its timer waits for the day on which it is not."""
        return self.at.get(reminder, USUAL_HOURS[reminder])

    def is_quiet(self, hour: time) -> bool:
        """Tell whether it is night for guests; where both ends are the same it never is."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


NONE: Final = Reminders()
