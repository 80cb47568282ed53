"""What the hotels file says of writing to guests because of their stay: `reminders`, each of them off unless it is there."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from agente_hotelero.config import fields
from agente_hotelero.model.reminders import USUAL_HOURS, Reminder, Reminders

DAYS: Final[Mapping[str, int]] = {"first_evening": 0, "next_day": 1}


def _switch(value: Any) -> Any:
    """`true` is «at the usual hour», `false` is as if it were not there."""
    return {} if value is True else None if value is False else value


def _link(address: str) -> str:
    if not fields.is_public(address):
        raise ValueError("a review link looks like https://g.page/r/your-hotel/review, with no blanks")
    return address


class _Sent(fields.Strict):
    at: fields.Clock | None = None


class _InStay(_Sent):
    day: Literal["first_evening", "next_day"] = "first_evening"


class _Review(_Sent):
    link: Annotated[str, AfterValidator(_link)]


Switch = Annotated[_Sent | None, BeforeValidator(_switch)]


class Entry(fields.Strict):
    """`reminders` of one hotel."""

    week_before: Switch = None
    day_before: Switch = None
    arrival_time: Switch = None
    in_stay: Annotated[_InStay | None, BeforeValidator(_switch)] = None
    review: Annotated[_Review | None, BeforeValidator(_switch)] = None
    quiet_hours: fields.Span = "21:00-09:00"

    @model_validator(mode="after")
    def _awake(self) -> Self:
        found = reminders(self)
        for reminder, hour in found.at.items():
            if found.is_quiet(hour):
                raise ValueError(f"{reminder}: {hour:%H:%M} is in the quiet hours, {self.quiet_hours}")
        return self


MODELS: Final = (Entry, _Sent, _InStay, _Review)


def reminders(entry: Entry) -> Reminders:
    """As the dialogue goes by them."""
    quiet_from, quiet_until = fields.hours(entry.quiet_hours)
    said: dict[Reminder, _Sent | None] = {
        Reminder.WEEK_BEFORE: entry.week_before,
        Reminder.DAY_BEFORE: entry.day_before,
        Reminder.ARRIVAL_TIME: entry.arrival_time,
        Reminder.IN_STAY: entry.in_stay,
        Reminder.REVIEW: entry.review,
    }
    return Reminders(
        at={one: _hour(one, sent) for one, sent in said.items() if sent is not None},
        in_stay_day=0 if entry.in_stay is None else DAYS[entry.in_stay.day],
        review_url="" if entry.review is None else entry.review.link,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


def _hour(reminder: Reminder, sent: _Sent) -> time:
    return sent.at or USUAL_HOURS[reminder]
